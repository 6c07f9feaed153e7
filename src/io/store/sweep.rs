//! Removing what earlier runs left behind.
//!
//! Owns two kinds of leftovers: temporary files of killed saves, after a day, and the trash, after
//! thirty. Refuses to touch anything that isn't named as ours, and to fail: what cannot be removed
//! stays until the next time.

use std::fs::{self, DirEntry};
use std::path::Path;
use std::time::Duration;

/// Where deleted requests and folders go; hidden, and ignored by git.
pub const TRASH: &str = ".signpost-trash";
/// How the name of a temporary file starts; hidden, so that no listing shows it.
pub(super) const PREFIX: &str = ".signpost-";
/// How it ends.
pub(super) const SUFFIX: &str = ".tmp";

const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long what was deleted stays in the trash.
const TRASH_AGE: Duration = DAY.saturating_mul(30);

/// Removes an entry of a listed folder if it is a temporary file of ours that is no longer written.
pub(super) fn temporary(entry: &DirEntry) {
    let name = entry.file_name();
    let ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
    if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) && is_older(entry, DAY) {
        let _ = fs::remove_file(entry.path());
    }
}

/// Removes every temporary file of one file, however new: the caller is the only one that writes it.
pub(super) fn abandoned(folder: &Path, file: &str) {
    let prefix = format!("{PREFIX}{file}.");
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let of_file = name.to_str().is_some_and(|name| name.starts_with(&prefix) && name.ends_with(SUFFIX));
        if of_file && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The same for every entry of a private folder.
pub(super) fn folder(folder: &Path) {
    fs::read_dir(folder).into_iter().flatten().flatten().for_each(|entry| temporary(&entry));
}

/// Removes what was deleted long ago from a workspace's trash.
pub(super) fn trash(root: &Path) {
    let trash = root.join(TRASH);
    // If the trash is a link, its target isn't ours.
    if !fs::symlink_metadata(&trash).is_ok_and(|trash| trash.is_dir()) {
        return;
    }
    for entry in fs::read_dir(&trash).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with("deleted-"));
        if ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) && is_older(&entry, TRASH_AGE) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// True where an entry was last changed longer ago than this.
fn is_older(entry: &DirEntry, than: Duration) -> bool {
    let changed = entry.metadata().and_then(|entry| entry.modified()).ok();
    changed.and_then(|changed| changed.elapsed().ok()).is_some_and(|age| age > than)
}
