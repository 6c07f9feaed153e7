//! What the disk said: the listing of the workspace, and requests that were read.
//!
//! Owns what follows from it: what is closed, shown and read anew. Refuses to read.

use std::collections::BTreeSet;

use crate::config::command::Command;
use crate::core::names::RequestPath;
use crate::core::workspace::Workspace;
use crate::io::store::FileError;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::keymap;
use crate::tui::model::field::Tab;
use crate::tui::model::open_request::{OpenRequest, Opened};
use crate::tui::model::tree::{Label, Node};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::update::follow_up::{preview, preview_all};
use crate::tui::update::tree_nodes::{keep_tree_in_view, label_effects, with_unsaved};
use crate::tui::update::{disk_changes, editing, files, find, found, pickers};

/// Takes a listing of the workspace.
pub(super) fn listed(model: &mut Model, workspace: Workspace, nodes: Vec<Node>) -> Vec<Effect> {
    let before = std::mem::replace(&mut model.workspace, workspace);
    let mut effects = disk_changes::close_vanished(model, &nodes);
    if before.problems != model.workspace.problems {
        files::say_problems(model);
    }
    model.tree.outdate_labels();
    model.used_names_are_current = false;
    model.tree.set_nodes(with_unsaved(model, nodes));
    keep_tree_in_view(model);
    effects.extend(label_effects(model));
    effects.extend(disk_changes::workspace_changed(model, before));
    model.settle_workspace_editor();
    pickers::refresh_environments(model);
    if model.current.is_none() {
        effects.extend(reopen(model).unwrap_or_else(|| show_nearest(model)));
    }
    effects.extend(preview_all(model));
    effects.extend(find::refresh(model));
    effects
}

/// Reads the requests that were open when the workspace was left: the one that was on the screen at
/// once, the others when there is time. `None` if none was.
fn reopen(model: &mut Model) -> Option<Vec<Effect>> {
    let listed: BTreeSet<&RequestPath> = model.tree.nodes().iter().map(|node| &node.path).collect();
    model.reopening.retain(|path| listed.contains(path));
    let paths = model.reopening.clone();
    let (first, others) = paths.split_first()?;
    let environment = model.environment.clone();
    let others = others.iter().map(|path| {
        let (path, environment) = (path.clone(), environment.clone());
        DiskEffect::Reread { path, environment }.into()
    });
    let mut effects: Vec<Effect> = others.collect();
    if !model.open_requests.contains_key(first) {
        model.waiting.open(first.clone());
        effects.insert(0, DiskEffect::Open { path: first.clone(), environment }.into());
    } else {
        model.current = Some(first.clone());
    }
    Some(effects)
}

/// Takes a request that was read.
pub(super) fn opened(model: &mut Model, mut opened: Opened) -> Vec<Effect> {
    opened.scope = model.with_overrides(std::mem::take(&mut opened.scope));
    let path = opened.path.clone();
    let known = model.open_requests.get(&path).map(|open| open.unknown_keys.clone()).unwrap_or_default();
    let unknown_keys = opened.unknown_keys.clone();
    let taking_theirs = model.take_theirs.remove(&path);
    let label = Label::Request { name: opened.request.name.clone(), method: opened.request.method.clone() };
    model.tree.set_label(&path, label);
    model.waiting.opened(&path);
    let under_cursor = model.tree.current().is_some_and(|node| node.path == path);
    let wanted = under_cursor || model.current.as_ref().is_none_or(|current| *current == path);
    let was_open = model.reopening.contains(&path);
    model.reopening.retain(|other| *other != path);
    let being_edited = model.is_edited(&path);
    match model.open_requests.get_mut(&path) {
        Some(open) => {
            let (base, known_change) = (open.base.clone(), open.changed_on_disk);
            open.reload(opened, taking_theirs, being_edited);
            if open.changed_on_disk && !known_change {
                let words = format!("{path} changed on disk; your edits are kept, and saving asks");
                model.say(NoticeKind::Info, words);
            } else if open.base != base && !taking_theirs {
                model.say(NoticeKind::Info, format!("{path} has changed on disk and was read again"));
            }
        }
        // The cursor has moved on, past a request that nobody looks at.
        None if !wanted && !was_open => return Vec::new(),
        None => {
            let mut open = OpenRequest::opened(opened);
            // Whoever looks through requests looks at the same side of each.
            open.tab = match model.shown() {
                Some(shown) => shown.tab,
                None if open.request.notes.is_empty() => Tab::Params,
                None => Tab::Notes,
            };
            model.open_requests.insert(path.clone(), open);
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
    if unknown_keys != known {
        report_unknown_keys(model, &path, &unknown_keys);
    }
    effects.extend(preview(model, &path));
    effects.extend(found::go_to_chosen(model));
    if taking_theirs {
        effects.push(DiskEffect::RemoveDraft { path }.into());
    }
    effects
}

/// Says which keys of a file have no meaning. They are kept, and what was meant by them isn't sent.
fn report_unknown_keys(model: &mut Model, path: &str, found: &[FileError]) {
    let Some((first, others)) = found.split_first() else { return };
    let mut words = format!("{path}, line {}: {}", first.line, first.message);
    if !first.hint.is_empty() {
        words.push_str(&format!(". {}", first.hint));
    }
    if !others.is_empty() {
        words.push_str(&format!(" ({} more)", others.len()));
    }
    model.say(NoticeKind::Bad, words);
}

/// A file that cannot be opened stands in the tree with its reason.
pub(super) fn not_opened(model: &mut Model, path: &str, problem: String) -> Vec<Effect> {
    let hint = keymap::says(model, Command::ExternalEditor, "opens it in your editor");
    model.say(NoticeKind::Bad, format!("{path}: {problem} ({hint})"));
    model.tree.set_label(path, Label::Broken(problem));
    model.find.drop_chosen(path);
    disk_changes::close_broken(model, path);
    if model.waiting.opened(path) {
        // What is chosen cannot be shown; what was shown before must not be taken for it.
        let effects = editing::leave(model);
        if model.editing.is_none() {
            forget_untouched(model);
            model.current = Some(path.into());
        }
        return effects;
    }
    Vec::new()
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
    files::show_cursor(model)
}

/// Closes the shown request if nothing in it would be lost.
fn forget_untouched(model: &mut Model) {
    let Some(path) = model.current.clone() else { return };
    let untouched = model
        .open_requests
        .get(&path)
        .is_some_and(|open| !open.is_dirty() && !open.has_history() && open.sign_as.is_none());
    if untouched && !model.exchanges.contains(&path) && !model.waiting.is_keeping(&path) {
        model.open_requests.remove(&path);
    }
}
