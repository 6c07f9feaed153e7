//! Termination signals, before and after the event loop starts.

use std::io;
#[cfg(unix)]
use std::io::Read;
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
#[cfg(unix)]
use std::time::Duration;

#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// How long after a signal the program may take to end; longer than it waits for the disk.
#[cfg(unix)]
const INSIST: Duration = Duration::from_millis(1900);

/// Termination signals.
#[cfg(unix)]
pub(crate) struct Signals {
    term: tokio::signal::unix::Signal,
    hup: tokio::signal::unix::Signal,
    int: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Sets the flag on a signal, until the event loop handles signals.
    pub(crate) fn note(leave: &Arc<AtomicBool>) -> io::Result<()> {
        // In raw mode ctrl-c is a key; an interrupt comes from another program.
        for signal in [SIGTERM, SIGHUP, SIGINT] {
            signal_hook::flag::register(signal, Arc::clone(leave))?;
        }
        Ok(())
    }

    /// Ends the program some time after a signal, whatever it is busy with then: a terminal that
    /// doesn't read holds whoever writes to it. `give_up` is done right before, on another thread.
    pub(crate) fn insist(give_up: fn()) -> io::Result<()> {
        let (mut signalled, sender) = UnixStream::pair()?;
        for signal in [SIGTERM, SIGHUP] {
            signal_hook::low_level::pipe::register(signal, sender.try_clone()?)?;
        }
        let watch = move || {
            if matches!(signalled.read(&mut [0]), Ok(1..)) {
                std::thread::sleep(INSIST);
                give_up();
                std::process::exit(1);
            }
        };
        std::thread::Builder::new().name("signals".into()).spawn(watch)?;
        Ok(())
    }

    pub(crate) fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            hup: signal(SignalKind::hangup())?,
            int: signal(SignalKind::interrupt())?,
        })
    }

    /// Drops interrupts that have not been waited for yet.
    pub(crate) fn forget_interrupts(&mut self) -> io::Result<()> {
        self.int = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
        Ok(())
    }

    pub(crate) async fn terminate(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.hup.recv() => {}
            _ = self.int.recv() => {}
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

    // A console that is closed ends its programs.
    pub(crate) fn insist(_give_up: fn()) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) fn forget_interrupts(&mut self) -> io::Result<()> {
        Ok(())
    }

    pub(crate) async fn terminate(&mut self) {
        // If listening fails, the keyboard can still end the program.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
