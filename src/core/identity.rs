//! Identities: who a request is sent as, and how that credential is got.
//!
//! Owns the declaration as the workspace file has it (`[identities.NAME]`). Refuses to fetch
//! anything: `io/credentials` does, through the engine.

/// A declared identity. Texts may hold `{{names}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its name in the workspace.
    pub name: String,
    /// How its credential is got.
    pub kind: IdentityKind,
}

/// How an identity's credential is got.
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
        /// Name of the identity whose long-term keys ask for the session.
        source: String,
        /// Life in seconds, 900 to 129600; `None` means the service's default, 43200.
        duration_seconds: Option<u64>,
        /// STS endpoint; empty means the regional one.
        endpoint: String,
        /// Region of the STS call; empty means `us-east-1`.
        region: String,
        /// What happens when the session has expired.
        renew: Renew,
    },
}

/// What happens at a send when a minted session has expired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Renew {
    /// A new one is fetched before sending.
    #[default]
    Auto,
    /// The expired one is used, so that the server's answer can be seen, until the user renews it.
    Ask,
}

impl std::fmt::Debug for IdentityKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Keys { access_key, .. } => {
                f.debug_struct("Keys").field("access_key", access_key).finish_non_exhaustive()
            }
            Self::GetSessionToken { source, duration_seconds, endpoint, region, renew } => f
                .debug_struct("GetSessionToken")
                .field("source", source)
                .field("duration_seconds", duration_seconds)
                .field("endpoint", endpoint)
                .field("region", region)
                .field("renew", renew)
                .finish(),
        }
    }
}
