//! The value of a field: reading it as text, writing it, and choosing an option.

use std::ops::RangeInclusive;

use super::{Column, EditorField, Table, rows, rows_mut};
use crate::core::path_variables;
use crate::core::query;
use crate::core::request::fields::{AuthField, Editor, RequestField, SendField, Shape};
use crate::core::request::{Part, Request};

/// The text of a field, for editing. For a choice, the option as the screen shows it.
pub(crate) fn text(request: &Request, field: EditorField) -> String {
    match field {
        EditorField::Method => request.method.clone(),
        EditorField::Url => query::join(request),
        EditorField::BodyText => request.body.text.clone(),
        EditorField::Notes => request.notes.clone(),
        EditorField::NewRow(_) => String::new(),
        EditorField::Cell(table, index, column) => cell(request, table, index, column),
        EditorField::Line(field) => shown(request, field),
    }
}

fn cell(request: &Request, table: Table, index: usize, column: Column) -> String {
    if let Some(rows) = rows(request, table) {
        let Some(row) = rows.get(index) else { return String::new() };
        return match column {
            Column::Name => row.name.clone(),
            Column::Value => row.value.clone(),
            Column::Description => row.description.clone(),
        };
    }
    let Some(part) = request.body.parts.get(index) else { return String::new() };
    match column {
        Column::Name => part.name.clone(),
        Column::Value => part_value(part),
        Column::Description => part.description.clone(),
    }
}

/// A part's value in curl's syntax: `@path` for a file, followed by `;type=…` and `;filename=…` if it has
/// them.
fn part_value(part: &Part) -> String {
    let at = if part.file { "@" } else { "" };
    let media = part.content_type.as_ref().map(|t| format!(";type={t}")).unwrap_or_default();
    let name = part.filename.as_ref().map(|name| format!(";filename={name}")).unwrap_or_default();
    format!("{at}{}{media}{name}", part.value)
}

fn set_part_value(part: &mut Part, text: &str) {
    let last = |text: &str, key: &str| match text.rsplit_once(key) {
        Some((text, setting)) => (text.to_owned(), Some(setting.to_owned())),
        None => (text.to_owned(), None),
    };
    let (text, filename) = last(text, ";filename=");
    let (text, media) = last(&text, ";type=");
    (part.filename, part.content_type) = (filename, media);
    part.file = text.starts_with('@');
    text.strip_prefix('@').unwrap_or(&text).clone_into(&mut part.value);
}

/// The value of a field, as its line shows it.
fn shown(request: &Request, field: RequestField) -> String {
    let info = field.info();
    match &info.shape {
        Shape::Text { get, .. } => match get(request) {
            None if info.editor == Editor::Identity => KEYS_HERE.to_owned(),
            text => text.unwrap_or_default().to_owned(),
        },
        Shape::Word { words, shown, get, .. } => {
            let word = get(request);
            let at = words.iter().position(|other| *other == word);
            at.and_then(|at| shown.get(at).copied()).unwrap_or(word).to_owned()
        }
        Shape::Number { get, .. } => get(request).map(|n| n.to_string()).unwrap_or_default(),
        Shape::Flag { choices, get, .. } => {
            let flag = get(request);
            let choice = choices.iter().find(|(other, _)| *other == flag);
            choice.map(|(_, word)| (*word).to_owned()).unwrap_or_default()
        }
        // These have rows, or are only in the file.
        Shape::Texts { .. } | Shape::Rows { .. } | Shape::Parts { .. } => String::new(),
    }
}

/// Writes the text of a field.
///
/// # Errors
/// An invalid number or name of a path variable, in words; nothing is changed.
pub(crate) fn set_text(request: &mut Request, field: EditorField, text: String) -> Result<(), String> {
    match field {
        EditorField::Method => request.method = text.trim().to_owned(),
        EditorField::Url => query::split_into(request, text.trim()),
        EditorField::BodyText => request.body.text = text,
        EditorField::Notes => request.notes = text,
        EditorField::NewRow(_) => {}
        EditorField::Cell(Table::Path, index, Column::Name) => {
            path_variables::rename(request, index, text.trim())?;
        }
        EditorField::Cell(table, index, column) => set_cell(request, table, index, column, text),
        EditorField::Line(field) => set_line(request, field, text)?,
    }
    Ok(())
}

