//! `signpost token`: a credential, for another program.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use super::exit::Exit;
use super::who::{self, Signer, WhoArgs};
use super::written;
use crate::core::convert::aws_keys_export::KeysFormat;

const EXAMPLES: &str = "\
The formats are those of `aws configure export-credentials`; json adds where the credential came from. \
The same credential is used by `signpost send`, and renewed when it expires.

Examples:
  eval \"$(signpost token --profile prod --format env)\"
  signpost token --as auditor --format json | jq -r .expires_at
  credential_process = signpost token --as auditor --workspace /path/to/it    # in ~/.aws/config

Exit codes: 0 printed; 2 wrong usage, or standard output is a terminal; 3 no credential; 130 cancelled.";

/// Print a credential for another program
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct TokenArgs {
    #[command(flatten)]
    who: WhoArgs,
    /// Format
    #[arg(long, value_name = "FORMAT", default_value = "process", value_parser = format())]
    format: KeysFormat,
    /// Print even to a terminal
    #[arg(long)]
    show_secrets: bool,
}

fn format() -> impl clap::builder::TypedValueParser<Value = KeysFormat> {
    PossibleValuesParser::new(KeysFormat::ALL.map(|(name, _)| name)).map(|word| {
        let found = KeysFormat::ALL.into_iter().find(|(name, _)| *name == word);
        found.map_or(KeysFormat::Process, |(_, format)| format)
    })
}

/// Runs `signpost token`; `config` names another configuration than the user's.
pub(super) fn run(args: &TokenArgs, config: Option<&Path>, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    if io::stdout().is_terminal() && !args.show_secrets {
        let hint = "Redirect it, or print the secrets with --show-secrets.";
        who::error("standard output is a terminal, where others may read secrets", hint, err);
        return Exit::Usage;
    }
    let Signer { credential, .. } = match args.who.signer(config, err) {
        Ok(signer) => signer,
        Err(exit) => return exit,
    };
    let Some(text) = args.format.text(&credential) else {
        let message = "the credential contains characters that this format can't express";
        who::error(message, "Use --format process, env or json.", err);
        return Exit::NotSent;
    };
    written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}
