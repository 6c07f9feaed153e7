//! The topmost overlay: moving in it and typing into it.

use crate::config::key::Key;
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::model::overlay::{Overlay, Pick};
use crate::tui::model::picker::Item;
use crate::tui::overlay_lines;
use crate::tui::update::find;

/// Moves within the topmost overlay. Gives whether there is one.
pub(super) fn move_by(model: &mut Model, by: isize) -> bool {
    let last = overlay_lines::last_scroll(model);
    let scrolled = |scroll: usize| scroll.saturating_add_signed(by).min(last);
    match model.overlays.last_mut() {
        Some(Overlay::Help(scroll) | Overlay::Text { scroll, .. }) => *scroll = scrolled(*scroll),
        Some(Overlay::Conflict(conflict)) => conflict.scroll = scrolled(conflict.scroll),
        Some(Overlay::Trust(question)) => question.scroll = scrolled(question.scroll),
        Some(Overlay::Palette(picker)) => picker.move_by(by),
        Some(Overlay::Pick(picker)) => picker.move_by(by),
        Some(Overlay::Find(find)) => find.move_by(by),
        Some(Overlay::Ask(..) | Overlay::Confirm(_) | Overlay::Jump(_) | Overlay::Login(_)) => {}
        None => return false,
    }
    true
}

/// Has an open list with this title show other items.
pub(super) fn replace_items(model: &mut Model, title: &str, items: &[Item<Pick>]) {
    for overlay in &mut model.overlays {
        if let Overlay::Pick(picker) = overlay
            && picker.title == title
        {
            picker.replace_items(items.to_vec());
        }
    }
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
        Some(Overlay::Find(find)) => {
            find.query.key(key);
            find::look(model);
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
        Some(Overlay::Find(find)) => {
            find.query.insert(text);
            find::look(model);
        }
        Some(Overlay::Ask(_, editor)) => editor.insert(text),
        _ => {}
    }
    Vec::new()
}