fn set_cell(request: &mut Request, table: Table, index: usize, column: Column, text: String) {
    if table == Table::Parts {
        if let Some(part) = request.body.parts.get_mut(index) {
            match column {
                Column::Name => part.name = text,
                Column::Value => set_part_value(part, &text),
                Column::Description => part.description = text,
            }
        }
    } else if let Some(row) = rows_mut(request, table).and_then(|rows| rows.get_mut(index)) {
        match column {
            Column::Name => row.name = text,
            Column::Value => row.value = text,
            Column::Description => row.description = text,
        }
    }
}

fn set_line(request: &mut Request, field: RequestField, text: String) -> Result<(), String> {
    let info = field.info();
    match &info.shape {
        Shape::Text { set, .. } => {
            let exact = matches!(info.editor, Editor::Line { trim: false, .. });
            set(request, if exact { text } else { text.trim().to_owned() });
        }
        Shape::Number { range, set, .. } => set(request, number(text.trim(), range)?),
        // These are chosen, have rows, or are only in the file.
        Shape::Word { .. }
        | Shape::Flag { .. }
        | Shape::Texts { .. }
        | Shape::Rows { .. }
        | Shape::Parts { .. } => {}
    }
    Ok(())
}

fn number(text: &str, range: &RangeInclusive<u64>) -> Result<Option<u64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.parse().map_err(|_| format!("{text:?} is not a number"))?;
    if range.contains(&number) {
        return Ok(Some(number));
    }
    Err(format!("{number} is not between {} and {}", range.start(), range.end()))
}

/// The options of a field, in order. Identities are those of the workspace.
pub(crate) fn options(field: RequestField, identities: &[String]) -> Vec<String> {
    let info = field.info();
    let owned = |word: &&str| (*word).to_owned();
    match &info.shape {
        Shape::Text { .. } if info.editor == Editor::Identity => {
            std::iter::once(KEYS_HERE.to_owned()).chain(identities.iter().cloned()).collect()
        }
        Shape::Word { shown, .. } => shown.iter().map(owned).collect(),
        Shape::Flag { choices, .. } => choices.iter().map(|(_, word)| owned(word)).collect(),
        Shape::Text { .. }
        | Shape::Number { .. }
        | Shape::Texts { .. }
        | Shape::Rows { .. }
        | Shape::Parts { .. } => Vec::new(),
    }
}

/// The option for keys typed into the request itself.
pub(crate) const KEYS_HERE: &str = "keys typed here";

