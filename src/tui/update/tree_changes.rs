//! Paths of requests and folders: created, copied, moved, deleted. A request that was never on disk
//! has its path in the tree alone.

use std::collections::BTreeSet;

use crate::config::command::Command;
use crate::core::collection::{self, safe_name};
use crate::core::names::RequestPath;
use crate::core::request::Request;
use crate::io::store::collections::{Rearranged, Trashed};
use crate::tui::effect::{DiskEffect, Effect, TaskEffect};
use crate::tui::keymap;
use crate::tui::model::field::EditorField;
use crate::tui::model::open_request::OpenRequest;
use crate::tui::model::overlay::Ask;
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::msg::Moved;
use crate::tui::update::editing;
use crate::tui::update::follow_up::{draft, touched};
use crate::tui::update::tree_nodes::{folder, insert, is_below, is_unsaved, keep_tree_in_view};

/// A new request that is not on disk yet.
pub(super) fn create(model: &mut Model, name: &str, mut request: Request) -> Vec<Effect> {
    let path = free_path(model, name, &[]);
    request.name = name_of(name);
    if request.method.is_empty() {
        "GET".clone_into(&mut request.method);
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
pub(super) fn safe_path(name: &str) -> String {
    let base = collection::without_extension(name.trim_matches('/'));
    let parts: Vec<String> = base.split('/').filter(|part| !part.trim().is_empty()).map(safe_name).collect();
    if parts.is_empty() { safe_name("") } else { parts.join("/") }
}

/// The name that a request gets which was typed with a path: what its file's name does not say.
fn name_of(typed: &str) -> Option<String> {
    let name = collection::file_name(collection::without_extension(typed.trim_matches('/')));
    collection::display_name(name, &safe_name(name)).filter(|_| !name.trim_matches('.').is_empty())
}

/// A path that no request has, and none of those that are being moved gets.
fn free_path(model: &Model, name: &str, moving: &[Moved]) -> RequestPath {
    let taken = |path: &str| {
        model.open_requests.contains_key(path)
            || moving.iter().any(|moved| moved.to.eq_ignore_ascii_case(path))
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

/// Requests and folders have other paths.
pub(super) fn moved(model: &mut Model, moved: Vec<Moved>, problem: Option<String>) -> Vec<Effect> {
    let words = match &moved[..] {
        [] => None,
        [one] => Some(format!("{} is now {}", one.from, one.to)),
        [first, ..] => Some(format!("{} moved to {}/", moved.len(), collection::parent(&first.to))),
    };
    let mut effects: Vec<Effect> = moved.into_iter().flat_map(|moved| move_open(model, moved)).collect();
    model.tree.clear_marks();
    match (words, problem) {
        (Some(words), None) => model.say(NoticeKind::Good, words),
        (Some(words), Some(problem)) => {
            model.say(NoticeKind::Bad, format!("{words}, but not all: {problem}"))
        }
        (None, Some(problem)) => model.say(NoticeKind::Bad, problem),
        (None, None) => {}
    }
    effects.push(DiskEffect::List.into());
    effects
}

/// What is open of a path and below has another path.
pub(super) fn move_open(model: &mut Model, Moved { from, to, loaded }: Moved) -> Vec<Effect> {
    if let Some((open, loaded)) = model.open_requests.get_mut(&from).zip(loaded) {
        open.renamed(*loaded);
    }
    let renamed = |path: &str| -> Option<RequestPath> {
        if path == from.as_str() {
            return Some(to.clone());
        }
        Some(format!("{to}/{}", path.strip_prefix(&*from)?.strip_prefix('/')?).into())
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
    model.tree.rename(&from, &to);
    effects
}

/// Requests and folders are in the trash.
pub(super) fn deleted(model: &mut Model, trashed: Vec<Trashed>, problem: Option<String>) -> Vec<Effect> {
    let mut effects: Vec<Effect> = trashed.iter().flat_map(|trashed| close(model, &trashed.path)).collect();
    let words = match &trashed[..] {
        [] => None,
        [one] => {
            let undo = keymap::says(model, Command::Undo, "takes it back");
            Some(format!("{} is in the trash: {undo}", one.path))
        }
        many => {
            let undo = keymap::says(model, Command::Undo, "takes them back");
            Some(format!("{} are in the trash: {undo}", many.len()))
        }
    };
    model.note_rearranged(trashed.into_iter().map(Rearranged::Deleted).collect());
    match (words, problem) {
        (_, Some(problem)) => model.say(NoticeKind::Bad, problem),
        (Some(words), None) => model.say(NoticeKind::Good, words),
        (None, None) => {}
    }
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

/// Deletes requests and folders; a request that was never on disk is just forgotten.
pub(super) fn delete(model: &mut Model, paths: Vec<RequestPath>) -> Vec<Effect> {
    let (unsaved, paths): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| is_unsaved(model, path));
    let mut effects = Vec::new();
    for path in unsaved {
        effects.extend(close(model, &path));
        model.say(NoticeKind::Info, format!("{path} was never saved and is gone"));
    }
    effects.push(if paths.is_empty() { DiskEffect::List } else { DiskEffect::Delete { paths } }.into());
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
    let to = free_path(model, &collection::join(collection::parent(&from), &stem), &[]);
    moved(model, vec![Moved { from, to, loaded: None }], None)
}

/// Names a request that was never on disk, as one that is created under this name.
pub(super) fn name(model: &mut Model, from: RequestPath, typed: &str) -> Vec<Effect> {
    let to = free_path(model, typed, &[]);
    if let Some(open) = model.open_requests.get_mut(&from) {
        open.request.name = name_of(typed);
    }
    moved(model, vec![Moved { from, to, loaded: None }], None)
}

/// Moves requests that were never on disk into a folder.
pub(super) fn move_unsaved(model: &mut Model, paths: Vec<RequestPath>, folder: &str) -> Vec<Effect> {
    if paths.is_empty() {
        return Vec::new();
    }
    let mut all = Vec::<Moved>::new();
    for from in paths {
        let name = collection::join(folder, collection::file_name(&from));
        let to = free_path(model, &name, &all);
        all.push(Moved { from, to, loaded: None });
    }
    moved(model, all, None)
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
