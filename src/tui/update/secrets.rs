//! Secrets on their way to the private store, and what comes back.

use crate::core::credential::Secret;
use crate::core::names::RequestPath;
use crate::core::request::Request;
use crate::tui::editor::Editor;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::field::{self, EditorField};
use crate::tui::model::overlay::{Ask, Overlay};
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::update::{editing, follow_up, tree_nodes};

/// Asks the private store to keep a secret. Until it answers, the request stays open and whatever
/// needs the secret waits.
pub(super) fn keep(
    model: &mut Model,
    path: RequestPath,
    slot: Option<EditorField>,
    name: String,
    secret: Secret,
) -> Effect {
    model.waiting.keep(path.clone());
    DiskEffect::KeepSecret { path, slot, name, secret }.into()
}

/// Takes the secrets out of the fields of a request that came from elsewhere.
pub(super) fn take(request: &mut Request) -> Vec<(EditorField, Secret)> {
    let mut taken = Vec::new();
    for slot in field::secrets() {
        let text = field::text(request, slot);
        if !editing::is_reference(&text) {
            taken.push((slot, Secret::new(text)));
            // Only number fields refuse a text, and no secret is one.
            let _ = field::set_text(request, slot, String::new());
        }
    }
    taken
}

/// Asks the private store to keep the secrets of the request that is shown.
pub(super) fn keep_all(model: &mut Model, secrets: Vec<(EditorField, Secret)>) -> Vec<Effect> {
    let Some(path) = model.current.clone() else { return Vec::new() };
    let keep = |(slot, secret)| {
        let name = editing::secret_name(&path, slot);
        keep(model, path.clone(), Some(slot), name, secret)
    };
    secrets.into_iter().map(keep).collect()
}

/// A secret is in the private store; its field takes the reference.
pub(super) fn kept(
    model: &mut Model,
    path: &str,
    slot: Option<EditorField>,
    reference: String,
    name: String,
) -> Vec<Effect> {
    model.waiting.kept(path);
    model.secrets.insert(name);
    if let (Some(slot), Some(open)) = (slot, model.open_requests.get_mut(path)) {
        open.change(|request| {
            // Only number fields refuse a text, and no secret is one.
            let _ = field::set_text(request, slot, reference);
        });
    }
    model.say(NoticeKind::Good, "Kept in the private store; the request holds a reference");
    follow_up::changed(model, path)
}

/// A secret could not be kept: the place where it was typed opens again, with its text.
pub(super) fn not_kept(
    model: &mut Model,
    path: &str,
    slot: Option<EditorField>,
    name: String,
    text: &Secret,
) -> Vec<Effect> {
    model.waiting.kept(path);
    model.waiting.give_up();
    let Some(slot) = slot else {
        model.overlays.push(Overlay::Ask(Ask::Secret(name), Editor::new(text.expose(), false)));
        return Vec::new();
    };
    let effects = editing::leave(model);
    // An invalid field is dropped: a number is easier to type again than a secret.
    model.editing = None;
    if model.open_requests.contains_key(path) {
        model.current = Some(path.into());
        model.tree.go_to(path);
        tree_nodes::keep_tree_in_view(model);
    }
    if let Some(open) = model.shown_mut().filter(|open| open.path == path) {
        open.go_to(slot);
        (model.focus, model.front) = (Pane::Request, Pane::Request);
        editing::start(model, slot);
    }
    if let Some(editing) = model.editing.as_mut() {
        editing.editor.replace(text.expose());
    }
    effects
}
