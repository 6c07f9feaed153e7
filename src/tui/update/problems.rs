//! Which problem belongs to which field of the screen.

use crate::core::exchange::{Field, Problem};
use crate::tui::model::field::{Choice, Column, EditorField, Table, Text};

/// The first problem of a field.
pub(crate) fn at(problems: &[Problem], slot: EditorField) -> Option<&Problem> {
    problems.iter().find(|problem| slots(&problem.field).contains(&slot))
}

/// The place on the screen where a problem is mended.
pub(crate) fn place(field: &Field) -> Option<EditorField> {
    slots(field).first().copied()
}

fn slots(field: &Field) -> Vec<EditorField> {
    let cell = |table, index| {
        vec![EditorField::Cell(table, index, Column::Value), EditorField::Cell(table, index, Column::Name)]
    };
    match field {
        Field::Request | Field::Identity(_) | Field::Workspace => Vec::new(),
        Field::Method => vec![EditorField::Method],
        Field::Url => vec![EditorField::Url],
        Field::Param(index) => cell(Table::Params, *index),
        Field::Header(index) => cell(Table::Headers, *index),
        Field::Body => vec![EditorField::BodyText, EditorField::Text(Text::BodyFile)],
        Field::BodyRow(index) => [cell(Table::Form, *index), cell(Table::Parts, *index)].concat(),
        Field::Auth(name) => auth(name).into_iter().collect(),
    }
}

fn auth(name: &str) -> Option<EditorField> {
    Some(match name {
        "kind" => EditorField::Choice(Choice::Auth),
        "identity" => EditorField::Choice(Choice::Identity),
        "access_key" => EditorField::Text(Text::AccessKey),
        "secret_key" => EditorField::Text(Text::SecretKey),
        "session_token" => EditorField::Text(Text::SessionToken),
        "region" => EditorField::Text(Text::Region),
        "service" => EditorField::Text(Text::Service),
        "expires" => EditorField::Text(Text::Expires),
        "payload" => EditorField::Choice(Choice::Payload),
        "location" => EditorField::Choice(Choice::Location),
        "normalize" => EditorField::Choice(Choice::Normalize),
        "double_encode" => EditorField::Choice(Choice::DoubleEncode),
        "content_sha256" => EditorField::Choice(Choice::ContentSha256),
        "algorithm" => EditorField::Choice(Choice::Algorithm),
        "token" => EditorField::Text(Text::Token),
        "username" => EditorField::Text(Text::Username),
        "password" => EditorField::Text(Text::Password),
        "name" => EditorField::Text(Text::KeyName),
        "value" => EditorField::Text(Text::KeyValue),
        _ => return None,
    })
}
