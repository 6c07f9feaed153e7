//! What a field holds: reading it as text, writing it, and choosing among words.

use super::{Choice, Column, EditorField, Table, Text, rows, rows_mut};
use crate::core::query;
use crate::core::request::STATUS_RANGE;
use crate::core::request::{
    Algorithm, ApiKeyPlace, AuthKind, BodyKind, Part, PayloadMode, Plus, Request, SignatureLocation,
};

/// The text of a field as it is edited. Chosen fields give the word of their choice.
pub fn text(request: &Request, slot: EditorField) -> String {
    match slot {
        EditorField::Method => request.method.clone(),
        EditorField::Url => query::join(request),
        EditorField::BodyText => request.body.text.clone(),
        EditorField::Notes => request.notes.clone(),
        EditorField::NewRow(_) => String::new(),
        EditorField::Cell(table, index, column) => cell(request, table, index, column),
        EditorField::Text(field) => typed(request, field),
        EditorField::Choice(choice) => chosen(request, choice),
    }
}

fn cell(request: &Request, table: Table, index: usize, column: Column) -> String {
    if let Some(rows) = rows(request, table) {
        let Some(row) = rows.get(index) else { return String::new() };
        return match column {
            Column::Name => row.name.clone(),
            Column::Value => row.value.clone(),
        };
    }
    let Some(part) = request.body.parts.get(index) else { return String::new() };
    match column {
        Column::Name => part.name.clone(),
        Column::Value => part_value(part),
    }
}

/// A part's value in curl's spelling: `@path` for a file, `;type=…` behind either.
fn part_value(part: &Part) -> String {
    let at = if part.file { "@" } else { "" };
    let media = part.content_type.as_ref().map(|t| format!(";type={t}")).unwrap_or_default();
    format!("{at}{}{media}", part.value)
}

fn set_part_value(part: &mut Part, text: &str) {
    let (text, media) = match text.rsplit_once(";type=") {
        Some((text, media)) => (text, Some(media.to_owned())),
        None => (text, None),
    };
    part.content_type = media;
    part.file = text.starts_with('@');
    text.strip_prefix('@').unwrap_or(text).clone_into(&mut part.value);
}

fn typed(request: &Request, field: Text) -> String {
    let auth = &request.auth;
    match field {
        Text::AccessKey => auth.sigv4.access_key.clone(),
        Text::SecretKey => auth.sigv4.secret_key.clone(),
        Text::SessionToken => auth.sigv4.session_token.clone(),
        Text::Region => auth.sigv4.region.clone(),
        Text::Service => auth.sigv4.service.clone(),
        Text::Expires => auth.sigv4.expires.map(|n| n.to_string()).unwrap_or_default(),
        Text::Token => auth.bearer.token.clone(),
        Text::Username => auth.basic.username.clone(),
        Text::Password => auth.basic.password.clone(),
        Text::KeyName => auth.api_key.name.clone(),
        Text::KeyValue => auth.api_key.value.clone(),
        Text::BodyFile => request.body.file.clone(),
        Text::Status => request.expect.status.map(|n| n.to_string()).unwrap_or_default(),
        Text::Timeout => request.send.timeout_seconds.map(|n| n.to_string()).unwrap_or_default(),
    }
}

/// Writes the text of a field. Gives why it cannot be, and changes nothing then.
pub fn set_text(request: &mut Request, slot: EditorField, text: String) -> Result<(), String> {
    match slot {
        EditorField::Method => request.method = text.trim().to_owned(),
        EditorField::Url => query::split_into(request, text.trim()),
        EditorField::BodyText => request.body.text = text,
        EditorField::Notes => request.notes = text,
        EditorField::NewRow(_) | EditorField::Choice(_) => {}
        EditorField::Cell(table, index, column) => set_cell(request, table, index, column, text),
        EditorField::Text(field) => set_typed(request, field, text)?,
    }
    Ok(())
}

fn set_cell(request: &mut Request, table: Table, index: usize, column: Column, text: String) {
    if table == Table::Parts {
        if let Some(part) = request.body.parts.get_mut(index) {
            match column {
                Column::Name => part.name = text,
                Column::Value => set_part_value(part, &text),
            }
        }
    } else if let Some(row) = rows_mut(request, table).and_then(|rows| rows.get_mut(index)) {
        match column {
            Column::Name => row.name = text,
            Column::Value => row.value = text,
        }
    }
}

