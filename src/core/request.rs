//! A request as its author wrote it.
//!
//! Owns the shape that is edited on the screen and kept on disk: texts may still hold `{{names}}`,
//! and what was typed for one kind of body or auth stays when another kind is chosen, so that
//! switching back and forth loses nothing. Refuses to judge: a wrong URL is legal here and is
//! reported by [`crate::core::resolve`].

/// One saved or unsaved request. Every text may hold `{{name}}` references.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Display name; `None` means the file name serves.
    pub name: Option<String>,
    /// HTTP method as typed, for example `GET`. Empty means `GET`.
    pub method: String,
    /// URL without the rows of `params`; `host/path` and `:3000/x` are allowed shorthands.
    pub url: String,
    /// Query rows, in order.
    pub params: Vec<Row>,
    /// Header rows, in order.
    pub headers: Vec<Row>,
    /// What to look for; free text.
    pub notes: String,
    /// What is sent after the headers.
    pub body: Body,
    /// Who asks, and how that is shown to the server.
    pub auth: Auth,
    /// What the author expects of the answer.
    pub expect: Expect,
    /// How this one request is sent, where it differs from the configuration.
    pub send: SendOptions,
}

/// A name, a value, and whether it takes part. Rows switched off are kept but not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Header, query or form name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Switched off: kept, shown dim, never sent.
    pub off: bool,
}

impl Row {
    /// A row that takes part.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), off: false }
    }

    /// Switched on, and not the blank row of an editor.
    pub fn takes_part(&self) -> bool {
        let blank = self.name.is_empty() && self.value.is_empty();
        !self.off && !blank
    }
}

/// The body, with the text of every kind kept side by side; `kind` says which one is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// Which of the fields below is sent.
    pub kind: BodyKind,
    /// Text of the kinds `json` and `text`.
    pub text: String,
    /// Fields of the kind `form` (`application/x-www-form-urlencoded`).
    pub form: Vec<Row>,
    /// Parts of the kind `multipart` (`multipart/form-data`).
    pub parts: Vec<Part>,
    /// Path of the kind `file`, relative to the workspace folder or absolute.
    pub file: String,
}

/// What a body is made of. The names are those of the file format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyKind {
    /// Nothing is sent.
    #[default]
    None,
    /// `text`, as `application/json`.
    Json,
    /// `text`, as `text/plain; charset=utf-8`.
    Text,
    /// `form`, percent-encoded.
    Form,
    /// `parts`, as multipart/form-data.
    Multipart,
    /// The bytes of `file`, as `application/octet-stream`.
    File,
}

impl BodyKind {
    /// Every kind, in the order in which the screen offers them.
    pub const ALL: [Self; 6] = [Self::None, Self::Json, Self::Text, Self::Form, Self::Multipart, Self::File];

    /// The word for this kind in a request file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Json => "json",
            Self::Text => "text",
            Self::Form => "form",
            Self::Multipart => "multipart",
            Self::File => "file",
        }
    }
}

/// One part of a multipart body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Field name.
    pub name: String,
    /// Text, or the path of a file when `file` is set.
    pub value: String,
    /// `value` is a path whose bytes are sent with the file's name.
    pub file: bool,
    /// Media type of the part; `None` means `text/plain` semantics for text and
    /// `application/octet-stream` for files.
    pub content_type: Option<String>,
    /// Switched off: kept, never sent.
    pub off: bool,
}

/// Authentication, with the fields of every kind kept side by side; `kind` says which one is used.
///
/// Its `Debug` is derived over [`Sigv4Auth`] and friends, which mask what a user may have typed in
/// the clear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Auth {
    /// Which of the fields below is used.
    pub kind: AuthKind,
    /// AWS Signature Version 4.
    pub sigv4: Sigv4Auth,
    /// `Authorization: Bearer …`.
    pub bearer: BearerAuth,
    /// `Authorization: Basic …`.
    pub basic: BasicAuth,
    /// A key in a header or in the query.
    pub api_key: ApiKeyAuth,
}

/// How a request is authenticated. The names are those of the file format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthKind {
    /// As the folder or the workspace says.
    #[default]
    Inherit,
    /// Not at all.
    None,
    /// AWS Signature Version 4 (or 4a).
    AwsSigv4,
    /// A bearer token.
    Bearer,
    /// User name and password.
    Basic,
    /// An API key.
    ApiKey,
}

impl AuthKind {
    /// Every kind, in the order in which the screen offers them.
    pub const ALL: [Self; 6] =
        [Self::Inherit, Self::None, Self::AwsSigv4, Self::Bearer, Self::Basic, Self::ApiKey];

    /// The word for this kind in a request file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inherit => "inherit",
            Self::None => "none",
            Self::AwsSigv4 => "aws-sigv4",
            Self::Bearer => "bearer",
            Self::Basic => "basic",
            Self::ApiKey => "api-key",
        }
    }
}

