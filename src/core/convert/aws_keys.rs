//! AWS keys in the formats in which tools print and store them -> access key, secret, token.
//!
//! Owns recognising them in a pasted text: assignments of sh, fish, PowerShell and cmd, the JSON of
//! `aws sts`, of `credential_process` and of SSO, blocks of `~/.aws/credentials`, and every format of
//! `aws configure export-credentials`. All of them are a known name followed by its value, so the
//! formats need no parser each. A long value that a terminal wrapped is joined again. Refuses to fetch
//! or keep anything.
//!
//! Sources: <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html>,
//! <https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html>,
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>.

use crate::core::credential::Secret;

/// What a text holds. Only what was found is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AwsKeys {
    /// Access key ID.
    pub access_key: Option<String>,
    /// Secret access key.
    pub secret_key: Option<Secret>,
    /// Session token of temporary keys.
    pub session_token: Option<Secret>,
    /// When they expire, as it is written: RFC 3339, or milliseconds since 1970.
    pub expiration: Option<String>,
    /// The region that stands next to them.
    pub region: Option<String>,
}

/// Which of the values a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    AccessKey,
    SecretKey,
    SessionToken,
    Expiration,
    Region,
}

/// The names in lower case, without `_` and `-`, and without the `aws` in front.
const NAMES: [(&str, Kind); 10] = [
    ("accesskeyid", Kind::AccessKey),
    ("secretaccesskey", Kind::SecretKey),
    ("sessiontoken", Kind::SessionToken),
    ("securitytoken", Kind::SessionToken),
    ("credentialexpiration", Kind::Expiration),
    ("sessionexpiration", Kind::Expiration),
    ("expiration", Kind::Expiration),
    ("xsecuritytokenexpires", Kind::Expiration),
    ("region", Kind::Region),
    ("defaultregion", Kind::Region),
];

/// The lengths of AWS's access key IDs and secret access keys. A shorter one was wrapped.
const ACCESS_KEY_LENGTH: usize = 20;
const SECRET_LENGTH: usize = 40;

/// Columns of a token that stand on one line at least, before a terminal wraps it.
const WRAPPED_AT: usize = 10;

/// Reads keys from a text. `None` unless it holds an access key with its secret, or one of the three
/// values under a name that begins with `aws`.
pub(crate) fn find(text: &str) -> Option<AwsKeys> {
    let mut keys = AwsKeys::default();
    let mut is_named_aws = false;
    let mut rest = text;
    while let Some((name, after)) = next_word(rest) {
        rest = after;
        let Some((kind, is_aws)) = kind_of(name) else { continue };
        let Some((value, after)) = value(after, kind) else { continue };
        rest = after;
        is_named_aws |= keys.take(kind, value) && is_aws;
    }
    let is_pair = keys.access_key.is_some() && keys.secret_key.is_some();
    let has_any = keys.access_key.is_some() || keys.secret_key.is_some() || keys.session_token.is_some();
    (is_pair || is_named_aws && has_any).then_some(keys)
}

impl AwsKeys {
    /// Takes a value that looks like one of its kind; of several, the first. Returns whether it did.
    fn take(&mut self, kind: Kind, value: String) -> bool {
        let (slot, is_valid) = match kind {
            Kind::AccessKey => (&mut self.access_key, is_access_key(&value)),
            Kind::SecretKey => return put_secret(&mut self.secret_key, value, 16),
            Kind::SessionToken => return put_secret(&mut self.session_token, value, 16),
            Kind::Expiration => (&mut self.expiration, value.starts_with(|c: char| c.is_ascii_digit())),
            Kind::Region => (&mut self.region, is_region(&value)),
        };
        let is_new = is_valid && slot.is_none();
        if is_new {
            *slot = Some(value);
        }
        is_new
    }
}

fn put_secret(slot: &mut Option<Secret>, value: String, least: usize) -> bool {
    let is_new = slot.is_none() && value.len() >= least && value.chars().all(is_base64);
    if is_new {
        *slot = Some(Secret::new(value));
    }
    is_new
}

