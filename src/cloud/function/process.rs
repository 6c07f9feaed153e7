//! A program of the user's as a process that cannot get away.
//!
//! Owns its environment, its process group, which dies with this value, and what it says on
//! standard error. Refuses to pass on the AWS credentials of the cloud's environment.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

use super::outcome::InvocationError;
use crate::cloud::log::Log;

/// Bytes of standard error that are logged per process; more is read and dropped.
const MAX_LOGGED_BYTES: usize = 1 << 20;

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
    child: Child,
    group: Group,
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: Option<ChildStdout>,
    pub(super) stderr: Option<ChildStderr>,
}

impl Process {
    /// Starts it with standard error, and with the other two if `piped`, in pipes.
    pub(super) fn start(start: &Start<'_>, piped: bool) -> Result<Self, InvocationError> {
        let Some((program, args)) = start.command.split_first() else {
            return Err(InvocationError::Exited("the function's command is empty".to_owned()));
        };
        let stdio = || if piped { Stdio::piped() } else { Stdio::null() };
        let mut command = Command::new(program);
        command.args(args).stdin(stdio()).stdout(stdio()).stderr(Stdio::piped()).kill_on_drop(true);
        // The function must not act in AWS as whoever started the cloud.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
            command.env_remove(name);
        }
        command.envs(start.set.iter().map(|(name, value)| (name, value))).envs(start.environment);
        #[cfg(unix)]
        command.process_group(0);
        if let Some(directory) = start.directory {
            command.current_dir(directory);
        }
        let mut child = command
            .spawn()
            .map_err(|error| InvocationError::Exited(format!("couldn't start {program}: {error}")))?;
        Ok(Self {
            group: Group::of(&child),
            stdin: child.stdin.take(),
            stdout: child.stdout.take(),
            stderr: child.stderr.take(),
            child,
        })
    }

    /// Waits for its exit, and kills the processes that it leaves behind.
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await;
        self.group.kill();
        status
    }
}

/// A process and those that it started.
struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl Group {
    #[cfg(unix)]
    fn of(child: &Child) -> Self {
        let leader =
            child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        Self { leader }
    }

    #[cfg(not(unix))]
    fn of(_: &Child) -> Self {
        Self {}
    }

    /// Ends all of them, once: afterwards the number may be somebody else's.
    fn kill(&mut self) {
        #[cfg(unix)]
        if let Some(leader) = self.leader.take() {
            // An error means that nobody is left.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Tells what a process says on standard error, a line at a time, until it is silent for good. Gives
/// back the last line.
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
