//! An identity's declaration -> its credential.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::core::credential::{Credential, Life, Secret};
use crate::core::exchange::{Field, Problem};
use crate::core::identity::{Identity, IdentityKind, Renew};
use crate::core::resolve::expand_text;
use crate::io::credentials::sts::{self, GetSessionToken};
use crate::io::credentials::{Cache, MintKey};
use crate::io::transport::Transport;

use super::Job;

/// A session with less than this left is renewed before it is used.
const RENEW_BEFORE: Duration = Duration::from_secs(60);

/// An identity with every reference replaced.
pub(super) enum Prepared {
    /// Its keys stand in its declaration.
    Keys(Credential),
    /// Its keys are minted.
    Mint(Box<Mint>),
}

/// A session to be asked for.
pub(super) struct Mint {
    pub(super) key: MintKey,
    source: Credential,
    renew: Renew,
}

impl Mint {
    /// True when a session that was minted before serves this send.
    pub(super) fn accepts(&self, known: &Credential, now: SystemTime) -> bool {
        match (known.life(now), self.renew) {
            (_, Renew::Ask) | (Life::Unlimited, _) => true,
            (Life::Left(left), Renew::Auto) => left > RENEW_BEFORE,
            (Life::Expired(_), Renew::Auto) => false,
        }
    }

    /// The session that was minted before, in this run or in an earlier one, expired or not.
    pub(super) fn known(&self, minted: &Cache, job: &Job) -> Option<Credential> {
        minted.get(&self.key).or_else(|| {
            let kept = job.outside.session(&self.key.digest())?;
            minted.put(self.key.clone(), kept.clone());
            Some(kept)
        })
    }

    /// Asks STS and keeps what it gives.
    pub(super) async fn fetch(
        &self,
        transport: &Transport,
        minted: &Cache,
        job: &Job,
        deadline: Option<Instant>,
    ) -> Result<Credential, Vec<Problem>> {
        let call = GetSessionToken {
            source: &self.source,
            duration_seconds: self.key.duration_seconds,
            endpoint: &self.key.endpoint,
            region: &self.key.region,
        };
        match call.call(transport, SystemTime::now(), deadline).await {
            Ok(session) => Ok(self.keep(session, minted, job).await),
            Err(error) => {
                let field = Field::Identity(self.key.identity.clone());
                Err(vec![Problem::new(field, error.message, error.hint)])
            }
        }
    }

    /// Makes a session this identity's, in this run and in later ones.
    pub(super) async fn keep(&self, session: Credential, minted: &Cache, job: &Job) -> Credential {
        let source = format!("{} of {}", session.source, self.source.source);
        let session = Credential { source, ..session };
        minted.put(self.key.clone(), session.clone());
        let (outside, made_from, kept) = (job.outside.clone(), self.key.digest(), session.clone());
        // The store waits for the disk and for other processes. A session that it cannot keep serves
        // this run all the same; the next one asks for another.
        let _ = tokio::task::spawn_blocking(move || outside.keep_session(&made_from, &kept)).await;
        session
    }
}

/// Replaces the references of an identity and, where it is minted, of its source.
pub(super) fn prepare(name: &str, job: &Job) -> Result<Prepared, Vec<Problem>> {
    let identity = find(name, job)?;
    identity.check(&job.identities).map_err(|error| {
        let message = format!("identity {name:?}: {error}");
        vec![Problem::new(Field::Identity(name.to_owned()), message, error.hint())]
    })?;
    match &identity.kind {
        IdentityKind::Keys { .. } => keys(identity, job).map(Prepared::Keys),
        IdentityKind::GetSessionToken { source, duration_seconds, endpoint, region, renew } => {
            let mut fields = Fields::new(name, job);
            let endpoint = fields.text(endpoint);
            let region = fields.text(region);
            let problems = fields.problems;
            let source = match find(source, job).and_then(|source| keys(source, job)) {
                Ok(source) if problems.is_empty() => source,
                Ok(_) => return Err(problems),
                Err(more) => return Err(problems.into_iter().chain(more).collect()),
            };
            let key = MintKey {
                identity: name.to_owned(),
                access_key: source.access_key.clone(),
                duration_seconds: *duration_seconds,
                endpoint,
                region,
            };
            Ok(Prepared::Mint(Box::new(Mint { key, source, renew: *renew })))
        }
        IdentityKind::Broken(problem) => Err(vec![(&**problem).into()]),
    }
}

