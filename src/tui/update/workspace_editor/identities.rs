//! Identities in the workspace editor: made, edited and deleted, as the table of their fields says.

use crate::core::convert::aws_keys;
use crate::core::credential::Secret;
use crate::core::identity_fields::{self, IdentityEditor, IdentityField, IdentityKindInfo};
use crate::core::names::IdentityName;
use crate::core::request::fields::AuthField;
use crate::core::workspace::{Edit, WorkspaceChange};
use crate::tui::effect::Effect;
use crate::tui::model::overlay::{Confirm, Overlay};
use crate::tui::model::workspace_editor::{KIND, WorkspaceCell, WorkspaceRow, WorkspaceTab};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::update::cells::check;
use crate::tui::update::cells::values::{self, FieldEdit, IDENTITIES, make};
use crate::tui::update::workspace_editor::type_into;
use crate::tui::update::{editing, follow_up, pickers};

/// The row of an identity's first field, after its name and kind.
const FIRST_FIELD: usize = 2;

/// Shows the fields of an identity.
pub(in crate::tui::update) fn show(model: &mut Model, name: IdentityName) {
    model.workspace_editor.tab = WorkspaceTab::Identities;
    model.workspace_editor.identity = Some(name);
    model.settle_workspace_editor();
}

/// Shows the next or previous identity.
pub(super) fn step(model: &mut Model, now: &IdentityName, by: isize) {
    let names = model.identity_names();
    let at = names.iter().position(|name| now == name.as_str()).unwrap_or(0);
    let next = (at + names.len()).wrapping_add_signed(by) % names.len().max(1);
    if let Some(name) = names.get(next) {
        show(model, name.as_str().into());
    }
}

/// Edits a field: types into its text, or offers its words.
pub(super) fn edit(
    model: &mut Model,
    identity: &IdentityName,
    field: &'static IdentityField,
    value: Option<String>,
) -> Vec<Effect> {
    let words: Vec<(String, &'static str)> = match field.editor {
        IdentityEditor::Text | IdentityEditor::Secret | IdentityEditor::Number => {
            let cell = WorkspaceCell::Field { identity: identity.clone(), field, before: value };
            return type_into(model, cell);
        }
        IdentityEditor::Words(_) if *field == KIND => {
            identity_fields::KINDS.iter().map(|kind| (kind.word.to_owned(), kind.doc)).collect()
        }
        IdentityEditor::Words(words) => words.iter().map(|word| ((*word).to_owned(), "")).collect(),
        IdentityEditor::Source => {
            let names = model.identity_names().into_iter().filter(|name| identity != name.as_str());
            names.map(|name| (name, "")).collect()
        }
    };
    if words.is_empty() {
        model.say(NoticeKind::Info, "No other identity yet");
        return Vec::new();
    }
    pickers::pick_identity_word(model, identity, field, words, value)
}

/// Makes an identity of a kind, with what it needs still to be typed.
pub(in crate::tui::update) fn create(
    model: &mut Model,
    name: &IdentityName,
    kind: &'static IdentityKindInfo,
    sign: bool,
) -> Vec<Effect> {
    let source = model.identity_names().into_iter().next().unwrap_or_default();
    let required = kind.fields.iter().filter(|field| field.required).map(|field| {
        let text = if field.editor == IdentityEditor::Source { source.clone() } else { String::new() };
        (field.key.to_owned(), text)
    });
    let first = (KIND.key.to_owned(), kind.word.to_owned());
    let rows = std::iter::once(first).chain(required).collect();
    model.workspace_editor.sign_as = sign.then(|| name.clone());
    make(model, Some(WorkspaceChange::named(IDENTITIES, name.as_str(), None, Edit::Add(rows))))
}

