//! What is refused before signing, because AWS would certainly respond with 403 or because it can't
//! be sent as signed.

use super::error::SignError;
use super::{Settings, Signable, UNSIGNED_PAYLOAD};
use crate::core::credential::Credential;
use crate::core::request::is_token;
use crate::core::request::{Algorithm, SignatureLocation};

/// The longest validity of a presigned URL in seconds: seven days.
const MAX_EXPIRES_SECONDS: u64 = 604_800;

/// The limit of `http::Uri`, with which the crate parses a URL.
pub(crate) const MAX_URL_BYTES: usize = 65_534;

pub(crate) fn check(
    request: &Signable<'_>,
    credential: &Credential,
    settings: &Settings,
) -> Result<(), SignError> {
    check_credential(request, credential)?;
    check_settings(settings)?;
    if !is_token(request.method) {
        return Err(SignError::Method(request.method.to_owned()));
    }
    check_url(request)?;
    request.headers.iter().try_for_each(|(name, value)| check_header(name, value))?;
    if !is_payload_hash(request.payload_hash) {
        return Err(SignError::PayloadHash(request.payload_hash.to_owned()));
    }
    Ok(())
}

fn check_credential(request: &Signable<'_>, credential: &Credential) -> Result<(), SignError> {
    let unclean = |text: &str| text.contains(|c: char| c.is_whitespace() || c.is_control());
    if credential.access_key.is_empty() {
        return Err(SignError::EmptyAccessKey);
    }
    if credential.secret_key.is_empty() {
        return Err(SignError::EmptySecretKey);
    }
    let token = credential.session_token.as_ref().map_or("", |token| token.expose());
    let texts = [
        ("access key id", credential.access_key.as_str()),
        ("secret access key", credential.secret_key.expose()),
        ("session token", token),
    ];
    if let Some((what, _)) = texts.into_iter().find(|(_, text)| unclean(text)) {
        return Err(SignError::UncleanCredential(what));
    }
    if credential.lacks_token() && !brings_token(request) {
        return Err(SignError::MissingToken { access_key: credential.access_key.clone() });
    }
    Ok(())
}

/// Whether the author set the session token in the request by hand.
fn brings_token(request: &Signable<'_>) -> bool {
    request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("x-amz-security-token"))
        || request.url.query().is_some_and(|query| query.contains("X-Amz-Security-Token="))
}

fn check_settings(settings: &Settings) -> Result<(), SignError> {
    if settings.region.is_empty() {
        return Err(SignError::EmptyRegion);
    }
    if settings.service.is_empty() {
        return Err(SignError::EmptyService);
    }
    let is_set = settings.algorithm == Algorithm::Sigv4a;
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let in_region = |c: char| in_name(c) || (is_set && matches!(c, '*' | ','));
    if !settings.region.chars().all(in_region) {
        return Err(SignError::ScopePart { what: "region", value: settings.region.clone() });
    }
    if !settings.service.chars().all(in_name) {
        return Err(SignError::ScopePart { what: "service", value: settings.service.clone() });
    }
    if settings.location == SignatureLocation::Query && !(1..=MAX_EXPIRES_SECONDS).contains(&settings.expires)
    {
        return Err(SignError::Expires(settings.expires));
    }
    Ok(())
}

fn check_url(request: &Signable<'_>) -> Result<(), SignError> {
    let url = request.url;
    if !matches!(url.scheme(), "http" | "https" | "ws" | "wss") || !url.has_host() {
        return Err(SignError::Url(format!("`{}` isn't an http or https URL with a host", url.scheme())));
    }
    if url.as_str().len() > MAX_URL_BYTES {
        return Err(SignError::Url(format!("it is longer than {MAX_URL_BYTES} bytes")));
    }
    let query = url.query().unwrap_or_default();
    if percent_encoding::percent_decode_str(query).decode_utf8().is_err() {
        return Err(SignError::Url("its query contains percent-encoded bytes that aren't UTF-8".to_owned()));
    }
    Ok(())
}

fn check_header(name: &str, value: &str) -> Result<(), SignError> {
    let refuse = |reason| Err(SignError::Header { name: name.escape_default().to_string(), reason });
    if !is_token(name) {
        return refuse("the name contains an invalid character");
    }
    // A folded line is an obsolete way to write one long value; any other line end would start a
    // new header.
    let mut rest = value;
    while let Some(at) = rest.find(['\r', '\n']) {
        let line = &rest[at..];
        let line = line.strip_prefix("\r\n").or_else(|| line.strip_prefix('\n')).unwrap_or(line);
        if !line.starts_with([' ', '\t']) {
            return refuse("the value contains a line break");
        }
        rest = line;
    }
    if value.contains(|c: char| c.is_ascii_control() && !matches!(c, '\t' | '\r' | '\n')) {
        return refuse("the value contains a control character");
    }
    Ok(())
}

fn is_payload_hash(text: &str) -> bool {
    let is_hash = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_hash || text == UNSIGNED_PAYLOAD || text.starts_with("STREAMING-")
}

/// Whether the path of a URL, as typed, has segments `.` or `..`, in any spelling. The WHATWG
/// parser resolves them, so such a path can't be requested from a service that doesn't normalize.
pub fn has_dot_segment(typed_url: &str) -> bool {
    let rest = typed_url.split_once("://").map_or(typed_url, |(_, rest)| rest);
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (_, path) = rest[..end].split_once(['/', '\\']).unwrap_or_default();
    path.split(['/', '\\']).any(|segment| {
        let plain =
            segment.trim_matches(|c: char| c.is_ascii_whitespace()).to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    })
}

#[cfg(test)]
mod tests {
    use super::has_dot_segment;

    #[test]
    fn dot_segments_are_found_in_every_spelling() {
        for typed in [
            "http://h/a/../b",
            "http://h/.",
            "h/a/./b",
            "http://h/%2e%2E/a",
            "http://h\\..",
            "http://h/a/.. ",
        ] {
            assert!(has_dot_segment(typed), "{typed}");
        }
        for typed in
            ["http://h", "http://h/a.b/..c/...", "http://h/a?b=/../", "http://h/a#/..", "http://../a"]
        {
            assert!(!has_dot_segment(typed), "{typed}");
        }
    }
}
