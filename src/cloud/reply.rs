//! A response, before it becomes HTTP.
//!
//! Owns the two shapes of errors of AWS's JSON services; those of the query services are in
//! [`super::query`].

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde_json::json;

use super::body::ResponseBody;
use super::limits::{MAX_PAYLOAD_BYTES, ReadError};

/// A response. The server adds the request id and the date.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    /// Further headers.
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

/// The spelling of the one member of an error body, which differs between services.
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

    /// An error of a JSON service; without a message it is `null`.
    pub(super) fn error(status: u16, kind: &str, member: Member, message: Option<&str>) -> Self {
        let body = match member {
            Member::Upper => json!({ "Message": message }),
            Member::Lower => json!({ "message": message }),
        };
        Self::json(status, body.to_string()).with("x-amzn-ErrorType", kind)
    }

    pub(super) fn into_response(self) -> Response<ResponseBody> {
        let mut response = Response::new(ResponseBody::of(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.insert(name, value);
            }
        }
        response
    }

    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl From<ReadError> for Reply {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::TooLarge => {
                let message = format!(
                    "Request must be smaller than {MAX_PAYLOAD_BYTES} bytes for the InvokeFunction operation"
                );
                Self::error(413, "RequestTooLargeException", Member::Upper, Some(&message))
            }
            ReadError::TimedOut => Self::text(408, format!("{error}\n")),
            ReadError::CutOff(_) => Self::text(400, format!("{error}\n")),
        }
    }
}
