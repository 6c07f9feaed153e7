//! Which problem belongs to which field on the screen.
//!
//! Owns the mapping from a problem to the field where it can be fixed. Refuses to draw and to move
//! the cursor.

use crate::core::exchange::{Field, Problem};
use crate::core::request::fields::BodyField;
use crate::tui::model::field::{Column, EditorField, Table};

/// The first problem of a field.
pub(crate) fn at(problems: &[Problem], field: EditorField) -> Option<&Problem> {
    problems.iter().find(|problem| editor_fields(&problem.field).contains(&field))
}

/// The field on the screen where a problem can be fixed.
pub(crate) fn place(field: &Field) -> Option<EditorField> {
    editor_fields(field).first().copied()
}

fn editor_fields(field: &Field) -> Vec<EditorField> {
    let cell = |table, index| {
        vec![EditorField::Cell(table, index, Column::Value), EditorField::Cell(table, index, Column::Name)]
    };
    match field {
        Field::Request | Field::Identity(_) | Field::Workspace => Vec::new(),
        Field::Method => vec![EditorField::Method],
        Field::Url => vec![EditorField::Url],
        Field::Path(index) => cell(Table::Path, *index),
        Field::Param(index) => cell(Table::Params, *index),
        Field::Header(index) => cell(Table::Headers, *index),
        Field::Body => vec![EditorField::BodyText, BodyField::File.into()],
        Field::BodyRow(index) => [cell(Table::Form, *index), cell(Table::Parts, *index)].concat(),
        Field::Auth(field) => vec![(*field).into()],
        Field::Send(field) => vec![(*field).into()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::request::fields::AuthField;
    use crate::core::request::{Auth, AuthKind, Request, SignatureLocation};
    use crate::tui::model::field::{Tab, fields};

    #[test]
    fn a_problem_of_any_auth_field_is_shown_on_the_auth_tab() {
        let mut drawn = Vec::new();
        for kind in AuthKind::ALL {
            let mut request = Request { auth: Auth { kind, ..Auth::default() }, ..Request::default() };
            request.auth.sigv4.location = SignatureLocation::Query;
            drawn.extend(fields(&request, Tab::Auth));
        }
        for field in AuthField::ALL {
            let place = place(&Field::Auth(*field)).expect("a place");
            assert!(drawn.contains(&place), "{field} is nowhere on the Auth tab");
        }
    }
}
