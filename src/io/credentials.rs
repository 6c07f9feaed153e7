//! Credentials that have to be fetched, and those that were.
//!
//! Owns the cache of minted credentials, in memory, and the calls that mint them; what outlives the
//! process is in the private store. Refuses to decide when one is needed: the engine does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::core::credential::Credential;
use crate::core::hex;

pub mod sts;

/// What a minted credential was minted for; another source key, duration, endpoint or region is
/// another credential.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MintKey {
    /// Name of the identity.
    pub identity: String,
    /// Access key of the source that asked.
    pub access_key: String,
    /// Life in seconds, as asked for.
    pub duration_seconds: Option<u64>,
    /// STS endpoint; empty means the regional one.
    pub endpoint: String,
    /// Region of the call; empty means [`sts::DEFAULT_REGION`].
    pub region: String,
}

impl MintKey {
    /// The name under which the private store keeps what was minted: a digest, so that a session of
    /// other keys or other parameters is never taken for this one.
    pub fn digest(&self) -> String {
        let duration = self.duration_seconds.map(|seconds| seconds.to_string()).unwrap_or_default();
        let mut hash = Sha256::new();
        for part in [&self.identity, &self.access_key, &duration, &self.endpoint, &self.region] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hex::encode(hash.finalize())
    }
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
