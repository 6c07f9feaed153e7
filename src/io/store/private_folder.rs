//! Folders for the user alone.
//!
//! Owns the permissions that a folder of ours has from the moment it exists (0700), whatever the
//! umask. Refuses to change those of a folder that is already there: on Windows the profile's ACL
//! rules.

use std::fs::DirBuilder;
use std::io;
use std::path::Path;

/// Creates a folder and those above it that are missing, each for the user alone.
///
/// # Errors
/// What the operating system says.
pub fn create(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}
