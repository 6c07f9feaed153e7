//! The mouse: a click goes to a place, a second one uses it; the wheel scrolls what is under it.

use crate::config::command::Command;
use crate::tui::effect::Effect;
use crate::tui::footer;
use crate::tui::hit_test;
use crate::tui::layout::Areas;
use crate::tui::model::field::EditorField;
use crate::tui::model::overlay::HitTarget;
use crate::tui::model::selection::Clicks;
use crate::tui::model::waiting::Typed;
use crate::tui::model::{EditTarget, Model, Pane};
use crate::tui::mouse::{Mouse, MouseKind};
use crate::tui::update::{
    body, commands, completed, editing, jump, motion, overlays, selecting, tree_nodes, workspace_editor,
};

/// Rows that one step of the wheel scrolls.
const STEP: isize = 3;

/// Takes what the mouse did.
pub(super) fn mouse(model: &mut Model, event: Mouse) -> Vec<Effect> {
    let Some(areas) = model.areas() else { return Vec::new() };
    match event.kind {
        MouseKind::Drag if model.dragging_tree => {
            motion::set_tree_width(model, event.x.saturating_add(1));
        }
        MouseKind::Drag => {
            if !selecting::drag(model, event) && model.overlays.is_empty() {
                selecting::in_field(model, &areas, event, true);
            }
        }
        MouseKind::Release => {
            model.dragging_tree = false;
            selecting::release(model, event);
        }
        MouseKind::WheelUp => return turned(model, &areas, event, -STEP),
        MouseKind::WheelDown => return turned(model, &areas, event, STEP),
        MouseKind::Click => return click(model, &areas, event),
    }
    Vec::new()
}

/// The wheel was turned: scrolls the topmost overlay, else what is under the mouse.
fn turned(model: &mut Model, areas: &Areas, event: Mouse, by: isize) -> Vec<Effect> {
    model.dragging_tree = false;
    if overlays::move_by(model, by.signum()) {
        return Vec::new();
    }
    match hit_test::at(model, areas, event.x, event.y) {
        Some(place) => wheel(model, place, by),
        None => Vec::new(),
    }
}

/// The button went down.
fn click(model: &mut Model, areas: &Areas, event: Mouse) -> Vec<Effect> {
    model.dragging_tree = false;
    if let Some(command) = footer::command_at(model, areas, event.x, event.y) {
        return commands::run(model, command);
    }
    if !model.overlays.is_empty() {
        return Vec::new();
    }
    if let Some(row) = hit_test::word_at(model, areas, event.x, event.y) {
        return completed::take_row(model, row);
    }
    if is_divider(areas, event) {
        model.dragging_tree = true;
        return Vec::new();
    }
    let Some(place) = hit_test::at(model, areas, event.x, event.y) else { return Vec::new() };
    if is_edited(model, place) {
        selecting::in_field(model, areas, event, false);
        return Vec::new();
    }
    if model.edited_cell().is_some() {
        let effects = editing::leave(model);
        if model.editing.is_some() {
            return effects;
        }
        if model.waiting.is_behind() {
            // What the cell changes moves the cursor to it, and the click comes after that.
            model.waiting.hold(Typed::Mouse(event));
            return effects;
        }
        return [effects, click_on(model, areas, place, event)].concat();
    }
    click_on(model, areas, place, event)
}

/// A click on a place in which nothing is typed.
fn click_on(model: &mut Model, areas: &Areas, place: HitTarget, event: Mouse) -> Vec<Effect> {
    if let HitTarget::TreeRow(row) = place {
        return on_tree_row(model, areas, row, event);
    }
    if place == HitTarget::Field(EditorField::Url) && is_method(model, areas, event.x) {
        return commands::run(model, Command::MethodPicker);
    }
    let again = is_here(model, place);
    let effects = jump::go_to(model, place);
    selecting::press(model, event);
    if again && model.editing.is_none() {
        return [effects, commands::begin_edit(model)].concat();
    }
    effects
}

