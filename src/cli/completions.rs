//! `signpost completions`: completion scripts for shells.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::exit::Exit;

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  signpost completions bash > ~/.local/share/bash-completion/completions/signpost")]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Runs `signpost completions`.
pub(crate) fn run(args: &CompletionsArgs, out: &mut dyn Write) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Args::command(), "signpost", &mut script);
    super::written(out.write_all(&script).and_then(|()| out.flush()))
}
