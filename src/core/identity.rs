//! Identities: who a request is sent as, and how that credential is obtained.
//!
//! Owns the declaration in the workspace file (`[identities.NAME]`), and what makes it valid.
//! Refuses to fetch anything: `io/credentials` does, through the engine.

use std::ops::RangeInclusive;

use super::file_problem::FileProblem;
use super::names::IdentityName;

/// The allowed duration of a GetSessionToken session in seconds:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>.
const SESSION_SECONDS: RangeInclusive<u64> = 900..=129_600;

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
    /// An invalid declaration. A request that needs it isn't sent.
    Broken(Box<FileProblem>),
}

impl IdentityKind {
    /// Name of the identity whose credential is used to obtain this one's; `None` if the credential
    /// is declared.
    pub fn source(&self) -> Option<&str> {
        match self {
            Self::Keys { .. } | Self::Broken(_) => None,
            Self::GetSessionToken { source, .. } => Some(source.as_str()),
        }
    }
}

/// What a send does if the session has expired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Renew {
    /// Fetches a new one first.
    #[default]
    Auto,
    /// Uses the expired one, so that the server's response can be seen, until the user renews it.
    Ask,
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
    /// A session's duration is out of range.
    #[error("`duration_seconds` can't be {0}")]
    Duration(u64),
}

impl IdentityError {
    /// The invalid key of the declaration.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Source { .. } => "source",
            Self::Duration(_) => "duration_seconds",
        }
    }

    /// What to do, in one sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Source { source_name, usable } if usable.is_empty() => {
                format!("Declare it under [identities.{source_name}] in signpost.toml.")
            }
            Self::Source { usable, .. } => {
                let usable: Vec<&str> = usable.iter().map(IdentityName::as_str).collect();
                format!("Choose one of these: {}.", usable.join(", "))
            }
            Self::Duration(_) => {
                let (least, most) = SESSION_SECONDS.into_inner();
                format!("Give a number from {least} to {most}.")
            }
        }
    }
}

impl Identity {
    /// Checks what can be checked without replacing references: a session needs an identity with
    /// long-term keys among `declared`, and a duration that STS allows. A source that is invalid
    /// itself is reported when it is used.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self, declared: &[Self]) -> Result<(), IdentityError> {
        let IdentityKind::GetSessionToken { source, duration_seconds, .. } = &self.kind else {
            return Ok(());
        };
        let serves = |kind: &IdentityKind| match kind {
            IdentityKind::Keys { .. } | IdentityKind::Broken(_) => true,
            IdentityKind::GetSessionToken { .. } => false,
        };
        if !declared.iter().any(|other| other.name == *source && serves(&other.kind)) {
            let usable = declared.iter().filter(|other| matches!(other.kind, IdentityKind::Keys { .. }));
            let usable = usable.map(|other| other.name.clone()).collect();
            return Err(IdentityError::Source { source_name: source.clone(), usable });
        }
        match duration_seconds.filter(|seconds| !SESSION_SECONDS.contains(seconds)) {
            Some(seconds) => Err(IdentityError::Duration(seconds)),
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
            Self::Broken(problem) => f.debug_tuple("Broken").field(problem).finish(),
        }
    }
}
