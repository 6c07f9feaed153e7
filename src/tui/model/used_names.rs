//! Names that the workspace's requests have used, offered again while one is typed.
//!
//! Owns names alone: a value may be a secret.

use std::collections::BTreeSet;

use crate::core::request::Request;

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
        let written = |name: &&String| !name.trim().is_empty();
        let params = request.params.iter().chain(&request.body.form).map(|row| &row.name);
        self.params.extend(params.filter(written).cloned());
        self.headers.extend(request.headers.iter().map(|row| &row.name).filter(written).cloned());
    }
}
