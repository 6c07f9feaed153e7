//! `signpost whoami`: whose credential it is, as AWS says.

use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

use clap::Args;
use serde_json::json;

use super::exit::Exit;
use super::who::{self, Signer, WhoArgs};
use super::written;
use crate::core::caller_identity::CallerIdentity;
use crate::core::convert::aws_keys_export::expiration;
use crate::core::credential::{Credential, Expiry};
use crate::core::exchange::Problem;
use crate::core::units;
use crate::core::visible;
use crate::engine::CallerError;

const EXAMPLES: &str = "\
Asks STS with GetCallerIdentity, which no policy can deny. Without --endpoint, the endpoint is that of the \
identity or profile, else the regional one.

Examples:
  signpost whoami
  signpost whoami --profile prod --json

Exit codes: 0 STS responded; 1 STS refused; 2 wrong usage; 3 no credential; 4 the network failed; \
130 cancelled.";

/// Ask AWS who an identity is
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct WhoamiArgs {
    #[command(flatten)]
    who: WhoArgs,
    /// STS endpoint
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs `signpost whoami`; `config` names another configuration than the user's.
pub(super) fn run(
    args: &WhoamiArgs,
    config: Option<&Path>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let Signer { who, credential, runtime } = match args.who.signer(config, err) {
        Ok(signer) => signer,
        Err(exit) => return exit,
    };
    let asked = runtime.block_on(async {
        tokio::select! {
            biased;
            _ = tokio::signal::ctrl_c() => Err((Exit::Cancelled, Vec::new())),
            asked = who.engine.caller(&who.name, &who.job, args.endpoint.as_deref()) => asked.map_err(failed),
        }
    });
    match asked {
        Ok(caller) => {
            let text = if args.json {
                format!("{:#}\n", json(&who.name, &caller, &credential))
            } else {
                text(&caller, &credential, SystemTime::now())
            };
            written(out.write_all(visible::lines(&text).as_bytes()).and_then(|()| out.flush()))
        }
        Err((exit, problems)) => {
            problems.iter().for_each(|problem| who::problem(problem, err));
            exit
        }
    }
}

/// How a failure ends the program, and what is wrong.
fn failed(error: CallerError) -> (Exit, Vec<Problem>) {
    let exit = match &error {
        CallerError::Refused(_) => Exit::Unexpected,
        CallerError::NotSent(_) => Exit::NotSent,
        CallerError::Network(_) => Exit::Network,
        CallerError::Cancelled => Exit::Cancelled,
    };
    (exit, error.problems())
}

fn text(caller: &CallerIdentity, credential: &Credential, now: SystemTime) -> String {
    let left = match credential.expiry(now) {
        Expiry::Unlimited => String::new(),
        Expiry::Left(left) => {
            format!("expires  in {}\n", units::span(left.as_secs().try_into().unwrap_or(i64::MAX)))
        }
        Expiry::Expired(_) => "expires  has expired\n".to_owned(),
    };
    format!(
        "{}\naccount  {}\nuser id  {}\nkey      {}\nsource   {}\n{left}",
        caller.arn, caller.account, caller.user_id, credential.access_key, credential.source
    )
}

fn json(identity: &str, caller: &CallerIdentity, credential: &Credential) -> serde_json::Value {
    json!({
        "identity": identity,
        "arn": caller.arn,
        "account": caller.account,
        "user_id": caller.user_id,
        "account_id": credential.account_id,
        "access_key": credential.access_key,
        "source": credential.source,
        "expires_at": expiration(credential),
    })
}
