//! The workspace editor: what its keys do, what is typed into it, and what the disk answers.
//!
//! Owns which change of the workspace's files a key means. Refuses to change the workspace itself:
//! the disk's thread does, and what it lists afterwards is shown.

use crate::core::scope::Source;
use crate::core::workspace::{Declared, Edit, NewValue, Workspace, WorkspaceChange};
use crate::tui::effect::{Effect, ScreenEffect};
use crate::tui::model::field::Column;
use crate::tui::model::overlay::{Confirm, Overlay};
use crate::tui::model::workspace_editor::{WorkspaceCell, WorkspaceRow, WorkspaceTab};
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::overlay_lines::with_article;

mod changes;
mod identities;
mod overrides;
mod typing;

use crate::tui::update::cells::overrides as run_values;
use crate::tui::update::cells::values::make;
use crate::tui::update::{focus, pickers};
pub(super) use changes::{changed, not_changed, restored, step_back};
pub(super) use identities::{
    choose as choose_identity_word, create as create_identity, paste_keys, remove as remove_identity,
    show as show_identity,
};
pub(super) use overrides::begin as override_variable;
pub(super) use typing::{drop_refused, enter, start as type_into, step};

/// Opens the workspace editor.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let from = model.focus;
    let effects = focus::give_to(model, Pane::Workspace);
    if model.focus == Pane::Workspace && from != Pane::Workspace {
        model.workspace_editor.back = from;
    }
    model.settle_workspace_editor();
    effects
}

/// Goes back to the pane that was left for the workspace editor.
pub(super) fn leave(model: &mut Model) -> Vec<Effect> {
    let back = model.workspace_editor.back;
    focus::give_to(model, back)
}

/// Shows the variables of a place.
pub(super) fn show_place(model: &mut Model, place: Source) {
    model.workspace_editor.tab = WorkspaceTab::Variables;
    if model.workspace_editor.place != place {
        model.workspace_editor.place = place;
        model.workspace_editor.set_line(0);
    }
    model.settle_workspace_editor();
}

/// Shows the next or previous tab.
pub(super) fn tab_step(model: &mut Model, by: isize) {
    let all = WorkspaceTab::ALL;
    let at = all.iter().position(|tab| *tab == model.workspace_editor.tab).unwrap_or(0);
    model.workspace_editor.tab = all[(at + all.len()).wrapping_add_signed(by) % all.len()];
    model.settle_workspace_editor();
}

/// Moves the cursor by rows.
pub(super) fn move_by(model: &mut Model, by: isize) {
    let last = model.workspace_rows().len().saturating_sub(1);
    let line = model.workspace_editor.line().saturating_add_signed(by).min(last);
    model.workspace_editor.set_line(line);
}

/// Goes to the other column of a row, or shows the next place's variables.
pub(super) fn sideways(model: &mut Model, by: isize) {
    match model.workspace_row() {
        Some(WorkspaceRow::Place) => {
            let places = model.places();
            let at = places.iter().position(|place| *place == model.workspace_editor.place).unwrap_or(0);
            let next = (at + places.len()).wrapping_add_signed(by) % places.len().max(1);
            if let Some(place) = places.get(next) {
                show_place(model, place.clone());
            }
        }
        Some(WorkspaceRow::Variable(_)) => {
            model.workspace_editor.column = if by < 0 { Column::Name } else { Column::Value };
        }
        Some(WorkspaceRow::Identity(name)) => identities::step(model, &name, by),
        Some(
            WorkspaceRow::NewVariable
            | WorkspaceRow::Environment { .. }
            | WorkspaceRow::NewEnvironment
            | WorkspaceRow::Field { .. }
            | WorkspaceRow::NewIdentity,
        )
        | None => {}
    }
}

/// Edits what the cursor is on.
pub(super) fn edit(model: &mut Model) -> Vec<Effect> {
    match model.workspace_row() {
        Some(WorkspaceRow::Place) => pickers::pick_place(model),
        Some(WorkspaceRow::Variable(declared)) => {
            let own = declared.source == model.workspace_editor.place;
            if own && model.workspace_editor.column == Column::Name {
                return rename(model);
            }
            let place = model.workspace_editor.place.clone();
            let before = declared.value.filter(|_| own);
            type_into(model, WorkspaceCell::Value { place, name: declared.name, before })
        }
        Some(WorkspaceRow::Environment { name, .. }) => {
            show_place(model, Source::Environment(name));
            Vec::new()
        }
        Some(WorkspaceRow::Identity(name)) => pickers::pick_shown_identity(model, &name),
        Some(WorkspaceRow::Field { identity, field, value }) => {
            identities::edit(model, &identity, field, value)
        }
        Some(WorkspaceRow::NewVariable | WorkspaceRow::NewEnvironment | WorkspaceRow::NewIdentity) => {
            add(model)
        }
        None => Vec::new(),
    }
}

/// Types the name of something new into the last row.
pub(super) fn add(model: &mut Model) -> Vec<Effect> {
    let cell = match model.workspace_editor.tab {
        WorkspaceTab::Variables => WorkspaceCell::NewVariable(model.workspace_editor.place.clone()),
        WorkspaceTab::Environments => WorkspaceCell::NewEnvironment { choose: false },
        WorkspaceTab::Identities => WorkspaceCell::NewIdentity { sign: false },
    };
    type_into(model, cell)
}

