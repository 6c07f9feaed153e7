//! The query protocol of STS and IAM: form parameters in, XML out.
//!
//! Source: <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>

use std::collections::HashMap;

use super::authenticate::Refusal;
use super::reply::Reply;
use super::request::Call;
use super::state::{UnknownPrincipal, Unsaved};
pub(super) use super::xml::{Xml, escape};
use crate::core::iam::Malformed;

/// A service that uses it.
#[derive(Clone, Copy)]
pub(super) struct Service {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    pub(super) namespace: &'static str,
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/>
pub(super) const STS: Service =
    Service { name: "sts", version: "2011-06-15", namespace: "https://sts.amazonaws.com/doc/2011-06-15/" };

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/>
pub(super) const IAM: Service =
    Service { name: "iam", version: "2010-05-08", namespace: "https://iam.amazonaws.com/doc/2010-05-08/" };

/// An error of the query protocol.
#[derive(Debug)]
pub(super) struct Error {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Error {
    pub(super) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// An invalid parameter; `None` if it is missing.
    pub(super) fn validation(value: Option<&str>, name: &str, constraint: &str) -> Self {
        let value = value.map_or("null".to_owned(), |value| format!("'{value}'"));
        Self::new(
            400,
            "ValidationError",
            format!(
                "1 validation error detected: Value {value} at '{name}' failed to satisfy constraint: {constraint}"
            ),
        )
    }

    pub(super) fn refused(refusal: &Refusal) -> Self {
        let (status, code) = match refusal {
            Refusal::Unsigned => (400, "MissingAuthenticationToken"),
            Refusal::Incomplete(_) => (400, "IncompleteSignature"),
            Refusal::Mismatch(_) => (403, "SignatureDoesNotMatch"),
            Refusal::UnknownKey => (403, "InvalidClientTokenId"),
            Refusal::ExpiredToken => (403, "ExpiredToken"),
        };
        let message = match refusal {
            Refusal::Unsigned => "Request is missing Authentication Token".to_owned(),
            Refusal::Incomplete(text) | Refusal::Mismatch(text) => text.clone(),
            Refusal::UnknownKey => "The security token included in the request is invalid.".to_owned(),
            Refusal::ExpiredToken => "The security token included in the request is expired".to_owned(),
        };
        Self { status, code, message }
    }

    pub(super) fn reply(&self, service: Service, call: &Call) -> Reply {
        let kind = if self.status < 500 { "Sender" } else { "Receiver" };
        Reply::xml(
            self.status,
            format!(
                "<ErrorResponse xmlns=\"{}\">\n  <Error>\n    <Type>{kind}</Type>\n    <Code>{}</Code>\n    <Message>{}</Message>\n  </Error>\n  <RequestId>{}</RequestId>\n</ErrorResponse>\n",
                service.namespace,
                self.code,
                escape(&self.message),
                call.id,
            ),
        )
    }
}

impl From<Malformed> for Error {
    fn from(malformed: Malformed) -> Self {
        Self::new(400, "MalformedPolicyDocument", malformed.to_string())
    }
}

impl From<UnknownPrincipal> for Error {
    fn from(unknown: UnknownPrincipal) -> Self {
        Self::new(400, "MalformedPolicyDocument", unknown.to_string())
    }
}

impl From<Unsaved> for Error {
    fn from(unsaved: Unsaved) -> Self {
        Self::new(500, "ServiceFailure", unsaved.to_string())
    }
}

/// The parameters of one call.
pub(super) struct Params(HashMap<String, String>);

impl Params {
    /// From the form body of a POST, else from the query string.
    pub(super) fn read(call: &Call) -> Self {
        let form: &[u8] = if call.method == "POST" { &call.body } else { call.query.as_bytes() };
        let mut params = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(form).into_owned() {
            // Of two with the same name, the first counts.
            params.entry(name).or_insert(value);
        }
        Self(params)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A required parameter; `field` is its name in AWS's validation errors.
    pub(super) fn required(&self, name: &str, field: &str) -> Result<&str, Error> {
        self.get(name).ok_or_else(|| Error::validation(None, field, "Member must not be null"))
    }

    /// The members of a list, in order: `NAME.member.1`, or `NAME.member.1.FIELD` with a field.
    pub(super) fn members(&self, name: &str, field: &str) -> Vec<&str> {
        let end = if field.is_empty() { String::new() } else { format!(".{field}") };
        (1..).map_while(|index| self.get(&format!("{name}.member.{index}{end}"))).collect()
    }

    /// A list of keys and values, such as tags.
    pub(super) fn pairs(&self, name: &str) -> Vec<(&str, &str)> {
        let keys = self.members(name, "Key").into_iter();
        keys.enumerate()
            .map(|(index, key)| (key, self.get(&format!("{name}.member.{}.Value", index + 1)).unwrap_or("")))
            .collect()
    }

    /// The action, if the version is the service's.
    pub(super) fn action(&self, service: Service) -> Result<&str, Error> {
        let Some(action) = self.get("Action") else {
            return Err(Error::new(400, "MissingAction", "The request must contain the parameter Action."));
        };
        match self.get("Version") {
            Some(version) if version == service.version => Ok(action),
            version => Err(Error::new(
                400,
                "InvalidAction",
                format!(
                    "Could not find operation {action} for version {}",
                    version.unwrap_or("NO_VERSION_SPECIFIED")
                ),
            )),
        }
    }
}

/// An action that this cloud doesn't implement.
pub(super) fn not_implemented(service: Service, action: &str, known: &[&str]) -> Error {
    Error::new(
        501,
        "NotImplemented",
        format!(
            "The local cloud does not implement {}:{action}. Of {} it has {}.",
            service.name,
            service.name,
            known.join(", ")
        ),
    )
}

/// A successful response. `result` is the XML inside `<ActionResult>`, already escaped; `None` if
/// the action has none.
pub(super) fn success(service: Service, call: &Call, action: &str, result: Option<&str>) -> Reply {
    let result =
        result.map_or(String::new(), |inner| format!("  <{action}Result>\n{inner}  </{action}Result>\n"));
    Reply::xml(
        200,
        format!(
            "<{action}Response xmlns=\"{}\">\n{result}  <ResponseMetadata>\n    <RequestId>{}</RequestId>\n  </ResponseMetadata>\n</{action}Response>\n",
            service.namespace, call.id,
        ),
    )
}
