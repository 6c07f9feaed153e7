//! A plan -> its wire form: the one place where URL, query and default headers take their final
//! bytes.
//!
//! Owns the form that is shown, signed and sent. Refuses any later change: once a [`WireRequest`]
//! exists, only the signature is added.

use std::collections::BTreeMap;

use base64::Engine as _;
use bytes::Bytes;

use crate::core::exchange::{Field, HeaderOrigin, Problem, SentHeader};
use crate::core::resolve::{Plan, PlanAuth, PlanBody, problem};

mod multipart;
mod target;

pub use crate::core::wire_request::{Piece, WireBody, WireRequest};
pub use multipart::pieces as multipart_pieces;
pub use target::{final_url, s3_spelling};

/// The content of a plan's files, read by the caller.
#[derive(Clone, Debug, Default)]
pub struct LoadedBody {
    /// The body of a file body.
    pub file: Option<WireBody>,
    /// The file parts of a multipart body, by the part's index.
    pub parts: LoadedParts,
    /// SHA-256 of the pieces that [`multipart_pieces`] returns for them, lower-case hex; needed if
    /// one is a file.
    pub multipart_sha256: Option<String>,
}

/// The content of the file parts of a multipart body, by the part's index.
pub type LoadedParts = BTreeMap<usize, LoadedPart>;

/// The content of a file part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedPart {
    /// Its bytes, or its file.
    pub piece: Piece,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
}

/// The default `user-agent`.
pub const USER_AGENT: &str = concat!("signpost/", env!("CARGO_PKG_VERSION"));

/// The default `accept-encoding`: what we can decode.
pub const ACCEPT_ENCODING: &str = "gzip, br, zstd";

/// The final form of a plan, or every problem that prevents it.
pub fn wire(plan: &Plan, files: LoadedBody) -> Result<WireRequest, Vec<Problem>> {
    let mut problems = Vec::new();
    let url = final_url(plan).map_err(|found| problems.push(found)).ok();
    let (body, content_type) = body(plan, files, &mut problems);
    check_headers(plan, &body, &mut problems);
    let auth = auth_header(plan, &mut problems);
    let (Some((url, userinfo)), true) = (url, problems.is_empty()) else {
        return Err(problems);
    };
    let mut headers: Vec<_> =
        plan.headers.iter().map(|(_, name, value)| header(name, value, HeaderOrigin::Author)).collect();
    headers.extend(auth.or_else(|| userinfo.map(|(user, password)| basic(&user, &password))));
    add_defaults(&mut headers, plan, content_type);
    Ok(WireRequest { method: plan.method.clone(), url, headers, body })
}

fn header(name: &str, value: &str, origin: HeaderOrigin) -> SentHeader {
    SentHeader { name: name.to_owned(), value: value.to_owned(), origin }
}

/// The `Authorization` value of RFC 7617.
fn basic(username: &str, password: &str) -> SentHeader {
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("{username}:{password}"));
    header("authorization", &format!("Basic {pair}"), HeaderOrigin::Auth)
}

fn auth_header(plan: &Plan, problems: &mut Vec<Problem>) -> Option<SentHeader> {
    let made = match &plan.auth {
        PlanAuth::None | PlanAuth::Sigv4(_) | PlanAuth::ApiKeyQuery { .. } => return None,
        PlanAuth::Bearer(token) => {
            header("authorization", &format!("Bearer {}", token.expose()), HeaderOrigin::Auth)
        }
        PlanAuth::Basic { username, password } => basic(username, password.expose()),
        PlanAuth::ApiKeyHeader { name, value } => header(name, value.expose(), HeaderOrigin::Auth),
    };
    if let Some((index, name, _)) = plan.headers.iter().find(|(_, n, _)| n.eq_ignore_ascii_case(&made.name)) {
        problems.push(twice(*index, name));
    }
    Some(made)
}

