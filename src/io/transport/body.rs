//! The body of an answer: counted as it comes, decoded, and joined to pieces worth showing.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use bytes::{Buf as _, Bytes, BytesMut};
use http_body_util::BodyExt as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, BufReader, ReadBuf};
use tokio::time::Instant;

use super::{failure, texts};
use crate::core::exchange::Head;

/// A piece is sent on when it is this long …
const PIECE_BYTES: usize = 64 * 1024;
/// … or when this time has passed since its first byte.
const JOIN_TIME: Duration = Duration::from_millis(16);
/// As much of an encoded body is kept until it proves to be decodable.
const SNIFF_BYTES: usize = 64 * 1024;
/// An encoded body that is longer than this once decoded …
const BOMB_BYTES: u64 = 512 << 20;
/// … and more than so many times as long as on the wire is made to fill a disk.
const BOMB_RATIO: u64 = 500;

/// What is known when a body is over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BodyEnd {
    /// Bytes on the wire.
    pub wire_bytes: u64,
    /// Bytes after decoding.
    pub body_bytes: u64,
    /// Trailers, in order.
    pub trailers: Vec<(String, String)>,
    /// What is wrong with the body, when it is not whole.
    pub cut: Option<String>,
    /// What is odd about a body that is whole.
    pub remarks: Vec<String>,
    /// From the head to the last byte.
    pub download: Duration,
}

/// Reads a body. Dropping it closes the connection.
pub struct Receiver {
    source: Source,
    reader: Option<Box<dyn AsyncRead + Send + Unpin>>,
    encodings: Vec<String>,
    deadline: Option<Instant>,
    started: Instant,
    end: BodyEnd,
    over: bool,
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receiver")
            .field("encodings", &self.encodings)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

impl Receiver {
    pub(super) fn new(response: reqwest::Response, head: &Head, deadline: Option<Instant>) -> Self {
        let promised = head.header("content-length").and_then(|length| length.parse().ok());
        let body = http::Response::<reqwest::Body>::from(response).into_body();
        Self {
            source: Source::new(body, promised),
            reader: None,
            encodings: encodings(head),
            deadline,
            started: Instant::now(),
            end: BodyEnd::default(),
            over: false,
        }
    }

    /// Puts the total time limit off, by the time for which nobody was reading.
    pub fn postpone(&mut self, by: Duration) {
        self.deadline = self.deadline.and_then(|deadline| deadline.checked_add(by));
    }

    /// The next piece of the decoded body; `None` when it is over.
    pub async fn next(&mut self) -> Option<Bytes> {
        let mut piece = BytesMut::new();
        let mut send_at = None;
        while !self.over && piece.len() < PIECE_BYTES {
            let limit = [send_at, self.deadline].into_iter().flatten().min();
            match within(limit, self.read(&mut piece)).await {
                Some(Ok(0)) => self.over = true,
                Some(Ok(_)) => {
                    send_at.get_or_insert_with(|| Instant::now() + JOIN_TIME);
                }
                Some(Err(error)) => self.undecodable(&error, &mut piece),
                None if self.deadline.is_some_and(|deadline| deadline <= Instant::now()) => {
                    self.end.cut =
                        Some("the total time limit was reached before the body was complete".into());
                    self.over = true;
                }
                None => break,
            }
        }
        self.end.body_bytes += piece.len() as u64;
        self.check_swelling();
        if self.over {
            self.end.download = self.started.elapsed();
        }
        (!piece.is_empty()).then(|| piece.freeze())
    }

    /// Ends a body that is made to fill memory and disk by being decoded.
    fn check_swelling(&mut self) {
        let (wire, body) = (self.source.lock().received, self.end.body_bytes);
        if !self.over && !self.encodings.is_empty() && body > BOMB_BYTES && body / BOMB_RATIO > wire {
            let encoding = shortened(&self.encodings.join(", "));
            self.end.cut = Some(format!(
                "stopped at {} MiB: {wire} bytes of {encoding} unpack to more than {BOMB_RATIO} times as much, \
                 as they do to fill a disk; with the header accept-encoding: identity a body comes as it is",
                BOMB_BYTES >> 20,
            ));
            self.over = true;
        }
    }

    /// What is known of the body once [`Receiver::next`] has given `None`.
    pub fn finish(self) -> BodyEnd {
        let mut inner = self.source.lock();
        let cut = inner.failure.take().or(self.end.cut);
        let unknown = self.encodings.iter().rfind(|encoding| !is_known(encoding));
        let remark = |encoding: &String| {
            format!("unknown content-encoding {}: the body is shown encoded", shortened(encoding))
        };
        BodyEnd {
            wire_bytes: inner.received,
            trailers: std::mem::take(&mut inner.trailers),
            cut,
            remarks: unknown.filter(|_| inner.received > 0).map(remark).into_iter().collect(),
            ..self.end
        }
    }

    async fn read(&mut self, piece: &mut BytesMut) -> std::io::Result<usize> {
        if self.reader.is_none() {
            // An empty body is whole whatever its encoding (HEAD, 204, 304).
            if self.source.is_empty().await {
                return Ok(0);
            }
            self.reader = Some(decoder(&self.source, &self.encodings));
        }
        let Some(reader) = &mut self.reader else { return Ok(0) };
        piece.reserve(16 * 1024);
        let read = reader.read_buf(piece).await?;
        if read > 0 {
            self.source.lock().doubted = None;
        }
        Ok(read)
    }

