//! From one field to the next without leaving off typing: Tab and Shift-Tab.
//!
//! The fields form a ring: the URL, then every field of the tab that letters can be typed into. Typing
//! never ends on the way, so that what is typed next isn't taken for commands.

use crate::tui::effect::Effect;
use crate::tui::model::field::{self, Column, EditorField, Table};
use crate::tui::model::{Model, Pane};
use crate::tui::update::{editing, workspace_editor};

/// Ends the field that is being edited and goes on with its neighbour. Stays in a field whose text is
/// invalid.
pub(super) fn step(model: &mut Model, forward: bool) -> Vec<Effect> {
    if model.edited_cell().is_some() {
        return workspace_editor::step(model, forward);
    }
    let Some(field) = model.edited_field() else { return Vec::new() };
    let mut effects = editing::leave(model);
    if model.editing.is_some() {
        return effects;
    }
    let Some(next) = neighbour(model, field, forward) else { return effects };
    if let EditorField::NewRow(table) = next {
        effects.extend(editing::add_row(model, table));
    } else {
        if let Some(open) = model.shown_mut() {
            open.go_to(next);
        }
        editing::start(model, next);
    }
    if next == EditorField::Url {
        model.focus = Pane::Url;
    } else {
        (model.focus, model.front) = (Pane::Request, Pane::Request);
    }
    effects
}

fn neighbour(model: &Model, field: EditorField, forward: bool) -> Option<EditorField> {
    // A description is written on request, and stands where the value does.
    let field = match field {
        EditorField::Cell(Table::Path, row, _) => EditorField::Cell(Table::Path, row, Column::Value),
        EditorField::Cell(table, row, Column::Description) => EditorField::Cell(table, row, Column::Value),
        other => other,
    };
    let ring = ring(model, field, forward)?;
    let at = ring.iter().position(|other| *other == field)?;
    let by = if forward { 1 } else { ring.len() - 1 };
    ring.get((at + by) % ring.len()).copied()
}

/// The URL and the fields of the tab. Of a path variable, whose name is the URL's, only the value is
/// among them. A table's line for a new row is among them going forward, unless
/// its last row is still blank, or the table isn't empty and the way begins elsewhere.
fn ring(model: &Model, from: EditorField, forward: bool) -> Option<Vec<EditorField>> {
    let open = model.shown()?;
    let mut ring = vec![EditorField::Url];
    for line in open.fields() {
        match line {
            EditorField::Cell(Table::Path, row, _) => {
                ring.push(EditorField::Cell(Table::Path, row, Column::Value));
            }
            EditorField::Cell(table, row, _) => {
                ring.extend(
                    [Column::Name, Column::Value].map(|column| EditorField::Cell(table, row, column)),
                );
            }
            EditorField::NewRow(Table::Path) => {}
            EditorField::NewRow(table) => {
                let is_wanted = match ring.last() {
                    Some(EditorField::Cell(Table::Path, ..)) => true,
                    Some(last @ EditorField::Cell(..)) => {
                        from == *last && !field::is_blank(&open.request, *last)
                    }
                    _ => true,
                };
                if forward && is_wanted {
                    ring.push(EditorField::NewRow(table));
                }
            }
            EditorField::Method
            | EditorField::Url
            | EditorField::Line(_)
            | EditorField::BodyText
            | EditorField::Notes => {
                if line.is_typed() {
                    ring.push(line);
                }
            }
        }
    }
    Some(ring)
}
