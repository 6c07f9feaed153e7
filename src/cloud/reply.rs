//! An answer, before it becomes HTTP.
//!
//! Owns the two shapes that errors of AWS's JSON services have; those of the query services are in
//! [`super::query`].

use serde_json::json;

/// An answer. The server adds the request id and the date.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    /// Further headers.
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

/// The spelling of the one member of an error body. Services differ.
#[derive(Clone, Copy)]
pub(super) enum Member {
    /// `{"Message": …}`
    Upper,
    /// `{"message": …}`
    Lower,
}

impl Reply {
    pub(super) fn json(status: u16, body: String) -> Self {
        Self { status, content_type: "application/json", headers: Vec::new(), body }
    }

    pub(super) fn xml(status: u16, body: String) -> Self {
        Self { status, content_type: "text/xml", headers: Vec::new(), body }
    }

    pub(super) fn text(status: u16, body: impl Into<String>) -> Self {
        Self { status, content_type: "text/plain; charset=utf-8", headers: Vec::new(), body: body.into() }
    }

    /// An error of a JSON service; no message is `null`.
    pub(super) fn error(status: u16, kind: &str, member: Member, message: Option<&str>) -> Self {
        let body = match member {
            Member::Upper => json!({ "Message": message }),
            Member::Lower => json!({ "message": message }),
        };
        Self::json(status, body.to_string()).with("x-amzn-ErrorType", kind)
    }

    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
