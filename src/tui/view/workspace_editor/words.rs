//! What is said below the rows of the workspace editor: about the row with the cursor, or about what is
//! typed.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::config::command::{Command, Context};
use crate::core::names::IdentityName;
use crate::core::scope::Source;
use crate::core::secret_names;
use crate::core::template;
use crate::core::workspace::{Declared, Part, Workspace};
use crate::tui::hit_test::MARK;
use crate::tui::keymap;
use crate::tui::model::workspace_editor::{WorkspaceCell, WorkspaceRow};
use crate::tui::model::{EditTarget, Editing, Model};
use crate::tui::overlay_lines::with_article;
use crate::tui::text;
use crate::tui::view::style::Paint;

/// What is to say about the row with the cursor: a file that can't be read comes first.
pub(super) fn of(
    model: &Model,
    paint: &Paint<'_>,
    row: Option<&WorkspaceRow>,
    width: usize,
) -> Vec<Line<'static>> {
    let lines = |words: &str, look: Style| {
        let wrapped = text::wrap(words, width.saturating_sub(usize::from(MARK)));
        wrapped.into_iter().map(move |line| Line::styled(format!("  {line}"), look)).collect::<Vec<_>>()
    };
    if let Some(problem) = file_problem(model) {
        let open = keymap::hint(model, Command::ExternalEditor, Context::Workspace);
        let open = open.map(|(key, _)| format!(" {key} opens the file.")).unwrap_or_default();
        return lines(&format!("✗ {problem}{open}"), paint.error());
    }
    if let Some(editing) = &model.editing
        && let EditTarget::Workspace(cell) = &editing.target
    {
        let error = editing.error.as_ref().map(|error| lines(&format!("✗ {error}"), paint.error()));
        let about = lines(&format!("{}{}", typed(cell), was(model, cell, editing)), paint.dim());
        return error.into_iter().chain([about]).flatten().collect();
    }
    match row {
        Some(WorkspaceRow::Variable(Declared { problem: Some(problem), .. })) => {
            lines(&format!("✗ {} {}", problem.placed(), problem.hint), paint.error())
        }
        Some(WorkspaceRow::Variable(declared)) => lines(&about(model, declared), paint.dim()),
        Some(WorkspaceRow::Environment { name, production, .. }) => {
            let mark = if *production { "Sending in it asks first." } else { "Sending in it doesn't ask." };
            let pick = keymap::says(model, Command::EnvironmentPicker, "chooses an environment");
            let chosen = if model.environment.as_deref() == Some(name) { "Chosen. " } else { "" };
            lines(&format!("{chosen}{mark} {pick}."), paint.dim())
        }
        Some(WorkspaceRow::Place) => {
            let words = match Workspace::file_of(&model.workspace_editor.place) {
                Some(file) => format!("Saved in {}.", text::safe(&file)),
                None => "Values for this run come before every other, and are never saved.".to_owned(),
            };
            lines(&words, paint.dim())
        }
        Some(WorkspaceRow::Identity(name)) => {
            let detail = model.identity_detail(name);
            match identity_problem(model, name) {
                Some(problem) => lines(&problem, paint.error()),
                None => lines(
                    &format!("{detail}. Saved in signpost.toml, secrets in the private store."),
                    paint.dim(),
                ),
            }
        }
        Some(WorkspaceRow::Field { identity, field, .. }) => match identity_problem(model, identity) {
            Some(problem) => lines(&problem, paint.error()),
            None => lines(&format!("`{}`: {}", field.key, field.hint), paint.dim()),
        },
        Some(WorkspaceRow::NewVariable | WorkspaceRow::NewEnvironment | WorkspaceRow::NewIdentity) | None => {
            Vec::new()
        }
    }
}

/// What is wrong with an identity.
fn identity_problem(model: &Model, name: &IdentityName) -> Option<String> {
    let part = Part::Identity(name.clone());
    let found = model.workspace.problems.iter().find(|found| found.part == part)?;
    Some(format!("✗ {}. {}", found.problem.placed(), found.problem.hint))
}

/// The problem of the file in which the rows are declared, if it can't be read as a whole.
fn file_problem(model: &Model) -> Option<String> {
    let source = match &model.workspace_editor.place {
        place @ Source::Folder(_) => place.clone(),
        Source::Workspace | Source::Environment(_) | Source::CommandLine | Source::ThisRun => {
            Source::Workspace
        }
    };
    let of = |part: &Part| *part == Part::File(source.clone()) || *part == Part::File(Source::Workspace);
    let found = model.workspace.problems.iter().find(|found| of(&found.part))?;
    Some(format!("{}. {}", found.problem.placed(), found.problem.hint))
}

