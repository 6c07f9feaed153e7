//! A plan -> its wire form: the one place where URL, query and default headers take their final
//! bytes.
//!
//! Owns the form that is shown, signed and sent. Refuses anything after it: no header is added and
//! no byte re-encoded once a [`WireRequest`] exists, but for what the signature itself adds.

use bytes::Bytes;
use url::Url;

use crate::core::exchange::SentHeader;

/// The final form of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireRequest {
    /// Method.
    pub method: String,
    /// Final URL.
    pub url: Url,
    /// Final headers in order, without `host` (it follows from the URL unless the author gave
    /// one) and without `content-length` (it follows from the body).
    pub headers: Vec<SentHeader>,
    /// The body.
    pub body: WireBody,
}

/// A body whose length and hash are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WireBody {
    /// In memory; empty for none.
    Bytes(Bytes),
    /// A file that is streamed, as it was when it was hashed.
    File {
        /// Its path.
        path: std::path::PathBuf,
        /// Length in bytes.
        len: u64,
        /// SHA-256, lower-case hex.
        sha256: String,
    },
}
