//! Values of variables and of the fields of identities, as the disk is asked for them.

use crate::core::credential::Secret;
use crate::core::identity_fields::{IdentityEditor, IdentityField};
use crate::core::names::IdentityName;
use crate::core::scope::Source;
use crate::core::secret_names;
use crate::core::template;
use crate::core::workspace::{Edit, NewValue, WorkspaceChange, secret_name};
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::Model;
use crate::tui::update::cells::overrides;

/// The section of `signpost.toml` that declares identities.
pub(in crate::tui::update) const IDENTITIES: &str = "identities";

/// Has the disk make a change.
pub(in crate::tui::update) fn make(model: &mut Model, change: Option<WorkspaceChange>) -> Vec<Effect> {
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
pub(in crate::tui::update) fn set(
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

/// Gives a field a text, or leaves it out. A secret goes to the private store.
pub(in crate::tui::update) fn set_field(
    model: &mut Model,
    identity: &IdentityName,
    field: &'static IdentityField,
    text: Option<String>,
    before: Option<String>,
) -> Vec<Effect> {
    let named = |edit| WorkspaceChange::named(IDENTITIES, identity.as_str(), Some(field.key), edit);
    if text == before {
        return Vec::new();
    }
    let Some(text) = text else { return make(model, Some(named(Edit::Remove))) };
    let value = match field.editor {
        IdentityEditor::Number => match text.parse() {
            Ok(number) => NewValue::Number(number),
            // The cell isn't left with anything else.
            Err(_) => return Vec::new(),
        },
        IdentityEditor::Secret if !template::is_reference(&text) => {
            let path = named(Edit::Remove).path;
            NewValue::Secret { name: secret_name(&path), secret: Secret::new(text) }
        }
        IdentityEditor::Text | IdentityEditor::Secret | IdentityEditor::Words(_) | IdentityEditor::Source => {
            NewValue::Text(text)
        }
    };
    make(model, Some(named(Edit::Set { value, before })))
}

/// Takes the text that was typed for a field; an empty one leaves an optional field out.
pub(super) fn take_field(
    model: &mut Model,
    identity: &IdentityName,
    field: &'static IdentityField,
    text: &str,
    before: Option<String>,
) -> Vec<Effect> {
    let text = text.trim();
    let text = (field.required || !text.is_empty()).then(|| text.to_owned());
    set_field(model, identity, field, text, before)
}
