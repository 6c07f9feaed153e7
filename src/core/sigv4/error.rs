//! Why a request couldn't be signed, and the hint.

use thiserror::Error;

/// Why a request couldn't be signed. The message says what is wrong, [`SignError::hint`] what to
/// do; neither contains a secret.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignError {
    /// No access key id.
    #[error("the access key id is empty")]
    EmptyAccessKey,
    /// No secret access key.
    #[error("the secret access key is empty")]
    EmptySecretKey,
    /// Spaces or control characters, as left by a careless paste.
    #[error("the {0} contains a space or a control character")]
    UncleanCredential(&'static str),
    /// A temporary key without its session token.
    #[error("{access_key} is a temporary access key without a session token: AWS would respond with 403")]
    MissingToken {
        /// The access key id.
        access_key: String,
    },
    /// No region, or no region set.
    #[error("the region is empty")]
    EmptyRegion,
    /// No service.
    #[error("the service is empty")]
    EmptyService,
    /// A region or service that isn't allowed in a credential scope.
    #[error("the {what} `{value}` contains a character that isn't allowed in a credential scope")]
    ScopePart {
        /// `region` or `service`.
        what: &'static str,
        /// As given.
        value: String,
    },
    /// A presigned URL with an invalid validity.
    #[error("a presigned URL can't be valid for {0} seconds")]
    Expires(u64),
    /// A method that isn't a token.
    #[error("`{0}` isn't a valid HTTP method")]
    Method(String),
    /// A URL that can't be signed.
    #[error("can't sign the URL: {0}")]
    Url(String),
    /// A header that can't be signed because it can't be sent.
    #[error("can't sign the header `{name}`: {reason}")]
    Header {
        /// Its name.
        name: String,
        /// Why not.
        reason: &'static str,
    },
    /// A payload hash that is neither a hash nor one of AWS's replacements.
    #[error("the payload hash `{0}` isn't 64 lower-case hex digits")]
    PayloadHash(String),
    /// A time that can't be written as `20150830T123600Z`.
    #[error("the date of the signature is outside the years 1970 to 9999")]
    Date,
    /// The crate refused to sign.
    #[error("aws-sigv4 refused to sign this request: {0}")]
    Refused(String),
    /// Our signature and the crate's differ.
    #[error("two independent signers disagree about this request: ours {ours}, aws-sigv4 {theirs}")]
    Disagreement {
        /// Our signature (SigV4), or the SHA-256 of our string to sign (SigV4a).
        ours: String,
        /// The crate's signature.
        theirs: String,
        /// Our canonical request, to compare with the service's; the session token is masked.
        canonical_request: String,
    },
}

impl SignError {
    /// What to do, in one sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::EmptyAccessKey => "Give an access key id, or choose another identity.",
            Self::EmptySecretKey => "Give the secret access key that belongs to the access key id.",
            Self::UncleanCredential(_) => "Paste it again without spaces and line breaks.",
            Self::MissingToken { .. } => "Give the session token that came with the temporary key.",
            Self::EmptyRegion => "Give the region, for example `us-east-1`.",
            Self::EmptyService => "Give the service's signing name, for example `lambda`.",
            Self::ScopePart { .. } => "Use the name alone, for example `us-east-1` or `execute-api`.",
            Self::Expires(_) => "Give 1 to 604800 seconds (seven days).",
            Self::Method(_) => "Use letters, digits and `-`, for example `GET`.",
            Self::Url(_) => "Give an absolute http or https URL, percent-encoded as UTF-8.",
            Self::Header { .. } => "Change or remove this header.",
            Self::PayloadHash(_) => "Give the SHA-256 of the body in lower-case hex, or UNSIGNED-PAYLOAD.",
            Self::Date => "Set this machine's clock.",
            Self::Refused(_) | Self::Disagreement { .. } => {
                "Nothing was sent: percent-encode unusual characters of the URL, and report this request."
            }
        }
    }
}
