//! Random identifiers: keys, secrets, tokens, request ids.
//!
//! Owns their shapes. The operating system gives one seed at the start; every text is the
//! SHA-256 of that seed and a counter, so nothing can fail or block later.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::core::hex;

/// A source of unpredictable identifiers.
pub(super) struct Random {
    seed: [u8; 32],
    counter: AtomicU64,
}

impl Random {
    pub(super) fn new() -> Result<Self, getrandom::Error> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        Ok(Self { seed, counter: AtomicU64::new(0) })
    }

    fn bytes(&self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 32);
        while bytes.len() < length {
            let count = self.counter.fetch_add(1, Ordering::Relaxed);
            let mut hash = Sha256::new();
            hash.update(self.seed);
            hash.update(count.to_be_bytes());
            bytes.extend_from_slice(&hash.finalize());
        }
        bytes.truncate(length);
        bytes
    }

    /// `prefix` and 16 characters of `[A-Z2-7]`: `AKIA…`, `ASIA…`, `AIDA…`.
    pub(super) fn id(&self, prefix: &str) -> String {
        format!("{prefix}{}", self.base32(16))
    }

    /// This many characters of Base32.
    pub(super) fn base32(&self, count: usize) -> String {
        const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        self.bytes(count).into_iter().map(|byte| char::from(BASE32[usize::from(byte % 32)])).collect()
    }

    /// A secret access key: 40 characters of base64.
    pub(super) fn secret(&self) -> String {
        STANDARD.encode(self.bytes(30))
    }

    /// A session token, which begins as AWS's do.
    pub(super) fn token(&self) -> String {
        format!("IQoJb3JpZ2luX2Vj{}", STANDARD.encode(self.bytes(240)))
    }

    /// A code for a text, in hex, that nobody else can compute.
    pub(super) fn code_for(&self, text: &str) -> String {
        hex::encode(sign(&Key::new(HMAC_SHA256, &self.seed), text.as_bytes()))
    }

    /// This many bytes in lower-case hex.
    pub(super) fn hex(&self, count: usize) -> String {
        hex::encode(self.bytes(count))
    }

    /// A version 4 UUID, as request ids and revision ids are.
    pub(super) fn uuid(&self) -> String {
        let hex = self.hex(16);
        format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_the_shapes_of_aws() {
        let random = Random::new().unwrap();
        let key = random.id("AKIA");
        assert_eq!(key.len(), 20);
        assert!(key[4..].bytes().all(|b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b)), "{key}");
        assert_eq!(random.secret().len(), 40);
        assert_eq!(random.uuid().len(), 36);
        assert_ne!(random.uuid(), random.uuid());
    }
}
