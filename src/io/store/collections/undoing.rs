//! Changes of the tree of requests, and how each is undone.
//!
//! Owns that undoing refuses what it can't do, and then leaves everything as it is. Nothing is removed:
//! a folder that was made goes to the trash.

use std::fs;

use toml_edit::DocumentMut;

use super::relocating::NewName;
use super::{ChangeError, Collections, Trashed, failed};
use crate::core::collection::{join, parent, stem};
use crate::io::store::regular_file::{self, MAX_LEN};
use crate::io::store::workspace::{self, FOLDER_FILE, FileEdit};

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
    },
    /// A folder was made.
    MadeFolder(String),
    /// A folder's content is in another order.
    Reordered(FileEdit),
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

    /// Undoes a change of the tree.
    ///
    /// # Errors
    /// [`ChangeError`]; everything is as it was.
    pub fn undo(&self, done: &Rearranged) -> Result<(), ChangeError> {
        match done {
            Rearranged::Deleted(trashed) => self.restore(trashed).map(drop),
            Rearranged::Relocated { from, to, name } if parent(from) == parent(to) => {
                let name = NewName { stem: stem(from).to_owned(), shown: name.clone() };
                self.relocate_as(to, parent(from), Some(&name)).map(drop)
            }
            Rearranged::Relocated { from, to, .. } => self.move_to(to, parent(from)).map(drop),
            Rearranged::MadeFolder(path) => {
                let entries = fs::read_dir(self.place(path)?).map_err(failed("read", path))?;
                if entries.flatten().any(|entry| entry.file_name() != FOLDER_FILE) {
                    return Err(ChangeError::NotEmpty(join(path, "")));
                }
                self.delete(path).map(drop)
            }
            Rearranged::Reordered(edit) => Ok(workspace::restore(&self.root, edit, false)?),
        }
    }
}
