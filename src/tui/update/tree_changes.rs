//! Paths of requests and folders: created, copied, moved, deleted. A request that was never on disk
//! has its path in the tree alone.

use std::collections::BTreeSet;

use crate::config::command::Command;
use crate::core::collection::{self, safe_name};
use crate::core::request::{AuthKind, Request};
use crate::io::store::collections::Trashed;
use crate::tui::effect::Effect;
use crate::tui::keymap;
use crate::tui::model::field::EditorField;
use crate::tui::model::open_request::OpenRequest;
use crate::tui::model::tree::Node;
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::update::files::{draft, folder_prefix, keep_tree_in_view, touched};
use crate::tui::update::{editing, saving};

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
fn insert(nodes: &mut Vec<Node>, path: &str) {
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
    nodes.insert(at, Node { path: path.to_owned(), depth, folder });
}

/// True for what lies in a folder, however deep.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// A new request that is not on disk yet.
pub(super) fn create(model: &mut Model, name: &str, mut request: Request) -> Vec<Effect> {
    let path = free_path(model, name);
    if request.method.is_empty() {
        "GET".clone_into(&mut request.method);
    }
    if request.auth.kind == AuthKind::Inherit && request.url.is_empty() && model.has_no_auth() {
        request.auth.kind = AuthKind::None;
    }
    let empty = request.url.is_empty();
    // What was being typed belongs to another request, even if it cannot be.
    let mut effects = editing::leave(model);
    model.editing = None;
    model.open_requests.insert(path.clone(), OpenRequest::new(path.clone(), request, None, None));
    let mut nodes = model.tree.nodes().to_vec();
    insert(&mut nodes, &path);
    model.tree.set_nodes(nodes);
    model.tree.go_to(&path);
    keep_tree_in_view(model);
    model.current = Some(path.clone());
    model.focus = Pane::Url;
    effects.push(Effect::Surroundings(path));
    if empty {
        editing::start(model, EditorField::Url);
    }
    effects.extend(touched(model));
    effects
}

/// A copy of a request under another name, saved at once.
pub(super) fn create_and_save(model: &mut Model, name: &str, request: Request) -> Vec<Effect> {
    let mut effects = create(model, name, request);
    effects.extend(editing::leave(model));
    effects.extend(saving::save_now(model));
    effects
}

/// A path that no request has.
fn free_path(model: &Model, name: &str) -> String {
    let base = collection::without_extension(name.trim_matches('/'));
    let taken = |path: &str| {
        model.open_requests.contains_key(path)
            || model.tree.nodes().iter().any(|node| node.path.eq_ignore_ascii_case(path))
    };
    let parts: Vec<String> = base.split('/').filter(|part| !part.trim().is_empty()).map(safe_name).collect();
    let first = if parts.is_empty() { safe_name("") } else { parts.join("/") };
    (1..)
        .map(|n| if n == 1 { format!("{first}.toml") } else { format!("{first}-{n}.toml") })
        .find(|path| !taken(path))
        .unwrap_or(first)
}

/// A name for a request that came from elsewhere, made of its URL.
pub(super) fn name_for(model: &Model, request: &Request) -> String {
    let address = request.url.split("://").last().unwrap_or_default();
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let last = path.split(['?', '#']).next().unwrap_or_default().rsplit('/').find(|part| !part.is_empty());
    let name = last.unwrap_or(host.split([':', '.']).next().unwrap_or("request"));
    format!("{}{}-{name}", folder_prefix(model), request.method.to_lowercase())
}

/// A request or folder has another path.
pub(super) fn moved(model: &mut Model, from: &str, to: &str) -> Vec<Effect> {
    let renamed = |path: &str| -> Option<String> {
        if path == from {
            return Some(to.to_owned());
        }
        Some(format!("{to}/{}", path.strip_prefix(from)?.strip_prefix('/')?))
    };
    let mut effects = Vec::new();
    let paths: BTreeSet<String> = model.open_requests.keys().chain(model.exchanges.keys()).cloned().collect();
    for (path, new) in paths.into_iter().filter_map(|path| Some((path.clone(), renamed(&path)?))) {
        if let Some(exchange) = model.exchanges.remove(&path) {
            model.exchanges.insert(new.clone(), exchange);
        }
        if let Some(mut open) = model.open_requests.remove(&path) {
            open.path.clone_from(&new);
            if open.is_dirty() {
                effects.push(Effect::RemoveDraft(path));
                effects.push(draft(&open));
            }
            model.open_requests.insert(new, open);
        }
    }
    model.current = model.current.take().map(|path| renamed(&path).unwrap_or(path));
    model.tree.rename(from, to);
    model.say(NoticeKind::Good, format!("{from} is now {to}"));
    effects.push(Effect::List);
    effects
}

/// A request or folder is in the trash.
pub(super) fn deleted(model: &mut Model, path: &str, trashed: Trashed) -> Vec<Effect> {
    let mut effects = close(model, path);
    model.deleted.push(trashed);
    let undo = keymap::says(model, Command::Undo, "takes it back");
    model.say(NoticeKind::Good, format!("{path} is in the trash: {undo}"));
    effects.push(Effect::List);
    effects
}

/// Closes a request, or all of a folder, with drafts and sends.
fn close(model: &mut Model, path: &str) -> Vec<Effect> {
    let inside = |other: &str| other == path || is_below(other, path);
    let mut effects = Vec::new();
    let sends = model.exchanges.iter().filter(|(other, exchange)| inside(other) && exchange.is_under_way());
    effects.extend(sends.map(|(_, exchange)| Effect::Cancel(exchange.id)));
    let dirty = model.dirty().map(|open| &open.path).filter(|other| inside(other));
    effects.extend(dirty.cloned().map(Effect::RemoveDraft));
    model.exchanges.retain(|other, _| !inside(other));
    model.open_requests.retain(|other, _| !inside(other));
    if model.current.as_deref().is_some_and(inside) {
        (model.current, model.editing) = (None, None);
    }
    effects
}

/// True for a request that was never on disk.
pub(super) fn is_unsaved(model: &Model, path: &str) -> bool {
    model.open_requests.get(path).is_some_and(|open| open.saved.is_none())
}

/// Deletes a request or folder; a request that was never on disk is just forgotten.
pub(super) fn delete(model: &mut Model, path: String) -> Vec<Effect> {
    if !is_unsaved(model, &path) {
        return vec![Effect::Delete(path)];
    }
    let mut effects = close(model, &path);
    model.say(NoticeKind::Info, format!("{path} was never saved and is gone"));
    effects.push(Effect::List);
    effects
}

/// Gives a request or folder another path; one that was never on disk has it at once.
pub(super) fn rename(model: &mut Model, from: String, to: &str) -> Vec<Effect> {
    if !is_unsaved(model, &from) {
        return vec![Effect::Move(from, to.to_owned())];
    }
    if collection::without_extension(&from) == collection::without_extension(to) {
        return Vec::new();
    }
    let to = free_path(model, to);
    moved(model, &from, &to)
}

/// Copies a request or folder; one that was never on disk is copied as it stands.
pub(super) fn duplicate(model: &mut Model, path: String) -> Vec<Effect> {
    match model.open_requests.get(&path).filter(|open| open.saved.is_none()) {
        Some(open) => {
            let request = open.request.clone();
            create(model, &path, request)
        }
        None => vec![Effect::Duplicate(path)],
    }
}
