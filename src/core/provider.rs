//! An identity's declaration -> how its credential is obtained: a base, and steps from there.
//!
//! Owns the chain, with references replaced and loops detected, and the key under which its
//! credential is cached. Refuses to fetch anything: the engine does.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::core::aws::Aws;
use crate::core::credential::{Credential, Secret, is_malformed_key};
use crate::core::exchange::{Field, Problem};
use crate::core::hex;
use crate::core::identity::{AssumedRole, FederatedUser, Identity, IdentityKind};
use crate::core::resolve::{Context, expand_text};
use crate::core::trust::{AsWritten, PrivateRead};

mod default_chain;
mod environment;
mod login_target;
mod profile;
mod step;
mod summary;
mod wrong;

use profile::{Chain, Profiles};
use wrong::Wrong;

pub(crate) use login_target::LoginTarget;
pub(crate) use summary::{AwsSummary, ProfileSummary, default_chain_is_configured, is_complete};

pub(crate) use step::{
    AssumeRole, Base, FederationToken, Login, Process, SessionToken, Sso, Step, is_expired,
};

/// How the credential of an identity is obtained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Provider {
    /// The start of the chain.
    pub base: Base,
    /// The steps from there, in order; empty if the base is the credential.
    pub steps: Vec<Step>,
    /// What would have been used without it, in words, if anything.
    pub passed_over: Option<String>,
    /// A file with authorities that its requests trust beside the others.
    pub ca_bundle: Option<PathBuf>,
}

/// What the declaration of an identity reads and asks.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    /// Where the chain starts, if that is private and isn't a reference.
    pub read: Option<PrivateRead>,
    /// The steps that the workspace declares.
    pub steps: Vec<Step>,
}

/// Identifies the result of a chain: a digest of everything that determines it. It doesn't contain
/// a secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ProviderKey(String);

impl ProviderKey {
    /// The digest, in lower-case hex.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Provider {
    /// Builds the chain of an identity.
    ///
    /// # Errors
    /// Everything that prevents it: an unknown identity, a loop, a source that can't request
    /// sessions, references without a value, an AWS profile without credentials.
    pub(crate) fn build(name: &str, context: &Context<'_>, aws: &Aws) -> Result<Self, Vec<Problem>> {
        let mut chain = sources(name, context.identities)?;
        // The last one has no source.
        let Some(first) = chain.pop() else { return Err(Vec::new()) };
        let mut problems = Vec::new();
        let mut steps = Vec::new();
        for identity in chain.iter().rev() {
            match step(identity, context) {
                Ok(step) => steps.extend(step),
                Err(found) => problems.extend(found),
            }
        }
        match start(first, context, aws) {
            Ok(mut provider) if problems.is_empty() => {
                provider.steps.extend(steps);
                Ok(provider)
            }
            Ok(_) => Err(problems),
            Err(found) => Err(problems.into_iter().chain(found).collect()),
        }
    }

    /// What a workspace's declaration of an identity reads and asks, without looking at the user's AWS
    /// files.
    pub(crate) fn declared(name: &str, context: &Context<'_>) -> Declared {
        let mut chain = sources(name, context.identities).unwrap_or_default();
        let Some(first) = chain.pop() else { return Declared::default() };
        let as_written = Context { outside: &AsWritten, ..*context };
        let named = |text: &str| {
            // What it refers to counts, too, which the context's source notes.
            let _ = Fields::new(&first.name, context).text(text);
            Fields::new(&first.name, &as_written).text(text)
        };
        let read = match &first.kind {
            IdentityKind::Profile { profile } => Some(PrivateRead::Profile(named(profile))),
            IdentityKind::Environment => Some(PrivateRead::AwsDefault),
            IdentityKind::Process { command } => Some(PrivateRead::Command(named(command))),
            IdentityKind::SsoRole(role) => Some(role.read()),
            IdentityKind::Keys { .. } => {
                // Only what it refers to counts, which the context's source notes.
                let _ = keys(first, context);
                None
            }
            IdentityKind::GetSessionToken { .. }
            | IdentityKind::FederationToken(_)
            | IdentityKind::AssumeRole(_)
            | IdentityKind::Anonymous
            | IdentityKind::Broken(_) => None,
        };
        let steps = chain.iter().rev().filter_map(|identity| step(identity, context).ok().flatten());
        Declared { read, steps: steps.collect() }
    }

    /// Whether the chain of an identity starts in the user's AWS files or environment.
    pub(crate) fn starts_at_aws(name: &str, identities: &[Identity]) -> bool {
        let chain = sources(name, identities).unwrap_or_default();
        let first = chain.last().map(|identity| &identity.kind);
        matches!(
            first,
            Some(IdentityKind::Profile { .. } | IdentityKind::Environment | IdentityKind::SsoRole(_))
        )
    }