/// Settings of a SigV4 signature. An empty text or `None` means "left out": region and service are
/// then read from the host, the rest follows the service
/// (see [`crate::core::endpoint::SigningDefaults`]).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sigv4Auth {
    /// Name of an identity of the workspace. Excludes the three keys below.
    pub identity: String,
    /// Inline access key id.
    pub access_key: String,
    /// Inline secret, normally a `{{secret:NAME}}` reference.
    pub secret_key: String,
    /// Inline session token, normally a `{{secret:NAME}}` reference.
    pub session_token: String,
    /// Region, or for SigV4a the region set (`*`, or a comma-separated list).
    pub region: String,
    /// Service name of the credential scope, for example `lambda`.
    pub service: String,
    /// Signature in headers or in the query.
    pub location: SignatureLocation,
    /// Life of a presigned URL in seconds, at most 604800; `None` means 900.
    pub expires: Option<u64>,
    /// What stands for the payload in the canonical request.
    pub payload: PayloadMode,
    /// Resolve dot segments and empty segments of the path before signing.
    pub normalize: Option<bool>,
    /// Percent-encode the path a second time.
    pub double_encode: Option<bool>,
    /// Send and sign `x-amz-content-sha256`.
    pub content_sha256: Option<bool>,
    /// Leave the session token out of the signature and append it afterwards.
    pub token_unsigned: Option<bool>,
    /// SigV4 or SigV4a.
    pub algorithm: Algorithm,
}

impl std::fmt::Debug for Sigv4Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sigv4Auth")
            .field("identity", &self.identity)
            .field("access_key", &self.access_key)
            .field("secret_key", &masked(&self.secret_key))
            .field("session_token", &masked(&self.session_token))
            .field("region", &self.region)
            .field("service", &self.service)
            .field("location", &self.location)
            .field("expires", &self.expires)
            .field("payload", &self.payload)
            .field("normalize", &self.normalize)
            .field("double_encode", &self.double_encode)
            .field("content_sha256", &self.content_sha256)
            .field("token_unsigned", &self.token_unsigned)
            .field("algorithm", &self.algorithm)
            .finish()
    }
}

/// A pure reference (`{{…}}`) is no secret and is shown; anything else that is not empty is `***`.
fn masked(text: &str) -> &str {
    let reference = text.starts_with("{{") && text.ends_with("}}") && !text[2..].contains("{{");
    if text.is_empty() || reference { text } else { "***" }
}

/// Where the signature travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignatureLocation {
    /// In the `Authorization` header.
    #[default]
    Headers,
    /// In the query: a presigned URL.
    Query,
}

/// What stands for the payload in the canonical request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PayloadMode {
    /// The SHA-256 of the body.
    #[default]
    Signed,
    /// The words `UNSIGNED-PAYLOAD`. Lambda function URLs refuse it.
    Unsigned,
    /// A hash that the author gives, in lower-case hex.
    Given(String),
}

/// The signing algorithm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// AWS4-HMAC-SHA256.
    #[default]
    Sigv4,
    /// AWS4-ECDSA-P256-SHA256, with a region set instead of a region.
    Sigv4a,
}

/// A bearer token.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct BearerAuth {
    /// The token, normally a `{{secret:NAME}}` reference.
    pub token: String,
}

impl std::fmt::Debug for BearerAuth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BearerAuth").field("token", &masked(&self.token)).finish()
    }
}

/// User name and password (RFC 7617).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct BasicAuth {
    /// User name.
    pub username: String,
    /// Password, normally a `{{secret:NAME}}` reference.
    pub password: String,
}

impl std::fmt::Debug for BasicAuth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BasicAuth")
            .field("username", &self.username)
            .field("password", &masked(&self.password))
            .finish()
    }
}

/// A key under a name, in a header or in the query.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ApiKeyAuth {
    /// Header or query name; empty means `x-api-key`.
    pub name: String,
    /// The key, normally a `{{secret:NAME}}` reference.
    pub value: String,
    /// Where it travels.
    pub place: ApiKeyPlace,
}

impl std::fmt::Debug for ApiKeyAuth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKeyAuth")
            .field("name", &self.name)
            .field("value", &masked(&self.value))
            .field("place", &self.place)
            .finish()
    }
}

/// Where an API key travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApiKeyPlace {
    /// As a header.
    #[default]
    Header,
    /// As a query row.
    Query,
}

/// What the author expects of the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expect {
    /// Expected status code.
    pub status: Option<u16>,
}

/// How one request is sent, where it differs from the configuration (`[send]` in its file).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SendOptions {
    /// Do not verify the server's certificate. Shown with a visible mark.
    pub insecure: bool,
    /// Follow redirects; `None` means as configured.
    pub follow_redirects: Option<bool>,
    /// Seconds for the whole exchange; `None` means as configured, 0 means no limit.
    pub timeout_seconds: Option<u64>,
    /// Default headers that are switched off, in lower case (`accept-encoding`, `user-agent`,
    /// `content-type`; that of `accept` is told as a problem, since it is always sent).
    pub without: Vec<String>,
    /// What a `+` means that is typed in the query of the URL.
    pub plus: Plus,
}

/// What a `+` means that is typed in the query of a URL; nobody else can tell, so neither is ever
/// sent as `+`. Rows need no choice: what is typed there is meant as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plus {
    /// A plus, sent as `%2B`.
    #[default]
    Literal,
    /// A space, as forms have it, sent as `%20`.
    Space,
}

impl Plus {
    /// A raw query with every `+` in the form that says what is meant.
    pub fn spelled_out(self, query: &str) -> String {
        query.replace('+', if self == Self::Literal { "%2B" } else { "%20" })
    }
}

/// The status codes that a request may expect. HTTP defines 100 to 599 (RFC 9110, section 15), and
/// some servers send others of three digits.
pub const STATUS_RANGE: std::ops::RangeInclusive<u16> = 100..=999;

/// True for a token (RFC 9110, section 5.6.2), which is what methods and header names are made of.
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Stands for the payload where it is not signed.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
