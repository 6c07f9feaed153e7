//! A cache of derived signing keys.
//!
//! Owns its size. Deriving a key takes four HMACs, and a client uses the same one all day.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use crate::core::credential::Secret;
use crate::core::sigv4::{CredentialScope, VerificationKey};

/// The most access keys in the cache; when there are more, it is cleared.
const MAX_CACHED_ACCESS_KEYS: usize = 20_000;

/// The most combinations of day, region and service that are cached for an access key.
const MAX_SCOPES_PER_KEY: usize = 8;

/// Signing keys by access key. The secret of an access key never changes, so a derived key
/// stays valid.
#[derive(Default)]
pub(crate) struct SigningKeys(RwLock<HashMap<String, Vec<Derived>>>);

struct Derived {
    date: String,
    region: Option<String>,
    service: String,
    key: VerificationKey,
}

impl Derived {
    fn is_of(&self, scope: &CredentialScope) -> bool {
        self.date == scope.date && self.region == scope.region && self.service == scope.service
    }
}

impl SigningKeys {
    /// The key of a secret for a scope.
    pub(crate) fn get(&self, scope: &CredentialScope, secret: &Secret) -> Option<VerificationKey> {
        let find = |keys: &HashMap<String, Vec<Derived>>| {
            let mut derived = keys.get(&scope.access_key)?.iter();
            derived.find(|derived| derived.is_of(scope)).map(|derived| derived.key.clone())
        };
        if let Some(key) = find(&self.0.read().unwrap_or_else(PoisonError::into_inner)) {
            return Some(key);
        }
        let key = VerificationKey::derive(secret, scope)?;
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= MAX_CACHED_ACCESS_KEYS && !keys.contains_key(&scope.access_key) {
            keys.clear();
        }
        let derived = keys.entry(scope.access_key.clone()).or_default();
        if derived.len() >= MAX_SCOPES_PER_KEY {
            derived.remove(0);
        }
        derived.push(Derived {
            date: scope.date.clone(),
            region: scope.region.clone(),
            service: scope.service.clone(),
            key: key.clone(),
        });
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_bounded_and_distinguishes_scopes() {
        let keys = SigningKeys::default();
        let secret = Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        for day in 10..30 {
            let scope = CredentialScope {
                access_key: "AKIAIOSFODNN7EXAMPLE".into(),
                date: format!("201508{day}"),
                region: Some("us-east-1".into()),
                service: "lambda".into(),
                terminator: "aws4_request".into(),
            };
            assert!(keys.get(&scope, &secret).is_some());
        }
        let kept = keys.0.read().unwrap();
        let days: Vec<_> = kept["AKIAIOSFODNN7EXAMPLE"].iter().map(|derived| derived.date.as_str()).collect();
        assert_eq!(days, (22..30).map(|day| format!("201508{day}")).collect::<Vec<_>>());
    }
}
