//! The fields of a request: which ones a tab shows, and how each is read and written.
//!
//! Owns the one list that drawing, editing, the mouse and the jump overlay walk through. Refuses
//! to keep state: everything is read from and written to the [`Request`].

use crate::core::query;
use crate::core::request::{AuthKind, BodyKind, Part, Request, Row, SignatureLocation};

mod value;

pub use value::{KEYS_HERE, choose, options, set_text, text};

/// A tab of the request pane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    /// Query rows.
    #[default]
    Params,
    /// Header rows.
    Headers,
    /// Authentication.
    Auth,
    /// The body.
    Body,
    /// What is expected, and how it is sent.
    Expect,
    /// What to look for.
    Notes,
}

impl Tab {
    /// Every tab, in the order in which they stand.
    pub const ALL: [Self; 6] =
        [Self::Params, Self::Headers, Self::Auth, Self::Body, Self::Expect, Self::Notes];

    /// The title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Params => "Params",
            Self::Headers => "Headers",
            Self::Auth => "Auth",
            Self::Body => "Body",
            Self::Expect => "Expect",
            Self::Notes => "Notes",
        }
    }

    /// How many things of the request this tab holds, for a mark beside its title.
    pub fn count(self, request: &Request) -> usize {
        let on = |rows: &[Row]| rows.iter().filter(|row| !row.off).count();
        match self {
            Self::Params => on(&request.params),
            Self::Headers => on(&request.headers),
            Self::Auth => usize::from(request.auth.kind != AuthKind::None),
            Self::Body => usize::from(request.body.kind != BodyKind::None),
            Self::Expect => usize::from(request.expect.status.is_some()),
            Self::Notes => usize::from(!request.notes.is_empty()),
        }
    }
}

/// A list of rows that can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// Query rows.
    Params,
    /// Header rows.
    Headers,
    /// Form fields.
    Form,
    /// Multipart parts.
    Parts,
}

/// A column of a [`Table`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// The name.
    Name,
    /// The value.
    Value,
}

/// A field that is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Text {
    /// Access key id.
    AccessKey,
    /// Secret access key.
    SecretKey,
    /// Session token.
    SessionToken,
    /// Region.
    Region,
    /// Service.
    Service,
    /// Life of a presigned URL.
    Expires,
    /// Bearer token.
    Token,
    /// User name.
    Username,
    /// Password.
    Password,
    /// Name of the API key's header or query row.
    KeyName,
    /// The API key.
    KeyValue,
    /// Path of the body's file.
    BodyFile,
    /// Expected status.
    Status,
    /// Seconds for the whole exchange.
    Timeout,
}

/// A field that is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Choice {
    /// Kind of authentication.
    Auth,
    /// Identity of the workspace, or keys typed here.
    Identity,
    /// Signature in headers or query.
    Location,
    /// What stands for the payload.
    Payload,
    /// SigV4 or SigV4a.
    Algorithm,
    /// Path normalisation.
    Normalize,
    /// Second encoding of the path.
    DoubleEncode,
    /// Content hash header.
    ContentSha256,
    /// API key in header or query.
    KeyPlace,
    /// Kind of body.
    Body,
    /// Certificate verification.
    Verify,
    /// Following redirects.
    Redirects,
    /// What a `+` means that is typed in the query of the URL.
    Plus,
}

/// One field of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EditorField {
    /// The method.
    Method,
    /// The URL.
    Url,
    /// A cell of a row.
    Cell(Table, usize, Column),
    /// The place where a new row is begun.
    NewRow(Table),
    /// A typed field.
    Text(Text),
    /// A chosen field.
    Choice(Choice),
    /// The text of the body.
    BodyText,
    /// The notes.
    Notes,
}

impl EditorField {
    /// A text of several lines.
    pub fn is_multiline(self) -> bool {
        matches!(self, Self::BodyText | Self::Notes)
    }

    /// A text that is masked, and kept in the private store.
    pub fn is_secret(self) -> bool {
        matches!(
            self,
            Self::Text(Text::SecretKey | Text::SessionToken | Text::Token | Text::Password | Text::KeyValue)
        )
    }

    /// Whether both are on one line of their tab, as the cells of a row are.
    pub fn same_line(self, other: Self) -> bool {
        match (self, other) {
            (Self::Cell(table, row, _), Self::Cell(other_table, other_row, _)) => {
                (table, row) == (other_table, other_row)
            }
            _ => self == other,
        }
    }

    /// A field in which letters can be typed.
    pub fn is_typed(self) -> bool {
        !matches!(self, Self::Choice(_) | Self::NewRow(_))
    }
}

/// The fields that a tab shows, one a line, in order. A row is named by its value's cell.
pub fn slots(request: &Request, tab: Tab) -> Vec<EditorField> {
    match tab {
        Tab::Params => {
            let plus = query::has_plus(request).then_some(EditorField::Choice(Choice::Plus));
            table(Table::Params, request.params.len()).chain(plus).collect()
        }
        Tab::Headers => table(Table::Headers, request.headers.len()).collect(),
        Tab::Auth => auth_slots(request),
        Tab::Body => body_slots(request),
        Tab::Expect => vec![
            EditorField::Text(Text::Status),
            EditorField::Choice(Choice::Verify),
            EditorField::Choice(Choice::Redirects),
            EditorField::Text(Text::Timeout),
        ],
        Tab::Notes => vec![EditorField::Notes],
    }
}

fn table(table: Table, len: usize) -> impl Iterator<Item = EditorField> {
    (0..len).map(move |i| EditorField::Cell(table, i, Column::Value)).chain([EditorField::NewRow(table)])
}

