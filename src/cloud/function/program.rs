//! A program for each request: the event on its standard input, the response on its standard output.

use std::io;
use std::process::ExitStatus;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStdin, ChildStdout};

use super::Invocation;
use super::outcome::{FunctionOutput, InvocationError};
use super::process::{Process, Start, listen};
use crate::cloud::limits::MAX_PAYLOAD_BYTES;
use crate::cloud::log::{Log, shown};

/// Runs the program. Dropping the future ends it.
pub(super) async fn run(
    start: &Start<'_>,
    invocation: &Invocation,
    log: &Log,
) -> Result<FunctionOutput, InvocationError> {
    let mut process = Process::start(start, true)?;
    let (stdin, stdout, stderr) = (process.stdin.take(), process.stdout.take(), process.stderr.take());
    let ((), answer, last, status) = tokio::try_join!(
        give(stdin, &invocation.event),
        take(stdout),
        async { Ok(listen(stderr, &invocation.function.name, log).await) },
        async { Ok(process.wait().await) },
    )?;
    match status {
        Ok(status) if status.success() => Ok(FunctionOutput::Payload(answer)),
        status => Err(exited(start.command, status, &last)),
    }
}

/// How a process ended, with the last line of its standard error.
pub(super) fn exited(command: &[String], status: io::Result<ExitStatus>, last: &str) -> InvocationError {
    let how = status.map_or_else(|error| error.to_string(), |status| status.to_string());
    let command = command.first().map(String::as_str).unwrap_or_default();
    let said = if last.is_empty() {
        String::new()
    } else {
        format!("; last line of standard error: {}", shown(last))
    };
    InvocationError::Exited(format!("{command} ended with {how}{said}"))
}

/// A program may ignore its input, so failing to write it isn't an error.
async fn give(stdin: Option<ChildStdin>, event: &[u8]) -> Result<(), InvocationError> {
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(event).await;
        let _ = stdin.shutdown().await;
    }
    Ok(())
}

async fn take(stdout: Option<ChildStdout>) -> Result<Bytes, InvocationError> {
    let mut answer = BytesMut::new();
    if let Some(mut stdout) = stdout {
        while stdout
            .read_buf(&mut answer)
            .await
            .map_err(|error| InvocationError::Exited(error.to_string()))?
            > 0
        {
            if answer.len() > MAX_PAYLOAD_BYTES {
                return Err(InvocationError::TooLarge(MAX_PAYLOAD_BYTES));
            }
        }
    }
    Ok(answer.freeze())
}
