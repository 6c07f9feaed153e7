//! The private store: secrets and minted credentials, in the user's own data folder.
//!
//! Owns files that the user alone may read (0600, in folders of 0700; on Windows the profile's ACL
//! rules), kept apart by the id of the workspace. Refuses to show what it holds: `Debug` gives names
//! and no values.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};

use zeroize::Zeroizing;

use super::atomic::{self, Access, Expected};
use super::private_folder;
use super::regular_file::{self, Links};
use super::secrets_file::{self, Contents};
use super::{LoadError, SaveError, sweep};
use crate::core::collection::free_name;
use crate::core::credential::{Credential, Secret, SessionStore};
use crate::core::scope::ValueSource;
use crate::core::template;

/// The file in a workspace's private folder.
const FILE: &str = "secrets.toml";
/// Locked by the process that writes [`FILE`].
const LOCK: &str = "lock";
/// Minted credentials that are kept at once.
const MAX_SESSIONS: usize = 32;

/// Why a secret was not stored. What was there is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file was not written.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// The file was not read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Such a name could not be referred to.
    #[error("\"{0}\" isn't a valid secret name; use letters, digits, `_`, `-` and `.`")]
    Name(String),
}

/// The secrets of one workspace, held in memory and written through. May be shared between threads.
pub struct SecretStore {
    /// `None` where nothing is kept on disk.
    folder: Option<PathBuf>,
    contents: RwLock<Contents>,
    /// Held by the one who writes the file, so that whoever reads what is in memory does not wait for
    /// the disk.
    writing: Mutex<()>,
}

impl std::fmt::Debug for SecretStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretStore").field("secrets", &self.names()).finish_non_exhaustive()
    }
}

impl SecretStore {
    /// A store that forgets: for a workspace without an id, and for the demo.
    pub fn in_memory() -> Self {
        Self { folder: None, contents: RwLock::default(), writing: Mutex::default() }
    }

    /// The store of the workspace with this id, below the user's data folder. Nothing is created
    /// before something is stored; permissions that are too loose are tightened.
    ///
    /// # Errors
    /// [`LoadError`] where the file is there and cannot be read.
    pub fn open(data: &Path, id: &str) -> Result<Self, LoadError> {
        let folder = data.join("secrets").join(id);
        tighten(&folder).map_err(|source| LoadError::Io { path: folder.clone(), source })?;
        sweep::folder(&folder);
        let contents = read(&folder.join(FILE))?;
        Ok(Self { folder: Some(folder), contents: RwLock::new(contents), writing: Mutex::default() })
    }

    /// A secret.
    pub fn get(&self, name: &str) -> Option<Secret> {
        self.with(|contents| contents.secrets.get(name).cloned())
    }

    /// The names of the secrets, in alphabetical order.
    pub fn names(&self) -> Vec<String> {
        self.with(|contents| contents.secrets.keys().cloned().collect())
    }

    /// Stores a secret under a name, in place of what was there.
    ///
    /// # Errors
    /// [`SecretError`]; nothing changes.
    pub fn set(&self, name: &str, secret: Secret) -> Result<(), SecretError> {
        if !template::is_name(name) {
            return Err(SecretError::Name(name.to_owned()));
        }
        self.change(|contents| drop(contents.secrets.insert(name.to_owned(), secret)))
    }

    /// Stores a secret under a name that nothing has yet: `wanted`, else `wanted-2` and so on. Gives
    /// the name.
    ///
    /// # Errors
    /// [`SecretError`]; nothing changes.
    pub fn add(&self, wanted: &str, secret: Secret) -> Result<String, SecretError> {
        if !template::is_name(wanted) {
            return Err(SecretError::Name(wanted.to_owned()));
        }
        let mut name = String::new();
        self.change(|contents| {
            name = free_name(wanted, contents.secrets.keys().map(String::as_str));
            contents.secrets.insert(name.clone(), secret);
        })?;
        Ok(name)
    }

    /// The credential that was minted from this, expired or not.
    pub fn minted(&self, made_from: &str) -> Option<Credential> {
        self.with(|contents| contents.minted.get(made_from).cloned())
    }

