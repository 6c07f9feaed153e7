//! Opening a file that is expected to be a plain one.
//!
//! Owns that a named pipe, a device, a socket or a folder under the name of one of our files is an
//! error that says so, instead of a wait without end or memory without end. Refuses to judge what a
//! file contains.

use std::borrow::Cow;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use crate::core::units;

/// Bytes that a request, a workspace file or a configuration may have: more than any that is edited
/// by hand.
pub const MAX_LEN: u64 = 64 << 20;
/// Bytes that a file may have that only signpost writes: a draft holds a request twice.
pub const MAX_OWN_LEN: u64 = 4 * MAX_LEN;

/// Why a path isn't opened or read, as the inner error of an [`io::Error`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong, in one sentence without a full stop.
    pub message: Cow<'static, str>,
    /// What to do about it.
    pub fix: &'static str,
}

impl Refused {
    /// For a file of more than `limit` bytes.
    fn too_large(limit: u64) -> Self {
        let message = format!("it's too large to be read: the limit is {}", units::size(limit));
        Self { message: message.into(), fix: "make it smaller" }
    }

    /// What an I/O error was refused for; `None` for an error of the operating system.
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref().and_then(|inner| inner.downcast_ref())
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}; {}", self.message, self.fix)
    }
}

impl std::error::Error for Refused {}

impl From<Refused> for io::Error {
    fn from(refused: Refused) -> Self {
        Self::new(io::ErrorKind::InvalidInput, refused)
    }
}

/// Whether a symbolic link may stand for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// The link's target is opened.
    Follow,
    /// A link is an error.
    Refuse,
}

/// Opens a regular file for reading, without ever waiting for another process.
///
/// # Errors
/// [`Refused`] for anything that isn't a regular file, else what the operating system says.
pub fn open(path: &Path) -> io::Result<File> {
    open_with(path, Links::Follow, OpenOptions::new().read(true))
}

/// Opens a regular file with these options. An existing file is checked before it is opened, since
/// opening a device may already do something, and again once it's open, since the path may have
/// changed in between.
///
/// # Errors
/// As [`open`].
pub fn open_with(path: &Path, links: Links, options: &mut OpenOptions) -> io::Result<File> {
    let found = match links {
        Links::Follow => fs::metadata(path),
        Links::Refuse => fs::symlink_metadata(path),
    };
    match found {
        Ok(found) => check(&found)?,
        // Perhaps it is to be created.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let never_wait = OFlags::NONBLOCK | OFlags::NOCTTY;
        let flags = match links {
            Links::Follow => never_wait,
            Links::Refuse => never_wait | OFlags::NOFOLLOW,
        };
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path)?;
    check(&file.metadata()?)?;
    Ok(file)
}

/// Reads a regular file whole.
///
/// # Errors
/// As [`open`], and [`Refused`] for a file of more than `limit` bytes.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_at_most(open(path)?, limit)
}

/// Reads a regular file of at most `limit` bytes as text.
///
/// # Errors
/// As [`read`], and [`io::ErrorKind::InvalidData`] where it isn't UTF-8.
pub fn read_to_string(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(read(path, limit)?)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()))
}

/// Reads to the end, which must come within `limit` bytes.
///
/// # Errors
/// [`Refused`] for more bytes than that.
pub fn read_at_most(file: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(Refused::too_large(limit).into());
    }
    Ok(bytes)
}

/// Makes sure that this is what a regular file has.
///
/// # Errors
/// [`Refused`] with what it is.
pub fn check(found: &Metadata) -> io::Result<()> {
    if found.is_file() {
        return Ok(());
    }
    let fix = "replace it with a regular file, or remove it";
    Err(Refused { message: what(found).into(), fix }.into())
}

fn what(found: &Metadata) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = found.file_type();
        if kind.is_fifo() {
            return "it's a named pipe, not a file";
        } else if kind.is_socket() {
            return "it's a socket, not a file";
        } else if kind.is_char_device() || kind.is_block_device() {
            return "it's a device, not a file";
        }
    }
    if found.is_dir() {
        "it's a folder, not a file"
    } else if found.is_symlink() {
        "it's a link, not a file"
    } else {
        "it isn't a regular file"
    }
}
