//! What the private store answers: a secret was kept, or its field opens again.

use crate::core::credential::Secret;
use crate::tui::editor::Editor;
use crate::tui::effect::Effect;
use crate::tui::model::field::{self, EditorField};
use crate::tui::model::overlay::{Ask, Overlay};
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::update::{editing, follow_up, tree_nodes};

/// A secret is in the private store; its field takes the reference.
pub(super) fn kept(
    model: &mut Model,
    path: &str,
    field: Option<EditorField>,
    reference: String,
    name: String,
) -> Vec<Effect> {
    model.waiting.kept(path);
    model.secrets.insert(name);
    if let (Some(field), Some(open)) = (field, model.open_requests.get_mut(path)) {
        open.change(|request| {
            // Only number fields refuse a text, and no secret is one.
            let _ = field::set_text(request, field, reference);
        });
    }
    model.say(NoticeKind::Good, "Kept in the private store; the request holds a reference");
    follow_up::changed(model, path)
}

/// A secret could not be kept: the place where it was typed opens again, with its text.
pub(super) fn not_kept(
    model: &mut Model,
    path: &str,
    field: Option<EditorField>,
    name: String,
    text: &Secret,
) -> Vec<Effect> {
    model.waiting.kept(path);
    model.waiting.give_up();
    let Some(field) = field else {
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
        open.go_to(field);
        (model.focus, model.front) = (Pane::Request, Pane::Request);
        editing::start(model, field);
    }
    if let Some(editing) = model.editing.as_mut() {
        editing.editor.replace(text.expose());
    }
    effects
}
