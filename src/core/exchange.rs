//! The events of one send: what was sent, what came back, and how it ended.
//!
//! Owns plain data that the engine fills in and that the screen, the command line and the diagnosis
//! read. Refuses behaviour: nothing here sends or decides.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use url::Url;

use crate::core::credential::Secret;
use crate::core::expect::Verdict;
use crate::core::file_problem::FileProblem;
use crate::core::finding::Finding;
use crate::core::question::Asked;
use crate::core::request::SendOptions;
use crate::core::request::fields::{AuthField, SendField};
use crate::core::sigv4::Steps;
use crate::core::trust::Untrusted;
use crate::core::wire_request::WireRequest;

pub use crate::core::wire_request::{HeaderOrigin, SentHeader};

/// What the engine reports while a send is under way, in this order: [`Event::Stage`] any
/// number of times, with [`Event::Ask`] among them, [`Event::Sent`] once for each hop that left, [`Event::Redirected`] after
/// each hop whose redirect is followed, [`Event::Head`] once,
/// [`Event::Chunk`] any number of times, with [`Event::Ask`] where the body reaches its limit,
/// [`Event::Adopted`] where it applies, and
/// [`Event::End`] exactly once, last.
#[derive(Debug)]
pub enum Event {
    /// What the send is waiting for.
    Stage(Stage),
    /// The request in its final form.
    Sent(Box<Sent>),
    /// A redirect that is followed; the next request is [`Event::Sent`] in its turn.
    Redirected(Box<Redirect>),
    /// Status and headers of the response have come.
    Head(Box<Head>),
    /// A piece of the decoded body, of about 16 ms or 64 KiB.
    Chunk(Bytes),
    /// The response contained a session for the identity that signed this request, which now uses
    /// it as its credential. Comes after the last chunk.
    Adopted {
        /// Name of the identity.
        identity: String,
        /// When the session expires (UTC).
        expires_at: Option<SystemTime>,
    },
    /// A question that must be answered before the send continues; several can be open.
    Ask(Asked),
    /// The send has ended.
    End(Box<End>),
}

impl From<Asked> for Event {
    fn from(asked: Asked) -> Self {
        Self::Ask(asked)
    }
}

/// What a send is waiting for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A credential of this identity is being fetched.
    Credential(String),
    /// The connection is being made, or the request is being sent.
    Connecting,
    /// The request was sent; the first byte of the response hasn't arrived.
    Waiting,
    /// A redirect to this URL is being followed.
    Redirect(String),
}

/// A request as sent. `Debug` leaves out what may contain secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Sent {
    /// Method.
    pub method: String,
    /// Final URL, with the signature if that is in the query.
    pub url: String,
    /// Final headers in order, each with its origin.
    pub headers: Vec<SentHeader>,
    /// Length of the body in bytes.
    pub body_len: u64,
    /// How it was signed, if it was.
    pub signing: Option<SigningRecord>,
    /// Texts that must be masked wherever this record is shown.
    pub secrets: Vec<Secret>,
    /// When it was sent, by the real clock (UTC).
    pub at: SystemTime,
}

impl std::fmt::Debug for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sent")
            .field("method", &self.method)
            .field("headers", &self.headers)
            .field("body_len", &self.body_len)
            .field("signing", &self.signing)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// How a request was signed: everything that the Signature tab shows and the diagnosis reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningRecord {
    /// Canonical request, string to sign and the rest.
    pub steps: Steps,
    /// The identity's name, if it has one.
    pub identity: Option<String>,
    /// Access key id.
    pub access_key: String,
    /// Where the credential came from.
    pub source: String,
    /// Whether a session token was used.
    pub has_token: bool,
    /// When the credential expires (UTC).
    pub expires_at: Option<SystemTime>,
    /// Region of the scope (region set for SigV4a).
    pub region: String,
    /// Service of the scope.
    pub service: String,
    /// The URL that was signed, without its query, if it isn't the one that was called.
    pub signed_for: Option<Url>,
}

/// Status and headers of the response, and what is known about the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Status code.
    pub status: u16,
    /// Protocol, for example `HTTP/1.1`.
    pub protocol: String,
    /// Headers in the order received; bytes that aren't UTF-8 are replaced.
    pub headers: Vec<(String, String)>,
    /// The other end: the server, or the proxy in use.
    pub remote: Option<SocketAddr>,
    /// Whether it is known that no proxy was in use.
    pub direct: bool,
    /// The server's certificate, for TLS; through a proxy the HTTP library doesn't expose it.
    pub certificate: Option<Certificate>,
    /// Timing up to here.
    pub timing: Timing,
}

impl Head {
    /// The first header of this name, ignoring case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
}

/// The contents of the server's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Subject, as a distinguished name.
    pub subject: String,
    /// Issuer, as a distinguished name.
    pub issuer: String,
    /// DNS names and addresses it is valid for.
    pub names: Vec<String>,
    /// End of its validity (UTC).
    pub not_after: SystemTime,
    /// Whether it was verified; false if verification is turned off.
    pub verified: bool,
}