/// Whether a text can be an access key ID: 16 to 128 letters, digits and `_`.
///
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html>.
fn is_access_key(text: &str) -> bool {
    (16..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn is_region(text: &str) -> bool {
    text.contains('-') && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_')
}

/// The next run of letters, digits, `_` and `-`, and what follows it.
fn next_word(text: &str) -> Option<(&str, &str)> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let text = &text[text.find(is_word)?..];
    Some(text.split_at(text.find(|c| !is_word(c)).unwrap_or(text.len())))
}

/// What a name stands for, and whether it begins with `aws`.
fn kind_of(name: &str) -> Option<(Kind, bool)> {
    let plain = name.replace(['_', '-'], "").to_ascii_lowercase();
    let bare = plain.strip_prefix("aws").unwrap_or(&plain);
    let (_, kind) = NAMES.iter().find(|(known, _)| *known == bare)?;
    Some((*kind, bare.len() < plain.len()))
}

/// The value that follows a name, and what follows the value.
fn value(text: &str, kind: Kind) -> Option<(String, &str)> {
    // The quote of a JSON name, then `=`, `:` or, as fish and `aws configure set` have it, a space.
    let text = text.strip_prefix(['"', '\'']).unwrap_or(text);
    let start = text.trim_start_matches([' ', '\t']);
    let start = match start.strip_prefix(['=', ':']) {
        Some(start) => start.trim_start_matches([' ', '\t']),
        None if start.len() < text.len() => start,
        None => return None,
    };
    if let Some(quote) = start.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inside = &start[1..];
        let end = inside.find(quote)?;
        let value = inside[..end].chars().filter(|c| !c.is_whitespace()).collect();
        return Some((value, &inside[end + 1..]));
    }
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '&' | ',' | '}' | '|');
    let (first, after) = start.split_at(start.find(is_end).unwrap_or(start.len()));
    Some(joined(first, after, kind))
}

