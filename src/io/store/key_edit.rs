//! Setting and removing one key of a TOML table in place.
//!
//! Owns that comments and spacing around a key survive. Refuses to know what a key means.

use toml_edit::{Item, TableLike, Value};

/// Sets or removes one key. A value that is replaced keeps the space and the comment around it; a
/// key that is removed leaves its comments to what follows.
pub(super) fn put(table: &mut dyn TableLike, key: &str, value: Option<Value>) {
    match (table.get_mut(key), value) {
        (Some(Item::Value(old)), Some(mut new)) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        (Some(_) | None, Some(new)) => {
            table.insert(key, Item::Value(new));
        }
        (Some(_), None) => remove(table, key),
        (None, None) => {}
    }
}

/// Whether the space around a key or a value holds a comment.
pub(super) fn has_comment(raw: &toml_edit::RawString) -> bool {
    raw.as_str().is_some_and(|text| text.contains('#'))
}

fn remove(table: &mut dyn TableLike, key: &str) {
    let comment = table.key(key).and_then(|k| k.leaf_decor().prefix()).filter(|p| has_comment(p)).cloned();
    let following = table.iter().map(|(k, _)| k.to_owned()).skip_while(|k| k != key).nth(1);
    table.remove(key);
    let Some(comment) = comment.as_ref().and_then(|c| c.as_str()) else { return };
    let prepend = |decor: &mut toml_edit::Decor| {
        let old = decor.prefix().and_then(|p| p.as_str()).unwrap_or_default();
        let joined = format!("{comment}{old}");
        decor.set_prefix(joined);
    };
    let Some(following) = following else { return };
    match table.get_mut(&following) {
        Some(Item::Table(next)) => prepend(next.decor_mut()),
        Some(Item::ArrayOfTables(next)) => {
            if let Some(first) = next.get_mut(0) {
                prepend(first.decor_mut());
            }
        }
        Some(Item::Value(_)) => {
            if let Some(mut key) = table.key_mut(&following) {
                prepend(key.leaf_decor_mut());
            }
        }
        Some(Item::None) | None => {}
    }
}

/// A text as a person would write it: plain in quotes, or raw in `'''` where quotes, backslashes
/// or lines would otherwise have to be escaped.
pub(super) fn text_value(text: &str) -> Value {
    let awkward = text.contains(['"', '\\', '\n']);
    let raw = !text.contains("'''") && !text.ends_with('\'');
    if awkward && raw && !text.contains('\r') {
        let first = if text.contains('\n') { "\n" } else { "" };
        // Control characters cannot stand in a raw text; the parser knows which.
        if let Ok(value) = format!("'''{first}{text}'''").parse::<Value>()
            && value.as_str() == Some(text)
        {
            return value;
        }
    }
    Value::from(text)
}

/// As [`put`], but a value that already means the same keeps its spelling.
pub(super) fn put_if_changed(table: &mut dyn TableLike, key: &str, value: Option<Value>) {
    let same = match (table.get(key), &value) {
        (Some(old), Some(new)) => {
            (old.as_str().is_some() && old.as_str() == new.as_str())
                || (old.as_bool().is_some() && old.as_bool() == new.as_bool())
        }
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    if !same {
        put(table, key, value);
    }
}
