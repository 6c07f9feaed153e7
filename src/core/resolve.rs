//! Request + scope -> a plan of what will be sent, or every error at once.
//!
//! Owns the expansion of every field and every check that needs no I/O. Refuses final bytes, which
//! are [`crate::core::wire`]'s, and credentials, which are the engine's.

use crate::core::connect_to::ConnectTo;
use crate::core::credential::{Credential, Secret};
use crate::core::exchange::{Field, Problem, ProblemKind};
use crate::core::identity::Identity;
use crate::core::request::{Auth, AuthKind, Expect, Request, Row, SendOptions, SignatureLocation, Sigv4Auth};
use crate::core::scope::{ExpandError, Expanded, Scope, ValueSource};
use crate::core::sign_as::SignAs;

mod auth;
mod fields;

pub(crate) use fields::spelled_method;

/// A request with every reference replaced. A body may be a file that is still to be read. `Debug`
/// leaves out what may hold secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Plan {
    /// Method, a valid HTTP token.
    pub method: String,
    /// URL as typed, expanded, with its scheme completed; query rows are not yet joined.
    pub url: String,
    /// Enabled query rows, with their index in the request.
    pub params: Vec<(usize, String, String)>,
    /// Enabled header rows, with their index in the request.
    pub headers: Vec<(usize, String, String)>,
    /// The body.
    pub body: PlanBody,
    /// The authentication.
    pub auth: PlanAuth,
    /// What is expected of the response.
    pub expect: Expect,
    /// How it is sent.
    pub send: SendOptions,
    /// Where its connection is made, if not to the URL's host.
    pub connect_to: Option<ConnectTo>,
    /// Secrets in the request, to be masked wherever it is shown.
    pub secrets: Vec<Secret>,
}

impl Plan {
    /// The host that is signed for, if it isn't the one that is called.
    pub(crate) fn signed_host(&self) -> Option<&str> {
        let PlanAuth::Sigv4(signing) = &self.auth else { return None };
        signing.sign_as.as_ref().map(SignAs::host)
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan")
            .field("method", &self.method)
            .field("auth", &self.auth)
            .field("send", &self.send)
            .finish_non_exhaustive()
    }
}

/// A body after expansion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanBody {
    /// Nothing.
    None,
    /// These bytes; `content_type` is a default that the author's header overrides.
    Bytes {
        /// What is sent.
        bytes: Vec<u8>,
        /// Media type.
        content_type: &'static str,
    },
    /// The bytes of this file.
    File(String),
    /// Parts; files among them haven't been read yet.
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
    /// The name of a file, if it isn't that of its path.
    pub filename: Option<String>,
}

/// The content of a part.
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

/// A signature to be computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanSigning {
    /// Who signs.
    pub signer: Signer,
    /// The settings; region and service are expanded, and empty if left out.
    pub settings: Sigv4Auth,
    /// The URL that is signed, if not the called one.
    pub sign_as: Option<SignAs>,
}

impl PlanSigning {
    /// Whether the signature is in the query.
    pub fn in_query(&self) -> bool {
        self.settings.location == SignatureLocation::Query
    }
}

/// Who signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signer {
    /// An identity of the workspace.
    Identity(String),
    /// Keys in the request itself.
    Inline(Credential),
}

/// Everything that a request's fields may refer to.
pub struct Context<'a> {
    /// Variables, the nearest layer first.
    pub scope: &'a Scope,
    /// The auth declared by the nearest folder or the workspace, for requests that inherit it.
    pub inherited_auth: &'a Auth,
    /// The declared identities.
    pub identities: &'a [Identity],
    /// The private store and the environment.
    pub outside: &'a dyn ValueSource,
}

/// Replaces every reference, completes the scheme, and checks what can be checked without I/O.
/// Returns all problems at once, each with its field.
pub(crate) fn resolve(request: &Request, context: &Context<'_>) -> Result<Plan, Vec<Problem>> {
    let mut resolver = Resolver { context, problems: Vec::new(), secrets: Vec::new() };
    let method = resolver.method(&request.method);
    let url = resolver.url(&request.url, &request.path);
    let params = resolver.params(&request.params);
    let headers = resolver.headers(&request.headers);
    let body = resolver.body(&request.body);
    let auth = resolver.auth(&request.auth);
    let connect_to = resolver.connect_to(&request.send.connect_to);
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
        connect_to,
        secrets,
    })
}

/// Replaces the references of a text; those that can't be replaced are problems of this field.
pub(crate) fn expand_text(
    field: &Field,
    text: &str,
    context: &Context<'_>,
) -> Result<Expanded, Vec<Problem>> {
    context.scope.expand(text, context.outside).map_err(|errors| {
        let field = |error: &ExpandError| match error {
            ExpandError::BrokenVariable { .. } => Field::Workspace,
            ExpandError::UnknownVariable { .. }
            | ExpandError::UnknownSecret(_)
            | ExpandError::UnknownEnv(_)
            | ExpandError::Cycle(_)
            | ExpandError::TooLong(_)
            | ExpandError::Broken(_) => field.clone(),
        };
        let problem =
            |error: &ExpandError| problem(field(error), error.to_string(), hint(error)).of_kind(kind(error));
        errors.iter().map(problem).collect()
    })
}

