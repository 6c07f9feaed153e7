//! The result of an invocation.

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::cloud::body::{BodyChunk, GatherError};

/// The output of a handler.
pub(in crate::cloud) enum FunctionOutput {
    /// A JSON payload.
    Payload(Bytes),
    /// A stream, with its content type.
    Stream { kind: Option<String>, pieces: mpsc::Receiver<BodyChunk> },
}

/// Why there is no response. Log and trace have the reason; the client only gets the status.
#[derive(Clone, Debug, thiserror::Error)]
pub(in crate::cloud) enum InvocationError {
    /// The function reported an error.
    #[error("the function failed with {kind}: {message}")]
    Function { kind: String, message: String },
    /// It ran longer than its timeout, in seconds.
    #[error("the function timed out after {0} seconds, its `timeout_seconds`")]
    TimedOut(u64),
    /// Its process exited.
    #[error("{0}")]
    Exited(String),
    /// What it returned isn't a valid response.
    #[error("invalid function response: {0}")]
    InvalidResponse(String),
    /// It returned more than this many bytes.
    #[error("the function's response is larger than {0} bytes")]
    TooLarge(usize),
    /// The service behind the proxy can't be reached.
    #[error("couldn't reach the service at {url}: {reason}")]
    Unreachable { url: String, reason: String },
    /// The concurrency limit is reached.
    #[error("concurrency limit reached")]
    Busy,
}

impl From<GatherError> for InvocationError {
    fn from(error: GatherError) -> Self {
        match error {
            GatherError::CutOff(error) => Self::Exited(error.to_string()),
            GatherError::TooLarge(max_bytes) => Self::TooLarge(max_bytes),
        }
    }
}
