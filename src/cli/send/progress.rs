//! How much of a body has come, on standard error.

use std::io::Write;
use std::time::{Duration, Instant};

use crate::core::exchange::Head;
use crate::core::units;

/// What is over within this time shows no progress.
const SHOWN_AFTER: Duration = Duration::from_millis(500);
/// Between two lines.
const EVERY: Duration = Duration::from_millis(100);

/// Progress of one body.
pub(super) struct Progress {
    started: Instant,
    shown: Option<Instant>,
    /// Length of the body, where that is known.
    total: Option<u64>,
    received: u64,
}

impl Progress {
    /// Progress of the body behind this head.
    pub(super) fn of(head: &Head) -> Self {
        // The length of an encoded body says nothing about the decoded one.
        let plain = head.header("content-encoding").is_none();
        let total = head.header("content-length").filter(|_| plain).and_then(|length| length.parse().ok());
        Self { started: Instant::now(), shown: None, total, received: 0 }
    }

    /// A piece has come.
    pub(super) fn chunk(&mut self, len: usize, err: &mut dyn Write) {
        self.received += len as u64;
        let due = self.shown.is_none_or(|at| at.elapsed() >= EVERY);
        if due && self.started.elapsed() >= SHOWN_AFTER {
            self.shown = Some(Instant::now());
            // What can't be shown isn't missed.
            let _ = write!(err, "\r\x1b[K{}", self.line()).and_then(|()| err.flush());
        }
    }

    /// Removes the line.
    pub(super) fn end(&mut self, err: &mut dyn Write) {
        if self.shown.take().is_some() {
            let _ = write!(err, "\r\x1b[K").and_then(|()| err.flush());
        }
    }

    fn line(&self) -> String {
        let seconds = self.started.elapsed().as_secs_f64();
        let speed = units::size((self.received as f64 / seconds.max(0.001)) as u64);
        let received = units::size(self.received);
        match self.total.filter(|total| *total > 0) {
            Some(total) => {
                let percent = self.received.saturating_mul(100) / total;
                format!("{percent} %  {received} of {}  {speed}/s", units::size(total))
            }
            None => format!("{received}  {speed}/s"),
        }
    }
}
