//! How much of a body is taken before somebody is asked.
//!
//! Owns the count, and that nothing is read while the question is open: the socket waits with it.
//! Refuses to decide.

use bytes::Bytes;
use tokio::time::Instant;

use crate::core::exchange::Event;
use crate::core::question::{Answer, Question};
use crate::io::transport::Receiver;

use super::handle::Reports;

/// The limit of one body.
pub(super) struct BodyLimit {
    /// In bytes; `None` for no limit.
    limit: Option<u64>,
    taken: u64,
}

/// What is done with a piece.
pub(super) enum Admitted {
    /// All of it is taken.
    Whole(Bytes),
    /// This is its beginning; the body ends there, at this limit.
    Last(Bytes, u64),
}

impl BodyLimit {
    /// A body of which nothing has come.
    pub(super) fn new(limit: Option<u64>) -> Self {
        Self { limit, taken: 0 }
    }

    /// Bytes that were taken.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// Takes a piece of a body, and asks before the limit is passed. Each yes doubles it.
    pub(super) async fn admit(
        &mut self,
        mut piece: Bytes,
        body: &mut Receiver,
        reports: &Reports<Event>,
    ) -> Admitted {
        let len = piece.len() as u64;
        while let Some(limit) = self.limit.filter(|limit| self.taken.saturating_add(len) > *limit) {
            let next = limit.saturating_mul(2).max(1);
            let asked_at = Instant::now();
            let answer = reports.ask(Question::BodyLimit { limit, next }).await;
            body.postpone(asked_at.elapsed());
            match answer {
                Answer::GoOn => self.limit = Some(next),
                Answer::MfaCode(_) | Answer::Renew | Answer::AsItIs | Answer::Declined { .. } => {
                    // Less than the piece, which is in memory.
                    let room = usize::try_from(limit.saturating_sub(self.taken)).unwrap_or(piece.len());
                    piece.truncate(room);
                    self.taken += piece.len() as u64;
                    return Admitted::Last(piece, limit);
                }
            }
        }
        self.taken += len;
        Admitted::Whole(piece)
    }
}
