//! Which keys, pastes and clicks wait while the disk is busy.
//!
//! What is typed while a request is being read, a secret stored or a save done takes effect
//! afterwards, on what the user meant, as if the disk took no time.

use crate::config::command::{Command, Context};
use crate::config::keymap::Lookup;
use crate::tui::hit_test;
use crate::tui::model::overlay::HitTarget;
use crate::tui::model::{Model, Pane};
use crate::tui::mouse::Mouse;
use crate::tui::update::Pressed;

/// True when this key must wait. Leaving at once never waits, and neither does moving on in the
/// tree while the request that was passed is being read.
pub(super) fn must_wait(model: &Model, pressed: &Pressed) -> bool {
    if !model.waiting.is_behind() {
        return false;
    }
    let free = model.waiting.is_only_opening() && pressed.context == Context::Tree;
    match pressed.lookup {
        Lookup::Command(Command::ForceQuit) => false,
        Lookup::Command(command) => !(free && walks(command)),
        Lookup::Pending => !free,
        Lookup::Unbound => true,
    }
}

/// As [`must_wait`], for the mouse: it walks the tree as keys do.
pub(super) fn mouse_must_wait(model: &Model, event: Mouse) -> bool {
    if !model.waiting.is_behind() {
        return false;
    }
    let place = model.areas().and_then(|areas| hit_test::at(model, &areas, event.x, event.y));
    let in_tree = matches!(place, Some(HitTarget::TreeRow(_) | HitTarget::Pane(Pane::Tree)));
    let free = model.waiting.is_only_opening() && model.overlays.is_empty() && model.editing.is_none();
    !(in_tree && free)
}

fn walks(command: Command) -> bool {
    matches!(
        command,
        Command::Up
            | Command::Down
            | Command::PageUp
            | Command::PageDown
            | Command::HalfPageUp
            | Command::HalfPageDown
            | Command::Top
            | Command::Bottom
            | Command::NextRequest
            | Command::PreviousRequest
    )
}
