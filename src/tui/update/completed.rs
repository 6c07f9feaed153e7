//! Takes a word that is offered while typing.
//!
//! Refuses to find the words: `completing` does.

use crate::config::key::{Key, KeyCode};
use crate::tui::effect::Effect;
use crate::tui::model::{CompletionKind, Model};
use crate::tui::update::{completing, editing, next_field};

/// What a key does in the open list; `None` where it does nothing there.
pub(super) fn key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let editing = model.editing.as_mut()?;
    let completion = editing.completion.as_mut()?;
    let is_plain = !key.ctrl && !key.alt && !key.shift;
    let is_reference = completion.kind == CompletionKind::Reference;
    match key.code {
        KeyCode::Down if is_plain => completion.select_next(),
        KeyCode::Up if is_plain => completion.select_previous(),
        KeyCode::Enter if is_plain && completion.selected.is_some() => take(model),
        KeyCode::Tab if is_plain && is_reference => take(model),
        // A marked word is taken, and the next field begins as after any other text.
        KeyCode::Tab if is_plain && completion.selected.is_some() => {
            take(model);
            let mut effects = editing::typed(model);
            effects.extend(next_field::step(model, true));
            return Some(effects);
        }
        KeyCode::Right if is_plain && editing.editor.is_at_line_end() => take(model),
        _ => return None,
    }
    Some(editing::typed(model))
}

/// Takes the marked word of the list, or its first one; opens the list if it is closed.
pub(super) fn complete(model: &mut Model) -> Vec<Effect> {
    let is_open = model.editing.as_ref().is_some_and(|editing| editing.completion.is_some());
    if is_open {
        take(model);
        return editing::typed(model);
    }
    completing::open(model, true).into_iter().collect()
}

/// Takes the word of a row of the list.
pub(super) fn take_row(model: &mut Model, row: usize) -> Vec<Effect> {
    if let Some(completion) = model.editing.as_mut().and_then(|editing| editing.completion.as_mut()) {
        completion.selected = Some(row);
    }
    take(model);
    editing::typed(model)
}

fn take(model: &mut Model) {
    let Some(editing) = model.editing.as_mut() else { return };
    let Some(completion) = editing.completion.take() else { return };
    let Some(word) = completion.words.get(completion.selected.unwrap_or(0)) else { return };
    editing.editor.delete_before(completion.typed);
    editing.editor.insert(&word.text);
    if completion.kind == CompletionKind::Reference && !editing.editor.skip("}}") {
        editing.editor.insert("}}");
    }
    editing.quiet = Some(editing.editor.version());
}
