//! Files that change are noticed, and reading them isn't a change.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use signpost::io::watch::{Changes, watch};

/// Longer than any report takes on a busy machine.
const LONG: Duration = Duration::from_secs(20);

fn watching(root: &Path, config: Option<&Path>) -> Receiver<Changes> {
    let (sender, changes) = channel();
    let (root, config) = (root.to_owned(), config.map(Path::to_owned));
    thread::spawn(move || watch(&root, config.as_deref(), |found| sender.send(found).is_ok()));
    changes
}

/// Does something until it is noticed: nobody knows when the watching begins. Gives what was noticed.
fn noticed(changes: &Receiver<Changes>, mut act: impl FnMut(), wanted: impl Fn(&Changes) -> bool) -> Changes {
    let until = Instant::now() + LONG;
    let mut all = Changes::default();
    while Instant::now() < until {
        act();
        while let Ok(found) = changes.recv_timeout(Duration::from_millis(300)) {
            all.paths.extend(found.paths);
            (all.anything, all.config) = (all.anything || found.anything, all.config || found.config);
            if wanted(&all) {
                return all;
            }
        }
    }
    panic!("only this was noticed: {all:?}");
}

#[test]
fn requests_folders_and_the_configuration_are_noticed_and_nothing_else_is() {
    let place = tempfile::tempdir().unwrap();
    let (root, config) = (place.path().join("work"), place.path().join("config.toml"));
    fs::create_dir_all(root.join("api")).unwrap();
    fs::create_dir_all(root.join("node_modules")).unwrap();
    let changes = watching(&root, Some(&config));
    let has = |path: &'static str| move |all: &Changes| all.paths.contains(path);
    noticed(&changes, || fs::write(root.join("a.toml"), "").unwrap(), has("a.toml"));
    for file in ["node_modules/x.toml", ".hidden.toml", "notes.md", "Cargo.toml"] {
        fs::write(root.join(file), "").unwrap();
    }
    let all = noticed(&changes, || fs::write(root.join("api/b.toml"), "").unwrap(), has("api/b.toml"));
    assert!(all.paths.iter().all(|path| ["a.toml", "api/b.toml"].contains(&path.as_str())), "{all:?}");
    assert!(!all.anything);
    noticed(&changes, || fs::write(root.join("signpost.toml"), "").unwrap(), has("signpost.toml"));
    noticed(&changes, || fs::write(&config, "").unwrap(), |all| all.config);
    // A folder made later is watched as well.
    fs::create_dir(root.join("new")).unwrap();
    noticed(&changes, || fs::write(root.join("new/c.toml"), "").unwrap(), has("new/c.toml"));
    let all = noticed(&changes, || drop(fs::remove_file(root.join("a.toml"))), has("a.toml"));
    assert_eq!(all.paths, BTreeSet::from(["a.toml".to_owned()]));
    // Reading changes nothing.
    for name in ["api/b.toml", "signpost.toml"] {
        fs::read(root.join(name)).unwrap();
    }
    let all = noticed(&changes, || fs::write(root.join("last.toml"), "").unwrap(), has("last.toml"));
    assert!(!all.paths.contains("api/b.toml") && !all.paths.contains("signpost.toml"), "{all:?}");
}

#[test]
fn a_workspace_that_is_not_there_yet_is_noticed_once_it_is() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("data/workspace");
    let changes = watching(&root, None);
    let act = || {
        fs::create_dir_all(&root).unwrap();
        fs::write(root.join("a.toml"), "").unwrap();
    };
    noticed(&changes, act, |all| all.paths.contains("a.toml"));
}
