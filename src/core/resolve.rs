//! Request + scope -> a plan of what will be sent, or every error at once.
//!
//! Owns expansion of every field and every check that needs no I/O. Refuses final bytes (that is
//! [`crate::core::wire`]) and credentials (that is the engine).

use std::ops::Range;

use crate::core::credential::{Credential, Secret};
use crate::core::exchange::{Field, Problem};
use crate::core::identity::Identity;
use crate::core::request::{
    Auth, AuthKind, Body, BodyKind, Expect, Part, Request, Row, SendOptions, SignatureLocation, Sigv4Auth,
};
use crate::core::scope::{ExpandError, Expanded, Outside, Scope};
use crate::core::template::{self, PartKind};

mod auth;

/// A request with every reference replaced. A body may be a file that is still to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Method, a valid HTTP token.
    pub method: String,
    /// URL as typed, expanded, with its scheme completed; query rows are not yet joined.
    pub url: String,
    /// Query rows that take part, with their index among the request's rows.
    pub params: Vec<(usize, String, String)>,
    /// Header rows that take part, with their index among the request's rows.
    pub headers: Vec<(usize, String, String)>,
    /// The body.
    pub body: PlanBody,
    /// The authentication.
    pub auth: PlanAuth,
    /// What is expected.
    pub expect: Expect,
    /// How it is sent.
    pub send: SendOptions,
    /// Secrets that took part, to be masked wherever the request is shown.
    pub secrets: Vec<Secret>,
}

/// A body after expansion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanBody {
    /// Nothing.
    None,
    /// These bytes; `content_type` is the default that an author's header overrides.
    Bytes {
        /// What is sent.
        bytes: Vec<u8>,
        /// Media type.
        content_type: &'static str,
    },
    /// The bytes of this file.
    File(String),
    /// Parts; those of files are still to be read.
    Multipart(Vec<PlanPart>),
}

/// One part of a multipart body after expansion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanPart {
    /// Index among the request's parts.
    pub index: usize,
    /// Field name.
    pub name: String,
    /// Text or file.
    pub content: PartContent,
    /// Media type, if given.
    pub content_type: Option<String>,
}

/// What a part holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartContent {
    /// This text.
    Text(String),
    /// The bytes of the file at this path.
    File(String),
}

/// Authentication after inheritance and expansion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanAuth {
    /// None.
    None,
    /// AWS Signature Version 4.
    Sigv4(Box<PlanSigning>),
    /// `Authorization: Bearer …`.
    Bearer(Secret),
    /// `Authorization: Basic …`.
    Basic {
        /// User name.
        username: String,
        /// Password.
        password: Secret,
    },
    /// A key in a header.
    ApiKeyHeader {
        /// Header name.
        name: String,
        /// Its value.
        value: Secret,
    },
    /// A key in the query.
    ApiKeyQuery {
        /// Query name.
        name: String,
        /// Its value.
        value: Secret,
    },
}

/// A signature to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanSigning {
    /// Who signs.
    pub signer: Signer,
    /// The settings, with region and service expanded and still empty where left out.
    pub settings: Sigv4Auth,
}

impl PlanSigning {
    /// True when the signature travels in the query.
    pub fn in_query(&self) -> bool {
        self.settings.location == SignatureLocation::Query
    }
}

/// Who signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signer {
    /// An identity of the workspace.
    Identity(String),
    /// Keys that stand in the request itself.
    Inline(Credential),
}

/// What surrounds a request: everything that its fields may refer to.
pub struct Context<'a> {
    /// Variables, nearest first.
    pub scope: &'a Scope,
    /// The auth of the nearest folder or the workspace that declares one; used where the request
    /// says `inherit`.
    pub inherited_auth: &'a Auth,
    /// Names of the declared identities.
    pub identities: &'a [Identity],
    /// The private store and the environment.
    pub outside: &'a dyn Outside,
}

/// Replaces every reference, completes the scheme, and checks what can be checked without I/O.
/// Gives every problem at once, each with its field.
pub fn resolve(request: &Request, context: &Context<'_>) -> Result<Plan, Vec<Problem>> {
    let mut resolver = Resolver { context, problems: Vec::new(), secrets: Vec::new() };
    let method = resolver.method(&request.method);
    let url = resolver.url(&request.url);
    let params = resolver.params(&request.params);
    let headers = resolver.headers(&request.headers);
    let body = resolver.body(&request.body);
    let auth = resolver.auth(&request.auth);
    let Resolver { problems, secrets, .. } = resolver;
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Plan {
        method,
        url,
        params,
        headers,
        body,
        auth,
        expect: request.expect.clone(),
        send: request.send.clone(),
        secrets,
    })
}

