//! Editing a request file in place.
//!
//! Owns the layout of what is written. Refuses to touch what did not change: comments, order,
//! unknown keys and the author's layout stay as they are.

use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value};

use super::key_edit::{has_comment, put, text_value};
use super::request_file::{KIND, parse_draft, unix_lines};
use super::rows_edit;
use crate::core::request::fields::{FileSection, RowType, Shape};
use crate::core::request::{Part, Request, Row};

/// The text of `request`, made from `text` by editing only what differs. What is written is always
/// read back by [`parse_draft`], and by [`super::request_file::parse`] where the request makes
/// sense. A `text` that isn't a request file (or is empty) is not kept: a new one is written.
pub fn update(text: &str, request: &Request) -> String {
    let parsed = parse_draft(text).ok().zip(unix_lines(text).parse::<DocumentMut>().ok());
    let (old, mut document) = parsed.unwrap_or_default();
    if old == *request && !document.is_empty() {
        return text.to_owned();
    }
    for section in FileSection::ALL {
        let before = fields(section, &old);
        let changed: Vec<_> =
            fields(section, request).into_iter().filter(|field| !before.contains(field)).collect();
        if !changed.is_empty() {
            edit_section(document.as_table_mut(), section.key(), changed);
        }
    }
    let written = document.to_string();
    let written = if text.trim().is_empty() { written.trim_start().to_owned() } else { written };
    // Windows line endings are the author's layout too.
    if text.contains("\r\n") { written.replace('\n', "\r\n") } else { written }
}

/// The value of one key; `None` and empty lists mean that the key is left out.
#[derive(Clone, Copy, PartialEq)]
enum Written<'r> {
    Text(Option<&'r str>),
    Number(Option<u64>),
    Flag(Option<bool>),
    Texts(&'r [String]),
    Rows(&'r [Row]),
    Parts(&'r [Part]),
}

impl Written<'_> {
    fn is_left_out(&self) -> bool {
        match self {
            Self::Text(value) => value.is_none(),
            Self::Number(value) => value.is_none(),
            Self::Flag(value) => value.is_none(),
            Self::Texts(list) => list.is_empty(),
            Self::Rows(list) => list.is_empty(),
            Self::Parts(list) => list.is_empty(),
        }
    }
}

type Fields<'r> = Vec<(&'static str, Written<'r>)>;

/// Every field of a section, in the order of a new file. A section that holds a field names its
/// kind, even where that is the default.
fn fields(section: FileSection, request: &Request) -> Fields<'_> {
    let infos = section.fields().into_iter().map(|field| field.info());
    let mut fields: Fields<'_> = infos.map(|info| (info.key, written(&info.shape, request))).collect();
    let bare = fields.iter().all(|(_, written)| written.is_left_out());
    let kind = section.fields().into_iter().map(|field| field.info()).find(|info| info.key == KIND);
    if let (false, Some(Shape::Word { get, .. })) = (bare, kind.map(|info| &info.shape))
        && let Some((_, written)) = fields.iter_mut().find(|(key, _)| *key == KIND)
    {
        *written = Written::Text(Some(get(request)));
    }
    fields
}

fn written<'r>(shape: &Shape, request: &'r Request) -> Written<'r> {
    match shape {
        Shape::Text { get, .. } => Written::Text(get(request)),
        Shape::Word { get, words, .. } => {
            Written::Text(Some(get(request)).filter(|word| Some(word) != words.first()))
        }
        Shape::Number { get, .. } => Written::Number(get(request)),
        Shape::Flag { get, .. } => Written::Flag(get(request)),
        Shape::Texts { get, .. } => Written::Texts(get(request)),
        Shape::Rows { get, .. } => Written::Rows(get(request)),
        Shape::Parts { get, .. } => Written::Parts(get(request)),
    }
}

fn edit_section(root: &mut Table, name: &str, fields: Fields<'_>) {
    if name.is_empty() {
        edit_fields(root, fields);
        return;
    }
    if let Some(table) = root.entry(name).or_insert_with(toml_edit::table).as_table_like_mut() {
        edit_fields(table, fields);
    }
    let empty = |item: &Item| item.as_table_like().is_some_and(TableLike::is_empty);
    let commented = |item: &Item| {
        let decor = item.as_table().map(Table::decor);
        decor.is_some_and(|d| [d.prefix(), d.suffix()].into_iter().flatten().any(has_comment))
    };
    if root.get(name).is_some_and(|item| empty(item) && !commented(item)) {
        root.remove(name);
    }
}

fn edit_fields(table: &mut dyn TableLike, fields: Fields<'_>) {
    for (key, written) in fields {
        match written {
            Written::Text(value) => put(table, key, value.map(text_value)),
            Written::Number(value) => {
                put(table, key, value.map(|n| i64::try_from(n).unwrap_or(i64::MAX).into()));
            }
            Written::Flag(value) => put(table, key, value.map(Value::from)),
            Written::Texts(texts) => {
                put(table, key, (!texts.is_empty()).then(|| Value::Array(texts.iter().collect::<Array>())));
            }
            Written::Rows(rows) => edit_rows(table, key, rows),
            Written::Parts(parts) => edit_rows(table, key, parts),
        }
    }
}

fn edit_rows<T: RowType>(table: &mut dyn TableLike, key: &str, rows: &[T]) {
    if rows.is_empty() {
        put(table, key, None);
        return;
    }
    match table.get_mut(key) {
        Some(Item::Value(Value::Array(array))) => rows_edit::edit_array(array, rows),
        Some(Item::ArrayOfTables(tables)) => rows_edit::edit_tables(tables, rows),
        Some(_) | None => {
            let mut array = Array::new();
            rows_edit::edit_array(&mut array, rows);
            put(table, key, Some(Value::Array(array)));
        }
    }
}
