//! Rows as text: pasted into a cell, or all of them in the user's editor.

use crate::core::convert::rows::{self, RowSyntax};
use crate::core::request::Row;
use crate::tui::effect::{Effect, ScreenEffect};
use crate::tui::model::field::{self, EditorField, Table};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::update::{editing, follow_up};

/// How the rows of a table are written as text; `None` for parts, which have more than a value,
/// and for path variables, whose names are the URL's.
fn syntax(table: Table) -> Option<RowSyntax> {
    match table {
        Table::Headers => Some(RowSyntax::Header),
        Table::Params | Table::Form => Some(RowSyntax::Pair),
        Table::Path | Table::Parts => None,
    }
}

/// The table whose rows are edited as a text where the cursor is on this field.
pub(super) fn as_text(field: EditorField) -> Option<Table> {
    match field {
        EditorField::Cell(table, ..) | EditorField::NewRow(table) => syntax(table).map(|_| table),
        EditorField::Method
        | EditorField::Url
        | EditorField::Line(_)
        | EditorField::BodyText
        | EditorField::Notes => None,
    }
}

/// Makes rows of a paste that holds several. `None` if it doesn't, or no cell is being edited.
pub(super) fn paste(model: &mut Model, text: &str) -> Option<Vec<Effect>> {
    let Some(EditorField::Cell(table, index, _)) = model.edited_field() else {
        return None;
    };
    let pasted = rows::pasted(text, syntax(table)?)?;
    let count = pasted.len();
    let mut effects = editing::leave(model);
    if let Some(open) = model.shown_mut() {
        open.change(|request| {
            let Some(rows) = field::rows_mut(request, table) else { return };
            let is_blank = rows.get(index).is_some_and(|row| row.name.is_empty() && row.value.is_empty());
            let at = if is_blank { index } else { (index + 1).min(rows.len()) };
            rows.splice(at..at + usize::from(is_blank), pasted);
        });
    }
    effects.extend(follow_up::touched(model));
    model.say(NoticeKind::Good, format!("{count} rows added"));
    Some(effects)
}

/// Opens all rows of a table in the user's editor.
pub(super) fn external(model: &mut Model, table: Table) -> Vec<Effect> {
    let Some(open) = model.shown() else { return Vec::new() };
    let written = |rows: &[Row]| rows::write(rows, syntax(table)?);
    match field::rows(&open.request, table).and_then(|rows| written(rows)) {
        Some(text) => {
            vec![ScreenEffect::Edit { field: EditorField::NewRow(table), text, extension: "txt" }.into()]
        }
        None => {
            model.say(NoticeKind::Info, "A row holds a line break or its separator: edit the rows here");
            Vec::new()
        }
    }
}

/// Takes the rows that the user's editor gave back.
pub(super) fn edited(model: &mut Model, table: Table, text: &str) -> Vec<Effect> {
    let Some(syntax) = syntax(table) else { return Vec::new() };
    if let Some(open) = model.shown_mut() {
        open.change(|request| {
            if let Some(rows) = field::rows_mut(request, table) {
                *rows = rows::read(text, syntax);
            }
        });
    }
    follow_up::touched(model)
}
