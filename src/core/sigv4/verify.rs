//! Verifies a presented signature.
//!
//! Owns recomputing it, and the form that it must have. Refuses to parse a request
//! ([`super::presented`] does) and to know any key.

use p256::ecdsa::VerifyingKey;
use zeroize::Zeroizing;

use super::canonical::{canonical_headers, canonical_path, canonical_query, canonical_request};
use super::keys;
use super::presented::{CredentialScope, PresentError, Presented, RawRequest};
use crate::core::credential::Secret;
use crate::core::endpoint::SigningDefaults;

/// What a signature is verified against.
#[derive(Clone, Copy)]
pub struct Received<'a> {
    /// The request.
    pub request: RawRequest<'a>,
    /// SHA-256 of the body that was received, in hex, or what the service accepts in its place.
    pub payload_hash: &'a str,
    /// How the service signs.
    pub rules: SigningDefaults,
}

/// The result of a verification.
#[derive(Clone, PartialEq, Eq)]
pub struct Verification {
    /// The presented signature is valid.
    pub matches: bool,
    /// What is wrong with the form of the presented signature, whatever the key.
    pub malformed: Option<&'static str>,
    /// Our canonical request. It may contain the session token.
    pub canonical_request: String,
    /// Our string to sign.
    pub string_to_sign: String,
}

/// What signatures are verified with, derived once and kept: it depends on a secret and, for SigV4,
/// on one day, region and service.
#[derive(Clone)]
pub struct VerificationKey(Kind);

#[derive(Clone)]
enum Kind {
    Sigv4(Zeroizing<[u8; 32]>),
    Sigv4a(Box<VerifyingKey>),
}

impl VerificationKey {
    /// Derives the key of a secret for a scope. `None` only if SigV4a finds no key, which doesn't
    /// happen in practice.
    pub fn derive(secret: &Secret, scope: &CredentialScope) -> Option<Self> {
        let secret = secret.expose();
        match &scope.region {
            Some(region) => {
                Some(Self(Kind::Sigv4(keys::signing_key(secret, &scope.date, region, &scope.service))))
            }
            None => keys::sigv4a_public_key(&scope.access_key, secret)
                .map(|key| Self(Kind::Sigv4a(Box::new(key)))),
        }
    }
}

impl std::fmt::Debug for VerificationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VerificationKey(***)")
    }
}

impl Presented {
    /// Computes the signature that this request should have and compares in constant time.
    ///
    /// `payload_hash` is that of the received body, or what the service accepts in its place.
    /// A raw `+` in the query may have been signed as a plus or as a space; both are accepted.
    ///
    /// # Errors
    /// As [`Presented::scope`].
    pub fn verify(
        &self,
        secret: &Secret,
        request: &RawRequest<'_>,
        payload_hash: &str,
        rules: &SigningDefaults,
    ) -> Result<Verification, PresentError> {
        let scope = self.scope()?;
        let key = VerificationKey::derive(secret, &scope);
        let received = Received { request: *request, payload_hash, rules: *rules };
        Ok(self.verify_with(key.as_ref(), &scope, &received))
    }

    /// The same with a derived key. Without a key nothing matches.
    pub fn verify_with(
        &self,
        key: Option<&VerificationKey>,
        scope: &CredentialScope,
        received: &Received<'_>,
    ) -> Verification {
        let (_, query) = received.request.path_and_query();
        let verify = |query: &str| {
            let (canonical_request, signed) = self.canonical_request(received, query);
            let string_to_sign =
                keys::string_to_sign(self.algorithm, &self.amz_date_text, &scope.text(), &canonical_request);
            let malformed = self.malformed(&signed);
            let matches = malformed.is_none()
                && match key {
                    Some(VerificationKey(Kind::Sigv4(key))) => {
                        keys::signature_matches(key, &string_to_sign, &self.signature)
                    }
                    Some(VerificationKey(Kind::Sigv4a(key))) => {
                        keys::sigv4a_verifies(key, &string_to_sign, &self.signature)
                    }
                    None => false,
                };
            Verification { matches, malformed, canonical_request, string_to_sign }
        };
        let ours = verify(query);
        if ours.matches || !query.contains('+') {
            return ours;
        }
        let spaced = verify(&query.replace('+', "%20"));
        if spaced.matches { spaced } else { ours }
    }

    /// A signature has one form: AWS compares texts, and so must we. `signed` are the signed headers
    /// of the canonical request: lower-case names in order, each once, and only of headers that the
    /// request has.
    fn malformed(&self, signed: &str) -> Option<&'static str> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if self.signed_headers.join(";") != signed {
            Some(
                "SignedHeaders must list headers that the request has, in lower case and in alphabetical order, each once",
            )
        } else if !self.signature.bytes().all(hex) {
            Some("the signature must be lower-case hex")
        } else {
            None
        }
    }

    /// The canonical request, and its signed headers.
    fn canonical_request(&self, received: &Received<'_>, query: &str) -> (String, String) {
        let Received { request, payload_hash, rules } = received;
        let (path, _) = request.path_and_query();
        let values: Vec<_> = request
            .headers
            .iter()
            .filter(|(name, _)| {
                self.signed_headers.iter().any(|signed| name.eq_ignore_ascii_case(signed.trim()))
            })
            .map(|(name, value)| (*name, String::from_utf8_lossy(value)))
            .collect();
        let headers = canonical_headers(values.iter().map(|(name, value)| (*name, &**value)));
        let keep = |name: &str| {
            !self.in_query
                || (name != "X-Amz-Signature" && !(rules.token_unsigned && name == "X-Amz-Security-Token"))
        };
        let query = canonical_query(query, keep, &[]);
        let path = canonical_path(path, rules.normalize, rules.double_encode);
        let canonical = canonical_request(request.method, &path, &query, &headers, payload_hash);
        (canonical, headers.signed)
    }
}
