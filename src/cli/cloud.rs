//! `signpost cloud`: the local cloud as `cloud.toml` describes it.
//!
//! Owns the arguments, the line of JSON, and the errors of a start that failed.

use std::io::Write;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::stop::Stop;
use super::written;
use crate::cloud::{self, Error, FolderError, Limits, Setup};
use crate::core::visible;

/// Arguments of `signpost cloud`.
#[derive(Clone, Debug, Args)]
pub struct CloudArgs {
    /// Port [default: the one in cloud.toml, else a free one]
    #[arg(long)]
    pub port: Option<u16>,
    /// Address to listen on; anything but loopback is reachable from other machines
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<IpAddr>,
    /// Save the state in this folder, and start with what it contains
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Log every request to standard error
    #[arg(long)]
    pub access_log: bool,
}

/// Serves until SIGINT or SIGTERM. `config` is a `cloud.toml`.
pub(crate) fn run(args: &CloudArgs, config: Option<&Path>, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let text = match config.map(std::fs::read_to_string).transpose() {
        Ok(text) => text.unwrap_or_default(),
        Err(error) => {
            let path = config.unwrap_or(Path::new("")).display();
            return failed(
                err,
                &format!("Couldn't read {path}: {error}"),
                "pass a readable file with --config",
            );
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
        // Signals are handled before anybody learns that there is something to stop.
        let mut stop = match Stop::listen() {
            Ok(stop) => stop,
            Err(error) => return failed(err, &error.to_string(), ""),
        };
        if !running.address().ip().is_loopback() {
            tell(err, &format!("warning: {} is reachable from other machines", running.address()));
        }
        for provider in running.info().unverified() {
            tell(
                err,
                &format!("warning: tokens of {provider} are accepted without verifying their signature"),
            );
            tell(err, "hint: add the provider's jwks to cloud.toml");
        }
        let file = config.unwrap_or(Path::new("cloud.toml")).display();
        for problem in running.info().missing_roles() {
            tell(err, &format!("warning: {file}, {problem}"));
        }
        let line = serde_json::to_string(running.info()).unwrap_or_default();
        if let Err(error) = writeln!(out, "{}", visible::json(&line)).and_then(|()| out.flush()) {
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
            failed(err, &error.to_string(), "choose another port with --port, or 0 for a free one")
        }
        Error::Folder(FolderError::InUse { .. }) => {
            failed(err, &error.to_string(), "stop that cloud, or choose another folder with --state")
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
    // Without standard error there is nobody left to tell.
    let _ = writeln!(err, "{line}");
}
