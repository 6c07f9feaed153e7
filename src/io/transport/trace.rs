//! When each phase of one exchange happened.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tower::{Layer, Service};

use crate::core::exchange::{Event, Stage, Timing};

tokio::task_local! {
    /// The exchange that the running task is making. The HTTP library hands nothing of the request
    /// to its resolver and connector, and calls them in the task that sends; so this is the one way
    /// to tell, with shared connections, whose connection is being made.
    pub(super) static CURRENT: Arc<Trace>;
}

/// The phases of one exchange, while it is under way.
pub(super) struct Trace {
    progress: Option<mpsc::Sender<Event>>,
    started: Instant,
    phases: Mutex<Phases>,
}

#[derive(Clone, Copy)]
struct Phases {
    resolve: Option<Duration>,
    connect: Option<Duration>,
    /// The connection was there, or a piece of the body left.
    alive: Instant,
    /// The connection was there.
    ready: Instant,
}

impl Trace {
    pub(super) fn new(progress: Option<mpsc::Sender<Event>>) -> Self {
        let now = Instant::now();
        let phases = Phases { resolve: None, connect: None, alive: now, ready: now };
        Self { progress, started: now, phases: Mutex::new(phases) }
    }

    /// The exchange of the running task.
    pub(super) fn current() -> Option<Arc<Self>> {
        CURRENT.try_with(Arc::clone).ok()
    }

    /// Reports a stage. One that finds the channel full is left out: a later one replaces it.
    pub(super) fn stage(&self, stage: Stage) {
        if let Some(progress) = &self.progress {
            let _ = progress.try_send(Event::Stage(stage));
        }
    }

    pub(super) fn resolved(&self, took: Duration) {
        self.change(|phases| phases.resolve = Some(took));
    }

    pub(super) fn sign_of_life(&self) {
        self.change(|phases| phases.alive = Instant::now());
    }

    pub(super) fn last_sign_of_life(&self) -> Instant {
        self.read().alive
    }

    /// No connection had to be made for this exchange.
    pub(super) fn on_old_connection(&self) -> bool {
        self.read().connect.is_none()
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Connected after `took`, name resolution included.
    fn connected(&self, took: Duration) {
        let now = Instant::now();
        self.change(|phases| {
            phases.connect = Some(took.saturating_sub(phases.resolve.unwrap_or_default()));
            phases.alive = now;
            phases.ready = now;
        });
    }

    /// The phases now that the head has come.
    pub(super) fn at_head(&self) -> Timing {
        let phases = self.read();
        Timing {
            sign: None,
            resolve: phases.resolve,
            connect: phases.connect,
            first_byte: Some(phases.ready.elapsed()),
            download: None,
            asked: None,
            total: self.elapsed(),
        }
    }

    fn change(&self, change: impl FnOnce(&mut Phases)) {
        change(&mut self.phases.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn read(&self) -> Phases {
        *self.phases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Times the making of connections.
#[derive(Clone, Copy)]
pub(super) struct TimedConnect;

impl<S> Layer<S> for TimedConnect {
    type Service = Timed<S>;

    fn layer(&self, inner: S) -> Timed<S> {
        Timed(inner)
    }
}

/// A connector that tells the exchange of the running task how long it took.
#[derive(Clone)]
pub(super) struct Timed<S>(S);

impl<S, R> Service<R> for Timed<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let trace = Trace::current();
        let started = Instant::now();
        if let Some(trace) = &trace {
            trace.stage(Stage::Connecting);
        }
        let connecting = self.0.call(request);
        Box::pin(async move {
            let connection = connecting.await?;
            if let Some(trace) = trace {
                trace.connected(started.elapsed());
                trace.stage(Stage::Waiting);
            }
            Ok(connection)
        })
    }
}
