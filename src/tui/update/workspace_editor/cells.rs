//! Typing into the cells of the workspace editor: begin, check, leave, go on with the next.
//!
//! Owns which change a text means. A text that can't be stays in its cell with the reason, and so does
//! one that the disk refuses.

use crate::core::collection;
use crate::core::identity_fields::IdentityEditor;
use crate::core::scope::Source;
use crate::core::template;
use crate::core::workspace::{Edit, WorkspaceChange};
use crate::tui::editor::Editor;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::workspace_editor::WorkspaceCell;
use crate::tui::model::{EditTarget, Editing, Model, NoticeKind, Pane};
use crate::tui::update::workspace_editor::values::{self, make};
use crate::tui::update::workspace_editor::{identities, open, overrides};
use crate::tui::update::{completing, editing, pickers};

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

/// Checks what has been typed, so that the reason is shown before the cell is left.
pub(in crate::tui::update) fn check_typed(model: &mut Model) {
    let Some((cell, text)) = typed(model) else { return };
    let error = check(model, &cell, &text).err();
    if let Some(editing) = model.editing.as_mut() {
        editing.taken = editing.editor.version();
        editing.error = error;
    }
}

/// The cell that is typed into, and its text.
fn typed(model: &Model) -> Option<(WorkspaceCell, String)> {
    Some((model.edited_cell()?.clone(), model.editing.as_ref()?.editor.text()))
}

/// Ends typing in a cell. A text that can't be keeps it open and says why.
pub(in crate::tui::update) fn leave_cell(model: &mut Model, mut editing: Editing) -> Vec<Effect> {
    let EditTarget::Workspace(cell) = &editing.target else { return Vec::new() };
    let (cell, text) = (cell.clone(), editing.editor.text());
    if let Err(problem) = check(model, &cell, &text) {
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
    let Some((cell, text)) = typed(model) else { return Vec::new() };
    let next = match (neighbour(model, &cell, forward), &cell) {
        // The row has its new name by then.
        (Some(WorkspaceCell::Value { place, before, .. }), WorkspaceCell::RenameVariable { .. })
            if forward && !text.trim().is_empty() =>
        {
            Some(WorkspaceCell::Value { place, name: text.trim().to_owned(), before })
        }
        (next, _) => next,
    };
    let mut effects = editing::leave(model);
    if let Some(next) = next.filter(|_| model.editing.is_none()) {
        effects.extend(start(model, next));
    }
    effects
}

/// The value of a new variable whose name has been typed and can be.
fn value_of_new(model: &Model) -> Option<WorkspaceCell> {
    let (cell, text) = typed(model)?;
    check(model, &cell, &text).ok()?;
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

/// Makes the change that a text means, if it means one.
fn take(model: &mut Model, cell: WorkspaceCell, text: &str) -> Vec<Effect> {
    let name = text.trim();
    let environment = |of: &str, edit| Some(WorkspaceChange::named("environments", of, None, edit));
    match cell {
        WorkspaceCell::Value { before, .. } if before.as_deref() == Some(text) => Vec::new(),
        WorkspaceCell::Value { place, name, before } => values::set(model, &place, &name, text, before),
        WorkspaceCell::Field { identity, field, before } => {
            identities::take(model, &identity, field, text, before)
        }
        WorkspaceCell::NewVariable(_)
        | WorkspaceCell::RenameVariable { .. }
        | WorkspaceCell::NewEnvironment { .. }
        | WorkspaceCell::CopyEnvironment(_)
        | WorkspaceCell::RenameEnvironment(_)
        | WorkspaceCell::NewIdentity { .. }
        | WorkspaceCell::RenameIdentity(_)
            if name.is_empty() =>
        {
            Vec::new()
        }
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
        WorkspaceCell::RenameIdentity(from) => identities::rename(model, &from, name),
    }
}

/// Whether a cell can have this text. An empty name is none, and changes nothing.
fn check(model: &Model, cell: &WorkspaceCell, text: &str) -> Result<(), String> {
    let name = text.trim();
    match cell {
        WorkspaceCell::Value { .. } => Ok(()),
        WorkspaceCell::Field { field, .. } if field.editor == IdentityEditor::Number => {
            let is_number = name.is_empty() && !field.required || name.parse::<u64>().is_ok();
            if is_number { Ok(()) } else { Err(format!("`{}` is a whole number", field.key)) }
        }
        WorkspaceCell::Field { .. } => Ok(()),
        WorkspaceCell::NewVariable(_)
        | WorkspaceCell::RenameVariable { .. }
        | WorkspaceCell::NewEnvironment { .. }
        | WorkspaceCell::CopyEnvironment(_)
        | WorkspaceCell::RenameEnvironment(_)
        | WorkspaceCell::NewIdentity { .. }
        | WorkspaceCell::RenameIdentity(_)
            if name.is_empty() =>
        {
            Ok(())
        }
        WorkspaceCell::NewVariable(place) => check_variable(model, place, None, name),
        WorkspaceCell::RenameVariable { place, name: from } => check_variable(model, place, Some(from), name),
        WorkspaceCell::NewEnvironment { .. } | WorkspaceCell::CopyEnvironment(_) => {
            check_environment(model, None, name)
        }
        WorkspaceCell::RenameEnvironment(from) => check_environment(model, Some(from), name),
        WorkspaceCell::NewIdentity { .. } => identities::check_name(model, None, name),
        WorkspaceCell::RenameIdentity(from) => identities::check_name(model, Some(from), name),
    }
}

/// Whether a variable of a place can have this name; `from` is the one that it has.
fn check_variable(model: &Model, place: &Source, from: Option<&str>, name: &str) -> Result<(), String> {
    if !template::is_name(name) {
        let words = "use letters, digits, `_`, `-` and `.`";
        return Err(format!("`{name}` isn't a valid variable name; {words}"));
    }
    if name == "production" && matches!(place, Source::Environment(_)) {
        return Err("`production` is the mark of an environment".to_owned());
    }
    if from != Some(name) && model.is_declared_at(place, name) {
        return Err(format!("`{name}` already exists"));
    }
    Ok(())
}

/// Whether an environment can have this name; `from` is the one that it has.
fn check_environment(model: &Model, from: Option<&str>, name: &str) -> Result<(), String> {
    collection::check_visible(name).map_err(|error| error.to_string())?;
    let is_taken = from != Some(name) && model.workspace.environment(name).is_some();
    if is_taken { Err(format!("The environment `{name}` already exists")) } else { Ok(()) }
}
