//! One request as it was received.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::HeaderMap;
use tokio::sync::OwnedSemaphorePermit;

use super::journal::Journal;

/// A request, and the times by which it is checked.
pub(super) struct Call {
    /// The id that the response carries.
    pub(super) id: String,
    pub(super) method: String,
    /// Path and query as sent.
    pub(super) target: String,
    /// Path as sent, still percent-encoded.
    pub(super) path: String,
    /// Query as sent, without `?`.
    pub(super) query: String,
    /// `HTTP/1.1`
    pub(super) protocol: &'static str,
    pub(super) headers: HeaderMap,
    /// Empty until it is read.
    pub(super) body: Bytes,
    /// Held while a large body is in memory.
    pub(super) permit: Option<OwnedSemaphorePermit>,
    /// The address of the client.
    pub(super) peer: IpAddr,
    /// The time by which credentials and presigned URLs expire.
    pub(super) now: SystemTime,
    /// The time by which the date of a signature is checked.
    pub(super) signature_now: SystemTime,
    /// What is learned while it is handled.
    pub(super) journal: Arc<Journal>,
}

impl Call {
    /// The first header of this name, if it is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Every header, for the verifier.
    pub(super) fn raw_headers(&self) -> Vec<(&str, &[u8])> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
    }
}
