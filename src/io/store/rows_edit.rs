//! Editing a list of rows in place.
//!
//! Owns which old element a row came from, and where the comments of a list belong. Refuses to know
//! what a row is made of: [`RowType`] does.

use toml_edit::{Array, ArrayOfTables, InlineTable, Item, Table, TableLike, Value};

use super::key_edit::{has_comment, put_if_changed};
use crate::core::request::fields::{RowShape, RowType};

/// Reads an element that is known to be well-formed.
fn read<T: RowType>(table: &dyn TableLike) -> T {
    let mut row = T::default();
    for key in T::KEYS {
        let item = table.get(key.key);
        match &key.shape {
            RowShape::Text { set, .. } => {
                if let Some(text) = item.and_then(Item::as_str) {
                    set(&mut row, text.to_owned());
                }
            }
            RowShape::Flag { set, .. } => {
                set(&mut row, item.and_then(Item::as_bool).unwrap_or_default());
            }
        }
    }
    row
}

/// Writes what differs.
fn write<T: RowType>(row: &T, table: &mut dyn TableLike) {
    for key in T::KEYS {
        let value = match &key.shape {
            RowShape::Text { get, .. } => get(row).map(Value::from),
            RowShape::Flag { get, .. } => get(row).then(|| true.into()),
        };
        put_if_changed(table, key.key, value);
    }
}

/// For each new row, the old element it most likely comes from: the same row, else one
/// of the same name, else the one at the same index.
fn origins<T: RowType>(old: &[T], new: &[T]) -> Vec<Option<usize>> {
    let mut origins = vec![None; new.len()];
    let mut free = vec![true; old.len()];
    let mut claim = |same: &dyn Fn(usize, usize) -> bool| {
        for (n, origin) in origins.iter_mut().enumerate().filter(|(_, origin)| origin.is_none()) {
            // The nearest candidate at or after the row's index goes first.
            let candidates = (n.min(old.len())..old.len()).chain(0..n.min(old.len()));
            if let Some(o) = candidates.into_iter().find(|o| free[*o] && same(*o, n)) {
                free[o] = false;
                *origin = Some(o);
            }
        }
    };
    claim(&|o, n| o == n && old[o] == new[n]);
    claim(&|o, n| old[o] == new[n]);
    claim(&|o, n| old[o].name() == new[n].name());
    claim(&|o, n| o == n);
    origins
}

/// Edits `[[key]]`.
pub(super) fn edit_tables<T: RowType>(tables: &mut ArrayOfTables, rows: &[T]) {
    let old: Vec<Table> = tables.iter().cloned().collect();
    let read: Vec<T> = old.iter().map(|table| read(table)).collect();
    let places: Vec<_> = old.iter().map(Table::position).collect();
    tables.clear();
    for (index, (row, origin)) in rows.iter().zip(origins(&read, rows)).enumerate() {
        let mut table = origin.and_then(|o| old.get(o)).cloned().unwrap_or_default();
        // Tables are printed by position; a row that moved takes its new neighbours'.
        table.set_position(places.get(index).or(places.last()).copied().flatten());
        write(row, &mut table);
        tables.push(table);
    }
}

/// One element with the comments that belong to it.
struct Element {
    value: Value,
    /// Line break, comments and indent before it.
    before: String,
    /// A comment after it on the same line.
    after: String,
}

/// Edits `key = [{…}, …]`. A single row stays on the key's line, several get a line each, unless the
/// author has put several on one line.
pub(super) fn edit_array<T: RowType>(array: &mut Array, rows: &[T]) {
    let (old, end) = take_apart(array);
    let read: Vec<T> = old
        .iter()
        .map(|element| match &element.value {
            Value::InlineTable(table) => read(table),
            _ => read(&InlineTable::new()),
        })
        .collect();
    let spread = old.iter().any(|element| element.before.contains('\n'));
    let lines = spread || (old.len() < 2 && rows.len() > 1);
    let indent = old
        .iter()
        .filter_map(|element| element.before.rsplit_once('\n'))
        .map(|(_, indent)| indent.to_owned())
        .next()
        .unwrap_or_else(|| "  ".to_owned());

    let mut carried = String::new();
    for (index, (row, origin)) in rows.iter().zip(origins(&read, rows)).enumerate() {
        let mut table = match origin.and_then(|o| old.get(o)).map(|element| &element.value) {
            Some(Value::InlineTable(table)) => table.clone(),
            Some(_) | None => InlineTable::new(),
        };
        let keys = table.len();
        write(row, &mut table);
        // The comments around a row are put back below.
        table.decor_mut().clear();
        if table.len() != keys && !has_comment_inside(&table) {
            table.fmt();
        }
        let origin = origin.and_then(|o| old.get(o));
        let own = origin.map(|element| element.before.as_str()).filter(|before| before.contains('\n'));
        let before = match own {
            Some(before) => before.to_owned(),
            None if lines => format!("\n{indent}"),
            None if index == 0 => String::new(),
            None => " ".to_owned(),
        };
        let mut value = Value::InlineTable(table);
        value.decor_mut().set_prefix(format!("{carried}{before}"));
        value.decor_mut().set_suffix("");
        carried = origin.map(|element| element.after.clone()).unwrap_or_default();
        array.push_formatted(value);
    }
    let end = if lines && !end.contains('\n') { "\n".to_owned() } else { end };
    array.set_trailing(format!("{carried}{end}"));
    array.set_trailing_comma(lines);
}

/// Whether there is a comment between the keys of a row.
fn has_comment_inside(table: &InlineTable) -> bool {
    table.iter().any(|(key, value)| {
        let key = table.key(key).map(|key| key.leaf_decor());
        let decors = [Some(value.decor()), key];
        let raw = decors.into_iter().flatten().flat_map(|decor| [decor.prefix(), decor.suffix()]);
        raw.flatten().any(has_comment)
    })
}

/// Empties the array into its elements and the text before the closing bracket.
fn take_apart(array: &mut Array) -> (Vec<Element>, String) {
    let mut elements: Vec<Element> = Vec::new();
    for value in array.iter() {
        let prefix = value.decor().prefix().and_then(|p| p.as_str()).unwrap_or_default();
        let (after_previous, before) = split_comment(prefix);
        let before = match elements.last_mut() {
            Some(previous) => {
                previous.after.push_str(after_previous);
                before.to_owned()
            }
            None => prefix.to_owned(),
        };
        elements.push(Element { value: value.clone(), before, after: String::new() });
    }
    // Without a trailing comma, what follows the last element is the element's own suffix.
    let suffix = elements.last().and_then(|last| last.value.decor().suffix()).and_then(|s| s.as_str());
    let trailing = format!("{}{}", suffix.unwrap_or_default(), array.trailing().as_str().unwrap_or_default());
    let (after_last, end) = match elements.last_mut() {
        Some(last) => {
            let (comment, end) = split_comment(&trailing);
            last.after.push_str(comment);
            (last.after.clone(), end.to_owned())
        }
        None => (String::new(), trailing),
    };
    array.clear();
    let end = if !after_last.is_empty() && !end.contains('\n') { "\n".to_owned() } else { end };
    (elements, end)
}

/// Splits off a comment in front of the first line break.
fn split_comment(text: &str) -> (&str, &str) {
    let line = text.find('\n').unwrap_or(text.len());
    if text[..line].contains('#') { text.split_at(line) } else { ("", text) }
}
