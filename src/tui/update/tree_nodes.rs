//! Nodes of the tree on the screen: where they stand, which are in view, which are to be read.
//!
//! Owns what the tree's pane needs from any change. Refuses to open or change requests.

use crate::core::collection;
use crate::core::names::RequestPath;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::layout::inside;
use crate::tui::model::Model;
use crate::tui::model::tree::Node;

/// The folder at the tree's cursor; empty for the workspace.
pub(super) fn folder(model: &Model) -> RequestPath {
    match model.tree.current() {
        Some(node) if node.folder => node.path.clone(),
        Some(node) => collection::parent(&node.path).into(),
        None => "".into(),
    }
}

/// Rows of the tree on the screen.
fn tree_rows(model: &Model) -> usize {
    model.areas().and_then(|areas| areas.tree).map_or(0, |area| usize::from(inside(area).height))
}

/// Scrolls the tree so that its cursor is on the screen.
pub(super) fn keep_tree_in_view(model: &mut Model) {
    let height = tree_rows(model);
    if height > 0 {
        model.tree.keep_in_view(height);
    }
}

/// Asks for what the files on the screen say.
pub(super) fn label_effects(model: &Model) -> Vec<Effect> {
    let mut paths = model.tree.unlabelled(tree_rows(model));
    // The disk knows nothing of a request that was never saved.
    paths.retain(|path| !is_unsaved(model, path));
    if paths.is_empty() { Vec::new() } else { vec![DiskEffect::Labels { paths }.into()] }
}

/// Requests that were never saved stand in the tree as well.
pub(super) fn with_unsaved(model: &Model, mut nodes: Vec<Node>) -> Vec<Node> {
    for open in model.open_requests.values().filter(|open| open.saved.is_none()) {
        if !nodes.iter().any(|node| node.path == open.path) {
            insert(&mut nodes, &open.path);
        }
    }
    nodes
}

/// Puts a request's node behind its folder's last one, with the folders that it needs.
pub(super) fn insert(nodes: &mut Vec<Node>, path: &str) {
    for (end, _) in path.match_indices('/') {
        if !nodes.iter().any(|node| node.path == path[..end]) {
            insert_one(nodes, &path[..end], true);
        }
    }
    insert_one(nodes, path, false);
}

fn insert_one(nodes: &mut Vec<Node>, path: &str, folder: bool) {
    let depth = u16::try_from(path.matches('/').count()).unwrap_or(u16::MAX);
    let parent = collection::parent(path);
    let inside = |node: &Node| parent.is_empty() || node.path == parent || is_below(&node.path, parent);
    let at = nodes.iter().rposition(inside).map_or(nodes.len(), |at| at + 1);
    nodes.insert(at, Node { path: RequestPath::from(path), depth, folder });
}

/// True for what lies in a folder, however deep.
pub(super) fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// True for a request that was never on disk.
pub(super) fn is_unsaved(model: &Model, path: &str) -> bool {
    model.open_requests.get(path).is_some_and(|open| open.saved.is_none())
}
