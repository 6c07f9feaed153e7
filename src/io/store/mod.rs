//! Files: the workspace and its requests, the private store, drafts, the configuration.
//!
//! Owns what is on disk and that no save loses anything. Refuses to send and to draw.

pub mod atomic;
pub mod aws_files;
pub mod collections;
pub mod config_file;
pub mod dirs;
pub mod drafts;
pub mod init;
mod inside;
mod key_edit;
pub mod listing;
pub mod output_file;
pub mod private_folder;
pub mod regular_file;
pub mod request_edit;
pub mod request_file;
mod rows_edit;
pub mod secrets;
mod secrets_file;
mod sweep;
pub mod trust;
pub mod view_state;
pub mod workspace;
mod workspace_change;
mod workspace_edit;
mod workspace_parse;

use std::path::{Path, PathBuf};

pub use crate::config::FileError;
pub use atomic::{SaveError, Stamp};

use crate::core::request::Request;

/// A request as loaded. `Debug` leaves out the text, in which an author may have written anything.
#[derive(Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The request.
    pub request: Request,
    /// The text of its file.
    pub text: String,
    /// What the file held, for a save to compare.
    pub stamp: Stamp,
}

impl Loaded {
    /// The keys of its file that signpost doesn't know.
    pub fn unknown_keys(&self) -> Vec<FileError> {
        request_file::unknown_keys(&self.text)
    }
}

impl std::fmt::Debug for Loaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loaded")
            .field("request", &self.request)
            .field("stamp", &self.stamp)
            .finish_non_exhaustive()
    }
}

/// Why a file was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The system refused.
    #[error("couldn't read {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file does not parse.
    #[error("{}: {error}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        error: FileError,
    },
}

/// The one path of a folder, however it was named: absolute, without links.
fn place_of(folder: &Path) -> PathBuf {
    folder.canonicalize().or_else(|_| std::path::absolute(folder)).unwrap_or_else(|_| folder.to_owned())
}

/// Reads a text file, which must be a regular one. Invalid UTF-8 is an error at its line.
pub(crate) fn read_text(path: &Path) -> Result<String, LoadError> {
    read_text_at_most(path, regular_file::MAX_LEN)
}

/// As [`read_text`], for a file that may have more bytes than usual.
fn read_text_at_most(path: &Path, limit: u64) -> Result<String, LoadError> {
    let bytes =
        regular_file::read(path, limit).map_err(|source| LoadError::Io { path: path.to_owned(), source })?;
    text_of(path, bytes)
}

/// Reads the text of what the user has named, be it a file, a pipe or a device.
fn read_any_text(path: &Path) -> Result<String, LoadError> {
    let bytes = std::fs::File::open(path)
        .and_then(|file| regular_file::read_at_most(file, regular_file::MAX_LEN))
        .map_err(|source| LoadError::Io { path: path.to_owned(), source })?;
    text_of(path, bytes)
}

fn text_of(path: &Path, bytes: Vec<u8>) -> Result<String, LoadError> {
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(error.as_bytes().get(..good).unwrap_or_default()).into_owned();
        let last = before.rsplit('\n').next().unwrap_or_default();
        let error = FileError {
            line: before.matches('\n').count() + 1,
            column: last.chars().count() + 1,
            message: "the file isn't valid UTF-8".into(),
            hint: "Save it as UTF-8.".into(),
        };
        LoadError::Broken { path: path.to_owned(), error }
    })
}

/// Loads a request.
///
/// # Errors
/// [`LoadError::Broken`] with the line where the file does not parse.
pub fn load(path: &Path) -> Result<Loaded, LoadError> {
    let text = read_text(path)?;
    match request_file::parse(&text) {
        Ok(request) => Ok(Loaded { request, stamp: Stamp::of(text.as_bytes()), text }),
        Err(error) => Err(LoadError::Broken { path: path.to_owned(), error }),
    }
}
