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
use crate::core::workspace::{Edit, NewValue, WorkspaceChange};

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
        Edit::Copy(_) | Edit::Rename(_) | Edit::Remove => Missing::IsAnError,
    };
    let Some((name, above)) = change.path.split_last() else { return Ok(text.to_owned()) };
    let table = table_at(document.as_table_mut(), above, missing)?;
    match &change.edit {
        Edit::Set { value, before } => {
            unchanged(table, name, before.as_deref())?;
            let value = written(value, keep)?;
            if table.get(name).is_some_and(|item| !item.is_value()) {
                return Err(EditError::Exists(name.clone()));
            }
            put_if_changed(table, name, Some(value));
        }
        Edit::Add(rows) => {
            free(table, name)?;
            let mut added = Table::new();
            for (key, value) in rows {
                added.insert(key, Item::Value(written(value, keep)?));
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
    let mut kept = None;
    if let Some((name, secret)) = secret_of(change) {
        kept = Some(keep(name, secret).map_err(EditError::Secret)?);
    }
    let before = read(root, &change.file)?;
    let mut known = |name: &str, _: &Secret| Ok(kept.take().unwrap_or_else(|| name.to_owned()));
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

/// The secret that a change stores.
fn secret_of(change: &WorkspaceChange) -> Option<(&str, &Secret)> {
    let of = |value: &NewValue| match value {
        NewValue::Secret { .. } => true,
        NewValue::Text(_) | NewValue::Number(_) | NewValue::Flag(_) => false,
    };
    let value = match &change.edit {
        Edit::Set { value, .. } => Some(value),
        Edit::Add(rows) => rows.iter().map(|(_, value)| value).find(|value| of(value)),
        Edit::Copy(_) | Edit::Rename(_) | Edit::Remove => None,
    };
    match value? {
        NewValue::Secret { name, secret } => Some((name, secret)),
        NewValue::Text(_) | NewValue::Number(_) | NewValue::Flag(_) => None,
    }
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
mod tests {
    use super::*;
    use crate::core::scope::Source;

    const FILE: &str = "# ours\nname = \"w\"\n\n[variables]\n# the host\nhost = \"a\" # here\nport = \"80\"\n\n\
        # live!\n[environments.prod]\nproduction = true\nhost = \"b\"\n\n[auth]\nkind = \"none\"\n";

    fn set(value: &str, before: Option<&str>) -> Edit {
        Edit::Set { value: NewValue::Text(value.into()), before: before.map(str::to_owned) }
    }

    fn variable(source: Source, name: &str, edit: Edit) -> WorkspaceChange {
        WorkspaceChange::variable(&source, name, edit).unwrap()
    }

    fn edited(text: &str, change: &WorkspaceChange) -> Result<String, String> {
        edit(text, change, &mut |name, _| Ok(name.to_owned())).map_err(|error| error.to_string())
    }

    #[test]
    fn one_value_changes_and_everything_around_it_stays() {
        let changed = edited(FILE, &variable(Source::Workspace, "host", set("c", Some("a")))).unwrap();
        assert_eq!(changed, FILE.replace("host = \"a\" # here", "host = \"c\" # here"));
        let prod = || Source::Environment("prod".into());
        let added = edited(FILE, &variable(prod(), "new", set("x", None))).unwrap();
        assert_eq!(added, FILE.replace("host = \"b\"\n", "host = \"b\"\nnew = \"x\"\n"));
        let renamed =
            edited(FILE, &variable(Source::Workspace, "host", Edit::Rename("base".into()))).unwrap();
        assert_eq!(renamed, FILE.replace("host = \"a\" # here", "base = \"a\" # here"));
        let removed = edited(FILE, &variable(Source::Workspace, "port", Edit::Remove)).unwrap();
        assert_eq!(removed, FILE.replace("port = \"80\"\n", ""));
    }

    #[test]
    fn a_file_without_the_section_gets_it() {
        let first = edited("", &variable(Source::Workspace, "host", set("a", None))).unwrap();
        assert_eq!(first, "[variables]\nhost = \"a\"\n");
        let environment = WorkspaceChange::named("environments", "dev", None, Edit::Add(Vec::new()));
        assert_eq!(edited(&first, &environment).unwrap(), format!("{first}\n[environments.dev]\n"));
    }

    #[test]
    fn environments_are_copied_renamed_and_removed_whole() {
        let change = |edit| WorkspaceChange::named("environments", "prod", None, edit);
        let copied = edited(FILE, &change(Edit::Copy("stage".into()))).unwrap();
        let stage = "\n[environments.stage]\nproduction = true\nhost = \"b\"\n";
        assert_eq!(copied, FILE.replace("\n[auth]", &format!("{stage}\n[auth]")));
        let renamed = edited(FILE, &change(Edit::Rename("live".into()))).unwrap();
        assert_eq!(renamed, FILE.replace("environments.prod", "environments.live"));
        let removed = edited(FILE, &change(Edit::Remove)).unwrap();
        assert!(
            !removed.contains("environments") && removed.contains("[auth]") && removed.contains("# ours")
        );
        assert_eq!(edited(FILE, &change(Edit::Copy("prod".into()))).unwrap_err(), "`prod` already exists");
    }

    #[test]
    fn what_names_an_identity_in_the_file_follows_its_new_name() {
        let file = "[auth]\nidentity = \"a\" # us\n\n[identities.a]\nkind = \"keys\"\n\n[identities.b]\nsource = \"a\"\n";
        let change = WorkspaceChange::named("identities", "a", None, Edit::Rename("c".into()));
        assert_eq!(edited(file, &change).unwrap(), file.replace("\"a\"", "\"c\"").replace(".a]", ".c]"));
    }

    #[test]
    fn a_value_that_somebody_else_changed_is_not_overwritten() {
        let change = |before| variable(Source::Workspace, "host", set("c", before));
        let error = edited(FILE, &change(Some("seen"))).unwrap_err();
        assert_eq!(error, "`host` has changed on disk meanwhile; look at it and try again");
        assert!(edited(FILE, &change(None)).is_err());
        assert!(edited("[variables]\n", &change(Some("a"))).unwrap_err().contains("any more"));
        let error = edited("a = \n", &change(None)).unwrap_err();
        assert!(error.starts_with("signpost.toml:1: invalid TOML"), "{error}");
    }

    #[test]
    fn undo_brings_the_text_back_unless_it_changed_since() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("signpost.toml");
        std::fs::write(&file, FILE).unwrap();
        let change = variable(Source::Workspace, "port", Edit::Remove);
        let done = apply(folder.path(), &change, &mut |name, _| Ok(name.to_owned())).unwrap();
        restore(folder.path(), &done, false).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), FILE);
        restore(folder.path(), &done, true).unwrap();
        std::fs::write(&file, "name = \"other\"\n").unwrap();
        assert!(matches!(restore(folder.path(), &done, false), Err(EditError::ChangedSince(_))));
        let new = variable(Source::Workspace, "host", set("a", None));
        std::fs::remove_file(&file).unwrap();
        let done = apply(folder.path(), &new, &mut |name, _| Ok(name.to_owned())).unwrap();
        restore(folder.path(), &done, false).unwrap();
        assert!(!file.exists());
    }

    #[test]
    fn a_secret_is_kept_before_the_file_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let secret = NewValue::Secret { name: "token".into(), secret: Secret::new("s3cret") };
        let change = variable(Source::Workspace, "token", Edit::Set { value: secret, before: None });
        let mut keep = |name: &str, secret: &Secret| {
            assert_eq!(secret.expose(), "s3cret");
            std::fs::write(folder.path().join("signpost.toml"), "id = \"0123456789\"\n").unwrap();
            Ok(format!("{name}-2"))
        };
        let done = apply(folder.path(), &change, &mut keep).unwrap();
        let text = "id = \"0123456789\"\n\n[variables]\ntoken = \"{{secret:token-2}}\"\n";
        assert_eq!(done.after.as_deref(), Some(text));
    }
}