/// What is wrong with the references of one text, each with its place in it, for marking while
/// typing.
pub fn check_text(text: &str, context: &Context<'_>) -> Vec<(Range<usize>, ExpandError)> {
    let mut found = Vec::new();
    for part in template::parse(text) {
        if matches!(part.kind, PartKind::Literal(_)) {
            continue;
        }
        if let Err(errors) = context.scope.expand(&text[part.span.clone()], context.outside) {
            found.extend(errors.into_iter().map(|error| (part.span.clone(), error)));
        }
    }
    found
}

/// Replaces the references of one text; what cannot be replaced is a problem of this field.
pub fn expand_text(field: &Field, text: &str, context: &Context<'_>) -> Result<Expanded, Vec<Problem>> {
    context.scope.expand(text, context.outside).map_err(|errors| {
        errors.iter().map(|error| problem(field.clone(), error.to_string(), cure(error))).collect()
    })
}

/// The auth that a request ends up with: its own, or the inherited one; `inherit` at the top means
/// none.
pub fn effective_auth<'a>(own: &'a Auth, inherited: &'a Auth) -> &'a Auth {
    if own.kind == AuthKind::Inherit { inherited } else { own }
}

/// Completes a URL as xh does: `:3000/x` and `:/x` are on localhost, and without a scheme it is
/// `http` (<https://github.com/ducaale/xh#usage>).
pub fn complete_scheme(url: &str) -> String {
    if let Some(rest) = url.strip_prefix("://").or_else(|| url.strip_prefix("//")) {
        return format!("http://{rest}");
    }
    if let Some(rest) = url.strip_prefix(':') {
        let port = rest.starts_with(|c: char| c.is_ascii_digit());
        return format!("http://localhost{}{rest}", if port { ":" } else { "" });
    }
    if scheme(url).is_some() { url.to_owned() } else { format!("http://{url}") }
}

/// The scheme of `scheme://…`.
fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once("://")?;
    let mut chars = scheme.chars();
    let valid = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    valid.then_some(scheme)
}

/// A token of RFC 9110, section 5.6.2: what a method or a header name is made of.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// One problem.
pub(crate) fn problem(field: Field, message: impl Into<String>, cure: impl Into<String>) -> Problem {
    Problem { field, message: message.into(), cure: cure.into() }
}

/// What helps against a reference that cannot be replaced.
fn cure(error: &ExpandError) -> String {
    match error {
        ExpandError::UnknownVariable { similar: Some(similar), .. } => {
            format!("Did you mean {{{{{similar}}}}}?")
        }
        ExpandError::UnknownVariable { .. } => {
            "Declare it under [variables], in an environment, or with --var.".into()
        }
        ExpandError::UnknownSecret(_) => "Give it a value in the private store.".into(),
        ExpandError::UnknownEnv(_) => "Set it before signpost starts.".into(),
        ExpandError::Cycle(_) => "Break the circle in one of these variables.".into(),
        ExpandError::Broken(_) => "Close it with }} and name it with letters, digits, _ - or .".into(),
    }
}

/// Gathers problems and secrets while the fields are replaced one after another.
struct Resolver<'a> {
    context: &'a Context<'a>,
    problems: Vec<Problem>,
    secrets: Vec<Secret>,
}

