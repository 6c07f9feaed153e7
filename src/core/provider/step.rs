//! What a chain consists of: where it starts, and the steps from there.
//!
//! Owns these as data, with everything that determines their result. Refuses to carry them out:
//! `io/credentials` has a file for each.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::core::credential::{Credential, Expiry, Secret};
use crate::core::identity::Renew;

/// A session with less than this left is renewed before it is used.
const RENEW_BEFORE: Duration = Duration::from_secs(60);

/// The start of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// Keys in a declaration, a file or the environment.
    Keys(Credential),
    /// A command that prints a credential.
    Process(Process),
    /// A role of IAM Identity Center.
    Sso(Sso),
    /// A role assumed with a token from a file.
    WebIdentity(WebIdentity),
    /// A session of `aws login`.
    Login(Login),
    /// The endpoint of a container.
    Container(Container),
    /// The metadata service of an EC2 instance.
    Imds(Imds),
}

/// A command that prints a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    /// The command with its arguments.
    pub command: String,
    /// Who names it: `profile prod`, or an identity.
    pub named_by: String,
    /// The account, where the command doesn't print one.
    pub account_id: Option<String>,
}

/// A role of IAM Identity Center.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sso {
    /// The profile that names it; empty for a session without one.
    pub profile: String,
    /// Name of the `sso-session`; empty for a profile that has its own start URL.
    pub session: String,
    /// Start URL of the portal.
    pub start_url: String,
    /// Region of the portal.
    pub region: String,
    /// What a login asks for; empty for a profile that has its own start URL.
    pub scopes: Vec<String>,
    /// The account; empty for a session without a role.
    pub account_id: String,
    /// The role.
    pub role_name: String,
    /// The folder with the AWS CLI's tokens.
    pub cache: PathBuf,
    /// The folder with the AWS CLI's credentials of roles.
    pub role_cache: PathBuf,
    /// Endpoint of the portal; empty means the regional one.
    pub portal_endpoint: String,
    /// Endpoint that refreshes tokens; empty means the regional one.
    pub oidc_endpoint: String,
    /// A file with authorities that its requests trust beside the others.
    pub ca_bundle: Option<PathBuf>,
}

/// A role assumed with a token from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebIdentity {
    /// ARN of the role.
    pub role_arn: String,
    /// The file with the token.
    pub token_file: String,
    /// Name of the session; empty to make one.
    pub session_name: String,
    /// STS endpoint; empty means the regional one.
    pub endpoint: String,
    /// Region of the request; empty means the default.
    pub region: String,
}

/// A session of `aws login`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Login {
    /// The profile that names it.
    pub profile: String,
    /// ARN that the session is for.
    pub session: String,
    /// Region of the request; empty means the default.
    pub region: String,
    /// The folder with the AWS CLI's sessions.
    pub cache: PathBuf,
    /// Endpoint that refreshes sessions; empty means the regional one.
    pub endpoint: String,
    /// A file with authorities that its requests trust beside the others.
    pub ca_bundle: Option<PathBuf>,
}

/// The endpoint of a container, as the environment names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Container {
    /// A path at the container agent; empty if the full URI counts.
    pub relative_uri: String,
    /// The whole URI; empty if the path counts.
    pub full_uri: String,
    /// Value of the `Authorization` header; empty for none.
    pub token: Secret,
    /// A file with that value, which counts more; empty for none.
    pub token_file: String,
}

/// The metadata service of an EC2 instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Imds {
    /// Whether it must not be asked.
    pub disabled: bool,
    /// Its address; empty means the usual one.
    pub endpoint: String,
    /// `IPv4` or `IPv6`, which decides about the usual address; empty means the former.
    pub mode: String,
}

/// Uses one credential to obtain another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// STS GetSessionToken.
    SessionToken(SessionToken),
    /// STS GetFederationToken.
    FederationToken(Box<FederationToken>),
    /// STS AssumeRole.
    AssumeRole(Box<AssumeRole>),
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
    /// The command that prints the code; empty to ask for it.
    pub mfa_process: String,
    /// What happens if the session has expired.
    pub renew: Renew,
}

/// A federated user's session to request. An empty text means that it isn't given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FederationToken {
    /// Name of the identity that the session is for.
    pub identity: String,
    /// Name of the user.
    pub name: String,
    /// Session policy, JSON.
    pub policy: String,
    /// Session tags.
    pub tags: Vec<(String, String)>,
    /// Duration in seconds; `None` leaves it to the service.
    pub duration_seconds: Option<u64>,
    /// STS endpoint; empty means the regional one.
    pub endpoint: String,
    /// Region of the request; empty means the default.
    pub region: String,
    /// What happens if the session has expired.
    pub renew: Renew,
}

