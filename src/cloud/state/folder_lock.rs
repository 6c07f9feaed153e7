//! One cloud at a time uses a state folder.
//!
//! Owns the file `state.toml.lock`, which is locked while a cloud runs and says which one. The
//! operating system unlocks it when the process ends, however it ends. Refuses a link in its place,
//! since the file is overwritten.

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::regular_file::open_regular;

/// The longest note about a holder that is shown, in bytes.
const MAX_NOTE_BYTES: u64 = 200;

/// A folder that no other cloud uses until this is dropped.
#[derive(Debug)]
pub(crate) struct FolderLock {
    /// Locked while it's open.
    _file: File,
}

/// Why the lock wasn't taken.
pub(crate) enum Held {
    /// Another cloud holds it: its process and address.
    ByAnother(String),
    /// The file can't be opened or locked.
    Failed(io::Error),
}

impl From<io::Error> for Held {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

impl FolderLock {
    pub(crate) fn path(folder: &Path) -> PathBuf {
        folder.join("state.toml.lock")
    }

    /// Takes the lock for the cloud that listens on this address.
    pub(crate) fn take(folder: &Path, address: SocketAddr) -> Result<Self, Held> {
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let path = Self::path(folder);
        if path.is_symlink() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a link").into());
        }
        let mut file = open_regular(&path, &mut options)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Held::ByAnother(holder(&file))),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        file.set_len(0)?;
        write!(file, "process {}, listening on {address}", std::process::id())?;
        Ok(Self { _file: file })
    }
}

/// What the holder wrote. On Windows a locked file can't be read.
fn holder(file: &File) -> String {
    let mut note = String::new();
    match file.take(MAX_NOTE_BYTES).read_to_string(&mut note) {
        Ok(_) if !note.is_empty() => note,
        Ok(_) | Err(_) => "its process is unknown".to_owned(),
    }
}
