//! `signpost send`: requests one after another, bodies to standard output, everything else to standard
//! error.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use tokio::runtime::Runtime;

use super::exit::Exit;
use super::prompt;
use crate::config::Config;
use crate::core::workspace::Workspace;
use crate::engine::{Engine, Job, untrusted};
use crate::io::store::aws_files::AwsStore;
use crate::io::store::config_file;
use crate::io::store::dirs::Dirs;
use crate::io::store::secrets::{ProcessSecrets, SecretError};
use crate::io::transport::TransportSettings;

mod args;
mod body;
mod condition;
mod cookies;
pub(crate) mod curl_config;
mod dump;
mod ending;
mod exchange;
mod messages;
mod output;
mod print;
mod progress;
mod request;
mod retry;
mod rows;
mod settings;
mod sink;
mod target;
pub(crate) mod unsupported;
mod wording;
mod write_out;

pub(crate) use args::SendArgs;
pub(super) use messages::placed;
use print::Printer;
pub(super) use target::{load as load_workspace, trust_store};

/// A problem with the arguments, and its hint.
pub(crate) struct Usage {
    /// What is wrong.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: String,
}

impl Usage {
    pub(super) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// Runs `signpost send`; `config` names another configuration than the user's. The requests are sent
/// one after another, and the last one's exit code is the program's. One that can't be prepared, or is
/// cancelled, ends the run.
pub(crate) fn run(args: &SendArgs, config: Option<&Path>, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let dirs = Dirs::of_user();
    let loaded = config_file::load(config, dirs.as_ref());
    messages::config_problems(&loaded, err);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let usage = Usage::new(format!("couldn't start: {error}"), "Close other programs.");
            return messages::usage(&usage, err);
        }
    };
    let mut kept = KeptEngine(None);
    let mut last = Exit::Success;
    for args in std::iter::once(args).chain(&args.followers) {
        last = match one(args, (&loaded.config, dirs.as_ref()), (&runtime, &mut kept), out, err) {
            Ok(exit) => exit,
            Err(usage) => messages::usage(&usage, err),
        };
        if matches!(last, Exit::Usage | Exit::Cancelled) {
            break;
        }
    }
    // A name that is still being resolved must not hold the program up.
    runtime.shutdown_background();
    last
}

/// The engine of the last request with its connections, for the next one that travels the same way.
struct KeptEngine(Option<(TransportSettings, Engine)>);

impl KeptEngine {
    fn of(&mut self, settings: TransportSettings) -> &Engine {
        let kept = self.0.take().filter(|(of, _)| *of == settings);
        let new = || {
            let clock = Arc::new(SystemTime::now);
            let engine = Engine::with_settings(clock, settings.clone()).with_aws(AwsStore::of_process());
            (settings.clone(), prompt::engine(engine))
        };
        &self.0.insert(kept.unwrap_or_else(new)).1
    }
}

/// Sends one request.
fn one(
    args: &SendArgs,
    (config, dirs): (&Config, Option<&Dirs>),
    (runtime, engines): (&Runtime, &mut KeptEngine),
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Exit, Usage> {
    let found = target::find(args, dirs)?;
    if !args.output.silent {
        messages::file_problems(&found.problems, err);
    }
    let mut kept = None;
    let mut job = request::job(args, (found.job, found.saved), &mut kept)?;
    if args.workspace.trust {
        allow(&mut job, &found.workspace, dirs)
            .map_err(|error| Usage::new(error.to_string(), "The request wasn't sent."))?;
    }
    let engine = engines.of(settings::of(args, config, found.saved)?);
    let extras = exchange::Extras::of(args)?;
    Ok(runtime.block_on(exchange::send(args, engine, job, extras, Printer::new(args, out, err))))
}

/// Allows a workspace what this job sends, from now on.
fn allow(job: &mut Job, workspace: &Workspace, dirs: Option<&Dirs>) -> Result<(), SecretError> {
    let store = target::trust_store(dirs);
    let flows = untrusted(job);
    store.allow(workspace, flows.clone())?;
    let (trust, secrets) = store.open(workspace)?;
    let secrets = Arc::new(ProcessSecrets::of_process(secrets));
    // Without a folder to remember it in, it is allowed for this send.
    job.trust = trust.with(flows);
    (job.outside, job.sessions) = (Arc::clone(&secrets) as _, secrets);
    Ok(())
}

/// The job of a send, for the test that compares it with the screen's.
#[cfg(test)]
pub(crate) fn job(args: &SendArgs) -> Result<Job, String> {
    let said = |usage: Usage| format!("{}; {}", usage.message, usage.hint);
    let found = target::find(args, None).map_err(said)?;
    request::job(args, (found.job, found.saved), &mut None).map_err(said)
}

/// Job and settings of a send, for the test that sends by another clock.
#[cfg(test)]
pub(crate) fn job_and_settings(args: &SendArgs) -> Result<(Job, TransportSettings), String> {
    let said = |usage: Usage| format!("{}; {}", usage.message, usage.hint);
    Ok((job(args)?, settings::of(args, &Config::default(), false).map_err(said)?))
}
