//! Copies of requests and folders.
//!
//! Owns that a copy shows up whole or not at all. Refuses to follow links: a link is copied as one.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::{ChangeError, Collections, failed};
use crate::core::collection::{EXTENSION, free_name, join, parent, stem};
use crate::core::request::Request;
use crate::io::store::atomic::{self, Access, Expected};
use crate::io::store::regular_file::{self, MAX_LEN};
use crate::io::store::{LoadError, request_edit};

impl Collections {
    /// Copies a request or folder into the same folder, and gives the copy's path.
    ///
    /// # Errors
    /// [`ChangeError`]; nothing is created.
    pub fn duplicate(&self, path: &str) -> Result<String, ChangeError> {
        let (folder, place) = (parent(path), self.place_of_link(path)?);
        let names = self.names(folder)?;
        let copy_stem = free_name(stem(path), names.iter().map(String::as_str));
        if place.is_dir() {
            let copy = join(folder, &copy_stem);
            let target = self.place_of_link(&copy)?;
            // Copied aside and then renamed, so that half a copy never shows.
            let beside = target.parent().unwrap_or(&self.root);
            let aside = tempfile::Builder::new().prefix(".copy-").tempdir_in(beside);
            let aside = aside.map_err(failed("copy", path))?;
            let inner = aside.path().join("copy");
            copy_folder(&place, &inner).map_err(failed("copy", path))?;
            fs::rename(&inner, target).map_err(failed("copy", path))?;
            return Ok(copy);
        }
        let copy = join(folder, &format!("{copy_stem}{EXTENSION}"));
        let target = self.place_of_link(&copy)?;
        match self.load(path) {
            Ok(loaded) => {
                let number = copy_stem.rsplit_once('-').map_or("2", |(_, number)| number);
                let name = loaded.request.name.as_ref().map(|name| format!("{name} ({number})"));
                let text = request_edit::update(&loaded.text, &Request { name, ..loaded.request });
                atomic::write(&target, text.as_bytes(), Expected::Nothing, Access::Usual)?;
            }
            Err(ChangeError::Load(LoadError::Broken { .. })) => {
                let bytes = regular_file::read(&place, MAX_LEN).map_err(failed("copy", path))?;
                atomic::write(&target, &bytes, Expected::Nothing, Access::Usual)?;
            }
            Err(error) => return Err(error),
        }
        Ok(copy)
    }
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy_folder(&source, &target)?;
        } else if cfg!(unix) && kind.is_symlink() {
            copy_link(&source, &target)?;
        } else {
            let mut original = regular_file::open(&source)?;
            let mut copy = File::create_new(&target)?;
            io::copy(&mut original, &mut copy)?;
            copy.set_permissions(original.metadata()?.permissions())?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(from)?, to)
}

/// Creating a link takes a privilege on Windows.
#[cfg(not(unix))]
fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to).map(drop)
}
