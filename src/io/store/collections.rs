//! Changing a workspace on disk: requests and folders are created, saved, renamed, copied, moved
//! and deleted.
//!
//! Owns that none of this loses anything: nothing is overwritten that was not loaded, a file that
//! does not parse is never written, and what is deleted goes to `.signpost-trash` in the workspace,
//! from where it can come back. Refuses to know the tree: callers tell it.
//!
//! Paths are those of [`crate::core::collection`]: relative to the workspace, with `/`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Value};

use super::atomic::{self, Access, Expected};
use super::key_edit::put;
use super::regular_file::{self, MAX_LEN};
pub use super::sweep::TRASH;
use super::workspace::{FOLDER_FILE, WORKSPACE_FILE};
use super::{FileError, LoadError, Loaded, SaveError, Stamp, request_edit, request_file};
use crate::core::collection::{EXTENSION, file_name, free_name, join, parent, safe_name, stem};
use crate::core::request::Request;

/// Why a change was not made. What was there is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The file was not written.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// The file was not read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The request cannot be written so that it could be read again.
    #[error("couldn't save {path}: {}", error.message)]
    Unsound {
        /// The request.
        path: String,
        /// What is wrong; its line is that of the text that would have been written.
        error: FileError,
    },
    /// The file on disk does not parse.
    #[error("{path} can't be read (line {}: {}) and isn't overwritten; correct it in the editor, or save under another name", error.line, error.message)]
    Broken {
        /// The request.
        path: String,
        /// What is wrong.
        error: FileError,
    },
    /// Something of that name already exists.
    #[error("{0} already exists; choose another name")]
    Taken(String),
    /// A folder can't be inside itself.
    #[error("{0} can't be moved into itself")]
    IntoItself(String),
    /// The path leads out of the workspace.
    #[error("{0} isn't a path inside the workspace")]
    ValueSource(String),
    /// The operating system refused.
    #[error("couldn't {action} {path}: {source}")]
    Io {
        /// What failed.
        action: &'static str,
        /// With what.
        path: String,
        /// The operating system's error.
        #[source]
        source: io::Error,
    },
}

/// What was deleted, and how it comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trashed {
    /// Where it was.
    pub path: String,
    /// Where it is.
    at: PathBuf,
}

/// The requests of one workspace folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collections {
    root: PathBuf,
}

impl Collections {
    /// Those of this workspace folder, which need not be there yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The place of a path on disk.
    ///
    /// # Errors
    /// [`ChangeError::ValueSource`] where it would lead out of the workspace.
    pub fn place(&self, path: &str) -> Result<PathBuf, ChangeError> {
        let sound = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0']);
        let drive = cfg!(windows) && path.contains(':');
        if path.is_empty() {
            Ok(self.root.clone())
        } else if path.split('/').all(sound) && !drive {
            Ok(path.split('/').fold(self.root.clone(), |place, part| place.join(part)))
        } else {
            Err(ChangeError::ValueSource(path.to_owned()))
        }
    }

    /// Loads a request.
    ///
    /// # Errors
    /// [`LoadError::Broken`] with the line where the file does not parse.
    pub fn load(&self, path: &str) -> Result<Loaded, ChangeError> {
        Ok(super::load(&self.place(path)?)?)
    }

    /// Saves a request over `base`, the text as loaded, of which only what changed is edited. After
    /// [`SaveError::Changed`] the caller may save over `theirs`, or reload.
    ///
    /// # Errors
    /// [`ChangeError`]; the file is as it was.
    pub fn save(&self, path: &str, base: &str, request: &Request) -> Result<Loaded, ChangeError> {
        if let Err(error) = request_file::parse_draft(base) {
            return Err(ChangeError::Broken { path: path.to_owned(), error });
        }
        self.write(path, base, request, Expected::Loaded(Stamp::of(base.as_bytes())))
    }

    fn write(
        &self,
        path: &str,
        base: &str,
        request: &Request,
        expected: Expected,
    ) -> Result<Loaded, ChangeError> {
        let place = self.place(path)?;
        let text = request_edit::update(base, request);
        let request = request_file::parse(&text)
            .map_err(|error| ChangeError::Unsound { path: path.to_owned(), error })?;
        let stamp = atomic::write(&place, text.as_bytes(), expected, Access::Usual)?;
        Ok(Loaded { request, text, stamp })
    }

