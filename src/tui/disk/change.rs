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
use crate::tui::model::overlay::Ask;
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
            let name = request.name.as_deref().unwrap_or_else(|| collection::stem(&path));
            collections.create_named(collection::without_extension(&path), name, request)
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
    match collections.duplicate(path) {
        Ok(copy) => Msg::Duplicated { path: copy.into(), listed: Box::new(list(cache)) },
        Err(error) => Msg::Failed(error.to_string()),
    }
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

pub(super) fn rename(collections: &Collections, path: RequestPath, name: &str) -> Msg {
    let renamed = collections.rename(&path, name);
    moved(collections, path, renamed, |path| (Ask::Rename(path), name.to_owned()))
}

pub(super) fn move_to(collections: &Collections, from: RequestPath, to: &str) -> Msg {
    let done = if to == collection::without_extension(&from) {
        Ok(from.to_string())
    } else {
        let target = to.trim_matches('/');
        if to.ends_with('/') || collections.has_folder(target) {
            collections.move_to(&from, target)
        } else {
            collections.move_as(&from, target)
        }
    };
    moved(collections, from, done, |path| (Ask::Move(path), to.to_owned()))
}

/// What came of a new path. What didn't work is asked again.
fn moved(
    collections: &Collections,
    from: RequestPath,
    done: Result<String, ChangeError>,
    ask_again: impl FnOnce(RequestPath) -> (Ask, String),
) -> Msg {
    match done {
        Ok(to) => {
            let loaded = collections.load(&to).ok().map(Box::new);
            Msg::Moved { from, to: to.into(), loaded }
        }
        Err(error) => {
            let (ask, text) = ask_again(from);
            Msg::AskAgain { ask, text, problem: error.to_string() }
        }
    }
}

/// The screen's disk waits for nobody who reads from a pipe.
fn regular_or_new(place: &Path) -> io::Result<()> {
    match place.metadata() {
        Ok(found) => regular_file::check(&found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Writes a body to a file; `~` is the home, and a relative path starts where signpost was started.
pub(super) fn save_body(file: &str, body: BodyView, overwrite: bool) -> Msg {
    let file = from_home(file, std::env::home_dir());
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

/// A path as typed, with the home in place of a leading `~`.
fn from_home(file: &str, home: Option<PathBuf>) -> PathBuf {
    let below = file.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/'));
    match (below, home) {
        (Some(rest), Some(home)) => home.join(rest.trim_start_matches('/')),
        (_, _) => PathBuf::from(file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home() {
        let home = || Some(PathBuf::from("/home/someone"));
        for (typed, path) in [
            ("~/out.json", "/home/someone/out.json"),
            ("~", "/home/someone"),
            ("~other/out.json", "~other/out.json"),
            ("a/~/b", "a/~/b"),
        ] {
            assert_eq!(from_home(typed, home()), PathBuf::from(path));
        }
        assert_eq!(from_home("~/a", None), PathBuf::from("~/a"));
    }

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

    /// Moves as the screen asks, and gives the new path and its request.
    fn moved_to(collections: &Collections, from: &str, to: &str) -> (String, Request) {
        let Msg::Moved { to, loaded, .. } = move_to(collections, from.into(), to) else {
            panic!("{from} isn't moved to {to}")
        };
        (to.to_string(), loaded.expect("a request").request)
    }

    #[test]
    fn a_move_goes_into_a_folder_that_exists_and_keeps_the_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let collections = Collections::new(folder.path());
        std::fs::create_dir(folder.path().join("users")).expect("a folder");
        let named = Request { name: Some("Alpha one".into()), ..Request::default() };
        let (mut at, _) = collections.create_named("a", "Alpha one", &named).expect("a request");
        for (to, place) in [
            ("users", "users/a.toml"),
            ("users/a", "users/a.toml"),
            ("new/dir/gam", "new/dir/gam.toml"),
            ("new/", "new/gam.toml"),
            ("other/", "other/gam.toml"),
        ] {
            let (now, request) = moved_to(&collections, &at, to);
            assert_eq!((now.as_str(), request.name.as_deref()), (place, Some("Alpha one")), "{to}");
            at = now;
        }
        let again = move_to(&collections, "gone.toml".into(), "users");
        assert!(
            matches!(again, Msg::AskAgain { ask: Ask::Move(path), text, .. } if path == "gone.toml" && text == "users")
        );
    }

    #[test]
    fn a_new_request_has_the_name_that_was_typed_in_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let collections = Collections::new(folder.path());
        let request = Request { name: Some("Say hello?".into()), ..Request::default() };
        let Msg::Saved { now, loaded, .. } = save(&collections, "api/Say-hello.toml".into(), &request, None)
        else {
            panic!("it isn't saved")
        };
        assert_eq!((&*now, loaded.request.name.as_deref()), ("api/Say-hello.toml", Some("Say hello?")));
    }
}
