//! Where requests and folders stand: marked, ordered by hand, moved into folders, deleted.
//!
//! Owns that several are asked about once. Refuses to touch files: the disk's thread does.

use std::sync::Arc;

use crate::core::collection;
use crate::core::names::RequestPath;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::overlay::{Ask, Confirm, Overlay, Pick};
use crate::tui::model::picker::{Item, Picker, Unmatched};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::text;
use crate::tui::update::tree_nodes::{is_below, is_unsaved};
use crate::tui::update::{motion, tree_changes};

/// Marks the row under the cursor and goes on to the next.
pub(super) fn mark(model: &mut Model) -> Vec<Effect> {
    model.tree.toggle_mark();
    motion::vertical(model, 1)
}

/// Asks whether to delete what is marked, else what is under the cursor.
pub(super) fn ask_delete(model: &mut Model) -> Vec<Effect> {
    let paths = model.tree.targets();
    if !paths.is_empty() {
        model.overlays.push(Overlay::Confirm(Confirm::Delete(paths)));
    }
    Vec::new()
}

/// Offers the folders that what is marked, else what is under the cursor, can be moved into.
pub(super) fn pick_folder(model: &mut Model) -> Vec<Effect> {
    let moving: Arc<[RequestPath]> = model.tree.targets().into();
    if moving.is_empty() {
        return Vec::new();
    }
    let here = |folder: &str| moving.iter().all(|path| collection::parent(path) == folder);
    let within = |folder: &str| moving.iter().any(|path| folder == path.as_str() || is_below(folder, path));
    let folders = model.tree.nodes().iter().filter(|node| node.folder).map(|node| &node.path);
    let folders = folders.filter(|path| !here(path) && !within(path));
    let item = |label: &str, detail: &str, value| Item { label: label.into(), detail: detail.into(), value };
    let into = |folder| Pick::MoveInto { moving: Arc::clone(&moving), folder };
    let mut items = Vec::new();
    if !here("") {
        items.push(item("/", "the workspace", into("".into())));
    }
    items.extend(folders.map(|path| item(path, "", into(path.clone()))));
    items.push(item("new folder…", "", Pick::MoveIntoNew(Arc::clone(&moving))));
    let title = format!("Move {} into a folder", in_words(&moving));
    let mut picker = Picker::new(title, items);
    picker.unmatched = Unmatched::IsFolder(moving);
    model.overlays.push(Overlay::Pick(picker));
    Vec::new()
}

/// A path, or how many there are.
fn in_words(paths: &[RequestPath]) -> String {
    match paths {
        [one] => text::fit(one, 40),
        many => format!("{} requests and folders", many.len()),
    }
}

/// Moves what was chosen into a folder whose path was typed; one that can't be is asked for again.
pub(super) fn move_into_new(model: &mut Model, moving: Arc<[RequestPath]>, typed: &str) -> Vec<Effect> {
    let folder = tree_changes::safe_path(typed);
    let seen = collection::check_visible(typed).map_err(|error| error.to_string());
    let listed = seen.and_then(|()| collection::check_folder(&folder, 0).map_err(|error| error.to_string()));
    if let Err(problem) = listed {
        model.say(NoticeKind::Bad, problem);
        model.ask_again(Ask::MoveIntoNew(moving), typed);
        return Vec::new();
    }
    move_into(model, &moving, folder.into())
}

/// Moves what was chosen into a folder; what was never on disk is there at once.
pub(super) fn move_into(model: &mut Model, moving: &[RequestPath], folder: RequestPath) -> Vec<Effect> {
    let moving = moving.iter().filter(|path| collection::parent(path) != &*folder).cloned();
    let (unsaved, from): (Vec<_>, Vec<_>) = moving.partition(|path| is_unsaved(model, path));
    let mut effects = tree_changes::move_unsaved(model, unsaved, &folder);
    if !from.is_empty() {
        effects.push(DiskEffect::Move { from, folder }.into());
    }
    effects
}

/// Moves the row under the cursor before the one above, or behind the next one.
pub(super) fn reorder(model: &mut Model, down: bool) -> Vec<Effect> {
    let Some(path) = model.tree.current().map(|node| node.path.clone()) else { return Vec::new() };
    if is_unsaved(model, &path) {
        model.say(NoticeKind::Info, format!("{path} has no place in the order before it is saved"));
        return Vec::new();
    }
    vec![DiskEffect::Reorder { path, down }.into()]
}
