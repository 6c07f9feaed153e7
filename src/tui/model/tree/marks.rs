//! Marks: several rows of the tree that are moved or deleted together.

use std::collections::BTreeSet;

use super::Tree;
use crate::core::names::RequestPath;

impl Tree {
    /// Marks the row under the cursor, or takes its mark away.
    pub(crate) fn toggle_mark(&mut self) {
        let Some(path) = self.current().map(|node| node.path.clone()) else { return };
        if !self.marked.remove(&path) {
            self.marked.insert(path);
        }
    }

    /// Takes all marks away. Returns whether there was one.
    pub(crate) fn clear_marks(&mut self) -> bool {
        !std::mem::take(&mut self.marked).is_empty()
    }

    /// Whether a row is marked.
    pub(crate) fn is_marked(&self, path: &str) -> bool {
        self.marked.contains(path)
    }

    /// Forgets the marks of rows that are gone.
    pub(super) fn keep_marks(&mut self) {
        if !self.marked.is_empty() {
            let listed: BTreeSet<&RequestPath> = self.nodes.iter().map(|node| &node.path).collect();
            self.marked.retain(|path| listed.contains(path));
        }
    }

    /// The number of marked rows.
    pub(crate) fn marks(&self) -> usize {
        self.marked.len()
    }

    /// What a move or delete is about: the marked rows in their order, those in marked folders with
    /// their folder; else the row under the cursor.
    pub(crate) fn targets(&self) -> Vec<RequestPath> {
        if self.marked.is_empty() {
            return self.current().map(|node| node.path.clone()).into_iter().collect();
        }
        let in_marked =
            |path: &str| path.match_indices('/').any(|(end, _)| self.marked.contains(&path[..end]));
        let marked = self.nodes.iter().filter(|node| self.is_marked(&node.path) && !in_marked(&node.path));
        marked.map(|node| node.path.clone()).collect()
    }
}
