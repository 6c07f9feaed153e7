//! JSONPath queries by RFC 9535.
//!
//! Owns that what is found is written as it stands in the document: numbers are compared as floats, as
//! the standard has it, and keep their digits.

use jaq_json::{Num, Val, read};
use serde_json::{Map, Value};
use serde_json_path::{JsonPath, NormalizedPath, PathElement};

use super::{FilterError, write};

/// A valid query.
pub(super) struct Query(JsonPath);

impl Query {
    pub(super) fn compile(code: &str) -> Result<Self, FilterError> {
        JsonPath::parse(code).map(Self).map_err(|error| {
            let at = error.position().min(code.len());
            FilterError::Program { message: error.message().to_owned(), at: at..code.len() }
        })
    }

    pub(super) fn run(
        &self,
        document: &[u8],
        sink: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<(), FilterError> {
        let mut json = Vec::new();
        for value in read::parse_many(document) {
            let value = value.map_err(|error| FilterError::Document(error.to_string()))?;
            let compared = compared(&value);
            for found in self.0.query_located(&compared).locations() {
                // Both have the same shape.
                let Some(found) = at(&value, found) else { continue };
                json.clear();
                write::value(found, &mut json)?;
                if !sink(&json) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// The value that a query compares.
fn compared(value: &Val) -> Value {
    match value {
        Val::Null => Value::Null,
        Val::Bool(bool) => Value::Bool(*bool),
        Val::Num(Num::Int(integer)) => Value::from(*integer),
        Val::Num(number) => {
            let float = number.to_string().parse::<f64>().unwrap_or_default();
            Value::from(float.clamp(f64::MIN, f64::MAX))
        }
        Val::BStr(bytes) | Val::TStr(bytes) => Value::from(String::from_utf8_lossy(bytes)),
        Val::Arr(items) => Value::Array(items.iter().map(compared).collect()),
        Val::Obj(members) => {
            let member = |(name, member): (&Val, &Val)| Some((name_of(name)?, compared(member)));
            Value::Object(members.iter().filter_map(member).collect::<Map<_, _>>())
        }
    }
}

/// The name of a member; JSON has only texts.
fn name_of(name: &Val) -> Option<String> {
    match name {
        Val::BStr(bytes) | Val::TStr(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        Val::Null | Val::Bool(_) | Val::Num(_) | Val::Arr(_) | Val::Obj(_) => None,
    }
}

/// What is at a location.
fn at<'a>(value: &'a Val, location: &NormalizedPath<'_>) -> Option<&'a Val> {
    location.iter().try_fold(value, |value, element| match (value, element) {
        (Val::Arr(items), PathElement::Index(index)) => items.get(*index),
        (Val::Obj(members), PathElement::Name(name)) => members.get(&Val::from((*name).to_owned())),
        _ => None,
    })
}
