//! The order of a folder's content, by hand.
//!
//! Owns the `order` in `folder.toml` or `signpost.toml`: only names move in it, each with its
//! comments. Refuses to write a file that doesn't parse.

use std::io;

use toml_edit::{Array, DocumentMut, Item, RawString, Value};

use super::{ChangeError, Collections, failed};
use crate::core::collection::{self, Node, file_name, join, ordered_len, stem};
use crate::io::store::regular_file::{self, MAX_LEN};
use crate::io::store::workspace::{FOLDER_FILE, FileEdit, WORKSPACE_FILE};

impl Collections {
    /// Has the content of a folder listed in the order of `nodes`, which are all of it. What `order`
    /// names beyond that stays behind them.
    ///
    /// # Errors
    /// [`ChangeError::Unordered`] where the file can't be edited; it is as it was.
    pub fn reorder(&self, folder: &str, nodes: &[Node]) -> Result<Option<FileEdit>, ChangeError> {
        let file = match folder {
            "" => WORKSPACE_FILE.to_owned(),
            folder => join(folder, FOLDER_FILE),
        };
        let text = match regular_file::read_to_string(&self.place(&file)?, MAX_LEN) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(failed("read", &file)(source)),
        };
        let unordered = |why: &str| ChangeError::Unordered { path: file.clone(), why: why.to_owned() };
        let mut document: DocumentMut =
            text.as_deref().unwrap_or_default().parse().map_err(|_| unordered("it isn't valid TOML"))?;
        let item = document.entry("order").or_insert_with(|| Item::Value(Array::new().into()));
        let order = item.as_array_mut().ok_or_else(|| unordered("its `order` isn't a list"))?;
        arrange(order, nodes);
        let after = document.to_string();
        let changed = self.replace(&file, text.clone(), &after)?;
        Ok(changed.map(|_| FileEdit { file, before: text, after: Some(after) }))
    }
}

/// A name in an `order`, with the comments that are about it.
struct Entry {
    value: Value,
    /// Lines of comments above it.
    above: String,
    /// The comment behind it, up to the end of its line.
    behind: String,
}

/// Names these nodes in their order, as far as they must be named or were. Spelling and comments of a
/// name stay with it.
fn arrange(order: &mut Array, nodes: &[Node]) {
    let (mut entries, spaces, last) = take_apart(order);
    let place = |node: &Node, entries: &[Entry]| {
        entries.iter().position(|entry| {
            entry.value.as_str().is_some_and(|name| name == file_name(&node.path) || name == stem(&node.path))
        })
    };
    let named = nodes.iter().rposition(|node| place(node, &entries).is_some()).map_or(0, |at| at + 1);
    let wanted = nodes.get(..named.max(ordered_len(nodes))).unwrap_or(nodes);
    let mut arranged: Vec<Entry> = Vec::new();
    for node in wanted {
        arranged.push(match place(node, &entries) {
            Some(at) => entries.remove(at),
            None => {
                Entry { value: name_for(node, nodes).into(), above: String::new(), behind: String::new() }
            }
        });
    }
    arranged.append(&mut entries);
    put_together(order, arranged, &spaces, last);
}

/// The name of a node in an `order`: with its extension only where that tells it from another.
fn name_for<'a>(node: &'a Node, nodes: &[Node]) -> &'a str {
    let name = stem(&node.path);
    let alike = nodes.iter().filter(|other| stem(&other.path) == name).count();
    if alike > 1 { collection::file_name(&node.path) } else { name }
}

fn raw(text: Option<&RawString>) -> String {
    text.and_then(RawString::as_str).unwrap_or_default().to_owned()
}

/// The names of an `order`, the space in front of each place, and what follows the last one.
fn take_apart(order: &Array) -> (Vec<Entry>, Vec<String>, String) {
    let mut entries: Vec<Entry> = Vec::new();
    let (mut spaces, mut after_last) = (Vec::new(), String::new());
    for value in order.iter().cloned() {
        let prefix = raw(value.decor().prefix());
        let (behind, rest) = split_comment(&prefix);
        if let Some(before) = entries.last_mut() {
            before.behind.push_str(behind);
        }
        let rest = if entries.is_empty() { prefix.as_str() } else { rest };
        let space = rest.rfind('\n').map_or(rest, |at| &rest[at..]);
        let above =
            if rest.contains('#') { rest[..rest.len() - space.len()].to_owned() } else { String::new() };
        spaces.push(space.to_owned());
        // Behind the last name without a comma.
        let suffix = raw(value.decor().suffix());
        let (behind, rest) = split_comment(&suffix);
        after_last = rest.to_owned();
        entries.push(Entry { value, above, behind: behind.to_owned() });
    }
    let trailing = raw(Some(order.trailing()));
    let (behind, rest) = if entries.is_empty() { ("", trailing.as_str()) } else { split_comment(&trailing) };
    if let Some(last) = entries.last_mut() {
        last.behind.push_str(behind);
    }
    after_last.push_str(rest);
    (entries, spaces, after_last)
}

/// The comment at the start, up to the end of its line, and the rest.
fn split_comment(text: &str) -> (&str, &str) {
    let end = text.find('\n').unwrap_or(text.len());
    if text[..end].contains('#') { text.split_at(end) } else { ("", text) }
}

fn put_together(order: &mut Array, entries: Vec<Entry>, spaces: &[String], last: String) {
    let usual = spaces.get(1).or_else(|| spaces.first().filter(|space| space.contains('\n')));
    let usual = usual.map_or(" ", String::as_str);
    order.clear();
    let mut behind = String::new();
    for (at, mut entry) in entries.into_iter().enumerate() {
        let space = match spaces.get(at) {
            Some(space) => space,
            None if at == 0 => "",
            None => usual,
        };
        // Nothing else may follow a comment on its line.
        let broken = behind.is_empty() || entry.above.starts_with('\n') || space.starts_with('\n');
        let line = if broken { "" } else { "\n" };
        entry.value.decor_mut().set_prefix(format!("{behind}{line}{}{space}", entry.above));
        entry.value.decor_mut().set_suffix("");
        behind = entry.behind;
        order.push_formatted(entry.value);
    }
    let line = if behind.is_empty() || last.starts_with('\n') { "" } else { "\n" };
    order.set_trailing(format!("{behind}{line}{last}"));
    order.set_trailing_comma(order.iter().count() > 0 && spaces.iter().any(|space| space.contains('\n')));
}
