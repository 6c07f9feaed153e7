//! Paths of requests and folders: created, copied, moved, deleted. A request that was never on disk
//! has its path in the tree alone.

use std::collections::BTreeSet;

use crate::config::command::Command;
use crate::core::collection::{self, safe_name};
use crate::core::names::RequestPath;
use crate::core::request::{AuthKind, Request};
use crate::io::store::Loaded;
use crate::io::store::collections::Trashed;
use crate::tui::effect::{DiskEffect, Effect, TaskEffect};
use crate::tui::keymap;
use crate::tui::model::field::EditorField;
use crate::tui::model::open_request::OpenRequest;
use crate::tui::model::overlay::Ask;
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::update::editing;
use crate::tui::update::follow_up::{draft, touched};
use crate::tui::update::tree_nodes::{folder, insert, is_below, is_unsaved, keep_tree_in_view};

/// A new request that is not on disk yet.
pub(super) fn create(model: &mut Model, name: &str, mut request: Request) -> Vec<Effect> {
    let path = free_path(model, name);
    request.name = name_of(name);
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
    let environment = model.environment.clone();
    effects.push(DiskEffect::Inherit { path, environment }.into());
    if empty {
        editing::start(model, EditorField::Url);
    }
    effects.extend(touched(model));
    effects
}

/// Whether a request that is not on disk yet may have this name, with the folders in front of it.
pub(super) fn check_new(name: &str) -> Result<(), String> {
    collection::check_visible(name).map_err(|error| error.to_string())?;
    collection::check_folder(collection::parent(&safe_path(name)), 0).map_err(|error| error.to_string())
}

/// What was typed as names that are valid on every system and listed.
fn safe_path(name: &str) -> String {
    let base = collection::without_extension(name.trim_matches('/'));
    let parts: Vec<String> = base.split('/').filter(|part| !part.trim().is_empty()).map(safe_name).collect();
    if parts.is_empty() { safe_name("") } else { parts.join("/") }
}

/// The name that a request gets which was typed with a path: what its file's name does not say.
fn name_of(typed: &str) -> Option<String> {
    let name = collection::file_name(collection::without_extension(typed.trim_matches('/')));
    collection::display_name(name, &safe_name(name)).filter(|_| !name.trim_matches('.').is_empty())
}

/// A path that no request has.
fn free_path(model: &Model, name: &str) -> RequestPath {
    let taken = |path: &str| {
        model.open_requests.contains_key(path)
            || model.tree.nodes().iter().any(|node| node.path.eq_ignore_ascii_case(path))
    };
    let first = safe_path(name);
    (1..)
        .map(|n| if n == 1 { format!("{first}.toml") } else { format!("{first}-{n}.toml") })
        .find(|path| !taken(path))
        .unwrap_or(first)
        .into()
}

/// A name for a request that came from elsewhere, made of its URL.
pub(super) fn name_for(model: &Model, request: &Request) -> String {
    let address = request.url.split("://").last().unwrap_or_default();
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let last = path.split(['?', '#']).next().unwrap_or_default().rsplit('/').find(|part| !part.is_empty());
    let name = last.unwrap_or(host.split([':', '.']).next().unwrap_or("request"));
    collection::join(&folder(model), &format!("{}-{name}", request.method.to_lowercase()))
}

/// A request or folder has another path.
pub(super) fn moved(model: &mut Model, from: &str, to: &str, loaded: Option<Loaded>) -> Vec<Effect> {
    if let Some((open, loaded)) = model.open_requests.get_mut(from).zip(loaded) {
        open.renamed(loaded);
    }
    let renamed = |path: &str| -> Option<RequestPath> {
        if path == from {
            return Some(to.into());
        }
        Some(format!("{to}/{}", path.strip_prefix(from)?.strip_prefix('/')?).into())
    };
    let mut effects = Vec::new();
    let paths: BTreeSet<RequestPath> =
        model.open_requests.keys().chain(model.exchanges.paths()).cloned().collect();
    for (path, new) in paths.into_iter().filter_map(|path| Some((path.clone(), renamed(&path)?))) {
        model.exchanges.rename(&path, &new);
        if let Some(mut open) = model.open_requests.remove(&path) {
            open.path.clone_from(&new);
            if open.is_dirty() {
                effects.push(DiskEffect::RemoveDraft { path }.into());
                effects.push(draft(&open));
            }
            model.open_requests.insert(new, open);
        }
    }
    model.current = model.current.take().map(|path| renamed(&path).unwrap_or(path));
    model.tree.rename(from, to);
    model.say(NoticeKind::Good, format!("{from} is now {to}"));
    effects.push(DiskEffect::List.into());
    effects
}