    /// Keeps the credential that was minted from this. Where there are too many, those that expired
    /// first are forgotten.
    ///
    /// # Errors
    /// [`SecretError`]; nothing changes.
    pub fn set_minted(&self, made_from: &str, credential: Credential) -> Result<(), SecretError> {
        self.change(|contents| {
            contents.minted.remove(made_from);
            while contents.minted.len() >= MAX_SESSIONS {
                let first = contents.minted.iter().min_by_key(|(_, minted)| minted.expires_at);
                let Some(first) = first.map(|(name, _)| name.clone()) else { break };
                contents.minted.remove(&first);
            }
            contents.minted.insert(made_from.to_owned(), credential);
        })
    }

    fn with<T>(&self, look: impl FnOnce(&Contents) -> T) -> T {
        // Contents are replaced whole, so a panic elsewhere leaves none by halves.
        look(&self.contents.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes what is on disk now, which another process may have changed since, and then what is
    /// in memory.
    fn change(&self, change: impl FnOnce(&mut Contents)) -> Result<(), SecretError> {
        let _one = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(folder) = &self.folder else {
            change(&mut self.contents.write().unwrap_or_else(PoisonError::into_inner));
            return Ok(());
        };
        let path = folder.join(FILE);
        let lock_path = folder.join(LOCK);
        let lock = lock(folder, &lock_path).map_err(|source| SaveError::Io { path: lock_path, source })?;
        let mut contents = read(&path)?;
        change(&mut contents);
        let text = secrets_file::write(&contents)
            .map(Zeroizing::new)
            .map_err(|error| SaveError::Io { path: path.clone(), source: io::Error::other(error) })?;
        atomic::write(&path, text.as_bytes(), Expected::Anything, Access::Private)?;
        *self.contents.write().unwrap_or_else(PoisonError::into_inner) = contents;
        drop(lock);
        Ok(())
    }
}

/// Creates the private folder and keeps other processes out until the file is dropped.
fn lock(folder: &Path, file: &Path) -> io::Result<File> {
    private_folder::create(folder)?;
    tighten(folder)?;
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = regular_file::open_with(file, Links::Refuse, &mut options)?;
    file.lock()?;
    Ok(file)
}

/// Takes away whatever others may do with the folder, the one that holds it, and the file.
fn tighten(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let places = [folder.parent().map(|p| (p.to_owned(), 0o700)), Some((folder.to_owned(), 0o700))];
        for (place, mode) in places.into_iter().flatten().chain([(folder.join(FILE), 0o600)]) {
            match fs::metadata(&place) {
                Ok(found) if found.permissions().mode() & 0o777 != mode => {
                    fs::set_permissions(&place, fs::Permissions::from_mode(mode))?;
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

fn read(path: &Path) -> Result<Contents, LoadError> {
    let text = match super::read_text_at_most(path, regular_file::MAX_OWN_LEN) {
        Ok(text) => Zeroizing::new(text),
        Err(LoadError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            return Ok(Contents::default());
        }
        Err(error) => return Err(error),
    };
    secrets_file::parse(&text).map_err(|error| LoadError::Broken { path: path.to_owned(), error })
}

/// The private store joined with the environment as it was when this was made.
#[derive(Debug)]
pub struct ProcessSecrets {
    /// The private store.
    pub secrets: SecretStore,
    environment: Environment,
}

/// Environment variables; `Debug` gives their number alone, for some hold secrets.
struct Environment(BTreeMap<String, String>);

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} variables", self.0.len())
    }
}

impl ProcessSecrets {
    /// Joins a store with these variables.
    pub fn new(secrets: SecretStore, environment: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { secrets, environment: Environment(environment.into_iter().collect()) }
    }

    /// Combines a store with the environment of this process. Variables that aren't valid UTF-8 are
    /// left out.
    pub fn of_process(secrets: SecretStore) -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self::new(secrets, std::env::vars_os().filter_map(text))
    }
}

impl ValueSource for ProcessSecrets {
    fn secret(&self, name: &str) -> Option<Secret> {
        self.secrets.get(name)
    }

    fn env(&self, name: &str) -> Option<String> {
        self.environment.0.get(name).cloned()
    }
}

impl SessionStore for ProcessSecrets {
    fn session(&self, key: &str) -> Option<Credential> {
        self.secrets.minted(key)
    }

    fn keep_session(&self, key: &str, session: &Credential) -> bool {
        self.secrets.set_minted(key, session.clone()).is_ok()
    }
}
