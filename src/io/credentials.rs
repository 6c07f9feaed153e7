//! Credentials that have to be fetched, and those that were.
//!
//! Owns the cache of minted credentials, in memory alone, and the calls that mint them. Refuses to
//! decide when one is needed: the engine does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::core::credential::Credential;

pub mod sts;

/// What a minted credential was minted for; another source key, duration or endpoint is another
/// credential.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MintKey {
    /// Name of the identity.
    pub identity: String,
    /// Access key of the source that asked.
    pub access_key: String,
    /// Life in seconds, as asked for.
    pub duration_seconds: Option<u64>,
    /// STS endpoint.
    pub endpoint: String,
}

/// Minted credentials, in memory. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Cache(Arc<Mutex<HashMap<MintKey, Credential>>>);

impl Cache {
    /// The credential that was minted for this, expired or not.
    pub fn get(&self, key: &MintKey) -> Option<Credential> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Keeps a credential, in place of an older one.
    pub fn put(&self, key: MintKey, credential: Credential) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, credential);
    }
}
