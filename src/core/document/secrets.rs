//! Secrets in a body: the values of fields that are known to hold one, such as those of STS, SSO,
//! Cognito and OAuth.
//!
//! Owns the names of these fields, in JSON (also JSON within a string), XML, forms and AWS's
//! credentials files. Only the surroundings of what is drawn are searched, so that a large body costs
//! nothing. Doesn't judge other names: what an application calls `token` may be anything.

use std::ops::Range;

use memchr::{memchr, memmem};

/// Names of fields whose value is a secret.
const NAMES: [&str; 25] = [
    "SecretAccessKey",
    "secretAccessKey",
    "secret_access_key",
    "SecretKey",
    "SessionToken",
    "sessionToken",
    "session_token",
    "AccessToken",
    "accessToken",
    "access_token",
    "RefreshToken",
    "refreshToken",
    "refresh_token",
    "IdToken",
    "idToken",
    "id_token",
    "ClientSecret",
    "clientSecret",
    "client_secret",
    "SecretString",
    "SecretBinary",
    "aws_secret_access_key",
    "aws_session_token",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];

/// What each of [`NAMES`] contains.
const STEMS: [&[u8]; 4] = [b"ecret", b"oken", b"ECRET", b"OKEN"];

/// More bytes than any of [`NAMES`] has.
const LONGEST_NAME: usize = 64;

/// The longest secret, in bytes. Before a row, this much is searched for a secret that goes on in it.
const LONGEST: usize = 16 * 1024;

/// The secrets around the rows that are drawn.
#[derive(Clone, Debug, Default)]
pub(super) struct Secrets {
    spans: Vec<Range<usize>>,
    /// The byte up to which the body has been searched, once it has been.
    searched: Option<usize>,
}

impl Secrets {
    /// The secrets that overlap a row. Rows come in their order.
    pub(super) fn within(&mut self, bytes: &[u8], row: &Range<usize>) -> Vec<Range<usize>> {
        self.search(bytes, row);
        let first = self.spans.partition_point(|span| span.end <= row.start);
        self.spans[first..].iter().take_while(|span| span.start < row.end).cloned().collect()
    }

    fn search(&mut self, bytes: &[u8], row: &Range<usize>) {
        let from = match self.searched {
            Some(searched) if searched >= row.end => return,
            Some(searched) => searched.saturating_sub(LONGEST_NAME),
            None => row.start.saturating_sub(LONGEST),
        };
        self.searched = Some(row.end);
        let window = bytes.get(from..row.end).unwrap_or_default();
        let mut hits: Vec<usize> = Vec::new();
        for stem in STEMS {
            hits.extend(memmem::find_iter(window, stem).map(|at| from + at));
        }
        hits.sort_unstable();
        for hit in hits {
            if let Some(span) = name_around(bytes, hit).and_then(|name| value(bytes, &name))
                && self.spans.last().is_none_or(|last| last.end <= span.start)
            {
                self.spans.push(span);
            }
        }
    }
}

/// Whether a body has a field whose value is masked on the screen.
pub fn has_secrets(bytes: &[u8]) -> bool {
    !Secrets::default().within(bytes, &(0..bytes.len())).is_empty()
}

/// The name that the byte `at` is part of, if it is one of [`NAMES`].
fn name_around(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let before = bytes.get(at.saturating_sub(LONGEST_NAME)..at)?;
    let start = at - before.iter().rev().take_while(|byte| is_part(byte)).count();
    let after = bytes.get(at..bytes.len().min(at + LONGEST_NAME))?;
    let end = at + after.iter().take_while(|byte| is_part(byte)).count();
    let name = bytes.get(start..end)?;
    NAMES.iter().any(|known| known.as_bytes() == name).then_some(start..end)
}

/// Where the value of the field of this name is; `None` for an empty one, and for a name that
/// doesn't name a field.
fn value(bytes: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let before = name.start.checked_sub(1).and_then(|at| bytes.get(at));
    let (start, len) = match (before, bytes.get(name.end)) {
        (Some(b'"'), Some(b'"' | b'\\')) => in_json(bytes, name.end)?,
        (Some(b'<' | b':'), Some(b'>' | b' ')) => in_xml(bytes, name.end)?,
        (_, Some(b'=' | b' ')) => in_line(bytes, name)?,
        _ => return None,
    };
    (len > 0).then_some(start..start + len)
}

/// From the quote after the name on: `"name": "value"`, also with the backslashes of JSON in a string.
fn in_json(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let skip = |at: usize, is: fn(&u8) -> bool| {
        at + bytes.get(at..).unwrap_or_default().iter().take_while(|byte| is(byte)).count()
    };
    let slash = |byte: &u8| *byte == b'\\';
    let quote = skip(at, slash);
    let colon = skip(quote + 1, u8::is_ascii_whitespace);
    let opening = skip(colon + 1, u8::is_ascii_whitespace);
    let start = skip(opening, slash);
    let is_field = [(quote, b'"'), (colon, b':'), (start, b'"')];
    if is_field.iter().any(|(at, byte)| bytes.get(*at) != Some(byte)) {
        return None;
    }
    let escapes = start - opening;
    let rest = rest(bytes, start + 1);
    let mut slashes = 0;
    for (i, byte) in rest.iter().enumerate() {
        match byte {
            b'"' if slashes < escapes || (slashes - escapes).is_multiple_of(2 * (escapes + 1)) => {
                return Some((start + 1, i - slashes.min(escapes)));
            }
            b'\\' => slashes += 1,
            _ => slashes = 0,
        }
    }
    Some((start + 1, rest.len()))
}

