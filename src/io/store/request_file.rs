//! The request file: TOML text <-> [`Request`].
//!
//! Owns the format (`docs/file-format.md` is its reference). Refuses files and folders: text in,
//! text out. Unknown keys are kept and otherwise ignored, so that a newer file survives an older
//! program; [`unknown_keys`] tells them.
//!
//! Every key may be left out, and default values are. `[body]` and `[auth]` hold the fields of
//! every kind side by side, so that choosing another kind loses nothing; as soon as one of them
//! holds a field it must say its `kind`.

use std::borrow::Cow;

use crate::config::text::{self, Section};
use crate::core::request::STATUS_RANGE;
use crate::core::request::{
    Algorithm, ApiKeyAuth, ApiKeyPlace, Auth, AuthKind, BasicAuth, BearerAuth, Body, BodyKind, Expect, Part,
    PayloadMode, Plus, Request, Row, SendOptions, SignatureLocation, Sigv4Auth,
};
use crate::core::suggest;

use super::FileError;
pub use super::request_edit::update;

/// Reads a request file. The error is the first one in the file.
///
/// # Errors
/// Broken TOML, a value of the wrong type, a word that is none of its key's words, or an identity
/// together with keys of its own.
pub fn parse(text: &str) -> Result<Request, FileError> {
    read(text, Reading::Strict)
}

/// Reads a request that may be half-typed: what [`update`] wrote is always read back, even where
/// [`parse`] would refuse it (an identity beside keys, a payload hash of the wrong length).
///
/// # Errors
/// Broken TOML, or a value of the wrong type.
pub fn parse_draft(text: &str) -> Result<Request, FileError> {
    read(text, Reading::Draft)
}

/// The keys of a request file that mean nothing to this program, each with its place. They are kept;
/// a slip of the pen is told with the key that was meant.
pub fn unknown_keys(text: &str) -> Vec<FileError> {
    let text = unix_lines(text);
    let Ok(document) = text::document(&text) else { return Vec::new() };
    let root = Section::root(&document);
    let mut found = Vec::new();
    for (name, known) in KEYS {
        let section = if name.is_empty() { Some(root.clone()) } else { root.section(name).ok().flatten() };
        let Some(section) = section else { continue };
        for key in section.keys().filter(|key| !known.contains(key)) {
            let hint = match suggest::closest(key, known.iter().copied()) {
                Some(similar) => format!("did you mean `{similar}`?"),
                None => String::new(),
            };
            found.push(section.error_at(
                key,
                format!("`{}` is not known and is ignored", section.name(key)),
                hint,
            ));
        }
    }
    found.sort_by_key(|error| (error.line, error.column));
    found
}

/// Every key that is known, by section; `""` is the root.
const KEYS: [(&str, &[&str]); 5] = [
    ("", &["name", "method", "url", "params", "headers", "notes", "body", "auth", "expect", "send"]),
    ("body", &["kind", "text", "fields", "parts", "file"]),
    ("auth", &AUTH_FIELDS),
    ("expect", &["status"]),
    ("send", &["insecure", "follow_redirects", "timeout_seconds", "without", "plus"]),
];

/// How much is asked of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Everything must make sense together.
    Strict,
    /// Half-typed fields are taken as they are.
    Draft,
}

fn read(text: &str, reading: Reading) -> Result<Request, FileError> {
    let text = unix_lines(text);
    let document = text::document(&text)?;
    let root = Section::root(&document);
    Ok(Request {
        name: root.string("name")?,
        method: root.string("method")?.unwrap_or_default(),
        url: root.string("url")?.unwrap_or_default(),
        params: rows(&root, "params")?,
        headers: rows(&root, "headers")?,
        notes: root.string("notes")?.unwrap_or_default(),
        body: root.section("body")?.map_or_else(|| Ok(Body::default()), |s| body(&s))?,
        auth: root.section("auth")?.map_or_else(|| Ok(Auth::default()), |s| auth(&s, reading))?,
        expect: root.section("expect")?.map_or_else(|| Ok(Expect::default()), |s| expect(&s, reading))?,
        send: root.section("send")?.map_or_else(|| Ok(SendOptions::default()), |s| send(&s))?,
    })
}

