//! A file that a response's body is written to.
//!
//! Owns that the file of before stays until the new one is whole: a full disk costs nothing. Refuses
//! to judge whether it may be replaced: callers ask.

use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::atomic::{self, Access};

/// A file that is being written. Dropped before [`OutputFile::keep`], it leaves what was there.
pub struct OutputFile(Kind);

enum Kind {
    /// Next to the target, whose place it takes at the end.
    Temporary { file: NamedTempFile, target: PathBuf, old: Option<Permissions> },
    /// A pipe or a device: what is written is gone at once.
    Stream(File),
}

impl OutputFile {
    /// Begins a file that replaces a regular file of this name; a pipe or a device is written to
    /// directly. A link is followed. Where no other file may be created next to it, the file itself
    /// is written.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn create(path: &Path) -> io::Result<Self> {
        // `/dev/stdout` may be a file, which somebody else writes to as well.
        let is_open_elsewhere = cfg!(unix) && (path.starts_with("/dev") || path.starts_with("/proc"));
        match fs::metadata(path) {
            Ok(found) if !found.is_file() || is_open_elsewhere => {
                File::options().write(true).open(path).map(|file| Self(Kind::Stream(file)))
            }
            Ok(found) => match Self::replacing(path, Some(found.permissions())) {
                Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                    File::create(path).map(|file| Self(Kind::Stream(file)))
                }
                begun => begun,
            },
            Err(error) if error.kind() == ErrorKind::NotFound => Self::replacing(path, None),
            Err(error) => Err(error),
        }
    }

    fn replacing(path: &Path, old: Option<Permissions>) -> io::Result<Self> {
        if old.as_ref().is_some_and(Permissions::readonly) {
            return Err(io::Error::new(ErrorKind::ReadOnlyFilesystem, "the file is read-only"));
        }
        let target = atomic::target(path)?;
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let file = atomic::temporary(&target, folder.unwrap_or(Path::new(".")), Access::Usual)?;
        Ok(Self(Kind::Temporary { file, target, old }))
    }

    /// Ends the file, which is in its place from now on.
    ///
    /// # Errors
    /// What the operating system says; the file of before is still there.
    pub fn keep(self) -> io::Result<()> {
        match self.0 {
            Kind::Temporary { mut file, target, old } => {
                file.flush()?;
                if let Some(old) = old {
                    file.as_file().set_permissions(old)?;
                }
                file.persist(target).map_err(|error| error.error)?;
                Ok(())
            }
            Kind::Stream(mut file) => file.flush(),
        }
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Kind::Temporary { file, .. } => file.write(bytes),
            Kind::Stream(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Kind::Temporary { file, .. } => file.flush(),
            Kind::Stream(file) => file.flush(),
        }
    }
}
