//! Changes on disk: requests and folders are saved, made, moved and deleted; a body goes to a file.
//!
//! Owns what each of them reports. Refuses to overwrite what somebody else has changed unless the
//! user chose so.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::WorkspaceCache;
use super::read::list;
use crate::core::collection;
use crate::core::names::RequestPath;
use crate::core::request::Request;
use crate::io::body::BodyView;
use crate::io::store::collections::{ChangeError, Collections, Trashed};
use crate::io::store::output_file::OutputFile;
use crate::io::store::{SaveError, regular_file, request_edit};
use crate::tui::msg::Msg;

/// Saves a request over the text that it is based on.
pub(super) fn save(
    collections: &Collections,
    path: RequestPath,
    request: &Request,
    base: Option<&str>,
) -> Msg {
    let saved = match base {
        Some(base) => collections.save(&path, base, request).map(|loaded| (path.to_string(), loaded)),
        None => {
            let name = request.name.clone().unwrap_or_else(|| collection::stem(&path).to_owned());
            collections.create_request(collection::parent(&path), &name, request)
        }
    };
    match saved {
        Ok((now, loaded)) => Msg::Saved { path, now: now.into(), loaded: Box::new(loaded) },
        Err(ChangeError::Save(SaveError::Changed { theirs, .. })) => {
            let ours = request_edit::update(base.unwrap_or_default(), request);
            Msg::Conflict { path, theirs, ours }
        }
        Err(error) => Msg::NotSaved { path, problem: error.to_string() },
    }
}

pub(super) fn create_folder(cache: &WorkspaceCache, collections: &Collections, path: &str) -> Msg {
    listed(cache, collections.create_folder(collection::parent(path), collection::file_name(path)))
}

pub(super) fn duplicate(cache: &WorkspaceCache, collections: &Collections, path: &str) -> Msg {
    listed(cache, collections.duplicate(path))
}

pub(super) fn restore(cache: &WorkspaceCache, collections: &Collections, trashed: &Trashed) -> Msg {
    listed(cache, collections.restore(trashed))
}

/// The workspace as it is after a change.
fn listed(cache: &WorkspaceCache, changed: Result<String, ChangeError>) -> Msg {
    match changed {
        Ok(_) => list(cache),
        Err(error) => Msg::Failed(error.to_string()),
    }
}

pub(super) fn delete(collections: &Collections, path: RequestPath) -> Msg {
    match collections.delete(&path) {
        Ok(trashed) => Msg::Deleted { path, trashed },
        Err(error) => Msg::Failed(error.to_string()),
    }
}

pub(super) fn move_to(collections: &Collections, from: RequestPath, to: &str) -> Msg {
    match moved(collections, &from, to) {
        Ok(to) => Msg::Moved { from, to: to.into() },
        Err(error) => Msg::Failed(error.to_string()),
    }
}

/// A new path is a new folder, a new name, or both.
fn moved(collections: &Collections, from: &str, to: &str) -> Result<String, ChangeError> {
    let to = to.trim_matches('/');
    let name = (collection::stem(to) != collection::stem(from)).then(|| collection::file_name(to));
    collections.relocate(from, collection::parent(to), name)
}

/// The screen's disk waits for nobody who reads from a pipe.
fn regular_or_new(place: &Path) -> io::Result<()> {
    match place.metadata() {
        Ok(found) => regular_file::check(&found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Writes a body to a file; a relative path starts where signpost was started.
pub(super) fn save_body(file: &str, body: BodyView, overwrite: bool) -> Msg {
    let file = PathBuf::from(file);
    let place =
        if file.is_absolute() { file } else { std::env::current_dir().unwrap_or_default().join(file) };
    if !overwrite && place.symlink_metadata().is_ok() {
        return Msg::FileExists { file: place.to_string_lossy().into_owned(), body };
    }
    let written = regular_or_new(&place).and_then(|()| OutputFile::create(&place)).and_then(|mut out| {
        out.write_all(&body)?;
        out.keep()
    });
    match written {
        Ok(()) => Msg::Done(format!("{} bytes saved to {}", body.len(), place.display())),
        Err(error) => Msg::Failed(format!("Couldn't write {}: {error}", place.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yours_replaces_the_version_that_was_shown_and_no_later_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.toml");
        let collections = Collections::new(folder.path());
        let [shown, third] = ["url = \"http://shown/\"\n", "url = \"http://third/\"\n"];
        std::fs::write(&file, third).expect("a request");
        let request = Request { url: "http://mine/".into(), ..Request::default() };
        let over = |theirs| save(&collections, "a.toml".into(), &request, Some(theirs));
        let Msg::Conflict { theirs, .. } = over(shown) else { panic!("the third change is gone") };
        assert_eq!(theirs, third);
        assert_eq!(std::fs::read_to_string(&file).expect("the file"), third);
        assert!(matches!(over(third), Msg::Saved { .. }));
    }
}