/// A role to assume. An empty text means that it isn't given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AssumeRole {
    /// Name of the identity, or the profile, that the role is for.
    pub identity: String,
    /// ARN of the role.
    pub role_arn: String,
    /// Name of the session; empty to make one.
    pub session_name: String,
    /// The id that the role's trust policy may require.
    pub external_id: String,
    /// Session policy, JSON.
    pub policy: String,
    /// Session tags.
    pub tags: Vec<(String, String)>,
    /// Keys of the tags that pass on to roles assumed with this session.
    pub transitive_tags: Vec<String>,
    /// Source identity.
    pub source_identity: String,
    /// Duration in seconds; `None` leaves it to the service.
    pub duration_seconds: Option<u64>,
    /// MFA device whose code the request needs.
    pub mfa_serial: String,
    /// The command that prints the code; empty to ask for it.
    pub mfa_process: String,
    /// Where the AWS CLI keeps a credential of this role; `None` for a role that it doesn't know.
    pub cli_cache: Option<CliCache>,
    /// STS endpoint; empty means the regional one.
    pub endpoint: String,
    /// Region of the request; empty means the default.
    pub region: String,
    /// What happens if the session has expired.
    pub renew: Renew,
}

/// Where the AWS CLI keeps the credentials of roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CliCache {
    /// The folder.
    pub folder: PathBuf,
    /// The MFA device that the profile names: the CLI sends its code with the role's request.
    pub mfa_serial: String,
}

/// The longest that a role assumed with a session may live, in seconds:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining>.
pub(super) const MOST_CHAINED_SECONDS: u64 = 3600;

impl AssumeRole {
    /// The duration to ask for with this source, and whether it's shorter than configured: with a
    /// session a role may be assumed for an hour.
    pub(crate) fn duration_with(&self, source: &Credential) -> (Option<u64>, bool) {
        let clamped = source.session_token.is_some()
            && self.duration_seconds.is_some_and(|seconds| seconds > MOST_CHAINED_SECONDS);
        (if clamped { Some(MOST_CHAINED_SECONDS) } else { self.duration_seconds }, clamped)
    }
}

impl Base {
    /// The credential, if it is known without fetching.
    pub(crate) fn keys(&self) -> Option<&Credential> {
        match self {
            Self::Keys(credential) => Some(credential),
            Self::Process(_)
            | Self::Sso(_)
            | Self::WebIdentity(_)
            | Self::Login(_)
            | Self::Container(_)
            | Self::Imds(_) => None,
        }
    }

    /// Everything that determines its result, without secrets.
    pub(super) fn parts(&self) -> Vec<String> {
        let parts =
            |kind: &str, parts: &[&str]| [kind].iter().chain(parts).map(|part| (*part).to_owned()).collect();
        match self {
            // The kind is left out, so that sessions that were stored before there were kinds are found.
            Self::Keys(credential) => vec![credential.access_key.clone()],
            Self::Process(Process { command, named_by: _, account_id: _ }) => parts("process", &[command]),
            Self::Sso(Sso {
                profile: _,
                scopes: _,
                session,
                start_url,
                region,
                account_id,
                role_name,
                cache: _,
                role_cache: _,
                portal_endpoint,
                oidc_endpoint,
                ca_bundle: _,
            }) => parts(
                "sso",
                &[session, start_url, region, account_id, role_name, portal_endpoint, oidc_endpoint],
            ),
            Self::WebIdentity(WebIdentity { role_arn, token_file, session_name, endpoint, region }) => {
                parts("web-identity", &[role_arn, token_file, session_name, endpoint, region])
            }
            Self::Login(Login { profile: _, session, region, cache: _, endpoint, ca_bundle: _ }) => {
                parts("login", &[session, region, endpoint])
            }
            Self::Container(Container { relative_uri, full_uri, token: _, token_file }) => {
                parts("container", &[relative_uri, full_uri, token_file])
            }
            Self::Imds(Imds { disabled: _, endpoint, mode }) => parts("imds", &[endpoint, mode]),
        }
    }

    /// Whether what is known of it can still be used at `now`. Nothing can replace declared keys.
    pub(crate) fn accepts(&self, known: &Credential, now: SystemTime) -> bool {
        self.keys().is_some() || serves(known, now)
    }
}

/// Whether a credential has expired.
pub(crate) fn is_expired(known: &Credential, now: SystemTime) -> bool {
    matches!(known.expiry(now), Expiry::Expired(_))
}