fn set_typed(request: &mut Request, field: Text, text: String) -> Result<(), String> {
    let auth = &mut request.auth;
    let trimmed = text.trim();
    match field {
        Text::AccessKey => auth.sigv4.access_key = trimmed.to_owned(),
        Text::SecretKey => auth.sigv4.secret_key = trimmed.to_owned(),
        Text::SessionToken => auth.sigv4.session_token = trimmed.to_owned(),
        Text::Region => auth.sigv4.region = trimmed.to_owned(),
        Text::Service => auth.sigv4.service = trimmed.to_owned(),
        Text::Expires => {
            let seconds = number::<u64>(trimmed, "seconds from 1 to 604800")?;
            if seconds.is_some_and(|n| !(1..=604_800).contains(&n)) {
                return Err("a presigned URL lives from 1 to 604800 seconds".into());
            }
            auth.sigv4.expires = seconds;
        }
        Text::Token => auth.bearer.token = trimmed.to_owned(),
        Text::Username => auth.basic.username = text,
        Text::Password => auth.basic.password = text,
        Text::KeyName => auth.api_key.name = trimmed.to_owned(),
        Text::KeyValue => auth.api_key.value = trimmed.to_owned(),
        Text::BodyFile => request.body.file = text,
        Text::Status => {
            let status = number::<u16>(trimmed, "a status from 100 to 999")?;
            if status.is_some_and(|n| !STATUS_RANGE.contains(&n)) {
                return Err("a status is a number from 100 to 999".into());
            }
            request.expect.status = status;
        }
        Text::Timeout => request.send.timeout_seconds = number(trimmed, "whole seconds; 0 means no limit")?,
    }
    Ok(())
}

fn number<N: std::str::FromStr>(text: &str, what: &str) -> Result<Option<N>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| format!("{text:?} is not a number: write {what}"))
}