fn auth_slots(request: &Request) -> Vec<EditorField> {
    let auth = &request.auth;
    let mut slots = vec![EditorField::Choice(Choice::Auth)];
    match auth.kind {
        AuthKind::Inherit | AuthKind::None => {}
        AuthKind::AwsSigv4 => {
            slots.push(EditorField::Choice(Choice::Identity));
            if auth.sigv4.identity.is_empty() {
                slots.extend([Text::AccessKey, Text::SecretKey, Text::SessionToken].map(EditorField::Text));
            }
            slots.extend([Text::Region, Text::Service].map(EditorField::Text));
            slots.push(EditorField::Choice(Choice::Location));
            if auth.sigv4.location == SignatureLocation::Query {
                slots.push(EditorField::Text(Text::Expires));
            }
            slots.extend(
                [
                    Choice::Payload,
                    Choice::Algorithm,
                    Choice::Normalize,
                    Choice::DoubleEncode,
                    Choice::ContentSha256,
                ]
                .map(EditorField::Choice),
            );
        }
        AuthKind::Bearer => slots.push(EditorField::Text(Text::Token)),
        AuthKind::Basic => slots.extend([Text::Username, Text::Password].map(EditorField::Text)),
        AuthKind::ApiKey => slots.extend([
            EditorField::Choice(Choice::KeyPlace),
            EditorField::Text(Text::KeyName),
            EditorField::Text(Text::KeyValue),
        ]),
    }
    slots
}

fn body_slots(request: &Request) -> Vec<EditorField> {
    let mut slots = vec![EditorField::Choice(Choice::Body)];
    match request.body.kind {
        BodyKind::None => {}
        BodyKind::Json | BodyKind::Text => slots.push(EditorField::BodyText),
        BodyKind::Form => slots.extend(table(Table::Form, request.body.form.len())),
        BodyKind::Multipart => slots.extend(table(Table::Parts, request.body.parts.len())),
        BodyKind::File => slots.push(EditorField::Text(Text::BodyFile)),
    }
    slots
}

/// What stands before a field.
pub fn label(slot: EditorField) -> &'static str {
    match slot {
        EditorField::Method => "Method",
        EditorField::Url => "URL",
        EditorField::Cell(..) | EditorField::NewRow(_) | EditorField::BodyText | EditorField::Notes => "",
        EditorField::Text(text) => match text {
            Text::AccessKey => "Access key",
            Text::SecretKey => "Secret key",
            Text::SessionToken => "Session token",
            Text::Region => "Region",
            Text::Service => "Service",
            Text::Expires => "Expires in (s)",
            Text::Token => "Token",
            Text::Username => "User name",
            Text::Password => "Password",
            Text::KeyName => "Name",
            Text::KeyValue => "Key",
            Text::BodyFile => "File",
            Text::Status => "Status is",
            Text::Timeout => "Timeout (s)",
        },
        EditorField::Choice(choice) => match choice {
            Choice::Auth => "Auth",
            Choice::Identity => "Identity",
            Choice::Location => "Signature in",
            Choice::Payload => "Payload",
            Choice::Algorithm => "Algorithm",
            Choice::Normalize => "Normalize path",
            Choice::DoubleEncode => "Encode twice",
            Choice::ContentSha256 => "Content hash",
            Choice::KeyPlace => "Sent in",
            Choice::Body => "Body",
            Choice::Verify => "Certificate",
            Choice::Redirects => "Redirects",
            Choice::Plus => "A + in the URL",
        },
    }
}

/// The rows of a table that has plain rows; multipart parts are not plain rows.
pub fn rows(request: &Request, table: Table) -> Option<&Vec<Row>> {
    match table {
        Table::Params => Some(&request.params),
        Table::Headers => Some(&request.headers),
        Table::Form => Some(&request.body.form),
        Table::Parts => None,
    }
}

/// As [`rows`], to be changed.
pub fn rows_mut(request: &mut Request, table: Table) -> Option<&mut Vec<Row>> {
    match table {
        Table::Params => Some(&mut request.params),
        Table::Headers => Some(&mut request.headers),
        Table::Form => Some(&mut request.body.form),
        Table::Parts => None,
    }
}

/// Whether a row is switched off; false where there is none.
pub fn is_off(request: &Request, table: Table, index: usize) -> bool {
    match rows(request, table) {
        Some(rows) => rows.get(index).is_some_and(|row| row.off),
        None => request.body.parts.get(index).is_some_and(|part| part.off),
    }
}

/// Switches a row off or on.
pub fn toggle(request: &mut Request, table: Table, index: usize) {
    if table == Table::Parts {
        if let Some(part) = request.body.parts.get_mut(index) {
            part.off = !part.off;
        }
    } else if let Some(row) = rows_mut(request, table).and_then(|rows| rows.get_mut(index)) {
        row.off = !row.off;
    }
}

/// Appends an empty row and gives its index.
pub fn add_row(request: &mut Request, table: Table) -> usize {
    match rows_mut(request, table) {
        Some(rows) => {
            rows.push(Row::default());
            rows.len() - 1
        }
        None => {
            request.body.parts.push(Part::default());
            request.body.parts.len() - 1
        }
    }
}

/// Takes a row away.
pub fn delete_row(request: &mut Request, table: Table, index: usize) {
    if table == Table::Parts {
        if index < request.body.parts.len() {
            request.body.parts.remove(index);
        }
    } else if let Some(rows) = rows_mut(request, table).filter(|rows| index < rows.len()) {
        rows.remove(index);
    }
}