    /// A credential of this chain, with what it was preferred to in its source.
    pub(crate) fn named(&self, credential: Credential) -> Credential {
        match &self.passed_over {
            Some(other) => {
                Credential { source: format!("{}, over {other}", credential.source), ..credential }
            }
            None => credential,
        }
    }

    fn of_chain((base, steps): Chain) -> Self {
        Self { base, steps, passed_over: None, ca_bundle: None }
    }

    /// Identifies the result of the first `steps` steps; it changes with the source's key and with
    /// every parameter.
    pub(crate) fn key(&self, steps: usize) -> ProviderKey {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        };
        let steps = self.steps.iter().take(steps).flat_map(Step::parts);
        self.base.parts().into_iter().chain(steps).for_each(|part| add(&part));
        ProviderKey(hex::encode(hash.finalize()))
    }
}

/// The identity of this name, then its source, then the source's source, and so on.
fn sources<'a>(name: &str, identities: &'a [Identity]) -> Result<Vec<&'a Identity>, Vec<Problem>> {
    let find = |name: &str| identities.iter().find(|identity| identity.name == name);
    let Some(first) = find(name) else {
        let hint = format!("Declare it under [identities.{name}] in signpost.toml.");
        return Err(vec![problem(name, format!("no identity is named {name:?}"), hint)]);
    };
    let mut chain = vec![first];
    let mut last = first;
    while let Some(source) = last.kind.source() {
        let Some(found) = find(source) else { break };
        if chain.iter().any(|identity| identity.name == source) {
            let names: Vec<_> = chain.iter().map(|identity| identity.name.as_str()).collect();
            let message = format!(
                "identity `{name}` gets its credentials from itself: {} -> {source}",
                names.join(" -> ")
            );
            return Err(vec![problem(name, message, "Name another source in signpost.toml.")]);
        }
        chain.push(found);
        last = found;
    }
    for identity in &chain {
        identity.check(identities).map_err(|error| {
            vec![problem(&identity.name, format!("identity `{}`: {error}", identity.name), error.hint())]
        })?;
    }
    Ok(chain)
}

fn problem(identity: &str, message: impl Into<String>, hint: impl Into<String>) -> Problem {
    Problem::new(Field::Identity(identity.to_owned()), message, hint)
}

/// The chain of an identity that has no source in the workspace.
fn start(identity: &Identity, context: &Context<'_>, aws: &Aws) -> Result<Provider, Vec<Problem>> {
    let name = &identity.name;
    let mut fields = Fields::new(name, context);
    let wrong = |wrong: Wrong| vec![problem(name, wrong.message, wrong.hint)];
    match &identity.kind {
        IdentityKind::Keys { .. } => {
            keys(identity, context).map(|keys| Provider::of_chain((Base::Keys(keys), Vec::new())))
        }
        IdentityKind::Profile { profile } => {
            let profile = fields.finished(|fields| fields.text(profile))?;
            let chain = Profiles::required(&profile, aws).map_err(wrong)?;
            let has_keys = aws.environment.get("AWS_ACCESS_KEY_ID").is_some();
            let passed_over = has_keys.then(|| "environment keys".to_owned());
            let ca_bundle = aws.ca_bundle(aws.files.profiles.get(&profile));
            Ok(Provider { passed_over, ca_bundle, ..Provider::of_chain(chain) })
        }
        IdentityKind::Environment => default_chain::chain(aws).map_err(wrong),
        IdentityKind::SsoRole(role) => {
            let sso = login_target::role_of_session(role, aws).map_err(wrong)?;
            let ca_bundle = sso.ca_bundle.clone();
            Ok(Provider { ca_bundle, ..Provider::of_chain((Base::Sso(sso), Vec::new())) })
        }
        IdentityKind::Process { command } => {
            let command = fields.finished(|fields| fields.text(command))?;
            let process = Process { command, named_by: format!("identity {name}"), account_id: None };
            Ok(Provider::of_chain((Base::Process(process), Vec::new())))
        }
        IdentityKind::Anonymous => Err(wrong(Wrong::new(
            format!("identity `{name}` is anonymous: it has no credential"),
            "Choose another identity.",
        ))),
        IdentityKind::Broken(problem) => Err(vec![(&**problem).into()]),
        // These have a source, so they aren't the start of a chain.
        IdentityKind::GetSessionToken { .. }
        | IdentityKind::FederationToken(_)
        | IdentityKind::AssumeRole(_) => Err(Vec::new()),
    }
}

