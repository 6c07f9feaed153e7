//! The request file: TOML text -> [`Request`].
//!
//! Owns what makes a request file valid; its keys are those of [`crate::core::request::fields`].
//! Refuses files and folders: text in, request out. Unknown keys are kept and otherwise ignored, so
//! that a newer file survives an older program; [`unknown_keys`] reports them.
//!
//! Every key may be left out, and default values are. `[body]` and `[auth]` hold the fields of
//! every kind next to each other, so that choosing another kind loses nothing; as soon as one of
//! them holds a field it must name its `kind`.

use std::borrow::Cow;

use crate::config::text::{self, Section};
use crate::core::request::fields::{
    AuthField, FieldInfo, FileSection, OtherText, RowKey, RowShape, RowType, Shape,
};
use crate::core::request::{Auth, Part, Request, Row};

use super::FileError;

/// The key that says which fields of a section are used.
pub(super) const KIND: &str = "kind";

/// Reads a request file. The error is the first one in the file.
///
/// # Errors
/// Invalid TOML, a value of the wrong type, a word that its key doesn't know, or an identity
/// together with keys.
pub fn parse(text: &str) -> Result<Request, FileError> {
    read(text, Reading::Strict)
}

/// Reads a request that may be half-typed: what [`super::request_edit::update`] wrote is always
/// read back, even where [`parse`] would refuse it (an identity together with keys, a payload hash
/// of the wrong length).
///
/// # Errors
/// Invalid TOML, or a value of the wrong type.
pub fn parse_draft(text: &str) -> Result<Request, FileError> {
    read(text, Reading::Draft)
}

/// The keys of a request file that signpost doesn't know, each with its place and with the key that
/// was probably meant. They are kept on save. Empty where the text isn't valid TOML.
pub fn unknown_keys(text: &str) -> Vec<FileError> {
    let text = unix_lines(text);
    let Ok(document) = text::document(&text) else { return Vec::new() };
    let root = Section::root(&document);
    let mut found = Vec::new();
    for file_section in FileSection::ALL {
        let Some(section) = section_of(&root, file_section) else { continue };
        let mut known = file_section.keys();
        if file_section == FileSection::Top {
            // The top level has no name.
            known.extend(FileSection::ALL.map(FileSection::key).into_iter().filter(|key| !key.is_empty()));
        }
        found.extend(section.unknown_keys(&known).into_iter().map(|(_, error)| error));
        for info in file_section.fields().into_iter().map(|field| field.info()) {
            match info.shape {
                Shape::Rows { .. } => report_rows::<Row>(&section, info.key, &mut found),
                Shape::Parts { .. } => report_rows::<Part>(&section, info.key, &mut found),
                Shape::Text { .. }
                | Shape::Word { .. }
                | Shape::Number { .. }
                | Shape::Flag { .. }
                | Shape::Texts { .. } => {}
            }
        }
    }
    found.sort_by_key(|error| (error.line, error.column));
    found
}

fn report_rows<T: RowType>(section: &Section<'_>, key: &str, found: &mut Vec<FileError>) {
    let known: Vec<_> = T::KEYS.iter().map(|key| key.key).collect();
    for row in section.list(key, "").unwrap_or_default() {
        found.extend(row.unknown_keys(&known).into_iter().map(|(_, error)| error));
    }
}

/// A section of the file, where it is there.
fn section_of<'t>(root: &Section<'t>, section: FileSection) -> Option<Section<'t>> {
    match section {
        FileSection::Top => Some(root.clone()),
        FileSection::Body | FileSection::Auth | FileSection::Expect | FileSection::Send => {
            root.section(section.key()).ok().flatten()
        }
    }
}

/// How strict reading is.
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
    let mut request = Request::default();
    for file_section in FileSection::ALL {
        let section = match file_section {
            FileSection::Top => Some(root.clone()),
            FileSection::Body | FileSection::Auth | FileSection::Expect | FileSection::Send => {
                root.section(file_section.key())?
            }
        };
        if let Some(section) = section {
            read_section(&section, file_section, reading, &mut request)?;
        }
    }
    Ok(request)
}

/// Line ends as TOML means them: a checkout on Windows must not change the bytes of a body.
pub(super) fn unix_lines(text: &str) -> Cow<'_, str> {
    if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}

fn read_section(
    section: &Section<'_>,
    file_section: FileSection,
    reading: Reading,
    request: &mut Request,
) -> Result<(), FileError> {
    let fields: Vec<_> = file_section.fields().into_iter().map(|field| field.info()).collect();
    for info in &fields {
        read_field(section, info, reading, request)?;
        if info.key == KIND {
            check_kind(section, info, &fields)?;
        }
    }
    if file_section == FileSection::Auth && reading == Reading::Strict {
        check_signer(section, request)?;
    }
    Ok(())
}

