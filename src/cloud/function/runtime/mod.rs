//! Programs that are kept alive and ask for their events over Lambda's Runtime API.
//!
//! Owns how many of them run, who waits for one, and when one is started, ended and started again.
//! Pauses before it restarts a program that failed to start.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

mod api;
mod runtime_process;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use super::Invocation;
use super::outcome::{FunctionOutput, InvocationError};
use super::process::{Process, Start, listen};
use super::program::exited;
use crate::cloud::log::Log;
use crate::cloud::state::Function;
use runtime_process::RuntimeProcess;

/// Processes of one function without reserved concurrency, and the most with it.
const DEFAULT_PROCESSES: u32 = 4;
const MAX_PROCESSES: u32 = 16;

/// The most invocations that wait for a process.
const MAX_WAITING_INVOCATIONS: usize = 1000;

/// How long a process may take to ask for its first event, as in Lambda.
const INIT_TIMEOUT: Duration = Duration::from_secs(10);

/// Shortest and longest pause after a failed start; it doubles with each failure.
const MIN_RESTART_PAUSE: Duration = Duration::from_millis(100);
const MAX_RESTART_PAUSE: Duration = Duration::from_secs(10);

type InvocationResult = Result<FunctionOutput, InvocationError>;

/// The processes of one function. Dropping it ends them.
pub(super) struct Pool {
    shared: Arc<PoolState>,
    workers: Mutex<JoinSet<()>>,
}

struct PoolState {
    function: Arc<Function>,
    command: Vec<String>,
    directory: Option<std::path::PathBuf>,
    log: Log,
    state: Mutex<Queue>,
    /// Notified of each job that is queued.
    arrived: Notify,
}

#[derive(Default)]
struct Queue {
    queue: VecDeque<Job>,
    /// Processes, and how many of them wait for an event or are starting.
    workers: u32,
    idle: usize,
    /// Consecutive failed starts.
    failures: u32,
}

/// An invocation, and the channels to the request that waits for it.
struct Job {
    invocation: Invocation,
    /// Sent when a process takes it.
    taken: oneshot::Sender<()>,
    answer: oneshot::Sender<InvocationResult>,
}

impl Pool {
    pub(super) fn new(
        function: Arc<Function>,
        command: Vec<String>,
        directory: Option<std::path::PathBuf>,
        log: Log,
    ) -> Self {
        let (state, arrived) = (Mutex::default(), Notify::new());
        let shared = PoolState { function, command, directory, log, state, arrived };
        Self { shared: Arc::new(shared), workers: Mutex::default() }
    }

    /// Has a process handle it. The function's timeout starts when one takes the event.
    pub(super) async fn invoke(&self, invocation: Invocation) -> InvocationResult {
        let (taken, was_taken) = oneshot::channel();
        let (answer, answered) = oneshot::channel();
        {
            let mut state = self.shared.state();
            if state.queue.len() >= MAX_WAITING_INVOCATIONS {
                return Err(InvocationError::Busy);
            }
            state.queue.push_back(Job { invocation, taken, answer });
            if state.queue.len() > state.idle && state.workers < self.shared.most() {
                state.workers += 1;
                // It's starting, and will then wait for an event.
                state.idle += 1;
                let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
                while workers.try_join_next().is_some() {}
                workers.spawn(work(Arc::clone(&self.shared)));
            }
        }
        self.shared.arrived.notify_one();
        let patience = INIT_TIMEOUT + Duration::from_secs(self.shared.function.timeout);
        if timeout(patience, was_taken).await.is_err() {
            return Err(InvocationError::Busy);
        }
        answered.await.unwrap_or_else(|_| Err(InvocationError::Exited("the process was ended".to_owned())))
    }
}

impl PoolState {
    fn state(&self) -> MutexGuard<'_, Queue> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn most(&self) -> u32 {
        self.function.reserved_concurrency.unwrap_or(DEFAULT_PROCESSES).clamp(1, MAX_PROCESSES)
    }

    /// Waits for the next event. Dropping the future takes none.
    async fn next(&self) -> Job {
        loop {
            let arrived = self.arrived.notified();
            if let Some(job) = self.pop() {
                return job;
            }
            arrived.await;
        }
    }

    /// The first job whose request still waits.
    fn pop(&self) -> Option<Job> {
        let mut state = self.state();
        while let Some(job) = state.queue.pop_front() {
            if !job.answer.is_closed() {
                return Some(job);
            }
        }
        None
    }

    /// Fails every waiting invocation, because a process exited before its first event.
    fn fail_waiting(&self, why: &str) {
        let waiting = std::mem::take(&mut self.state().queue);
        for job in waiting {
            // An error means that nobody waits any more.
            let _ = job.answer.send(Err(InvocationError::Exited(why.to_owned())));
        }
    }
}

