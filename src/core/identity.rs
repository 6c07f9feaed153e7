//! Identities: who a request is sent as, and how that credential is obtained.
//!
//! Owns the declaration in the workspace file (`[identities.NAME]`), and what makes it valid.
//! Refuses to fetch anything: `io/credentials` does, through the engine.

use std::ops::RangeInclusive;

use super::file_problem::FileProblem;
use super::names::IdentityName;
use super::sso_role::SessionRole;

/// The allowed duration of a GetSessionToken session in seconds:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>.
pub(crate) const SESSION_SECONDS: RangeInclusive<u64> = 900..=129_600;

/// The allowed duration of a role's session in seconds:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.
pub(crate) const ROLE_SECONDS: RangeInclusive<u64> = 900..=43_200;

/// A declared identity. Texts may contain `{{names}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its name in the workspace.
    pub name: IdentityName,
    /// How its credential is obtained.
    pub kind: IdentityKind,
}

/// How an identity's credential is obtained.
#[derive(Clone, PartialEq, Eq)]
pub enum IdentityKind {
    /// Long-term or pasted keys (`kind = "keys"`).
    Keys {
        /// Access key id.
        access_key: String,
        /// Secret access key, normally a `{{secret:NAME}}` reference.
        secret_key: String,
        /// Session token, normally a `{{secret:NAME}}` reference; empty for long-term keys.
        session_token: String,
    },
    /// Temporary keys from STS GetSessionToken (`kind = "get-session-token"`).
    GetSessionToken {
        /// Name of the identity whose long-term keys request the session.
        source: IdentityName,
        /// Duration in seconds, 900 to 129600; `None` means the service's default, 43200.
        duration_seconds: Option<u64>,
        /// STS endpoint; empty means the regional one.
        endpoint: String,
        /// Region of the STS request; empty means `us-east-1`.
        region: String,
        /// Serial number or ARN of the MFA device whose code the request needs; empty for none.
        mfa_serial: String,
        /// What happens when the session has expired.
        renew: Renew,
    },
    /// Temporary keys of a named federated user (`kind = "get-federation-token"`).
    FederationToken(Box<FederatedUser>),
    /// Temporary keys of a role (`kind = "assume-role"`).
    AssumeRole(Box<AssumedRole>),
    /// A profile of the user's AWS files (`kind = "profile"`).
    Profile {
        /// Its name.
        profile: String,
    },
    /// What the AWS CLI uses without `--profile` (`kind = "environment"`): the environment's keys,
    /// else the profile that the environment names, and so on.
    Environment,
    /// The output of a command (`kind = "process"`).
    Process {
        /// The command with its arguments.
        command: String,
    },
    /// A role that a login to IAM Identity Center leads to. No workspace declares it: it's picked for one
    /// run.
    SsoRole(SessionRole),
    /// Nobody (`kind = "anonymous"`): the request isn't signed.
    Anonymous,
    /// An invalid declaration. A request that needs it isn't sent.
    Broken(Box<FileProblem>),
}

