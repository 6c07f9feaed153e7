//! What is told on standard error while the cloud runs, a line at a time.
//!
//! Owns that a slow reader never slows a request: lines that find no room are counted and dropped.
//! Refuses control characters.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::core::visible;

/// Lines that may wait for the reader.
const WAITING_LINES: usize = 4096;

/// Characters of a line that are told.
const LONGEST_LINE: usize = 2000;

/// Where lines go; clones go to the same place.
#[derive(Clone, Default)]
pub(super) struct Log(Option<Arc<Sink>>);

struct Sink {
    lines: SyncSender<String>,
    dropped: AtomicU64,
}

impl Log {
    /// A log into this writer, which gets a thread of its own.
    pub(super) fn new(out: impl Write + Send + 'static) -> Self {
        let (lines, waiting) = sync_channel(WAITING_LINES);
        std::thread::spawn(move || write(waiting, out));
        Self(Some(Arc::new(Sink { lines, dropped: AtomicU64::new(0) })))
    }

    /// Tells a line, which is made only if somebody listens.
    pub(super) fn line(&self, text: impl FnOnce() -> String) {
        let Some(sink) = &self.0 else { return };
        let mut line = shown(&text());
        let dropped = sink.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            line = format!("({dropped} lines found no room)\n{line}");
        }
        if sink.lines.try_send(line).is_err() {
            sink.dropped.fetch_add(dropped + 1, Ordering::Relaxed);
        }
    }
}

fn write(waiting: Receiver<String>, mut out: impl Write) {
    for line in waiting {
        // Nobody is left to tell where standard error is gone.
        if writeln!(out, "{line}").is_err() {
            return;
        }
    }
}

/// A text from outside on one line, without anything that a terminal would obey.
pub(super) fn shown(text: &str) -> String {
    text.trim_end().chars().take(LONGEST_LINE).map(visible::shown).collect()
}
