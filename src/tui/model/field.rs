//! The fields of a request on the screen: which ones a tab shows, and how each is read and written.
//!
//! Owns the list of fields that drawing, editing, the mouse and the jump overlay iterate over; the
//! fields themselves are [`crate::core::request::fields`]'s. Refuses to keep state: everything is
//! read from and written to the [`Request`].

use crate::core::path_variables;
use crate::core::query;
use crate::core::request::fields::{BodyField, Editor, FileSection, RequestField, SendField, TopField};
use crate::core::request::{AuthKind, BodyKind, Request, Row};
use crate::core::template::{self, PartKind};

mod rows;
mod value;

pub(crate) use rows::{add_row, delete_row, has_descriptions, is_blank, is_off, rows, rows_mut, toggle};
pub(crate) use value::{choose, options, set_text, text};

/// A tab of the request pane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Tab {
    /// Query rows.
    #[default]
    Params,
    /// Header rows.
    Headers,
    /// Authentication.
    Auth,
    /// The body.
    Body,
    /// What is expected of the response.
    Expect,
    /// What to look for.
    Notes,
    /// How the request is sent.
    Settings,
}

impl Tab {
    /// Every tab, in the order of the screen.
    pub(crate) const ALL: [Self; 7] =
        [Self::Params, Self::Headers, Self::Auth, Self::Body, Self::Expect, Self::Notes, Self::Settings];

    /// The title.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Params => "Params",
            Self::Headers => "Headers",
            Self::Auth => "Auth",
            Self::Body => "Body",
            Self::Expect => "Expect",
            Self::Notes => "Notes",
            Self::Settings => "Settings",
        }
    }

    /// How many things this tab contains, for a number next to its title.
    pub(crate) fn count(self, request: &Request) -> usize {
        let on = |rows: &[Row]| rows.iter().filter(|row| !row.off).count();
        match self {
            Self::Params => on(&request.path) + on(&request.params),
            Self::Headers => on(&request.headers),
            Self::Auth => usize::from(request.auth.kind != AuthKind::Inherit),
            Self::Body => usize::from(request.body.kind != BodyKind::None),
            Self::Expect => usize::from(request.expect.status.is_some()),
            Self::Notes => usize::from(!request.notes.is_empty()),
            Self::Settings => {
                let usual = Request::default();
                let mut fields = fields(request, self).into_iter();
                usize::from(fields.any(|field| text(request, field) != text(&usual, field)))
            }
        }
    }
}

/// A list of rows that can be disabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Table {
    /// Path variables.
    Path,
    /// Query rows.
    Params,
    /// Header rows.
    Headers,
    /// Form fields.
    Form,
    /// Multipart parts.
    Parts,
}

impl Table {
    /// The table of a field with rows.
    fn of(field: RequestField) -> Option<Self> {
        let tables: [(RequestField, Self); 5] = [
            (TopField::Path.into(), Self::Path),
            (TopField::Params.into(), Self::Params),
            (TopField::Headers.into(), Self::Headers),
            (BodyField::Fields.into(), Self::Form),
            (BodyField::Parts.into(), Self::Parts),
        ];
        tables.into_iter().find(|(other, _)| *other == field).map(|(_, table)| table)
    }

    /// One line for each row, and one to add a row. That of the path variables is their title, and only
    /// there if the URL or the request has one.
    fn lines(self, request: &Request) -> Vec<EditorField> {
        let len = rows(request, self).map_or(request.body.parts.len(), Vec::len);
        let rows = (0..len).map(|index| EditorField::Cell(self, index, Column::Value));
        if self != Self::Path {
            return rows.chain([EditorField::NewRow(self)]).collect();
        }
        let none = len == 0 && path_variables::undeclared(request).is_empty();
        if none { Vec::new() } else { std::iter::once(EditorField::NewRow(self)).chain(rows).collect() }
    }
}

/// A column of a [`Table`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Column {
    /// The name.
    Name,
    /// The value.
    Value,
    /// The description.
    Description,
}

impl Column {
    /// The column to its left or right; at the edge, itself.
    pub(crate) fn beside(self, left: bool) -> Self {
        match (self, left) {
            (Self::Name, true) | (Self::Value, true) => Self::Name,
            (Self::Name, false) | (Self::Description, true) => Self::Value,
            (Self::Value, false) | (Self::Description, false) => Self::Description,
        }
    }
}

