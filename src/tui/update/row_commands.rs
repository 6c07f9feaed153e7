//! Commands for the row with the cursor in the request's tables.

use crate::config::command::Command;
use crate::tui::effect::Effect;
use crate::tui::keymap;
use crate::tui::model::field::{self, Column, EditorField};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::update::{editing, follow_up, motion};

/// Enables or disables the row.
pub(super) fn toggle_row(model: &mut Model) -> Vec<Effect> {
    match motion::current_field(model) {
        Some(EditorField::Cell(table, index, _)) => {
            if let Some(open) = model.shown_mut() {
                open.change(|request| field::toggle(request, table, index));
            }
            follow_up::touched(model)
        }
        Some(EditorField::NewRow(table)) => editing::add_row(model, table),
        _ => Vec::new(),
    }
}

/// Adds a row to the table.
pub(super) fn add_row(model: &mut Model) -> Vec<Effect> {
    match motion::current_field(model) {
        Some(EditorField::Cell(table, ..) | EditorField::NewRow(table)) => editing::add_row(model, table),
        _ => Vec::new(),
    }
}

/// Types the description of the row.
pub(super) fn describe_row(model: &mut Model) -> Vec<Effect> {
    let Some(EditorField::Cell(table, index, _)) = motion::current_field(model) else { return Vec::new() };
    let field = EditorField::Cell(table, index, Column::Description);
    if let Some(open) = model.shown_mut() {
        open.go_to(field);
    }
    editing::start(model, field);
    Vec::new()
}

/// Deletes the row.
pub(super) fn delete_row(model: &mut Model) -> Vec<Effect> {
    let Some(EditorField::Cell(table, index, _)) = motion::current_field(model) else { return Vec::new() };
    if let Some(open) = model.shown_mut() {
        open.change(|request| field::delete_row(request, table, index));
    }
    let undo = keymap::says(model, Command::Undo, "takes it back");
    model.say(NoticeKind::Info, format!("Row deleted: {undo}"));
    follow_up::touched(model)
}
