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
use crate::io::store::collections::{ChangeError, Collections, Rearranged};
use crate::io::store::output_file::OutputFile;
use crate::io::store::{SaveError, listing, regular_file, request_edit};
use crate::tui::model::overlay::Ask;
use crate::tui::msg::{Moved, Msg};

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
    let made = collections.create_folder(collection::parent(path), collection::file_name(path));
    rearranged(cache, made.map(|path| Some(Rearranged::MadeFolder(path))))
}

pub(super) fn duplicate(cache: &WorkspaceCache, collections: &Collections, path: &str) -> Msg {
    match collections.duplicate(path) {
        Ok(copy) => Msg::Duplicated { path: copy.into(), listed: Box::new(list(cache)) },
        Err(error) => Msg::Failed(error.to_string()),
    }
}

/// Undoes what was done to the tree together, the latest first. What can't be undone is left.
pub(super) fn undo(collections: &Collections, steps: Vec<Rearranged>) -> Msg {
    let (mut undone, mut left, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for mut step in steps.into_iter().rev() {
        match collections.undo(&step) {
            Ok(path) => {
                if let Rearranged::Deleted(trashed) = &mut step {
                    // Its old name may have been taken.
                    trashed.path = path;
                }
                undone.push(step);
            }
            Err(error) => {
                left.insert(0, step);
                errors.push(error);
            }
        }
    }
    let back = undone.iter().filter_map(|step| match step {
        Rearranged::Relocated { from, to, .. } => Some(moved(collections, to.as_str().into(), from.clone())),
        Rearranged::Deleted(_) | Rearranged::MadeFolder(_) | Rearranged::Reordered(_) => None,
    });
    let moved = back.collect();
    Msg::UndoneInTree { undone, moved, left, problem: first_problem(errors) }
}

/// The first of some errors, in words.
fn first_problem(errors: impl IntoIterator<Item = ChangeError>) -> Option<String> {
    errors.into_iter().map(|error| error.to_string()).reduce(|first, _| first)
}

/// Moves a request or folder before the one above, or behind the next one.
pub(super) fn reorder(cache: &WorkspaceCache, collections: &Collections, path: &str, down: bool) -> Msg {
    let tree = listing::list(&cache.workspace()).tree;
    let folder = collection::parent(path);
    let mut nodes = tree.folder(folder).map(|folder| folder.children.clone()).unwrap_or_default();
    let at = nodes.iter().position(|node| node.path == path);
    let other = at.and_then(|at| if down { at.checked_add(1) } else { at.checked_sub(1) });
    match (at, other.filter(|other| *other < nodes.len())) {
        (Some(at), Some(other)) => {
            nodes.swap(at, other);
            rearranged(cache, collections.reorder(folder, &nodes).map(|edit| edit.map(Rearranged::Reordered)))
        }
        (Some(_) | None, None) | (None, Some(_)) => list(cache),
    }
}

/// The workspace as it is after a change, which can be undone.
fn rearranged(cache: &WorkspaceCache, changed: Result<Option<Rearranged>, ChangeError>) -> Msg {
    match changed {
        Ok(Some(done)) => Msg::Rearranged { done, listed: Box::new(list(cache)) },
        Ok(None) => list(cache),
        Err(error) => Msg::Failed(error.to_string()),
    }
}

pub(super) fn delete(collections: &Collections, paths: &[RequestPath]) -> Msg {
    let mut trashed = Vec::new();
    let mut errors = Vec::new();
    for path in paths {
        match collections.delete(path) {
            Ok(deleted) => trashed.push(deleted),
            Err(error) => errors.push(error),
        }
    }
    Msg::Deleted { trashed, problem: first_problem(errors) }
}

/// Renames a request or folder. What doesn't work is asked again.
pub(super) fn rename(collections: &Collections, path: RequestPath, name: &str) -> Msg {
    let before = collections.name_in_file(&path);
    match collections.rename(&path, name) {
        Ok(to) => {
            let undo = collections.relocated(&path, &to, before);
            Msg::Moved { moved: vec![moved(collections, path, to)], undo: vec![undo], problem: None }
        }
        Err(error) => {
            let problem = error.to_string();
            Msg::AskAgain { ask: Ask::Rename(path), text: name.to_owned(), problem }
        }
    }
}

/// Moves requests and folders into a folder, each on its own: one that can't be moved stays.
pub(super) fn move_to(collections: &Collections, from: Vec<RequestPath>, folder: &str) -> Msg {
    let (mut done, mut undo, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for path in from {
        match collections.move_to(&path, folder) {
            Ok(to) => {
                undo.push(collections.relocated(&path, &to, None));
                done.push(moved(collections, path, to));
            }
            Err(error) => errors.push(error),
        }
    }
    Msg::Moved { moved: done, undo, problem: first_problem(errors) }
}

fn moved(collections: &Collections, from: RequestPath, to: String) -> Moved {
    let loaded = collections.load(&to).ok().map(Box::new);
    Moved { from, to: to.into(), loaded }
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

    #[test]
    fn several_are_moved_and_keep_their_names_and_one_that_cannot_be_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let collections = Collections::new(folder.path());
        let named = Request { name: Some("Alpha one".into()), ..Request::default() };
        collections.create_named("a", "Alpha one", &named).expect("a request");
        collections.create_named("b", "b", &Request::default()).expect("a request");
        collections.create_named("new/b", "b", &Request::default()).expect("a request");
        let from = ["a.toml", "b.toml", "gone.toml"].map(RequestPath::from).to_vec();
        let Msg::Moved { moved, problem, .. } = move_to(&collections, from, "new") else { panic!("no move") };
        let [Moved { from, to, loaded: Some(loaded) }] = &moved[..] else { panic!("{moved:?}") };
        assert_eq!((from.as_str(), to.as_str()), ("a.toml", "new/a.toml"));
        assert_eq!(loaded.request.name.as_deref(), Some("Alpha one"));
        assert_eq!(problem.as_deref(), Some("new/b.toml already exists; choose another name"));
        assert!(folder.path().join("b.toml").exists());
    }

    #[test]
    fn several_are_deleted_and_come_back_together() {
        let folder = tempfile::tempdir().expect("a folder");
        let collections = Collections::new(folder.path());
        for name in ["a", "f/b"] {
            collections.create_named(name, "x", &Request::default()).expect("a request");
        }
        let paths = ["a.toml", "f", "gone.toml"].map(RequestPath::from);
        let Msg::Deleted { trashed, problem } = delete(&collections, &paths) else { panic!("no delete") };
        assert_eq!(trashed.iter().map(|one| one.path.as_str()).collect::<Vec<_>>(), ["a.toml", "f"]);
        assert!(problem.is_some_and(|problem| problem.contains("gone.toml")));
        assert!(!folder.path().join("a.toml").exists() && !folder.path().join("f").exists());
        let steps = trashed.into_iter().map(Rearranged::Deleted).collect();
        let Msg::UndoneInTree { undone, left, problem, .. } = undo(&collections, steps) else {
            panic!("no undo")
        };
        assert_eq!((undone.len(), left.len(), problem), (2, 0, None));
        assert!(folder.path().join("a.toml").exists() && folder.path().join("f/b.toml").exists());
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
