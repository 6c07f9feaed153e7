//! One-time codes of MFA devices.
//!
//! Owns their arithmetic: HMAC-SHA1, 30 seconds, six digits. Refuses to decide which codes a device
//! accepts; that is the state's.
//!
//! Source: <https://www.rfc-editor.org/rfc/rfc6238>, <https://www.rfc-editor.org/rfc/rfc4648#section-6>

use std::time::SystemTime;

use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};

use super::clock::unix_seconds;

/// How long a code lasts, in seconds.
const STEP_SECONDS: u64 = 30;

/// The number of steps since 1970 at a time.
pub(super) fn step(time: SystemTime) -> i64 {
    i64::try_from(unix_seconds(time) / STEP_SECONDS).unwrap_or(i64::MAX)
}

/// The six digits of a step.
pub(super) fn code(seed: &[u8], step: i64) -> String {
    let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = tag.last().map_or(0, |last| usize::from(last & 15));
    let four = tag.get(offset..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

/// The bytes of a Base32 text, as authenticator apps read it: in either case, with or without spaces
/// and padding. `None` for anything else, and for nothing.
pub(super) fn decode_base32(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    let digits = text.trim().trim_end_matches('=').chars();
    for c in digits.filter(|c| !matches!(c, ' ' | '-')) {
        let value = match c.to_ascii_uppercase() {
            letter @ 'A'..='Z' => u32::from(letter) - u32::from('A'),
            digit @ '2'..='7' => u32::from(digit) - u32::from('2') + 26,
            _ => return None,
        };
        held = held << 5 | value;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.extend(u8::try_from(held >> bits & 0xff));
            held &= (1 << bits) - 1;
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B has eight digits; six are the last of them.
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(code(b"12345678901234567890", step(at)), expected, "{seconds}");
        }
    }

    #[test]
    fn base32_is_read_as_authenticator_apps_read_it() {
        for text in ["GEZDGNBVGY3TQOJQ", "gezd gnbv-gy3t qojq", "GEZDGNBVGY3TQOJQ===="] {
            assert_eq!(decode_base32(text).as_deref(), Some(&b"1234567890"[..]), "{text}");
        }
        assert_eq!(decode_base32("MZXW6YQ=").as_deref(), Some(&b"foob"[..]));
        for text in ["", "A", "GEZD1", "GEZD8", "G=EZ", "é"] {
            assert_eq!(decode_base32(text), None, "{text}");
        }
    }
}
