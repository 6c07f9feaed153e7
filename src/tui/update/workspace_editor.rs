//! The workspace editor: what its keys do, what it asks for, and what the disk answers.
//!
//! Owns which change of the workspace's files a key means. Refuses to change the workspace itself:
//! the disk's thread does, and what it lists afterwards is shown.

use crate::config::command::Command;
use crate::core::collection;
use crate::core::credential::Secret;
use crate::core::scope::Source;
use crate::core::secret_names;
use crate::core::template;
use crate::core::workspace::{Declared, Edit, NewValue, WorkspaceChange, secret_name};
use crate::io::store::workspace::FileEdit;
use crate::tui::editor::Editor;
use crate::tui::effect::{DiskEffect, Effect, ScreenEffect};
use crate::tui::keymap;
use crate::tui::model::field::Column;
use crate::tui::model::overlay::{Ask, Confirm, Overlay};
use crate::tui::model::workspace_editor::{WorkspaceAsk, WorkspaceRow, WorkspaceTab};
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::msg::Msg;
use crate::tui::update::{dispatch, motion, pickers, secret_fields};

/// Opens the workspace editor.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let from = model.focus;
    let effects = motion::focus(model, Pane::Workspace);
    if model.focus == Pane::Workspace && from != Pane::Workspace {
        model.workspace_editor.back = from;
    }
    model.settle_workspace_editor();
    effects
}

/// Goes back to the pane that was left for the workspace editor.
pub(super) fn leave(model: &mut Model) -> Vec<Effect> {
    let back = model.workspace_editor.back;
    motion::focus(model, back)
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
        Some(WorkspaceRow::NewVariable | WorkspaceRow::Environment { .. } | WorkspaceRow::NewEnvironment)
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
            ask_value(model, &declared)
        }
        Some(WorkspaceRow::Environment { name, .. }) => {
            show_place(model, Source::Environment(name));
            Vec::new()
        }
        Some(WorkspaceRow::NewVariable | WorkspaceRow::NewEnvironment) => add(model),
        None => Vec::new(),
    }
}

/// Asks for the name of a new variable or environment.
pub(super) fn add(model: &mut Model) -> Vec<Effect> {
    let ask = match model.workspace_editor.tab {
        WorkspaceTab::Variables => WorkspaceAsk::NewVariable(model.workspace_editor.place.clone()),
        WorkspaceTab::Environments => WorkspaceAsk::NewEnvironment { choose: false },
    };
    ask_for(model, ask, "")
}

/// Asks for another name of what the cursor is on.
pub(super) fn rename(model: &mut Model) -> Vec<Effect> {
    match model.workspace_row() {
        Some(WorkspaceRow::Variable(declared)) if is_own(model, &declared) => {
            let name = declared.name.clone();
            let place = declared.source;
            ask_for(model, WorkspaceAsk::RenameVariable { place, name: name.clone() }, &name)
        }
        Some(WorkspaceRow::Environment { name, .. }) => {
            ask_for(model, WorkspaceAsk::RenameEnvironment(name.clone()), &name)
        }
        Some(
            WorkspaceRow::Variable(_)
            | WorkspaceRow::Place
            | WorkspaceRow::NewVariable
            | WorkspaceRow::NewEnvironment,
        )
        | None => Vec::new(),
    }
}

/// Deletes the variable, or asks whether to delete the environment.
pub(super) fn delete(model: &mut Model) -> Vec<Effect> {
    match model.workspace_row() {
        Some(WorkspaceRow::Variable(declared)) if is_own(model, &declared) => {
            let change = WorkspaceChange::variable(&declared.source, &declared.name, Edit::Remove);
            make(model, change)
        }
        Some(WorkspaceRow::Environment { name, .. }) => {
            model.overlays.push(Overlay::Confirm(Confirm::RemoveEnvironment(name)));
            Vec::new()
        }
        Some(
            WorkspaceRow::Variable(_)
            | WorkspaceRow::Place
            | WorkspaceRow::NewVariable
            | WorkspaceRow::NewEnvironment,
        )
        | None => Vec::new(),
    }
}

/// Deletes an environment.
pub(super) fn remove_environment(model: &mut Model, name: &str) -> Vec<Effect> {
    make(model, Some(WorkspaceChange::named("environments", name, None, Edit::Remove)))
}