/// From the end of the name on: `<name>value</name>`.
fn in_xml(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let start = at + memchr(b'>', rest(bytes, at))? + 1;
    let rest = rest(bytes, start);
    let len = memchr(b'<', rest).unwrap_or(rest.len());
    let text = rest.get(..len)?;
    Some((start, if text.trim_ascii().is_empty() { 0 } else { len }))
}

/// `name=value` of a form, or `aws_name = value` of a credentials file.
fn in_line(bytes: &[u8], name: &Range<usize>) -> Option<(usize, usize)> {
    let spaced = bytes.get(name.clone())?.to_ascii_lowercase().starts_with(b"aws_");
    let space = |at: usize| {
        let spaces = rest(bytes, at).iter().take_while(|byte| **byte == b' ').count();
        at + if spaced { spaces } else { 0 }
    };
    let equals = space(name.end);
    if bytes.get(equals) != Some(&b'=') {
        return None;
    }
    let start = space(equals + 1);
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'&' | b'"' | b'\'' | b'<' | b'\\');
    let rest = rest(bytes, start);
    Some((start, rest.iter().position(ends).unwrap_or(rest.len())))
}

/// As much from a byte on as a secret can take.
fn rest(bytes: &[u8], at: usize) -> &[u8] {
    bytes.get(at..bytes.len().min(at.saturating_add(LONGEST))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A body with a dot for each byte that is masked.
    fn masked(body: &str) -> String {
        let hidden = Secrets::default().within(body.as_bytes(), &(0..body.len()));
        let masks = |at: usize| hidden.iter().any(|span| span.contains(&at));
        body.bytes().enumerate().map(|(at, byte)| if masks(at) { '.' } else { char::from(byte) }).collect()
    }

    #[test]
    fn secrets_are_found_in_every_format_that_holds_them() {
        for (body, expected) in [
            (
                r#"{"SecretAccessKey":"abc","AccessKeyId":"AKIA"}"#,
                r#"{"SecretAccessKey":"...","AccessKeyId":"AKIA"}"#,
            ),
            ("{\"sessionToken\" :\n \"abc\"}", "{\"sessionToken\" :\n \"...\"}"),
            (
                r#"{"access_token": "a\"b", "token_type": "Bearer"}"#,
                r#"{"access_token": "....", "token_type": "Bearer"}"#,
            ),
            (r#"{"log": "{\"id_token\":\"abc\",\"x\":1}"}"#, r#"{"log": "{\"id_token\":\"...\",\"x\":1}"}"#),
            (r#"{"id_token": "ab\\", "x": 1}"#, r#"{"id_token": "....", "x": 1}"#),
            ("<SecretAccessKey>abc</SecretAccessKey>", "<SecretAccessKey>...</SecretAccessKey>"),
            ("<a:SessionToken x='1'>abc</a:SessionToken>", "<a:SessionToken x='1'>...</a:SessionToken>"),
            ("access_token=abc&scope=repo", "access_token=...&scope=repo"),
            ("aws_secret_access_key = abc\nregion = x", "aws_secret_access_key = ...\nregion = x"),
            (r#"{"refresh_token": "ab"#, r#"{"refresh_token": ".."#),
        ] {
            assert_eq!(masked(body), expected);
        }
    }

    #[test]
    fn other_fields_and_mentions_stay() {
        for body in [
            r#"{"NextToken": "abc", "token": "abc", "SecretArn": "arn", "MySessionToken": "abc"}"#,
            r#"{"SessionToken": null, "access_token": 5, "id_token": "", "refresh_token"}"#,
            "<SessionToken/><SessionToken></SessionToken>",
            "let session_token = fetch();",
            "SessionToken",
        ] {
            assert_eq!(masked(body), body);
            assert!(!has_secrets(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn rows_from_any_place_on_hide_the_same() {
        let body =
            format!("{{\"a\": \"{}\", \"SessionToken\": \"{}\", \"b\": 1}}", "x".repeat(40), "s".repeat(300));
        let whole = Secrets::default().within(body.as_bytes(), &(0..body.len()));
        for first in 0..body.len() {
            let mut secrets = Secrets::default();
            for start in (first..body.len()).step_by(7) {
                let row = start..body.len().min(start + 7);
                let expected: Vec<_> = whole
                    .iter()
                    .filter(|span| span.start < row.end && span.end > row.start)
                    .cloned()
                    .collect();
                assert_eq!(secrets.within(body.as_bytes(), &row), expected, "{first} {row:?}");
            }
        }
    }
}
