//! Requests on disk: what is listed, which one is opened and shown, and what follows from a change.

use std::collections::BTreeSet;

use crate::config::command::Command;
use crate::core::names::RequestPath;
use crate::core::workspace::Workspace;
use crate::io::store::FileError;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::keymap;
use crate::tui::model::field::Tab;
use crate::tui::model::open_request::{OpenRequest, Opened};
use crate::tui::model::overlay::Overlay;
use crate::tui::model::tree::{Label, Node};
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::update::follow_up::{preview, preview_all};
use crate::tui::update::tree_nodes::{keep_tree_in_view, label_effects, with_unsaved};
use crate::tui::update::{disk_changes, editing, find, pickers};

/// Shows the request under the tree's cursor, reading it when it is not open.
pub(super) fn show_cursor(model: &mut Model) -> Vec<Effect> {
    let Some(node) = model.tree.current().filter(|node| !node.folder).cloned() else { return Vec::new() };
    if model.current.as_deref() == Some(node.path.as_str()) && model.open_requests.contains_key(&node.path) {
        return Vec::new();
    }
    model.response_scroll = 0;
    let tab = model.shown().map(|shown| shown.tab);
    if let Some(open) = model.open_requests.get_mut(&node.path) {
        open.tab = tab.unwrap_or(open.tab);
        model.current = Some(node.path.clone());
        model.waiting.open_none();
        return preview(model, &node.path).into_iter().collect();
    }
    model.waiting.open(node.path.clone());
    vec![DiskEffect::Open { path: node.path, environment: model.environment.clone() }.into()]
}

/// Moves the tree's cursor to a request and shows it.
pub(super) fn go_to(model: &mut Model, path: &str) -> Vec<Effect> {
    model.tree.go_to(path);
    keep_tree_in_view(model);
    let mut effects = show_cursor(model);
    effects.extend(label_effects(model));
    effects
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
    if model.focus == Pane::Workspace {
        model.focus = Pane::Request;
    }
    let answered = model.tree.current().is_some_and(|node| model.exchanges.contains(&node.path));
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
        model.open_requests.get(&path).is_some_and(|open| !open.is_dirty() && !open.has_history());
    if untouched && !model.exchanges.contains(&path) && !model.waiting.is_keeping(&path) {
        model.open_requests.remove(&path);
    }
}

/// Takes a listing of the workspace.
pub(super) fn listed(model: &mut Model, workspace: Workspace, nodes: Vec<Node>) -> Vec<Effect> {
    let before = std::mem::replace(&mut model.workspace, workspace);
    let mut effects = disk_changes::close_vanished(model, &nodes);
    if before.problems != model.workspace.problems {
        say_problems(model);
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

/// Says how much is wrong in the workspace's files and the configuration, and the first of it.
pub(crate) fn say_problems(model: &mut Model) {
    let of_workspace = model.workspace.problems.first().map(|found| {
        let hint = if found.problem.hint.is_empty() { "" } else { ". " };
        format!("{}{hint}{}", found.problem.placed(), found.problem.hint)
    });
    if let Some(first) = of_workspace.or_else(|| model.config_problems.first().cloned()) {
        say_problem(model, first);
    }
}

/// Says how much is wrong, and this of it.
pub(super) fn say_problem(model: &mut Model, first: String) {
    let list = keymap::says(model, Command::WorkspaceProblems, "lists them");
    let text = match model.workspace.problems.len() + model.config_problems.len() {
        1 => first,
        count => format!("{count} problems ({list}). First: {first}"),
    };
    model.say(NoticeKind::Bad, text);
}

/// Shows every part of the workspace's files that cannot be used.
pub(super) fn show_problems(model: &mut Model) -> Vec<Effect> {
    let of_workspace = model.workspace.problems.iter().map(|found| found.problem.to_string());
    let problems: Vec<String> = of_workspace.chain(model.config_problems.iter().cloned()).collect();
    if problems.is_empty() {
        model.say(NoticeKind::Good, "The workspace's files and the configuration have no problems");
    } else {
        let title = "Problems in the workspace's files and the configuration".into();
        model.overlays.push(Overlay::Text { title, text: problems.join("\n\n"), scroll: 0 });
    }
    Vec::new()
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
    let being_edited = model.editing.is_some() && model.current.as_ref() == Some(&path);
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
    effects.extend(find::go_to_chosen(model));
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
