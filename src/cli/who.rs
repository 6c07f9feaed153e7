//! Who a subcommand is for: an identity of the workspace, a profile, or what the AWS CLI would use.
//!
//! Owns how that is named by flags, and how its credential is fetched. Refuses to print secrets.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use clap::Args;
use tokio::runtime::Runtime;

use super::aws_identity;
use super::exit::Exit;
use super::prompt;
use super::send::{Usage, load_workspace, placed, trust_store};
use crate::core::aws::Aws;
use crate::core::aws_identity::AwsIdentity;
use crate::core::credential::{Credential, Secret};
use crate::core::exchange::{Field, Problem, ProblemKind};
use crate::core::names::RequestPath;
use crate::core::question::{Answer, Question, mfa_code};
use crate::core::request::{AuthKind, Request};
use crate::core::visible;
use crate::core::workspace::Workspace;
use crate::engine::{Command, Engine, Job, RenewHandle, Renewal};
use crate::io::store::aws_files::AwsStore;
use crate::io::store::config_file;
use crate::io::store::dirs::Dirs;
use crate::io::store::secrets::ProcessSecrets;
use crate::io::store::workspace;
use crate::io::transport::TransportSettings;

/// Who it is for.
#[derive(Debug, Args)]
pub(super) struct WhoArgs {
    /// An identity of the workspace [default: the one that its requests inherit, else what the AWS CLI uses]
    #[arg(long = "as", value_name = "NAME", conflicts_with = "profile")]
    identity: Option<String>,
    /// A profile of your AWS files
    #[arg(long, value_name = "PROFILE")]
    profile: Option<String>,
    /// Workspace folder [default: the nearest one from here upward]
    #[arg(long = "workspace", value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Environment of the workspace
    #[arg(long, value_name = "NAME")]
    env: Option<String>,
    /// Code that the identity's MFA device shows; without it, signpost asks for it at the terminal
    #[arg(long, value_name = "CODE", value_parser = mfa)]
    mfa_code: Option<Secret>,
}

fn mfa(text: &str) -> Result<Secret, String> {
    mfa_code(text).ok_or_else(|| "an MFA code has six digits".to_owned())
}

/// An identity with everything that it needs.
pub(super) struct Who {
    /// Sends as it.
    pub(super) engine: Engine,
    /// A request without a URL, in its workspace.
    pub(super) job: Job,
    /// Its name.
    pub(super) name: String,
    /// The user's AWS environment and files.
    pub(super) aws: Aws,
    mfa_code: Option<Secret>,
}

/// An identity with its credential.
pub(super) struct Signer {
    pub(super) who: Who,
    pub(super) credential: Credential,
    /// Runs what is asked as it.
    pub(super) runtime: Runtime,
}

/// The workspace from here, if there is one.
pub(super) fn workspace_here(folder: Option<&Path>, dirs: Option<&Dirs>) -> Result<Workspace, Usage> {
    let here = match folder {
        Some(folder) => std::path::absolute(folder),
        None => std::env::current_dir(),
    };
    let here = here
        .map_err(|error| Usage::new(format!("no folder to start from: {error}"), "Go to another folder."))?;
    match workspace::find(&here) {
        Some(root) => load_workspace(&root, dirs),
        None => Ok(Workspace::bare(&here)),
    }
}

impl WhoArgs {
    /// True where a flag says who.
    pub(super) fn is_given(&self) -> bool {
        self.identity.is_some() || self.profile.is_some()
    }

    /// Finds the identity. `config` names another configuration than the user's.
    pub(super) fn find(&self, config: Option<&Path>) -> Result<Who, Usage> {
        let dirs = Dirs::of_user();
        let workspace = workspace_here(self.folder.as_deref(), dirs.as_ref())?;
        let (trust, secrets) = trust_store(dirs.as_ref()).open(&workspace)?;
        if let Some(env) = self.env.as_deref().filter(|env| workspace.environment(env).is_none()) {
            return Err(Usage::new(format!("no environment is named {env:?}"), "See signpost.toml."));
        }
        let effective =
            workspace.effective(&RequestPath::default(), &Request::default(), self.env.as_deref());
        let secrets = Arc::new(ProcessSecrets::of_process(secrets));
        let mut job = Job::of(effective, &workspace, secrets, trust);
        job.blocked.clear();
        let name = self.name(&mut job)?;
        let engine = engine(config);
        let aws = engine.read_aws();
        Ok(Who { engine, job, name, aws, mfa_code: self.mfa_code.clone() })
    }

