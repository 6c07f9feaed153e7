//! Keys, pastes and clicks that come before the disk has answered.
//!
//! Owns their order: what is typed while a request is being read, a secret kept or a save done
//! takes effect afterwards, on what the user meant, as if the disk took no time.

use crate::config::command::{Command, Context};
use crate::config::key::Key;
use crate::config::keymap::Lookup;
use crate::tui::effect::Effect;
use crate::tui::hit_test;
use crate::tui::keymap;
use crate::tui::model::overlay::HitTarget;
use crate::tui::model::{Model, Pane, Typed};
use crate::tui::msg::Mouse;
use crate::tui::update::{commands, mouse, paste, press};

/// True while what is typed must wait.
pub(super) fn is_behind(model: &Model) -> bool {
    model.opening.is_some() || model.later.is_some() || !model.typeahead.is_empty()
}

/// True when this key must wait. Leaving at once never waits, and neither does moving on in the
/// tree while the request that was passed is being read.
pub(super) fn must_wait(model: &Model, key: Key) -> bool {
    if !is_behind(model) {
        return false;
    }
    let context = keymap::context(model);
    let pressed: Vec<Key> = model.pending.iter().copied().chain([key]).collect();
    let free = only_opening(model) && context == Context::Tree;
    match model.config.keys.lookup(context, &pressed) {
        Lookup::Command(Command::ForceQuit) => false,
        Lookup::Command(command) => !(free && walks(command)),
        Lookup::Pending => !free,
        Lookup::Unbound => true,
    }
}

/// True when nothing is waited for but a request that is being read.
fn only_opening(model: &Model) -> bool {
    model.later.is_none() && model.typeahead.is_empty()
}

/// As [`must_wait`], for the mouse: it walks the tree as keys do.
pub(super) fn mouse_must_wait(model: &Model, event: Mouse) -> bool {
    if !is_behind(model) {
        return false;
    }
    let place = model.areas().and_then(|areas| hit_test::at(model, &areas, event.x, event.y));
    let in_tree = matches!(place, Some(HitTarget::TreeRow(_) | HitTarget::Pane(Pane::Tree)));
    !(in_tree && only_opening(model) && model.overlays.is_empty() && model.editing.is_none())
}

fn walks(command: Command) -> bool {
    matches!(
        command,
        Command::Up
            | Command::Down
            | Command::PageUp
            | Command::PageDown
            | Command::Top
            | Command::Bottom
            | Command::NextRequest
            | Command::PreviousRequest
    )
}

/// Lets a command wait until secrets are kept, and gives whether it must.
pub(super) fn for_secrets(model: &mut Model, command: Command) -> bool {
    let must = !model.keeping.is_empty();
    if must {
        model.later = Some(command);
    }
    must
}

/// As [`for_secrets`], for saves as well: what is being saved is not dirty for long.
pub(super) fn for_saves(model: &mut Model, command: Command) -> bool {
    let must = model.saving > 0 || !model.keeping.is_empty();
    if must {
        model.later = Some(command);
    }
    must
}

/// What was waited for did not happen: nothing that was typed after it may take effect.
pub(super) fn give_up(model: &mut Model) {
    model.later = None;
    model.typeahead.clear();
    model.quitting = false;
}

/// Does what has waited, as far as it can be done now.
pub(super) fn catch_up(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    while model.opening.is_none() {
        if model.later.is_some() && (model.saving > 0 || !model.keeping.is_empty()) {
            break;
        }
        if let Some(command) = model.later.take() {
            effects.extend(commands::run(model, command));
        } else {
            match model.typeahead.pop_front() {
                Some(Typed::Key(key)) => effects.extend(press(model, key)),
                Some(Typed::Paste(text)) => effects.extend(paste(model, &text)),
                Some(Typed::Mouse(event)) => effects.extend(mouse::mouse(model, event)),
                None => break,
            }
        }
    }
    effects
}
