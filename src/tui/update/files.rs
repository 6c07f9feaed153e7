//! Requests on disk: what is listed, which one is opened and shown, and what follows from a change.

use crate::config::command::Command;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::keymap;
use crate::tui::model::overlay::Overlay;
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::update::follow_up::preview;
use crate::tui::update::tree_nodes::{keep_tree_in_view, label_effects};

/// Shows the request under the tree's cursor, reading it when it is not open.
pub(super) fn show_cursor(model: &mut Model) -> Vec<Effect> {
    let Some(node) = model.tree.current().filter(|node| !node.folder).cloned() else { return Vec::new() };
    model.find.keep_chosen(&node.path);
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
