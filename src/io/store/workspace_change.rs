//! Changing `signpost.toml` and `folder.toml` in place, one key or table at a time.
//!
//! Owns that nothing else of the file changes: comments, order and unknown keys stay. Refuses to
//! overwrite a value that somebody else has changed since the user saw it.

use std::io::{self, ErrorKind};
use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::SaveError;
use super::atomic::{self, Access, Expected, Stamp};
use super::inside;
use super::key_edit::{put, put_if_changed, text_value};
use super::private_folder;
use super::regular_file::{self, MAX_LEN};
use crate::core::credential::Secret;
use crate::core::workspace::{Edit, KeyEdit, NewValue, WorkspaceChange};

/// The text of a file before and after a change, by which it's undone. `Debug` leaves out the text, in
/// which an author may have written anything.
#[derive(Clone, PartialEq, Eq)]
pub struct FileEdit {
    /// The file, by its path in the workspace.
    pub file: String,
    /// Its text before; `None` where it wasn't there.
    pub before: Option<String>,
    /// Its text after; `None` where it's gone.
    pub after: Option<String>,
}

impl std::fmt::Debug for FileEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileEdit").field("file", &self.file).finish_non_exhaustive()
    }
}

/// Why a change isn't made. The file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// Somebody else changed the value.
    #[error("`{name}` has changed on disk meanwhile; look at it and try again")]
    Changed {
        /// The key.
        name: String,
    },
    /// The name is taken.
    #[error("`{0}` already exists")]
    Exists(String),
    /// What should change isn't there any more.
    #[error("`{0}` isn't in the file any more")]
    Gone(String),
    /// A key that should hold a table holds something else.
    #[error("`{0}` isn't a table")]
    NotATable(String),
    /// The file isn't valid TOML.
    #[error("{file}:{line}: invalid TOML; correct the file first")]
    Invalid {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
    },
    /// The file has changed since the change that is to be undone.
    #[error("{0} has changed since; nothing was undone")]
    ChangedSince(String),
    /// The private store couldn't keep a secret.
    #[error("{0}")]
    Secret(String),
    /// The file can't be read or written.
    #[error(transparent)]
    Save(#[from] SaveError),
}

/// Makes a change in the text of a file. `keep` stores a secret under the name that is asked for, and
/// gives the name that it got.
///
/// # Errors
/// See [`EditError`].
pub fn edit(
    text: &str,
    change: &WorkspaceChange,
    keep: &mut dyn FnMut(&str, &Secret) -> Result<String, String>,
) -> Result<String, EditError> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text.get(..at).unwrap_or(text).matches('\n').count() + 1;
        EditError::Invalid { file: change.file.clone(), line }
    })?;
    let missing = match change.edit {
        Edit::Set { .. } => Missing::Made { holds_tables: false },
        Edit::Add(_) => Missing::Made { holds_tables: true },
        Edit::SetKeys(_) | Edit::Copy(_) | Edit::Rename(_) | Edit::Remove => Missing::IsAnError,
    };
    let Some((name, above)) = change.path.split_last() else { return Ok(text.to_owned()) };
    let table = table_at(document.as_table_mut(), above, missing)?;
    match &change.edit {
        Edit::Set { value, before } => {
            unchanged(table, name, before.as_deref())?;
            set(table, name, written(value, keep)?)?;
        }
        Edit::SetKeys(keys) => {
            let table = table_at(table, std::slice::from_ref(name), missing)?;
            for KeyEdit { key, value, before } in keys {
                unchanged(table, key, before.as_deref())?;
                match value {
                    Some(value) => set(table, key, written(value, keep)?)?,
                    None => put(table, key, None),
                }
            }
        }
        Edit::Add(rows) => {
            free(table, name)?;
            let mut added = Table::new();
            for (key, text) in rows {
                added.insert(key, Item::Value(text_value(text)));
            }
            table.insert(name, Item::Table(added));
        }
        Edit::Copy(to) => {
            free(table, to)?;
            let mut copy = table.get(name).cloned().ok_or_else(|| EditError::Gone(name.clone()))?;
            if let Item::Table(copy) = &mut copy {
                // What is written above the original speaks of that one.
                copy.decor_mut().set_prefix("\n");
            }
            table.insert(to, copy);
        }
        Edit::Rename(to) => {
            free(table, to)?;
            if table.get(name).is_none() {
                return Err(EditError::Gone(name.clone()));
            }
            rename(table, name, to);
            if change.identity().is_some() {
                follow_identity(&mut document, name, to);
            }
        }
        Edit::Remove => {
            if table.get(name).is_none() {
                return Err(EditError::Gone(name.clone()));
            }
            put(table, name, None);
        }
    }
    Ok(document.to_string())
}

