//! `signpost exec`: another command with a credential in its environment.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitStatus};

use clap::Args;
use tokio::process::Child;

use super::exit::Exit;
use super::serving::{self, Served};
use super::stop::Stop;
use super::who::{self, Asking, Signer, Who, WhoArgs};
use crate::core::aws::Aws;
use crate::core::aws_environment::DEFAULT_PROFILE;
use crate::core::convert::aws_keys_export::variables;
use crate::io::child::terminate;
use crate::io::store::aws_files::NULL_DEVICE;

const EXAMPLES: &str = "\
The command gets AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION and, \
for a profile, AWS_REGION. AWS_PROFILE is removed. signpost exits as the command does. The credential isn't \
renewed while it runs, unless with --serve: then the command finds an endpoint on 127.0.0.1 in its environment, \
and any AWS SDK takes the credential there, again before it expires. If your default profile has a credential, \
which an SDK would prefer, --serve hides your AWS files from the command.

Examples:
  signpost exec --as auditor -- aws s3 ls
  signpost exec --profile prod -- terraform plan
  signpost exec --serve --profile prod -- ./takes-all-night

Exit codes: those of the command; 2 wrong usage, or it can't be started; 3 no credential; 130 cancelled.";

/// Run a command with a credential in its environment
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ExecArgs {
    #[command(flatten)]
    who: WhoArgs,
    /// Serve the credential on 127.0.0.1 while the command runs, and renew it
    #[arg(long)]
    serve: bool,
    /// The command with its arguments
    #[arg(required = true, last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// What would name another credential to the command.
const REMOVED: [&str; 14] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ACCOUNT_ID",
];

/// Runs `signpost exec`; `config` names another configuration than the user's.
pub(super) fn run(args: &ExecArgs, config: Option<&Path>, err: &mut dyn Write) -> Exit {
    let signer = match args.who.signer(config, err) {
        Ok(signer) => signer,
        Err(exit) => return exit,
    };
    let Some(mut command) = command(args, &signer.who) else { return Exit::Usage };
    if args.serve {
        return serve(command, signer, err).unwrap_or_else(|exit| exit);
    }
    command.envs(variables(&signer.credential));
    command.envs(signer.credential.account_id.as_ref().map(|account_id| ("AWS_ACCOUNT_ID", account_id)));
    drop(signer);
    let program = command.get_program().to_owned();
    let error = start(command);
    not_started(&program, &error, err)
}

/// The command, without what would name another credential.
fn command(args: &ExecArgs, who: &Who) -> Option<Command> {
    let [program, arguments @ ..] = &args.command[..] else { return None };
    let mut command = Command::new(program);
    command.args(arguments);
    REMOVED.iter().for_each(|name| {
        command.env_remove(name);
    });
    if let Some(region) = region(who) {
        command.env("AWS_REGION", region);
    }
    Some(command)
}

fn not_started(program: &OsStr, error: &std::io::Error, err: &mut dyn Write) -> Exit {
    let program = program.to_string_lossy();
    who::error(&format!("couldn't start `{program}`: {error}"), "Check its name, and PATH.", err);
    Exit::Usage
}

/// Runs the command with an endpoint in its environment, and ends as it ends.
fn serve(mut command: Command, signer: Signer, err: &mut dyn Write) -> Result<Exit, Exit> {
    let aws = &signer.who.aws;
    if serving::default_profile_comes_first(aws) {
        command.env("AWS_CONFIG_FILE", NULL_DEVICE).env("AWS_SHARED_CREDENTIALS_FILE", NULL_DEVICE);
        let region = region(&signer.who).or_else(|| region_of(DEFAULT_PROFILE, aws));
        command.envs(region.map(|region| ("AWS_REGION", region)));
    }
    let (served, runtime) = Served::new(signer, Asking::Nobody, err)?;
    let program = command.get_program().to_owned();
    let status = runtime.block_on(async {
        let endpoint = serving::listen(0, err).await?;
        command.envs(endpoint.variables());
        // Before the command starts: an interrupt is for the command, which this one outlives.
        let stop = serving::signals(err)?;
        let mut child = tokio::process::Command::from(command)
            .spawn()
            .map_err(|error| not_started(&program, &error, err))?;
        let ended = tokio::select! {
            ended = wait(&mut child, stop) => ended,
            () = served.serve(endpoint) => child.wait().await,
        };
        ended.map_err(|error| {
            let program = program.to_string_lossy();
            who::error(
                &format!("couldn't wait for `{program}` to end: {error}"),
                "Check whether it still runs.",
                err,
            );
            Exit::Usage
        })
    })?;
    std::process::exit(code(status))
}

/// Waits for the command; who ends this program ends the command.
async fn wait(child: &mut Child, mut stop: Stop) -> std::io::Result<ExitStatus> {
    loop {
        tokio::select! {
            ended = child.wait() => return ended,
            () = stop.terminated() => terminate(child),
        }
    }
}

/// The exit code as a shell gives it.
fn code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal;
    }
    status.code().unwrap_or(Exit::Cancelled as i32)
}

/// The region of a profile, if the environment names none.
fn region(who: &Who) -> Option<&str> {
    region_of(&who.profile()?, &who.aws)
}

fn region_of<'a>(profile: &str, aws: &'a Aws) -> Option<&'a str> {
    aws.files.profiles.get(profile)?.text("region").filter(|_| aws.environment.region().is_none())
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
        Ok(status) => std::process::exit(code(status)),
        Err(error) => error,
    }
}
