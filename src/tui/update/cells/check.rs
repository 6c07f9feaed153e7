//! Whether a text can be in a cell of the workspace editor.

use crate::core::collection;
use crate::core::identity_fields::IdentityEditor;
use crate::core::names::IdentityName;
use crate::core::scope::Source;
use crate::core::template;
use crate::tui::model::Model;
use crate::tui::model::workspace_editor::WorkspaceCell;

/// Whether a cell can have this text. An empty name changes nothing.
pub(in crate::tui::update) fn check(model: &Model, cell: &WorkspaceCell, text: &str) -> Result<(), String> {
    let name = text.trim();
    match cell {
        WorkspaceCell::Value { .. } => Ok(()),
        WorkspaceCell::Field { field, .. } if field.editor == IdentityEditor::Number => {
            let is_number = name.is_empty() && !field.required || name.parse::<u64>().is_ok();
            if is_number { Ok(()) } else { Err(format!("`{}` is a whole number", field.key)) }
        }
        WorkspaceCell::Field { .. } => Ok(()),
        cell if cell.is_name() && name.is_empty() => Ok(()),
        WorkspaceCell::NewVariable(place) => check_variable(model, place, None, name),
        WorkspaceCell::RenameVariable { place, name: from } => check_variable(model, place, Some(from), name),
        WorkspaceCell::NewEnvironment { .. } | WorkspaceCell::CopyEnvironment(_) => {
            check_environment(model, None, name)
        }
        WorkspaceCell::RenameEnvironment(from) => check_environment(model, Some(from), name),
        WorkspaceCell::NewIdentity { .. } => check_identity(model, None, name),
        WorkspaceCell::RenameIdentity(from) => check_identity(model, Some(from), name),
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

/// Whether an identity can have this name.
fn check_identity(model: &Model, from: Option<&IdentityName>, name: &str) -> Result<(), String> {
    collection::check_visible(name).map_err(|error| error.to_string())?;
    let taken =
        from.is_none_or(|from| from != name) && model.identity_names().iter().any(|other| other == name);
    if taken { Err(format!("The identity `{name}` already exists")) } else { Ok(()) }
}
