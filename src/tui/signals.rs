//! Termination signals, before and after the event loop starts.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Termination signals.
#[cfg(unix)]
pub(crate) struct Signals {
    term: tokio::signal::unix::Signal,
    hup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Sets the flag on a signal, until the event loop handles signals.
    pub(crate) fn note(leave: &Arc<AtomicBool>) -> io::Result<()> {
        for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP] {
            signal_hook::flag::register(signal, Arc::clone(leave))?;
        }
        Ok(())
    }

    pub(crate) fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { term: signal(SignalKind::terminate())?, hup: signal(SignalKind::hangup())? })
    }

    pub(crate) async fn terminate(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.hup.recv() => {}
        }
    }
}

#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    // Console events are handled as soon as the program runs.
    pub(crate) fn note(_leave: &Arc<AtomicBool>) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) async fn terminate(&mut self) {
        // If listening fails, the keyboard can still end the program.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
