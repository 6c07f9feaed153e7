//! Going to a target on the screen: by its letter in the jump overlay, or by a click.

use crate::config::key::{Key, KeyCode};
use crate::tui::effect::Effect;
use crate::tui::hit_test;
use crate::tui::model::field::EditorField;
use crate::tui::model::overlay::{HitTarget, Overlay};
use crate::tui::model::{Model, Pane};
use crate::tui::update::{files, focus, motion, workspace_editor};

/// Letters of the jump overlay, the easiest to reach first.
const LETTERS: &str = "asdfghjklqwertyuiopzxcvbnmASDFGHJKLQWERTYUIOPZXCVBNM";

/// Puts a letter on every target.
pub(super) fn label_targets(model: &mut Model) -> Vec<Effect> {
    let Some(areas) = model.areas() else { return Vec::new() };
    let targets = LETTERS.chars().zip(hit_test::all(model, &areas)).collect();
    model.overlays.push(Overlay::Jump(targets));
    Vec::new()
}

/// Goes to a target, as a jump or a click does.
pub(super) fn go_to(model: &mut Model, target: HitTarget) -> Vec<Effect> {
    match target {
        HitTarget::Pane(Pane::Workspace) => workspace_editor::open(model),
        HitTarget::Pane(pane) => focus::give_to(model, pane),
        HitTarget::WorkspaceTab(tab) => {
            let effects = workspace_editor::open(model);
            if model.editing.is_none() {
                model.workspace_editor.tab = tab;
                model.settle_workspace_editor();
            }
            effects
        }
        HitTarget::WorkspaceRow(row) => {
            let effects = workspace_editor::open(model);
            if model.editing.is_none() {
                model.workspace_editor.set_line(row);
            }
            effects
        }
        HitTarget::TreeRow(row) => {
            let mut effects = focus::give_to(model, Pane::Tree);
            if model.editing.is_none() {
                model.tree.set_cursor(row);
                effects.extend(files::show_cursor(model));
            }
            effects
        }
        HitTarget::Tab(tab) => {
            let effects = focus::give_to(model, Pane::Request);
            if model.editing.is_none()
                && let Some(open) = model.shown_mut()
            {
                open.tab = tab;
            }
            effects
        }
        HitTarget::ResponseTab(tab) => {
            let effects = focus::give_to(model, Pane::Response);
            motion::show_response_tab(model, tab);
            effects
        }
        HitTarget::Field(field) => {
            let pane = if matches!(field, EditorField::Url | EditorField::Method) {
                Pane::Url
            } else {
                Pane::Request
            };
            let effects = focus::give_to(model, pane);
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

/// A letter of the jump overlay. `None` for any other key.
pub(super) fn jump_to(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let KeyCode::Char(letter) = key.code else { return None };
    let Overlay::Jump(targets) = model.overlays.last().filter(|_| !key.ctrl && !key.alt)? else {
        return None;
    };
    let target = targets.iter().find(|(c, _)| *c == letter).map(|(_, target)| *target);
    model.overlays.pop();
    Some(target.map(|target| go_to(model, target)).unwrap_or_default())
}
