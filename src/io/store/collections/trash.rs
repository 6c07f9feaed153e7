//! Deleting and bringing back.
//!
//! Owns the trash of a workspace: a folder in it, never a link. Refuses to remove anything.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::{ChangeError, Collections, TRASH, Trashed, failed};
use crate::core::collection::{file_name, free_name, join, parent, stem};
use crate::io::store::atomic;
use crate::io::store::regular_file::Refused;

impl Collections {
    /// Moves a request or folder to the trash, and gives what brings it back.
    ///
    /// # Errors
    /// [`ChangeError`]; it is still there.
    pub fn delete(&self, path: &str) -> Result<Trashed, ChangeError> {
        if path.is_empty() {
            return Err(ChangeError::ValueSource(path.to_owned()));
        }
        let place = self.place_of_link(path)?;
        let failed = failed("move to the trash", path);
        let trash = self.trash().map_err(&failed)?;
        let into = tempfile::Builder::new().prefix("deleted-").tempdir_in(&trash).map_err(&failed)?;
        let at = into.path().join(file_name(path));
        fs::rename(&place, &at).map_err(&failed)?;
        let _ = into.keep();
        atomic::sync_folder(place.parent().unwrap_or(&self.root)).map_err(&failed)?;
        Ok(Trashed { path: path.to_owned(), at })
    }

    /// Restores what was deleted, and gives its path: the old one, or a free one in the same folder.
    ///
    /// # Errors
    /// [`ChangeError`]; it is still in the trash.
    pub fn restore(&self, trashed: &Trashed) -> Result<String, ChangeError> {
        let folder = parent(&trashed.path);
        self.create_folders(folder)?;
        let old = stem(&trashed.path);
        let extension = file_name(&trashed.path).strip_prefix(old).unwrap_or_default();
        let name = free_name(old, self.names(folder)?.iter().map(String::as_str));
        let path = join(folder, &format!("{name}{extension}"));
        let failed = failed("restore", &path);
        self.trash().map_err(&failed)?;
        fs::rename(&trashed.at, self.place_of_link(&path)?).map_err(failed)?;
        if let Some(empty) = trashed.at.parent() {
            // An empty folder left in the trash harms nobody.
            let _ = fs::remove_dir(empty);
        }
        Ok(path)
    }

    /// The trash, created where there is none, and hidden from git.
    fn trash(&self) -> io::Result<PathBuf> {
        let trash = self.root.join(TRASH);
        match fs::create_dir(&trash) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            Ok(()) | Err(_) => {}
        }
        if !fs::symlink_metadata(&trash)?.is_dir() {
            let message = "`.signpost-trash` isn't a folder of this workspace";
            return Err(Refused { message: message.into(), fix: "remove it" }.into());
        }
        ignore(&trash.join(".gitignore"))?;
        Ok(trash)
    }
}

/// Creates the file that hides the trash from git. Whatever has its name already stays as it is: it
/// may be a link to any file.
fn ignore(file: &Path) -> io::Result<()> {
    match File::options().write(true).create_new(true).open(file) {
        Ok(mut file) => file.write_all(b"*\n"),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}
