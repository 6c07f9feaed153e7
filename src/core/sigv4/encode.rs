//! Percent-encoding as AWS defines it: everything but letters, digits and `-._~` becomes `%XX` with
//! capital hex digits, of UTF-8.

use std::borrow::Cow;

const HEX: &[u8; 16] = b"0123456789ABCDEF";

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn push_encoded(out: &mut String, byte: u8) {
    out.push('%');
    out.push(char::from(HEX[usize::from(byte >> 4)]));
    out.push(char::from(HEX[usize::from(byte & 15)]));
}

fn encode_unless(text: &str, keep: impl Fn(u8) -> bool) -> Cow<'_, str> {
    if text.bytes().all(&keep) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if keep(byte) { out.push(char::from(byte)) } else { push_encoded(&mut out, byte) }
    }
    Cow::Owned(out)
}

/// Encodes the text of a query name or value.
pub(crate) fn component(text: &str) -> Cow<'_, str> {
    encode_unless(text, is_unreserved)
}

/// Encodes a path, except for its slashes.
pub(crate) fn path(text: &str) -> Cow<'_, str> {
    encode_unless(text, |byte| byte == b'/' || is_unreserved(byte))
}

/// Only encodes what isn't allowed in a URL, so a path in wire form stays unchanged.
pub(crate) fn wire_path(text: &str) -> Cow<'_, str> {
    encode_unless(text, |byte| byte.is_ascii_graphic())
}

/// Re-encodes a query name or value of a URL, whatever encoding its author chose, in the encoding
/// that is signed. A raw `+` is a plus.
pub(crate) fn recode(text: &str) -> Cow<'_, str> {
    if text.bytes().all(is_unreserved) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for byte in percent_encoding::percent_decode_str(text) {
        if is_unreserved(byte) { out.push(char::from(byte)) } else { push_encoded(&mut out, byte) }
    }
    Cow::Owned(out)
}

/// Decodes a query name or value; bytes that aren't UTF-8 are replaced.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_recoded_to_the_same_form() {
        for (spelling, signed) in [
            ("abc-._~", "abc-._~"),
            ("a:b", "a%3Ab"),
            ("a%3ab", "a%3Ab"),
            ("%41", "A"),
            ("a+b", "a%2Bb"),
            ("a%2Bb", "a%2Bb"),
            ("a%20b", "a%20b"),
            ("100%", "100%25"),
            ("%zz", "%25zz"),
            ("k=v", "k%3Dv"),
            ("%E1%88%B4", "%E1%88%B4"),
            ("%ff", "%FF"),
        ] {
            assert_eq!(recode(spelling), signed, "{spelling}");
        }
    }
}
