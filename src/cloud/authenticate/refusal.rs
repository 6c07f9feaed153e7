//! Why a request is not authenticated, in AWS's words.
//!
//! Owns the texts for malformed signatures. Refuses to check anything.

use crate::cloud::reply::{Member, Reply};
use crate::core::sigv4::{Parameter, PresentError};

/// Why a request is not authenticated. Services word the same reason differently.
#[derive(Debug)]
pub(in crate::cloud) enum Refusal {
    /// It has no signature.
    Unsigned,
    /// Its signature is malformed; the text is AWS's.
    Incomplete(String),
    /// Its signature is invalid; the text is AWS's.
    Mismatch(String),
    /// The access key is unknown, or the session token is missing or belongs to another key.
    UnknownKey,
    /// The session token has expired.
    ExpiredToken,
}

impl Refusal {
    pub(in crate::cloud) const UNKNOWN_KEY: &str = "The security token included in the request is invalid";

    /// AWS's error code and message.
    pub(in crate::cloud) fn code_and_message(&self) -> (&'static str, &str) {
        match self {
            Self::Unsigned => ("MissingAuthenticationTokenException", "Missing Authentication Token"),
            Self::Incomplete(text) => ("IncompleteSignatureException", text.as_str()),
            Self::Mismatch(text) => ("InvalidSignatureException", text.as_str()),
            Self::UnknownKey => {
                ("UnrecognizedClientException", "The security token included in the request is invalid.")
            }
            Self::ExpiredToken => {
                ("ExpiredTokenException", "The security token included in the request is expired")
            }
        }
    }

    /// The response of a JSON service.
    pub(in crate::cloud) fn json(&self) -> Reply {
        let (kind, message) = self.code_and_message();
        Reply::error(403, kind, Member::Lower, Some(message))
    }
}

/// AWS's message for a signature that can't be parsed.
impl From<&PresentError> for Refusal {
    fn from(error: &PresentError) -> Self {
        let text = match error {
            PresentError::HostNotSigned => {
                return Self::Mismatch(
                    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_owned(),
                );
            }
            PresentError::NotKeyValue { part, header } => format!(
                "'{part}' not a valid key=value pair (missing equal-sign) in Authorization header: '{header}'."
            ),
            PresentError::Missing { parameters, in_query, algorithm } => {
                missing(parameters, *in_query, algorithm)
            }
            PresentError::Repeated(what) => format!("The request has more than one {what}."),
            PresentError::Algorithm(algorithm) => format!("Unsupported AWS 'algorithm': '{algorithm}'."),
            PresentError::Date(date) => format!(
                "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
            ),
            PresentError::Expires(given) => format!("X-Amz-Expires should be a number, and it is '{given}'."),
            PresentError::Credential(credential) => format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'"
            ),
        };
        Self::Incomplete(text)
    }
}

fn missing(parameters: &[Parameter], in_query: bool, algorithm: &str) -> String {
    let sentence = |parameter: &Parameter| {
        let name = match parameter {
            Parameter::Algorithm => "Algorithm",
            Parameter::Credential => "Credential",
            Parameter::Signature => "Signature",
            Parameter::SignedHeaders => "SignedHeaders",
            Parameter::Date => "Date",
        };
        match parameter {
            _ if in_query => format!("AWS query-string parameters must include 'X-Amz-{name}'. "),
            Parameter::Date => {
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
                    .to_owned()
            }
            _ => format!("Authorization header requires '{name}' parameter. "),
        }
    };
    let sentences: String = parameters.iter().map(sentence).collect();
    if in_query {
        format!("{sentences}Re-examine the query-string parameters.")
    } else {
        format!("{sentences}Authorization={algorithm}")
    }
}
