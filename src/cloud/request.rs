//! One request as it came, read whole.

use std::time::SystemTime;

use bytes::Bytes;

/// A request with its body and the times by which it is judged.
pub(super) struct Call {
    /// The id that the answer carries.
    pub(super) id: String,
    pub(super) method: String,
    /// Path as sent, still percent-encoded.
    pub(super) path: String,
    /// Query as sent, without `?`.
    pub(super) query: String,
    /// Headers in order, names in lower case; bytes that are no UTF-8 are replaced.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
    /// The time by which credentials and presigned URLs expire.
    pub(super) now: SystemTime,
    /// The time by which the date of a signature is judged.
    pub(super) signature_now: SystemTime,
}

impl Call {
    /// The first header of this lower-case name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}