/// A click goes to a row of the tree; a second one soon after it opens the row. On a folder's arrow,
/// one is enough.
fn on_tree_row(model: &mut Model, areas: &Areas, row: usize, event: Mouse) -> Vec<Effect> {
    if model.tree.at(row).is_none() {
        return Vec::new();
    }
    let arrow = hit_test::arrow(model, areas, row);
    let on_arrow = arrow.is_some_and(|arrow| arrow.contains((event.x, event.y).into()));
    let clicks = Clicks::next(model.clicks, (event.x, event.y), model.now);
    model.clicks = Some(clicks);
    let mut effects = jump::go_to(model, HitTarget::TreeRow(row));
    if (on_arrow || clicks.count == 2) && model.editing.is_none() {
        model.clicks = None;
        effects.extend(motion::open(model));
    }
    effects
}

/// True on the two borders that stand between the tree and the panes.
fn is_divider(areas: &Areas, event: Mouse) -> bool {
    let Some(tree) = areas.tree.filter(|tree| !areas.folded && tree.right() < areas.screen.right()) else {
        return false;
    };
    (event.x + 1 == tree.right() || event.x == tree.right()) && event.y < tree.bottom()
}

fn wheel(model: &mut Model, place: HitTarget, by: isize) -> Vec<Effect> {
    match place {
        HitTarget::TreeRow(_) | HitTarget::Pane(Pane::Tree) => {
            let rows = model.tree.shown().len();
            model.tree.scroll = model.tree.scroll.saturating_add_signed(by).min(rows.saturating_sub(1));
            tree_nodes::label_effects(model)
        }
        HitTarget::WorkspaceTab(_) | HitTarget::WorkspaceRow(_) | HitTarget::Pane(Pane::Workspace) => {
            if model.edited_cell().is_none() {
                workspace_editor::move_by(model, by.signum());
            }
            Vec::new()
        }
        HitTarget::ResponseTab(_) | HitTarget::Pane(Pane::Response) => {
            body::scroll(model, by);
            Vec::new()
        }
        HitTarget::Tab(_) | HitTarget::Field(_) | HitTarget::Pane(Pane::Request | Pane::Url) => {
            if let Some(open) = model.shown_mut() {
                let line = open.line().saturating_add_signed(by.signum());
                open.set_line(line);
            }
            Vec::new()
        }
    }
}

/// True on the line of what is being typed.
fn is_edited(model: &Model, place: HitTarget) -> bool {
    match (model.editing.as_ref().map(|editing| &editing.target), place) {
        (Some(EditTarget::Request { field, .. }), HitTarget::Field(other)) => field.same_line(other),
        (Some(EditTarget::Workspace(_)), HitTarget::WorkspaceRow(row)) => {
            row == model.workspace_editor.line()
        }
        (Some(EditTarget::Request { .. } | EditTarget::Workspace(_)) | None, _) => false,
    }
}

/// True left of the URL, where the method stands.
fn is_method(model: &Model, areas: &Areas, x: u16) -> bool {
    let url = hit_test::field_area(model, areas, EditorField::Url);
    model.editing.is_none() && model.shown().is_some() && url.is_some_and(|url| x < url.x)
}

/// True when the place has the keys already, so that a click on it means to use it.
fn is_here(model: &Model, place: HitTarget) -> bool {
    match place {
        HitTarget::Field(EditorField::Url) => model.focus == Pane::Url,
        HitTarget::Field(field) => {
            model.focus == Pane::Request && model.shown().and_then(|open| open.field()) == Some(field)
        }
        HitTarget::WorkspaceRow(row) => {
            model.focus == Pane::Workspace && model.workspace_editor.line() == row
        }
        HitTarget::WorkspaceTab(_)
        | HitTarget::Pane(_)
        | HitTarget::TreeRow(_)
        | HitTarget::Tab(_)
        | HitTarget::ResponseTab(_) => false,
    }
}
