//! The tables as Markdown, for `docs/file-format.md`.

use super::{FieldInfo, FileSection, RequestField, RowShape, RowType, Shape};
use crate::core::request::{AuthKind, BodyKind, Request, SignatureLocation};

/// The table of a section's keys, with the kinds that use them unless all do.
pub fn markdown(section: FileSection) -> String {
    let with_kinds = matches!(section, FileSection::Body | FileSection::Auth);
    let (head, line) = if with_kinds { ("| Kind ", "|---") } else { ("", "") };
    let mut table = format!("{head}| Key | Value | Default | Meaning |\n{line}|---|---|---|---|\n");
    let mut above = None;
    for field in section.fields() {
        let info = field.info();
        if with_kinds {
            let kinds = kinds(section, info);
            // The fields of a kind follow each other; the first one names it.
            let shown = if above.as_ref() == Some(&kinds) { "" } else { &kinds };
            table.push_str(&format!("| {shown} "));
            above = Some(kinds);
        }
        table.push_str(&format!("| `{}` | {} | {} | {} |\n", info.key, value(field), info.default, info.doc));
    }
    table.replace("|  |", "| |")
}

/// The table of a row's keys.
pub fn rows_markdown<T: RowType>() -> String {
    let mut table = "| Key | Value | Meaning |\n|---|---|---|\n".to_owned();
    for key in T::KEYS {
        let value = match key.shape {
            RowShape::Text { required: true, .. } => "text, required",
            RowShape::Text { required: false, .. } => "text",
            RowShape::Flag { .. } => "true or false",
        };
        table.push_str(&format!("| `{}` | {value} | {} |\n", key.key, key.doc));
    }
    table
}

fn value(field: RequestField) -> String {
    match &field.info().shape {
        Shape::Text { .. } => "text".into(),
        Shape::Word { words, other, .. } => {
            let mut words: Vec<String> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
            words.extend(other.iter().map(|other| other.what.to_owned()));
            match words.split_last() {
                Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
                Some(_) | None => words.concat(),
            }
        }
        Shape::Number { range, .. } if *range.end() == i64::MAX.unsigned_abs() => {
            format!("number from {}", range.start())
        }
        Shape::Number { range, .. } => format!("number from {} to {}", range.start(), range.end()),
        Shape::Flag { .. } => "true or false".into(),
        Shape::Texts { .. } => "list of texts".into(),
        Shape::Rows { .. } => "rows".into(),
        Shape::Parts { .. } => "parts".into(),
    }
}

/// The kinds that use a field; empty if all do.
fn kinds(section: FileSection, info: &FieldInfo) -> String {
    let mut request = Request::default();
    // If the fields of a presigned URL apply, so do all others of a signature.
    request.auth.sigv4.location = SignatureLocation::Query;
    let uses: Vec<(&str, bool)> = match section {
        FileSection::Body => BodyKind::ALL
            .map(|kind| {
                request.body.kind = kind;
                (kind.as_str(), (info.applies)(&request))
            })
            .to_vec(),
        FileSection::Auth => AuthKind::ALL
            .map(|kind| {
                request.auth.kind = kind;
                (kind.as_str(), (info.applies)(&request))
            })
            .to_vec(),
        FileSection::Top | FileSection::Expect | FileSection::Send => Vec::new(),
    };
    if uses.iter().all(|(_, used)| *used) {
        return String::new();
    }
    let used = uses.iter().filter(|(_, used)| *used).map(|(kind, _)| format!("`{kind}`"));
    used.collect::<Vec<_>>().join(", ")
}
