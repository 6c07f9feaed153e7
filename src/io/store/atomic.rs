//! Writing a file whole or not at all.
//!
//! Owns the one way in which files are saved: a temporary file in the same folder, written, flushed
//! to the disk, renamed over the old one, and the folder flushed too. A crash or a full disk at any
//! moment leaves the old file or the new one, never a piece. Refuses to overwrite a file that
//! somebody else has changed since it was loaded.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::regular_file::{self, Refused};
use super::sweep;
use crate::core::hex;

/// What a file held when it was loaded or saved: the SHA-256 of its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp([u8; 32]);

impl Stamp {
    /// The stamp of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl std::fmt::Display for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::fmt::Debug for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stamp({self})")
    }
}

/// What must be on the disk for a save to go ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Whatever is there may be replaced.
    Anything,
    /// Nothing: the file is new.
    Nothing,
    /// What was loaded.
    Loaded(Stamp),
}

/// Who may read a file that is created. One that exists keeps its permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// As the user's umask says.
    Usual,
    /// The user alone (0600), whatever it was before. On Windows the profile's ACL rules.
    Private,
}

/// Why a file was not saved. The old file is untouched. `Debug` says what `Display` does, and so
/// leaves out what somebody else wrote.
#[derive(thiserror::Error)]
pub enum SaveError {
    /// The disk holds something else than what was loaded.
    #[error("{} has changed on disk since it was loaded; keep that version, or save again to overwrite it", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// What it holds now.
        theirs: String,
    },
    /// The file was removed since it was loaded.
    #[error("{} has been removed since it was loaded; save it as a new file to keep it", path.display())]
    Gone {
        /// The file.
        path: PathBuf,
    },
    /// The file is marked read-only.
    #[error("{} is read-only; make it writable, or save under another name", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The disk or the folder refused.
    #[error("couldn't save {}: {source}{}", path.display(), hint(source))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl std::fmt::Debug for SaveError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// What to do, with what parts it from the error; an error of ours names its own fix.
fn hint(error: &io::Error) -> &'static str {
    if Refused::of(error).is_some() {
        return "";
    }
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "; free some space and save again; the old file is intact"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "; allow writing to its folder, or save elsewhere"
        }
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            "; create its folder first, or save elsewhere"
        }
        _ => "; the old file is intact",
    }
}

/// Writes a file whole, or not at all, and says what it holds now.
///
/// A symbolic link stays one: the file it points to is replaced.
///
/// # Errors
/// See [`SaveError`]; whatever it is, the old file is as it was and no temporary file stays.
pub fn write(path: &Path, contents: &[u8], expected: Expected, access: Access) -> Result<Stamp, SaveError> {
    replace(path, expected, access, |file| file.write_all(contents))?;
    Ok(Stamp::of(contents))
}

/// Removes the temporary files that killed saves of a file left next to it, however new. The caller
/// must be the only one that writes the file.
pub fn remove_leftovers(path: &Path) {
    if let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) {
        sweep::abandoned(folder, name);
    }
}

fn replace(
    path: &Path,
    expected: Expected,
    access: Access,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), SaveError> {
    let io_error = |source| SaveError::Io { path: path.to_owned(), source };
    let target = target(path).map_err(io_error)?;
    let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let old = permissions(&target).map_err(io_error)?;
    if old.as_ref().is_some_and(fs::Permissions::readonly) {
        return Err(SaveError::ReadOnly { path: path.to_owned() });
    }
    check(path, &target, expected)?;

    let mut temporary = temporary(&target, folder, access).map_err(io_error)?;
    fill(temporary.as_file_mut()).map_err(io_error)?;
    if let (Some(old), Access::Usual) = (old, access) {
        temporary.as_file().set_permissions(old).map_err(io_error)?;
    }
    temporary.as_file().sync_all().map_err(io_error)?;
    // Writing takes a while; somebody may have saved meanwhile.
    check(path, &target, expected)?;
    match expected {
        Expected::Nothing => temporary.persist_noclobber(&target),
        Expected::Anything | Expected::Loaded(_) => temporary.persist(&target),
    }
    .map_err(|error| io_error(error.error))?;
    sync_folder(folder).map_err(io_error)
}

/// The file that a path means: links are followed to their end, even to one that is not there yet.
pub(super) fn target(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..40 {
        match fs::read_link(&target) {
            Ok(link) => target = target.parent().unwrap_or(Path::new("")).join(link),
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

fn permissions(path: &Path) -> io::Result<Option<fs::Permissions>> {
    match fs::metadata(path) {
        Ok(metadata) => regular_file::check(&metadata).map(|()| Some(metadata.permissions())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn check(path: &Path, target: &Path, expected: Expected) -> Result<(), SaveError> {
    if expected == Expected::Anything {
        return Ok(());
    }
    let now = match regular_file::read(target, regular_file::MAX_OWN_LEN) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(source) => return Err(SaveError::Io { path: path.to_owned(), source }),
    };
    let path = path.to_owned();
    match (expected, now) {
        (Expected::Anything, _) | (Expected::Nothing, None) => Ok(()),
        (Expected::Loaded(_), None) => Err(SaveError::Gone { path }),
        (Expected::Loaded(stamp), Some(bytes)) if Stamp::of(&bytes) == stamp => Ok(()),
        (Expected::Nothing | Expected::Loaded(_), Some(bytes)) => {
            Err(SaveError::Changed { path, theirs: String::from_utf8_lossy(&bytes).into_owned() })
        }
    }
}

/// A temporary file in the target's folder. If a kill leaves it there, [`sweep`] finds it by its
/// name.
pub(super) fn temporary(target: &Path, folder: &Path, access: Access) -> io::Result<tempfile::NamedTempFile> {
    // A long name must not become too long by its affixes.
    let name: String = target.file_name().unwrap_or_default().to_string_lossy().chars().take(40).collect();
    let prefix = format!("{}{name}.", sweep::PREFIX);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(sweep::SUFFIX);
    #[cfg(unix)]
    if access == Access::Usual {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    #[cfg(not(unix))]
    let _ = access;
    builder.tempfile_in(folder)
}

/// Makes a rename last through a power cut. Windows has no such call and needs none.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_disk_that_fills_up_half_way_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        fs::write(&path, "old").unwrap();
        let error = replace(&path, Expected::Anything, Access::Usual, |file| {
            file.write_all(b"ne")?;
            Err(io::ErrorKind::StorageFull.into())
        })
        .unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(folder.path()), ["a.toml"]);
        let shown = error.to_string();
        assert!(shown.contains("a.toml") && shown.contains("free some space"), "{shown}");
    }

    #[test]
    fn until_the_rename_the_old_file_stands_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        fs::write(&path, "old").unwrap();
        replace(&path, Expected::Anything, Access::Usual, |file| {
            file.write_all(b"new")?;
            // A kill at this moment would leave exactly this.
            assert_eq!(fs::read_to_string(&path)?, "old");
            let other = names(folder.path()).into_iter().find(|name| name != "a.toml");
            assert!(other.is_some_and(|n| n.starts_with(sweep::PREFIX) && n.ends_with(sweep::SUFFIX)));
            Ok(())
        })
        .unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(names(folder.path()), ["a.toml"]);
    }

    #[test]
    fn a_change_that_lands_while_writing_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        fs::write(&path, "old").unwrap();
        let error = replace(&path, Expected::Loaded(Stamp::of(b"old")), Access::Usual, |_| {
            fs::write(&path, "theirs")
        })
        .unwrap_err();
        assert!(matches!(error, SaveError::Changed { ref theirs, .. } if theirs == "theirs"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
    }
}
