//! Finding a text in every request: what was read of them, and the overlay that lists matches.
//!
//! Owns which requests have yet to be read and what is read at the moment. Refuses to read files.

use std::collections::{BTreeSet, HashSet, VecDeque};

use crate::core::find::{FindEntry, FindHit, FindIndex, FindPlace, narrow};
use crate::core::names::RequestPath;
use crate::tui::editor::Editor;
use crate::tui::model::tree::Node;

/// How many requests are read at once, so that the disk's thread has time for others in between.
const BATCH: usize = 200;

/// The texts of the workspace's requests, as far as they were needed.
#[derive(Debug, Default)]
pub(crate) struct FindTexts {
    /// What is looked through.
    pub index: FindIndex,
    /// What was looked for last.
    pub last_query: String,
    /// The match that was chosen, until its request is on the screen.
    pub chosen: Option<(RequestPath, FindPlace)>,
    /// Requests whose texts are those on the screen, which the disk may not know.
    on_screen: BTreeSet<RequestPath>,
    missing: VecDeque<RequestPath>,
    /// Requests that are being read and haven't changed since.
    reading: BTreeSet<RequestPath>,
    is_reading: bool,
}

impl FindTexts {
    /// Takes the requests as they are on the screen, and notes which others have yet to be read.
    pub(crate) fn refresh(&mut self, nodes: &[Node], on_screen: impl Iterator<Item = FindEntry>) {
        let requests = || nodes.iter().filter(|node| !node.folder).map(|node| &node.path);
        let listed: HashSet<&RequestPath> = requests().collect();
        for path in std::mem::take(&mut self.on_screen) {
            self.index.remove(&path);
        }
        self.index.retain(|path| listed.contains(path));
        for entry in on_screen {
            self.on_screen.insert(entry.path().clone());
            self.index.insert(entry);
        }
        let unknown = requests().filter(|path| !self.index.contains(path) && !self.reading.contains(*path));
        self.missing = unknown.cloned().collect();
    }

    /// The requests to read next; empty while others are being read, and once all were.
    pub(crate) fn next_batch(&mut self) -> Vec<RequestPath> {
        if self.is_reading {
            return Vec::new();
        }
        let batch: Vec<RequestPath> = self.missing.drain(..BATCH.min(self.missing.len())).collect();
        self.is_reading = !batch.is_empty();
        self.reading = batch.iter().cloned().collect();
        batch
    }

    /// Takes what was read, but for what has changed since.
    pub(crate) fn take(&mut self, entries: Vec<FindEntry>) {
        self.is_reading = false;
        for entry in entries {
            if self.reading.remove(entry.path()) && !self.on_screen.contains(entry.path()) {
                self.index.insert(entry);
            }
        }
        // What wasn't taken has changed: the listing that follows says what is there now.
        self.reading.clear();
    }

    /// Gives up a chosen match of any other request: the user has gone on to this one.
    pub(crate) fn keep_chosen(&mut self, shown: &str) {
        self.chosen.take_if(|(path, _)| *path != *shown);
    }

    /// Gives up a chosen match of this request, which can't be read.
    pub(crate) fn drop_chosen(&mut self, unreadable: &str) {
        self.chosen.take_if(|(path, _)| *path == *unreadable);
    }

    /// The text of a request may be another.
    pub(crate) fn forget(&mut self, path: &str) {
        self.index.remove(path);
        self.reading.remove(path);
    }

    /// Every text may be another.
    pub(crate) fn forget_all(&mut self) {
        self.index.clear();
        self.reading.clear();
    }

    /// How many requests have yet to be read.
    pub(crate) fn unread(&self) -> usize {
        self.missing.len() + self.reading.len()
    }
}

/// The overlay: what is typed, and where that is.
#[derive(Clone, Debug)]
pub(crate) struct Find {
    /// What is looked for.
    pub query: Editor,
    hits: Vec<FindHit>,
    /// The text that the hits are for.
    searched: String,
    selected: usize,
}

impl Find {
    /// Starts with a text, selected so that typing replaces it.
    pub(crate) fn new(query: &str) -> Self {
        let mut editor = Editor::new(query, false);
        editor.select_all();
        Self { query: editor, hits: Vec::new(), searched: String::new(), selected: 0 }
    }

    /// The matches, those in names first.
    pub(crate) fn hits(&self) -> &[FindHit] {
        &self.hits
    }

    /// The index of the selection among the matches.
    pub(crate) fn selected(&self) -> usize {
        self.selected
    }

    /// The selected match.
    pub(crate) fn choice(&self) -> Option<&FindHit> {
        self.hits.get(self.selected)
    }

    /// Moves the selection within the list.
    pub(crate) fn move_by(&mut self, by: isize) {
        self.selected = self.selected.saturating_add_signed(by).min(self.hits.len().saturating_sub(1));
    }

    /// Looks for what is typed. A text that only got longer is looked for where it was found.
    pub(crate) fn look(&mut self, index: &FindIndex) {
        let query = self.query.text();
        if query == self.searched {
            return;
        }
        let longer = !self.searched.is_empty() && query.starts_with(&self.searched);
        let before = std::mem::take(&mut self.hits);
        self.hits = if longer { narrow(before, &query) } else { index.search(&query) };
        self.searched = query;
        self.selected = 0;
    }

    /// Looks again in other texts. The selection stays on its request.
    pub(crate) fn look_again(&mut self, index: &FindIndex) {
        let selected = self.choice().filter(|_| self.selected > 0).map(|hit| hit.entry().path().clone());
        self.searched = self.query.text();
        self.hits = index.search(&self.searched);
        let place = selected.and_then(|path| self.hits.iter().position(|hit| *hit.entry().path() == path));
        self.selected = place.unwrap_or(0);
    }
}