    /// Shows an encoded body that cannot be decoded from its beginning as it came; of one that
    /// breaks later, what was decoded stays.
    fn undecodable(&mut self, error: &std::io::Error, piece: &mut BytesMut) {
        let encoding = shortened(&self.encodings.join(", "));
        let raw = self.source.lock().doubted.take();
        match raw {
            Some(raw) if self.end.body_bytes == 0 && piece.is_empty() => {
                self.end.cut = Some(format!(
                    "the content-encoding is {encoding}, but the body isn't ({error}); it is shown as received"
                ));
                piece.extend_from_slice(&raw);
                self.reader = Some(Box::new(self.source.clone()));
            }
            Some(_) | None => {
                self.end.cut = Some(format!("the {encoding} body is truncated or corrupt ({error})"));
                self.over = true;
            }
        }
    }
}

/// `None` when the limit came first. Reading is cancel-safe: what was read stays in the reader.
async fn within<T>(limit: Option<Instant>, reading: impl Future<Output = T>) -> Option<T> {
    match limit {
        Some(limit) => tokio::time::timeout_at(limit, reading).await.ok(),
        None => Some(reading.await),
    }
}

/// What a server names, cut to a length that a message can hold.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The encodings to take off, in the order in which they were put on.
fn encodings(head: &Head) -> Vec<String> {
    let named = head.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
    named
        .flat_map(|(_, value)| value.split(','))
        .map(|encoding| encoding.trim().to_ascii_lowercase())
        .filter(|encoding| !encoding.is_empty() && encoding != "identity")
        .collect()
}

/// True for an encoding that [`decoder`] takes off.
fn is_known(encoding: &str) -> bool {
    matches!(encoding, "gzip" | "x-gzip" | "deflate" | "br" | "zstd")
}

/// Takes encodings off, last first. One that is not known ends the taking off: what is left is
/// shown as it is.
fn decoder(source: &Source, encodings: &[String]) -> Box<dyn AsyncRead + Send + Unpin> {
    let mut reader: Box<dyn AsyncRead + Send + Unpin> = Box::new(source.clone());
    for encoding in encodings.iter().rev() {
        let buffered = BufReader::with_capacity(16 * 1024, reader);
        reader = match encoding.as_str() {
            "gzip" | "x-gzip" => {
                let mut decoder = GzipDecoder::new(buffered);
                decoder.multiple_members(true);
                Box::new(decoder)
            }
            "deflate" => Box::new(ZlibDecoder::new(buffered)),
            "br" => Box::new(BrotliDecoder::new(buffered)),
            "zstd" => {
                // RFC 9659: a window for HTTP is at most 8 MiB.
                let window = async_compression::zstd::DParameter::window_log_max(23);
                Box::new(ZstdDecoder::with_params(buffered, &[window]))
            }
            _ => return Box::new(buffered),
        };
    }
    if encodings.is_empty() {
        source.lock().doubted = None;
    }
    reader
}

/// The body as it comes, shared between the reader of the bytes and who asks about them later.
#[derive(Clone)]
struct Source(Arc<Mutex<Incoming>>);

struct Incoming {
    body: reqwest::Body,
    current: Bytes,
    received: u64,
    promised: Option<u64>,
    trailers: Vec<(String, String)>,
    failure: Option<String>,
    ended: bool,
    /// The beginning of an encoded body, as long as nothing could be decoded.
    doubted: Option<Vec<u8>>,
}

impl Source {
    fn new(body: reqwest::Body, promised: Option<u64>) -> Self {
        Self(Arc::new(Mutex::new(Incoming {
            body,
            current: Bytes::new(),
            received: 0,
            promised,
            trailers: Vec::new(),
            failure: None,
            ended: false,
            doubted: Some(Vec::new()),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Incoming> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the first byte or the end.
    async fn is_empty(&self) -> bool {
        std::future::poll_fn(|context| self.lock().poll_fill(context)).await;
        self.lock().current.is_empty()
    }
}

impl Incoming {
    /// Ready when there are bytes, or when there will be none. A connection that breaks ends the
    /// body; what broke it is kept.
    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while self.current.is_empty() && !self.ended {
            let mut frame = self.body.frame();
            match ready!(Pin::new(&mut frame).poll(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => {
                        self.received += data.len() as u64;
                        self.current = data;
                    }
                    Err(frame) => {
                        if let Ok(trailers) = frame.into_trailers() {
                            self.trailers.extend(texts(&trailers));
                        }
                    }
                },
                Some(Err(error)) => {
                    self.failure = Some(failure::cut(&error, self.received, self.promised));
                    self.ended = true;
                }
                None => self.ended = true,
            }
        }
        Poll::Ready(())
    }
}

impl AsyncRead for Source {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let mut incoming = self.lock();
        ready!(incoming.poll_fill(context));
        let length = incoming.current.len().min(out.remaining());
        let bytes = incoming.current.split_to(length);
        out.put_slice(bytes.chunk());
        if let Some(doubted) = &mut incoming.doubted {
            if doubted.len() + length > SNIFF_BYTES {
                incoming.doubted = None;
            } else {
                doubted.extend_from_slice(&bytes);
            }
        }
        Poll::Ready(Ok(()))
    }
}
