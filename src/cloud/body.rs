//! The body of an answer: whole, or in pieces as somebody writes them.

use std::any::Any;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::mpsc;

use super::function::Failure;

/// Pieces that may wait between a writer and a slow reader.
const WAITING_PIECES: usize = 8;

/// A piece of a body that is written while it is sent.
#[derive(Debug)]
pub(super) enum Piece {
    Data(Bytes),
    /// The body is complete. A channel that closes without it has broken off, and so does the
    /// connection: the reader must not take what came for all there is.
    End,
}

/// A body, and what is held until it is sent or nobody wants it any more.
pub(super) struct Body {
    content: Content,
    held: Option<Box<dyn Any + Send>>,
}

enum Content {
    Whole(Bytes),
    /// What has come already, and what is still to come.
    Pieces(Bytes, mpsc::Receiver<Piece>),
}

/// The writer went away in the middle.
#[derive(Debug, thiserror::Error)]
#[error("the answer broke off")]
pub(super) struct BrokenOff;

impl Body {
    pub(super) fn empty() -> Self {
        Self::of(Bytes::new())
    }

    pub(super) fn of(bytes: impl Into<Bytes>) -> Self {
        Self { content: Content::Whole(bytes.into()), held: None }
    }

    /// A body of pieces, and the end into which they are written.
    pub(super) fn channel() -> (mpsc::Sender<Piece>, Self) {
        let (sender, receiver) = mpsc::channel(WAITING_PIECES);
        (sender, Self::resumed(Bytes::new(), receiver))
    }

    /// A body whose beginning has been read.
    pub(super) fn resumed(beginning: Bytes, pieces: mpsc::Receiver<Piece>) -> Self {
        Self { content: Content::Pieces(beginning, pieces), held: None }
    }

    /// The same, once it is complete.
    pub(super) async fn whole(self, most: usize) -> Result<Self, Failure> {
        match self.content {
            Content::Whole(_) => Ok(self),
            Content::Pieces(beginning, pieces) => Ok(Self::of(gather(beginning, pieces, most).await?)),
        }
    }

    /// Keeps a value until this body is over.
    #[must_use]
    pub(super) fn holding(mut self, value: impl Any + Send) -> Self {
        self.held = Some(Box::new(value));
        self
    }
}

/// Waits for every piece, and refuses what broke off or is larger than `most` bytes.
pub(super) async fn gather(
    beginning: Bytes,
    mut pieces: mpsc::Receiver<Piece>,
    most: usize,
) -> Result<Bytes, Failure> {
    let mut bytes = BytesMut::from(beginning);
    loop {
        match pieces.recv().await {
            Some(Piece::Data(piece)) => bytes.extend_from_slice(&piece),
            Some(Piece::End) => return Ok(bytes.freeze()),
            None => return Err(Failure::Exited(BrokenOff.to_string())),
        }
        if bytes.len() > most {
            return Err(Failure::TooLarge(most));
        }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        match &mut self.content {
            Content::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Content::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Content::Pieces(bytes, _) if !bytes.is_empty() => {
                Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes)))))
            }
            Content::Pieces(_, pieces) => pieces.poll_recv(context).map(|piece| match piece {
                Some(Piece::Data(bytes)) => Some(Ok(Frame::data(bytes))),
                Some(Piece::End) => None,
                None => Some(Err(BrokenOff)),
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.content, Content::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Pieces(..) => SizeHint::default(),
        }
    }
}