/// The words of a choice, in order. The identities are those of the workspace.
pub fn options(choice: Choice, identities: &[String]) -> Vec<String> {
    let words: &[&str] = match choice {
        Choice::Auth => return AuthKind::ALL.iter().map(|k| k.as_str().to_owned()).collect(),
        Choice::Body => return BodyKind::ALL.iter().map(|k| k.as_str().to_owned()).collect(),
        Choice::Identity => {
            return std::iter::once(KEYS_HERE.to_owned()).chain(identities.iter().cloned()).collect();
        }
        Choice::Location => &["headers", "query"],
        Choice::Payload => &["signed", "unsigned"],
        Choice::Algorithm => &["SigV4", "SigV4a"],
        Choice::Normalize | Choice::DoubleEncode | Choice::ContentSha256 => &[AS_SERVICE, "yes", "no"],
        Choice::KeyPlace => &["header", "query"],
        Choice::Verify => &["verified", "NOT verified"],
        Choice::Redirects => &["as configured", "followed", "not followed"],
        Choice::Plus => &[A_PLUS, A_SPACE],
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Stands for keys typed into the request itself.
pub const KEYS_HERE: &str = "keys typed here";
/// A `+` of a query stands for itself.
const A_PLUS: &str = "means a plus";
/// A `+` of a query stands for a space, as forms have it.
const A_SPACE: &str = "means a space";
/// Stands for a setting that follows the service.
const AS_SERVICE: &str = "as the service wants";

fn chosen(request: &Request, choice: Choice) -> String {
    let sigv4 = &request.auth.sigv4;
    let three = |value: Option<bool>| match value {
        None => AS_SERVICE,
        Some(true) => "yes",
        Some(false) => "no",
    };
    match choice {
        Choice::Auth => request.auth.kind.as_str(),
        Choice::Identity if sigv4.identity.is_empty() => KEYS_HERE,
        Choice::Identity => &sigv4.identity,
        Choice::Location => match sigv4.location {
            SignatureLocation::Headers => "headers",
            SignatureLocation::Query => "query",
        },
        Choice::Payload => match &sigv4.payload {
            PayloadMode::Signed => "signed",
            PayloadMode::Unsigned => "unsigned",
            PayloadMode::Given(hash) => hash,
        },
        Choice::Algorithm => match sigv4.algorithm {
            Algorithm::Sigv4 => "SigV4",
            Algorithm::Sigv4a => "SigV4a",
        },
        Choice::Normalize => three(sigv4.normalize),
        Choice::DoubleEncode => three(sigv4.double_encode),
        Choice::ContentSha256 => three(sigv4.content_sha256),
        Choice::KeyPlace => match request.auth.api_key.place {
            ApiKeyPlace::Header => "header",
            ApiKeyPlace::Query => "query",
        },
        Choice::Body => request.body.kind.as_str(),
        Choice::Verify => {
            if request.send.insecure {
                "NOT verified"
            } else {
                "verified"
            }
        }
        Choice::Redirects => match request.send.follow_redirects {
            None => "as configured",
            Some(true) => "followed",
            Some(false) => "not followed",
        },
        Choice::Plus => match request.send.plus {
            Plus::Literal => A_PLUS,
            Plus::Space => A_SPACE,
        },
    }
    .to_owned()
}

/// Takes a choice by its word. A word that is not among the options changes nothing.
pub fn choose(request: &mut Request, choice: Choice, word: &str) {
    let sigv4 = &mut request.auth.sigv4;
    let three = || match word {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    match choice {
        Choice::Auth => {
            if let Some(kind) = AuthKind::ALL.into_iter().find(|kind| kind.as_str() == word) {
                request.auth.kind = kind;
            }
        }
        Choice::Body => {
            if let Some(kind) = BodyKind::ALL.into_iter().find(|kind| kind.as_str() == word) {
                request.body.kind = kind;
            }
        }
        Choice::Identity => {
            sigv4.identity = if word == KEYS_HERE { String::new() } else { word.to_owned() };
            if !sigv4.identity.is_empty() {
                // A request names either an identity or keys, never both.
                sigv4.access_key.clear();
                sigv4.secret_key.clear();
                sigv4.session_token.clear();
            }
        }
        Choice::Location => {
            sigv4.location =
                if word == "query" { SignatureLocation::Query } else { SignatureLocation::Headers };
        }
        Choice::Payload => {
            sigv4.payload = if word == "unsigned" { PayloadMode::Unsigned } else { PayloadMode::Signed };
        }
        Choice::Algorithm => {
            sigv4.algorithm = if word == "SigV4a" { Algorithm::Sigv4a } else { Algorithm::Sigv4 };
        }
        Choice::Normalize => sigv4.normalize = three(),
        Choice::DoubleEncode => sigv4.double_encode = three(),
        Choice::ContentSha256 => sigv4.content_sha256 = three(),
        Choice::KeyPlace => {
            request.auth.api_key.place =
                if word == "query" { ApiKeyPlace::Query } else { ApiKeyPlace::Header };
        }
        Choice::Verify => request.send.insecure = word == "NOT verified",
        Choice::Redirects => {
            request.send.follow_redirects = match word {
                "followed" => Some(true),
                "not followed" => Some(false),
                _ => None,
            };
        }
        Choice::Plus => {
            // The same URL, read with the other meaning.
            let url = query::join(request);
            request.send.plus = if word == A_SPACE { Plus::Space } else { Plus::Literal };
            query::split_into(request, &url);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::model::field::{Tab, add_row, slots};

    #[test]
    fn every_option_of_every_choice_can_be_taken_and_read_back() {
        let identities = ["alice".to_owned()];
        for choice in [
            Choice::Auth,
            Choice::Identity,
            Choice::Location,
            Choice::Payload,
            Choice::Algorithm,
            Choice::Normalize,
            Choice::DoubleEncode,
            Choice::ContentSha256,
            Choice::KeyPlace,
            Choice::Body,
            Choice::Verify,
            Choice::Redirects,
            Choice::Plus,
        ] {
            for word in options(choice, &identities) {
                let mut request = Request::default();
                choose(&mut request, choice, &word);
                assert_eq!(text(&request, EditorField::Choice(choice)), word);
            }
        }
    }

    #[test]
    fn every_typed_field_keeps_what_was_typed() {
        for field in [
            Text::AccessKey,
            Text::SecretKey,
            Text::SessionToken,
            Text::Region,
            Text::Service,
            Text::Token,
            Text::Username,
            Text::Password,
            Text::KeyName,
            Text::KeyValue,
            Text::BodyFile,
            Text::Expires,
            Text::Status,
            Text::Timeout,
        ] {
            let mut request = Request::default();
            assert_eq!(set_text(&mut request, EditorField::Text(field), "200".into()), Ok(()));
            assert_eq!(text(&request, EditorField::Text(field)), "200", "{field:?}");
        }
    }

    #[test]
    fn a_number_that_cannot_be_is_refused_and_changes_nothing() {
        let mut request = Request::default();
        request.expect.status = Some(403);
        assert!(set_text(&mut request, EditorField::Text(Text::Status), "20x".into()).is_err());
        assert!(set_text(&mut request, EditorField::Text(Text::Status), "1000".into()).is_err());
        assert!(set_text(&mut request, EditorField::Text(Text::Expires), "604801".into()).is_err());
        assert_eq!(request.expect.status, Some(403));
    }

    #[test]
    fn an_identity_takes_the_place_of_keys() {
        let mut request = Request::default();
        request.auth.kind = AuthKind::AwsSigv4;
        request.auth.sigv4.access_key = "AKIAIOSFODNN7EXAMPLE".into();
        assert!(slots(&request, Tab::Auth).contains(&EditorField::Text(Text::AccessKey)));
        choose(&mut request, Choice::Identity, "alice");
        assert_eq!(request.auth.sigv4.access_key, "");
        assert!(!slots(&request, Tab::Auth).contains(&EditorField::Text(Text::AccessKey)));
    }

    #[test]
    fn a_part_is_written_as_curl_writes_it() {
        let mut request = Request::default();
        let index = add_row(&mut request, Table::Parts);
        let slot = EditorField::Cell(Table::Parts, index, Column::Value);
        assert_eq!(set_text(&mut request, slot, "@a.png;type=image/png".into()), Ok(()));
        let part = &request.body.parts[0];
        assert!(part.file && part.value == "a.png" && part.content_type.as_deref() == Some("image/png"));
        assert_eq!(text(&request, slot), "@a.png;type=image/png");
    }
}