fn read_field(
    section: &Section<'_>,
    info: &FieldInfo,
    reading: Reading,
    request: &mut Request,
) -> Result<(), FileError> {
    let key = info.key;
    match &info.shape {
        Shape::Text { set, .. } => {
            if let Some(text) = section.string(key)? {
                set(request, text);
            }
        }
        Shape::Word { words, other, set, .. } => {
            if let Some(word) = word(section, key, words, other.as_ref(), reading)? {
                set(request, &word);
            }
        }
        Shape::Number { range, set, .. } => {
            let strict = signed(*range.start())..=signed(*range.end());
            let range = if reading == Reading::Strict { strict } else { 0..=i64::MAX };
            if let Some(number) = section.integer(key, range)? {
                set(request, Some(number.unsigned_abs()));
            }
        }
        Shape::Flag { set, .. } => {
            if let Some(flag) = section.boolean(key)? {
                set(request, Some(flag));
            }
        }
        Shape::Texts { set, .. } => {
            if let Some(texts) = section.strings(key)? {
                set(request, texts);
            }
        }
        Shape::Rows { set, .. } => set(request, rows(section, key)?),
        Shape::Parts { set, .. } => set(request, parts(section, key)?),
    }
    Ok(())
}

/// The integers of TOML are signed.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Reads one of some words, or what may be written in their place.
fn word(
    section: &Section<'_>,
    key: &str,
    words: &[&'static str],
    other: Option<&OtherText>,
    reading: Reading,
) -> Result<Option<String>, FileError> {
    let Some(other) = other else {
        let pairs: Vec<_> = words.iter().map(|word| (*word, *word)).collect();
        return Ok(section.word(key, &pairs)?.map(str::to_owned));
    };
    let Some(written) = section.string(key)? else { return Ok(None) };
    if words.contains(&written.as_str()) || (other.accepts)(&written) || reading == Reading::Draft {
        return Ok(Some(written));
    }
    let words = words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
    Err(section.error_in(
        key,
        format!("`{}` can't be \"{written}\"", section.name(key)),
        format!("write {words}, or {}", other.what),
    ))
}

/// Reads `key = [{ name, value, off }, …]`.
pub(super) fn rows(section: &Section<'_>, key: &str) -> Result<Vec<Row>, FileError> {
    section.list(key, r#"{ name = "...", value = "..." }"#)?.iter().map(row).collect()
}

fn parts(section: &Section<'_>, key: &str) -> Result<Vec<Part>, FileError> {
    let parts = section.list(key, r#"{ name = "...", value = "..." }, { name = "...", file = "..." }"#)?;
    for part in &parts {
        if part.has("value") && part.has("file") {
            return Err(part.error_at(
                "file",
                "a part can't have both a `value` and a `file`",
                "Keep `value` for text, or `file` for the bytes of a file.",
            ));
        }
    }
    parts.iter().map(row).collect()
}

fn row<T: RowType>(section: &Section<'_>) -> Result<T, FileError> {
    let mut row = T::default();
    for RowKey { key, shape, .. } in T::KEYS {
        match shape {
            RowShape::Text { required, set, .. } => match section.string(key)? {
                Some(text) => set(&mut row, text),
                None if *required => {
                    let message = format!("this row has no `{key}`");
                    return Err(section.error(message, format!("Add {key} = \"...\".")));
                }
                None => {}
            },
            RowShape::Flag { set, .. } => set(&mut row, section.boolean(key)?.unwrap_or_default()),
        }
    }
    Ok(row)
}

/// `kind` must be there as soon as another field is.
fn check_kind(section: &Section<'_>, kind: &FieldInfo, fields: &[&FieldInfo]) -> Result<(), FileError> {
    let Some(field) = fields.iter().map(|info| info.key).find(|key| section.has(key)) else { return Ok(()) };
    let Shape::Word { words, .. } = &kind.shape else { return Ok(()) };
    if section.has(KIND) {
        return Ok(());
    }
    Err(section.error_at(
        field,
        format!("`{}` is given, but no `{}`", section.name(field), section.name(KIND)),
        format!("Add kind = {}.", text::one_of(words.iter().copied())),
    ))
}

/// Reads `[auth]`, of a request, a folder or a workspace.
pub(super) fn auth(section: &Section<'_>, reading: Reading) -> Result<Auth, FileError> {
    let mut request = Request::default();
    read_section(section, FileSection::Auth, reading, &mut request)?;
    Ok(request.auth)
}

/// A request names an identity or holds keys, never both.
fn check_signer(section: &Section<'_>, request: &Request) -> Result<(), FileError> {
    let sigv4 = &request.auth.sigv4;
    let keys = [
        (AuthField::AccessKey, &sigv4.access_key),
        (AuthField::SecretKey, &sigv4.secret_key),
        (AuthField::SessionToken, &sigv4.session_token),
    ];
    let given = keys.into_iter().find(|(_, value)| !value.is_empty());
    match given {
        Some((field, _)) if !sigv4.identity.is_empty() => {
            let [key, identity] = [field, AuthField::Identity].map(|field| field.info().key);
            Err(section.error_at(
                key,
                format!("`{}` and `{}` can't be combined", section.name(key), section.name(identity)),
                "Keep the identity, or remove it and keep the keys.",
            ))
        }
        Some(_) | None => Ok(()),
    }
}
