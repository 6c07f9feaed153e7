//! Gives a pane the keys.

use crate::tui::effect::Effect;
use crate::tui::model::{Model, Pane};
use crate::tui::update::{editing, tree_nodes};

/// Gives a pane the keys.
pub(super) fn give_to(model: &mut Model, pane: Pane) -> Vec<Effect> {
    let effects = editing::leave(model);
    if model.editing.is_some() {
        return effects;
    }
    model.focus = pane;
    if matches!(pane, Pane::Request | Pane::Response) {
        model.front = pane;
    }
    tree_nodes::keep_tree_in_view(model);
    effects
}
