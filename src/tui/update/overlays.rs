//! The stack of overlays: moving in them, typing into them, taking what is chosen; and the letters
//! to jump by.

use crate::config::key::{Key, KeyCode};
use crate::tui::effect::Effect;
use crate::tui::hit_test;
use crate::tui::model::field::EditorField;
use crate::tui::model::overlay::{HitTarget, Overlay, Pick};
use crate::tui::model::picker::Unmatched;
use crate::tui::model::{Model, Pane};
use crate::tui::update::{commands, files, motion, pickers, questions};

/// Letters of the jump overlay, the easiest to reach first.
const LETTERS: &str = "asdfghjklqwertyuiopzxcvbnmASDFGHJKLQWERTYUIOPZXCVBNM";

/// Puts a letter on every place.
pub(super) fn jump(model: &mut Model) -> Vec<Effect> {
    let Some(areas) = model.areas() else { return Vec::new() };
    let targets = LETTERS.chars().zip(hit_test::all(model, &areas)).collect();
    model.overlays.push(Overlay::Jump(targets));
    Vec::new()
}

/// Goes to a place, as a jump or a click does.
pub(super) fn go_to(model: &mut Model, place: HitTarget) -> Vec<Effect> {
    match place {
        HitTarget::Pane(pane) => motion::focus(model, pane),
        HitTarget::TreeRow(row) => {
            let mut effects = motion::focus(model, Pane::Tree);
            if model.editing.is_none() {
                model.tree.set_cursor(row);
                effects.extend(files::show_cursor(model));
            }
            effects
        }
        HitTarget::Tab(tab) => {
            let effects = motion::focus(model, Pane::Request);
            if model.editing.is_none()
                && let Some(open) = model.shown_mut()
            {
                open.tab = tab;
            }
            effects
        }
        HitTarget::ResponseTab(tab) => {
            let effects = motion::focus(model, Pane::Response);
            motion::show_response_tab(model, tab);
            effects
        }
        HitTarget::Field(field) => {
            let pane = if matches!(field, EditorField::Url | EditorField::Method) {
                Pane::Url
            } else {
                Pane::Request
            };
            let effects = motion::focus(model, pane);
            if pane == Pane::Request
                && model.editing.is_none()
                && let Some(open) = model.shown_mut()
            {
                open.go_to(field);
            }
            effects
        }
    }
}

/// Moves within the topmost overlay. Gives whether there is one.
pub(super) fn move_by(model: &mut Model, by: isize) -> bool {
    let last = crate::tui::view::last_overlay_scroll(model);
    let scrolled = |scroll: usize| scroll.saturating_add_signed(by).min(last);
    match model.overlays.last_mut() {
        Some(Overlay::Help(scroll) | Overlay::Text { scroll, .. }) => *scroll = scrolled(*scroll),
        Some(Overlay::Conflict(conflict)) => conflict.scroll = scrolled(conflict.scroll),
        Some(Overlay::Palette(picker)) => picker.move_by(by),
        Some(Overlay::Pick(picker)) => picker.move_by(by),
        Some(Overlay::Ask(..) | Overlay::Confirm(_) | Overlay::Jump(_)) => {}
        None => return false,
    }
    true
}

/// A letter of the jump overlay. `None` for any other key.
pub(super) fn jump_to(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let KeyCode::Char(letter) = key.code else { return None };
    let Overlay::Jump(targets) = model.overlays.last().filter(|_| !key.ctrl && !key.alt)? else {
        return None;
    };
    let place = targets.iter().find(|(c, _)| *c == letter).map(|(_, place)| *place);
    model.overlays.pop();
    Some(place.map(|place| go_to(model, place)).unwrap_or_default())
}

/// One key typed into the topmost overlay.
pub(super) fn typed(model: &mut Model, key: Key) -> Vec<Effect> {
    match model.overlays.last_mut() {
        Some(Overlay::Palette(picker)) => {
            picker.query.key(key);
            picker.narrow();
        }
        Some(Overlay::Pick(picker)) => {
            picker.query.key(key);
            picker.narrow();
        }
        Some(Overlay::Ask(_, editor)) => {
            editor.key(key);
        }
        _ => {}
    }
    Vec::new()
}

/// A paste into the topmost overlay.
pub(super) fn pasted(model: &mut Model, text: &str) -> Vec<Effect> {
    match model.overlays.last_mut() {
        Some(Overlay::Palette(picker)) => {
            picker.query.insert(text);
            picker.narrow();
        }
        Some(Overlay::Pick(picker)) => {
            picker.query.insert(text);
            picker.narrow();
        }
        Some(Overlay::Ask(_, editor)) => editor.insert(text),
        _ => {}
    }
    Vec::new()
}

/// Takes what is chosen in the topmost overlay.
pub(super) fn accept(model: &mut Model) -> Vec<Effect> {
    match model.overlays.pop() {
        Some(Overlay::Palette(picker)) => match picker.choice() {
            Some(command) => commands::run(model, *command),
            None => Vec::new(),
        },
        Some(Overlay::Pick(picker)) => {
            let typed = picker.query.text();
            match (picker.choice().cloned(), picker.unmatched) {
                (Some(choice), _) => pickers::picked(model, choice),
                (None, Unmatched::IsMethod) => pickers::picked(model, Pick::Method(typed)),
                (None, Unmatched::Ignored) => Vec::new(),
            }
        }
        Some(Overlay::Ask(ask, editor)) => questions::answered(model, ask, &editor.text()),
        Some(Overlay::Confirm(confirm)) => questions::confirmed(model, confirm),
        Some(Overlay::Conflict(conflict)) => {
            // Enter alone decides nothing between two versions.
            model.overlays.push(Overlay::Conflict(conflict));
            Vec::new()
        }
        Some(Overlay::Help(_) | Overlay::Jump(_) | Overlay::Text { .. }) | None => Vec::new(),
    }
}
