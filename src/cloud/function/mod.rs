//! Functions: from an invocation, by URL or by Invoke, to whatever runs it.
//!
//! Owns the invocation: how many run, what runs them, and how long. Refuses to decide who may call;
//! [`super::function_url`] and [`super::lambda`] do that first.

pub(super) mod builtin;
#[cfg(target_os = "linux")]
mod descendants;
mod event;
mod headers;
mod outcome;
mod process;
mod program;
pub(super) mod proxy;
pub(super) mod response;
mod runtime;
mod throttle;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use tokio::sync::Semaphore;

use super::body::gather;
use super::limits::MAX_PAYLOAD_BYTES;
use super::log::Log;
use super::state::{Builtin, Function, Handler};
pub(super) use event::{EventInput, Identity, event};
pub(super) use outcome::{FunctionOutput, InvocationError};
use process::Start;
use runtime::Pool;
use throttle::{Permit, Throttle};

/// The most that a function may stream, in bytes.
const MAX_STREAMED_BYTES: usize = 200 << 20;

/// The most programs that run at a time, over all functions.
const MAX_PROGRAMS: usize = 64;

/// Runs functions. Keeps what outlives a request, by ARN.
pub(super) struct Functions {
    running: Mutex<HashMap<String, Arc<Running>>>,
    programs: Semaphore,
    pub(super) client: proxy::Client,
    log: Log,
}

/// What runs one function.
struct Running {
    /// As it was declared when this was made.
    function: Arc<Function>,
    throttle: Arc<Throttle>,
    pool: Option<Pool>,
}

/// One event for one function.
#[derive(Clone, Debug)]
pub(super) struct Invocation {
    /// The request's id.
    pub(super) id: String,
    pub(super) function: Arc<Function>,
    pub(super) event: Bytes,
    /// `Root=1-…`
    pub(super) trace_id: String,
    /// Its deadline: milliseconds since 1970 by the system's clock, which is the one that the function
    /// can read.
    pub(super) deadline_ms: u64,
}

impl Invocation {
    pub(super) fn new(id: String, function: Arc<Function>, event: Bytes, trace_id: String) -> Self {
        let timeout = Duration::from_secs(function.timeout);
        let mut invocation = Self { id, function, event, trace_id, deadline_ms: 0 };
        invocation.begin(timeout);
        invocation
    }

    /// Starts its timeout.
    fn begin(&mut self, timeout: Duration) {
        let end = SystemTime::now() + timeout;
        let since = end.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        self.deadline_ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    }
}

impl Functions {
    pub(super) fn new(log: Log) -> Self {
        Self {
            running: Mutex::default(),
            programs: Semaphore::new(MAX_PROGRAMS),
            client: proxy::client(),
            log,
        }
    }

    /// Lets an invocation begin, if reserved concurrency allows it.
    pub(super) fn enter(&self, function: &Arc<Function>) -> Option<Permit> {
        if function.reserved_concurrency.is_none() {
            return Some(Permit::unlimited());
        }
        self.running(function).throttle.enter(function.reserved_concurrency, Instant::now())
    }

    /// What runs a function; replaced if its declaration has changed.
    fn running(&self, function: &Arc<Function>) -> Arc<Running> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let known = running.get(&function.arn);
        if let Some(known) = known.filter(|known| same(&known.function, function)) {
            return Arc::clone(known);
        }
        let throttle = known.map_or_else(Arc::default, |known| Arc::clone(&known.throttle));
        let pool = match &function.handler {
            Handler::Runtime { command, directory } => {
                Some(Pool::new(Arc::clone(function), command.clone(), directory.clone(), self.log.clone()))
            }
            Handler::Builtin(_) | Handler::Program { .. } | Handler::Proxy { .. } => None,
        };
        let fresh = Arc::new(Running { function: Arc::clone(function), throttle, pool });
        running.insert(function.arn.clone(), Arc::clone(&fresh));
        fresh
    }

    /// Runs a function and waits for the whole response, as the API's Invoke does.
    pub(super) async fn call(&self, invocation: Invocation) -> Result<Bytes, InvocationError> {
        let _permit = self.enter(&invocation.function).ok_or(InvocationError::Busy)?;
        let payload = match self.invoke(invocation).await? {
            FunctionOutput::Payload(payload) => payload,
            FunctionOutput::Stream { pieces, .. } => gather(Bytes::new(), pieces, MAX_PAYLOAD_BYTES).await?,
        };
        if payload.len() > MAX_PAYLOAD_BYTES {
            Err(InvocationError::TooLarge(MAX_PAYLOAD_BYTES))
        } else {
            Ok(payload)
        }
    }

    /// Runs a function that takes events; see [`proxy`] for those that don't.
    pub(super) async fn invoke(&self, invocation: Invocation) -> Result<FunctionOutput, InvocationError> {
        let function = Arc::clone(&invocation.function);
        match &function.handler {
            // The timeout starts when a process takes the event.
            Handler::Runtime { .. } => match &self.running(&function).pool {
                Some(pool) => pool.invoke(invocation).await,
                None => Err(InvocationError::Busy),
            },
            Handler::Builtin(builtin) => within(&function, built_in(*builtin, invocation)).await,
            Handler::Program { command, directory } => {
                let _room = self.programs.acquire().await.map_err(|_| InvocationError::Busy)?;
                let start = Start {
                    command,
                    directory: directory.as_deref(),
                    environment: &function.environment,
                    set: environment(
                        &function,
                        [
                            ("_X_AMZN_TRACE_ID", invocation.trace_id.clone()),
                            ("SIGNPOST_REQUEST_ID", invocation.id.clone()),
                            ("SIGNPOST_DEADLINE_MS", invocation.deadline_ms.to_string()),
                        ],
                    ),
                };
                within(&function, program::run(&start, &invocation, &self.log)).await
            }
            Handler::Proxy { .. } => {
                Err(InvocationError::InvalidResponse("a proxy can't be invoked with an event".to_owned()))
            }
        }
    }
}

/// Whether the processes of one can run the other.
fn same(a: &Function, b: &Function) -> bool {
    a.handler == b.handler
        && a.environment == b.environment
        && a.timeout == b.timeout
        && a.reserved_concurrency == b.reserved_concurrency
}

async fn within<T>(
    function: &Function,
    work: impl Future<Output = Result<T, InvocationError>>,
) -> Result<T, InvocationError> {
    let seconds = function.timeout;
    tokio::time::timeout(Duration::from_secs(seconds), work)
        .await
        .unwrap_or(Err(InvocationError::TimedOut(seconds)))
}

async fn built_in(builtin: Builtin, invocation: Invocation) -> Result<FunctionOutput, InvocationError> {
    match builtin {
        Builtin::Hello => Ok(FunctionOutput::Payload(Bytes::from(format!("\"{}\"", builtin::HELLO)))),
        Builtin::Echo => Ok(FunctionOutput::Payload(invocation.event)),
        Builtin::Stream => Ok(builtin::stream()),
        Builtin::Slow => Ok(builtin::slow(&invocation.event).await),
        Builtin::Fail => Err(builtin::fail()),
        Builtin::Status => Ok(builtin::status(&invocation.event)),
    }
}

/// What Lambda sets for every program.
fn environment<const N: usize>(
    function: &Function,
    further: [(&'static str, String); N],
) -> Vec<(&'static str, String)> {
    let mut set = vec![
        ("AWS_REGION", function.region.clone()),
        ("AWS_DEFAULT_REGION", function.region.clone()),
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", function.name)),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "signpost".to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
    ];
    set.extend(further);
    set
}
