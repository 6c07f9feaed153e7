//! An identity's declaration -> how its credential is obtained: a base, and steps from there.
//!
//! Owns the chain, with references replaced and loops detected, and the key under which its
//! credential is cached. Refuses to fetch anything: the engine does.

use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use crate::core::credential::{Credential, Expiry, Secret, is_malformed_key};
use crate::core::exchange::{Field, Problem};
use crate::core::hex;
use crate::core::identity::{Identity, IdentityKind, Renew};
use crate::core::resolve::{Context, expand_text};

/// A session with less than this left is renewed before it is used.
const RENEW_BEFORE: Duration = Duration::from_secs(60);

/// How the credential of an identity is obtained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Provider {
    /// The start of the chain.
    pub base: Base,
    /// The steps from there, in order; empty if the base is the credential.
    pub steps: Vec<Step>,
}

/// The start of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// Keys in the declaration.
    Keys(Credential),
}

/// Uses one credential to obtain another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// STS GetSessionToken.
    SessionToken(SessionToken),
}

/// A session to request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionToken {
    /// Name of the identity that the session is for.
    pub identity: String,
    /// Duration in seconds; `None` leaves it to the service.
    pub duration_seconds: Option<u64>,
    /// STS endpoint; empty means the regional one.
    pub endpoint: String,
    /// Region of the request; empty means the default.
    pub region: String,
    /// MFA device whose code the request needs; empty for none.
    pub mfa_serial: String,
    /// What happens if the session has expired.
    pub renew: Renew,
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

impl Step {
    /// Whether somebody has to answer a question for it.
    pub(crate) fn needs_input(&self) -> bool {
        match self {
            Self::SessionToken(step) => !step.mfa_serial.is_empty(),
        }
    }

    /// Whether an earlier credential of this step can still be used at `now`.
    pub(crate) fn accepts(&self, known: &Credential, now: SystemTime) -> bool {
        let Self::SessionToken(SessionToken { renew, .. }) = self;
        match (known.expiry(now), renew) {
            (_, Renew::Ask) | (Expiry::Unlimited, _) => true,
            (Expiry::Left(left), Renew::Auto) => left > RENEW_BEFORE,
            (Expiry::Expired(_), Renew::Auto) => false,
        }
    }

    fn parts(&self) -> Vec<&str> {
        match self {
            Self::SessionToken(step) => {
                vec!["get-session-token", &step.identity, &step.endpoint, &step.region, &step.mfa_serial]
            }
        }
    }

    fn duration_seconds(&self) -> Option<u64> {
        match self {
            Self::SessionToken(step) => step.duration_seconds,
        }
    }
}

impl Provider {
    /// Builds the chain of an identity.
    ///
    /// # Errors
    /// Everything that prevents it: an unknown identity, a loop, a source that can't request
    /// sessions, references without a value.
    pub(crate) fn build(name: &str, context: &Context<'_>) -> Result<Self, Vec<Problem>> {
        let mut chain = sources(name, context.identities)?;
        // The last one has no source.
        let Some(base) = chain.pop() else { return Err(Vec::new()) };
        let mut problems = Vec::new();
        let mut steps = Vec::new();
        for identity in chain.iter().rev() {
            match step(identity, context) {
                Ok(step) => steps.extend(step),
                Err(found) => problems.extend(found),
            }
        }
        match keys(base, context) {
            Ok(base) if problems.is_empty() => Ok(Self { base: Base::Keys(base), steps }),
            Ok(_) => Err(problems),
            Err(found) => Err(problems.into_iter().chain(found).collect()),
        }
    }

    /// The credential at the start of the chain.
    pub(crate) fn base(&self) -> &Credential {
        match &self.base {
            Base::Keys(credential) => credential,
        }
    }

    /// Identifies the result of the first `steps` steps; it changes with the source's key and with
    /// every parameter.
    pub(crate) fn key(&self, steps: usize) -> ProviderKey {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        };
        add(&self.base().access_key);
        for step in self.steps.iter().take(steps) {
            let duration = step.duration_seconds().map(|seconds| seconds.to_string()).unwrap_or_default();
            step.parts().into_iter().chain([duration.as_str()]).for_each(&mut add);
        }
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

fn keys(identity: &Identity, context: &Context<'_>) -> Result<Credential, Vec<Problem>> {
    let (access_key, secret_key, session_token) = match &identity.kind {
        IdentityKind::Keys { access_key, secret_key, session_token } => {
            (access_key, secret_key, session_token)
        }
        IdentityKind::Broken(problem) => return Err(vec![(&**problem).into()]),
        // `Identity::check` doesn't allow a session as the base of a chain.
        IdentityKind::GetSessionToken { .. } => return Err(Vec::new()),
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
        source: format!("keys of {}", identity.name),
    })
}

