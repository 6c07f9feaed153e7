//! How a request is authenticated, as its author wrote it.
//!
//! Owns the fields of every kind of authentication, and that `Debug` never shows a secret that was
//! typed in the clear. Refuses to sign, which is [`crate::core::sigv4`]'s.

/// Authentication, with the fields of every kind next to each other; `kind` says which are used.
///
/// Its `Debug` is derived, but those of [`Sigv4Auth`] and the other kinds mask what may have been
/// typed in the clear.
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

impl Auth {
    /// Signed as an identity; what else a signature says stays.
    #[must_use]
    pub fn signed_as(self, identity: &str) -> Self {
        let mut auth = if self.kind == AuthKind::AwsSigv4 { self } else { Self::default() };
        auth.kind = AuthKind::AwsSigv4;
        auth.sigv4.set_identity(identity);
        auth
    }
}

/// How a request is authenticated. The names are those of the file format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthKind {
    /// Like the folder or the workspace.
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

words!(AuthKind: 6 {
    Inherit = "inherit",
    None = "none",
    AwsSigv4 = "aws-sigv4",
    Bearer = "bearer",
    Basic = "basic",
    ApiKey = "api-key",
});

/// Settings of a SigV4 signature. An empty text or `None` means "left out": region and service are
/// then inferred from the host, the rest follows the service (see
/// [`crate::core::endpoint::SigningDefaults`]).
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
    /// URL that is signed in place of the one that is called.
    pub sign_as: String,
    /// Signature in headers or in the query.
    pub location: SignatureLocation,
    /// Validity of a presigned URL in seconds, at most 604800; `None` means 900.
    pub expires: Option<u64>,
    /// What is signed as the payload's hash.
    pub payload: PayloadMode,
    /// Resolve dot segments and empty segments of the path before signing.
    pub normalize: Option<bool>,
    /// Percent-encode the path a second time.
    pub double_encode: Option<bool>,
    /// Send and sign `x-amz-content-sha256`.
    pub content_sha256: Option<bool>,
    /// Append the session token without signing it.
    pub token_unsigned: Option<bool>,
    /// SigV4 or SigV4a.
    pub algorithm: Algorithm,
}

impl Sigv4Auth {
    /// Signs as an identity, and no longer with keys of the request itself.
    pub(crate) fn set_identity(&mut self, identity: &str) {
        identity.clone_into(&mut self.identity);
        (self.access_key, self.secret_key, self.session_token) = Default::default();
    }
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
            .field("sign_as", &self.sign_as)
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

/// A lone reference (`{{…}}`) isn't a secret and is shown; any other non-empty text becomes `***`.
fn masked(text: &str) -> &str {
    let reference = text.starts_with("{{") && text.ends_with("}}") && !text[2..].contains("{{");
    if text.is_empty() || reference { text } else { "***" }
}

/// Where the signature is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignatureLocation {
    /// In the `Authorization` header.
    #[default]
    Headers,
    /// In the query: a presigned URL.
    Query,
}

words!(SignatureLocation: 2 { Headers = "headers", Query = "query" });

/// What is signed as the payload's hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PayloadMode {
    /// The SHA-256 of the body.
    #[default]
    Signed,
    /// `UNSIGNED-PAYLOAD`. Lambda function URLs refuse it.
    Unsigned,
    /// A hash given by the author, in lower-case hex.
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

words!(Algorithm: 2 { Sigv4 = "sigv4", Sigv4a = "sigv4a" });

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
    /// Where the key is sent.
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

/// Where an API key is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApiKeyPlace {
    /// As a header.
    #[default]
    Header,
    /// As a query row.
    Query,
}

words!(ApiKeyPlace: 2 { Header = "header", Query = "query" });
