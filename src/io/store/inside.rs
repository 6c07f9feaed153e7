//! Staying inside the workspace.
//!
//! Owns where a path of a workspace leads once links are resolved, and that nothing outside of the
//! workspace's folder is ever written, moved or removed through one. Refuses to restrict reading.

use std::borrow::Cow;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::regular_file::Refused;

const OUTSIDE: Refused = Refused {
    message: Cow::Borrowed("it leads out of the workspace through a link"),
    fix: "replace the link with a file or folder",
};
const NOWHERE: Refused = Refused {
    message: Cow::Borrowed("it's a link to something that doesn't exist"),
    fix: "remove the link, or create what it points to",
};

/// The file or folder that `place`, below `root`, stands for. What doesn't exist yet is where it
/// would be created. A path without links is returned as it is.
///
/// # Errors
/// [`Refused`] for one that a link leads out of the root or to nothing, else what the operating
/// system says.
pub(super) fn resolve(root: &Path, place: &Path) -> io::Result<PathBuf> {
    let root_now = match root.canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(place.to_owned()),
        root => root?,
    };
    let mut missing = Vec::new();
    let mut existing = place;
    loop {
        match existing.canonicalize() {
            Ok(real) if real.starts_with(&root_now) => {
                let is_plain = existing.strip_prefix(root).is_ok_and(|below| root_now.join(below) == real);
                let whole = || missing.iter().rev().fold(real, |path, part| path.join(part));
                return Ok(if is_plain { place.to_owned() } else { whole() });
            }
            Ok(_) => return Err(OUTSIDE.into()),
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Err(_) if fs::symlink_metadata(existing).is_ok() => return Err(NOWHERE.into()),
            Err(error) => {
                let (Some(parent), Some(name)) = (existing.parent(), existing.file_name()) else {
                    return Err(error);
                };
                missing.push(name);
                existing = parent;
            }
        }
    }
}

/// As [`resolve`], but a link at the end stands for itself, as it does when it is renamed.
///
/// # Errors
/// As [`resolve`].
pub(super) fn resolve_folder_of(root: &Path, place: &Path) -> io::Result<PathBuf> {
    match (place.parent(), place.file_name()) {
        (Some(folder), Some(name)) => Ok(resolve(root, folder)?.join(name)),
        (None, _) | (_, None) => resolve(root, place),
    }
}