/// Makes a change in its file, which is created where it isn't there.
///
/// # Errors
/// See [`EditError`].
pub fn apply(
    root: &Path,
    change: &WorkspaceChange,
    keep: &mut dyn FnMut(&str, &Secret) -> Result<String, String>,
) -> Result<FileEdit, EditError> {
    // A secret gives the workspace an ID in this file, so it's kept before the file is read.
    let kept = secrets_of(change).into_iter().map(|(name, secret)| keep(name, secret));
    let mut kept = kept.collect::<Result<Vec<_>, _>>().map_err(EditError::Secret)?.into_iter();
    let before = read(root, &change.file)?;
    let mut known = |name: &str, _: &Secret| Ok(kept.next().unwrap_or_else(|| name.to_owned()));
    let after = edit(before.as_deref().unwrap_or_default(), change, &mut known)?;
    write(root, &change.file, before.as_deref(), Some(&after))?;
    Ok(FileEdit { file: change.file.clone(), before, after: Some(after) })
}

/// Undoes a change, or makes it again, if the file is as the change left it.
///
/// # Errors
/// [`EditError::ChangedSince`] where it isn't, else what the disk says.
pub fn restore(root: &Path, edit: &FileEdit, redo: bool) -> Result<(), EditError> {
    let (from, to) = if redo { (&edit.before, &edit.after) } else { (&edit.after, &edit.before) };
    if read(root, &edit.file)? != *from {
        return Err(EditError::ChangedSince(edit.file.clone()));
    }
    write(root, &edit.file, from.as_deref(), to.as_deref())
}

/// The secrets that a change stores, in the order of its values.
fn secrets_of<'c>(change: &'c WorkspaceChange) -> Vec<(&'c str, &'c Secret)> {
    let values: Vec<&'c NewValue> = match &change.edit {
        Edit::Set { value, .. } => vec![value],
        Edit::SetKeys(keys) => keys.iter().filter_map(|key| key.value.as_ref()).collect(),
        Edit::Add(_) | Edit::Copy(_) | Edit::Rename(_) | Edit::Remove => Vec::new(),
    };
    let secret = |value: &'c NewValue| match value {
        NewValue::Secret { name, secret } => Some((name.as_str(), secret)),
        NewValue::Text(_) | NewValue::Number(_) | NewValue::Flag(_) => None,
    };
    values.into_iter().filter_map(secret).collect()
}

/// Gives a key a value, unless it holds a table.
fn set(table: &mut dyn TableLike, name: &str, value: Value) -> Result<(), EditError> {
    if table.get(name).is_some_and(|item| !item.is_value()) {
        return Err(EditError::Exists(name.to_owned()));
    }
    put_if_changed(table, name, Some(value));
    Ok(())
}

fn read(root: &Path, file: &str) -> Result<Option<String>, EditError> {
    let path = root.join(file);
    match regular_file::read_to_string(&path, MAX_LEN) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(SaveError::Io { path, source }.into()),
    }
}

/// Replaces the text of a file; without a text it's removed.
fn write(root: &Path, file: &str, from: Option<&str>, to: Option<&str>) -> Result<(), EditError> {
    let path = root.join(file);
    let failed = |source: io::Error| SaveError::Io { path: path.clone(), source };
    if !root.exists() {
        private_folder::create(root).map_err(failed)?;
    }
    let place = inside::resolve(root, &path).map_err(failed)?;
    let expected = from.map_or(Expected::Nothing, |text| Expected::Loaded(Stamp::of(text.as_bytes())));
    match to {
        Some(text) => {
            atomic::write(&place, text.as_bytes(), expected, Access::Usual)?;
        }
        None => std::fs::remove_file(&place).map_err(failed)?,
    }
    Ok(())
}

