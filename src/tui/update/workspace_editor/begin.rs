//! The beginnings: a question is asked, the disk is asked for a change.

use crate::core::workspace::{Edit, WorkspaceChange};
use crate::tui::editor::Editor;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::Model;
use crate::tui::model::overlay::{Ask, Overlay};
use crate::tui::model::workspace_editor::WorkspaceAsk;

/// Asks for a text.
pub(super) fn ask_for(model: &mut Model, ask: WorkspaceAsk, text: &str) -> Vec<Effect> {
    let mut editor = Editor::new(text, false);
    if ask.is_secret() {
        // What is typed over a reference must not be joined to it.
        editor.select_all();
    }
    model.overlays.push(Overlay::Ask(Ask::Workspace(ask), editor));
    Vec::new()
}

/// Has the disk make a change.
pub(super) fn make(model: &mut Model, change: Option<WorkspaceChange>) -> Vec<Effect> {
    let Some(change) = change else { return Vec::new() };
    if let Edit::Rename(to) = &change.edit
        && to == change.name()
    {
        return Vec::new();
    }
    model.waiting.change();
    vec![DiskEffect::ChangeWorkspace { change }.into()]
}