fn keys(identity: &Identity, context: &Context<'_>) -> Result<Credential, Vec<Problem>> {
    let IdentityKind::Keys { access_key, secret_key, session_token } = &identity.kind else {
        return Err(Vec::new());
    };
    let mut fields = Fields::new(&identity.name, context);
    let access_key = fields.text(access_key);
    let secret_key = Secret::new(fields.text(secret_key));
    let token = Secret::new(fields.text(session_token));
    if fields.problems.is_empty() {
        let name = &identity.name;
        if is_malformed_key(&access_key) {
            fields.problem(
                format!("the access key of identity {name:?} contains white space, quotes or `=`"),
                "Keep the key alone, without its name and quotes.",
            );
        }
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
        account_id: None,
        source: format!("keys of {}", identity.name),
    })
}

/// The step that obtains an identity's credential; `None` for a base.
fn step(identity: &Identity, context: &Context<'_>) -> Result<Option<Step>, Vec<Problem>> {
    let mut fields = Fields::new(&identity.name, context);
    match &identity.kind {
        IdentityKind::GetSessionToken {
            source: _,
            duration_seconds,
            endpoint,
            region,
            mfa_serial,
            renew,
        } => {
            let step = fields.finished(|fields| SessionToken {
                identity: identity.name.to_string(),
                duration_seconds: *duration_seconds,
                endpoint: fields.text(endpoint),
                region: fields.text(region),
                mfa_serial: fields.text(mfa_serial),
                mfa_process: String::new(),
                renew: *renew,
            })?;
            Ok(Some(Step::SessionToken(step)))
        }
        IdentityKind::FederationToken(user) => {
            let step = fields.finished(|fields| federation_token(identity, user, fields))?;
            Ok(Some(Step::FederationToken(Box::new(step))))
        }
        IdentityKind::AssumeRole(role) => {
            let step = fields.finished(|fields| assume_role(identity, role, fields))?;
            Ok(Some(Step::AssumeRole(Box::new(step))))
        }
        IdentityKind::Keys { .. }
        | IdentityKind::Profile { .. }
        | IdentityKind::Environment
        | IdentityKind::Process { .. }
        | IdentityKind::SsoRole(_)
        | IdentityKind::Anonymous
        | IdentityKind::Broken(_) => Ok(None),
    }
}

fn federation_token(identity: &Identity, user: &FederatedUser, fields: &mut Fields<'_>) -> FederationToken {
    let name = fields.text(&user.name);
    // <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
    let is_valid = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if fields.problems.is_empty() && !((2..=32).contains(&name.len()) && name.chars().all(is_valid)) {
        fields.problem(
            format!("the `name` of identity `{}` isn't a valid name of a federated user", identity.name),
            "Use 2 to 32 letters, digits and `_+=,.@-`.",
        );
    }
    FederationToken {
        identity: identity.name.to_string(),
        name,
        policy: fields.text(&user.policy),
        tags: user.tags.iter().map(|(key, value)| (key.clone(), fields.text(value))).collect(),
        duration_seconds: user.duration_seconds,
        endpoint: fields.text(&user.endpoint),
        region: fields.text(&user.region),
        renew: user.renew,
    }
}

fn assume_role(identity: &Identity, role: &AssumedRole, fields: &mut Fields<'_>) -> AssumeRole {
    AssumeRole {
        identity: identity.name.to_string(),
        role_arn: fields.text(&role.role_arn),
        session_name: fields.text(&role.session_name),
        external_id: fields.text(&role.external_id),
        policy: fields.text(&role.policy),
        tags: role.tags.iter().map(|(key, value)| (key.clone(), fields.text(value))).collect(),
        transitive_tags: role.transitive_tags.clone(),
        source_identity: fields.text(&role.source_identity),
        duration_seconds: role.duration_seconds,
        mfa_serial: fields.text(&role.mfa_serial),
        mfa_process: String::new(),
        cli_cache: None,
        endpoint: fields.text(&role.endpoint),
        region: fields.text(&role.region),
        renew: role.renew,
    }
}

/// Replaces the references in an identity's texts and collects problems.
struct Fields<'a> {
    name: &'a str,
    context: &'a Context<'a>,
    problems: Vec<Problem>,
}

impl<'a> Fields<'a> {
    fn new(name: &'a str, context: &'a Context<'a>) -> Self {
        Self { name, context, problems: Vec::new() }
    }

    /// What is made of the texts, or all their problems.
    fn finished<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Result<T, Vec<Problem>> {
        let made = make(self);
        if self.problems.is_empty() { Ok(made) } else { Err(std::mem::take(&mut self.problems)) }
    }

    fn text(&mut self, text: &str) -> String {
        let field = Field::Identity(self.name.to_owned());
        match expand_text(&field, text, self.context) {
            Ok(expanded) => expanded.text.trim().to_owned(),
            Err(problems) => {
                self.problems.extend(problems);
                String::new()
            }
        }
    }

    fn problem(&mut self, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(problem(self.name, message, hint));
    }
}

#[cfg(test)]
mod tests;
