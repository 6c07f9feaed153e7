//! Our own implementation of strings to sign, signing keys and signatures.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
//! and, for SigV4a, <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html>.

use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{DerSignature, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::core::hex;
use crate::core::request::Algorithm;

impl Algorithm {
    /// Its name on the wire.
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Sigv4 => "AWS4-HMAC-SHA256",
            Self::Sigv4a => "AWS4-ECDSA-P256-SHA256",
        }
    }
}

/// The last part of every credential scope.
pub(crate) const TERMINATOR: &str = "aws4_request";

/// SHA-256 in lower-case hex, which is signed as the payload's hash.
pub fn payload_hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// `20150830T123600Z`; `None` for a time outside the years 1970 to 9999.
pub fn amz_date(at: SystemTime) -> Option<String> {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    let at = OffsetDateTime::from_unix_timestamp(i64::try_from(since).ok()?).ok()?;
    let (date, time) = (at.date(), at.time());
    Some(format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    ))
}

/// Parses `20150830T123600Z`.
pub fn parse_amz_date(text: &str) -> Option<SystemTime> {
    let format = time::macros::format_description!("[year][month][day]T[hour][minute][second]Z");
    if text.len() != 16 {
        return None;
    }
    let at = time::PrimitiveDateTime::parse(text, format).ok()?.assume_utc().unix_timestamp();
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(at).ok()?))
}

/// The string to sign.
pub fn string_to_sign(
    algorithm: Algorithm,
    amz_date: &str,
    credential_scope: &str,
    canonical_request: &str,
) -> String {
    let hash = payload_hash(canonical_request.as_bytes());
    [algorithm.wire_name(), "\n", amz_date, "\n", credential_scope, "\n", &hash].concat()
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(mac(key, parts).finalize().into_bytes().into())
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac
}

/// The SigV4 signing key of one day, region and service.
pub(crate) fn signing_key(secret: &str, date: &str, region: &str, service: &str) -> Zeroizing<[u8; 32]> {
    let first = Zeroizing::new(["AWS4", secret].concat());
    let mut key = hmac(first.as_bytes(), &[date.as_bytes()]);
    for part in [region, service, TERMINATOR] {
        key = hmac(key.as_slice(), &[part.as_bytes()]);
    }
    key
}

/// The SigV4 signature in lower-case hex.
pub(crate) fn signature(key: &[u8; 32], string_to_sign: &str) -> String {
    hex::encode(hmac(key, &[string_to_sign.as_bytes()]).as_slice())
}

/// Compares a presented SigV4 signature with ours in constant time.
pub(crate) fn signature_matches(key: &[u8; 32], string_to_sign: &str, presented: &str) -> bool {
    let Some(presented) = hex::decode(presented) else { return false };
    mac(key, &[string_to_sign.as_bytes()]).verify_slice(&presented).is_ok()
}

/// The order of the P-256 group minus two.
const ORDER_LESS_TWO: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
    0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f,
];

/// The public half of the SigV4a key that is derived from an access key and its secret (NIST SP
/// 800-108 in counter mode; a candidate above the group's order is skipped). `None` only if 254
/// candidates in a row are too large, which doesn't happen in practice.
pub(crate) fn sigv4a_public_key(access_key: &str, secret: &str) -> Option<VerifyingKey> {
    let first = Zeroizing::new(["AWS4A", secret].concat());
    (1..=254u8).find_map(|counter| {
        let parts: [&[u8]; 6] = [
            &1u32.to_be_bytes(),
            Algorithm::Sigv4a.wire_name().as_bytes(),
            &[0],
            access_key.as_bytes(),
            &[counter],
            &256u32.to_be_bytes(),
        ];
        let mut candidate = hmac(first.as_bytes(), &parts);
        if *candidate > ORDER_LESS_TWO {
            return None;
        }
        for byte in candidate.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
        SigningKey::from_slice(candidate.as_slice()).ok().map(|key| *key.verifying_key())
    })
}

/// Whether a SigV4a signature (hex of DER) is valid for this string to sign.
pub(crate) fn sigv4a_verifies(key: &VerifyingKey, string_to_sign: &str, signature: &str) -> bool {
    let Some(bytes) = hex::decode(signature) else { return false };
    let Ok(signature) = DerSignature::try_from(bytes.as_slice()) else { return false };
    key.verify(string_to_sign.as_bytes(), &signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_round_trip_and_invalid_ones_are_refused() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
        assert_eq!(amz_date(at).as_deref(), Some("20150830T123600Z"));
        assert_eq!(parse_amz_date("20150830T123600Z"), Some(at));
        for wrong in [
            "",
            "20150830",
            "20151330T123600Z",
            "20150830T123600",
            "2015-08-30T12:36:00Z",
            "19600101T000000Z",
        ] {
            assert_eq!(parse_amz_date(wrong), None, "{wrong}");
        }
        assert_eq!(amz_date(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), None);
    }

    // From the public-key.json of the official SigV4a suite.
    #[test]
    fn the_sigv4a_key_is_the_documented_one() {
        let key = sigv4a_public_key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
        let point = key.to_sec1_point(false);
        assert_eq!(
            hex::encode(point.as_bytes()),
            "04b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1\
             865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518"
        );
    }
}
