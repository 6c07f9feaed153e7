//! The tree of requests on the screen.
//!
//! Owns which folders are open, where the cursor is, and what is known of each request. Refuses to
//! access the disk: listings and files arrive in messages.

use std::collections::{BTreeMap, BTreeSet};

use crate::core::collection;
use crate::core::names::RequestPath;
use crate::tui::text;

mod marks;

/// One folder or request, in the order in which the tree lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// Path in the workspace, with `/` between its parts.
    pub path: RequestPath,
    /// Its depth; 0 is the top level of the workspace.
    pub depth: u16,
    /// Whether it is a folder.
    pub folder: bool,
}

/// What is known of a request whose file has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// A valid request.
    Request {
        /// Display name, if it has one.
        name: Option<String>,
        /// Method.
        method: String,
    },
    /// An invalid file; the text says why and where.
    Broken(String),
}

/// What the last send of a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LastSend {
    /// A response of this status.
    Status(u16),
    /// No response.
    Failed,
}

/// The tree of requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    /// Closed folders.
    folded: BTreeSet<RequestPath>,
    /// Rows that are moved or deleted together.
    marked: BTreeSet<RequestPath>,
    labels: BTreeMap<RequestPath, Label>,
    last_sends: BTreeMap<RequestPath, LastSend>,
    /// Labels that may have changed on disk, shown until they are read again.
    outdated: BTreeSet<RequestPath>,
    /// Indices of the visible nodes.
    shown: Vec<usize>,
    cursor: usize,
    /// Columns of the widest row that has been seen.
    widest: usize,
    /// Where the cursor goes with the next listing.
    awaited: Option<RequestPath>,
    /// First visible row.
    pub scroll: usize,
}

impl Tree {
    /// Sets a new listing. The cursor stays on its path, if that still exists.
    pub(crate) fn set_nodes(&mut self, nodes: Vec<Node>) {
        let path = self.awaited.take().or_else(|| self.current().map(|node| node.path.clone()));
        self.nodes = nodes;
        self.keep_marks();
        self.refresh();
        if let Some(path) = path {
            self.go_to(&path);
        }
    }

    /// Every node.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The nodes that aren't inside a closed folder.
    pub(crate) fn shown(&self) -> impl ExactSizeIterator<Item = &Node> {
        self.shown.iter().map(|&i| &self.nodes[i])
    }

    /// The visible node at a row.
    pub(crate) fn at(&self, row: usize) -> Option<&Node> {
        self.shown.get(row).map(|&i| &self.nodes[i])
    }

    /// The row of the cursor.
    pub(crate) fn cursor(&self) -> usize {
        self.cursor
    }

    /// The node under the cursor.
    pub(crate) fn current(&self) -> Option<&Node> {
        self.at(self.cursor)
    }

    /// Moves the cursor to a row, clamped to the tree.
    pub(crate) fn set_cursor(&mut self, row: usize) {
        self.cursor = row.min(self.shown.len().saturating_sub(1));
    }

    /// Moves the cursor within the tree.
    pub(crate) fn move_by(&mut self, by: isize) {
        self.set_cursor(self.cursor.saturating_add_signed(by));
    }

    /// Moves the cursor to a path, opening the folders above it. Returns whether it exists.
    pub(crate) fn go_to(&mut self, path: &str) -> bool {
        let mut above = path;
        let mut opened = false;
        while let Some((folder, _)) = above.rsplit_once('/') {
            opened |= self.folded.remove(folder);
            above = folder;
        }
        if opened {
            self.refresh();
        }
        match self.shown.iter().position(|&i| self.nodes[i].path == path) {
            Some(row) => {
                self.cursor = row;
                true
            }
            None => {
                self.set_cursor(self.cursor);
                false
            }
        }
    }

    /// Moves the cursor to a path that the next listing brings.
    pub(crate) fn await_path(&mut self, path: RequestPath) {
        self.awaited = Some(path);
    }

    /// Whether a folder is closed.
    pub(crate) fn is_folded(&self, path: &str) -> bool {
        self.folded.contains(path)
    }

    /// Paths of the folded folders.
    pub(crate) fn folded(&self) -> impl Iterator<Item = &RequestPath> {
        self.folded.iter()
    }

    /// Closes or opens a folder.
    pub(crate) fn fold(&mut self, path: &str, folded: bool) {
        let changed = if folded { self.folded.insert(path.into()) } else { self.folded.remove(path) };
        if changed {
            self.refresh();
        }
    }

    /// What is known of a request.
    pub(crate) fn label(&self, path: &str) -> Option<&Label> {
        self.labels.get(path)
    }

    /// Sets what is known of a request.
    pub(crate) fn set_label(&mut self, path: &str, label: Label) {
        if let Label::Request { name: Some(name), .. } = &label {
            let around = around_name(path.matches('/').count(), false);
            self.widest = self.widest.max(around + text::text_width(name));
        }
        self.outdated.remove(path);
        self.labels.insert(path.into(), label);
    }

    /// Has every label read again where it is seen, after files may have changed.
    pub(crate) fn outdate_labels(&mut self) {
        self.outdated = self.labels.keys().cloned().collect();
    }

    /// What the last send of a request came to, once it has come to something.
    pub(crate) fn last_send(&self, path: &str) -> Option<LastSend> {
        self.last_sends.get(path).copied()
    }

    /// Notes what a send came to; `None` for one that has just begun, or was cancelled.
    pub(crate) fn set_last_send(&mut self, path: &str, came_to: Option<LastSend>) {
        match came_to {
            Some(came_to) => self.last_sends.insert(path.into(), came_to),
            None => self.last_sends.remove(path),
        };
    }