fn twice(index: usize, name: &str) -> Problem {
    problem(
        Field::Header(index),
        format!("{name} would be sent twice: by this row and by the authentication"),
        "Disable this row, or choose no authentication.",
    )
}

/// Headers added by the signature.
const SIGNATURE_HEADERS: [&str; 4] =
    ["authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"];

/// Refuses headers that would contradict the body, the connection or the signature.
fn check_headers(plan: &Plan, body: &WireBody, problems: &mut Vec<Problem>) {
    let signed = matches!(plan.auth, PlanAuth::Sigv4(_));
    let mut hosts = 0;
    for (index, name, value) in &plan.headers {
        let lower = name.to_ascii_lowercase();
        let field = Field::Header(*index);
        match lower.as_str() {
            "transfer-encoding" => problems.push(problem(
                field,
                "transfer-encoding belongs to the connection and can't be set",
                "Disable this row; the body's length is known and sent as content-length.",
            )),
            "content-length" if value.parse() != Ok(body.len()) => problems.push(problem(
                field,
                format!("content-length is {value:?}, but the body has {} bytes", body.len()),
                "Disable this row; content-length is set automatically.",
            )),
            "host" => {
                hosts += 1;
                if hosts > 1 {
                    problems.push(problem(field, "two rows set host", "Disable one of them."));
                }
            }
            name if signed && SIGNATURE_HEADERS.contains(&name) => problems.push(twice(*index, name)),
            _ => {}
        }
    }
    if plan.send.without.iter().any(|name| name.eq_ignore_ascii_case("accept"))
        && !plan.headers.iter().any(|(_, name, _)| name.eq_ignore_ascii_case("accept"))
    {
        problems.push(problem(
            Field::Request,
            "accept can't be left out: the HTTP library always sends it",
            "Keep it enabled (*/* means the same as no accept), or add a header row with that name.",
        ));
    }
}

/// The body and its media type.
fn body(plan: &Plan, mut files: LoadedBody, problems: &mut Vec<Problem>) -> (WireBody, Option<String>) {
    match &plan.body {
        PlanBody::None => (WireBody::Bytes(Bytes::new()), None),
        PlanBody::Bytes { bytes, content_type } => {
            (WireBody::Bytes(Bytes::copy_from_slice(bytes)), Some((*content_type).to_owned()))
        }
        PlanBody::File(path) => {
            let body = files.file.take().unwrap_or_else(|| {
                problems.push(problem(Field::Body, format!("{path} has not been read"), ""));
                WireBody::Bytes(Bytes::new())
            });
            (body, Some("application/octet-stream".to_owned()))
        }
        PlanBody::Multipart(parts) => {
            let joined = multipart::pieces(parts, &files.parts).and_then(|(boundary, pieces)| {
                Ok((boundary, multipart::join(pieces, files.multipart_sha256)?))
            });
            match joined {
                Ok((boundary, body)) => (body, Some(format!("multipart/form-data; boundary={boundary}"))),
                Err(found) => {
                    problems.push(found);
                    (WireBody::Bytes(Bytes::new()), None)
                }
            }
        }
    }
}

/// Adds the defaults that the author neither sets nor disables.
fn add_defaults(headers: &mut Vec<SentHeader>, plan: &Plan, content_type: Option<String>) {
    let defaults = [
        ("accept", Some("*/*")),
        ("accept-encoding", Some(ACCEPT_ENCODING)),
        ("user-agent", Some(USER_AGENT)),
        ("content-type", content_type.as_deref()),
    ];
    for (name, value) in defaults {
        let given = headers.iter().any(|header| header.name.eq_ignore_ascii_case(name));
        let off = plan.send.without.iter().any(|without| without.eq_ignore_ascii_case(name));
        if let (Some(value), false, false) = (value, given, off) {
            headers.push(header(name, value, HeaderOrigin::Default));
        }
    }
}

#[cfg(test)]
mod tests;
