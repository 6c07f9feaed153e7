//! New names and folders of requests and folders.
//!
//! Owns that this is one step: whatever fails, everything is as it was, and a kill at any moment
//! loses neither the request nor its place in the folder's `order`. Refuses names that would not be
//! listed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml_edit::{Array, DocumentMut, Item, Value};

use super::{ChangeError, Collections, failed};
use crate::core::collection::{self, EXTENSION, display_name, file_name, join, parent, safe_name, stem};
use crate::core::request::Request;
use crate::io::store::atomic::{self, Access, Expected};
use crate::io::store::key_edit::put;
use crate::io::store::regular_file::{self, MAX_LEN};
use crate::io::store::workspace::{FOLDER_FILE, WORKSPACE_FILE};
use crate::io::store::{LoadError, Stamp, request_edit};

/// A file that was changed on the way, and how to undo that.
pub(super) struct Edited {
    place: PathBuf,
    /// `None` where there was no file.
    before: Option<String>,
    now: Stamp,
}

impl Edited {
    /// Writes what was there before, unless somebody else has changed it since.
    fn undo(self) {
        // The failure that led here is what is reported.
        match self.before {
            Some(before) => {
                let expected = Expected::Loaded(self.now);
                let _ = atomic::write(&self.place, before.as_bytes(), expected, Access::Usual);
            }
            None => {
                let _ = fs::remove_file(&self.place);
            }
        }
    }
}

/// The name that a request or folder gets.
pub(super) struct NewName {
    /// That of its file, without extension.
    pub stem: String,
    /// The one that is shown, where that differs.
    pub shown: Option<String>,
}

impl NewName {
    fn typed(name: &str) -> Self {
        let stem = safe_name(name);
        Self { shown: display_name(name, &stem), stem }
    }
}

impl Collections {
    /// Renames a request or folder: the file gets a safe name made from `name`, which itself becomes
    /// the display name where it differs. Gives the new path.
    ///
    /// # Errors
    /// [`ChangeError::Taken`] where another has that name; everything is as it was.
    pub fn rename(&self, path: &str, name: &str) -> Result<String, ChangeError> {
        self.relocate(path, parent(path), Some(name))
    }

    /// Moves a request or folder into another folder (`""` is the workspace), and gives its new path.
    ///
    /// # Errors
    /// [`ChangeError::Taken`] where that folder holds one of the same name; everything is as it was.
    pub fn move_to(&self, path: &str, folder: &str) -> Result<String, ChangeError> {
        self.relocate(path, folder, None)
    }

    /// Moves a request or folder into `folder` and, where a name is given, renames it as
    /// [`Collections::rename`] does. Gives the new path.
    ///
    /// # Errors
    /// [`ChangeError`]; everything is as it was.
    pub fn relocate(&self, from: &str, folder: &str, name: Option<&str>) -> Result<String, ChangeError> {
        let name = match name {
            Some(typed) => {
                collection::check_visible(typed)?;
                Some(NewName::typed(typed))
            }
            None => None,
        };
        self.relocate_as(from, folder, name.as_ref())
    }

    /// The same, with the name for the file and the one that is shown.
    pub(super) fn relocate_as(
        &self,
        from: &str,
        folder: &str,
        name: Option<&NewName>,
    ) -> Result<String, ChangeError> {
        let source = self.place_of_link(from)?;
        let is_folder = source.is_dir();
        let new_stem = name.map_or_else(|| stem(from), |name| &name.stem).to_owned();
        let extension = if is_folder { "" } else { EXTENSION };
        let to = join(
            folder,
            &match name {
                Some(_) => format!("{new_stem}{extension}"),
                None => file_name(from).to_owned(),
            },
        );
        if to == from && name.is_none() {
            return Ok(to);
        }
        self.check_target(from, &to)?;
        self.create_folders(folder)?;
        let same = |other: &String| {
            stem(other).to_lowercase() == new_stem.to_lowercase()
                && !(folder == parent(from) && *other == file_name(from))
        };
        if self.names(folder)?.iter().any(same) {
            return Err(ChangeError::Taken(to));
        }
        let target = self.place_of_link(&to)?;
        // Both names have the place in the `order` until the file has the new one.
        let order_file = order_file(from, folder);
        let mut edited = Vec::new();
        let done = self
            .prepare(from, name, order_file.as_deref(), &mut edited)
            .and_then(|()| fs::rename(&source, &target).map_err(failed("rename", from)));
        if let Err(error) = done {
            edited.into_iter().rev().for_each(Edited::undo);
            return Err(error);
        }
        for changed in [source.parent(), target.parent()].into_iter().flatten() {
            atomic::sync_folder(changed).map_err(failed("rename", from))?;
        }
        if let Some(file) = order_file {
            // A name too many in the `order` harms nobody.
            let _ = self.edit(&file, |document| drop_from_order(document, stem(from), &new_stem));
        }
        Ok(to)
    }

