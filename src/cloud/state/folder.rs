//! The state folder: the cloud's state as TOML, so that it outlives the program.
//!
//! Owns `state.toml`, which contains secrets and so is for its owner alone, and `state.toml.lock`, by
//! which one cloud at a time uses the folder. The state is written whole with each change. Refuses to
//! overwrite what something else has changed.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::State;
use super::earlier::Earlier;
use super::folder_lock::{FolderLock, Held};
use super::regular_file::open_regular;
use crate::io::store::atomic::{Access, Expected, SaveError, Stamp, remove_leftovers, write};

const FILE_NAME: &str = "state.toml";

const FILE_HEAD: &str = "# The state of a local cloud: made by signpost, with secrets in it. Stop the cloud before you edit it.\n";

/// The largest state that is read, in bytes: far more than a cloud writes in reasonable time.
const MAX_STATE_BYTES: u64 = 1 << 30;

/// A folder in which a state is saved.
pub(crate) struct Folder {
    file: PathBuf,
    /// What the file contained when it was last read or written.
    stamp: Mutex<Expected>,
}

/// Why a state folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder can't be created, or a file in it not be opened.
    #[error("couldn't use {}: {source}", path.display())]
    Io {
        /// The folder or the file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// Another cloud uses the folder.
    #[error("another cloud uses {}: {holder}", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
        /// Its process and address.
        holder: String,
    },
    /// The file wasn't written by signpost.
    #[error("{}: {message}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the line.
        message: String,
    },
    /// The state can't be written.
    #[error(transparent)]
    Save(#[from] SaveError),
}

/// A folder that was opened: what was saved in it, and the lock, held for as long as it is used.
pub(crate) struct Opened {
    pub(crate) folder: Folder,
    pub(crate) lock: FolderLock,
    pub(crate) saved: Option<State>,
}

impl Folder {
    /// Opens a folder for the cloud that listens on this address, creating it if needed, and reads
    /// the saved state. Removes what a killed cloud left behind.
    pub(crate) fn open(folder: &Path, address: SocketAddr) -> Result<Opened, FolderError> {
        let failed = |path: &Path, source| FolderError::Io { path: path.to_owned(), source };
        create(folder).map_err(|source| failed(folder, source))?;
        let lock = match FolderLock::take(folder, address) {
            Ok(lock) => lock,
            Err(Held::ByAnother(holder)) => {
                return Err(FolderError::InUse { path: folder.to_owned(), holder });
            }
            Err(Held::Failed(source)) => return Err(failed(&FolderLock::path(folder), source)),
        };
        let file = folder.join(FILE_NAME);
        remove_leftovers(&file);
        let (expected, saved) = match read(&file) {
            Ok(text) => (Expected::Loaded(Stamp::of(text.as_bytes())), Some(parse(&file, &text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Expected::Nothing, None),
            Err(source) => return Err(failed(&file, source)),
        };
        Ok(Opened { folder: Self { file, stamp: Mutex::new(expected) }, lock, saved })
    }

    /// Writes the state.
    pub(crate) fn save(&self, state: &State) -> Result<(), String> {
        let text = toml::to_string(state).map_err(|error| error.to_string())?;
        let text = format!("{FILE_HEAD}{text}");
        let mut stamp = self.stamp.lock().unwrap_or_else(PoisonError::into_inner);
        let saved = write(&self.file, text.as_bytes(), *stamp, Access::Private);
        *stamp = Expected::Loaded(saved.map_err(|error| error.to_string())?);
        Ok(())
    }
}

/// Creates the folder and those above it, for their owner alone. A folder that exists keeps its
/// permissions: it may be somebody's project or `/tmp`.
fn create(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn read(file: &Path) -> io::Result<String> {
    let opened = open_regular(file, File::options().read(true))?;
    let mut text = String::new();
    opened.take(MAX_STATE_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_STATE_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is too large for a state"));
    }
    Ok(text)
}

fn parse(file: &Path, text: &str) -> Result<State, FolderError> {
    let unreadable = |error: toml::de::Error| {
        let line = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or("").lines().count();
        let message = error.message().replace('\n', ", ");
        FolderError::Unreadable { path: file.to_owned(), message: format!("line {}: {message}", line.max(1)) }
    };
    let mut state: State = toml::from_str(text).map_err(unreadable)?;
    toml::from_str::<Earlier>(text).map_err(unreadable)?.move_into(&mut state);
    state.restore();
    Ok(state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::state::Codes;

    /// As versions wrote it whose users had one MFA device each, and whose sessions had a flag.
    const EARLIER: &str = r#"
region = "us-east-1"
regions = ["us-east-1"]
[accounts.123456789012]
id = "123456789012"
[accounts.123456789012.users.alice]
name = "Alice"
path = "/"
id = "AIDACKCEVSQ6C2EXAMPLE"
arn = "arn:aws:iam::123456789012:user/Alice"
created = 1767225600
[accounts.123456789012.users.alice.grants]
[accounts.123456789012.users.alice.mfa]
serial = "arn:aws:iam::123456789012:mfa/Alice"
code = "123456"
[sessions.ASIAIOSFODNN7EXAMPLE]
access_key = "ASIAIOSFODNN7EXAMPLE"
secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
token = "token"
issued = 1767225660
expires = 1767229260
mfa = true
source = { session_token = { user = "Alice" } }
account = "123456789012"
[sessions.ASIAI44QH8DHBEXAMPLE]
access_key = "ASIAI44QH8DHBEXAMPLE"
secret_key = "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"
token = "token"
issued = 1767225660
expires = 1767229260
mfa = false
source = { session_token = { user = "Alice" } }
account = "123456789012"
[functions]
"#;

    #[test]
    fn devices_and_sessions_of_an_earlier_version_are_kept() {
        let state = parse(Path::new(FILE_NAME), EARLIER).unwrap();
        let device = state.account("123456789012").unwrap().devices_of("alice").next().unwrap();
        assert_eq!(device.serial, "arn:aws:iam::123456789012:mfa/Alice");
        assert!(matches!(&device.codes, Codes::Fixed { code } if code.expose() == "123456"));
        let sessions = ["ASIAIOSFODNN7EXAMPLE", "ASIAI44QH8DHBEXAMPLE"].map(|key| &state.sessions[key]);
        assert_eq!(sessions.map(|session| session.mfa), [Some(sessions[0].issued), None]);

        let today = toml::to_string(&state).unwrap();
        assert!(!today.contains("mfa = "), "{today}");
        let again = parse(Path::new(FILE_NAME), &today).unwrap();
        assert_eq!(toml::to_string(&again).unwrap(), today);
    }
}
