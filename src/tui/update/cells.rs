//! What is typed into a cell of the workspace editor: whether it can be, and which change it means.
//!
//! Owns that a text that can't be stays in its cell with the reason. Refuses to begin: `workspace_editor`
//! does.

use crate::core::scope::Source;
use crate::core::workspace::{Edit, WorkspaceChange};
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::workspace_editor::WorkspaceCell;
use crate::tui::model::{EditTarget, Editing, Model, NoticeKind};
use crate::tui::update::pickers;

pub(super) mod check;
pub(super) mod overrides;
pub(super) mod values;

use values::{IDENTITIES, make};

/// Checks what has been typed, so that the reason is shown before the cell is left.
pub(super) fn check_typed(model: &mut Model) {
    let Some((cell, text)) = model.typed_cell() else { return };
    let error = check::check(model, &cell, &text).err();
    if let Some(editing) = model.editing.as_mut() {
        editing.taken = editing.editor.version();
        editing.error = error;
    }
}

/// Ends typing in a cell. A text that can't be keeps it open and says why.
pub(super) fn leave(model: &mut Model, mut editing: Editing) -> Vec<Effect> {
    let EditTarget::Workspace(cell) = &editing.target else { return Vec::new() };
    let (cell, text) = (cell.clone(), editing.editor.text());
    if let Err(problem) = check::check(model, &cell, &text) {
        model.say(NoticeKind::Bad, problem.clone());
        (editing.error, editing.refused) = (Some(problem), Some(editing.editor.version()));
        model.editing = Some(editing);
        return Vec::new();
    }
    // A value that is inherited and was only looked at is overridden by nothing.
    let is_untouched = editing.editor.version() == 0 && model.cell_text(&cell).as_ref() == Some(&text);
    if is_untouched {
        model.settle_workspace_editor();
        return Vec::new();
    }
    let effects = take(model, cell.clone(), &text);
    let is_change = |effect: &Effect| matches!(effect, Effect::Disk(DiskEffect::ChangeWorkspace { .. }));
    if effects.iter().any(is_change) {
        model.workspace_editor.written = Some((cell, editing.editor));
    }
    effects
}

/// Makes the change that a text means, if it means one.
fn take(model: &mut Model, cell: WorkspaceCell, text: &str) -> Vec<Effect> {
    let name = text.trim();
    let environment = |of: &str, edit| Some(WorkspaceChange::named("environments", of, None, edit));
    match cell {
        WorkspaceCell::Value { before, .. } if before.as_deref() == Some(text) => Vec::new(),
        WorkspaceCell::Value { place, name, before } => values::set(model, &place, &name, text, before),
        WorkspaceCell::Field { identity, field, before } => {
            values::take_field(model, &identity, field, text, before)
        }
        cell if cell.is_name() && name.is_empty() => Vec::new(),
        WorkspaceCell::NewVariable(place) => values::set(model, &place, name, "", None),
        WorkspaceCell::RenameVariable { place: Source::ThisRun, name: from } => {
            overrides::rename(model, &from, name)
        }
        WorkspaceCell::RenameVariable { place, name: from } => {
            make(model, WorkspaceChange::variable(&place, &from, Edit::Rename(name.to_owned())))
        }
        WorkspaceCell::NewEnvironment { choose } => {
            if choose {
                model.workspace_editor.choose = Some(name.to_owned());
            }
            make(model, environment(name, Edit::Add(Vec::new())))
        }
        WorkspaceCell::CopyEnvironment(from) => make(model, environment(&from, Edit::Copy(name.to_owned()))),
        WorkspaceCell::RenameEnvironment(from) => {
            make(model, environment(&from, Edit::Rename(name.to_owned())))
        }
        WorkspaceCell::NewIdentity { sign } => pickers::pick_identity_kind(model, &name.into(), sign),
        WorkspaceCell::RenameIdentity(from) => {
            let edit = Edit::Rename(name.to_owned());
            make(model, Some(WorkspaceChange::named(IDENTITIES, from.as_str(), None, edit)))
        }
    }
}