    /// Creates a request under a file name made from `name`, and gives its path.
    ///
    /// # Errors
    /// [`ChangeError`]; nothing is created.
    pub fn create_request(
        &self,
        folder: &str,
        name: &str,
        request: &Request,
    ) -> Result<(String, Loaded), ChangeError> {
        self.create_folders(folder)?;
        let stem = free_name(&safe_name(name), self.names(folder)?.iter().map(String::as_str));
        let path = join(folder, &format!("{stem}{EXTENSION}"));
        let request = Request { name: display_name(name, &stem), ..request.clone() };
        let loaded = self.write(&path, "", &request, Expected::Nothing)?;
        Ok((path, loaded))
    }

    /// Creates a folder under a name made from `name`, and gives its path. It holds a `folder.toml`,
    /// so that git keeps it.
    ///
    /// # Errors
    /// [`ChangeError`]; nothing is created.
    pub fn create_folder(&self, folder: &str, name: &str) -> Result<String, ChangeError> {
        self.create_folders(folder)?;
        let stem = free_name(&safe_name(name), self.names(folder)?.iter().map(String::as_str));
        let path = join(folder, &stem);
        let place = self.place(&path)?;
        fs::create_dir(&place).map_err(failed("create", &path))?;
        let mut document = DocumentMut::new();
        put(document.as_table_mut(), "name", display_name(name, &stem).map(Value::from));
        let text = document.to_string();
        atomic::write(&place.join(FOLDER_FILE), text.as_bytes(), Expected::Nothing, Access::Usual)?;
        Ok(path)
    }

    /// Renames a request or folder: the file gets a safe name made from `name`, which itself becomes
    /// the display name where it differs. Gives the new path.
    ///
    /// # Errors
    /// [`ChangeError::Taken`] where another has that name.
    pub fn rename(&self, path: &str, name: &str) -> Result<String, ChangeError> {
        let folder = parent(path);
        let is_folder = self.place(path)?.is_dir();
        let new_stem = safe_name(name);
        let new = join(folder, &if is_folder { new_stem.clone() } else { format!("{new_stem}{EXTENSION}") });
        let same = |other: &&String| {
            stem(other).to_lowercase() == new_stem.to_lowercase() && **other != *file_name(path)
        };
        if self.names(folder)?.iter().any(|other| same(&other)) {
            return Err(ChangeError::Taken(new));
        }
        self.rename_file(path, &new)?;
        self.rename_in_order(folder, stem(path), &new_stem)?;
        let display = display_name(name, &new_stem);
        if is_folder {
            self.edit(&join(&new, FOLDER_FILE), |document| {
                put(document.as_table_mut(), "name", display.map(Value::from));
            })?;
        } else if let Ok(loaded) = self.load(&new) {
            // A file that does not parse keeps its text.
            let request = Request { name: display, ..loaded.request };
            self.save(&new, &loaded.text, &request)?;
        }
        Ok(new)
    }

    /// Copies a request or folder into the same folder, and gives the copy's path.
    ///
    /// # Errors
    /// [`ChangeError`]; nothing is created.
    pub fn duplicate(&self, path: &str) -> Result<String, ChangeError> {
        let (folder, place) = (parent(path), self.place(path)?);
        let names = self.names(folder)?;
        let copy_stem = free_name(stem(path), names.iter().map(String::as_str));
        if place.is_dir() {
            let copy = join(folder, &copy_stem);
            // Copied aside and then renamed, so that half a copy never shows.
            let aside = tempfile::Builder::new().prefix(".copy-").tempdir_in(self.place(folder)?);
            let aside = aside.map_err(failed("copy", path))?;
            let inner = aside.path().join("copy");
            copy_folder(&place, &inner).map_err(failed("copy", path))?;
            fs::rename(&inner, self.place(&copy)?).map_err(failed("copy", path))?;
            return Ok(copy);
        }
        let copy = join(folder, &format!("{copy_stem}{EXTENSION}"));
        match self.load(path) {
            Ok(loaded) => {
                let number = copy_stem.rsplit_once('-').map_or("2", |(_, number)| number);
                let name = loaded.request.name.as_ref().map(|name| format!("{name} ({number})"));
                let text = request_edit::update(&loaded.text, &Request { name, ..loaded.request });
                atomic::write(&self.place(&copy)?, text.as_bytes(), Expected::Nothing, Access::Usual)?;
            }
            Err(ChangeError::Load(LoadError::Broken { .. })) => {
                let bytes = regular_file::read(&place, MAX_LEN).map_err(failed("copy", path))?;
                atomic::write(&self.place(&copy)?, &bytes, Expected::Nothing, Access::Usual)?;
            }
            Err(error) => return Err(error),
        }
        Ok(copy)
    }

