//! Values of variables and of the fields of identities, as the disk is asked for them.

use crate::core::credential::Secret;
use crate::core::identity_fields::{IdentityEditor, IdentityField};
use crate::core::names::IdentityName;
use crate::core::scope::Source;
use crate::core::secret_names;
use crate::core::template;
use crate::core::workspace::{Edit, KeyEdit, NewValue, WorkspaceChange, secret_name};
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
    // The cell isn't left with anything else.
    let Some(value) = field_value(identity, field, text) else { return Vec::new() };
    make(model, Some(named(Edit::Set { value, before })))
}

/// A field with the text that it gets and the one that it has; `None` where it's left out.
pub(in crate::tui::update) type FieldEdit = (&'static IdentityField, Option<String>, Option<String>);

/// Gives fields texts, or leaves them out, in one change.
pub(in crate::tui::update) fn set_fields(
    model: &mut Model,
    identity: &IdentityName,
    fields: Vec<FieldEdit>,
) -> Vec<Effect> {
    let key_edit = |(field, text, before): FieldEdit| {
        let value = text.and_then(|text| field_value(identity, field, text));
        KeyEdit { key: field.key.to_owned(), value, before }
    };
    let changed = fields.into_iter().filter(|(_, text, before)| text != before);
    let keys: Vec<KeyEdit> = changed.map(key_edit).collect();
    if keys.is_empty() {
        return Vec::new();
    }
    let change = WorkspaceChange::named(IDENTITIES, identity.as_str(), None, Edit::SetKeys(keys));
    make(model, Some(change))
}

/// A text as the value of a field, a secret for the private store; `None` where it can't be.
fn field_value(identity: &IdentityName, field: &IdentityField, text: String) -> Option<NewValue> {
    match field.editor {
        IdentityEditor::Number => text.parse().ok().map(NewValue::Number),
        IdentityEditor::Secret if !template::is_reference(&text) => {
            let path = [IDENTITIES, identity.as_str(), field.key].map(str::to_owned);
            Some(NewValue::Secret { name: secret_name(&path), secret: Secret::new(text) })
        }
        IdentityEditor::Text | IdentityEditor::Secret | IdentityEditor::Words(_) | IdentityEditor::Source => {
            Some(NewValue::Text(text))
        }
    }
}

/// Takes the text that was typed for a field; an empty one leaves an optional field out.
pub(super) fn take_field(
    model: &mut Model,
    identity: &IdentityName,
    field: &'static IdentityField,
    text: &str,
    before: Option<String>,
) -> Vec<Effect> {
    set_field(model, identity, field, text_of_field(field, text), before)
}

/// The text that was typed for a field; `None` leaves an optional field out.
pub(in crate::tui::update) fn text_of_field(field: &IdentityField, typed: &str) -> Option<String> {
    let text = typed.trim();
    (field.required || !text.is_empty()).then(|| text.to_owned())
}