impl IdentityKind {
    /// The word for it in the file.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Keys { .. } => "keys",
            Self::GetSessionToken { .. } => "get-session-token",
            Self::FederationToken(_) => "get-federation-token",
            Self::AssumeRole(_) => "assume-role",
            Self::Profile { .. } => "profile",
            Self::Environment => "environment",
            Self::Process { .. } => "process",
            Self::SsoRole(_) => "sso",
            Self::Anonymous => "anonymous",
            Self::Broken(_) => "invalid",
        }
    }

    /// What is wrong with the declaration.
    pub(crate) fn problem(&self) -> Option<&FileProblem> {
        match self {
            Self::Broken(problem) => Some(problem),
            Self::Keys { .. }
            | Self::GetSessionToken { .. }
            | Self::FederationToken(_)
            | Self::AssumeRole(_)
            | Self::Profile { .. }
            | Self::Environment
            | Self::Process { .. }
            | Self::SsoRole(_)
            | Self::Anonymous => None,
        }
    }

    /// Name of the identity whose credential is used to obtain this one's; `None` if the credential
    /// is declared.
    pub fn source(&self) -> Option<&str> {
        match self {
            Self::Keys { .. }
            | Self::Profile { .. }
            | Self::Environment
            | Self::Process { .. }
            | Self::SsoRole(_)
            | Self::Anonymous
            | Self::Broken(_) => None,
            Self::GetSessionToken { source, .. } => Some(source.as_str()),
            Self::FederationToken(user) => Some(user.source.as_str()),
            Self::AssumeRole(role) => Some(role.source.as_str()),
        }
    }

    /// Whether its credential may be long-term keys, which alone can request sessions. An invalid
    /// declaration is reported when it is used.
    fn may_request_sessions(&self) -> bool {
        match self {
            Self::Keys { .. }
            | Self::Profile { .. }
            | Self::Environment
            | Self::Process { .. }
            | Self::Broken(_) => true,
            Self::GetSessionToken { .. }
            | Self::FederationToken(_)
            | Self::AssumeRole(_)
            | Self::SsoRole(_)
            | Self::Anonymous => false,
        }
    }

    /// Whether its credential can assume a role.
    fn may_assume_roles(&self) -> bool {
        !matches!(self, Self::Anonymous)
    }
}

/// A federated user as declared. Texts may contain `{{names}}`; an empty one means that it isn't given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FederatedUser {
    /// Name of the identity whose long-term keys request the session.
    pub source: IdentityName,
    /// Name of the user, 2 to 32 characters.
    pub name: String,
    /// Session policy, JSON. Without one, only policies of resources that name the user allow anything.
    pub policy: String,
    /// Session tags.
    pub tags: Vec<(String, String)>,
    /// Duration in seconds, 900 to 129600; `None` means the service's default, 43200.
    pub duration_seconds: Option<u64>,
    /// STS endpoint; empty means the regional one.
    pub endpoint: String,
    /// Region of the STS request; empty means `us-east-1`.
    pub region: String,
    /// What happens when the session has expired.
    pub renew: Renew,
}

/// A role as declared. Texts may contain `{{names}}`; an empty one means that it isn't given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssumedRole {
    /// Name of the identity whose credential assumes the role.
    pub source: IdentityName,
    /// ARN of the role.
    pub role_arn: String,
    /// Name of the session.
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
    /// Serial number or ARN of the MFA device whose code the request needs.
    pub mfa_serial: String,
    /// Duration in seconds, 900 to 43200; `None` means the role's default, an hour.
    pub duration_seconds: Option<u64>,
    /// STS endpoint; empty means the regional one.
    pub endpoint: String,
    /// Region of the STS request; empty means `us-east-1`.
    pub region: String,
    /// What happens when the session has expired.
    pub renew: Renew,
}

/// What a send does if the session has expired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Renew {
    /// Fetches a new one first.
    #[default]
    Auto,
    /// Asks whether to fetch a new one or to use the expired one.
    Ask,
    /// Uses the expired one, so that the server's response can be seen, until the user renews it.
    Never,
}

/// Why a declaration is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// A session's source isn't declared, or has no long-term keys.
    #[error("`source = \"{source_name}\"` must name an identity with `kind = \"keys\"`")]
    Source {
        /// The source that is named.
        source_name: IdentityName,
        /// The names that would be valid.
        usable: Vec<IdentityName>,
    },
    /// A role's source isn't declared, or has no credential.
    #[error("`source = \"{source_name}\"` must name an identity with a credential")]
    RoleSource {
        /// The source that is named.
        source_name: IdentityName,
        /// The names that would be valid.
        usable: Vec<IdentityName>,
    },
    /// A session's duration is out of range.
    #[error("`duration_seconds` can't be {seconds}")]
    Duration {
        /// The duration.
        seconds: u64,
        /// What is allowed.
        allowed: RangeInclusive<u64>,
    },
}

