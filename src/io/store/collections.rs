//! Changing a workspace on disk: requests and folders are created, saved, renamed, copied, moved
//! and deleted.
//!
//! Owns that none of this loses anything: nothing is overwritten that was not loaded, a file that
//! does not parse is never written, no link leads a change out of the workspace, and what is deleted goes to `.signpost-trash` in the workspace,
//! from where it can come back. Refuses to know the tree: callers tell it.
//!
//! Paths are those of [`crate::core::collection`]: relative to the workspace, with `/`.

use std::fs;
use std::io;
use std::path::PathBuf;

use toml_edit::{DocumentMut, Value};

use super::atomic::{self, Access, Expected};
use super::key_edit::put;
pub use super::sweep::TRASH;
use super::workspace::{EditError, FOLDER_FILE};
use super::{FileError, LoadError, Loaded, SaveError, Stamp, request_edit, request_file};
use super::{inside, private_folder};
use crate::core::collection::{
    self, EXTENSION, InvisibleName, Unlisted, display_name, free_name, join, safe_name,
};
use crate::core::request::Request;

mod copying;
mod ordering;
mod relocating;
mod trash;
mod undoing;

pub use undoing::Rearranged;

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
    /// The order of a folder's content can't be written.
    #[error("the order in {path} can't be changed: {why}")]
    Unordered {
        /// The file that holds it.
        path: String,
        /// Why not.
        why: String,
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
    /// It would not be listed under its new path.
    #[error(transparent)]
    Unlisted(#[from] Unlisted),
    /// A folder that was made holds something by now.
    #[error("{0} isn't empty any more, and stays")]
    NotEmpty(String),
    /// A file has changed since.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// Its new name could not be seen.
    #[error(transparent)]
    Invisible(#[from] InvisibleName),
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

    /// Where a file is written: links are followed inside the workspace and nowhere else.
    fn writable(&self, path: &str) -> Result<PathBuf, ChangeError> {
        inside::resolve(&self.root, &self.place(path)?).map_err(failed("change", path))
    }

    /// Where a request or folder lies that is renamed, moved or created; a link stands for itself.
    fn place_of_link(&self, path: &str) -> Result<PathBuf, ChangeError> {
        inside::resolve_folder_of(&self.root, &self.place(path)?).map_err(failed("change", path))
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
        let place = self.writable(path)?;
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
        self.create_named(&join(folder, &safe_name(name)), name, request)
    }

    /// Creates a request under a path without extension, or that path counted up where it is taken,
    /// with this display name. Gives the path.
    ///
    /// # Errors
    /// [`ChangeError`]; nothing is created.
    pub fn create_named(
        &self,
        path: &str,
        name: &str,
        request: &Request,
    ) -> Result<(String, Loaded), ChangeError> {
        collection::check_visible(name)?;
        let folder = collection::parent(path);
        self.create_folders(folder)?;
        let wanted = safe_name(collection::file_name(path));
        let stem = free_name(&wanted, self.names(folder)?.iter().map(String::as_str));
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
        collection::check_visible(name)?;
        let name_on_disk = safe_name(name);
        collection::check_folder(&join(folder, &name_on_disk), 0)?;
        self.create_folders(folder)?;
        let stem = free_name(&name_on_disk, self.names(folder)?.iter().map(String::as_str));
        let path = join(folder, &stem);
        let place = self.place_of_link(&path)?;
        fs::create_dir(&place).map_err(failed("create", &path))?;
        let mut document = DocumentMut::new();
        put(document.as_table_mut(), "name", display_name(name, &stem).map(Value::from));
        let text = document.to_string();
        atomic::write(&place.join(FOLDER_FILE), text.as_bytes(), Expected::Nothing, Access::Usual)?;
        Ok(path)
    }

    fn create_folders(&self, folder: &str) -> Result<(), ChangeError> {
        collection::check_folder(folder, 0)?;
        let place = self.writable(folder)?;
        if !self.root.exists() {
            private_folder::create(&self.root).map_err(failed("create", ""))?;
        }
        if !place.exists() {
            collection::check_visible(folder)?;
        }
        fs::create_dir_all(place).map_err(failed("create", folder))
    }

    /// The names in a folder on disk, hidden ones too.
    fn names(&self, folder: &str) -> Result<Vec<String>, ChangeError> {
        let entries = fs::read_dir(self.place(folder)?).map_err(failed("read", folder))?;
        Ok(entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
    }
}

fn failed(action: &'static str, path: &str) -> impl Fn(io::Error) -> ChangeError {
    let path = if path.is_empty() { "the workspace".to_owned() } else { path.to_owned() };
    move |source| ChangeError::Io { action, path: path.clone(), source }
}
