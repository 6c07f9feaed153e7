//! A user's program as a process.
//!
//! Owns its environment, what it writes to standard error, and that it ends with this value, and
//! with it the processes that it started: on Unix its process group, on Linux those in other groups
//! and sessions too. Refuses to pass on the AWS credentials of the cloud's environment.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

#[cfg(target_os = "linux")]
use super::descendants::{Descendants, kill_marked};
use super::outcome::InvocationError;
use crate::cloud::log::Log;
use crate::core::hex;

/// How much standard error of a process is logged, in bytes; more is read and dropped.
const MAX_LOGGED_BYTES: usize = 1 << 20;

/// The variable that marks the environment of a program and of those that it starts.
const MARK: &str = "SIGNPOST_PROCESS";

/// What to start.
#[derive(Clone, Debug)]
pub(super) struct Start<'a> {
    /// The program and its arguments.
    pub(super) command: &'a [String],
    pub(super) directory: Option<&'a Path>,
    /// The function's variables.
    pub(super) environment: &'a BTreeMap<String, String>,
    /// What Lambda sets.
    pub(super) set: Vec<(&'static str, String)>,
}

/// A running process.
pub(super) struct Process {
    /// Until it has exited. Dropped before the child, whose id is free once that is.
    family: Option<Family>,
    child: Child,
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: Option<ChildStdout>,
    pub(super) stderr: Option<ChildStderr>,
}

impl Process {
    /// Starts it with standard error in a pipe, and with the other two as well if `piped`.
    pub(super) fn start(start: &Start<'_>, piped: bool) -> Result<Self, InvocationError> {
        let Some((program, args)) = start.command.split_first() else {
            return Err(InvocationError::Exited("the function's command is empty".to_owned()));
        };
        let stdio = || if piped { Stdio::piped() } else { Stdio::null() };
        let mut command = Command::new(program);
        command.args(args).stdin(stdio()).stdout(stdio()).stderr(Stdio::piped()).kill_on_drop(true);
        // The function must not use the AWS credentials of the cloud's user.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
            command.env_remove(name);
        }
        command.envs(start.set.iter().map(|(name, value)| (name, value))).envs(start.environment);
        let mark = mark().map_err(|error| InvocationError::Exited(format!("no random numbers: {error}")))?;
        command.env(MARK, &mark);
        #[cfg(unix)]
        command.process_group(0);
        if let Some(directory) = start.directory {
            command.current_dir(directory);
        }
        let mut child = command
            .spawn()
            .map_err(|error| InvocationError::Exited(format!("couldn't start {program}: {error}")))?;
        Ok(Self {
            family: Some(Family::of(&child, &mark)),
            stdin: child.stdin.take(),
            stdout: child.stdout.take(),
            stderr: child.stderr.take(),
            child,
        })
    }

    /// Waits for its exit, and kills the processes that it leaves behind.
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await;
        if let Some(family) = self.family.take() {
            // It is dropped here or, if the runtime is shutting down, by it.
            let _ = tokio::task::spawn_blocking(move || drop(family.after_exit())).await;
        }
        status
    }
}

/// A value that marks one process and its descendants.
fn mark() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}

/// A process and those that it started. Dropping it kills all of them.
struct Family {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
    #[cfg(target_os = "linux")]
    mark: String,
    /// The leader has exited: its id may be another process's.
    #[cfg(target_os = "linux")]
    exited: bool,
}

impl Family {
    #[cfg_attr(not(target_os = "linux"), allow(unused_variables, reason = "the mark is for /proc"))]
    fn of(child: &Child, mark: &str) -> Self {
        #[cfg(unix)]
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self {
            #[cfg(unix)]
            leader: id.and_then(rustix::process::Pid::from_raw),
            #[cfg(target_os = "linux")]
            mark: format!("{MARK}={mark}"),
            #[cfg(target_os = "linux")]
            exited: false,
        }
    }

    #[cfg_attr(not(target_os = "linux"), allow(unused_mut, reason = "only Linux looks for descendants"))]
    fn after_exit(mut self) -> Self {
        #[cfg(target_os = "linux")]
        {
            self.exited = true;
        }
        self
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        #[cfg(target_os = "linux")]
        let descendants = self.leader.filter(|_| !self.exited).map(Descendants::of);
        #[cfg(unix)]
        if let Some(leader) = self.leader {
            // An error means that no process is left.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
        #[cfg(target_os = "linux")]
        {
            descendants.iter().for_each(Descendants::kill);
            kill_marked(&self.mark);
        }
    }
}

/// Logs the standard error of a process, line by line, until it is closed. Returns the last line.
pub(super) async fn listen(stderr: Option<impl AsyncRead + Unpin>, name: &str, log: &Log) -> String {
    let Some(stderr) = stderr else { return String::new() };
    let mut reader = BufReader::new(stderr);
    let (mut said, mut last, mut line) = (0, String::new(), Vec::new());
    loop {
        let Ok(buffer) = reader.fill_buf().await else { return last };
        if buffer.is_empty() && line.is_empty() {
            return last;
        }
        let end = memchr::memchr(b'\n', buffer);
        let taken = end.map_or(buffer.len(), |at| at + 1);
        // A line beyond the limit is logged in pieces.
        line.extend_from_slice(&buffer[..taken]);
        let over = buffer.is_empty();
        reader.consume(taken);
        if end.is_none() && !over && line.len() < 8192 {
            continue;
        }
        if said < MAX_LOGGED_BYTES {
            said += line.len();
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            log.line(|| format!("{name}: {text}"));
            if !text.is_empty() {
                last = text;
            }
        }
        line.clear();
    }
}
