//! Who is logging in to Identity Center or by AWS Sign-In, and who has: clients, codes and tokens, in memory.
//!
//! Owns how many there are and when each expires, by the cloud's clock.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// The most entries of a kind; beyond that, the one that expires first is removed.
const MAX_ENTRIES: usize = 1000;

/// Entries by a text that can't be guessed.
pub(super) struct Expiring<T>(BTreeMap<String, (SystemTime, T)>);

impl<T> Default for Expiring<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> Expiring<T> {
    pub(super) fn insert(&mut self, key: String, value: T, now: SystemTime, life: Duration) {
        if self.0.len() >= MAX_ENTRIES {
            let first = self.0.iter().min_by_key(|(_, (expires, _))| *expires).map(|(key, _)| key.clone());
            first.and_then(|key| self.0.remove(&key));
        }
        self.0.insert(key, (now + life, value));
    }

    /// An entry that hasn't expired.
    pub(super) fn get(&self, key: &str, now: SystemTime) -> Option<&T> {
        self.0.get(key).filter(|(expires, _)| *expires > now).map(|(_, value)| value)
    }

    /// Whether there is an entry, expired or not.
    pub(super) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Removes an entry; it is returned if it hasn't expired.
    pub(super) fn take(&mut self, key: &str, now: SystemTime) -> Option<T> {
        self.0.remove(key).filter(|(expires, _)| *expires > now).map(|(_, value)| value)
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.0.retain(|_, (_, value)| keep(value));
    }

    /// The entries that haven't expired.
    pub(super) fn values_mut(&mut self, now: SystemTime) -> impl Iterator<Item = &mut T> {
        self.0.values_mut().filter(move |(expires, _)| *expires > now).map(|(_, value)| value)
    }
}

/// A program that registered itself.
pub(super) struct Client {
    pub(super) secret: String,
    pub(super) redirect_uris: Vec<String>,
}

/// A login by device code.
pub(super) struct Device {
    pub(super) client: String,
    pub(super) user_code: String,
    pub(super) approved: bool,
}

/// A login by authorization code, after the button was pressed.
pub(super) struct Authorization {
    pub(super) client: String,
    pub(super) redirect_uri: String,
    /// SHA-256 of the verifier, as the client gave it.
    pub(super) challenge: String,
}

/// A login that lasts: its tokens name it.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) client: String,
    pub(super) id: String,
    /// The end of the login, whatever is refreshed.
    pub(super) ends: SystemTime,
}

/// What a login by AWS Sign-In is for.
#[derive(Clone)]
pub(super) struct SignInGrant {
    pub(super) client: String,
    pub(super) redirect_uri: String,
    /// SHA-256 of the verifier, as the client gave it.
    pub(super) challenge: String,
}

/// A login by AWS Sign-In that lasts: a refresh token names it.
#[derive(Clone)]
pub(super) struct SignInSession {
    pub(super) client: String,
    /// The key whose owner may refresh it.
    pub(super) key: String,
    /// The end of the login, whatever is refreshed.
    pub(super) ends: SystemTime,
}

#[derive(Default)]
pub(super) struct Entries {
    pub(super) clients: Expiring<Client>,
    pub(super) devices: Expiring<Device>,
    pub(super) codes: Expiring<Authorization>,
    pub(super) access_tokens: Expiring<Session>,
    pub(super) refresh_tokens: Expiring<Session>,
    pub(super) signin_codes: Expiring<SignInGrant>,
    pub(super) signin_refresh_tokens: Expiring<SignInSession>,
}

/// The logins of one cloud.
#[derive(Default)]
pub(super) struct Logins(Mutex<Entries>);

impl Logins {
    pub(super) fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
