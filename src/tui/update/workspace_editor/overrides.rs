//! Where values of variables for this run are typed.

use crate::core::scope::Source;
use crate::tui::effect::Effect;
use crate::tui::model::workspace_editor::{WorkspaceCell, WorkspaceRow};
use crate::tui::model::{Model, Pane};
use crate::tui::update::workspace_editor::{open, show_place, type_into};

/// Types a value of the variable with the cursor for this run.
pub(in crate::tui::update) fn begin(model: &mut Model) -> Vec<Effect> {
    if model.focus != Pane::Workspace {
        show_place(model, Source::ThisRun);
        return open(model);
    }
    match model.workspace_row() {
        Some(WorkspaceRow::Variable(declared)) => {
            let before = model.overrides.get(&declared.name).cloned();
            type_into(model, WorkspaceCell::Value { place: Source::ThisRun, name: declared.name, before })
        }
        Some(
            WorkspaceRow::Place
            | WorkspaceRow::NewVariable
            | WorkspaceRow::Environment { .. }
            | WorkspaceRow::NewEnvironment
            | WorkspaceRow::Identity(_)
            | WorkspaceRow::Field { .. }
            | WorkspaceRow::NewIdentity,
        )
        | None => {
            show_place(model, Source::ThisRun);
            Vec::new()
        }
    }
}
