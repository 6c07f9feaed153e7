//! Fields that hold secrets, and asking the private store to keep what was typed into them.

use crate::core::clear_secrets::{self, Taken};
use crate::core::collection;
use crate::core::credential::Secret;
use crate::core::names::RequestPath;
use crate::core::request::Request;
use crate::core::template::{self, PartKind, Reference};
use crate::io::store::request_edit;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::Model;
use crate::tui::model::field::{self, EditorField};

/// Asks the private store to keep a secret. Until it answers, the request stays open and whatever
/// needs the secret waits.
pub(super) fn keep(
    model: &mut Model,
    path: RequestPath,
    field: Option<EditorField>,
    name: String,
    secret: Secret,
) -> Effect {
    model.waiting.keep(path.clone());
    DiskEffect::KeepSecret { path, field, name, secret }.into()
}

/// Takes the secrets out of the fields of a request that came from elsewhere.
pub(super) fn take(request: &mut Request) -> Vec<(EditorField, Secret)> {
    let mut taken = Vec::new();
    for field in field::secrets() {
        let text = field::text(request, field);
        if !template::is_reference(&text) {
            taken.push((field, Secret::new(text)));
            // Only number fields refuse a text, and no secret is one.
            let _ = field::set_text(request, field, String::new());
        }
    }
    taken
}

/// Asks the private store to keep the secrets of the request that is shown.
pub(super) fn keep_all(model: &mut Model, secrets: Vec<(EditorField, Secret)>) -> Vec<Effect> {
    let Some(path) = model.current.clone() else { return Vec::new() };
    let keep = |(field, secret)| {
        let name = secret_name(model, &path, field);
        keep(model, path.clone(), Some(field), name, secret)
    };
    secrets.into_iter().map(keep).collect()
}

/// The names that a new secret of a request may not get: those that the store has, and those that
/// other open requests refer to. Two paths may differ in their separators alone, and what was renamed
/// or copied keeps its references.
pub(super) fn names_in_use(model: &Model, path: &str) -> Vec<String> {
    let others = model.open_requests.values().filter(|open| open.path != *path);
    others.flat_map(|open| secrets_of(&open.request)).chain(model.secrets.iter().cloned()).collect()
}

/// Takes the secrets that stand in the clear in the rows and the URL of a request. Each gets a name
/// that isn't in use yet.
pub(super) fn take_clear(request: &mut Request, path: &str, mut in_use: Vec<String>) -> Vec<Taken> {
    in_use.extend(secrets_of(request));
    clear_secrets::take(request, |word| {
        let name = collection::free_name(&name_in(path, word), in_use.iter().map(String::as_str));
        in_use.push(name.clone());
        name
    })
}

/// Asks the private store to keep what was taken out of the request that is shown.
pub(super) fn keep_clear(model: &mut Model, taken: Vec<Taken>) -> Vec<Effect> {
    let Some(path) = model.current.clone() else { return Vec::new() };
    taken.into_iter().map(|taken| keep(model, path.clone(), None, taken.name, taken.secret)).collect()
}

/// A name for a secret of a request, made of its path and a word.
fn name_in(path: &str, word: &str) -> String {
    let plain =
        |text: &str| -> String { text.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect() };
    format!("{}.{}", plain(path.trim_end_matches(".toml")), plain(word))
}

/// A name for a field's secret, made of the request's path and the field, that isn't in use yet.
pub(super) fn secret_name(model: &Model, path: &str, field: EditorField) -> String {
    let wanted = name_in(path, &field::label(field).to_lowercase());
    collection::free_name(&wanted, names_in_use(model, path).iter().map(String::as_str))
}

/// The names of the secrets that a request refers to, in whatever field.
fn secrets_of(request: &Request) -> Vec<String> {
    let secret = |part: template::Part| match part.kind {
        PartKind::Reference(Reference::Secret(name)) => Some(name),
        PartKind::Reference(Reference::Variable(_) | Reference::Env(_))
        | PartKind::Literal(_)
        | PartKind::Broken(_) => None,
    };
    template::parse(&request_edit::update("", request)).into_iter().filter_map(secret).collect()
}