/// Asks whether to delete the identity, or leaves the field out.
pub(super) fn delete(model: &mut Model, row: WorkspaceRow) -> Vec<Effect> {
    match row {
        WorkspaceRow::Identity(name) => {
            model.overlays.push(Overlay::Confirm(Confirm::RemoveIdentity(name)));
            Vec::new()
        }
        WorkspaceRow::Field { field, .. } if field.required => {
            model.say(NoticeKind::Info, format!("An identity of this kind needs `{}`", field.key));
            Vec::new()
        }
        WorkspaceRow::Field { identity, field, value: before @ Some(_) } => {
            values::set_field(model, &identity, field, None, before)
        }
        WorkspaceRow::Field { value: None, .. }
        | WorkspaceRow::Place
        | WorkspaceRow::Variable(_)
        | WorkspaceRow::NewVariable
        | WorkspaceRow::Environment { .. }
        | WorkspaceRow::NewEnvironment
        | WorkspaceRow::NewIdentity => Vec::new(),
    }
}

/// Deletes an identity.
pub(in crate::tui::update) fn remove(model: &mut Model, name: &IdentityName) -> Vec<Effect> {
    make(model, Some(WorkspaceChange::named(IDENTITIES, name.as_str(), None, Edit::Remove)))
}

/// Gives a field a word that was picked, or leaves it out.
pub(in crate::tui::update) fn choose(
    model: &mut Model,
    identity: &IdentityName,
    field: &'static IdentityField,
    word: Option<String>,
) -> Vec<Effect> {
    let texts = model.workspace.identity_texts.get(identity.as_str());
    let before = texts.and_then(|texts| texts.get(field.key)).cloned();
    values::set_field(model, identity, field, word, before)
}

/// Puts pasted AWS keys into the fields of the identity that is being edited, as one change with what
/// was being typed there. `None` where the paste holds none, or no such field is edited.
pub(in crate::tui::update) fn paste_keys(model: &mut Model, text: &str) -> Option<Vec<Effect>> {
    let (cell, typed) = model.typed_cell()?;
    let WorkspaceCell::Field { identity, field: edited, before } = &cell else { return None };
    let texts = model.workspace.identity_texts.get(identity.as_str())?;
    let kind = identity_fields::kind(texts.get(KIND.key)?)?;
    let field = |key: &str| kind.fields.iter().find(|field| field.key == key);
    let (access, secret) = (field("access_key")?, field("secret_key")?);
    let keys = aws_keys::find(text)?;
    if check::check(model, &cell, &typed).is_err() {
        return Some(editing::leave(model));
    }
    let exposed = |secret: Option<Secret>| secret.map(|secret| secret.expose().to_owned());
    let token = exposed(keys.session_token);
    // A token of other keys wouldn't fit these.
    let has_token = token.is_some() || keys.access_key.is_some();
    let pasted = [
        keys.access_key.map(|text| (access, Some(text))),
        exposed(keys.secret_key).map(|text| (secret, Some(text))),
        field("session_token").filter(|_| has_token).map(|field| (field, token)),
    ];
    let has = |field: &IdentityField| texts.get(field.key).cloned();
    let pasted = pasted.into_iter().flatten();
    let mut fields: Vec<FieldEdit> = pasted.map(|(field, text)| (field, text, has(field))).collect();
    if fields.iter().all(|(field, ..)| field.key != edited.key) {
        fields.push((*edited, values::text_of_field(edited, &typed), before.clone()));
    }
    let effects = values::set_fields(model, identity, fields);
    let written = model.editing.take().map(|editing| (cell, editing.editor));
    model.workspace_editor.written = written.filter(|_| !effects.is_empty());
    Some(effects)
}

/// Goes with a change of a whole identity: to a new one, or to its new name. Gives what follows where
/// it signs the request that is shown.
pub(super) fn followed(model: &mut Model, change: &WorkspaceChange, now: &str) -> Vec<Effect> {
    match &change.edit {
        Edit::Add(_) => {
            show(model, now.into());
            model.workspace_editor.set_line(FIRST_FIELD);
        }
        Edit::Rename(_) | Edit::Copy(_) => show(model, now.into()),
        Edit::Set { .. } | Edit::SetKeys(_) | Edit::Remove => {}
    }
    let Some(name) = model.workspace_editor.sign_as.take().filter(|name| name == now) else {
        return Vec::new();
    };
    if let Some(open) = model.shown_mut() {
        open.choose(AuthField::Identity.into(), name.as_str());
    }
    let mut effects = follow_up::touched(model);
    effects.extend(super::open(model));
    effects
}