/// Asks for the name of a copy of the environment.
pub(super) fn copy(model: &mut Model) -> Vec<Effect> {
    if model.focus != Pane::Workspace {
        return show_environments(model);
    }
    let Some(name) = environment(model) else { return Vec::new() };
    let names = model.environments().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
    let free = collection::free_name(&name, names.iter().map(String::as_str));
    ask_for(model, WorkspaceAsk::CopyEnvironment(name), &free)
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
pub(super) fn open_file(model: &Model) -> Vec<Effect> {
    let source = match model.workspace_row() {
        Some(WorkspaceRow::Variable(declared)) => declared.source,
        Some(
            WorkspaceRow::Place
            | WorkspaceRow::NewVariable
            | WorkspaceRow::Environment { .. }
            | WorkspaceRow::NewEnvironment,
        )
        | None => model.workspace_editor.place.clone(),
    };
    let file = crate::core::workspace::Workspace::file_of(&source);
    file.map(|file| ScreenEffect::EditWorkspaceFile { file }.into()).into_iter().collect()
}

/// The environment that the cursor is on, or whose variables are shown.
fn environment(model: &Model) -> Option<String> {
    match (model.workspace_row(), &model.workspace_editor.place) {
        (Some(WorkspaceRow::Environment { name, .. }), _) => Some(name),
        (Some(WorkspaceRow::NewEnvironment), _) | (None, _) => None,
        (Some(_), Source::Environment(name)) => Some(name.clone()),
        (Some(_), Source::Workspace | Source::Folder(_) | Source::CommandLine) => None,
    }
}

/// Whether a variable is declared at the place that is shown; says where it is if not.
fn is_own(model: &mut Model, declared: &Declared) -> bool {
    let own = declared.source == model.workspace_editor.place;
    if !own {
        let words = format!("`{}` is declared in the {}", declared.name, declared.source);
        model.say(NoticeKind::Info, words);
    }
    own
}

fn ask_value(model: &mut Model, declared: &Declared) -> Vec<Effect> {
    let place = model.workspace_editor.place.clone();
    let own = declared.source == place;
    let before = declared.value.clone().filter(|_| own);
    let ask = WorkspaceAsk::Value { place, name: declared.name.clone(), before };
    ask_for(model, ask, declared.value.as_deref().unwrap_or_default())
}

fn ask_for(model: &mut Model, ask: WorkspaceAsk, text: &str) -> Vec<Effect> {
    let mut editor = Editor::new(text, false);
    if ask.is_secret() {
        // What is typed over a reference must not be joined to it.
        editor.select_all();
    }
    model.overlays.push(Overlay::Ask(Ask::Workspace(ask), editor));
    Vec::new()
}

/// Asks again for what can't be, and says why.
fn ask_again(model: &mut Model, ask: WorkspaceAsk, text: &str, problem: String) -> Vec<Effect> {
    model.say(NoticeKind::Bad, problem);
    ask_for(model, ask, text)
}

/// Takes what was typed.
pub(super) fn answered(model: &mut Model, ask: WorkspaceAsk, text: &str) -> Vec<Effect> {
    let name = text.trim();
    if let WorkspaceAsk::Value { place, name, before } = ask {
        return set_value(model, &place, &name, text, before);
    }
    if name.is_empty() {
        return Vec::new();
    }
    if let Err(problem) = check_name(model, &ask, name) {
        return ask_again(model, ask, name, problem);
    }
    let environment = |of: &str, edit| Some(WorkspaceChange::named("environments", of, None, edit));
    match ask {
        WorkspaceAsk::NewVariable(place) => {
            let ask = WorkspaceAsk::Value { place, name: name.to_owned(), before: None };
            ask_for(model, ask, "")
        }
        WorkspaceAsk::RenameVariable { place, name: from } => {
            make(model, WorkspaceChange::variable(&place, &from, Edit::Rename(name.to_owned())))
        }
        WorkspaceAsk::NewEnvironment { choose } => {
            if choose {
                model.workspace_editor.choose = Some(name.to_owned());
            }
            make(model, environment(name, Edit::Add(Vec::new())))
        }
        WorkspaceAsk::CopyEnvironment(from) => make(model, environment(&from, Edit::Copy(name.to_owned()))),
        WorkspaceAsk::RenameEnvironment(from) => {
            make(model, environment(&from, Edit::Rename(name.to_owned())))
        }
        // Taken above: a value may be empty.
        WorkspaceAsk::Value { .. } => Vec::new(),
    }
}

/// Gives a variable a value. A secret goes to the private store.
fn set_value(
    model: &mut Model,
    place: &Source,
    name: &str,
    text: &str,
    before: Option<String>,
) -> Vec<Effect> {
    if before.as_deref() == Some(text) {
        return Vec::new();
    }
    let Some(mut change) =
        WorkspaceChange::variable(place, name, Edit::Set { value: NewValue::Text(text.to_owned()), before })
    else {
        return Vec::new();
    };
    if let Edit::Set { value, .. } = &mut change.edit
        && secret_names::is_secret(name)
        && !secret_fields::is_reference(text)
    {
        let secret = Secret::new(text.trim());
        *value = NewValue::Secret { name: secret_name(&change.path), secret };
    }
    make(model, Some(change))
}

/// Whether a name can be given.
fn check_name(model: &Model, ask: &WorkspaceAsk, name: &str) -> Result<(), String> {
    let environment = match ask {
        WorkspaceAsk::NewVariable(_) | WorkspaceAsk::RenameVariable { .. } => {
            let words = "use letters, digits, `_`, `-` and `.`";
            return match template::is_name(name) {
                true if is_flag(ask, name) => Err("`production` is the mark of an environment".to_owned()),
                true => Ok(()),
                false => Err(format!("`{name}` isn't a valid variable name; {words}")),
            };
        }
        WorkspaceAsk::NewEnvironment { .. } | WorkspaceAsk::CopyEnvironment(_) => None,
        WorkspaceAsk::RenameEnvironment(from) => Some(from.as_str()),
        WorkspaceAsk::Value { .. } => return Ok(()),
    };
    collection::check_visible(name).map_err(|error| error.to_string())?;
    let taken = environment != Some(name) && model.workspace.environment(name).is_some();
    if taken { Err(format!("The environment `{name}` already exists")) } else { Ok(()) }
}

/// Whether a name isn't a variable's where it is asked for.
fn is_flag(ask: &WorkspaceAsk, name: &str) -> bool {
    let place = match ask {
        WorkspaceAsk::NewVariable(place) | WorkspaceAsk::RenameVariable { place, .. } => place,
        WorkspaceAsk::Value { .. }
        | WorkspaceAsk::NewEnvironment { .. }
        | WorkspaceAsk::CopyEnvironment(_)
        | WorkspaceAsk::RenameEnvironment(_) => return false,
    };
    name == "production" && matches!(place, Source::Environment(_))
}

/// Has the disk make a change.
fn make(model: &mut Model, change: Option<WorkspaceChange>) -> Vec<Effect> {
    let Some(change) = change else { return Vec::new() };
    if let Edit::Rename(to) = &change.edit
        && to == change.name()
    {
        return Vec::new();
    }
    model.waiting.change();
    vec![DiskEffect::ChangeWorkspace { change }.into()]
}

/// A change is on disk.
pub(super) fn changed(
    model: &mut Model,
    change: &WorkspaceChange,
    edit: FileEdit,
    secrets: Vec<String>,
    listed: Msg,
) -> Vec<Effect> {
    model.waiting.changed();
    model.secrets = secrets.into_iter().collect();
    let now = match &change.edit {
        Edit::Copy(to) | Edit::Rename(to) => to.clone(),
        Edit::Set { .. } | Edit::Add(_) | Edit::Remove => change.name().to_owned(),
    };
    if change.environment().is_some() {
        follow_environment(model, change, &now);
    }
    if change.edit != Edit::Remove {
        model.workspace_editor.awaited = Some(now);
    }
    if edit.before != edit.after {
        model.workspace_editor.undo.push(edit);
        model.workspace_editor.redo.clear();
    }
    let mut effects = dispatch(model, listed);
    if let Some(name) = model.workspace_editor.choose.take()
        && model.workspace.environment(&name).is_some()
    {
        effects.extend(pickers::choose_environment(model, Some(name.clone())));
        show_place(model, Source::Environment(name));
        effects.extend(open(model));
    }
    let undo = keymap::says(model, Command::Undo, "takes it back");
    model.say(NoticeKind::Good, format!("{}: {undo}", change.done()));
    effects
}

/// What is chosen and shown of an environment keeps to it under its new name.
fn follow_environment(model: &mut Model, change: &WorkspaceChange, now: &str) {
    let Edit::Rename(_) = &change.edit else { return };
    if model.environment.as_deref() == Some(change.name()) {
        model.environment = Some(now.to_owned());
    }
    if model.workspace_editor.place == Source::Environment(change.name().to_owned()) {
        model.workspace_editor.place = Source::Environment(now.to_owned());
    }
}

/// A change isn't on disk.
pub(super) fn not_changed(model: &mut Model, problem: String, listed: Option<Msg>) -> Vec<Effect> {
    model.waiting.changed();
    model.waiting.give_up();
    model.workspace_editor.choose = None;
    let effects = listed.map(|listed| dispatch(model, listed)).unwrap_or_default();
    model.say(NoticeKind::Bad, problem);
    effects
}

/// Undoes the last change, or makes again the one that was undone.
pub(super) fn step_back(model: &mut Model, redo: bool) -> Vec<Effect> {
    let editor = &mut model.workspace_editor;
    let next = if redo { editor.redo.pop() } else { editor.undo.pop() };
    let Some(edit) = next else {
        model.say(NoticeKind::Info, if redo { "Nothing to redo" } else { "Nothing to undo" });
        return Vec::new();
    };
    model.waiting.change();
    vec![DiskEffect::RestoreFile { edit, redo }.into()]
}

/// A change was undone, or made again.
pub(super) fn restored(model: &mut Model, edit: FileEdit, redo: bool, listed: Msg) -> Vec<Effect> {
    model.waiting.changed();
    let words = format!("{} in {}", if redo { "Redone" } else { "Undone" }, edit.file);
    let editor = &mut model.workspace_editor;
    if redo {
        editor.undo.push(edit)
    } else {
        editor.redo.push(edit)
    }
    let effects = dispatch(model, listed);
    model.say(NoticeKind::Info, words);
    effects
}
