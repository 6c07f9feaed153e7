//! Locations in a TOML text: a line, and the path of a key.

use std::ops::Range;

use toml_edit::{Document, Item, TableLike, Value};

use super::Problem;

/// A problem from an error of serde.
pub(super) fn problem(text: &str, error: &toml::de::Error) -> Problem {
    let offset = error.span().map_or(0, |span| span.start);
    let (line, key) = of(text, offset);
    let message = error.message().trim().replace('\n', ", ");
    let (message, hint) = match message.split_once(", expected ") {
        Some((message, expected)) => (message.to_owned(), format!("write {expected}")),
        None => (message, String::new()),
    };
    Problem { line, key, message, hint }
}

/// Line from 1, and the path of the key whose name or value is at a byte offset.
pub(super) fn of(text: &str, offset: usize) -> (usize, String) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let key = match Document::parse(text) {
        Ok(document) => in_table(document.as_table(), "", offset).unwrap_or_default(),
        Err(_) => String::new(),
    };
    (line, key)
}

fn in_table(table: &dyn TableLike, path: &str, offset: usize) -> Option<String> {
    let mut found = None;
    for (name, item) in table.iter() {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let key = table.key(name).and_then(toml_edit::Key::span);
        let inner = in_item(item, &path, offset);
        if inner.is_some() {
            return inner;
        }
        if holds(key, offset) || holds(item.span(), offset) {
            found = Some(path);
        }
    }
    found
}

fn in_item(item: &Item, path: &str, offset: usize) -> Option<String> {
    match item {
        Item::None => None,
        Item::Value(value) => in_value(value, path, offset),
        Item::Table(table) => in_table(table, path, offset),
        Item::ArrayOfTables(tables) => tables.iter().enumerate().find_map(|(index, table)| {
            let path = format!("{path}[{index}]");
            in_table(table, &path, offset).or_else(|| holds(table.span(), offset).then_some(path))
        }),
    }
}

fn in_value(value: &Value, path: &str, offset: usize) -> Option<String> {
    match value {
        Value::Array(array) => array
            .iter()
            .enumerate()
            .find_map(|(index, value)| in_value(value, &format!("{path}[{index}]"), offset)),
        Value::InlineTable(table) => {
            in_table(table, path, offset).or_else(|| holds(table.span(), offset).then(|| path.to_owned()))
        }
        Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {
            holds(value.span(), offset).then(|| path.to_owned())
        }
    }
}

fn holds(span: Option<Range<usize>>, offset: usize) -> bool {
    span.is_some_and(|span| span.contains(&offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_located_by_its_path() {
        let text = "a = 1\n[[b]]\nc = '''\n[x]\n'''\n[[b]]\nd = { e = [1, 22] }\n[f]\ng.h = 3\n";
        for (what, line, key) in [
            ("1\n", 1, "a"),
            ("'''\n[x", 3, "b[0].c"),
            ("d =", 7, "b[1].d"),
            ("e =", 7, "b[1].d.e"),
            ("22", 7, "b[1].d.e[1]"),
            ("3\n", 9, "f.g.h"),
        ] {
            assert_eq!(of(text, text.find(what).unwrap()), (line, key.to_owned()), "{what}");
        }
        assert_eq!(of("a = ", 99), (1, String::new()));
    }
}
