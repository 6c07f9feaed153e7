//! The state folder: the cloud's state as TOML, so that it outlives the program.
//!
//! Owns one file, `state.toml`, which holds secrets and so is for its owner alone. It is written
//! whole after each change, and not at all where somebody else changed it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::State;
use crate::io::store::atomic::{Access, Expected, SaveError, Stamp, write};

const FILE_HEAD: &str = "# The state of a local cloud: made by signpost, with secrets in it. Stop the cloud before you edit it.\n";

/// A folder in which a state is kept.
pub(crate) struct Folder {
    file: PathBuf,
    /// What the file held when it was read or written last.
    stamp: Mutex<Expected>,
}

/// Why a state folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder cannot be made, or its file not be read.
    #[error("couldn't use {}: {source}", path.display())]
    Io {
        /// The folder or the file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// The file wasn't written by signpost.
    #[error("{}: {message}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the line.
        message: String,
    },
    /// The state cannot be written.
    #[error(transparent)]
    Save(#[from] SaveError),
}

impl Folder {
    /// Opens a folder, creating it if needed, and reads the saved state.
    pub(crate) fn open(folder: &Path) -> Result<(Self, Option<State>), FolderError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| FolderError::Io { path, source }
        };
        fs::create_dir_all(folder).map_err(failed(folder))?;
        let file = folder.join("state.toml");
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok((Self { file, stamp: Mutex::new(Expected::Nothing) }, None));
            }
            Err(error) => return Err(failed(&file)(error)),
        };
        let mut state: State = toml::from_str(&text).map_err(|error| {
            let line = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or("").lines().count();
            let message = error.message().replace('\n', ", ");
            FolderError::Unreadable {
                path: file.clone(),
                message: format!("line {}: {message}", line.max(1)),
            }
        })?;
        state.restore();
        let stamp = Mutex::new(Expected::Loaded(Stamp::of(text.as_bytes())));
        Ok((Self { file, stamp }, Some(state)))
    }

    /// Writes the state. `render` is called when it is this change's turn, so that the last change
    /// is the last that is written.
    pub(crate) fn save(&self, render: impl FnOnce() -> Result<String, String>) -> Result<(), String> {
        let mut stamp = self.stamp.lock().unwrap_or_else(PoisonError::into_inner);
        let text = format!("{FILE_HEAD}{}", render()?);
        let saved = write(&self.file, text.as_bytes(), *stamp, Access::Private);
        *stamp = Expected::Loaded(saved.map_err(|error| error.to_string())?);
        Ok(())
    }
}
