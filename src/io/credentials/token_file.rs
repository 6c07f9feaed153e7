//! The files in which the AWS CLI keeps what a login gave, and which it may change at any moment.
//!
//! Owns reading them while somebody else writes, the lock between processes of ours, and replacing a
//! file only if it's still the one that was read. Refuses to lose a member that it doesn't know.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::{CredentialError, error, fetch};
use crate::core::credential_json;
use crate::io::store::atomic::{self, Access, Expected};
use crate::io::store::private_folder;
use crate::io::store::regular_file::{self, Links};
use crate::io::store::{SaveError, Stamp};

/// The most bytes of such a file.
const MAX_LEN: u64 = 1 << 20;
/// How often a file is read that is being written in place.
const READS: u32 = 4;
/// Between two looks at a file or a lock.
const PAUSE: Duration = Duration::from_millis(25);
/// How long to wait for another process that refreshes.
const LOCK_LIMIT: Duration = Duration::from_secs(15);

/// A file of the AWS CLI's.
pub(super) struct TokenFile {
    folder: PathBuf,
    /// Its name without `.json`.
    name: String,
}

/// What a file contained.
pub(super) struct Loaded {
    pub(super) value: Map<String, Value>,
    stamp: Stamp,
}

impl Loaded {
    /// A member that is a text with something in it.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.value.get(name)?.as_str().filter(|text| !text.is_empty())
    }
}

/// Keeps other processes of ours out until it's dropped.
pub(super) struct Lock(#[expect(dead_code, reason = "the file is unlocked when it's closed")] File);

impl TokenFile {
    pub(super) fn new(folder: &Path, name: String) -> Self {
        Self { folder: folder.to_owned(), name }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(format!("{}.json", self.name))
    }

    /// Reads the file; `None` if it isn't there.
    pub(super) async fn read(&self) -> Result<Option<Loaded>, CredentialError> {
        let path = self.path();
        let failed = |why: &dyn std::fmt::Display| {
            error(format!("couldn't read {}: {why}", path.display()), "Log in again to replace it.")
                .without_login()
        };
        let mut reads = 1;
        loop {
            let bytes = match fetch::read_file(&path, MAX_LEN).await {
                Ok(bytes) => bytes,
                Err(found) if found.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(found) => return Err(failed(&found)),
            };
            match credential_json::first_value(&bytes) {
                Ok(Value::Object(value)) => {
                    return Ok(Some(Loaded { value, stamp: Stamp::of(&bytes) }));
                }
                Ok(_) => return Err(failed(&"it isn't a JSON object")),
                Err(why) if reads == READS => return Err(failed(&why)),
                // The CLI writes in place.
                Err(_) => reads += 1,
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Makes sure that the file can be replaced, and waits until no other process of ours refreshes
    /// it.
    pub(super) async fn lock(&self, deadline: Option<Instant>) -> Result<Lock, CredentialError> {
        let path = self.folder.join(format!(".signpost-{}.lock", self.name));
        let failed = |why: String| {
            let hint = "Allow writing to its folder, so that the refreshed session isn't lost.";
            error(format!("couldn't lock {}: {why}", path.display()), hint)
        };
        let until = fetch::sooner(deadline, LOCK_LIMIT);
        loop {
            let (path, target) = (path.clone(), self.path());
            let tried = tokio::task::spawn_blocking(move || try_lock(&path, &target)).await;
            match tried.map_err(io::Error::other).flatten() {
                Ok(Some(file)) => return Ok(Lock(file)),
                Ok(None) if Instant::now() >= until => {
                    return Err(failed("another process holds the lock".to_owned()));
                }
                Ok(None) => tokio::time::sleep(PAUSE).await,
                // A new login helps at least for this run.
                Err(found) => return Err(failed(found.to_string()).without_login()),
            }
        }
    }

    /// Writes the file of a new login, whatever is there, but not while another process of ours refreshes
    /// what was there.
    pub(super) async fn write(&self, value: &Value) -> Result<(), CredentialError> {
        let unsaved = |why: String| error(why, "Allow writing there, and log in again.");
        let (folder, path) = (self.folder.clone(), self.path());
        let create = move || {
            private_folder::create(&folder).map_err(|source| SaveError::Io { path: folder.clone(), source })
        };
        let created = tokio::task::spawn_blocking(create).await;
        created
            .map_err(|found| unsaved(format!("couldn't save the session: {found}")))?
            .map_err(|found| unsaved(found.to_string()))?;
        let _lock = self.lock(None).await?;
        let text = Zeroizing::new(value.to_string());
        let saved = move || atomic::write(&path, text.as_bytes(), Expected::Anything, Access::Private);
        match tokio::task::spawn_blocking(saved).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(found)) => Err(unsaved(found.to_string())),
            Err(found) => Err(unsaved(format!("couldn't save the session: {found}"))),
        }
    }

    /// Replaces what was loaded. If somebody else has changed or removed the file since, theirs
    /// stays: it is as new, or a logout.
    pub(super) async fn replace(
        &self,
        loaded: &Loaded,
        value: &Map<String, Value>,
        _lock: &Lock,
    ) -> Result<(), CredentialError> {
        let (path, expected) = (self.path(), Expected::Loaded(loaded.stamp));
        let text = Zeroizing::new(serde_json::to_vec(value).unwrap_or_default());
        let saved = move || atomic::write(&path, &text, expected, Access::Private);
        match tokio::task::spawn_blocking(saved).await {
            Ok(Ok(_) | Err(SaveError::Changed { .. } | SaveError::Gone { .. })) => Ok(()),
            Ok(Err(found @ (SaveError::ReadOnly { .. } | SaveError::Io { .. }))) => {
                Err(error(found.to_string(), "Log in again, for the session's old file is outdated."))
            }
            Err(found) => Err(error(format!("couldn't save the session: {found}"), "Log in again.")),
        }
    }
}

fn try_lock(path: &Path, target: &Path) -> io::Result<Option<File>> {
    match fs::metadata(target) {
        Ok(found) if found.permissions().readonly() => {
            let why = format!("{} is read-only", target.display());
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
        Ok(_) => {}
        // A new one can be written.
        Err(found) if found.kind() == io::ErrorKind::NotFound => {}
        Err(found) => return Err(found),
    }
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = regular_file::open_with(path, Links::Refuse, &mut options)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(found)) => Err(found),
    }
}
