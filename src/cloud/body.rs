//! The body of a response: whole, or in chunks as they are written.

use std::any::Any;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::mpsc;

/// Chunks that may wait between a writer and a slow reader.
const MAX_WAITING_CHUNKS: usize = 8;

/// A chunk of a body that is written while it is sent.
#[derive(Debug)]
pub(super) enum BodyChunk {
    Data(Bytes),
    /// The body is complete. A channel that closes without it was cut off, and the connection is
    /// then closed too: the reader must not mistake a part for the whole.
    End,
}

/// A body, and a value that is held until it is sent or dropped.
pub(super) struct ResponseBody {
    content: Content,
    held: Option<Box<dyn Any + Send>>,
}

enum Content {
    Whole(Bytes),
    /// What has been read, and the rest.
    Chunks(Bytes, mpsc::Receiver<BodyChunk>),
}

/// The writer went away in the middle.
#[derive(Debug, thiserror::Error)]
#[error("the response was cut off")]
pub(super) struct CutOff;

/// Why a body isn't available as a whole.
#[derive(Debug, thiserror::Error)]
pub(super) enum GatherError {
    /// The writer went away in the middle.
    #[error(transparent)]
    CutOff(#[from] CutOff),
    /// It is larger than this many bytes.
    #[error("the response is larger than {0} bytes")]
    TooLarge(usize),
}

impl ResponseBody {
    pub(super) fn empty() -> Self {
        Self::of(Bytes::new())
    }

    pub(super) fn of(bytes: impl Into<Bytes>) -> Self {
        Self { content: Content::Whole(bytes.into()), held: None }
    }

    /// A body of chunks, and the sender to write them.
    pub(super) fn channel() -> (mpsc::Sender<BodyChunk>, Self) {
        let (sender, receiver) = mpsc::channel(MAX_WAITING_CHUNKS);
        (sender, Self::resumed(Bytes::new(), receiver))
    }

    /// A body whose beginning has been read.
    pub(super) fn resumed(beginning: Bytes, chunks: mpsc::Receiver<BodyChunk>) -> Self {
        Self { content: Content::Chunks(beginning, chunks), held: None }
    }

    /// Waits until the body is complete.
    ///
    /// # Errors
    /// A body that is cut off or larger than `max_bytes`.
    pub(super) async fn whole(self, max_bytes: usize) -> Result<Self, GatherError> {
        match self.content {
            Content::Whole(_) => Ok(self),
            Content::Chunks(beginning, chunks) => Ok(Self::of(gather(beginning, chunks, max_bytes).await?)),
        }
    }

    /// Holds a value until this body is dropped.
    #[must_use]
    pub(super) fn holding(mut self, value: impl Any + Send) -> Self {
        self.held = Some(Box::new(value));
        self
    }
}

/// Waits for every chunk.
///
/// # Errors
/// A body that is cut off or larger than `max_bytes`.
pub(super) async fn gather(
    beginning: Bytes,
    mut chunks: mpsc::Receiver<BodyChunk>,
    max_bytes: usize,
) -> Result<Bytes, GatherError> {
    let mut bytes = BytesMut::from(beginning);
    loop {
        match chunks.recv().await {
            Some(BodyChunk::Data(chunk)) => bytes.extend_from_slice(&chunk),
            Some(BodyChunk::End) => return Ok(bytes.freeze()),
            None => return Err(CutOff.into()),
        }
        if bytes.len() > max_bytes {
            return Err(GatherError::TooLarge(max_bytes));
        }
    }
}

impl HttpBody for ResponseBody {
    type Data = Bytes;
    type Error = CutOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutOff>>> {
        match &mut self.content {
            Content::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Content::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Content::Chunks(bytes, _) if !bytes.is_empty() => {
                Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes)))))
            }
            Content::Chunks(_, chunks) => chunks.poll_recv(context).map(|chunk| match chunk {
                Some(BodyChunk::Data(bytes)) => Some(Ok(Frame::data(bytes))),
                Some(BodyChunk::End) => None,
                None => Some(Err(CutOff)),
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.content, Content::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Chunks(..) => SizeHint::default(),
        }
    }
}
