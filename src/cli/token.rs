//! `signpost token`: a credential, for another program.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use super::exit::Exit;
use super::serving::{self, Served};
use super::who::{self, Asking, Signer, WhoArgs};
use super::written;
use crate::core::convert::aws_keys_export::KeysFormat;

const EXAMPLES: &str = "\
The formats are those of `aws configure export-credentials`; json adds where the credential came from. \
The same credential is used by `signpost send`, and renewed when it expires.

--serve prints two variables by which any AWS SDK finds an endpoint on 127.0.0.1, and serves the credential \
there, renewed, until interrupted. SDKs prefer a credential of your default profile, keys in the environment and \
AWS_PROFILE. In the background nothing can be typed: give an MFA code with --mfa-code.

Examples:
  eval \"$(signpost token --profile prod --format env)\"
  signpost token --as auditor --format json | jq -r .expires_at
  credential_process = signpost token --as auditor --workspace /path/to/it    # in ~/.aws/config
  (umask 077; signpost token --serve --as auditor > endpoint.env) &
  . ./endpoint.env    # once it isn't empty

Exit codes: 0 printed, or serving was interrupted; 2 wrong usage, or standard output is a terminal; 3 no credential; 130 cancelled.";

/// Print a credential for another program
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct TokenArgs {
    #[command(flatten)]
    who: WhoArgs,
    /// Format [default: process; with --serve env]
    #[arg(long, value_name = "FORMAT", value_parser = format())]
    format: Option<KeysFormat>,
    /// Serve it on 127.0.0.1 as a container's credentials endpoint, and renew it
    #[arg(long)]
    serve: bool,
    /// Port of --serve [default: a free one]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, requires = "serve")]
    port: u16,
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
    if args.serve {
        return serve(args, config, out, err).unwrap_or_else(|exit| exit);
    }
    if io::stdout().is_terminal() && !args.show_secrets {
        let hint = "Redirect it, or print the secrets with --show-secrets.";
        who::error("standard output is a terminal, where others may read secrets", hint, err);
        return Exit::Usage;
    }
    let Signer { credential, .. } = match args.who.signer(config, err) {
        Ok(signer) => signer,
        Err(exit) => return exit,
    };
    let Some(text) = args.format.unwrap_or(KeysFormat::Process).text(&credential) else {
        let message = "the credential contains characters that this format can't express";
        who::error(message, "Use --format process, env or json.", err);
        return Exit::NotSent;
    };
    written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Serves the credential until it's interrupted. The token that is printed is worth nothing afterwards, so a
/// terminal may show it.
fn serve(
    args: &TokenArgs,
    config: Option<&Path>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Exit, Exit> {
    let format = args.format.unwrap_or(KeysFormat::Env);
    if format == KeysFormat::Process {
        let hint = "Use --format env, fish, powershell or json.";
        who::error("`--format process` can't describe an endpoint", hint, err);
        return Err(Exit::Usage);
    }
    let signer = args.who.signer(config, err)?;
    let default_comes_first = serving::default_profile_comes_first(&signer.who.aws);
    let (served, runtime) = Served::new(signer, Asking::AtTerminal, err)?;
    let served = runtime.block_on(async {
        let endpoint = serving::listen(args.port, err).await?;
        // Signals are handled before anybody learns that there is something to stop.
        let mut stop = serving::signals(err)?;
        if default_comes_first {
            who::warning(
                "your default profile has a credential, which SDKs prefer to an endpoint",
                "Where a program is to use the endpoint, set AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE to an empty file.",
                err,
            );
        }
        let text = format.variables(&endpoint.variables()).unwrap_or_default();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| written(Err(error)))?;
        tokio::select! {
            () = stop.wait() => Ok(Exit::Success),
            () = served.serve(endpoint) => Ok(Exit::Success),
        }
    });
    // A person may still be typing at the terminal.
    runtime.shutdown_background();
    served
}
