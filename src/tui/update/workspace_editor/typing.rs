//! Typing into the cells of the workspace editor: begin, and go on with the next.
//!
//! Refuses to judge and to take a text: `cells` does.

use crate::core::collection;
use crate::tui::editor::Editor;
use crate::tui::effect::Effect;
use crate::tui::model::workspace_editor::WorkspaceCell;
use crate::tui::model::{EditTarget, Editing, Model, NoticeKind, Pane};
use crate::tui::update::cells::check;
use crate::tui::update::workspace_editor::open;
use crate::tui::update::{completing, editing};

/// Begins to type into a cell, in the workspace editor if another pane has the keys.
pub(in crate::tui::update) fn start(model: &mut Model, cell: WorkspaceCell) -> Vec<Effect> {
    let text = match &cell {
        WorkspaceCell::CopyEnvironment(from) => {
            Some(collection::free_name(from, model.environments().map(|(name, _)| name)))
        }
        other => model.cell_text(other),
    };
    start_with(model, cell, &text.unwrap_or_default())
}

fn start_with(model: &mut Model, cell: WorkspaceCell, text: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    if model.focus != Pane::Workspace {
        effects.extend(open(model));
        if model.editing.is_some() {
            return effects;
        }
    }
    model.workspace_editor.tab = cell.tab();
    let mut editor = Editor::new(text, false);
    if cell.is_secret() {
        // What is typed over a reference must not be joined to it.
        editor.select_all();
    }
    model.editing = Some(Editing::new(EditTarget::Workspace(cell), editor));
    model.notice = None;
    model.settle_workspace_editor();
    effects.extend(completing::refresh(model));
    effects
}

/// Drops a text that was refused and hasn't changed since. Gives whether there was one.
pub(in crate::tui::update) fn drop_refused(model: &mut Model) -> bool {
    let is_cell = model.edited_cell().is_some();
    let is_refused = |editing: &mut Editing| is_cell && editing.refused == Some(editing.editor.version());
    let dropped = model.editing.take_if(is_refused).is_some();
    if dropped {
        model.settle_workspace_editor();
        model.say(NoticeKind::Info, "Nothing was changed");
    }
    dropped
}

/// Enter ends typing; after the name of a new variable, its value is typed.
pub(in crate::tui::update) fn enter(model: &mut Model) -> Vec<Effect> {
    match value_of_new(model) {
        Some(value) => start_with(model, value, ""),
        None => editing::leave(model),
    }
}

/// Goes on with the next or previous cell. Stays in one whose text can't be.
pub(in crate::tui::update) fn step(model: &mut Model, forward: bool) -> Vec<Effect> {
    if let Some(value) = value_of_new(model).filter(|_| forward) {
        return start_with(model, value, "");
    }
    let Some((cell, text)) = model.typed_cell() else { return Vec::new() };
    let next = match (neighbour(model, &cell, forward), &cell) {
        // The row has its new name by then.
        (Some(WorkspaceCell::Value { place, before, .. }), WorkspaceCell::RenameVariable { .. })
            if forward && !text.trim().is_empty() =>
        {
            Some(WorkspaceCell::Value { place, name: text.trim().to_owned(), before })
        }
        (Some(WorkspaceCell::Field { field, before, .. }), WorkspaceCell::RenameIdentity(_))
            if forward && !text.trim().is_empty() =>
        {
            Some(WorkspaceCell::Field { identity: text.trim().into(), field, before })
        }
        (next, _) => next,
    };
    let mut effects = editing::leave(model);
    // A name may lead on: to the kind of a new identity, or to the environment that it makes.
    let leads_on = !model.overlays.is_empty() || model.workspace_editor.choose.is_some();
    if let Some(next) = next.filter(|_| model.editing.is_none() && !leads_on) {
        effects.extend(start(model, next));
    }
    effects
}

/// The value of a new variable whose name has been typed and can be.
fn value_of_new(model: &Model) -> Option<WorkspaceCell> {
    let (cell, text) = model.typed_cell()?;
    check::check(model, &cell, &text).ok()?;
    match cell {
        WorkspaceCell::NewVariable(place) if !text.trim().is_empty() => {
            Some(WorkspaceCell::Value { place, name: text.trim().to_owned(), before: None })
        }
        WorkspaceCell::NewVariable(_)
        | WorkspaceCell::Value { .. }
        | WorkspaceCell::RenameVariable { .. }
        | WorkspaceCell::NewEnvironment { .. }
        | WorkspaceCell::CopyEnvironment(_)
        | WorkspaceCell::RenameEnvironment(_)
        | WorkspaceCell::NewIdentity { .. }
        | WorkspaceCell::RenameIdentity(_)
        | WorkspaceCell::Field { .. } => None,
    }
}

/// The cell before or after another one. They form a ring.
fn neighbour(model: &Model, cell: &WorkspaceCell, forward: bool) -> Option<WorkspaceCell> {
    let place = &model.workspace_editor.place;
    let mut ring = Vec::new();
    let mut at = None;
    for row in model.workspace_rows() {
        let cells = row.cells(place);
        if row.holds(cell) {
            let in_row = cells.iter().position(|other| other.column() == cell.column());
            at = Some(ring.len() + in_row.unwrap_or_default());
        }
        ring.extend(cells);
    }
    let by = if forward { 1 } else { ring.len().checked_sub(1)? };
    ring.get((at? + by) % ring.len()).cloned()
}

/// What the disk refused to write is typed again, over what the files say now.
pub(super) fn resume(model: &mut Model, cell: WorkspaceCell, editor: Editor, problem: &str) {
    let cell = model.based_on_disk(cell);
    model.workspace_editor.tab = cell.tab();
    model.focus = Pane::Workspace;
    let mut editing = Editing::new(EditTarget::Workspace(cell), editor);
    (editing.error, editing.refused) = (Some(problem.to_owned()), Some(editing.editor.version()));
    model.editing = Some(editing);
    model.settle_workspace_editor();
}
