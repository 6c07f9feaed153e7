//! The mouse: a click goes to a place, a second one uses it; the wheel scrolls what is under it.

use crate::tui::effect::Effect;
use crate::tui::model::overlay::Place;
use crate::tui::model::{Model, Pane};
use crate::tui::msg::{Mouse, MouseKind};
use crate::tui::places;
use crate::tui::update::{body, editing, files, overlays};

/// Rows that one step of the wheel scrolls.
const STEP: isize = 3;

/// Takes what the mouse did.
pub(super) fn mouse(model: &mut Model, event: Mouse) -> Vec<Effect> {
    let Some(areas) = model.areas() else { return Vec::new() };
    let by = match event.kind {
        MouseKind::WheelUp => -STEP,
        MouseKind::WheelDown => STEP,
        MouseKind::Click => 0,
    };
    if !model.overlays.is_empty() {
        if by != 0 {
            overlays::move_by(model, by.signum());
        }
        return Vec::new();
    }
    let Some(place) = places::at(model, &areas, event.x, event.y) else { return Vec::new() };
    if by != 0 {
        return wheel(model, place, by);
    }
    if let (Some(editing), Place::Slot(slot)) = (&model.editing, place)
        && places::same_line(editing.slot, slot)
    {
        return Vec::new();
    }
    let again = is_here(model, place);
    let effects = overlays::go_to(model, place);
    if again && model.editing.is_none() {
        return [effects, editing::begin(model)].concat();
    }
    effects
}

fn wheel(model: &mut Model, place: Place, by: isize) -> Vec<Effect> {
    match place {
        Place::TreeRow(_) | Place::Pane(Pane::Tree) => {
            let rows = model.tree.shown().len();
            model.tree.scroll = model.tree.scroll.saturating_add_signed(by).min(rows.saturating_sub(1));
            files::label_effects(model)
        }
        Place::ResponseTab(_) | Place::Pane(Pane::Response) => {
            body::scroll(model, by);
            Vec::new()
        }
        Place::Tab(_) | Place::Slot(_) | Place::Pane(Pane::Request | Pane::Url) => {
            if let Some(buffer) = model.buffer_mut() {
                let line = buffer.line().saturating_add_signed(by.signum());
                buffer.set_line(line);
            }
            Vec::new()
        }
    }
}

/// True when the place has the keys already, so that a click on it means to use it.
fn is_here(model: &Model, place: Place) -> bool {
    match place {
        Place::Slot(crate::tui::model::field::Slot::Url) => model.focus == Pane::Url,
        Place::Slot(slot) => {
            model.focus == Pane::Request && model.buffer().and_then(|buffer| buffer.slot()) == Some(slot)
        }
        Place::Pane(_) | Place::TreeRow(_) | Place::Tab(_) | Place::ResponseTab(_) => false,
    }
}