/// Runs one process after another, as long as the queue isn't empty when one exits.
async fn work(shared: Arc<PoolState>) {
    loop {
        let pause = pause(shared.state().failures);
        tokio::time::sleep(pause).await;
        let (useful, failure) = live(&shared).await;
        if useful {
            shared.state().failures = 0;
        } else {
            let why = failure.to_string();
            shared.log.line(|| format!("{}: {why}", shared.function.name));
            let mut state = shared.state();
            state.failures = state.failures.saturating_add(1);
            drop(state);
            shared.fail_waiting(&why);
        }
        let mut state = shared.state();
        if state.queue.is_empty() {
            state.workers -= 1;
            return;
        }
        state.idle += 1;
    }
}

fn pause(failures: u32) -> Duration {
    let doubled = |failures: u32| MIN_RESTART_PAUSE.saturating_mul(1 << failures.min(16));
    failures.checked_sub(1).map_or(Duration::ZERO, |failures| doubled(failures).min(MAX_RESTART_PAUSE))
}

/// Runs one process to its end: whether it took an event, and how it ended.
async fn live(shared: &Arc<PoolState>) -> (bool, InvocationError) {
    let runtime = Arc::new(RuntimeProcess::new(Arc::clone(shared)));
    let failure = match run(shared, &runtime).await {
        Ok(never) => match never {},
        Err(failure) => failure,
    };
    let reported = runtime.init_error();
    let failure = match (failure, reported) {
        (InvocationError::Exited(how), Some(reported)) => {
            InvocationError::Exited(format!("{reported}; {how}"))
        }
        (failure, _) => failure,
    };
    runtime.close(&failure);
    (runtime.took_one(), failure)
}

async fn run(
    shared: &Arc<PoolState>,
    runtime: &Arc<RuntimeProcess>,
) -> Result<std::convert::Infallible, InvocationError> {
    let failed = |error: std::io::Error| {
        InvocationError::Exited(format!("couldn't listen for the Runtime API: {error}"))
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?.to_string();
    let name = &shared.function.name;
    let start = Start {
        command: &shared.command,
        directory: shared.directory.as_deref(),
        environment: &shared.function.environment,
        set: super::environment(&shared.function, [("AWS_LAMBDA_RUNTIME_API", address.clone())]),
    };
    let mut process = Process::start(&start, false)?;
    let stderr = process.stderr.take();
    let log = shared.log.clone();
    let heard = listen(stderr, name, &log);
    tokio::pin!(heard);
    let serve = api::serve(listener, address, Arc::clone(runtime));
    tokio::pin!(serve);
    let begun = Instant::now();
    let mut deadlines = runtime.deadlines();
    let mut last = None;
    loop {
        let first = (!runtime.has_asked()).then(|| begun + INIT_TIMEOUT);
        let running = *deadlines.borrow_and_update();
        tokio::select! {
            status = process.wait() => {
                let last = match last {
                    Some(last) => last,
                    // What is left in the pipe, without waiting for other processes that hold it.
                    None => timeout(Duration::from_millis(100), &mut heard).await.unwrap_or_default(),
                };
                return Err(exited(&shared.command, status, &last));
            }
            said = &mut heard, if last.is_none() => last = Some(said),
            () = &mut serve => {}
            _ = deadlines.changed() => {}
            () = until(running) => return Err(InvocationError::TimedOut(shared.function.timeout)),
            () = until(first) => return Err(InvocationError::Exited(format!(
                "{name} did not ask for its first event within {} seconds", INIT_TIMEOUT.as_secs()
            ))),
        }
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_limit() {
        let millis: Vec<u128> = [0, 1, 2, 3, 7, 8, 1000].map(|n| pause(n).as_millis()).to_vec();
        assert_eq!(millis, [0, 100, 200, 400, 6400, 10_000, 10_000]);
    }
}
