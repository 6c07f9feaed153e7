//! What keys and pastes do while a field is edited.

use crate::config::key::{Key, KeyCode};
use crate::core::convert::json_text;
use crate::core::path_variables;
use crate::core::request::{BodyKind, Request};
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::model::field::EditorField;
use crate::tui::update::{completed, editing, next_field, rows, sending, workspace_editor};

/// One key while typing. `None` where the key is not one that types.
pub(super) fn key(model: &mut Model, key: Key) -> Vec<Effect> {
    if let Some(effects) = completed::key(model, key) {
        return effects;
    }
    let Some(editing) = model.editing.as_mut() else { return Vec::new() };
    let page = 10;
    let is_json = editing.field() == Some(EditorField::BodyText)
        && editing.before().is_some_and(|before| before.body.kind == BodyKind::Json);
    match (key.code, editing.editor.is_multiline()) {
        (KeyCode::Enter, false) => return enter(model),
        (KeyCode::Tab, false) => return next_field::step(model, !key.shift),
        (KeyCode::Tab, true) if key.shift => return next_field::step(model, false),
        (KeyCode::Enter, true) if is_json => {
            let indent = json_text::indent_after(editing.editor.before_cursor());
            editing.editor.insert(&format!("\n{indent}"));
        }
        (KeyCode::Char('}' | ']'), true) if is_json && !key.ctrl && !key.alt => {
            // Alone on its line it stands under the line that its bracket opened.
            let before = editing.editor.before_cursor();
            if before.len() >= 2 && before.trim().is_empty() {
                editing.editor.delete_before(2);
            }
            editing.editor.key(key);
        }
        (KeyCode::PageUp, true) => editing.editor.move_lines(-page),
        (KeyCode::PageDown, true) => editing.editor.move_lines(page),
        _ => {
            editing.editor.key(key);
        }
    }
    editing::typed(model)
}

/// Enter in a field of one line ends typing, and in the URL sends what has nothing left to write.
fn enter(model: &mut Model) -> Vec<Effect> {
    if model.edited_cell().is_some() {
        return workspace_editor::enter(model);
    }
    let is_url = model.edited_field() == Some(EditorField::Url);
    let mut effects = editing::leave(model);
    let is_written = |request: &Request| request.is_written() && path_variables::have_values(request);
    if is_url && model.editing.is_none() && model.shown().is_some_and(|open| is_written(&open.request)) {
        effects.extend(sending::send(model));
    }
    effects
}

/// A paste while typing.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if let Some(effects) = rows::paste(model, text) {
        return effects;
    }
    let Some(editing) = model.editing.as_mut() else { return Vec::new() };
    editing.editor.insert(text);
    editing::typed(model)
}
