//! A program that prints a credential: `credential_process`
//! (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>).

use std::process::Stdio;
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::{CredentialError, error, fetch, quoted};
use crate::core::command_words;
use crate::core::credential::{Credential, Expiry};
use crate::core::credential_json;
use crate::core::hex;
use crate::core::units;

/// How long a program may take: enough for a login in a browser.
pub const TIME_LIMIT: Duration = Duration::from_secs(60);
/// The most bytes that it may print.
const MAX_OUTPUT: usize = 64 << 10;
/// Bytes of its standard error that are kept; more is read and dropped.
const MAX_ERRORS: usize = 4 << 10;
/// Names to a program the programs that led to it, so that one that runs signpost again, for the same
/// credential, ends.
const ANCESTORS: &str = "SIGNPOST_CREDENTIAL_PROCESSES";

/// A program that prints a credential.
#[derive(Clone, Copy, Debug)]
pub struct Process<'a> {
    /// The key that names it, for messages: `credential_process`.
    pub key: &'a str,
    /// The command with its arguments, which no shell sees.
    pub command: &'a str,
    /// Who names it, for messages: `profile prod`.
    pub named_by: &'a str,
    /// How long it may take; usually [`TIME_LIMIT`].
    pub time_limit: Duration,
}

/// What a program printed, and how it ended.
struct Finished {
    output: Zeroizing<Vec<u8>>,
    errors: Vec<u8>,
    status: std::process::ExitStatus,
}

impl Process<'_> {
    fn name(&self) -> String {
        format!("the {} of {}", self.key, self.named_by)
    }

    fn command(&self) -> Result<Command, CredentialError> {
        let hint = format!("Correct `{}`; no shell reads it.", self.key);
        let words = command_words::split(self.command)
            .map_err(|found| error(format!("{} isn't a command: {found}", self.name()), hint.clone()))?;
        let Some((program, arguments)) = words.split_first() else {
            return Err(error(format!("{} is empty", self.name()), hint));
        };
        let ancestors = std::env::var(ANCESTORS).unwrap_or_default();
        let ancestors = with_ancestor(&ancestors, self.command).ok_or_else(|| {
            error(
                format!("{} runs signpost for the same credential again", self.name()),
                "Name another identity or profile in it.",
            )
        })?;
        let mut command = Command::new(program);
        command.args(arguments).env(ANCESTORS, ancestors);
        // A prompt finds no terminal, rather than take keys from the screen.
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        Ok(command)
    }

    async fn run(&self, deadline: Option<Instant>) -> Result<Finished, CredentialError> {
        let mut child = self.command()?.spawn().map_err(|found| {
            error(
                format!("couldn't run {}: {found}", self.name()),
                "Check that the program is installed, and its path.",
            )
        })?;
        let group = Group::of(&child);
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let finished = async {
            let output = async {
                let printed = read(stdout, MAX_OUTPUT).await?;
                let is_whole = printed.len() <= MAX_OUTPUT;
                is_whole.then_some(printed).ok_or_else(|| std::io::Error::other("it prints too much"))
            };
            tokio::try_join!(output, read_and_drain(stderr), child.wait())
        };
        match tokio::time::timeout_at(fetch::sooner(deadline, self.time_limit), finished).await {
            Ok(Ok((output, errors, status))) => {
                group.release();
                Ok(Finished { output, errors, status })
            }
            Ok(Err(found)) => Err(error(
                format!("couldn't read what {} prints: {found}", self.name()),
                "Run it in a terminal to see what it prints.",
            )),
            Err(_) => Err(error(
                format!("{} didn't finish within {}", self.name(), units::limit(self.time_limit)),
                "Run it in a terminal: it may ask for something.",
            )),
        }
    }

    /// Runs the program and returns what it prints. It's killed with all that it started at the end of
    /// its time, at the deadline, or if this is dropped.
    ///
    /// # Errors
    /// It can't be run, fails, takes too long, or prints too much.
    pub(super) async fn printed(
        &self,
        deadline: Option<Instant>,
    ) -> Result<Zeroizing<Vec<u8>>, CredentialError> {
        let Finished { output, errors, status } = self.run(deadline).await?;
        if !status.success() {
            let said = quoted(&String::from_utf8_lossy(&errors));
            let said = if said.is_empty() { said } else { format!(": {said}") };
            return Err(error(
                format!("{} failed with {status}{said}", self.name()),
                "Run it in a terminal to see what it needs.",
            ));
        }
        Ok(output)
    }

    /// Runs the program and reads the credential that it prints.
    ///
    /// # Errors
    /// It can't be run, fails, takes too long, or prints anything but a credential.
    pub async fn call(
        &self,
        at: SystemTime,
        deadline: Option<Instant>,
    ) -> Result<Credential, CredentialError> {
        let output = self.printed(deadline).await?;
        let credential = read_credential(&output, self.named_by).map_err(|why| {
            error(
                format!("{} printed no credential: {why}", self.name()),
                "It must print JSON with `Version` 1, `AccessKeyId` and `SecretAccessKey`.",
            )
        })?;
        match credential.expiry(at) {
            Expiry::Unlimited | Expiry::Left(_) => Ok(credential),
            Expiry::Expired(_) => Err(error(
                format!("{} printed a credential that has expired", self.name()),
                "Log in again with the program behind it.",
            )),
        }
    }
}

fn read_credential(output: &[u8], named_by: &str) -> Result<Credential, String> {
    let value = credential_json::first_value(output)?;
    match credential_json::member(&value, "Version").map(serde_json::Value::as_u64) {
        Some(Some(1)) => credential_json::credential(&value, &format!("credential_process of {named_by}")),
        Some(_) => Err("its `Version` isn't 1".to_owned()),
        None => Err("`Version` is missing".to_owned()),
    }
}

/// The programs that led to this one, with it; `None` if it is one of them already.
fn with_ancestor(ancestors: &str, command: &str) -> Option<String> {
    let own = hex::encode(&Sha256::digest(command)[..8]);
    if ancestors.split(':').any(|ancestor| ancestor == own) {
        return None;
    }
    Some(if ancestors.is_empty() { own } else { format!("{ancestors}:{own}") })
}

/// Reads to the end, or one byte more than the limit.
async fn read(stream: Option<impl AsyncRead + Unpin>, limit: usize) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    if let Some(stream) = stream {
        stream.take(limit as u64 + 1).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

/// Reads to the end and keeps the beginning, so that the program never waits.
async fn read_and_drain(stream: Option<impl AsyncRead + Unpin>) -> std::io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    let Some(mut stream) = stream else { return Ok(kept) };
    (&mut stream).take(MAX_ERRORS as u64).read_to_end(&mut kept).await?;
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
    Ok(kept)
}

/// A program with everything it started, which is killed when this is dropped.
struct Group {
    /// Process id of the leader; `None` once the program is done.
    leader: Option<i32>,
}

impl Group {
    fn of(child: &Child) -> Self {
        Self { leader: child.id().and_then(|id| i32::try_from(id).ok()) }
    }

    /// The program is done; what it left behind, an agent for example, goes on.
    fn release(mut self) {
        self.leader = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(leader) = self.leader.and_then(rustix::process::Pid::from_raw) {
            // An error means that no process is left.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_leads_to_itself_is_noticed() {
        let first = with_ancestor("", "signpost token --as a").unwrap();
        let second = with_ancestor(&first, "signpost token --as b").unwrap();
        assert_eq!(with_ancestor(&second, "signpost token --as a"), None);
        assert_eq!(with_ancestor(&second, "signpost token --as b"), None);
        assert!(with_ancestor(&second, "signpost token --as c").is_some());
    }
}