/// Types another name for what the cursor is on.
pub(super) fn rename(model: &mut Model) -> Vec<Effect> {
    match model.workspace_row() {
        Some(WorkspaceRow::Variable(declared)) if is_own(model, &declared) => {
            let Declared { source: place, name, .. } = declared;
            type_into(model, WorkspaceCell::RenameVariable { place, name })
        }
        Some(WorkspaceRow::Environment { name, .. }) => {
            type_into(model, WorkspaceCell::RenameEnvironment(name))
        }
        Some(WorkspaceRow::Identity(identity) | WorkspaceRow::Field { identity, .. }) => {
            type_into(model, WorkspaceCell::RenameIdentity(identity))
        }
        Some(
            WorkspaceRow::Variable(_)
            | WorkspaceRow::Place
            | WorkspaceRow::NewVariable
            | WorkspaceRow::NewEnvironment
            | WorkspaceRow::NewIdentity,
        )
        | None => Vec::new(),
    }
}

/// Deletes the variable, or asks whether to delete the environment.
pub(super) fn delete(model: &mut Model) -> Vec<Effect> {
    match model.workspace_row() {
        Some(WorkspaceRow::Variable(declared)) if is_own(model, &declared) => {
            if declared.source == Source::ThisRun {
                return run_values::change(model, |all| drop(all.remove(&declared.name)));
            }
            let change = WorkspaceChange::variable(&declared.source, &declared.name, Edit::Remove);
            make(model, change)
        }
        Some(WorkspaceRow::Environment { name, .. }) => {
            model.overlays.push(Overlay::Confirm(Confirm::RemoveEnvironment(name)));
            Vec::new()
        }
        Some(row @ (WorkspaceRow::Identity(_) | WorkspaceRow::Field { .. })) => {
            identities::delete(model, row)
        }
        Some(
            WorkspaceRow::Variable(_)
            | WorkspaceRow::Place
            | WorkspaceRow::NewVariable
            | WorkspaceRow::NewEnvironment
            | WorkspaceRow::NewIdentity,
        )
        | None => Vec::new(),
    }
}

/// Deletes an environment.
pub(super) fn remove_environment(model: &mut Model, name: &str) -> Vec<Effect> {
    make(model, Some(WorkspaceChange::named("environments", name, None, Edit::Remove)))
}

/// Types the name of a copy of the environment.
pub(super) fn copy(model: &mut Model) -> Vec<Effect> {
    if model.focus != Pane::Workspace {
        return show_environments(model);
    }
    let Some(name) = environment(model) else { return Vec::new() };
    type_into(model, WorkspaceCell::CopyEnvironment(name))
}

/// Opens the environments, for a command that needs one and was picked from a list.
fn show_environments(model: &mut Model) -> Vec<Effect> {
    model.workspace_editor.tab = WorkspaceTab::Environments;
    let effects = open(model);
    model.say(NoticeKind::Info, "Choose an environment first");
    effects
}

/// Marks the environment as production, or takes the mark away.
pub(super) fn mark_production(model: &mut Model) -> Vec<Effect> {
    if model.focus != Pane::Workspace {
        return show_environments(model);
    }
    let Some(name) = environment(model) else { return Vec::new() };
    let marked = model.environments().any(|(other, production)| other == name && production);
    let edit = Edit::Set { value: NewValue::Flag(!marked), before: None };
    make(model, Some(WorkspaceChange::named("environments", &name, Some("production"), edit)))
}

/// Opens the file in which the rows are declared in the user's editor.
pub(super) fn open_file(model: &mut Model) -> Vec<Effect> {
    let source = match model.workspace_row() {
        Some(WorkspaceRow::Variable(declared)) => declared.source,
        Some(WorkspaceRow::Place | WorkspaceRow::NewVariable) => model.workspace_editor.place.clone(),
        Some(
            WorkspaceRow::Environment { .. }
            | WorkspaceRow::NewEnvironment
            | WorkspaceRow::Identity(_)
            | WorkspaceRow::Field { .. }
            | WorkspaceRow::NewIdentity,
        )
        | None => Source::Workspace,
    };
    if source == Source::ThisRun {
        model.say(NoticeKind::Info, "Values for this run are in no file");
    }
    let file = Workspace::file_of(&source);
    file.map(|file| ScreenEffect::EditWorkspaceFile { file }.into()).into_iter().collect()
}

/// The environment that the cursor is on, or whose variables are shown.
fn environment(model: &Model) -> Option<String> {
    match (model.workspace_row(), &model.workspace_editor.place) {
        (Some(WorkspaceRow::Environment { name, .. }), _) => Some(name),
        (Some(WorkspaceRow::NewEnvironment | WorkspaceRow::NewIdentity), _) | (None, _) => None,
        (Some(WorkspaceRow::Identity(_) | WorkspaceRow::Field { .. }), _) => None,
        (Some(_), Source::Environment(name)) => Some(name.clone()),
        (Some(_), Source::Workspace | Source::Folder(_) | Source::CommandLine | Source::ThisRun) => None,
    }
}

/// Whether a variable is declared at the place that is shown; says where it is if not.
fn is_own(model: &mut Model, declared: &Declared) -> bool {
    let own = declared.source == model.workspace_editor.place;
    if !own {
        let words = format!("`{}` comes from {}", declared.name, with_article(&declared.source));
        model.say(NoticeKind::Info, words);
    }
    own
}