/// One field of a request, as the screen edits it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum EditorField {
    /// The method.
    Method,
    /// The URL, joined with the enabled query rows.
    Url,
    /// A cell of a row.
    Cell(Table, usize, Column),
    /// The line that adds a row.
    NewRow(Table),
    /// A field with its own line: a label, then a text or a choice.
    Line(RequestField),
    /// The text of the body.
    BodyText,
    /// The notes.
    Notes,
}

impl EditorField {
    /// Whether its text has several lines.
    pub(crate) fn is_multiline(self) -> bool {
        matches!(self, Self::BodyText | Self::Notes)
    }

    /// Whether its text is masked and stored in the private store.
    pub(crate) fn is_secret(self) -> bool {
        matches!(self, Self::Line(field) if field.info().is_secret())
    }

    /// Whether both are on the same line of their tab, like the cells of a row.
    pub(crate) fn same_line(self, other: Self) -> bool {
        match (self, other) {
            (Self::Cell(table, row, _), Self::Cell(other_table, other_row, _)) => {
                (table, row) == (other_table, other_row)
            }
            _ => self == other,
        }
    }

    /// Whether letters can be typed into it.
    pub(crate) fn is_typed(self) -> bool {
        self.choice().is_none() && !matches!(self, Self::NewRow(_))
    }

    /// The field, if its value is chosen from a list.
    pub(crate) fn choice(self) -> Option<RequestField> {
        match self {
            Self::Line(field) => {
                matches!(field.info().editor, Editor::Choice | Editor::Identity).then_some(field)
            }
            Self::Method | Self::Url | Self::Cell(..) | Self::NewRow(_) | Self::BodyText | Self::Notes => {
                None
            }
        }
    }
}

impl<F: Into<RequestField>> From<F> for EditorField {
    fn from(field: F) -> Self {
        Self::Line(field.into())
    }
}

/// Every field whose text belongs in the private store.
pub(crate) fn secrets() -> impl Iterator<Item = EditorField> {
    let fields = FileSection::ALL.into_iter().flat_map(FileSection::fields);
    fields.filter(|field| field.info().is_secret()).map(EditorField::Line)
}

/// The fields that a tab shows, one per line, in order. A row is represented by the cell of its
/// value.
pub(crate) fn fields(request: &Request, tab: Tab) -> Vec<EditorField> {
    let sections: &[FileSection] = match tab {
        Tab::Params | Tab::Headers | Tab::Notes => &[FileSection::Top],
        Tab::Auth => &[FileSection::Auth],
        Tab::Body => &[FileSection::Body],
        Tab::Expect => &[FileSection::Expect],
        Tab::Settings => &[FileSection::Send],
    };
    let mut fields: Vec<_> = sections
        .iter()
        .flat_map(|section| section.fields())
        .filter(|field| tab_of(*field) == Some(tab) && (field.info().applies)(request))
        .flat_map(|field| lines(request, field))
        .collect();
    if !request.body.literal && !has_other_braces(&request.body.text) {
        // Names are replaced; the choice isn't in the way of those who want nothing else.
        fields.retain(|field| *field != BodyField::Literal.into());
    }
    if tab == Tab::Params && query::has_plus(request) {
        // The meaning of `+` is chosen next to the query.
        fields.push(SendField::Plus.into());
    }
    fields
}

/// Bytes of a text that are looked at for every key.
const LOOKED_AT: usize = 16 * 1024;

