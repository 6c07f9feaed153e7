//! One process of a runtime: its current event, and its deadline.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::time::Instant;

use super::{Invocation, InvocationError, InvocationResult, Job, PoolState};

/// One process, as the Runtime API sees it.
pub(super) struct RuntimeProcess {
    pub(super) shared: Arc<PoolState>,
    current: Mutex<Option<Current>>,
    deadline: watch::Sender<Option<Instant>>,
    asked: AtomicBool,
    took_one: AtomicBool,
    /// It is counted as waiting for an event.
    idle: AtomicBool,
    init_error: Mutex<Option<String>>,
}

struct Current {
    id: String,
    /// Taken when the response begins.
    answer: Option<oneshot::Sender<InvocationResult>>,
}

impl RuntimeProcess {
    /// A process that is about to start and is already counted as idle.
    pub(super) fn new(shared: Arc<PoolState>) -> Self {
        Self {
            shared,
            current: Mutex::default(),
            deadline: watch::Sender::new(None),
            asked: AtomicBool::new(false),
            took_one: AtomicBool::new(false),
            idle: AtomicBool::new(true),
            init_error: Mutex::default(),
        }
    }

    fn current(&self) -> MutexGuard<'_, Option<Current>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The deadline of the current event.
    pub(super) fn deadlines(&self) -> watch::Receiver<Option<Instant>> {
        self.deadline.subscribe()
    }

    /// It has asked for an event, so it has started.
    pub(super) fn has_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    pub(super) fn took_one(&self) -> bool {
        self.took_one.load(Ordering::Relaxed)
    }

    pub(super) fn init_error(&self) -> Option<String> {
        self.init_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_init_error(&self, error: String) {
        *self.init_error.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    /// The next event, which becomes the current one.
    pub(super) async fn next(&self) -> Invocation {
        self.asked.store(true, Ordering::Relaxed);
        // A process that asks again without having responded never will.
        if let Some(Current { answer: Some(answer), .. }) = self.current().take() {
            let why = "the runtime asked for another event without responding to the previous one".to_owned();
            let _ = answer.send(Err(InvocationError::Exited(why)));
        }
        // Clears the deadline of the start, or of the event without a response.
        self.deadline.send_replace(None);
        self.set_idle(true);
        let Job { mut invocation, taken, answer } = self.shared.next().await;
        self.set_idle(false);
        self.took_one.store(true, Ordering::Relaxed);
        let timeout = Duration::from_secs(self.shared.function.timeout);
        invocation.begin(timeout);
        *self.current() = Some(Current { id: invocation.id.clone(), answer: Some(answer) });
        self.deadline.send_replace(Some(Instant::now() + timeout));
        // An error means that nobody waits any more; the process handles the event all the same.
        let _ = taken.send(());
        invocation
    }

    /// The channel for the response to this event; `None` if it isn't the current one.
    pub(super) fn answering(&self, id: &str) -> Option<oneshot::Sender<InvocationResult>> {
        self.current().as_mut().filter(|current| current.id == id)?.answer.take()
    }

    /// The response to the event is complete.
    pub(super) fn answered(&self, id: &str) {
        let mut current = self.current();
        if current.as_ref().is_some_and(|current| current.id == id) {
            *current = None;
            self.deadline.send_replace(None);
        }
    }

    /// The process exited: fails its current event.
    pub(super) fn close(&self, failure: &InvocationError) {
        self.set_idle(false);
        if let Some(Current { answer: Some(answer), .. }) = self.current().take() {
            let _ = answer.send(Err(failure.clone()));
        }
    }

    fn set_idle(&self, idle: bool) {
        if self.idle.swap(idle, Ordering::Relaxed) == idle {
            return;
        }
        let mut state = self.shared.state();
        state.idle = if idle { state.idle + 1 } else { state.idle.saturating_sub(1) };
    }
}

impl Drop for RuntimeProcess {
    fn drop(&mut self) {
        self.set_idle(false);
    }
}