/// The step that obtains an identity's credential; `None` for a base.
fn step(identity: &Identity, context: &Context<'_>) -> Result<Option<Step>, Vec<Problem>> {
    let IdentityKind::GetSessionToken { source: _, duration_seconds, endpoint, region, mfa_serial, renew } =
        &identity.kind
    else {
        return Ok(None);
    };
    let mut fields = Fields::new(&identity.name, context);
    let endpoint = fields.text(endpoint);
    let region = fields.text(region);
    let mfa_serial = fields.text(mfa_serial);
    if !fields.problems.is_empty() {
        return Err(fields.problems);
    }
    let (identity, duration_seconds, renew) = (identity.name.to_string(), *duration_seconds, *renew);
    let step = SessionToken { identity, duration_seconds, endpoint, region, mfa_serial, renew };
    Ok(Some(Step::SessionToken(step)))
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
mod tests {
    use super::*;
    use crate::core::request::Auth;
    use crate::core::scope::{Nothing, Scope};

    fn keys(name: &str) -> Identity {
        let kind = IdentityKind::Keys {
            access_key: "AKIAIOSFODNN7EXAMPLE".into(),
            secret_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
            session_token: String::new(),
        };
        Identity { name: name.into(), kind }
    }

    fn session(name: &str, source: &str) -> Identity {
        let kind = IdentityKind::GetSessionToken {
            source: source.into(),
            duration_seconds: None,
            endpoint: String::new(),
            region: String::new(),
            mfa_serial: String::new(),
            renew: Renew::Auto,
        };
        Identity { name: name.into(), kind }
    }

    fn build(name: &str, identities: &[Identity]) -> Result<Provider, String> {
        let (scope, auth) = (Scope::default(), Auth::default());
        let context = Context { scope: &scope, inherited_auth: &auth, identities, outside: &Nothing };
        Provider::build(name, &context).map_err(|problems| problems[0].message.clone())
    }

    #[test]
    fn a_chain_begins_with_keys_and_continues_with_sessions() {
        let identities = [keys("alice"), session("s", "alice")];
        let alice = build("alice", &identities).unwrap();
        assert_eq!((alice.steps.len(), alice.base().source.as_str()), (0, "keys of alice"));
        let session = build("s", &identities).unwrap();
        let [Step::SessionToken(step)] = &session.steps[..] else { panic!("one step") };
        assert_eq!(step.identity, "s");
        assert_ne!(session.key(1), session.key(0));
        assert_eq!(session.key(0), alice.key(0));
    }

    #[test]
    fn loops_and_invalid_sources_are_named() {
        let identities = [
            session("a", "b"),
            session("b", "a"),
            session("c", "c"),
            session("d", "e"),
            keys("k"),
            session("s", "k"),
            session("t", "s"),
        ];
        for (name, message) in [
            ("a", "identity `a` gets its credentials from itself: a -> b -> a"),
            ("c", "identity `c` gets its credentials from itself: c -> c"),
            ("d", "identity `d`: `source = \"e\"` must name an identity with `kind = \"keys\"`"),
            ("t", "identity `t`: `source = \"s\"` must name an identity with `kind = \"keys\"`"),
            ("x", "no identity is named \"x\""),
        ] {
            assert_eq!(build(name, &identities).unwrap_err(), message);
        }
    }

    #[test]
    fn every_parameter_changes_the_key() {
        let key = |change: fn(&mut SessionToken)| {
            let mut provider = build("s", &[keys("alice"), session("s", "alice")]).unwrap();
            let Step::SessionToken(step) = &mut provider.steps[0];
            change(step);
            provider.key(1)
        };
        let keys = [
            key(|_| {}),
            key(|step| step.identity.push('x')),
            key(|step| step.duration_seconds = Some(900)),
            key(|step| step.endpoint.push('x')),
            key(|step| step.region.push('x')),
            key(|step| step.mfa_serial.push('x')),
        ];
        for (index, one) in keys.iter().enumerate() {
            assert!(keys[..index].iter().all(|other| other != one), "{index}");
        }
    }
}
