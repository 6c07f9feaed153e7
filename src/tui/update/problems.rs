//! Which problem belongs to which field of the screen.

use crate::core::exchange::{Field, Problem};
use crate::tui::model::field::{Choice, Column, Slot, Table, Text};

/// The first problem of a field.
pub(crate) fn at(problems: &[Problem], slot: Slot) -> Option<&Problem> {
    problems.iter().find(|problem| slots(&problem.field).contains(&slot))
}

/// The place on the screen where a problem is mended.
pub(crate) fn place(field: &Field) -> Option<Slot> {
    slots(field).first().copied()
}

fn slots(field: &Field) -> Vec<Slot> {
    let cell =
        |table, index| vec![Slot::Cell(table, index, Column::Value), Slot::Cell(table, index, Column::Name)];
    match field {
        Field::Request | Field::Identity(_) => Vec::new(),
        Field::Method => vec![Slot::Method],
        Field::Url => vec![Slot::Url],
        Field::Param(index) => cell(Table::Params, *index),
        Field::Header(index) => cell(Table::Headers, *index),
        Field::Body => vec![Slot::BodyText, Slot::Text(Text::BodyFile)],
        Field::BodyRow(index) => [cell(Table::Form, *index), cell(Table::Parts, *index)].concat(),
        Field::Auth(name) => auth(name).into_iter().collect(),
    }
}

fn auth(name: &str) -> Option<Slot> {
    Some(match name {
        "kind" => Slot::Choice(Choice::Auth),
        "identity" => Slot::Choice(Choice::Identity),
        "access_key" => Slot::Text(Text::AccessKey),
        "secret_key" => Slot::Text(Text::SecretKey),
        "session_token" => Slot::Text(Text::SessionToken),
        "region" => Slot::Text(Text::Region),
        "service" => Slot::Text(Text::Service),
        "expires" => Slot::Text(Text::Expires),
        "payload" => Slot::Choice(Choice::Payload),
        "location" => Slot::Choice(Choice::Location),
        "normalize" => Slot::Choice(Choice::Normalize),
        "double_encode" => Slot::Choice(Choice::DoubleEncode),
        "content_sha256" => Slot::Choice(Choice::ContentSha256),
        "algorithm" => Slot::Choice(Choice::Algorithm),
        "token" => Slot::Text(Text::Token),
        "username" => Slot::Text(Text::Username),
        "password" => Slot::Text(Text::Password),
        "name" => Slot::Text(Text::KeyName),
        "value" => Slot::Text(Text::KeyValue),
        _ => return None,
    })
}
