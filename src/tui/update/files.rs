//! Requests on disk: which one is shown, opened, saved, created, moved, deleted.

use std::collections::BTreeSet;

use crate::config::command::Command;
use crate::core::collection::{self, safe_name};
use crate::core::request::{AuthKind, Request};
use crate::io::store::Loaded;
use crate::io::store::collections::Trashed;
use crate::io::store::workspace::Workspace;
use crate::tui::effect::Effect;
use crate::tui::layout::inside;
use crate::tui::model::buffer::Buffer;
use crate::tui::model::field::{Slot, Tab};
use crate::tui::model::overlay::{Confirm, Conflict, Overlay};
use crate::tui::model::tree::{Label, Node};
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::msg::Opened;
use crate::tui::update::{editing, waiting};

/// A path without the ending of request files.
pub(super) fn stem(path: &str) -> &str {
    path.strip_suffix(".toml").unwrap_or(path)
}

/// The folder at the tree's cursor, with a `/` behind it.
pub(super) fn folder_prefix(model: &Model) -> String {
    match model.tree.current() {
        Some(node) if node.folder => format!("{}/", node.path),
        Some(node) => node.path.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default(),
        None => String::new(),
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
    let paths = model.tree.unlabelled(tree_rows(model));
    if paths.is_empty() { Vec::new() } else { vec![Effect::Labels(paths)] }
}

/// Shows the request under the tree's cursor, reading it when it is not open.
pub(super) fn show_cursor(model: &mut Model) -> Vec<Effect> {
    let Some(node) = model.tree.current().filter(|node| !node.folder).cloned() else { return Vec::new() };
    if model.current.as_deref() == Some(node.path.as_str()) && model.buffers.contains_key(&node.path) {
        return Vec::new();
    }
    model.response_scroll = 0;
    let tab = model.buffer().map(|shown| shown.tab);
    if let Some(buffer) = model.buffers.get_mut(&node.path) {
        buffer.tab = tab.unwrap_or(buffer.tab);
        model.current = Some(node.path.clone());
        model.opening = None;
        return preview(model, &node.path).into_iter().collect();
    }
    model.opening = Some(node.path.clone());
    vec![Effect::Open(node.path)]
}

/// Shows the next or previous request of the tree, passing over folders.
pub(super) fn show_next(model: &mut Model, forward: bool) -> Vec<Effect> {
    let at = model.tree.cursor();
    let requests: Vec<usize> =
        model.tree.shown().enumerate().filter(|(_, n)| !n.folder).map(|(i, _)| i).collect();
    let next = if forward {
        requests.into_iter().find(|row| *row > at)
    } else {
        requests.into_iter().rev().find(|row| *row < at)
    };
    let Some(next) = next else {
        model.say(
            NoticeKind::Info,
            if forward { "This is the last request" } else { "This is the first request" },
        );
        return Vec::new();
    };
    model.tree.set_cursor(next);
    keep_tree_in_view(model);
    let answered = model.tree.current().is_some_and(|node| model.exchanges.contains_key(&node.path));
    if !answered && model.focus == Pane::Response {
        // Where one of the two is folded, a request that was not sent shows itself.
        (model.focus, model.front) = (Pane::Request, Pane::Request);
    }
    let mut effects = show_cursor(model);
    effects.extend(label_effects(model));
    effects
}

/// Closes the shown request if nothing in it would be lost.
fn forget_untouched(model: &mut Model) {
    let Some(path) = model.current.clone() else { return };
    let untouched =
        model.buffers.get(&path).is_some_and(|buffer| !buffer.is_dirty() && !buffer.has_history());
    if untouched && !model.exchanges.contains_key(&path) && !model.keeping.contains(&path) {
        model.buffers.remove(&path);
    }
}

/// Takes a listing of the workspace.
pub(super) fn listed(model: &mut Model, workspace: Workspace, nodes: Vec<Node>) -> Vec<Effect> {
    model.workspace = workspace;
    model.tree.forget_labels();
    model.tree.set_nodes(with_unsaved(model, nodes));
    keep_tree_in_view(model);
    let mut effects = label_effects(model);
    if model.current.is_none() {
        effects.extend(show_nearest(model));
    }
    effects.extend(preview_all(model));
    effects
}

/// Puts the cursor on the request that is nearest to it, those below first, and shows it.
fn show_nearest(model: &mut Model) -> Vec<Effect> {
    let at = model.tree.cursor();
    let requests = || model.tree.shown().enumerate().filter(|(_, node)| !node.folder).map(|(row, _)| row);
    let Some(row) = requests().find(|row| *row >= at).or_else(|| requests().last()) else {
        return Vec::new();
    };
    model.tree.set_cursor(row);
    keep_tree_in_view(model);
    show_cursor(model)
}

/// Requests that were never saved stand in the tree as well.
fn with_unsaved(model: &Model, mut nodes: Vec<Node>) -> Vec<Node> {
    for buffer in model.buffers.values().filter(|buffer| buffer.saved.is_none()) {
        if !nodes.iter().any(|node| node.path == buffer.path) {
            insert(&mut nodes, &buffer.path);
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

/// Takes a request that was read.
pub(super) fn opened(model: &mut Model, opened: Opened) -> Vec<Effect> {
    let path = opened.path.clone();
    let taking_theirs = model.take_theirs.remove(&path);
    let label = Label::Request { name: opened.request.name.clone(), method: opened.request.method.clone() };
    model.tree.set_label(&path, label);
    model.opening.take_if(|opening| *opening == path);
    let under_cursor = model.tree.current().is_some_and(|node| node.path == path);
    let wanted = under_cursor || model.current.is_none();
    match model.buffers.get_mut(&path) {
        Some(buffer) => buffer.reload(opened, taking_theirs),
        // The cursor has moved on, past a request that nobody looks at.
        None if !wanted => return Vec::new(),
        None => {
            let mut buffer = Buffer::opened(opened);
            // Whoever looks through requests looks at the same side of each.
            buffer.tab = match model.buffer() {
                Some(shown) => shown.tab,
                None if buffer.request.notes.is_empty() => Tab::Params,
                None => Tab::Notes,
            };
            model.buffers.insert(path.clone(), buffer);
        }
    }
    let mut effects = Vec::new();
    if wanted && model.current.as_ref() != Some(&path) {
        effects.extend(editing::leave(model));
        if model.editing.is_none() {
            forget_untouched(model);
            model.current = Some(path.clone());
        }
    }
    effects.extend(preview(model, &path));
    if taking_theirs {
        effects.push(Effect::RemoveDraft(path));
    }
    effects
}

/// A file that cannot be opened stands in the tree with its reason.
pub(super) fn not_opened(model: &mut Model, path: &str, problem: String) -> Vec<Effect> {
    model.say(NoticeKind::Bad, format!("{path}: {problem} (E opens it in your editor)"));
    model.tree.set_label(path, Label::Broken(problem));
    if model.opening.take_if(|opening| opening == path).is_some() {
        // What is chosen cannot be shown; what was shown before must not be taken for it.
        let effects = editing::leave(model);
        if model.editing.is_none() {
            forget_untouched(model);
            model.current = Some(path.to_owned());
        }
        return effects;
    }
    Vec::new()
}

/// What follows from a change of the request that is shown.
pub(super) fn touched(model: &Model) -> Vec<Effect> {
    model.current.as_deref().map(|path| changed(model, path)).unwrap_or_default()
}

/// What follows from a change of a request.
pub(super) fn changed(model: &Model, path: &str) -> Vec<Effect> {
    let Some(buffer) = model.buffers.get(path) else { return Vec::new() };
    let mut effects: Vec<Effect> = preview(model, &buffer.path).into_iter().collect();
    effects.push(if buffer.is_dirty() { draft(buffer) } else { Effect::RemoveDraft(buffer.path.clone()) });
    effects
}

fn draft(buffer: &Buffer) -> Effect {
    Effect::WriteDraft(buffer.path.clone(), Box::new(buffer.request.clone()), buffer.base.clone())
}

fn preview(model: &Model, path: &str) -> Option<Effect> {
    let buffer = model.buffers.get(path)?;
    Some(Effect::Preview(path.to_owned(), Box::new(buffer.request.clone())))
}

/// Asks anew who would sign, for every request that is open.
pub(super) fn preview_all(model: &Model) -> Vec<Effect> {
    model.buffers.keys().filter_map(|path| preview(model, path)).collect()
}

/// Another environment has other variables.
pub(super) fn environment_changed(model: &mut Model) -> Vec<Effect> {
    let name = model.environment.clone();
    let mut effects = vec![Effect::UseEnvironment(name)];
    effects.extend(model.buffers.values().map(|buffer| match buffer.saved {
        Some(_) => Effect::Open(buffer.path.clone()),
        None => Effect::Surroundings(buffer.path.clone()),
    }));
    effects
}

/// Saves the request that is shown, after a warning where it would hold a secret in the clear.
pub(super) fn save(model: &mut Model) -> Vec<Effect> {
    let mut effects = editing::leave(model);
    if waiting::for_saves(model, Command::Save) {
        return effects;
    }
    let Some(buffer) = model.buffer().filter(|_| model.editing.is_none()) else { return effects };
    if !buffer.is_dirty() {
        model.say(NoticeKind::Info, "Nothing to save");
        return effects;
    }
    if holds_authorization(&buffer.request) {
        model.overlays.push(Overlay::Confirm(Confirm::SaveAuthorization));
        return effects;
    }
    effects.extend(save_now(model));
    effects
}

/// An Authorization header whose value is not a reference.
fn holds_authorization(request: &Request) -> bool {
    request
        .headers
        .iter()
        .any(|row| row.name.trim().eq_ignore_ascii_case("authorization") && !row.value.contains("{{"))
}

/// Saves the request that is shown.
pub(super) fn save_now(model: &mut Model) -> Vec<Effect> {
    let Some(buffer) = model.buffer() else { return Vec::new() };
    let effect = Effect::Save {
        path: buffer.path.clone(),
        request: Box::new(buffer.request.clone()),
        base: buffer.base.clone(),
    };
    model.saving += 1;
    vec![effect]
}

/// A request is on disk now.
pub(super) fn saved(model: &mut Model, path: &str, now: &str, loaded: Loaded) -> Vec<Effect> {
    model.saving = model.saving.saturating_sub(1);
    let mut effects = Vec::new();
    let Loaded { request, text, .. } = loaded;
    model.tree.set_label(now, Label::Request { name: request.name.clone(), method: request.method.clone() });
    if let Some(buffer) = model.buffers.get_mut(path) {
        let new = buffer.saved.is_none();
        if new {
            // The store gives a new request a display name where its file's cannot say it all.
            buffer.request.name.clone_from(&request.name);
        }
        buffer.saved = Some(request);
        buffer.base = Some(text.into());
        if !buffer.is_dirty() {
            effects.push(Effect::RemoveDraft(path.to_owned()));
        }
        if now != path {
            effects.extend(moved(model, path, now));
        } else if new {
            effects.push(Effect::List);
        }
    }
    model.say(NoticeKind::Good, format!("Saved {now}"));
    effects
}

/// Somebody else changed the file: both versions are shown, and nothing is written.
pub(super) fn conflict(model: &mut Model, path: String, theirs: String, ours: String) -> Vec<Effect> {
    model.saving = model.saving.saturating_sub(1);
    waiting::give_up(model);
    model.overlays.push(Overlay::Conflict(Box::new(Conflict { path, theirs, ours, scroll: 0 })));
    Vec::new()
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
    model.buffers.insert(path.clone(), Buffer::new(path.clone(), request, None, None));
    let mut nodes = model.tree.nodes().to_vec();
    insert(&mut nodes, &path);
    model.tree.set_nodes(nodes);
    model.tree.go_to(&path);
    keep_tree_in_view(model);
    model.current = Some(path.clone());
    model.focus = Pane::Url;
    effects.push(Effect::Surroundings(path));
    if empty {
        editing::start(model, Slot::Url);
    }
    effects.extend(touched(model));
    effects
}

/// A copy of a request under another name, saved at once.
pub(super) fn create_and_save(model: &mut Model, name: &str, request: Request) -> Vec<Effect> {
    let mut effects = create(model, name, request);
    effects.extend(editing::leave(model));
    effects.extend(save_now(model));
    effects
}

/// A path that no request has.
fn free_path(model: &Model, name: &str) -> String {
    let base = stem(name.trim_matches('/'));
    let taken = |path: &str| {
        model.buffers.contains_key(path)
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
    let paths: BTreeSet<String> = model.buffers.keys().chain(model.exchanges.keys()).cloned().collect();
    for (path, new) in paths.into_iter().filter_map(|path| Some((path.clone(), renamed(&path)?))) {
        if let Some(exchange) = model.exchanges.remove(&path) {
            model.exchanges.insert(new.clone(), exchange);
        }
        if let Some(mut buffer) = model.buffers.remove(&path) {
            buffer.path.clone_from(&new);
            if buffer.is_dirty() {
                effects.push(Effect::RemoveDraft(path));
                effects.push(draft(&buffer));
            }
            model.buffers.insert(new, buffer);
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
    model.say(NoticeKind::Good, format!("{path} is in the trash: u takes it back"));
    effects.push(Effect::List);
    effects
}

/// Closes a request, or all of a folder, with drafts and sends.
fn close(model: &mut Model, path: &str) -> Vec<Effect> {
    let inside = |other: &str| other == path || is_below(other, path);
    let mut effects = Vec::new();
    let sends = model.exchanges.iter().filter(|(other, exchange)| inside(other) && exchange.is_under_way());
    effects.extend(sends.map(|(_, exchange)| Effect::Cancel(exchange.id)));
    let dirty = model.dirty().map(|buffer| &buffer.path).filter(|other| inside(other));
    effects.extend(dirty.cloned().map(Effect::RemoveDraft));
    model.exchanges.retain(|other, _| !inside(other));
    model.buffers.retain(|other, _| !inside(other));
    if model.current.as_deref().is_some_and(inside) {
        (model.current, model.editing) = (None, None);
    }
    effects
}

/// True for a request that was never on disk.
pub(super) fn is_unsaved(model: &Model, path: &str) -> bool {
    model.buffers.get(path).is_some_and(|buffer| buffer.saved.is_none())
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
    if stem(&from) == stem(to) {
        return Vec::new();
    }
    let to = free_path(model, to);
    moved(model, &from, &to)
}

/// Copies a request or folder; one that was never on disk is copied as it stands.
pub(super) fn duplicate(model: &mut Model, path: String) -> Vec<Effect> {
    match model.buffers.get(&path).filter(|buffer| buffer.saved.is_none()) {
        Some(buffer) => {
            let request = buffer.request.clone();
            create(model, &path, request)
        }
        None => vec![Effect::Duplicate(path)],
    }
}
