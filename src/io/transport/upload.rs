//! A body that is streamed from files.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

use super::trace::Trace;
use super::{Failure, failure, outside};
use crate::core::wire::Piece;

/// A file is read in pieces of this length.
const PIECE_BYTES: usize = 64 * 1024;

/// Opens every file before anything leaves, and gives the body.
pub(super) async fn stream(pieces: Vec<Piece>, trace: Arc<Trace>) -> Result<reqwest::Body, Failure> {
    let mut streams: Vec<BoxStream<'static, std::io::Result<Bytes>>> = Vec::new();
    for piece in pieces {
        streams.push(match piece {
            Piece::Bytes(bytes) => stream::iter([Ok(bytes)]).boxed(),
            Piece::File { path, len } => {
                ReaderStream::with_capacity(open(path, len).await?.take(len), PIECE_BYTES).boxed()
            }
        });
    }
    let whole = stream::iter(streams).flatten().inspect_ok(move |_| trace.sign_of_life());
    Ok(reqwest::Body::wrap_stream(whole))
}

/// Opens a file that was hashed; what has another length now is another file.
async fn open(path: PathBuf, len: u64) -> Result<File, Failure> {
    let unreadable = |error| Failure::NotSent(failure::file(&path, &error));
    let file = File::open(&path).await.map_err(unreadable)?;
    let now = file.metadata().await.map_err(unreadable)?.len();
    if now == len {
        return Ok(file);
    }
    let message =
        format!("{} changed while the request was being prepared: {len} bytes, now {now}", path.display());
    Err(Failure::NotSent(outside(message, "Send again when nothing is writing to it.")))
}