    /// Columns that show every row in full, as far as their names have been read.
    pub(crate) fn widest(&self) -> usize {
        self.widest
    }

    /// Moves what is known of a path, and of everything below it, to another path.
    pub(crate) fn rename(&mut self, from: &str, to: &str) {
        let renamed = |path: &str| match path.strip_prefix(from) {
            Some("") => RequestPath::from(to),
            Some(rest) if rest.starts_with('/') => format!("{to}{rest}").into(),
            Some(_) | None => path.into(),
        };
        self.folded = self.folded.iter().map(|path| renamed(path)).collect();
        self.marked = self.marked.iter().map(|path| renamed(path)).collect();
        self.last_sends = self.last_sends.iter().map(|(path, sent)| (renamed(path), *sent)).collect();
        let labels = std::mem::take(&mut self.labels);
        self.labels = labels.into_iter().map(|(path, label)| (renamed(&path), label)).collect();
        self.outdate_labels();
        for node in &mut self.nodes {
            node.path = renamed(&node.path);
        }
    }

    /// Paths of the requests among the `height` visible rows whose files haven't been read.
    pub(crate) fn unlabelled(&self, height: usize) -> Vec<RequestPath> {
        self.shown()
            .skip(self.scroll)
            .take(height)
            .filter(|node| !node.folder)
            .filter(|node| !self.labels.contains_key(&node.path) || self.outdated.contains(&node.path))
            .map(|node| node.path.clone())
            .collect()
    }

    /// Scrolls so that the cursor is within `height` rows.
    pub(crate) fn keep_in_view(&mut self, height: usize) {
        let last = self.shown.len().saturating_sub(height);
        if self.cursor < self.scroll {
            self.scroll = self.cursor;
        } else if height > 0 && self.cursor >= self.scroll + height {
            self.scroll = self.cursor + 1 - height;
        }
        self.scroll = self.scroll.min(last);
    }

    /// Updates the list of visible nodes.
    fn refresh(&mut self) {
        self.shown.clear();
        self.widest = 0;
        let mut hidden_below: Option<u16> = None;
        for (i, node) in self.nodes.iter().enumerate() {
            if hidden_below.is_some_and(|depth| node.depth > depth) {
                continue;
            }
            hidden_below = (node.folder && self.folded.contains(&node.path)).then_some(node.depth);
            self.shown.push(i);
            self.widest = at_least_row(self.widest, node, self.labels.get(&node.path));
        }
        self.set_cursor(self.cursor);
    }
}

/// Columns of the method in front of a name.
pub(crate) const METHOD: usize = 5;
/// Columns of the last status behind a name, with its mark. They are kept free, so that no name jumps.
pub(crate) const STATUS: usize = 6;
/// Columns of the mark of a request that isn't saved.
pub(crate) const UNSAVED: usize = 2;

/// The wider of `widest` and the row of a node.
fn at_least_row(widest: usize, node: &Node, label: Option<&Label>) -> usize {
    let name = match label {
        Some(Label::Request { name: Some(name), .. }) => name,
        Some(Label::Request { name: None, .. } | Label::Broken(_)) | None => collection::stem(&node.path),
    };
    let around = around_name(usize::from(node.depth), node.folder);
    // No character has more columns than bytes, and bytes need no counting: there may be ten thousand.
    if around + name.len() <= widest { widest } else { widest.max(around + text::text_width(name)) }
}

/// Columns of a row without its name.
fn around_name(depth: usize, folder: bool) -> usize {
    2 * depth + if folder { 2 } else { METHOD + UNSAVED + STATUS }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let node = |path: &str, folder| Node {
            path: path.into(),
            depth: u16::try_from(path.matches('/').count()).unwrap(),
            folder,
        };
        let mut tree = Tree::default();
        tree.set_nodes(vec![
            node("a", true),
            node("a/b", true),
            node("a/b/c.toml", false),
            node("a/d.toml", false),
            node("e.toml", false),
        ]);
        tree
    }

    fn shown(tree: &Tree) -> Vec<&str> {
        tree.shown().map(|node| node.path.as_str()).collect()
    }

    #[test]
    fn a_folded_folder_hides_all_below_it() {
        let mut tree = tree();
        tree.set_cursor(4);
        tree.fold("a", true);
        assert_eq!(shown(&tree), ["a", "e.toml"]);
        assert_eq!(tree.current().map(|n| n.path.as_str()), Some("e.toml"));
        assert!(tree.go_to("a/b/c.toml"));
        assert_eq!(shown(&tree).len(), 5);
    }

    #[test]
    fn a_new_listing_keeps_the_cursor_on_its_path() {
        let mut tree = tree();
        tree.go_to("e.toml");
        let mut nodes = tree.nodes().to_vec();
        nodes.insert(0, Node { path: "0.toml".into(), depth: 0, folder: false });
        tree.set_nodes(nodes);
        assert_eq!(tree.current().map(|n| n.path.as_str()), Some("e.toml"));
        tree.set_nodes(Vec::new());
        assert_eq!(tree.current(), None);
    }

    #[test]
    fn only_visible_rows_are_read() {
        let mut tree = tree();
        assert_eq!(tree.unlabelled(3), ["a/b/c.toml"]);
        tree.set_cursor(4);
        tree.keep_in_view(2);
        assert_eq!(tree.scroll, 3);
        assert_eq!(tree.unlabelled(2), ["a/d.toml", "e.toml"]);
        tree.set_label("e.toml", Label::Broken("line 1".into()));
        assert_eq!(tree.unlabelled(2), ["a/d.toml"]);
    }
}
