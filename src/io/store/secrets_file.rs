//! The text of the private store.
//!
//! Owns its format, which only this program writes: no comments are kept. Refuses to quote what it
//! holds, also in errors.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::FileError;
use crate::config::text::line_column;
use crate::core::credential::{Credential, Secret};

/// What the private store of one workspace holds.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Contents {
    /// Secrets by name.
    pub(super) secrets: BTreeMap<String, Secret>,
    /// Minted credentials by the digest of what they were made from.
    pub(super) minted: BTreeMap<String, Credential>,
}

#[derive(Default, Deserialize, Serialize)]
struct Stored {
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    #[serde(default)]
    minted: BTreeMap<String, StoredCredential>,
}

#[derive(Deserialize, Serialize)]
struct StoredCredential {
    access_key: String,
    secret_key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_token: Option<String>,
    /// Unix time in whole seconds, which is what AWS gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
    source: String,
}

/// Reads the text of a store.
///
/// # Errors
/// The place of what can't be read, without quoting it.
pub(super) fn parse(text: &str) -> Result<Contents, FileError> {
    let stored: Stored = toml::from_str(text).map_err(|error| {
        let (line, column) = line_column(text, error.span().unwrap_or_default().start);
        FileError {
            line,
            column,
            message: "couldn't read the private store".into(),
            hint: "Correct this line, or remove the file and enter the secrets again.".into(),
        }
    })?;
    Ok(Contents {
        secrets: stored.secrets.into_iter().map(|(name, text)| (name, Secret::new(text))).collect(),
        minted: stored.minted.into_iter().map(|(name, stored)| (name, stored.into())).collect(),
    })
}

/// Writes the text of a store.
pub(super) fn write(contents: &Contents) -> Result<String, toml::ser::Error> {
    let secrets = contents.secrets.iter().map(|(name, secret)| (name.clone(), secret.expose().to_owned()));
    let minted = contents.minted.iter().map(|(name, credential)| (name.clone(), credential.into()));
    toml::to_string(&Stored { secrets: secrets.collect(), minted: minted.collect() })
}

impl From<StoredCredential> for Credential {
    fn from(stored: StoredCredential) -> Self {
        Self {
            access_key: stored.access_key,
            secret_key: Secret::new(stored.secret_key),
            session_token: stored.session_token.map(Secret::new),
            expires_at: stored
                .expires_at
                .and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds))),
            account_id: stored.account_id,
            source: stored.source,
        }
    }
}

impl From<&Credential> for StoredCredential {
    fn from(credential: &Credential) -> Self {
        let seconds = |at: SystemTime| at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Self {
            access_key: credential.access_key.clone(),
            secret_key: credential.secret_key.expose().to_owned(),
            session_token: credential.session_token.as_ref().map(|token| token.expose().to_owned()),
            expires_at: credential.expires_at.map(seconds),
            account_id: credential.account_id.clone(),
            source: credential.source.clone(),
        }
    }
}
