//! Limits on what one client may send: sizes, times and connections.
//!
//! Owns reading request bodies. A body that is too large is still read, up to a point, so that its
//! sender sees the response. Refuses to word responses: the service does, from [`ReadError`].

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::request::Call;

/// Limits of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long the head of a request may take, and how long a connection may be idle.
    pub head: Duration,
    /// How long each chunk of a body may take.
    pub body: Duration,
    /// Concurrent connections; further ones wait.
    pub connections: usize,
}

impl Default for Limits {
    /// 30 seconds for a head, 30 for each chunk of a body, 1000 connections.
    fn default() -> Self {
        Self { head: Duration::from_secs(30), body: Duration::from_secs(30), connections: 1000 }
    }
}

/// The largest request head, in bytes: session tokens and presigned URLs are long.
pub(super) const MAX_HEAD_BYTES: usize = 65_536;

/// The largest body of a request, and of a buffered response of a function, in bytes.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub(super) const MAX_PAYLOAD_BYTES: usize = 6_291_456;

/// How much of a body that is too large is read, in bytes.
const MAX_DISCARDED_BYTES: usize = 256 << 20;

/// How long a whole body may take.
const BODY_TIMEOUT: Duration = Duration::from_secs(300);

/// A body above this size takes one of [`MAX_LARGE_BODIES`] permits, in bytes.
const LARGE_BODY_BYTES: usize = 65_536;

/// Concurrent requests with large bodies.
const MAX_LARGE_BODIES: usize = 64;

/// Why a request's body wasn't read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ReadError {
    /// It is larger than [`MAX_PAYLOAD_BYTES`].
    #[error("the body is larger than {MAX_PAYLOAD_BYTES} bytes")]
    TooLarge,
    /// It took longer than the limits allow.
    #[error("the body did not arrive in time")]
    TimedOut,
    /// The connection failed in the middle of it.
    #[error("the body was cut off: {0}")]
    CutOff(String),
}

/// Reads bodies within the limits.
pub(super) struct BodyReader {
    chunk_timeout: Duration,
    large_bodies: Arc<Semaphore>,
}

impl BodyReader {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { chunk_timeout: limits.body, large_bodies: Arc::new(Semaphore::new(MAX_LARGE_BODIES)) }
    }

    /// Reads the whole body of a request. A large one keeps its permit until the request is over.
    ///
    /// # Errors
    /// A body that is too large, too slow or cut off.
    pub(super) async fn read(&self, call: &mut Call, body: Incoming) -> Result<(), ReadError> {
        if !body.is_end_stream() {
            let read = timeout(BODY_TIMEOUT, self.collect(body)).await;
            (call.body, call.permit) = read.unwrap_or(Err(ReadError::TimedOut))?;
        }
        Ok(())
    }

    async fn collect(&self, mut body: Incoming) -> Result<(Bytes, Option<OwnedSemaphorePermit>), ReadError> {
        let announced = body.size_hint().lower();
        let fits = announced <= MAX_PAYLOAD_BYTES as u64;
        let mut permit = None;
        let mut bytes = BytesMut::new();
        let mut length = 0_usize;
        while let Some(frame) =
            timeout(self.chunk_timeout, body.frame()).await.map_err(|_| ReadError::TimedOut)?
        {
            let frame = frame.map_err(|error| ReadError::CutOff(error.to_string()))?;
            let Ok(data) = frame.into_data() else { continue };
            length = length.saturating_add(data.len());
            if length > MAX_DISCARDED_BYTES {
                break;
            }
            if !fits || length > MAX_PAYLOAD_BYTES {
                bytes = BytesMut::new();
                continue;
            }
            if length > LARGE_BODY_BYTES && permit.is_none() {
                // An error means that the semaphore is closed, and nothing closes it.
                permit = Arc::clone(&self.large_bodies).acquire_owned().await.ok();
            }
            bytes.extend_from_slice(&data);
        }
        if length > MAX_PAYLOAD_BYTES { Err(ReadError::TooLarge) } else { Ok((bytes.freeze(), permit)) }
    }
}