/// The auth that applies to a request: its own or the inherited one. `inherit` at the top level
/// means none.
pub(crate) fn effective_auth<'a>(own: &'a Auth, inherited: &'a Auth) -> &'a Auth {
    if own.kind == AuthKind::Inherit { inherited } else { own }
}

/// Completes a URL as xh does: `:3000/x` and `:/x` are on localhost, and without a scheme it is
/// `http` (<https://github.com/ducaale/xh#usage>).
pub(crate) fn complete_scheme(url: &str) -> String {
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

/// A problem without a kind.
pub(crate) fn problem(field: Field, message: impl Into<String>, hint: impl Into<String>) -> Problem {
    Problem::new(field, message, hint)
}

/// The kind of problem, which front ends act on.
fn kind(error: &ExpandError) -> ProblemKind {
    match error {
        ExpandError::UnknownSecret(name) => ProblemKind::MissingSecret { name: name.clone() },
        ExpandError::UnknownEnv(name) => ProblemKind::MissingEnv { name: name.clone() },
        ExpandError::UnknownVariable { name, similar } => {
            ProblemKind::UnknownVariable { name: name.clone(), similar: similar.clone() }
        }
        ExpandError::BrokenVariable { .. }
        | ExpandError::Cycle(_)
        | ExpandError::TooLong(_)
        | ExpandError::Broken(_) => ProblemKind::Other,
    }
}

/// The hint for a reference that can't be replaced.
fn hint(error: &ExpandError) -> String {
    match error {
        ExpandError::UnknownVariable { similar: Some(similar), .. } => {
            format!("Did you mean {{{{{similar}}}}}?")
        }
        ExpandError::UnknownVariable { .. } => "Declare it under `[variables]` or in an environment.".into(),
        ExpandError::BrokenVariable { problem, .. } => problem.hint.clone(),
        ExpandError::UnknownSecret(_) => "Give it a value in the private store.".into(),
        ExpandError::UnknownEnv(_) => "Set it before signpost starts.".into(),
        ExpandError::Cycle(_) => "Break the circle in one of these variables.".into(),
        ExpandError::TooLong(_) => "Look for a variable that uses another one several times.".into(),
        ExpandError::Broken(_) => "Close it with }} and name it with letters, digits, _ - or .".into(),
    }
}

/// Collects problems and secrets while the fields are expanded.
struct Resolver<'a> {
    context: &'a Context<'a>,
    problems: Vec<Problem>,
    secrets: Vec<Secret>,
}

impl Resolver<'_> {
    fn problem(&mut self, field: Field, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(problem(field, message, hint));
    }

    /// Replaces the references of a text; `None` if that failed, which is then a problem.
    fn try_text(&mut self, field: &Field, text: &str) -> Option<String> {
        self.try_masked(field, text, |_, _| false)
    }

    fn text(&mut self, field: &Field, text: &str) -> String {
        self.try_text(field, text).unwrap_or_default()
    }

    /// The same for a value that is often a credential: what of it is from the environment is masked.
    fn try_value(&mut self, field: &Field, text: &str) -> Option<String> {
        self.try_masked(field, text, |_, _| true)
    }

    /// As [`Resolver::try_text`]; also masks the values of environment variables for which `is_secret`
    /// holds, given the whole text and the value.
    fn try_masked(
        &mut self,
        field: &Field,
        text: &str,
        is_secret: impl Fn(&str, &str) -> bool,
    ) -> Option<String> {
        match expand_text(field, text, self.context) {
            Ok(expanded) => {
                let Expanded { text, secrets, from_env } = expanded;
                self.secrets.extend(secrets);
                self.secrets.extend(from_env.into_iter().filter(|value| is_secret(&text, value.expose())));
                Some(text)
            }
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    /// A text that must not be seen, wherever it came from.
    fn secret(&mut self, field: &Field, text: &str) -> Option<Secret> {
        let secret = Secret::new(self.try_text(field, text)?);
        if !secret.is_empty() {
            self.secrets.push(secret.clone());
        }
        Some(secret)
    }
}

/// Enabled rows that aren't blank, with their index.
fn taking_part(rows: &[Row]) -> impl Iterator<Item = (usize, &Row)> {
    rows.iter().enumerate().filter(|(_, row)| row.takes_part())
}

/// Parses a URL that has a scheme.
pub(crate) fn check_url(url: &str) -> Result<url::Url, Problem> {
    let parsed = url::Url::parse(url)
        .map_err(|error| problem(Field::Url, format!("invalid URL: {error}"), "Check host and port."))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        let message = format!("unsupported scheme {:?}", parsed.scheme());
        return Err(problem(Field::Url, message, "Use http or https."));
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests;