/// What happens where a table isn't there.
#[derive(Clone, Copy)]
enum Missing {
    IsAnError,
    Made {
        /// The innermost one will hold tables only, and so needs no header.
        holds_tables: bool,
    },
}

/// The table below `table` along these keys.
fn table_at<'t>(
    mut table: &'t mut dyn TableLike,
    keys: &[String],
    missing: Missing,
) -> Result<&'t mut dyn TableLike, EditError> {
    for (depth, key) in keys.iter().enumerate() {
        if table.get(key).is_none() {
            let Missing::Made { holds_tables } = missing else { return Err(EditError::Gone(key.clone())) };
            let mut added = Table::new();
            added.set_implicit(holds_tables || depth + 1 < keys.len());
            table.insert(key, Item::Table(added));
        }
        let next = table.get_mut(key).and_then(Item::as_table_like_mut);
        table = next.ok_or_else(|| EditError::NotATable(key.clone()))?;
    }
    Ok(table)
}

fn free(table: &dyn TableLike, name: &str) -> Result<(), EditError> {
    if table.get(name).is_some() { Err(EditError::Exists(name.to_owned())) } else { Ok(()) }
}

/// Checks that a text is still the one that the user saw. A value that isn't a text has been reported
/// as invalid, and may be replaced.
fn unchanged(table: &dyn TableLike, name: &str, before: Option<&str>) -> Result<(), EditError> {
    match table.get(name) {
        Some(item) if item.as_str().is_some_and(|now| Some(now) != before) => {
            Err(EditError::Changed { name: name.to_owned() })
        }
        None if before.is_some() => Err(EditError::Gone(name.to_owned())),
        Some(_) | None => Ok(()),
    }
}

fn written(
    value: &NewValue,
    keep: &mut dyn FnMut(&str, &Secret) -> Result<String, String>,
) -> Result<Value, EditError> {
    Ok(match value {
        NewValue::Text(text) => text_value(text),
        // TOML's numbers are signed.
        NewValue::Number(number) => Value::from(i64::try_from(*number).unwrap_or(i64::MAX)),
        NewValue::Flag(flag) => Value::from(*flag),
        NewValue::Secret { name, secret } => {
            let name = keep(name, secret).map_err(EditError::Secret)?;
            Value::from(format!("{{{{secret:{name}}}}}"))
        }
    })
}

/// Has what names an identity in the same file name it by its new name.
fn follow_identity(document: &mut DocumentMut, from: &str, to: &str) {
    let follow = |table: Option<&mut dyn TableLike>, key: &str| {
        if let Some(table) = table.filter(|table| table.get(key).and_then(Item::as_str) == Some(from)) {
            put(table, key, Some(to.into()));
        }
    };
    follow(document.get_mut("auth").and_then(Item::as_table_like_mut), "identity");
    let identities = document.get_mut("identities").and_then(Item::as_table_like_mut);
    for (_, identity) in identities.into_iter().flat_map(|all| all.iter_mut()) {
        follow(identity.as_table_like_mut(), "source");
    }
}

/// Gives a key another name in its place, with the comments around it.
fn rename(table: &mut dyn TableLike, from: &str, to: &str) {
    let keys: Vec<String> =
        table.iter().map(|(key, _)| key.to_owned()).skip_while(|key| key != from).collect();
    // A table keeps the order in which keys came, so those that follow are put back after it.
    for key in keys {
        let Some(decor) = table.key(&key).map(|key| (key.leaf_decor().clone(), key.dotted_decor().clone()))
        else {
            continue;
        };
        let Some(item) = table.remove(&key) else { continue };
        let now = if key == from { to } else { &key };
        table.insert(now, item);
        if let Some(mut key) = table.key_mut(now) {
            (*key.leaf_decor_mut(), *key.dotted_decor_mut()) = decor;
        }
    }
}

#[cfg(test)]
mod tests;
