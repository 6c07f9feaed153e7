//! What stands under the name of one of our files and isn't a file: named pipes, devices, folders.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::Duration;

use signpost::core::credential::Secret;
use signpost::core::request::Request;
use signpost::io::store::atomic::{Access, Expected, write};
use signpost::io::store::collections::Collections;
use signpost::io::store::dirs::Dirs;
use signpost::io::store::drafts::{Draft, Drafts};
use signpost::io::store::listing::list;
use signpost::io::store::secrets::SecretStore;
use signpost::io::store::{config_file, load, workspace};

/// A named pipe, which nobody writes to.
pub(crate) fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Runs something that must not wait: without an end in sight the test fails instead of hanging.
#[track_caller]
pub(crate) fn at_once<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, wait) = channel();
    std::thread::spawn(move || drop(done.send(work())));
    wait.recv_timeout(Duration::from_secs(20)).expect("it waits for ever, or it panicked")
}

/// Each kind under this name in a folder of its own, with what an error calls it.
fn each_kind(name: &str, look: impl Fn(&Path) -> String + Copy + Send + 'static) {
    type Make = fn(&Path);
    let kinds: [(&str, Make); 4] = [
        ("a named pipe", pipe),
        ("a device", |path| symlink("/dev/zero", path).unwrap()),
        ("a folder", |path| fs::create_dir(path).unwrap()),
        ("a socket", |path| drop(std::os::unix::net::UnixListener::bind(path).unwrap())),
    ];
    for (what, make) in kinds {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        make(&path);
        let root = folder.path().to_owned();
        let shown = at_once(move || look(&root));
        assert!(shown.contains(&format!("it's {what}, not a file")), "{name} {what}: {shown}");
        assert!(shown.contains("replace it with a regular file"), "{name} {what}: {shown}");
        assert!(shown.contains(name), "{name} {what}: {shown}");
    }
}

#[test]
fn a_request_that_is_not_a_file_is_an_error() {
    each_kind("a.toml", |root| load(&root.join("a.toml")).unwrap_err().to_string());
}

#[test]
fn a_workspace_file_that_is_not_a_file_is_a_problem_of_the_workspace() {
    let problems = |workspace: &signpost::core::workspace::Workspace| {
        workspace.problems.iter().map(|found| found.problem.to_string()).collect::<String>()
    };
    each_kind("signpost.toml", move |root| problems(&workspace::load_or_bare(root)));
}

#[test]
fn a_folder_file_that_is_not_a_file_is_a_problem_of_the_listing() {
    type Make = fn(&Path);
    let kinds: [Make; 2] = [pipe, |path| symlink("/dev/zero", path).unwrap()];
    for make in kinds {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("sub")).unwrap();
        fs::write(folder.path().join("sub/a.toml"), "url = \"http://a/\"\n").unwrap();
        make(&folder.path().join("sub/folder.toml"));
        let root = folder.path().to_owned();
        let listed = at_once(move || list(&workspace::load(&root).unwrap()));
        assert_eq!(listed.tree.lines().len(), 2, "the request is still listed");
        let problem = listed.problems[0].problem.to_string();
        assert!(problem.starts_with("sub/folder.toml: couldn't be read: it's a "), "{problem}");
        assert!(problem.contains("\nhint: replace it with a regular file"), "{problem}");
    }
}

#[test]
fn a_request_that_became_something_else_is_not_saved_and_not_replaced() {
    each_kind("a.toml", |root| {
        let saved = Collections::new(root).save("a.toml", "", &Request::default());
        let written = write(&root.join("a.toml"), b"x", Expected::Anything, Access::Usual);
        assert!(!root.join("a.toml").is_file());
        assert!(saved.is_err());
        written.unwrap_err().to_string()
    });
}

#[test]
fn the_users_own_files_must_be_files_too() {
    each_kind("secrets.toml", |root| {
        let folder = root.join("secrets/id");
        fs::create_dir_all(&folder).unwrap();
        fs::rename(root.join("secrets.toml"), folder.join("secrets.toml")).unwrap();
        SecretStore::open(root, "id").unwrap_err().to_string()
    });
    each_kind("lock", |root| {
        let folder = root.join("secrets/id");
        fs::create_dir_all(&folder).unwrap();
        fs::rename(root.join("lock"), folder.join("lock")).unwrap();
        let error = SecretStore::open(root, "id").unwrap().set("a", Secret::new("b")).unwrap_err();
        // A link is refused whatever it leads to.
        error.to_string().replace("a link", "a device")
    });
    each_kind("config.toml", |root| {
        let dirs = Dirs { data: root.into(), config: root.into(), logs: root.into() };
        let problem = config_file::load(None, Some(&dirs)).problems.remove(0);
        format!("config.toml {}", problem.message)
    });
    each_kind("draft.toml", |root| {
        let drafts = Drafts::new(root, root);
        let draft = Draft { key: "k".into(), path: None, base: String::new(), request: Request::default() };
        drafts.write(&draft).unwrap();
        let kept = fs::read_dir(root.join("drafts")).unwrap().next().unwrap().unwrap().path();
        fs::rename(root.join("draft.toml"), kept.join("draft.toml")).unwrap();
        let (found, problems) = drafts.read_all();
        assert_eq!(found, [draft], "the others are read");
        problems[0].to_string()
    });
}

#[test]
fn a_file_without_end_does_not_fill_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.toml");
    fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let shown = at_once(move || load(&path).unwrap_err().to_string());
    assert!(shown.contains("a.toml") && shown.contains("too large"), "{shown}");
}

#[test]
fn a_configuration_that_the_user_names_may_be_a_pipe_or_a_device() {
    let named = |path: &str| config_file::load(Some(Path::new(path)), None);
    assert_eq!(named("/dev/null").problems, []);
    let endless = at_once(move || named("/dev/zero")).problems.remove(0);
    assert!(endless.message.contains("too large"), "{endless:?}");
}
