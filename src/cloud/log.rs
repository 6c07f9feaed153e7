//! The log on standard error, one line at a time.
//!
//! Never slows a request for a slow reader: lines beyond the queue are counted and dropped.
//! Refuses control characters.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::core::visible;

/// The most lines that wait for the reader.
const MAX_WAITING_LINES: usize = 4096;

/// The longest line, in characters; the rest is cut.
const MAX_LINE_CHARACTERS: usize = 2000;

/// Where lines go; clones go to the same place.
#[derive(Clone, Default)]
pub(super) struct Log(Option<Arc<Sink>>);

struct Sink {
    lines: SyncSender<String>,
    dropped: AtomicU64,
}

impl Log {
    /// A log to this writer, from a separate thread.
    pub(super) fn new(out: impl Write + Send + 'static) -> Self {
        let (lines, waiting) = sync_channel(MAX_WAITING_LINES);
        std::thread::spawn(move || write(waiting, out));
        Self(Some(Arc::new(Sink { lines, dropped: AtomicU64::new(0) })))
    }

    /// Logs a line. The text is only made if the log is on.
    pub(super) fn line(&self, text: impl FnOnce() -> String) {
        let Some(sink) = &self.0 else { return };
        let mut line = shown(&text());
        let dropped = sink.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            line = format!("({dropped} lines dropped)\n{line}");
        }
        if sink.lines.try_send(line).is_err() {
            sink.dropped.fetch_add(dropped + 1, Ordering::Relaxed);
        }
    }
}

fn write(waiting: Receiver<String>, mut out: impl Write) {
    for line in waiting {
        // Without standard error there is nowhere to log to.
        if writeln!(out, "{line}").is_err() {
            return;
        }
    }
}

/// An untrusted text on one line, without control characters.
pub(super) fn shown(text: &str) -> String {
    text.trim_end().chars().take(MAX_LINE_CHARACTERS).map(visible::shown).collect()
}
