//! What comes of an invocation.

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::cloud::body::{BodyChunk, GatherError};

/// What a handler gave back.
pub(in crate::cloud) enum FunctionOutput {
    /// What a function returned: JSON.
    Payload(Bytes),
    /// What a function writes, and the content type that it says it has.
    Stream { kind: Option<String>, pieces: mpsc::Receiver<BodyChunk> },
}

/// Why there is no answer. The client learns nothing of it but the status; log and trace do.
#[derive(Clone, Debug, thiserror::Error)]
pub(in crate::cloud) enum InvocationError {
    /// The function said so itself.
    #[error("the function failed with {kind}: {message}")]
    Function { kind: String, message: String },
    /// It took too long.
    #[error("the function timed out after {0} seconds; its `timeout` says how long it may take")]
    TimedOut(u64),
    /// Its process is gone.
    #[error("{0}")]
    Exited(String),
    /// What it returned cannot be made a response.
    #[error("the function's answer cannot be sent: {0}")]
    InvalidResponse(String),
    /// It returned more than fits.
    #[error("the function's answer is larger than {0} bytes")]
    TooLarge(usize),
    /// The service behind the proxy does not answer.
    #[error("the service at {url} does not answer: {reason}")]
    Unreachable { url: String, reason: String },
    /// As much is running as may run.
    #[error("as many invocations run as may run at a time")]
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
