//! AWS Signature Version 4 and 4a: canonical request, string to sign, signature, verification.
//!
//! Owns the steps as AWS documents them, so that each of them can be shown. The signature that is
//! sent comes from the `aws-sigv4` crate; ours is computed as well, and they are compared on every
//! send. Refuses to fetch credentials or to read a clock.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

mod aws_crate;
mod canonical;
mod check;
mod encode;
mod error;
mod explain;
mod keys;
mod presented;
mod sign;
mod verify;

use url::Url;

pub use crate::core::request::UNSIGNED_PAYLOAD;
pub use aws_crate::host;
pub use canonical::{
    CanonicalHeaders, canonical_headers, canonical_path, canonical_query, canonical_request,
};
pub use check::has_dot_segment;
pub use error::SignError;
pub use explain::explain;
pub use keys::{amz_date, parse_amz_date, payload_hash, string_to_sign};
pub use presented::{CredentialScope, Parameter, PresentError, Presented, RawRequest, Repeated};
pub use sign::sign;
pub use verify::{Received, Verification, VerificationKey};

use crate::core::endpoint;
use crate::core::request::{Algorithm, SignatureLocation};

/// What is signed. Headers are those of the wire form, in order, without `host`, which follows from
/// the URL unless it is among the headers.
#[derive(Clone, Copy, Debug)]
pub struct Signable<'a> {
    /// Method.
    pub method: &'a str,
    /// Final URL.
    pub url: &'a Url,
    /// Final headers; hop-by-hop headers among them aren't signed.
    pub headers: &'a [(&'a str, &'a str)],
    /// What is signed as the payload's hash: lower-case hex SHA-256 or [`UNSIGNED_PAYLOAD`].
    pub payload_hash: &'a str,
}

/// Every setting of a signature; nothing is left to be inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// SigV4 or SigV4a.
    pub algorithm: Algorithm,
    /// Region, or the region set for SigV4a.
    pub region: String,
    /// Service of the credential scope.
    pub service: String,
    /// Headers or query.
    pub location: SignatureLocation,
    /// Validity of a presigned URL in seconds, 1 to 604800.
    pub expires: u64,
    /// Resolve dot segments and empty segments of the path before signing.
    pub normalize: bool,
    /// Percent-encode the path a second time.
    pub double_encode: bool,
    /// Send and sign `x-amz-content-sha256`.
    pub content_sha256: bool,
    /// Append the session token without signing it.
    pub token_unsigned: bool,
}

impl Settings {
    /// What a service requires of a signature in headers (SigV4; presigned URLs are valid for 900
    /// seconds).
    pub fn for_service(service: &str, region: &str) -> Self {
        let defaults = endpoint::defaults(service);
        Self {
            algorithm: Algorithm::Sigv4,
            region: region.to_owned(),
            service: service.to_owned(),
            location: SignatureLocation::Headers,
            expires: 900,
            normalize: defaults.normalize,
            double_encode: defaults.double_encode,
            content_sha256: defaults.content_sha256,
            token_unsigned: defaults.token_unsigned,
        }
    }
}

/// A signature and what it adds to the request. `Debug` doesn't show the session token.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    /// Every step, as text.
    pub steps: Steps,
    /// Headers to set, in order: name and value. Each replaces those of the same name in the
    /// request (see [`Signed::replaces`]). Empty for a signature in the query.
    pub headers: Vec<(String, String)>,
    /// The URL to send; the one that was signed, with the signature if that is in the query.
    pub url: Url,
}

impl Signed {
    /// Whether a header of the request must not be sent, because the signature adds its own or
    /// didn't cover it.
    pub fn replaces(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        if self.headers.iter().any(|(own, _)| *own == name) {
            return true;
        }
        match name.as_str() {
            "authorization" | "x-amz-date" => true,
            "x-amz-security-token" => {
                self.headers.is_empty()
                    && self.url.query_pairs().any(|(name, _)| name == "X-Amz-Security-Token")
            }
            _ => false,
        }
    }
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Signed").field("steps", &self.steps).field("headers", &names).finish_non_exhaustive()
    }
}

/// Every step of a signature, as text. `Debug` leaves out the canonical request, which may contain
/// the session token.
#[derive(Clone, PartialEq, Eq)]
pub struct Steps {
    /// `AWS4-HMAC-SHA256` or `AWS4-ECDSA-P256-SHA256`.
    pub algorithm: &'static str,
    /// The canonical request. It contains the session token if that is signed: mask it before
    /// showing it.
    pub canonical_request: String,
    /// The string to sign.
    pub string_to_sign: String,
    /// `date/region/service/aws4_request` (no region for SigV4a).
    pub credential_scope: String,
    /// Names of the signed headers, in order, joined with `;`.
    pub signed_headers: String,
    /// What is signed as the payload's hash: lower-case hex SHA-256 or `UNSIGNED-PAYLOAD`.
    pub payload_hash: String,
    /// `20150830T123600Z`.
    pub amz_date: String,
    /// Lower-case hex.
    pub signature: String,
}

impl std::fmt::Debug for Steps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Steps")
            .field("string_to_sign", &self.string_to_sign)
            .field("signed_headers", &self.signed_headers)
            .field("signature", &self.signature)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