/// Line ends as TOML means them: a checkout on Windows must not change the bytes of a body.
pub(super) fn unix_lines(text: &str) -> Cow<'_, str> {
    if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}

/// Reads `key = [{ name, value, off }, …]`.
pub(super) fn rows(section: &Section<'_>, key: &str) -> Result<Vec<Row>, FileError> {
    let list = section.list(key, r#"{ name = "...", value = "..." }"#)?;
    list.iter()
        .map(|row| {
            Ok(Row {
                name: required(row, "name")?,
                value: row.string("value")?.unwrap_or_default(),
                off: row.boolean("off")?.unwrap_or_default(),
            })
        })
        .collect()
}

fn required(section: &Section<'_>, key: &str) -> Result<String, FileError> {
    section
        .string(key)?
        .ok_or_else(|| section.error(format!("this row has no `{key}`"), format!("add {key} = \"...\"")))
}

fn body(section: &Section<'_>) -> Result<Body, FileError> {
    let kinds = BodyKind::ALL.map(|kind| (kind.as_str(), kind));
    Ok(Body {
        kind: kind(section, &kinds, &["text", "fields", "parts", "file"])?,
        text: section.string("text")?.unwrap_or_default(),
        form: rows(section, "fields")?,
        parts: section
            .list("parts", r#"{ name = "...", value = "..." }, { name = "...", file = "..." }"#)?
            .iter()
            .map(part)
            .collect::<Result<_, _>>()?,
        file: section.string("file")?.unwrap_or_default(),
    })
}

fn part(section: &Section<'_>) -> Result<Part, FileError> {
    if section.has("value") && section.has("file") {
        return Err(section.error_at(
            "file",
            "a part cannot have both a `value` and a `file`",
            "keep `value` for text, or `file` for the bytes of a file",
        ));
    }
    let file = section.string("file")?;
    Ok(Part {
        name: required(section, "name")?,
        file: file.is_some(),
        value: file.map_or_else(|| section.string("value"), |path| Ok(Some(path)))?.unwrap_or_default(),
        content_type: section.string("type")?,
        off: section.boolean("off")?.unwrap_or_default(),
    })
}

/// Reads `kind`, which must be there as soon as one of `fields` is.
fn kind<T: Copy + Default>(
    section: &Section<'_>,
    kinds: &[(&str, T)],
    fields: &[&str],
) -> Result<T, FileError> {
    match section.word("kind", kinds)? {
        Some(kind) => Ok(kind),
        None => match fields.iter().find(|field| section.has(field)) {
            None => Ok(T::default()),
            Some(field) => Err(section.error_at(
                field,
                format!("`{}` is given, but no `{}`", section.name(field), section.name("kind")),
                format!("add kind = {}", text::one_of(kinds.iter().map(|(word, _)| *word))),
            )),
        },
    }
}

/// The fields of `[auth]`, `kind` first.
pub(super) const AUTH_FIELDS: [&str; 21] = [
    "kind",
    "identity",
    "access_key",
    "secret_key",
    "session_token",
    "region",
    "service",
    "location",
    "expires",
    "payload",
    "normalize",
    "double_encode",
    "content_sha256",
    "token_unsigned",
    "algorithm",
    "token",
    "username",
    "password",
    "name",
    "value",
    "in",
];

/// Reads `[auth]`, of a request, a folder or a workspace.
pub(super) fn auth(section: &Section<'_>, reading: Reading) -> Result<Auth, FileError> {
    let kinds = AuthKind::ALL.map(|kind| (kind.as_str(), kind));
    let text = |key| Ok::<_, FileError>(section.string(key)?.unwrap_or_default());
    Ok(Auth {
        kind: kind(section, &kinds, &AUTH_FIELDS[1..])?,
        sigv4: sigv4(section, reading)?,
        bearer: BearerAuth { token: text("token")? },
        basic: BasicAuth { username: text("username")?, password: text("password")? },
        api_key: ApiKeyAuth {
            name: text("name")?,
            value: text("value")?,
            place: section
                .word("in", &[("header", ApiKeyPlace::Header), ("query", ApiKeyPlace::Query)])?
                .unwrap_or_default(),
        },
    })
}

fn sigv4(section: &Section<'_>, reading: Reading) -> Result<Sigv4Auth, FileError> {
    let text = |key| Ok::<_, FileError>(section.string(key)?.unwrap_or_default());
    let auth = Sigv4Auth {
        identity: text("identity")?,
        access_key: text("access_key")?,
        secret_key: text("secret_key")?,
        session_token: text("session_token")?,
        region: text("region")?,
        service: text("service")?,
        location: section
            .word(
                "location",
                &[("headers", SignatureLocation::Headers), ("query", SignatureLocation::Query)],
            )?
            .unwrap_or_default(),
        expires: section.integer("expires", expires_range(reading))?.map(i64::unsigned_abs),
        payload: payload(section, reading)?,
        normalize: section.boolean("normalize")?,
        double_encode: section.boolean("double_encode")?,
        content_sha256: section.boolean("content_sha256")?,
        token_unsigned: section.boolean("token_unsigned")?,
        algorithm: section
            .word("algorithm", &[("sigv4", Algorithm::Sigv4), ("sigv4a", Algorithm::Sigv4a)])?
            .unwrap_or_default(),
    };
    let keys = [
        ("access_key", &auth.access_key),
        ("secret_key", &auth.secret_key),
        ("session_token", &auth.session_token),
    ];
    let own = keys.iter().find(|(_, value)| !value.is_empty());
    match own {
        Some((key, _)) if reading == Reading::Strict && !auth.identity.is_empty() => Err(section.error_at(
            key,
            format!("`{}` cannot stand beside `{}`", section.name(key), section.name("identity")),
            "keep the identity, or remove it and keep the keys",
        )),
        _ => Ok(auth),
    }
}

/// A presigned URL lives for a week at most:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>.
fn expires_range(reading: Reading) -> std::ops::RangeInclusive<i64> {
    match reading {
        Reading::Strict => 1..=604_800,
        Reading::Draft => 0..=i64::MAX,
    }
}

fn payload(section: &Section<'_>, reading: Reading) -> Result<PayloadMode, FileError> {
    let Some(written) = section.string("payload")? else { return Ok(PayloadMode::default()) };
    let is_hash = written.len() == 64 && written.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    match written.as_str() {
        "signed" => Ok(PayloadMode::Signed),
        "unsigned" => Ok(PayloadMode::Unsigned),
        // A variable may hold the hash.
        _ if is_hash || written.contains("{{") || reading == Reading::Draft => {
            Ok(PayloadMode::Given(written))
        }
        _ => Err(section.error_in(
            "payload",
            format!("`{}` cannot be \"{written}\"", section.name("payload")),
            "write \"signed\", \"unsigned\", or a SHA-256 of 64 lower-case hex digits",
        )),
    }
}

fn expect(section: &Section<'_>, reading: Reading) -> Result<Expect, FileError> {
    let range = match reading {
        Reading::Strict => i64::from(*STATUS_RANGE.start())..=i64::from(*STATUS_RANGE.end()),
        Reading::Draft => 0..=i64::from(u16::MAX),
    };
    let status = section.integer("status", range)?;
    Ok(Expect { status: status.and_then(|status| u16::try_from(status).ok()) })
}

fn send(section: &Section<'_>) -> Result<SendOptions, FileError> {
    Ok(SendOptions {
        insecure: section.boolean("insecure")?.unwrap_or_default(),
        follow_redirects: section.boolean("follow_redirects")?,
        timeout_seconds: section.integer("timeout_seconds", 0..=i64::MAX)?.map(i64::unsigned_abs),
        without: section.strings("without")?.unwrap_or_default(),
        plus: section
            .word("plus", &[("literal", Plus::Literal), ("space", Plus::Space)])?
            .unwrap_or_default(),
    })
}
