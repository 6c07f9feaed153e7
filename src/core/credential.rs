//! Credentials and secrets.
//!
//! Owns what signs a request and when it expires. Refuses to print a secret: `Debug` and `Display`
//! show `***`, and the text is wiped from memory when dropped.

use std::fmt;
use std::time::{Duration, SystemTime};

use zeroize::Zeroize;

/// A text that must not be shown: a secret access key, a session token, a password.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for signing, or to show it because the user asked.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Whether an access key ID holds what none does: an assignment that was pasted whole, or quotes.
pub(crate) fn is_malformed_key(access_key: &str) -> bool {
    access_key.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '`' | '='))
}

/// What signs a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Access key id: `AKIA…` is long-term, `ASIA…` temporary.
    pub access_key: String,
    /// Secret access key.
    pub secret_key: Secret,
    /// Session token of a temporary credential.
    pub session_token: Option<Secret>,
    /// When it stops working (UTC); `None` means never.
    pub expires_at: Option<SystemTime>,
    /// The account that it belongs to, if its source says so.
    pub account_id: Option<String>,
    /// Where it came from, worded for the bottom line, for example `keys of alice`.
    pub source: String,
}

impl Credential {
    /// Whether it is a temporary key without its session token, which AWS always refuses with 403.
    pub fn lacks_token(&self) -> bool {
        self.access_key.starts_with("ASIA") && self.session_token.as_ref().is_none_or(Secret::is_empty)
    }

    /// Whether it still works at `now`, and for how long.
    pub fn expiry(&self, now: SystemTime) -> Expiry {
        match self.expires_at {
            None => Expiry::Unlimited,
            Some(at) => match at.duration_since(now) {
                Ok(left) if !left.is_zero() => Expiry::Left(left),
                Ok(_) => Expiry::Expired(Duration::ZERO),
                Err(past) => Expiry::Expired(past.duration()),
            },
        }
    }
}

/// Stores fetched credentials for later runs.
pub trait SessionStore: Send + Sync {
    /// The session stored under this key, a digest of everything it was requested with; it may have
    /// expired.
    fn session(&self, key: &str) -> Option<Credential>;

    /// Stores a session under this key; false if that failed. May wait for the disk.
    fn keep_session(&self, key: &str, session: &Credential) -> bool;
}

/// Whether a credential has expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// It doesn't expire.
    Unlimited,
    /// The time left.
    Left(Duration),
    /// The time since it expired.
    Expired(Duration),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn temporary(expires_at: SystemTime) -> Credential {
        Credential {
            access_key: "ASIAIOSFODNN7EXAMPLE".into(),
            secret_key: Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            session_token: Some(Secret::new("token")),
            expires_at: Some(expires_at),
            account_id: None,
            source: "test".into(),
        }
    }

    #[test]
    fn debug_shows_neither_secret_nor_token() {
        let shown = format!("{:?}", temporary(SystemTime::UNIX_EPOCH));
        assert!(!shown.contains("wJalr") && !shown.contains("token\""), "{shown}");
        assert!(shown.contains("***"));
    }

    #[test]
    fn a_credential_expires_at_the_exact_second() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        let credential = temporary(at);
        assert_eq!(credential.expiry(at - Duration::from_secs(1)), Expiry::Left(Duration::from_secs(1)));
        assert_eq!(credential.expiry(at), Expiry::Expired(Duration::ZERO));
        assert_eq!(credential.expiry(at + Duration::from_secs(2)), Expiry::Expired(Duration::from_secs(2)));
    }

    #[test]
    fn a_temporary_key_without_a_token_is_noticed() {
        let mut credential = temporary(SystemTime::UNIX_EPOCH);
        assert!(!credential.lacks_token());
        credential.session_token = None;
        assert!(credential.lacks_token());
    }
}
