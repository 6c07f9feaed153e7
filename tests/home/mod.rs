//! What signpost keeps in a user's home, for tests that prepare one.

#![allow(dead_code)] // Each test binary uses its own part.

use std::path::{Path, PathBuf};

use signpost::io::store::trust::TrustStore;
use signpost::io::store::workspace;

/// The data folder of a user with this home, whose XDG folders are all the same.
pub(crate) fn data(home: &Path) -> PathBuf {
    home.join(if cfg!(target_os = "macos") { "Library/Application Support/signpost" } else { "signpost" })
}

/// Remembers a workspace as made on this machine.
pub(crate) fn made_here(root: &Path, home: &Path) {
    let workspace = workspace::load(root).unwrap();
    TrustStore::new(Some(data(home))).made_here(&workspace).unwrap();
}
