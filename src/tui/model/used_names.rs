//! Names that the workspace's requests have used, offered again while one is typed.
//!
//! Owns names alone: a value may be a secret.

use std::collections::BTreeSet;

use crate::core::request::{Request, Row};

/// Names that requests have used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct UsedNames {
    /// Names of query parameters and form fields.
    pub params: BTreeSet<String>,
    /// Names of headers.
    pub headers: BTreeSet<String>,
}

impl UsedNames {
    /// Adds the names of a request.
    pub(crate) fn add(&mut self, request: &Request) {
        self.params.extend(params(request).map(str::to_owned));
        self.headers.extend(headers(request).map(str::to_owned));
    }
}

/// The names of a request's query parameters and form fields.
pub(crate) fn params(request: &Request) -> impl Iterator<Item = &str> {
    written(request.params.iter().chain(&request.body.form))
}

/// The names of a request's headers.
pub(crate) fn headers(request: &Request) -> impl Iterator<Item = &str> {
    written(request.headers.iter())
}

fn written<'a>(rows: impl Iterator<Item = &'a Row>) -> impl Iterator<Item = &'a str> {
    rows.map(|row| row.name.as_str()).filter(|name| !name.trim().is_empty())
}
