//! Undo and redo, of what the focused pane shows.

use crate::tui::effect::Effect;
use crate::tui::model::open_request::OpenRequest;
use crate::tui::model::{Model, NoticeKind, Pane, field};
use crate::tui::update::{editing, follow_up, rearranging, workspace_editor};

/// Undoes the last change.
pub(super) fn undo(model: &mut Model) -> Vec<Effect> {
    if let Some(editing) = model.editing.as_mut() {
        editing.editor.undo();
        return editing::typed(model);
    }
    if model.focus == Pane::Tree {
        return rearranging::undo(model);
    }
    if model.focus == Pane::Workspace {
        return workspace_editor::step_back(model, false);
    }
    changed_by(model, OpenRequest::undo, ("Undone", "Nothing to undo"))
}

/// Makes the change again that was undone last.
pub(super) fn redo(model: &mut Model) -> Vec<Effect> {
    if let Some(editing) = model.editing.as_mut() {
        editing.editor.redo();
        return editing::typed(model);
    }
    if model.focus == Pane::Workspace {
        return workspace_editor::step_back(model, true);
    }
    changed_by(model, OpenRequest::redo, ("Redone", "Nothing to redo"))
}

/// Takes a step back or forth, shows the tab that it changed, and says what that was.
fn changed_by(
    model: &mut Model,
    change: fn(&mut OpenRequest) -> bool,
    (done, otherwise): (&str, &str),
) -> Vec<Effect> {
    let Some(open) = model.shown_mut() else { return Vec::new() };
    let before = open.request.clone();
    if !change(open) {
        model.say(NoticeKind::Info, otherwise);
        return Vec::new();
    }
    let mut words = done.to_owned();
    if let Some(field) = field::first_change(&before, &open.request) {
        words = format!("{done}: {}", field::in_words(&before, &open.request, field));
        open.go_to(field);
    }
    model.say(NoticeKind::Info, words);
    follow_up::touched(model)
}