    /// Finds the identity and fetches its credential. What is wrong is written to `err`.
    pub(super) fn signer(&self, config: Option<&Path>, err: &mut dyn Write) -> Result<Signer, Exit> {
        let (who, runtime) =
            self.find(config).and_then(|who| Ok((who, runtime()?))).map_err(|usage| refused(&usage, err))?;
        match who.credential(&runtime, err) {
            Ok(credential) => Ok(Signer { who, credential, runtime }),
            Err(exit) => {
                // A person may still be typing at the terminal.
                runtime.shutdown_background();
                Err(exit)
            }
        }
    }

    fn name(&self, job: &mut Job) -> Result<String, Usage> {
        if let Some(profile) = &self.profile {
            return Ok(aws_identity::add(job, &AwsIdentity::Profile(profile.clone())));
        }
        let inherited = &job.inherited_auth;
        let inherited = (inherited.kind == AuthKind::AwsSigv4).then(|| inherited.sigv4.identity.clone());
        let inherited = inherited.filter(|name| job.identities.iter().any(|one| *one.name == **name));
        let Some(name) = self.identity.clone().or(inherited) else {
            return Ok(aws_identity::add(job, &AwsIdentity::Environment));
        };
        if job.identities.iter().any(|identity| *identity.name == *name) {
            return Ok(name);
        }
        let names: Vec<_> = job.identities.iter().map(|identity| identity.name.as_str()).collect();
        let hint = if names.is_empty() {
            format!(
                "Name a profile with --profile, or declare it under [identities.{name}] in signpost.toml."
            )
        } else {
            format!("Choose one of these: {}.", names.join(", "))
        };
        Err(Usage::new(format!("no identity is named {name:?}"), hint))
    }
}

impl Who {
    /// The profile that the identity is, or that the environment names for it.
    pub(super) fn profile(&self) -> Option<String> {
        self.job.aws_profile(&self.name, &self.aws)
    }

    /// The credential, fetched if need be; its problems are written to `err`.
    pub(super) fn credential(&self, runtime: &Runtime, err: &mut dyn Write) -> Result<Credential, Exit> {
        let fetched = runtime.block_on(async {
            tokio::select! {
                biased;
                _ = tokio::signal::ctrl_c() => None,
                fetched = self.fetched() => Some(fetched),
            }
        });
        fetched.ok_or(Exit::Cancelled)?.map_err(|problems| {
            problems.iter().for_each(|found| problem(found, err));
            Exit::NotSent
        })
    }

    async fn fetched(&self) -> Result<Credential, Vec<Problem>> {
        let handle = self.engine.fetch(&self.name, self.job.clone());
        obtained(handle, Asking::AtTerminal, self.mfa_code.as_ref()).await
    }

    /// A fresh credential. The code of `--mfa-code` was for the first one.
    pub(super) async fn renewed(&self, asking: Asking) -> Result<Credential, Vec<Problem>> {
        obtained(self.engine.renew(&self.name, self.job.clone()), asking, None).await
    }
}

/// Whether somebody can be asked.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asking {
    AtTerminal,
    /// The terminal belongs to another program.
    Nobody,
}

/// Waits for a credential, and answers what is asked meanwhile; `code` is that of an MFA device.
async fn obtained(
    mut handle: RenewHandle,
    asking: Asking,
    code: Option<&Secret>,
) -> Result<Credential, Vec<Problem>> {
    while let Some(event) = handle.events.recv().await {
        match event {
            Renewal::Ask(asked) => {
                let is_typed = code.is_none() && !matches!(asked.question, Question::OpenUrl { .. });
                let answer = match asking {
                    // Reading the terminal would stop this program.
                    Asking::AtTerminal if is_typed && prompt::is_in_background() => {
                        Some(declined(&asked.question, Unasked::InBackground))
                    }
                    Asking::AtTerminal => prompt::answer(asked.question, code, None).await,
                    Asking::Nobody => Some(declined(&asked.question, Unasked::CommandHasTerminal)),
                };
                if let Some(answer) = answer {
                    // What asked may be over: then nobody needs the answer.
                    let _ = handle.commands.send(Command::Answer { id: asked.id, answer }).await;
                }
            }
            Renewal::Done(fetched) => return fetched,
        }
    }
    // A bug, which has been reported as a panic.
    Err(Vec::new())
}