    /// Makes sure that a new path would be listed, and that its name can be seen.
    fn check_target(&self, from: &str, to: &str) -> Result<(), ChangeError> {
        if to.strip_prefix(from).is_some_and(|rest| rest.starts_with('/')) {
            return Err(ChangeError::IntoItself(from.to_owned()));
        }
        let place = self.place(from)?;
        if place.is_dir() {
            collection::check_folder(to, folders_below(&place))?;
        }
        Ok(())
    }

    /// Everything that can fail because of what files say, before the file itself is renamed. What
    /// was changed is in `edited`, also after a failure.
    fn prepare(
        &self,
        from: &str,
        name: Option<&NewName>,
        order_file: Option<&str>,
        edited: &mut Vec<Edited>,
    ) -> Result<(), ChangeError> {
        let Some(name) = name else { return Ok(()) };
        if let Some(file) = order_file {
            edited.extend(self.edit(file, |document| add_to_order(document, stem(from), &name.stem))?);
        }
        edited.extend(self.write_display_name(from, name)?);
        Ok(())
    }

    fn write_display_name(&self, path: &str, name: &NewName) -> Result<Option<Edited>, ChangeError> {
        if self.place(path)?.is_dir() {
            return self.edit(&join(path, FOLDER_FILE), |document| {
                put(document.as_table_mut(), "name", name.shown.clone().map(Value::from));
            });
        }
        let loaded = match self.load(path) {
            // A file that doesn't parse keeps its text.
            Err(ChangeError::Load(LoadError::Broken { .. })) => return Ok(None),
            loaded => loaded?,
        };
        let request = Request { name: name.shown.clone(), ..loaded.request };
        let text = request_edit::update(&loaded.text, &request);
        self.replace(path, Some(loaded.text), &text)
    }

    /// Edits a TOML file of ours in place. One that is not there is created where there is something
    /// to write; one that does not parse is left alone.
    fn edit(&self, path: &str, change: impl FnOnce(&mut DocumentMut)) -> Result<Option<Edited>, ChangeError> {
        let text = match regular_file::read_to_string(&self.place(path)?, MAX_LEN) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(failed("read", path)(source)),
        };
        let Ok(mut document) = text.as_deref().unwrap_or_default().parse::<DocumentMut>() else {
            return Ok(None);
        };
        change(&mut document);
        self.replace(path, text, &document.to_string())
    }

    /// Writes a file where its text is another than before.
    pub(super) fn replace(
        &self,
        path: &str,
        before: Option<String>,
        text: &str,
    ) -> Result<Option<Edited>, ChangeError> {
        if before.as_deref().unwrap_or_default() == text {
            return Ok(None);
        }
        let place = self.writable(path)?;
        let expected = match &before {
            Some(before) => Expected::Loaded(Stamp::of(before.as_bytes())),
            None => Expected::Nothing,
        };
        let now = atomic::write(&place, text.as_bytes(), expected, Access::Usual)?;
        Ok(Some(Edited { place, before, now }))
    }
}

/// The file whose `order` may name a request or folder, if that stays in its folder.
fn order_file(from: &str, folder: &str) -> Option<String> {
    (folder == parent(from)).then(|| match folder {
        "" => WORKSPACE_FILE.to_owned(),
        folder => join(folder, FOLDER_FILE),
    })
}

/// Puts the new name behind the old one, so that whichever of both exists has the place.
fn add_to_order(document: &mut DocumentMut, old: &str, new: &str) {
    let Some(order) = document.get_mut("order").and_then(Item::as_array_mut) else { return };
    if let Some((at, extension)) = position(order, old).filter(|_| old != new) {
        order.insert(at + 1, format!("{new}{extension}"));
    }
}

/// Gives the place of the old name to the new one, with what is written around it.
fn drop_from_order(document: &mut DocumentMut, old: &str, new: &str) {
    let Some(order) = document.get_mut("order").and_then(Item::as_array_mut) else { return };
    let Some((at, extension)) = position(order, old).filter(|_| old != new) else { return };
    if order.get(at + 1).and_then(Value::as_str).is_some_and(|next| stem(next) == new) {
        order.remove(at + 1);
    }
    if let Some(entry) = order.get_mut(at) {
        let decor = entry.decor().clone();
        *entry = Value::from(format!("{new}{extension}"));
        *entry.decor_mut() = decor;
    }
}

/// Where a name stands in an `order`, and the extension that it is written with.
fn position(order: &Array, name: &str) -> Option<(usize, String)> {
    order.iter().enumerate().find_map(|(at, entry)| {
        let entry = entry.as_str().filter(|entry| stem(entry) == name)?;
        Some((at, entry.strip_prefix(name).unwrap_or_default().to_owned()))
    })
}

/// How deep the listed folders inside a folder are nested; no deeper than matters.
fn folders_below(folder: &Path) -> usize {
    fn deepest(folder: &Path, left: usize) -> usize {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten().filter(|entry| {
            entry.file_name().to_str().is_some_and(collection::is_folder)
                && entry.file_type().is_ok_and(|kind| kind.is_dir())
        });
        let below = |left| entries.map(|entry| 1 + deepest(&entry.path(), left)).max().unwrap_or(0);
        left.checked_sub(1).map_or(0, below)
    }
    deepest(folder, collection::MAX_FOLDER_DEPTH)
}
