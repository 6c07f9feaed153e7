//! Finding a text in every request: the texts are read when they are needed, and a match opens its
//! request.
//!
//! Owns that a text on the screen counts as it is there. Refuses to search: the index does.

use crate::core::find::FindEntry;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::Model;
use crate::tui::model::find::{Find, FindTexts};
use crate::tui::model::overlay::Overlay;

/// Opens the overlay, with what was looked for last.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::Find(Find::new(&model.find.last_query)));
    refresh(model)
}

/// The overlay with the texts that it looks through, if it is open.
fn overlay(model: &mut Model) -> Option<(&mut Find, &mut FindTexts)> {
    let find = model.overlays.iter_mut().find_map(|overlay| match overlay {
        Overlay::Find(find) => Some(find),
        Overlay::Help(_)
        | Overlay::Palette(_)
        | Overlay::Pick(_)
        | Overlay::Ask(..)
        | Overlay::Confirm(_)
        | Overlay::Jump(_)
        | Overlay::Conflict(_)
        | Overlay::Trust(_)
        | Overlay::Login(_)
        | Overlay::Text { .. } => None,
    })?;
    Some((find, &mut model.find))
}

/// Brings the texts up to date while they are looked through.
pub(super) fn refresh(model: &mut Model) -> Vec<Effect> {
    if overlay(model).is_none() {
        return Vec::new();
    }
    let open = model.open_requests.values();
    let on_screen = open.map(|open| FindEntry::new(open.path.clone(), Some(&open.request)));
    model.find.refresh(model.tree.nodes(), on_screen);
    go_on(model)
}

/// Takes texts that were read.
pub(super) fn read(model: &mut Model, entries: Vec<FindEntry>) -> Vec<Effect> {
    model.find.take(entries);
    go_on(model)
}

/// Shows what is known by now, and asks for more.
fn go_on(model: &mut Model) -> Vec<Effect> {
    let Some((find, texts)) = overlay(model) else { return Vec::new() };
    find.look_again(&texts.index);
    let paths = texts.next_batch();
    if paths.is_empty() { Vec::new() } else { vec![DiskEffect::FindTexts { paths }.into()] }
}

/// Looks for what is typed.
pub(super) fn look(model: &mut Model) {
    if let Some((find, texts)) = overlay(model) {
        find.look(&texts.index);
        texts.last_query = find.query.text();
    }
}
