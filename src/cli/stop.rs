//! The signals that end a server, and nothing else.

use std::io;

/// The signals that stop a server.
pub(super) struct Stop {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    /// As long as it's there, Ctrl-C doesn't end this program.
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(unix)]
impl Stop {
    pub(super) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    pub(super) async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Waits for the signal that comes to this program alone; an interrupt goes to every program of the
    /// terminal.
    pub(super) async fn terminated(&mut self) {
        self.terminate.recv().await;
    }
}

#[cfg(windows)]
impl Stop {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    pub(super) async fn wait(&mut self) {
        self.interrupt.recv().await;
    }

    pub(super) async fn terminated(&mut self) {
        std::future::pending().await
    }
}
