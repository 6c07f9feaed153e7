//! `signpost cloud`: the local cloud as `cloud.toml` describes it.
//!
//! Owns the arguments, the line of JSON, and in which words a start that failed is told.

use std::io::Write;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::stop::Stop;
use super::written;
use crate::cloud::{self, Error, Limits, Setup};

/// Arguments of `signpost cloud`.
#[derive(Clone, Debug, Args)]
pub struct CloudArgs {
    /// Port; left out, what cloud.toml says, else a free one
    #[arg(long)]
    pub port: Option<u16>,
    /// Address to listen on; anything but loopback lets others in
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<IpAddr>,
    /// Keep the state in this folder, and begin with what it holds
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Tell every request on standard error
    #[arg(long)]
    pub access_log: bool,
}

/// Serves until the process is told to stop (SIGINT or SIGTERM). `config` is a `cloud.toml`.
pub fn run(args: &CloudArgs, config: Option<&Path>, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let text = match config.map(std::fs::read_to_string).transpose() {
        Ok(text) => text.unwrap_or_default(),
        Err(error) => {
            let path = config.unwrap_or(Path::new("")).display();
            return failed(err, &format!("{path}: {error}"), "name a file that can be read with --config");
        }
    };
    let setup = Setup {
        config: text,
        listen: args.listen,
        port: args.port,
        state: args.state.clone(),
        log: args.access_log,
        limits: Limits::default(),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(err, &error.to_string(), ""),
    };
    runtime.block_on(async {
        let running = match cloud::load(setup).await {
            Ok(running) => running,
            Err(error) => return not_started(err, config, &error),
        };
        // From here on a signal is heard, before anybody learns that there is something to stop.
        let mut stop = match Stop::listen() {
            Ok(stop) => stop,
            Err(error) => return failed(err, &error.to_string(), ""),
        };
        if !running.address().ip().is_loopback() {
            tell(err, &format!("warning: {} can be reached from outside this machine", running.address()));
        }
        for provider in running.info().unverified() {
            tell(err, &format!("warning: tokens of {provider} are taken without a look at their signature"));
            tell(err, "hint: give the provider its jwks");
        }
        let line = serde_json::to_string(running.info()).unwrap_or_default();
        if let Err(error) = writeln!(out, "{line}").and_then(|()| out.flush()) {
            return written(Err(error));
        }
        stop.wait().await;
        Exit::Success
    })
}

fn not_started(err: &mut dyn Write, config: Option<&Path>, error: &Error) -> Exit {
    match error {
        Error::Config(problems) => {
            let file = config.unwrap_or(Path::new("cloud.toml")).display();
            for problem in problems {
                tell(err, &format!("error: {file}, {problem}"));
            }
            Exit::Usage
        }
        Error::Listen { .. } => {
            failed(err, &error.to_string(), "choose another with --port, or port = 0 for a free one")
        }
        Error::Random(_) | Error::Folder(_) | Error::Save(_) => failed(err, &error.to_string(), ""),
    }
}

fn failed(err: &mut dyn Write, message: &str, hint: &str) -> Exit {
    tell(err, &format!("error: {message}"));
    if !hint.is_empty() {
        tell(err, &format!("hint: {hint}"));
    }
    Exit::Usage
}

fn tell(err: &mut dyn Write, line: &str) {
    // Nobody is left to tell where standard error is gone.
    let _ = writeln!(err, "{line}");
}
