//! A credential that is served to other programs, and renewed.
//!
//! Owns when it's renewed, and what is said if that fails. Refuses HTTP: the endpoint does it.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tokio::sync::Mutex;

use super::exit::Exit;
use super::who::{self, Asking, Signer, Who};
use crate::core::aws::Aws;
use crate::core::aws_environment::DEFAULT_PROFILE;
use crate::core::credential::{Credential, Expiry};
use crate::core::credential_json;
use crate::core::provider::is_complete;
use crate::core::visible;
use crate::io::credential_endpoint::CredentialEndpoint;

/// It's renewed this long before its expiry, or after half of its life if that is later: most SDKs ask
/// again a quarter of an hour before.
const RENEW_BEFORE: Duration = Duration::from_secs(900);

/// How soon to ask again where nobody knows when a credential expires.
const UNKNOWN_LIFE: Duration = Duration::from_secs(3600);

/// A credential with what renews it.
pub(super) struct Served {
    who: Who,
    asking: Asking,
    /// Held while it's renewed, so that everybody who asks meanwhile gets the same.
    kept: Mutex<Kept>,
}

struct Kept {
    credential: Credential,
    /// When it was fetched, or couldn't be.
    since: SystemTime,
}

impl Kept {
    /// Whether it needn't be renewed yet. After each failure half of the rest has to pass.
    fn lasts(&self, now: SystemTime) -> bool {
        let Some(expires) = self.credential.expires_at else { return true };
        let life = expires.duration_since(self.since).unwrap_or_default();
        expires.duration_since(now).is_ok_and(|left| left > RENEW_BEFORE.min(life / 2))
    }
}

impl Served {
    /// Serves the credential of a signer, which needs a session token: no SDK takes another from an
    /// endpoint. What is wrong is written to `err`.
    pub(super) fn new(
        signer: Signer,
        asking: Asking,
        err: &mut dyn io::Write,
    ) -> Result<(Self, tokio::runtime::Runtime), Exit> {
        let Signer { who, credential, runtime } = signer;
        if credential.session_token.is_none() {
            let message = format!("the {} are long-term: there is nothing to renew", credential.source);
            who::error(&message, "Leave out --serve.", err);
            return Err(Exit::Usage);
        }
        let since = who.engine.now();
        Ok((Self { who, asking, kept: Mutex::new(Kept { credential, since }) }, runtime))
    }

    /// Serves until this is dropped.
    pub(super) async fn serve(self, endpoint: CredentialEndpoint) {
        let served = Arc::new(self);
        let source = move || {
            let served = Arc::clone(&served);
            async move { served.current().await }
        };
        endpoint.serve(source).await;
    }

    /// The credential as the endpoint gives it, renewed if need be.
    async fn current(&self) -> Result<Value, String> {
        let mut kept = self.kept.lock().await;
        let now = self.who.engine.now();
        if !kept.lasts(now) {
            match self.who.renewed(self.asking).await {
                Ok(credential) => kept.credential = credential,
                Err(problems) => {
                    problems.iter().for_each(|found| who::problem(found, &mut io::stderr()));
                    if let Expiry::Expired(_) = kept.credential.expiry(self.who.engine.now()) {
                        let first = problems.first().map_or("cancelled", |found| &found.message);
                        return Err(visible::line(first));
                    }
                }
            }
            kept.since = self.who.engine.now();
        }
        let until = kept.credential.expires_at.unwrap_or(kept.since.max(now) + UNKNOWN_LIFE);
        Ok(credential_json::of_container(&kept.credential, until))
    }
}

/// Listens on this port of loopback, 0 for a free one. What is wrong is written to `err`.
pub(super) async fn listen(port: u16, err: &mut dyn io::Write) -> Result<CredentialEndpoint, Exit> {
    CredentialEndpoint::bind(port).await.map_err(|error| {
        let hint = "Leave out --port for a free one.";
        who::error(&format!("couldn't listen on 127.0.0.1 port {port}: {error}"), hint, err);
        Exit::Usage
    })
}

/// Whether the user's default profile has a credential: SDKs look there before they ask an endpoint.
pub(super) fn default_profile_comes_first(aws: &Aws) -> bool {
    is_complete(DEFAULT_PROFILE, aws)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::credential::Secret;

    #[test]
    fn it_is_renewed_a_quarter_of_an_hour_before_or_after_half_of_a_short_life() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let lasts = |expires, since, now| {
            let credential = Credential {
                access_key: "ASIAIOSFODNN7EXAMPLE".into(),
                secret_key: Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
                session_token: Some(Secret::new("token")),
                expires_at: expires,
                account_id: None,
                source: String::new(),
            };
            Kept { credential, since }.lasts(now)
        };
        for (life, last) in [(43_200, 42_300), (3600, 2700), (900, 450)] {
            assert!(lasts(Some(at(life)), at(0), at(last - 1)), "{life}");
            assert!(!lasts(Some(at(life)), at(0), at(last)), "{life}");
        }
        // After a failure at 450 it's tried again after half of what was left.
        assert!(lasts(Some(at(900)), at(450), at(674)) && !lasts(Some(at(900)), at(450), at(675)));
        assert!(!lasts(Some(at(900)), at(0), at(900)) && lasts(None, at(0), at(1 << 40)));
    }
}
