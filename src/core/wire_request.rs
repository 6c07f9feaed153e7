//! The final form of a request: the bytes that are shown, signed and sent.
//!
//! Owns plain data. Refuses to build it: [`crate::core::wire`] and the redirects do.

use std::path::PathBuf;

use bytes::Bytes;
use url::Url;

/// The final form of a request. `Debug` leaves out what may contain secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct WireRequest {
    /// Method.
    pub method: String,
    /// Final URL.
    pub url: Url,
    /// Final headers in order, without `host` (it follows from the URL unless the author gave
    /// one) and without `content-length` (it follows from the body unless the author gave one).
    pub headers: Vec<SentHeader>,
    /// The body.
    pub body: WireBody,
}

impl std::fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WireRequest")
            .field("method", &self.method)
            .field("headers", &self.headers)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for WireBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "({} bytes)", self.len())
    }
}

/// A body whose length and hash are known. `Debug` only shows its length.
#[derive(Clone, PartialEq, Eq)]
pub enum WireBody {
    /// In memory; empty for none.
    Bytes(Bytes),
    /// Pieces that are sent one after another; files are streamed.
    Streamed {
        /// The pieces, in order.
        pieces: Vec<Piece>,
        /// SHA-256 of all of them, lower-case hex.
        sha256: String,
    },
}

/// A piece of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// In memory.
    Bytes(Bytes),
    /// A file, which must still be as it was when hashed.
    File {
        /// Its path.
        path: PathBuf,
        /// Length in bytes.
        len: u64,
    },
}

impl Piece {
    /// Length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { len, .. } => *len,
        }
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl WireBody {
    /// Length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Streamed { pieces, .. } => pieces.iter().map(Piece::len).sum(),
        }
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One header as sent. `Debug` leaves out its value, which may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct SentHeader {
    /// Name as sent.
    pub name: String,
    /// Value; bytes that aren't UTF-8 are replaced.
    pub value: String,
    /// Who set it.
    pub origin: HeaderOrigin,
}

impl std::fmt::Debug for SentHeader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, value, origin } = self;
        write!(f, "{name}: ({} bytes, {origin:?})", value.len())
    }
}

/// Who set a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderOrigin {
    /// A row of the request.
    Author,
    /// A default, which can be disabled.
    Default,
    /// The authentication.
    Auth,
}
