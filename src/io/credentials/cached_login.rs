//! A login that the AWS CLI made and keeps in a file: used while it lasts, and refreshed in time.
//!
//! Owns the order of these steps, which loses no login even though the AWS CLI refreshes the same
//! file without a lock: read, lock, read again, refresh, replace, and read once more if the refresh
//! token was used up. Refuses to know what is in the file: each kind of login does.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};
use tokio::time::Instant;

use super::CredentialError;
use super::token_file::{Loaded, TokenFile};
use crate::io::transport::Transport;

/// What a refresh needs besides the login.
#[derive(Clone, Copy)]
pub(super) struct Now<'a> {
    pub(super) transport: &'a Transport,
    pub(super) at: SystemTime,
    pub(super) deadline: Option<Instant>,
}

/// What a login gives, and until when.
pub(super) struct Held<T> {
    pub(super) value: T,
    pub(super) expires_at: SystemTime,
}

/// The new content of a file, and what it gives.
pub(super) struct Refreshed<T> {
    pub(super) content: Map<String, Value>,
    pub(super) value: T,
}

/// Why a login wasn't refreshed.
pub(super) enum Failed {
    /// The refresh token isn't valid any more: perhaps somebody else has used it.
    Revoked,
    Otherwise(CredentialError),
}

/// A kind of login.
pub(super) trait CachedLogin: Sync {
    /// What it gives.
    type Value: Send;

    /// With less than this left it's refreshed.
    const REFRESH_BEFORE: Duration;

    /// Its file.
    fn file(&self) -> TokenFile;

    /// The error if there's no file.
    fn missing(&self) -> CredentialError;

    /// The error if it has expired, and a refresh doesn't help.
    fn expired(&self) -> CredentialError;

    /// What the file gives.
    fn held(&self, loaded: &Loaded) -> Result<Held<Self::Value>, CredentialError>;

    /// Whether the file has all that a refresh needs.
    fn is_refreshable(&self, loaded: &Loaded, at: SystemTime) -> bool;

    /// Asks for what follows.
    fn refresh(
        &self,
        loaded: &Loaded,
        now: Now<'_>,
    ) -> impl Future<Output = Result<Refreshed<Self::Value>, Failed>> + Send;
}

impl<T> Held<T> {
    /// Whether it lasts longer than this.
    fn lasts(&self, at: SystemTime, least: Duration) -> bool {
        self.expires_at.duration_since(at).is_ok_and(|left| left > least)
    }

    /// What it gives, if it isn't expired; else this error.
    fn unless_expired(self, at: SystemTime, error: CredentialError) -> Result<T, CredentialError> {
        if self.lasts(at, Duration::ZERO) { Ok(self.value) } else { Err(error) }
    }
}

/// What a login gives now, refreshed if necessary and possible.
pub(super) async fn get<L: CachedLogin>(login: &L, now: Now<'_>) -> Result<L::Value, CredentialError> {
    let file = login.file();
    let loaded = load(login, &file).await?;
    let held = login.held(&loaded)?;
    if held.lasts(now.at, L::REFRESH_BEFORE) {
        return Ok(held.value);
    }
    if !login.is_refreshable(&loaded, now.at) {
        return held.unless_expired(now.at, login.expired());
    }
    let lock = match file.lock(now.deadline).await {
        Ok(lock) => lock,
        Err(error) => return held.unless_expired(now.at, error),
    };
    // Whoever held the lock may have refreshed it.
    let loaded = load(login, &file).await?;
    let held = login.held(&loaded)?;
    if held.lasts(now.at, L::REFRESH_BEFORE) {
        return Ok(held.value);
    }
    match login.refresh(&loaded, now).await {
        Ok(refreshed) => match file.replace(&loaded, &refreshed.content, &lock).await {
            Ok(()) => Ok(refreshed.value),
            // What is held lasts; the login is lost for later runs only if nobody can save it until then.
            Err(error) => held.unless_expired(now.at, error),
        },
        Err(Failed::Revoked) => {
            // The AWS CLI takes no lock, and may have used the refresh token at the same moment.
            let again = load(login, &file).await?;
            login.held(&again)?.unless_expired(now.at, login.expired())
        }
        Err(Failed::Otherwise(error)) => held.unless_expired(now.at, error),
    }
}

async fn load<L: CachedLogin>(login: &L, file: &TokenFile) -> Result<Loaded, CredentialError> {
    file.read().await?.ok_or_else(|| login.missing())
}
