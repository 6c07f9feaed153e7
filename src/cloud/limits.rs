//! How much, how long and how many: what one client may ask of the cloud.
//!
//! Owns the reading of bodies. Whatever is refused for its size is still read, up to a point, so that
//! its sender gets to see the answer.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::function::{MOST_BYTES, url::too_large};
use super::reply::Reply;

/// Limits of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long the head of a request may take, and how long a connection may be idle.
    pub head: Duration,
    /// How long each piece of a body may take.
    pub body: Duration,
    /// Connections at a time; further ones wait.
    pub connections: usize,
}

impl Default for Limits {
    /// Half a minute for a head, as much for a piece of a body, 1000 connections.
    fn default() -> Self {
        Self { head: Duration::from_secs(30), body: Duration::from_secs(30), connections: 1000 }
    }
}

/// The largest head, in bytes: session tokens and presigned URLs are long.
pub(super) const MOST_HEAD: usize = 65_536;

/// What is read of a body that is too large.
const MOST_DISCARDED: usize = 256 << 20;

/// How long a body may take altogether.
const LONGEST_BODY: Duration = Duration::from_secs(300);

/// A body above this size waits for room.
const SMALL: usize = 65_536;

/// Bodies above that size which may be in memory at a time.
const MOST_LARGE: usize = 32;

/// Reads bodies within the limits.
pub(super) struct Reader {
    patience: Duration,
    room: Semaphore,
}

impl Reader {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { patience: limits.body, room: Semaphore::new(MOST_LARGE) }
    }

    /// Reads a body whole.
    pub(super) async fn read(&self, body: Incoming) -> Result<Bytes, Reply> {
        if body.is_end_stream() {
            return Ok(Bytes::new());
        }
        timeout(LONGEST_BODY, self.collect(body)).await.unwrap_or_else(|_| Err(too_slow()))
    }

    async fn collect(&self, mut body: Incoming) -> Result<Bytes, Reply> {
        let announced = body.size_hint().lower();
        let fits = announced <= MOST_BYTES as u64;
        let mut room = None;
        let mut bytes = BytesMut::new();
        let mut length = 0_usize;
        while let Some(frame) = timeout(self.patience, body.frame()).await.map_err(|_| too_slow())? {
            let frame = frame.map_err(|error| Reply::text(400, format!("the body broke off: {error}\n")))?;
            let Ok(data) = frame.into_data() else { continue };
            length = length.saturating_add(data.len());
            if length > MOST_DISCARDED {
                break;
            }
            if !fits || length > MOST_BYTES {
                bytes = BytesMut::new();
                continue;
            }
            if length > SMALL && room.is_none() {
                // Never closed.
                room = self.room.acquire().await.ok();
            }
            bytes.extend_from_slice(&data);
        }
        if length > MOST_BYTES { Err(too_large()) } else { Ok(bytes.freeze()) }
    }
}

fn too_slow() -> Reply {
    Reply::text(408, "the body did not come in time\n")
}