/// The beginning of a text, as far as it is looked at for every key.
fn looked_at(text: &str) -> &str {
    let end = (0..=LOOKED_AT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}

/// Whether the beginning of a text has braces that don't hold a name: those of a template, or of GraphQL.
fn has_other_braces(text: &str) -> bool {
    let parts = template::parse(looked_at(text));
    // The last one may be cut off.
    parts.iter().any(|part| matches!(part.kind, PartKind::Broken(_)) && part.span.end < LOOKED_AT)
}

/// Whether the text of a field, as far as it is looked at for every key, has a name that is replaced.
pub(crate) fn has_name(request: &Request, field: EditorField) -> bool {
    let is_name = |text: &str| {
        let mut parts = template::parse(looked_at(text)).into_iter();
        parts.any(|part| matches!(part.kind, PartKind::Reference(_)))
    };
    has_references(request, field)
        && match field {
            // They may be long, and aren't copied.
            EditorField::BodyText => is_name(&request.body.text),
            EditorField::Notes => is_name(&request.notes),
            EditorField::Method
            | EditorField::Url
            | EditorField::Cell(..)
            | EditorField::NewRow(_)
            | EditorField::Line(_) => is_name(&text(request, field)),
        }
}

/// Whether names in the text of a field are replaced. A description and a literal body are plain text.
pub(crate) fn has_references(request: &Request, field: EditorField) -> bool {
    match field {
        EditorField::BodyText => !request.body.literal,
        EditorField::Cell(_, _, Column::Description) => false,
        EditorField::Cell(_, _, Column::Name | Column::Value)
        | EditorField::Method
        | EditorField::Url
        | EditorField::NewRow(_)
        | EditorField::Line(_)
        | EditorField::Notes => true,
    }
}

/// The tab of a field, if it has a line in one.
fn tab_of(field: RequestField) -> Option<Tab> {
    match field {
        RequestField::Top(TopField::Name | TopField::Method | TopField::Url) => None,
        RequestField::Top(TopField::Path | TopField::Params) | RequestField::Send(SendField::Plus) => {
            Some(Tab::Params)
        }
        RequestField::Top(TopField::Headers) => Some(Tab::Headers),
        RequestField::Top(TopField::Notes) => Some(Tab::Notes),
        RequestField::Body(_) => Some(Tab::Body),
        RequestField::Auth(_) => Some(Tab::Auth),
        RequestField::Expect(_) => Some(Tab::Expect),
        RequestField::Send(_) => Some(Tab::Settings),
    }
}

/// The lines of one field.
fn lines(request: &Request, field: RequestField) -> Vec<EditorField> {
    match field.info().editor {
        Editor::Line { .. } | Editor::Choice | Editor::Identity => vec![EditorField::Line(field)],
        Editor::Lines if field == TopField::Notes.into() => vec![EditorField::Notes],
        Editor::Lines => vec![EditorField::BodyText],
        Editor::Rows => Table::of(field).map(|table| table.lines(request)).unwrap_or_default(),
        Editor::Bar | Editor::FileOnly => Vec::new(),
    }
}

/// The label of a field.
pub(crate) fn label(field: EditorField) -> &'static str {
    match field {
        EditorField::Method => TopField::Method.info().label,
        EditorField::Url => TopField::Url.info().label,
        EditorField::Cell(..) | EditorField::NewRow(_) | EditorField::BodyText | EditorField::Notes => "",
        EditorField::Line(field) => field.info().label,
    }
}

/// The first field of which one request differs from another; `None` where none on the screen does.
pub(crate) fn first_change(before: &Request, after: &Request) -> Option<EditorField> {
    let value = |request: &Request, field: EditorField| match field {
        EditorField::Cell(table, index, _) => (
            text(request, field),
            [Column::Name, Column::Description]
                .map(|column| text(request, EditorField::Cell(table, index, column)))
                .join("\n"),
            is_off(request, table, index),
        ),
        EditorField::Method
        | EditorField::Url
        | EditorField::NewRow(_)
        | EditorField::Line(_)
        | EditorField::BodyText
        | EditorField::Notes => (text(request, field), String::new(), false),
    };
    let on_tabs = |request: &Request| Tab::ALL.into_iter().flat_map(|tab| fields(request, tab)).collect();
    let (old, new): (Vec<EditorField>, Vec<EditorField>) = (on_tabs(before), on_tabs(after));
    let both = new.iter().chain(&old).filter(|field| !matches!(field, EditorField::NewRow(_)));
    both.copied()
        .find(|field| {
            old.contains(field) != new.contains(field) || value(before, *field) != value(after, *field)
        })
        .or_else(|| {
            let bar = [EditorField::Method, EditorField::Url];
            bar.into_iter().find(|field| value(before, *field) != value(after, *field))
        })
}

/// What a field is called in a sentence about a change of it.
pub(crate) fn in_words(before: &Request, after: &Request, field: EditorField) -> String {
    let table = match field {
        EditorField::Cell(table, index, _) => {
            let name = EditorField::Cell(table, index, Column::Name);
            let name = [text(after, name), text(before, name)].into_iter().find(|name| !name.is_empty());
            let word = match table {
                Table::Path => "path variable",
                Table::Params => "parameter",
                Table::Headers => "header",
                Table::Form => "form field",
                Table::Parts => "part",
            };
            return format!("{word} {}", name.unwrap_or_default()).trim_end().to_owned();
        }
        EditorField::BodyText => "body",
        EditorField::Notes => "notes",
        EditorField::Method | EditorField::Url | EditorField::Line(_) | EditorField::NewRow(_) => {
            label(field)
        }
    };
    table.to_owned()
}
