//! `signpost exec`: another command with a credential in its environment.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use clap::Args;

use super::exit::Exit;
use super::who::{self, Signer, Who, WhoArgs};
use crate::core::convert::aws_keys_export::variables;

const EXAMPLES: &str = "\
The command gets AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION and, \
for a profile, AWS_REGION. AWS_PROFILE is removed. signpost exits as the command does; the credential isn't \
renewed while it runs.

Examples:
  signpost exec --as auditor -- aws s3 ls
  signpost exec --profile prod -- terraform plan

Exit codes: those of the command; 2 wrong usage, or it can't be started; 3 no credential; 130 cancelled.";

/// Run a command with a credential in its environment
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ExecArgs {
    #[command(flatten)]
    who: WhoArgs,
    /// The command with its arguments
    #[arg(required = true, last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// What would name another credential to the command.
const REMOVED: [&str; 5] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
];

/// Runs `signpost exec`; `config` names another configuration than the user's.
pub(super) fn run(args: &ExecArgs, config: Option<&Path>, err: &mut dyn Write) -> Exit {
    let Signer { who, credential, runtime } = match args.who.signer(config, err) {
        Ok(signer) => signer,
        Err(exit) => return exit,
    };
    drop(runtime);
    let [program, arguments @ ..] = &args.command[..] else { return Exit::Usage };
    let mut command = Command::new(program);
    command.args(arguments);
    REMOVED.iter().for_each(|name| {
        command.env_remove(name);
    });
    command.envs(variables(&credential));
    if let Some(region) = region(&who) {
        command.env("AWS_REGION", region);
    }
    let error = start(command);
    let program = program.to_string_lossy();
    who::error(&format!("couldn't start `{program}`: {error}"), "Check its name, and PATH.", err);
    Exit::Usage
}

/// The region of a profile, if the environment names none.
fn region(who: &Who) -> Option<&str> {
    let section = who.aws.files.profiles.get(&who.profile()?)?;
    section.text("region").filter(|_| who.aws.environment.region().is_none())
}

/// Becomes the command, so that signals and exit code are its own. Returns only if that failed.
#[cfg(unix)]
fn start(mut command: Command) -> std::io::Error {
    use std::os::unix::process::CommandExt as _;
    command.exec()
}

/// Ends as the command ends. Returns only if it couldn't be started.
#[cfg(not(unix))]
fn start(mut command: Command) -> std::io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(Exit::Cancelled as i32)),
        Err(error) => error,
    }
}
