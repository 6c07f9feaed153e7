//! Changes of the tree of requests, and how each is undone.
//!
//! Owns that undoing refuses what it can't do, and then leaves everything as it is. Nothing is removed:
//! a folder that was made goes to the trash.

use std::fs;

use toml_edit::DocumentMut;

use super::relocating::NewName;
use super::{ChangeError, Collections, Trashed, failed};
use crate::core::collection::{join, parent, stem};
use crate::io::store::Stamp;
use crate::io::store::regular_file::{self, MAX_LEN};
use crate::io::store::workspace::{self, EditError, FOLDER_FILE, FileEdit};

/// A change of the tree of requests that can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rearranged {
    /// A request or folder went to the trash.
    Deleted(Trashed),
    /// A request or folder has another name or another folder.
    Relocated {
        /// The path that it had.
        from: String,
        /// The path that it has.
        to: String,
        /// The display name that its file had, if any.
        name: Option<String>,
        /// What its file holds, so that no other request is moved back; `None` for a folder.
        stamp: Option<Stamp>,
    },
    /// A folder was made.
    MadeFolder(String),
    /// A folder's content is in another order.
    Reordered(FileEdit),
}

impl Rearranged {
    /// A request was saved: a step that moved its file still knows it.
    pub fn note_saved(&mut self, path: &str, before: Stamp, now: Stamp) {
        match self {
            Self::Relocated { to, stamp, .. } if to == path && *stamp == Some(before) => *stamp = Some(now),
            Self::Relocated { .. } | Self::Deleted(_) | Self::MadeFolder(_) | Self::Reordered(_) => {}
        }
    }
}

impl Collections {
    /// The display name that the file of a request or folder has.
    pub fn name_in_file(&self, path: &str) -> Option<String> {
        let place = self.place(path).ok()?;
        if !place.is_dir() {
            return self.load(path).ok()?.request.name;
        }
        let text = regular_file::read_to_string(&place.join(FOLDER_FILE), MAX_LEN).ok()?;
        let document: DocumentMut = text.parse().ok()?;
        Some(document.get("name")?.as_str()?.to_owned())
    }

    /// A request or folder has moved from one path to another; `name` is the display name that its file
    /// had.
    pub fn relocated(&self, from: &str, to: &str, name: Option<String>) -> Rearranged {
        Rearranged::Relocated { from: from.to_owned(), to: to.to_owned(), name, stamp: self.stamp(to) }
    }

    /// What the file of a request holds; `None` for a folder, and for a file that can't be read.
    fn stamp(&self, path: &str) -> Option<Stamp> {
        let text = regular_file::read_to_string(&self.place(path).ok()?, MAX_LEN).ok()?;
        Some(Stamp::of(text.as_bytes()))
    }

    /// Undoes a change of the tree. Gives the path of what was changed as it is now.
    ///
    /// # Errors
    /// [`EditError::ChangedSince`] where a request isn't the one that was moved, else a [`ChangeError`];
    /// everything is as it was.
    pub fn undo(&self, done: &Rearranged) -> Result<String, ChangeError> {
        match done {
            Rearranged::Deleted(trashed) => self.restore(trashed),
            Rearranged::Relocated { to, stamp: Some(stamp), .. }
                if self.stamp(to).is_some_and(|now| now != *stamp) =>
            {
                Err(EditError::ChangedSince(to.clone()).into())
            }
            Rearranged::Relocated { from, to, name, .. } if parent(from) == parent(to) => {
                let name = NewName { stem: stem(from).to_owned(), shown: name.clone() };
                self.relocate_as(to, parent(from), Some(&name))
            }
            Rearranged::Relocated { from, to, .. } => self.move_to(to, parent(from)),
            Rearranged::MadeFolder(path) => {
                let entries = fs::read_dir(self.place(path)?).map_err(failed("read", path))?;
                if entries.flatten().any(|entry| entry.file_name() != FOLDER_FILE) {
                    return Err(ChangeError::NotEmpty(join(path, "")));
                }
                self.delete(path).map(|trashed| trashed.path)
            }
            Rearranged::Reordered(edit) => {
                workspace::restore(&self.root, edit, false)?;
                Ok(edit.file.clone())
            }
        }
    }
}
