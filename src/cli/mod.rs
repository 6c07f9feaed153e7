//! The command line: arguments in, text and an exit code out.
//!
//! Owns argument parsing and one file per subcommand. Refuses to know the screen.

use std::io::{self, Write};
use std::path::Path;

use clap::{Parser, Subcommand};

use crate::config::LogLevel;
use exit::Exit;

pub mod arguments;
mod aws_identity;
pub(crate) mod can;
pub(crate) mod cloud;
pub(crate) mod completions;
pub mod demo;
pub(crate) mod exec;
pub mod exit;
pub(crate) mod filter;
pub(crate) mod identities;
pub(crate) mod init;
pub(crate) mod login;
pub(crate) mod man;
mod prompt;
mod refusal;
pub(crate) mod send;
mod serving;
pub(crate) mod sign;
mod stop;
pub(crate) mod token;
pub(crate) mod trust;
mod visible;
mod who;
pub(crate) mod whoami;

/// A request workbench for the terminal that signs AWS Signature Version 4
#[derive(Debug, Default, Parser)]
#[command(
    name = "signpost",
    version,
    override_usage = "signpost [OPTIONS] [WORKSPACE | URL]\n       signpost [OPTIONS] <COMMAND>"
)]
pub struct Args {
    /// What to do; by default, opens the screen
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Workspace folder [default: the nearest one from here upward], or a URL to open in it
    pub workspace: Option<std::path::PathBuf>,
    /// A URL that was given in place of the workspace.
    #[arg(skip)]
    pub url: Option<String>,
    /// Use this configuration file instead of yours; `cloud` and `can` take a cloud.toml
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<std::path::PathBuf>,
    /// Append a log of this run to a file, without URLs, header values, bodies or credentials
    #[arg(long, value_name = "FILE", global = true)]
    pub log: Option<std::path::PathBuf>,
    /// Log level: error, warn, info or debug [default with --log: info]
    #[arg(long, value_name = "LEVEL", global = true, value_parser = log_level)]
    pub log_level: Option<LogLevel>,
}

fn log_level(word: &str) -> Result<LogLevel, String> {
    let level = LogLevel::ALL.into_iter().find(|(known, _)| *known == word);
    level.map(|(_, level)| level).ok_or_else(|| "use off, error, warn, info or debug".to_owned())
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Go from 403 to 200 on a small built-in cloud
    Demo(demo::DemoArgs),
    /// Serve a local cloud: function URLs, STS, IAM and Lambda, on loopback until stopped
    Cloud(cloud::CloudArgs),
    /// Show how a request is signed, step by step, and send nothing
    Sign(Box<sign::SignArgs>),
    /// Send a saved request or a URL
    Send(Box<send::SendArgs>),
    /// List the identities and profiles that a request can be sent as
    Identities(identities::IdentitiesArgs),
    /// Ask AWS who an identity is
    Whoami(whoami::WhoamiArgs),
    /// Log in to IAM Identity Center, or as `aws login` does
    Login(login::LoginArgs),
    /// Print a credential for another program
    Token(token::TokenArgs),
    /// Run a command with a credential in its environment
    Exec(exec::ExecArgs),
    /// Allow a workspace from elsewhere to read what it asks for
    Trust(trust::TrustArgs),
    /// Decide whether policies allow an action, and explain why
    Can(Box<can::CanArgs>),
    /// Filter JSON with jq or JSONPath
    Filter(filter::FilterArgs),
    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),
    /// Print a manual page, in roff
    Man(man::ManArgs),
    /// Make a workspace in a folder, with a first request
    Init(init::InitArgs),
    /// Complete words for the scripts of `completions`
    #[command(name = "__complete", hide = true)]
    Complete(completions::CompleteArgs),
}

/// Runs one subcommand; `config` names another configuration than the user's.
pub fn run(command: &Command, config: Option<&Path>, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let safe = &mut visible::VisibleWriter::new(err);
    match command {
        Command::Demo(args) => demo::serve(args, out, safe),
        Command::Cloud(args) => cloud::run(args, config, out, safe),
        Command::Sign(args) => sign::run(args, config, out, safe),
        Command::Identities(args) => identities::run(args, config, out, safe),
        Command::Whoami(args) => whoami::run(args, config, out, safe),
        Command::Login(args) => login::run(args, config, &mut visible::VisibleWriter::new(out), safe),
        Command::Token(args) => token::run(args, config, out, safe),
        Command::Exec(args) => exec::run(args, config, safe),
        // Writes colours, and so makes each text safe before painting it.
        Command::Send(args) => send::run(args, config, out, err),
        Command::Can(args) => can::run(args, config, out, safe),
        // Names what stands in files that came from elsewhere.
        Command::Trust(args) => trust::run(args, &mut visible::VisibleWriter::new(out), safe),
        Command::Filter(args) => filter::run(args, out, safe),
        Command::Completions(args) => completions::run(args, out),
        Command::Man(args) => man::run(args, out, safe),
        Command::Init(args) => init::run(args, &mut visible::VisibleWriter::new(out), safe),
        Command::Complete(args) => completions::complete(args, out),
    }
}

/// How a write to standard output ends the program: a reader that went away has what it wanted.
fn written(result: io::Result<()>) -> Exit {
    match result {
        Ok(()) => Exit::Success,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
        Err(_) => Exit::Usage,
    }
}
