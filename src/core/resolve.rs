//! Request + scope -> a plan of what will be sent, or every error at once.
//!
//! Owns expansion of every field and every check that needs no I/O. Refuses final bytes (that is
//! [`crate::core::wire`]) and credentials (that is the engine).

use crate::core::credential::Secret;
use crate::core::exchange::Problem;
use crate::core::identity::Identity;
use crate::core::request::{Auth, Expect, Request, SendOptions, SignatureLocation, Sigv4Auth};
use crate::core::scope::{Outside, Scope};

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
    Inline(crate::core::credential::Credential),
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
    let _ = (request, context);
    Err(Vec::new())
}
