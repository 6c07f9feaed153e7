//! Nothing is written, moved or removed outside of the workspace, whatever links say.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use signpost::core::request::Request;
use signpost::io::store::collections::{Collections, TRASH};
use signpost::io::store::workspace;

use crate::not_files::{at_once, pipe};

const THEIRS: &str = "url = \"http://theirs/\"\n";

/// A workspace next to a folder that isn't part of it and holds `file.toml`.
struct Place {
    _both: tempfile::TempDir,
    root: PathBuf,
    outside: PathBuf,
    all: Collections,
}

impl Place {
    fn new() -> Self {
        let both = tempfile::tempdir().unwrap();
        let (root, outside) = (both.path().join("workspace"), both.path().join("outside"));
        for folder in [&root, &outside] {
            fs::create_dir(folder).unwrap();
        }
        fs::write(outside.join("file.toml"), THEIRS).unwrap();
        fs::write(root.join("a.toml"), "url = \"http://a/\"\n").unwrap();
        Self { _both: both, all: Collections::new(&root), root, outside }
    }

    fn link(&self, to: &Path, name: &str) {
        symlink(to, self.root.join(name)).unwrap();
    }

    #[track_caller]
    fn assert_outside_is_untouched(&self) {
        let names: Vec<_> = fs::read_dir(&self.outside).unwrap().flatten().map(|e| e.file_name()).collect();
        assert_eq!(names, ["file.toml"]);
        assert_eq!(fs::read_to_string(self.outside.join("file.toml")).unwrap(), THEIRS);
    }
}

fn to(url: &str) -> Request {
    Request { url: url.into(), ..Request::default() }
}

#[test]
fn deleting_never_writes_through_a_link_in_the_trash() {
    let place = Place::new();
    fs::create_dir(place.root.join(TRASH)).unwrap();
    place.link(&place.outside.join("file.toml"), &format!("{TRASH}/.gitignore"));
    let trashed = place.all.delete("a.toml").unwrap();
    place.assert_outside_is_untouched();
    assert_eq!(place.all.restore(&trashed).unwrap(), "a.toml");
}

#[test]
fn a_trash_that_is_a_link_is_refused() {
    let place = Place::new();
    place.link(&place.outside, TRASH);
    let error = place.all.delete("a.toml").unwrap_err().to_string();
    assert!(error.contains("a.toml") && error.contains("`.signpost-trash` isn't a folder"), "{error}");
    assert!(place.root.join("a.toml").is_file());
    place.assert_outside_is_untouched();
}

#[test]
fn a_request_that_is_a_link_is_saved_inside_the_workspace_alone() {
    let place = Place::new();
    place.link(&place.outside.join("file.toml"), "out.toml");
    let error = place.all.save("out.toml", THEIRS, &to("http://mine/")).unwrap_err().to_string();
    assert!(error.contains("out.toml") && error.contains("leads out of the workspace"), "{error}");
    let error = place.all.rename("out.toml", "Other name").unwrap_err().to_string();
    assert!(error.contains("leads out of the workspace"), "{error}");
    assert!(place.root.join("out.toml").is_symlink());
    // Without a change to its text it may be moved and removed as the link that it is.
    assert_eq!(place.all.move_to("out.toml", "sub").unwrap(), "sub/out.toml");
    place.all.delete("sub/out.toml").unwrap();
    place.assert_outside_is_untouched();

    place.link(&place.root.join("a.toml"), "in.toml");
    place.all.save("in.toml", "url = \"http://a/\"\n", &to("http://b/")).unwrap();
    assert!(place.root.join("in.toml").is_symlink());
    assert_eq!(fs::read_to_string(place.root.join("a.toml")).unwrap(), "url = \"http://b/\"\n");
}

#[test]
fn nothing_is_created_in_or_moved_to_a_folder_outside() {
    let place = Place::new();
    place.link(&place.outside, "sub");
    let refused = [
        place.all.create_request("sub", "new", &to("x")).map(drop),
        place.all.create_request("sub/deeper", "new", &to("x")).map(drop),
        place.all.create_folder("sub", "new").map(drop),
        place.all.move_to("a.toml", "sub").map(drop),
        place.all.save("sub/file.toml", THEIRS, &to("x")).map(drop),
        place.all.delete("sub/file.toml").map(drop),
        place.all.duplicate("sub/file.toml").map(drop),
        place.all.rename("sub/file.toml", "other").map(drop),
        place.all.move_to("sub/file.toml", "").map(drop),
    ];
    for refused in refused {
        let error = refused.unwrap_err().to_string();
        assert!(error.contains("leads out of the workspace through a link"), "{error}");
    }
    place.assert_outside_is_untouched();
    // A link inside the workspace is as good as a folder.
    fs::create_dir(place.root.join("real")).unwrap();
    place.link(&place.root.join("real"), "alias");
    assert_eq!(place.all.create_request("alias", "new", &to("x")).unwrap().0, "alias/new.toml");
    assert!(place.root.join("real/new.toml").is_file());
}

#[test]
fn the_workspace_files_are_not_written_through_a_link_out_of_it() {
    let place = Place::new();
    place.link(&place.outside.join("file.toml"), "signpost.toml");
    let mut loaded = workspace::load(&place.root).unwrap();
    let error = workspace::ensure_id(&mut loaded).unwrap_err().to_string();
    assert!(error.contains("signpost.toml") && error.contains("leads out of the workspace"), "{error}");
    assert!(workspace::replace_texts(&place.root, &[(&["url"], "http://mine/")]).is_err());
    fs::create_dir(place.root.join("sub")).unwrap();
    place.link(&place.outside.join("file.toml"), "sub/folder.toml");
    let error = place.all.rename("sub", "Other name").unwrap_err().to_string();
    assert!(error.contains("leads out of the workspace"), "{error}");
    assert!(place.root.join("sub").is_dir(), "it keeps its name");
    place.assert_outside_is_untouched();
}

#[test]
fn a_link_to_nothing_creates_nothing() {
    let place = Place::new();
    place.link(&place.outside.join("new.toml"), "new.toml");
    place.link(&place.outside.join("new"), "new");
    let saved = place.all.save("new.toml", "", &to("x")).unwrap_err().to_string();
    assert!(
        saved.contains("new.toml") && saved.contains("a link to something that doesn't exist"),
        "{saved}"
    );
    assert!(place.all.create_request("new", "a", &to("x")).is_err());
    place.assert_outside_is_untouched();
}

#[test]
fn a_copied_folder_keeps_its_links_and_reads_no_pipe() {
    let place = Place::new();
    fs::create_dir(place.root.join("sub")).unwrap();
    place.link(&place.outside.join("file.toml"), "sub/out.toml");
    assert_eq!(place.all.duplicate("sub").unwrap(), "sub-2");
    assert!(
        place.root.join("sub-2/out.toml").is_symlink(),
        "what is outside isn't copied into the workspace"
    );
    pipe(&place.root.join("sub/pipe.toml"));
    let all = place.all.clone();
    let error = at_once(move || all.duplicate("sub").unwrap_err().to_string());
    assert!(error.contains("named pipe"), "{error}");
    assert!(!place.root.join("sub-3").exists());
}