impl IdentityError {
    /// The invalid key of the declaration.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Source { .. } | Self::RoleSource { .. } => "source",
            Self::Duration { .. } => "duration_seconds",
        }
    }

    /// What to do, in one sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Source { source_name, usable } | Self::RoleSource { source_name, usable }
                if usable.is_empty() =>
            {
                format!("Declare it under [identities.{source_name}] in signpost.toml.")
            }
            Self::Source { usable, .. } | Self::RoleSource { usable, .. } => {
                let usable: Vec<&str> = usable.iter().map(IdentityName::as_str).collect();
                format!("Choose one of these: {}.", usable.join(", "))
            }
            Self::Duration { allowed, .. } => {
                format!("Give a number from {} to {}.", allowed.start(), allowed.end())
            }
        }
    }
}

impl Identity {
    /// Checks what can be checked without replacing references: a session needs an identity with
    /// long-term keys among `declared`, a role one with any credential, and both a duration that STS
    /// allows. A source that is invalid itself is reported when it is used.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self, declared: &[Self]) -> Result<(), IdentityError> {
        let (source, serves, duration, allowed) = match &self.kind {
            IdentityKind::GetSessionToken { source, duration_seconds, .. } => {
                (source, IdentityKind::may_request_sessions as fn(&_) -> _, duration_seconds, SESSION_SECONDS)
            }
            IdentityKind::FederationToken(user) => (
                &user.source,
                IdentityKind::may_request_sessions as fn(&_) -> _,
                &user.duration_seconds,
                SESSION_SECONDS,
            ),
            IdentityKind::AssumeRole(role) => (
                &role.source,
                IdentityKind::may_assume_roles as fn(&_) -> _,
                &role.duration_seconds,
                ROLE_SECONDS,
            ),
            IdentityKind::Keys { .. }
            | IdentityKind::Profile { .. }
            | IdentityKind::Environment
            | IdentityKind::Process { .. }
            | IdentityKind::SsoRole(_)
            | IdentityKind::Anonymous
            | IdentityKind::Broken(_) => return Ok(()),
        };
        if !declared.iter().any(|other| other.name == *source && serves(&other.kind)) {
            let usable = declared
                .iter()
                .filter(|other| other.name != self.name && serves(&other.kind))
                .filter(|other| !matches!(other.kind, IdentityKind::Broken(_)));
            let usable = usable.map(|other| other.name.clone()).collect();
            let source_name = source.clone();
            return Err(if matches!(self.kind, IdentityKind::AssumeRole(_)) {
                IdentityError::RoleSource { source_name, usable }
            } else {
                IdentityError::Source { source_name, usable }
            });
        }
        match duration.filter(|seconds| !allowed.contains(seconds)) {
            Some(seconds) => Err(IdentityError::Duration { seconds, allowed }),
            None => Ok(()),
        }
    }
}

impl std::fmt::Debug for IdentityKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Keys { access_key, .. } => {
                f.debug_struct("Keys").field("access_key", access_key).finish_non_exhaustive()
            }
            Self::GetSessionToken { source, duration_seconds, endpoint, region, mfa_serial, renew } => f
                .debug_struct("GetSessionToken")
                .field("source", source)
                .field("duration_seconds", duration_seconds)
                .field("endpoint", endpoint)
                .field("region", region)
                .field("mfa_serial", mfa_serial)
                .field("renew", renew)
                .finish(),
            Self::FederationToken(user) => f.debug_tuple("FederationToken").field(user).finish(),
            Self::AssumeRole(role) => f.debug_tuple("AssumeRole").field(role).finish(),
            Self::Profile { profile } => f.debug_struct("Profile").field("profile", profile).finish(),
            Self::Environment => f.write_str("Environment"),
            Self::SsoRole(role) => f.debug_tuple("SsoRole").field(role).finish(),
            Self::Process { command } => f.debug_struct("Process").field("command", command).finish(),
            Self::Anonymous => f.write_str("Anonymous"),
            Self::Broken(problem) => f.debug_tuple("Broken").field(problem).finish(),
        }
    }
}
