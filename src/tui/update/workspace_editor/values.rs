//! Changes of the workspace's files as the disk is asked for them, and values of variables.

use crate::core::credential::Secret;
use crate::core::scope::Source;
use crate::core::secret_names;
use crate::core::template;
use crate::core::workspace::{Edit, NewValue, WorkspaceChange, secret_name};
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::Model;
use crate::tui::update::workspace_editor::overrides;

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

/// Gives a variable a value. A secret goes to the private store.
pub(super) fn set(
    model: &mut Model,
    place: &Source,
    name: &str,
    text: &str,
    before: Option<String>,
) -> Vec<Effect> {
    if *place == Source::ThisRun {
        return overrides::set(model, name, text);
    }
    let edit = Edit::Set { value: NewValue::Text(text.to_owned()), before };
    let Some(mut change) = WorkspaceChange::variable(place, name, edit) else { return Vec::new() };
    if let Edit::Set { value, .. } = &mut change.edit
        && secret_names::is_secret(name)
        && !template::is_reference(text)
    {
        let secret = Secret::new(text.trim());
        *value = NewValue::Secret { name: secret_name(&change.path), secret };
    }
    make(model, Some(change))
}