/// Where a variable's value comes from, what it replaces, and what replaces it.
fn about(model: &Model, declared: &Declared) -> String {
    let mut words = match Workspace::file_of(&declared.source) {
        Some(file) => format!("Declared in the {} ({}).", declared.source, text::safe(&file)),
        None => "For this run, not saved.".to_owned(),
    };
    if let Some((source, value)) = &declared.overrides {
        let masked =
            secret_names::may_be_secret(&declared.name) && !model.revealed && !template::is_reference(value);
        let value = if masked { "••••••••".to_owned() } else { text::fit(value, 60) };
        words.push_str(&format!(" Overrides the {source}'s: {value}."));
    }
    if let Some(nearer) = &declared.overridden_by {
        words.push_str(&format!(" Overridden by {}, which applies now.", with_article(nearer)));
    }
    if declared.source != model.workspace_editor.place {
        let edit = keymap::hint(model, Command::Edit, Context::Workspace).map(|(key, _)| key);
        let place = &model.workspace_editor.place;
        if let Some(key) = edit {
            let place = match place {
                Source::ThisRun => "for this run".to_owned(),
                place => format!("in the {place}"),
            };
            words.push_str(&format!(" {key} overrides it {place}."));
        }
    }
    words
}

/// What a text that is typed will be.
fn typed(cell: &WorkspaceCell) -> String {
    let name = |name: &str| text::fit(name, 28);
    match cell {
        WorkspaceCell::NewVariable(Source::ThisRun) => "The name of a new value for this run.".to_owned(),
        WorkspaceCell::NewVariable(place) => {
            format!("The name of a new variable in the {}.", name(&place.to_string()))
        }
        WorkspaceCell::Value { name: variable, place: Source::ThisRun, .. } => {
            format!("`{}` for this run, not saved.", name(variable))
        }
        WorkspaceCell::Value { name: variable, place, .. } => {
            let kept = if cell.is_secret() { ", kept in the private store" } else { "" };
            format!("`{}` in the {}{kept}.", name(variable), name(&place.to_string()))
        }
        WorkspaceCell::RenameVariable { name: variable, .. } => {
            format!("Another name for the variable `{}`.", name(variable))
        }
        WorkspaceCell::NewEnvironment { .. } => "The name of a new environment.".to_owned(),
        WorkspaceCell::CopyEnvironment(from) => format!("The name of a copy of `{}`.", name(from)),
        WorkspaceCell::RenameEnvironment(from) => {
            format!("Another name for the environment `{}`.", name(from))
        }
        WorkspaceCell::NewIdentity { .. } => "The name of a new identity; its kind comes next.".to_owned(),
        WorkspaceCell::RenameIdentity(from) => format!("Another name for the identity `{}`.", name(from)),
        WorkspaceCell::Field { identity, field, .. } => {
            let hint = if field.hint.is_empty() { String::new() } else { format!(" ({})", field.hint) };
            let kept = if cell.is_secret() { ", kept in the private store" } else { "" };
            format!("{} of `{}`{kept}{hint}.", field.label, name(identity))
        }
    }
}

/// The value in the file, once another one has been typed.
fn was(model: &Model, cell: &WorkspaceCell, editing: &Editing) -> String {
    match cell {
        WorkspaceCell::Value { before: Some(before), .. }
        | WorkspaceCell::Field { before: Some(before), .. }
            if !before.is_empty() && *before != editing.editor.text() =>
        {
            let masked = cell.is_masked() && !model.revealed && !template::is_reference(before);
            let before = if masked { "••••••••".to_owned() } else { text::fit(before, 60) };
            format!(" In the file: {before}")
        }
        WorkspaceCell::Value { .. }
        | WorkspaceCell::Field { .. }
        | WorkspaceCell::NewVariable(_)
        | WorkspaceCell::RenameVariable { .. }
        | WorkspaceCell::NewEnvironment { .. }
        | WorkspaceCell::CopyEnvironment(_)
        | WorkspaceCell::RenameEnvironment(_)
        | WorkspaceCell::NewIdentity { .. }
        | WorkspaceCell::RenameIdentity(_) => String::new(),
    }
}