/// Durations of the phases; `None` if a phase didn't occur or is unknown (on a reused connection).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// Signing, twice, for the comparison; `None` for a request without a signature.
    pub sign: Option<Duration>,
    /// Name resolution.
    pub resolve: Option<Duration>,
    /// TCP and TLS.
    pub connect: Option<Duration>,
    /// From sending the request to receiving the head of the response.
    pub first_byte: Option<Duration>,
    /// From the head to the last byte.
    pub download: Option<Duration>,
    /// What its questions took, such as the typing of an MFA code; `None` if nothing was asked.
    pub asked: Option<Duration>,
    /// From the start of the send, without what its questions took.
    pub total: Duration,
}

/// How a send ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// The outcome.
    pub outcome: Outcome,
    /// Final timing.
    pub timing: Timing,
    /// Bytes of the body on the wire.
    pub wire_bytes: u64,
    /// Bytes of the body after decoding.
    pub body_bytes: u64,
    /// Trailers, in order.
    pub trailers: Vec<(String, String)>,
    /// Unusual things about the response, a sentence each; it is complete nevertheless.
    pub remarks: Vec<String>,
    /// Whether the response is as expected; empty if nothing was expected or no response came.
    pub verdicts: Vec<Verdict>,
    /// Why the response is a refusal, the most certain finding first.
    pub findings: Vec<Finding>,
}

impl End {
    /// An end with this outcome, and nothing else.
    pub fn of(outcome: Outcome) -> Self {
        Self {
            outcome,
            timing: Timing::default(),
            wire_bytes: 0,
            body_bytes: 0,
            trailers: Vec::new(),
            remarks: Vec::new(),
            verdicts: Vec::new(),
            findings: Vec::new(),
        }
    }
}

/// The outcome of a send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The whole response arrived.
    Answered,
    /// Part of the response arrived; the text says what happened to the rest.
    Cut(String),
    /// The body reached this limit, in bytes, and nobody allowed more; what came before it arrived.
    BodyLimit(u64),
    /// The request was sent, or couldn't be, and no response came.
    Network(Problem),
    /// The request didn't leave this machine.
    NotSent(Vec<Problem>),
    /// A request was redirected to another origin and stopped there, because it was signed or
    /// because its body would go along.
    RedirectRefused {
        /// The request that would follow it, unsigned and without credentials.
        next: Box<NextRequest>,
        /// Whether it was signed.
        signed: bool,
    },
    /// The user cancelled it.
    Cancelled,
}

/// The request that follows a redirect, as built by the engine. It is sent exactly as it is:
/// without headers of folders, a signature or credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextRequest {
    /// Its final form.
    pub wire: WireRequest,
    /// How the first request was sent, and how this one will be.
    pub send: SendOptions,
    /// Texts that must be masked wherever it is shown.
    pub secrets: Vec<Secret>,
    /// Names of the headers that stay behind, in order.
    pub left_behind: Vec<String>,
}

/// A redirect that is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// Status and headers.
    pub head: Head,
    /// Names of the headers that didn't go along, because it leads to another origin; in order.
    pub left_behind: Vec<String>,
}

/// A hop whose redirect was followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The request.
    pub sent: Sent,
    /// The redirect.
    pub redirect: Redirect,
}

/// A problem with its field and hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field it belongs to.
    pub field: Field,
    /// What is wrong, for programs; the message is for people.
    pub kind: ProblemKind,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do, in one sentence; may be empty.
    pub hint: String,
}

impl Problem {
    /// A problem without a kind.
    pub fn new(field: Field, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { field, kind: ProblemKind::Other, message: message.into(), hint: hint.into() }
    }

    /// The problem, then its hint as a sentence of its line.
    pub(crate) fn in_one_line(&self) -> String {
        let message = self.message.trim_end_matches('.');
        if self.hint.is_empty() { self.message.clone() } else { format!("{message}. {}", self.hint) }
    }

    /// The same problem with its kind.
    #[must_use]
    pub fn of_kind(self, kind: ProblemKind) -> Self {
        Self { kind, ..self }
    }
}

/// What is wrong, if a front end can act on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ProblemKind {
    /// The private store has no secret of this name.
    MissingSecret {
        /// Name of the secret.
        name: String,
    },
    /// The process environment has no variable of this name.
    MissingEnv {
        /// Name of the environment variable.
        name: String,
    },
    /// No layer of variables declares this name.
    UnknownVariable {
        /// Name of the variable.
        name: String,
        /// A similar name that is declared.
        similar: Option<String>,
    },
    /// The region or service of the signature is neither given nor in the host.
    UnknownScope(AuthField),
    /// The workspace came from elsewhere, and nobody has allowed it this.
    Untrusted(Box<Untrusted>),
    /// Anything else: the message is all there is to it.
    #[default]
    Other,
}

impl From<&FileProblem> for Problem {
    fn from(problem: &FileProblem) -> Self {
        Self::new(Field::Workspace, problem.placed(), problem.hint.clone())
    }
}

/// The part of a request that a problem belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// The request as a whole, or something outside of it.
    Request,
    /// The method.
    Method,
    /// The URL.
    Url,
    /// The path variable with this index.
    Path(usize),
    /// The query row with this index.
    Param(usize),
    /// The header row with this index.
    Header(usize),
    /// The body, as a whole.
    Body,
    /// The form row or multipart part with this index.
    BodyRow(usize),
    /// A field of the authentication.
    Auth(AuthField),
    /// A setting of how the request is sent.
    Send(SendField),
    /// The identity of this name, as declared in the workspace.
    Identity(String),
    /// A part of the workspace's files; the message names file and line.
    Workspace,
}