/// A request or folder is in the trash.
pub(super) fn deleted(model: &mut Model, path: &str, trashed: Trashed) -> Vec<Effect> {
    let mut effects = close(model, path);
    model.deleted.push(trashed);
    let undo = keymap::says(model, Command::Undo, "takes it back");
    model.say(NoticeKind::Good, format!("{path} is in the trash: {undo}"));
    effects.push(DiskEffect::List.into());
    effects
}

/// Closes a request, or all of a folder, with drafts and sends.
pub(super) fn close(model: &mut Model, path: &str) -> Vec<Effect> {
    let inside = |other: &str| other == path || is_below(other, path);
    let mut effects = Vec::new();
    let sends = model.exchanges.under_way().filter(|exchange| inside(&exchange.record.path));
    effects.extend(sends.map(|exchange| TaskEffect::Cancel { id: exchange.record.id }.into()));
    let dirty = model.dirty().map(|open| &open.path).filter(|other| inside(other));
    effects.extend(dirty.cloned().map(|path| DiskEffect::RemoveDraft { path }.into()));
    model.exchanges.forget(|other| inside(other));
    model.open_requests.retain(|other, _| !inside(other));
    if model.current.as_deref().is_some_and(inside) {
        (model.current, model.editing) = (None, None);
    }
    effects
}

/// Deletes a request or folder; a request that was never on disk is just forgotten.
pub(super) fn delete(model: &mut Model, path: RequestPath) -> Vec<Effect> {
    if !is_unsaved(model, &path) {
        return vec![DiskEffect::Delete { path }.into()];
    }
    let mut effects = close(model, &path);
    model.say(NoticeKind::Info, format!("{path} was never saved and is gone"));
    effects.push(DiskEffect::List.into());
    effects
}

/// Gives a request or folder another name; one that was never on disk has it at once.
pub(super) fn rename(model: &mut Model, from: RequestPath, name: &str) -> Vec<Effect> {
    if model.request_name(&from) == name {
        return Vec::new();
    }
    let Some(open) = model.open_requests.get_mut(&from).filter(|open| open.saved.is_none()) else {
        return vec![DiskEffect::Rename { path: from, name: name.to_owned() }.into()];
    };
    if let Err(problem) = collection::check_visible(name) {
        model.say(NoticeKind::Bad, problem.to_string());
        model.ask_again(Ask::Rename(from), name);
        return Vec::new();
    }
    let stem = safe_name(name);
    open.request.name = collection::display_name(name, &stem);
    if stem == collection::stem(&from) {
        return touched(model);
    }
    let to = free_path(model, &collection::join(collection::parent(&from), &stem));
    moved(model, &from, &to, None)
}

/// Names a request that was never on disk, as one that is created under this name.
pub(super) fn name(model: &mut Model, from: RequestPath, typed: &str) -> Vec<Effect> {
    let to = free_path(model, typed);
    if let Some(open) = model.open_requests.get_mut(&from) {
        open.request.name = name_of(typed);
    }
    moved(model, &from, &to, None)
}

/// Gives a request or folder another path; one that was never on disk has it at once.
pub(super) fn move_to(model: &mut Model, from: RequestPath, to: &str) -> Vec<Effect> {
    if !is_unsaved(model, &from) {
        return vec![DiskEffect::Move { from, to: to.into() }.into()];
    }
    if collection::without_extension(&from) == collection::without_extension(to) {
        return Vec::new();
    }
    if let Err(problem) = check_new(to) {
        model.say(NoticeKind::Bad, problem);
        model.ask_again(Ask::Move(from), to);
        return Vec::new();
    }
    let folder = to.trim_matches('/');
    let into = to.ends_with('/') || model.tree.nodes().iter().any(|node| node.folder && node.path == folder);
    let to = if into { collection::join(folder, collection::file_name(&from)) } else { to.to_owned() };
    let to = free_path(model, &to);
    moved(model, &from, &to, None)
}

/// Copies a request or folder; one that was never on disk is copied as it stands.
pub(super) fn duplicate(model: &mut Model, path: RequestPath) -> Vec<Effect> {
    match model.open_requests.get(&path).filter(|open| open.saved.is_none()) {
        Some(open) => {
            let request = open.request.clone();
            let name = model.request_name(&path);
            create(model, &collection::join(collection::parent(&path), &name), request)
        }
        None => vec![DiskEffect::Duplicate { path }.into()],
    }
}