/// Chooses an option as the screen shows it. Any other text changes nothing.
pub(crate) fn choose(request: &mut Request, field: RequestField, word: &str) {
    // If the meaning of `+` changes, the URL stays as typed and its rows are read from it again.
    let same_url = (field == SendField::Plus.into()).then(|| query::join(request));
    match &field.info().shape {
        Shape::Text { set, .. } => {
            set(request, if word == KEYS_HERE { String::new() } else { word.to_owned() });
        }
        Shape::Word { words, shown, set, .. } => {
            let at = shown.iter().position(|other| *other == word);
            if let Some(word) = at.and_then(|at| words.get(at)) {
                set(request, word);
            }
        }
        Shape::Flag { choices, set, .. } => {
            if let Some((flag, _)) = choices.iter().find(|(_, other)| *other == word) {
                set(request, *flag);
            }
        }
        Shape::Number { .. } | Shape::Texts { .. } | Shape::Rows { .. } | Shape::Parts { .. } => {}
    }
    let sigv4 = &mut request.auth.sigv4;
    if field == AuthField::Identity.into() && !sigv4.identity.is_empty() {
        // A request names either an identity or keys, never both.
        sigv4.access_key.clear();
        sigv4.secret_key.clear();
        sigv4.session_token.clear();
    }
    if let Some(url) = same_url {
        query::split_into(request, &url);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::request::fields::{ExpectField, FileSection, TopField};
    use crate::core::request::{Auth, AuthKind, Body, BodyKind, SignatureLocation, Sigv4Auth};
    use crate::tui::model::field::{Tab, add_row, fields};

    fn all() -> impl Iterator<Item = RequestField> {
        FileSection::ALL.into_iter().flat_map(FileSection::fields)
    }

    #[test]
    fn every_option_of_every_choice_can_be_chosen_and_read_back() {
        let identities = ["alice".to_owned()];
        let choices = all().filter(|field| EditorField::Line(*field).choice().is_some());
        for field in choices {
            let options = options(field, &identities);
            assert!(options.len() > 1, "{field:?}");
            for word in options {
                let mut request = Request::default();
                choose(&mut request, field, &word);
                assert_eq!(text(&request, EditorField::Line(field)), word);
            }
        }
    }

    #[test]
    fn every_typed_field_keeps_what_was_typed() {
        for field in all().filter(|field| matches!(field.info().editor, Editor::Line { .. })) {
            let mut request = Request::default();
            assert_eq!(set_text(&mut request, EditorField::Line(field), "200".into()), Ok(()));
            assert_eq!(text(&request, EditorField::Line(field)), "200", "{field:?}");
        }
    }

    /// Every field is shown on the screen, unless the table says that it is only in the file.
    #[test]
    fn every_field_is_shown_or_only_in_the_file() {
        let mut requests = vec![Request { url: "http://a/:c?b=1+2".into(), ..Request::default() }];
        requests.extend(
            BodyKind::ALL
                .map(|kind| Body { kind, text: "{{ a b }}".into(), ..Body::default() })
                .map(|body| Request { body, ..Request::default() }),
        );
        requests.extend(AuthKind::ALL.map(|kind| {
            let sigv4 = Sigv4Auth { location: SignatureLocation::Query, ..Sigv4Auth::default() };
            Request { auth: Auth { kind, sigv4, ..Auth::default() }, ..Request::default() }
        }));
        let drawn: Vec<EditorField> = requests
            .iter()
            .flat_map(|request| Tab::ALL.into_iter().flat_map(|tab| fields(request, tab)))
            .collect();
        for field in all() {
            let expected = match field.info().editor {
                Editor::Line { .. } | Editor::Choice | Editor::Identity => EditorField::Line(field),
                Editor::Lines if field == TopField::Notes.into() => EditorField::Notes,
                Editor::Lines => EditorField::BodyText,
                Editor::Rows => EditorField::NewRow(Table::of(field).expect("a table")),
                Editor::Bar | Editor::FileOnly => continue,
            };
            assert!(drawn.contains(&expected), "{field:?}");
        }
    }

    #[test]
    fn an_invalid_number_is_refused_and_changes_nothing() {
        let mut request = Request::default();
        request.expect.status = Some(403);
        assert!(set_text(&mut request, ExpectField::Status.into(), "20x".into()).is_err());
        assert!(set_text(&mut request, ExpectField::Status.into(), "1000".into()).is_err());
        assert!(set_text(&mut request, AuthField::Expires.into(), "604801".into()).is_err());
        assert_eq!(request.expect.status, Some(403));
    }

    #[test]
    fn choosing_an_identity_removes_the_keys() {
        let mut request = Request::default();
        request.auth.kind = AuthKind::AwsSigv4;
        request.auth.sigv4.access_key = "AKIAIOSFODNN7EXAMPLE".into();
        assert!(fields(&request, Tab::Auth).contains(&AuthField::AccessKey.into()));
        choose(&mut request, AuthField::Identity.into(), "alice");
        assert_eq!(request.auth.sigv4.access_key, "");
        assert!(!fields(&request, Tab::Auth).contains(&AuthField::AccessKey.into()));
    }

    #[test]
    fn a_part_is_written_as_curl_writes_it() {
        let mut request = Request::default();
        let index = add_row(&mut request, Table::Parts);
        let field = EditorField::Cell(Table::Parts, index, Column::Value);
        assert_eq!(set_text(&mut request, field, "@a.png;type=image/png".into()), Ok(()));
        let part = &request.body.parts[0];
        assert!(part.file && part.value == "a.png" && part.content_type.as_deref() == Some("image/png"));
        assert_eq!(text(&request, field), "@a.png;type=image/png");
    }
}