impl Resolver<'_> {
    fn problem(&mut self, field: Field, message: impl Into<String>, cure: impl Into<String>) {
        self.problems.push(problem(field, message, cure));
    }

    /// Replaces the references of one text; `None` when that cannot be, which is then reported.
    fn try_text(&mut self, field: &Field, text: &str) -> Option<String> {
        match expand_text(field, text, self.context) {
            Ok(expanded) => {
                self.secrets.extend(expanded.secrets);
                Some(expanded.text)
            }
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    fn text(&mut self, field: &Field, text: &str) -> String {
        self.try_text(field, text).unwrap_or_default()
    }

    /// A text that must not be seen, wherever it came from.
    fn secret(&mut self, field: &Field, text: &str) -> Option<Secret> {
        let secret = Secret::new(self.try_text(field, text)?);
        if !secret.is_empty() {
            self.secrets.push(secret.clone());
        }
        Some(secret)
    }

    fn method(&mut self, typed: &str) -> String {
        let Some(method) = self.try_text(&Field::Method, typed) else {
            return String::new();
        };
        let method = method.trim();
        if method.is_empty() {
            return "GET".into();
        }
        if !is_token(method) {
            self.problem(
                Field::Method,
                format!("{method:?} is not a method"),
                "A method is one word, for example GET or POST.",
            );
        } else if method.eq_ignore_ascii_case("CONNECT") {
            self.problem(
                Field::Method,
                "CONNECT opens a tunnel through a proxy and has no answer to show",
                "Set the proxy in the configuration instead.",
            );
        }
        // Methods are case-sensitive; the well-known ones are normalised as browsers do.
        const KNOWN: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
        KNOWN.iter().find(|known| known.eq_ignore_ascii_case(method)).map_or(method, |known| known).to_owned()
    }

    fn url(&mut self, typed: &str) -> String {
        let Some(url) = self.try_text(&Field::Url, typed) else {
            return String::new();
        };
        let url = url.trim();
        if url.is_empty() {
            self.problem(Field::Url, "the URL is empty", "Type one, for example https://example.com/.");
            return String::new();
        }
        if url.chars().any(char::is_control) {
            self.problem(Field::Url, "the URL holds a line break or another control character", "Remove it.");
            return String::new();
        }
        let url = complete_scheme(url);
        if let Err(found) = check_url(&url) {
            self.problems.push(found);
        }
        url
    }

    fn params(&mut self, rows: &[Row]) -> Vec<(usize, String, String)> {
        let mut params = Vec::new();
        for (index, row) in taking_part(rows) {
            let field = Field::Param(index);
            params.push((index, self.text(&field, &row.name), self.text(&field, &row.value)));
        }
        params
    }

    fn headers(&mut self, rows: &[Row]) -> Vec<(usize, String, String)> {
        let mut headers = Vec::new();
        for (index, row) in taking_part(rows) {
            let field = Field::Header(index);
            let name = self.try_text(&field, &row.name);
            let value = self.try_text(&field, &row.value);
            let (Some(name), Some(value)) = (name, value) else { continue };
            let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
            self.check_header(&field, &name, &value);
            headers.push((index, name, value));
        }
        headers
    }

    fn check_header(&mut self, field: &Field, name: &str, value: &str) {
        if !is_token(name) {
            let message = if name.is_empty() {
                "the header has no name".to_owned()
            } else {
                format!("{name:?} is not a header name")
            };
            self.problem(field.clone(), message, "A name is letters, digits and - without spaces.");
        }
        if value.chars().any(|c| c.is_control() && c != '\t') {
            self.problem(
                field.clone(),
                format!("the value of {name} holds a line break or another control character"),
                "Remove it.",
            );
        }
    }

    fn body(&mut self, body: &Body) -> PlanBody {
        match body.kind {
            BodyKind::None => PlanBody::None,
            // Broken JSON is sent as it is: that is how a server's error handling is tried out.
            BodyKind::Json => self.bytes(&body.text, "application/json"),
            BodyKind::Text => self.bytes(&body.text, "text/plain; charset=utf-8"),
            BodyKind::Form => self.form(&body.form),
            BodyKind::Multipart => self.multipart(&body.parts),
            BodyKind::File => {
                let path = self.try_text(&Field::Body, &body.file);
                if path.as_deref().is_some_and(|path| path.trim().is_empty()) {
                    self.problem(Field::Body, "the body is a file and none is named", "Give its path.");
                }
                PlanBody::File(path.unwrap_or_default())
            }
        }
    }

    fn bytes(&mut self, text: &str, content_type: &'static str) -> PlanBody {
        PlanBody::Bytes { bytes: self.text(&Field::Body, text).into_bytes(), content_type }
    }

    fn form(&mut self, rows: &[Row]) -> PlanBody {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for (index, row) in taking_part(rows) {
            let field = Field::BodyRow(index);
            form.append_pair(&self.text(&field, &row.name), &self.text(&field, &row.value));
        }
        PlanBody::Bytes {
            bytes: form.finish().into_bytes(),
            content_type: "application/x-www-form-urlencoded",
        }
    }

    fn multipart(&mut self, parts: &[Part]) -> PlanBody {
        let blank = |part: &Part| part.name.is_empty() && part.value.is_empty();
        let mut plan = Vec::new();
        for (index, part) in parts.iter().enumerate().filter(|(_, part)| !part.off && !blank(part)) {
            let field = Field::BodyRow(index);
            let name = self.text(&field, &part.name);
            let value = self.try_text(&field, &part.value);
            let content_type = part.content_type.as_deref().map(|text| self.text(&field, text));
            if content_type.as_deref().is_some_and(|text| text.chars().any(char::is_control)) {
                self.problem(field.clone(), "the content type holds a control character", "Remove it.");
            }
            if part.file && value.as_deref().is_some_and(|path| path.trim().is_empty()) {
                self.problem(field, "the part is a file and none is named", "Give its path.");
            }
            let value = value.unwrap_or_default();
            let content = if part.file { PartContent::File(value) } else { PartContent::Text(value) };
            plan.push(PlanPart {
                index,
                name,
                content,
                content_type: content_type.filter(|t| !t.is_empty()),
            });
        }
        PlanBody::Multipart(plan)
    }
}

/// Rows that are switched on and not blank, with their index.
fn taking_part(rows: &[Row]) -> impl Iterator<Item = (usize, &Row)> {
    rows.iter().enumerate().filter(|(_, row)| row.takes_part())
}

/// Reads a URL whose scheme is complete.
pub(crate) fn check_url(url: &str) -> Result<url::Url, Problem> {
    let parsed = url::Url::parse(url)
        .map_err(|error| problem(Field::Url, format!("this is no URL: {error}"), "Check host and port."))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        let message = format!("the scheme {:?} cannot be sent", parsed.scheme());
        return Err(problem(Field::Url, message, "Only http and https can."));
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests;