/// Why nobody is asked.
#[derive(Clone, Copy)]
enum Unasked {
    CommandHasTerminal,
    InBackground,
}

/// The answer where nobody can be asked.
fn declined(question: &Question, why: Unasked) -> Answer {
    let needed = match question {
        Question::OpenUrl { session, .. } => format!("nobody is logged in to {session}"),
        Question::MfaCode { .. } => "its session needs an MFA code".to_owned(),
        Question::Expired { .. } => "its credential has expired".to_owned(),
        Question::BodyLimit { .. } => "the body reached its limit".to_owned(),
    };
    let why_not = match why {
        Unasked::CommandHasTerminal => "the terminal is the command's",
        Unasked::InBackground => "signpost runs in the background",
    };
    let hint = match (question, why) {
        (Question::OpenUrl { .. }, _) => "Run `signpost login` in another terminal.",
        (Question::MfaCode { .. }, Unasked::InBackground) => {
            "Give it with --mfa-code CODE, or run signpost in the foreground."
        }
        (Question::BodyLimit { .. }, _) => "Raise `body_limit` under `[send]` in your configuration.",
        (Question::Expired { .. }, Unasked::InBackground) => "Run signpost in the foreground.",
        (Question::MfaCode { .. } | Question::Expired { .. }, Unasked::CommandHasTerminal) => {
            "End the command and run it again."
        }
    };
    Answer::Declined { message: format!("{needed}, and {why_not}"), hint: hint.to_owned() }
}

/// An engine with the user's settings and AWS files, which asks for a login at the terminal.
pub(super) fn engine(config: Option<&Path>) -> Engine {
    let settings = TransportSettings::from(&config_file::load(config, Dirs::of_user().as_ref()).config);
    let engine = Engine::with_settings(Arc::new(SystemTime::now), settings);
    prompt::engine(engine.with_aws(AwsStore::of_process()))
}

/// Writes a problem with its hint.
pub(super) fn problem(problem: &Problem, err: &mut dyn Write) {
    let hint = match &problem.kind {
        ProblemKind::Untrusted(_) => "`signpost trust` lists what this workspace would send, and asks.",
        ProblemKind::MissingSecret { .. }
        | ProblemKind::MissingEnv { .. }
        | ProblemKind::UnknownVariable { .. }
        | ProblemKind::UnknownScope(_)
        | ProblemKind::Other => &problem.hint,
    };
    error(&placed(problem), hint, err);
}

/// A problem of no field.
pub(super) fn plain_problem(message: &str, hint: &str) -> Problem {
    Problem::new(Field::Request, message, hint)
}

/// Writes an error with its hint.
pub(super) fn error(message: &str, hint: &str, err: &mut dyn Write) {
    said("error", message, hint, err);
}

/// Writes a warning with its hint.
pub(super) fn warning(message: &str, hint: &str, err: &mut dyn Write) {
    said("warning", message, hint, err);
}

fn said(what: &str, message: &str, hint: &str, err: &mut dyn Write) {
    // Where even this can't be written, the exit code has to do.
    let _ = writeln!(err, "{what}: {}", visible::line(message));
    if !hint.is_empty() {
        let _ = writeln!(err, "  hint: {}", visible::line(hint));
    }
}

/// Says what is wrong with the arguments or files.
pub(super) fn refused(usage: &Usage, err: &mut dyn Write) -> Exit {
    error(&usage.message, &usage.hint, err);
    Exit::Usage
}

/// A runtime for one command.
pub(super) fn runtime() -> Result<Runtime, Usage> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Usage::new(format!("couldn't start: {error}"), "Close other programs."))
}