/// A value with the lines on which a terminal continued it.
fn joined<'a>(first: &str, mut after: &'a str, kind: Kind) -> (String, &'a str) {
    let mut value = first.to_owned();
    loop {
        let is_unfinished = match kind {
            Kind::SecretKey => value.len() < SECRET_LENGTH,
            Kind::SessionToken => value.len() >= WRAPPED_AT && !value.ends_with("=="),
            Kind::AccessKey => value.len() < ACCESS_KEY_LENGTH,
            Kind::Expiration | Kind::Region => false,
        };
        let Some(below) = after.strip_prefix("\r\n").or_else(|| after.strip_prefix('\n')) else { break };
        let line = below.lines().next().unwrap_or_default();
        let piece = line.trim();
        // Padding stands at the end; elsewhere a `=` belongs to the next assignment.
        let is_piece = !piece.is_empty() && piece.chars().all(is_base64);
        if !is_unfinished
            || !is_piece
            || piece.trim_end_matches('=').contains('=')
            || kind_of(piece).is_some()
        {
            break;
        }
        value.push_str(piece);
        after = &below[line.len()..];
    }
    (value, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    const TOKEN: &str =
        "FwoGZXIvYXdzEHEaDEXAMPLEtokenEXAMPLEtokenEXAMPLEtokenEXAMPLEtokenEXAMPLE+token/EXAMPLE==";

    /// A text with the keys filled in.
    fn filled(text: &str) -> String {
        text.replace("@K", KEY).replace("@S", SECRET).replace("@T", TOKEN)
    }

    #[test]
    fn keys_are_found_in_every_format() {
        let formats = [
            (
                "sh",
                "export AWS_ACCESS_KEY_ID=@K\nexport AWS_SECRET_ACCESS_KEY=@S\nexport AWS_SESSION_TOKEN=@T\n",
            ),
            (
                "sh, quoted",
                "export AWS_ACCESS_KEY_ID=\"@K\" AWS_SECRET_ACCESS_KEY='@S'; export AWS_SESSION_TOKEN=\"@T\"",
            ),
            (
                "before a command",
                "AWS_ACCESS_KEY_ID=@K AWS_SECRET_ACCESS_KEY=@S AWS_SESSION_TOKEN=@T aws s3 ls",
            ),
            (
                "fish",
                "set -gx AWS_ACCESS_KEY_ID @K\nset -gx AWS_SECRET_ACCESS_KEY @S\nset -gx AWS_SESSION_TOKEN @T",
            ),
            (
                "PowerShell",
                "$Env:AWS_ACCESS_KEY_ID=\"@K\"\n$env:AWS_SECRET_ACCESS_KEY = '@S'\n$Env:AWS_SESSION_TOKEN=\"@T\"",
            ),
            (
                "cmd",
                "set AWS_ACCESS_KEY_ID=@K\r\nset \"AWS_SECRET_ACCESS_KEY=@S\"\r\nSET AWS_SESSION_TOKEN=@T\r\n",
            ),
            (
                "sts",
                "{\"Credentials\": {\"AccessKeyId\": \"@K\", \"SecretAccessKey\": \"@S\", \"SessionToken\": \"@T\"}}",
            ),
            (
                "credential_process",
                "{\n  \"Version\": 1,\n  \"AccessKeyId\": \"@K\",\n  \"SecretAccessKey\": \"@S\",\n  \"SessionToken\": \"@T\"\n}",
            ),
            (
                "sso",
                "{\"roleCredentials\":{\"accessKeyId\":\"@K\",\"secretAccessKey\":\"@S\",\"sessionToken\":\"@T\",\"expiration\":1}}",
            ),
            (
                "ini",
                "[default]\naws_access_key_id = @K\naws_secret_access_key = @S\naws_session_token = @T\n\n[other]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\n",
            ),
            (
                "configure set",
                "aws configure set aws_access_key_id @K\naws configure set aws_secret_access_key @S\naws configure set aws_session_token @T",
            ),
        ];
        for (name, text) in formats {
            let keys = find(&filled(text)).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(keys.access_key.as_deref(), Some(KEY), "{name}");
            assert_eq!(keys.secret_key.as_ref().map(Secret::expose), Some(SECRET), "{name}");
            assert_eq!(keys.session_token.as_ref().map(Secret::expose), Some(TOKEN), "{name}");
        }
    }

    #[test]
    fn expiry_and_region_are_found_next_to_them() {
        let text = "export AWS_ACCESS_KEY_ID=@K\nexport AWS_SECRET_ACCESS_KEY=@S\n\
                    export AWS_CREDENTIAL_EXPIRATION=2015-08-30T12:36:00Z\nexport AWS_REGION=eu-west-1\n";
        let keys = find(&filled(text)).unwrap();
        assert_eq!(keys.expiration.as_deref(), Some("2015-08-30T12:36:00Z"));
        assert_eq!(keys.region.as_deref(), Some("eu-west-1"));
    }

    #[test]
    fn a_wrapped_token_and_secret_are_joined() {
        for width in [40, 60, 79] {
            for text in [
                "export AWS_ACCESS_KEY_ID=@K\nexport AWS_SECRET_ACCESS_KEY=@S\nexport AWS_SESSION_TOKEN=@T\nexport AWS_REGION=eu-west-1",
                "{\n\"AccessKeyId\": \"@K\",\n\"SecretAccessKey\": \"@S\",\n\"SessionToken\": \"@T\"\n}",
            ] {
                let wrapped: String = filled(text)
                    .lines()
                    .flat_map(|line| line.as_bytes().chunks(width))
                    .map(|piece| format!("{}\n", String::from_utf8_lossy(piece)))
                    .collect();
                let keys = find(&wrapped).unwrap();
                assert_eq!(keys.secret_key.unwrap().expose(), SECRET, "{width}");
                assert_eq!(keys.session_token.unwrap().expose(), TOKEN, "{width}");
            }
        }
    }

    #[test]
    fn one_value_is_enough_under_a_name_of_aws() {
        let keys = find(&filled("export AWS_SESSION_TOKEN=@T")).unwrap();
        assert_eq!((keys.access_key, keys.session_token.unwrap().expose()), (None, TOKEN));
        assert_eq!(find(&filled("{\"sessionToken\": \"@T\"}")), None);
    }

    #[test]
    fn other_texts_hold_no_keys() {
        for text in [
            "",
            "AKIAIOSFODNN7EXAMPLE",
            "export AWS_ACCESS_KEY_ID=$ID AWS_SECRET_ACCESS_KEY=$SECRET",
            "set AWS_ACCESS_KEY_ID=<your key>\nset AWS_SECRET_ACCESS_KEY=...",
            "{\"region\": \"eu-west-1\", \"expiration\": \"2015-08-30T12:36:00Z\"}",
            "aws_access_key_id",
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, then AWS_SESSION_TOKEN.",
            "curl 'https://example.com/?accessKeyId=1'",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn no_secret_is_printed() {
        let keys =
            find(&filled("AWS_ACCESS_KEY_ID=@K AWS_SECRET_ACCESS_KEY=@S AWS_SESSION_TOKEN=@T")).unwrap();
        let printed = format!("{keys:?}");
        assert!(!printed.contains(SECRET) && !printed.contains(TOKEN), "{printed}");
    }
}
