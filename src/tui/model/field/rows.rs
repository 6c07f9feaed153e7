//! The rows of a table: reading, adding, disabling and deleting them.

use super::{Column, EditorField, Table, text};
use crate::core::path_variables;
use crate::core::request::{Part, Request, Row};

/// The rows of a table; `None` for the parts of a multipart body.
pub(crate) fn rows(request: &Request, table: Table) -> Option<&Vec<Row>> {
    match table {
        Table::Path => Some(&request.path),
        Table::Params => Some(&request.params),
        Table::Headers => Some(&request.headers),
        Table::Form => Some(&request.body.form),
        Table::Parts => None,
    }
}

/// The same, mutably.
pub(crate) fn rows_mut(request: &mut Request, table: Table) -> Option<&mut Vec<Row>> {
    match table {
        Table::Path => Some(&mut request.path),
        Table::Params => Some(&mut request.params),
        Table::Headers => Some(&mut request.headers),
        Table::Form => Some(&mut request.body.form),
        Table::Parts => None,
    }
}

/// Whether a row is disabled; false for a row that doesn't exist.
pub(crate) fn is_off(request: &Request, table: Table, index: usize) -> bool {
    match rows(request, table) {
        Some(rows) => rows.get(index).is_some_and(|row| row.off),
        None => request.body.parts.get(index).is_some_and(|part| part.off),
    }
}

/// Whether a row of the table has a description.
pub(crate) fn has_descriptions(request: &Request, table: Table) -> bool {
    match rows(request, table) {
        Some(rows) => rows.iter().any(|row| !row.description.is_empty()),
        None => request.body.parts.iter().any(|part| !part.description.is_empty()),
    }
}

/// Whether nothing is written in the row of a cell.
pub(crate) fn is_blank(request: &Request, cell: EditorField) -> bool {
    let EditorField::Cell(table, index, _) = cell else { return false };
    let written = |column| !text(request, EditorField::Cell(table, index, column)).is_empty();
    !written(Column::Name) && !written(Column::Value)
}

/// Disables or enables a row.
pub(crate) fn toggle(request: &mut Request, table: Table, index: usize) {
    if table == Table::Parts {
        if let Some(part) = request.body.parts.get_mut(index) {
            part.off = !part.off;
        }
    } else if let Some(row) = rows_mut(request, table).and_then(|rows| rows.get_mut(index)) {
        row.off = !row.off;
    }
}

/// Appends an empty row and returns its index. A path variable gets the first name in the URL that has
/// no row.
pub(crate) fn add_row(request: &mut Request, table: Table) -> usize {
    if table == Table::Path {
        let name = path_variables::undeclared(request).first().copied().unwrap_or_default().to_owned();
        request.path.push(Row::new(name, ""));
        return request.path.len() - 1;
    }
    match rows_mut(request, table) {
        Some(rows) => {
            rows.push(Row::default());
            rows.len() - 1
        }
        None => {
            request.body.parts.push(Part::default());
            request.body.parts.len() - 1
        }
    }
}

/// Removes a row.
pub(crate) fn delete_row(request: &mut Request, table: Table, index: usize) {
    if table == Table::Parts {
        if index < request.body.parts.len() {
            request.body.parts.remove(index);
        }
    } else if let Some(rows) = rows_mut(request, table).filter(|rows| index < rows.len()) {
        rows.remove(index);
    }
}
