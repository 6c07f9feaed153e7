//! A credential that is served to other programs, and renewed.
//!
//! Owns when it's renewed, and what is said if that fails. Refuses HTTP: the endpoint does it.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::exit::Exit;
use super::stop::Stop;
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

/// How long a response waits for the renewal of a credential that has expired: a person may have to be
/// waited for, and SDKs give up without a reason.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Why there is no credential while its renewal is under way.
const UNFINISHED: &str = "the credential has expired, and its renewal isn't finished: it may be waiting for an \
                          MFA code or a login at the terminal";

/// A credential with what renews it.
pub(super) struct Served {
    who: Who,
    asking: Asking,
    kept: Mutex<Kept>,
    /// Held by the renewal that is under way.
    renewal: Arc<tokio::sync::Mutex<()>>,
}

struct Kept {
    credential: Credential,
    /// When it was fetched, or couldn't be.
    since: SystemTime,
    /// Why the last renewal failed, if it did.
    failure: Option<String>,
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
        let kept = Mutex::new(Kept { credential, since, failure: None });
        Ok((Self { who, asking, kept, renewal: Arc::default() }, runtime))
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

    /// The credential as the endpoint gives it: the kept one while it lasts, even if it's being renewed.
    async fn current(self: Arc<Self>) -> Result<Value, String> {
        self.start_renewal();
        if self.is_expired() {
            // Whether the renewal has ended, succeeded or neither, what is kept says.
            let _ = tokio::time::timeout(LONGEST_WAIT, self.renewal.lock()).await;
        }
        let is_expired = self.is_expired();
        let kept = self.kept();
        if is_expired {
            return Err(kept.failure.clone().unwrap_or_else(|| UNFINISHED.to_owned()));
        }
        let now = self.who.engine.now();
        let until = kept.credential.expires_at.unwrap_or(kept.since.max(now) + UNKNOWN_LIFE);
        Ok(credential_json::of_container(&kept.credential, until))
    }

    /// Starts a renewal if it's due and none is under way.
    fn start_renewal(self: &Arc<Self>) {
        let Ok(turn) = Arc::clone(&self.renewal).try_lock_owned() else { return };
        if self.kept().lasts(self.who.engine.now()) {
            return;
        }
        let served = Arc::clone(self);
        tokio::spawn(async move {
            served.renew().await;
            drop(turn);
        });
    }

    async fn renew(&self) {
        self.kept().failure = None;
        let renewed = self.who.renewed(self.asking).await;
        let mut kept = self.kept();
        match renewed {
            Ok(credential) => kept.credential = credential,
            Err(problems) => {
                problems.iter().for_each(|found| who::problem(found, &mut io::stderr()));
                let first = problems.first().map_or("cancelled", |found| &found.message);
                kept.failure = Some(visible::line(first));
            }
        }
        kept.since = self.who.engine.now();
    }

    fn is_expired(&self) -> bool {
        matches!(self.kept().credential.expiry(self.who.engine.now()), Expiry::Expired(_))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Listens on this port of loopback, 0 for a free one. What is wrong is written to `err`.
pub(super) async fn listen(port: u16, err: &mut dyn io::Write) -> Result<CredentialEndpoint, Exit> {
    CredentialEndpoint::bind(port).await.map_err(|error| {
        let hint = if port == 0 { "Close other programs." } else { "Leave out --port for a free one." };
        who::error(&format!("couldn't listen on 127.0.0.1 port {port}: {error}"), hint, err);
        Exit::Usage
    })
}

/// The signals that end it. What is wrong is written to `err`.
pub(super) fn signals(err: &mut dyn io::Write) -> Result<Stop, Exit> {
    Stop::listen().map_err(|error| {
        who::error(&format!("couldn't listen for signals: {error}"), "Close other programs.", err);
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
            Kept { credential, since, failure: None }.lasts(now)
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