    /// Moves a request or folder into another folder (`""` is the workspace), and gives its new path.
    ///
    /// # Errors
    /// [`ChangeError::Taken`] where that folder holds one of the same name.
    pub fn move_to(&self, path: &str, folder: &str) -> Result<String, ChangeError> {
        if folder == path || folder.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')) {
            return Err(ChangeError::IntoItself(path.to_owned()));
        }
        let new = join(folder, file_name(path));
        if new == path {
            return Ok(new);
        }
        self.create_folders(folder)?;
        let taken = stem(path).to_lowercase();
        if self.names(folder)?.iter().any(|name| stem(name).to_lowercase() == taken) {
            return Err(ChangeError::Taken(new));
        }
        self.rename_file(path, &new)?;
        Ok(new)
    }

    /// Moves a request or folder to the trash, and gives what brings it back.
    ///
    /// # Errors
    /// [`ChangeError`]; it is still there.
    pub fn delete(&self, path: &str) -> Result<Trashed, ChangeError> {
        let place = self.place(path)?;
        if path.is_empty() {
            return Err(ChangeError::ValueSource(path.to_owned()));
        }
        let trash = self.root.join(TRASH);
        let failed = failed("move to the trash", path);
        let into = fs::create_dir_all(&trash)
            .and_then(|()| fs::write(trash.join(".gitignore"), "*\n"))
            .and_then(|()| tempfile::Builder::new().prefix("deleted-").tempdir_in(&trash))
            .map_err(&failed)?;
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
        fs::rename(&trashed.at, self.place(&path)?).map_err(failed("restore", &path))?;
        if let Some(empty) = trashed.at.parent() {
            // An empty folder left in the trash harms nobody.
            let _ = fs::remove_dir(empty);
        }
        Ok(path)
    }

    fn create_folders(&self, folder: &str) -> Result<(), ChangeError> {
        fs::create_dir_all(self.place(folder)?).map_err(failed("create", folder))
    }

    /// The names in a folder on disk, hidden ones too.
    fn names(&self, folder: &str) -> Result<Vec<String>, ChangeError> {
        let entries = fs::read_dir(self.place(folder)?).map_err(failed("read", folder))?;
        Ok(entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
    }

    fn rename_file(&self, from: &str, to: &str) -> Result<(), ChangeError> {
        let (source, target) = (self.place(from)?, self.place(to)?);
        fs::rename(&source, &target).map_err(failed("rename", from))?;
        for folder in [source.parent(), target.parent()].into_iter().flatten() {
            atomic::sync_folder(folder).map_err(failed("rename", from))?;
        }
        Ok(())
    }

    /// Gives an entry of the folder's `order` its new name.
    fn rename_in_order(&self, folder: &str, old: &str, new: &str) -> Result<(), ChangeError> {
        let file = if folder.is_empty() { WORKSPACE_FILE.to_owned() } else { join(folder, FOLDER_FILE) };
        self.edit(&file, |document| {
            let order = document.get_mut("order").and_then(Item::as_array_mut);
            for entry in order.into_iter().flat_map(|order| order.iter_mut()) {
                let Some(name) = entry.as_str().filter(|name| stem(name) == old) else { continue };
                let extension = name.strip_prefix(old).unwrap_or_default();
                let decor = entry.decor().clone();
                *entry = Value::from(format!("{new}{extension}"));
                *entry.decor_mut() = decor;
            }
        })
    }

    /// Edits a TOML file of ours in place. One that is not there is created where there is something
    /// to write; one that does not parse is left alone.
    fn edit(&self, path: &str, change: impl FnOnce(&mut DocumentMut)) -> Result<(), ChangeError> {
        let place = self.place(path)?;
        let (text, expected) = match regular_file::read_to_string(&place, MAX_LEN) {
            Ok(text) => {
                let stamp = Stamp::of(text.as_bytes());
                (text, Expected::Loaded(stamp))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => (String::new(), Expected::Nothing),
            Err(source) => return Err(failed("read", path)(source)),
        };
        let Ok(mut document) = text.parse::<DocumentMut>() else { return Ok(()) };
        let before = document.to_string();
        change(&mut document);
        let after = document.to_string();
        if after != before {
            atomic::write(&place, after.as_bytes(), expected, Access::Usual)?;
        }
        Ok(())
    }
}

/// What was typed, where the file's name does not say the same.
fn display_name(typed: &str, stem: &str) -> Option<String> {
    let typed = typed.trim();
    (!typed.is_empty() && typed != stem).then(|| typed.to_owned())
}

fn failed(action: &'static str, path: &str) -> impl Fn(io::Error) -> ChangeError {
    let path = if path.is_empty() { "the workspace".to_owned() } else { path.to_owned() };
    move |source| ChangeError::Io { action, path: path.clone(), source }
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