/// Whether a credential lives long enough to be used.
fn serves(known: &Credential, now: SystemTime) -> bool {
    match known.expiry(now) {
        Expiry::Unlimited => true,
        Expiry::Left(left) => left > RENEW_BEFORE,
        Expiry::Expired(_) => false,
    }
}

impl Step {
    /// Whether somebody has to answer a question for it.
    pub(crate) fn needs_input(&self) -> bool {
        !self.mfa_serial().is_empty() && self.mfa_process().is_empty()
    }

    /// The command that prints the device's code; empty to ask for it.
    pub(crate) fn mfa_process(&self) -> &str {
        match self {
            Self::SessionToken(step) => &step.mfa_process,
            Self::FederationToken(_) => "",
            Self::AssumeRole(step) => &step.mfa_process,
        }
    }

    /// MFA device whose code the request needs; empty for none.
    pub(crate) fn mfa_serial(&self) -> &str {
        match self {
            Self::SessionToken(step) => &step.mfa_serial,
            Self::FederationToken(_) => "",
            Self::AssumeRole(step) => &step.mfa_serial,
        }
    }

    /// Name of the identity, or the profile, that it is for.
    pub(crate) fn identity(&self) -> &str {
        match self {
            Self::SessionToken(step) => &step.identity,
            Self::FederationToken(step) => &step.identity,
            Self::AssumeRole(step) => &step.identity,
        }
    }

    /// STS endpoint; empty means the regional one.
    pub(crate) fn endpoint(&self) -> &str {
        match self {
            Self::SessionToken(step) => &step.endpoint,
            Self::FederationToken(step) => &step.endpoint,
            Self::AssumeRole(step) => &step.endpoint,
        }
    }

    /// Region of its request; empty means the default.
    pub(crate) fn region(&self) -> &str {
        match self {
            Self::SessionToken(step) => &step.region,
            Self::FederationToken(step) => &step.region,
            Self::AssumeRole(step) => &step.region,
        }
    }

    /// What happens if its credential has expired.
    fn renew(&self) -> Renew {
        match self {
            Self::SessionToken(step) => step.renew,
            Self::FederationToken(step) => step.renew,
            Self::AssumeRole(step) => step.renew,
        }
    }

    /// Whether only a person can replace a credential of this step: a question has to be answered, or
    /// the declaration leaves it to the user.
    pub(crate) fn needs_person(&self) -> bool {
        self.needs_input() || self.renew() != Renew::Auto
    }

    /// Whether an earlier credential of this step can still be used at `now`. One that a person has to
    /// replace is used until it expires.
    pub(crate) fn accepts(&self, known: &Credential, now: SystemTime) -> bool {
        match self.renew() {
            Renew::Never => true,
            Renew::Ask | Renew::Auto if self.needs_person() => !is_expired(known, now),
            Renew::Ask | Renew::Auto => serves(known, now),
        }
    }

    /// Everything that determines its result.
    pub(super) fn parts(&self) -> Vec<String> {
        let duration = |seconds: Option<u64>| seconds.map(|seconds| seconds.to_string()).unwrap_or_default();
        match self {
            Self::SessionToken(step) => [
                "get-session-token",
                &step.identity,
                &step.endpoint,
                &step.region,
                &step.mfa_serial,
                &duration(step.duration_seconds),
            ]
            .map(str::to_owned)
            .to_vec(),
            Self::FederationToken(step) => {
                let texts = [
                    "get-federation-token",
                    &step.identity,
                    &step.endpoint,
                    &step.region,
                    &duration(step.duration_seconds),
                    &step.name,
                    &step.policy,
                ];
                let tags = step.tags.iter().flat_map(|(key, value)| [key, value]).cloned();
                texts.map(str::to_owned).into_iter().chain(tags).collect()
            }
            Self::AssumeRole(step) => {
                let texts = [
                    "assume-role",
                    &step.identity,
                    &step.endpoint,
                    &step.region,
                    &step.mfa_serial,
                    &duration(step.duration_seconds),
                    &step.role_arn,
                    &step.session_name,
                    &step.external_id,
                    &step.policy,
                    &step.source_identity,
                ];
                // Their number keeps tags apart from the keys of transitive ones.
                let count = step.tags.len().to_string();
                let tags = step.tags.iter().flat_map(|(key, value)| [key, value]);
                let tags = tags.chain(&step.transitive_tags).cloned();
                texts.map(str::to_owned).into_iter().chain([count]).chain(tags).collect()
            }
        }
    }
}