/// The sessions that the answer to a request signed by `signer` would be: those of every identity
/// that names it as its source.
pub(super) fn minted_from(signer: &str, job: &Job) -> Vec<Mint> {
    job.identities
        .iter()
        .filter(|identity| {
            matches!(&identity.kind, IdentityKind::GetSessionToken { source, .. } if *source == signer)
        })
        .filter_map(|identity| match prepare(&identity.name, job) {
            Ok(Prepared::Mint(mint)) => Some(*mint),
            Ok(Prepared::Keys(_)) | Err(_) => None,
        })
        .collect()
}

/// A `GetSessionTokenResponse`, if this text is one.
pub(super) fn session(text: &str) -> Option<Credential> {
    sts::parse_session(text)
}

fn find<'a>(name: &str, job: &'a Job) -> Result<&'a Identity, Vec<Problem>> {
    job.identities.iter().find(|identity| identity.name == name).ok_or_else(|| {
        vec![Problem::new(
            Field::Identity(name.to_owned()),
            format!("there is no identity named {name:?}"),
            format!("Declare it under [identities.{name}] in signpost.toml."),
        )]
    })
}

fn keys(identity: &Identity, job: &Job) -> Result<Credential, Vec<Problem>> {
    let (access_key, secret_key, session_token) = match &identity.kind {
        IdentityKind::Keys { access_key, secret_key, session_token } => {
            (access_key, secret_key, session_token)
        }
        IdentityKind::Broken(problem) => return Err(vec![(&**problem).into()]),
        // `Identity::check` lets no session be the source of another.
        IdentityKind::GetSessionToken { .. } => return Err(Vec::new()),
    };
    let mut fields = Fields::new(&identity.name, job);
    let access_key = fields.text(access_key);
    let secret_key = Secret::new(fields.text(secret_key));
    let token = Secret::new(fields.text(session_token));
    if fields.problems.is_empty() {
        let name = &identity.name;
        for (missing, what) in [(access_key.is_empty(), "access_key"), (secret_key.is_empty(), "secret_key")]
        {
            if missing {
                fields.problem(format!("identity {name:?} has no {what}"), "Fill it in in signpost.toml.");
            }
        }
    }
    if !fields.problems.is_empty() {
        return Err(fields.problems);
    }
    Ok(Credential {
        access_key,
        secret_key,
        session_token: (!token.is_empty()).then_some(token),
        expires_at: None,
        source: format!("keys of {}", identity.name),
    })
}

/// Replaces the references of one identity's texts and gathers what cannot be.
struct Fields<'a> {
    name: &'a str,
    job: &'a Job,
    problems: Vec<Problem>,
}

impl<'a> Fields<'a> {
    fn new(name: &'a str, job: &'a Job) -> Self {
        Self { name, job, problems: Vec::new() }
    }

    fn text(&mut self, text: &str) -> String {
        let field = Field::Identity(self.name.to_owned());
        match expand_text(&field, text, &self.job.context()) {
            Ok(expanded) => expanded.text.trim().to_owned(),
            Err(problems) => {
                self.problems.extend(problems);
                String::new()
            }
        }
    }

    fn problem(&mut self, message: impl Into<String>, hint: impl Into<String>) {
        let field = Field::Identity(self.name.to_owned());
        self.problems.push(Problem::new(field, message, hint));
    }
}
