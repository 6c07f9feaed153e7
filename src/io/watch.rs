//! Noticing that files of a workspace change.
//!
//! Owns the watches on its listed folders and on the configuration, and gathers what happens within
//! a moment. Refuses to read what changed. Where the system doesn't notify (some network file
//! systems), nothing is reported, and nothing is polled.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use notify::event::ModifyKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::store::workspace::{FOLDER_FILE, WORKSPACE_FILE};
use crate::core::collection::{MAX_FOLDER_DEPTH, is_folder, is_request};

/// A change is reported once nothing more has happened for this long,
const QUIET: Duration = Duration::from_millis(20);
/// or this long after it, whatever else happens.
const GATHER: Duration = Duration::from_millis(80);

/// What changed within a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Requests and our own files, by their path in the workspace.
    pub paths: BTreeSet<String>,
    /// Folders came or went, or the system has lost count: everything may be another.
    pub anything: bool,
    /// The configuration.
    pub config: bool,
    /// Why some changes won't be noticed.
    pub blind: Option<String>,
}

/// Watches a workspace, and a configuration file if there is one, until `report` returns false.
///
/// # Errors
/// What the system says when it can't notify at all.
pub fn watch(root: &Path, config: Option<&Path>, report: impl FnMut(Changes) -> bool) -> notify::Result<()> {
    let (sender, events) = channel();
    let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // Reading, ours included, changes nothing.
        if !event.as_ref().is_ok_and(|event| is_no_change(event.kind)) {
            // Fails only once nobody watches any more.
            let _ = sender.send(event);
        }
    })?;
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let config = config.map(|file| file.canonicalize().unwrap_or_else(|_| file.to_owned()));
    Watch { watcher, root, config, watched: BTreeSet::new(), found: Changes::default() }.run(&events, report);
    Ok(())
}

fn is_no_change(kind: EventKind) -> bool {
    matches!(kind, EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)))
}

struct Watch {
    watcher: RecommendedWatcher,
    root: PathBuf,
    config: Option<PathBuf>,
    watched: BTreeSet<PathBuf>,
    /// What is to be reported.
    found: Changes,
}

impl Watch {
    fn run(mut self, events: &Receiver<notify::Result<Event>>, mut report: impl FnMut(Changes) -> bool) {
        self.cover();
        loop {
            let found = std::mem::take(&mut self.found);
            if found != Changes::default() && !report(found) {
                return;
            }
            let Ok(first) = events.recv() else { return };
            self.take(first);
            let until = Instant::now() + GATHER;
            while let Some(left) = until.checked_duration_since(Instant::now()) {
                let Ok(event) = events.recv_timeout(left.min(QUIET)) else { break };
                self.take(event);
            }
            if self.found.anything {
                self.cover();
            }
        }
    }

    /// Watches every folder that is to be watched and isn't yet.
    fn cover(&mut self) {
        // A folder that is made after its parent was listed and before that is watched is seen by nobody,
        // so all are listed once more.
        let mut first = true;
        while self.watch_new() {
            self.found.anything |= !first;
            first = false;
        }
    }

    /// Watches the folders that are there now; whether there were new ones.
    fn watch_new(&mut self) -> bool {
        let mut new = false;
        for folder in self.wanted() {
            if self.watched.contains(&folder) {
                continue;
            }
            match self.watcher.watch(&folder, RecursiveMode::NonRecursive) {
                Ok(()) => new |= self.watched.insert(folder),
                Err(_) if !folder.is_dir() => {}
                Err(error) => {
                    self.found.blind = Some(error.to_string());
                    // The system's limit holds for all others, too.
                    return false;
                }
            }
        }
        new
    }

    fn wanted(&self) -> Vec<PathBuf> {
        let mut wanted = Vec::new();
        if self.root.is_dir() {
            listed_folders(&self.root, 0, &mut wanted);
        } else {
            // The user's own workspace isn't there before something is saved.
            wanted.extend(self.root.ancestors().find(|folder| folder.is_dir()).map(Path::to_owned));
        }
        wanted.extend(self.config.as_deref().and_then(Path::parent).map(Path::to_owned));
        wanted
    }

    fn take(&mut self, event: notify::Result<Event>) {
        match event {
            Ok(event) => {
                self.found.anything |= event.need_rescan();
                event.paths.iter().for_each(|path| self.take_path(path));
            }
            Err(_) => self.found.anything = true,
        }
    }

    fn take_path(&mut self, path: &Path) {
        if self.config.as_deref() == Some(path) {
            self.found.config = true;
        }
        let Ok(inside) = path.strip_prefix(&self.root) else {
            // One of the folders above, watched until the workspace is there.
            self.found.anything |= self.root.starts_with(path) && !self.watched.contains(&self.root);
            return;
        };
        let Some(parts) = inside.iter().map(|part| part.to_str()).collect::<Option<Vec<_>>>() else { return };
        let Some((name, folders)) = parts.split_last() else {
            self.found.anything = true;
            return;
        };
        if !folders.iter().all(|folder| is_folder(folder)) {
            return;
        }
        if is_request(name) || *name == FOLDER_FILE || *name == WORKSPACE_FILE {
            self.found.paths.insert(parts.join("/"));
        }
        if is_folder(name) && (path.is_dir() || self.watched.contains(path)) {
            self.found.anything = true;
            self.forget(path);
        }
    }

    /// Gives up the watches at and below a folder that came or went: they are those of another folder.
    fn forget(&mut self, folder: &Path) {
        let (gone, kept) =
            std::mem::take(&mut self.watched).into_iter().partition(|watched| watched.starts_with(folder));
        self.watched = kept;
        let gone: BTreeSet<PathBuf> = gone;
        for folder in gone {
            // A folder that is gone has no watch left.
            let _ = self.watcher.unwatch(&folder);
        }
    }
}

/// A folder and those below it whose requests are listed.
fn listed_folders(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    found.push(folder.to_owned());
    if depth == MAX_FOLDER_DEPTH {
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_listed = entry.file_name().to_str().is_some_and(is_folder)
            && entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_listed {
            listed_folders(&entry.path(), depth + 1, found);
        }
    }
}
