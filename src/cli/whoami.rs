//! `signpost whoami`: whose credential it is, as AWS says.

use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

use clap::Args;
use serde_json::json;

use super::exit::Exit;
use super::who::{self, Signer, Who, WhoArgs};
use super::written;
use crate::core::caller_identity::{self, CallerIdentity};
use crate::core::convert::aws_keys_export::expiration;
use crate::core::credential::{Credential, Expiry};
use crate::core::exchange::{Event, Field, Outcome, Problem};
use crate::core::provider::Provider;
use crate::core::request::Auth;
use crate::core::units;
use crate::core::visible;
use crate::engine::Job;

/// A response of STS is a page; more than this is something else.
const MAX_RESPONSE: usize = 64 * 1024;

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
            asked = ask(&who, args.endpoint.as_deref()) => asked,
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

type Refused = (Exit, Vec<Problem>);

/// Sends GetCallerIdentity as any request is sent.
async fn ask(who: &Who, endpoint: Option<&str>) -> Result<CallerIdentity, Refused> {
    let (configured, region) = sts(who);
    let endpoint = endpoint.unwrap_or(&configured);
    let request = caller_identity::request(&who.name, endpoint, &region).ok_or_else(|| {
        let message = format!("`{region}` isn't a valid region");
        (Exit::NotSent, vec![problem(&message, "Use one such as us-east-1.")])
    })?;
    let job = Job { request, inherited_auth: Auth::default(), ..who.job.clone() };
    let mut handle = who.engine.open(job);
    let (mut status, mut body) = (0, Vec::new());
    while let Some(event) = handle.events.recv().await {
        match event {
            Event::Head(head) => status = head.status,
            Event::Chunk(bytes) if body.len() < MAX_RESPONSE => body.extend_from_slice(&bytes),
            Event::End(end) => return ended(&end.outcome, status, &String::from_utf8_lossy(&body)),
            Event::Chunk(_)
            | Event::Stage(_)
            | Event::Sent(_)
            | Event::Redirected(_)
            | Event::Adopted { .. }
            | Event::Ask(_) => {}
        }
    }
    // A bug, which has been reported as a panic.
    Err((Exit::Network, Vec::new()))
}

fn ended(outcome: &Outcome, status: u16, body: &str) -> Result<CallerIdentity, Refused> {
    match outcome {
        Outcome::Answered => match caller_identity::parse(body).filter(|_| status == 200) {
            Some(caller) => Ok(caller),
            None => {
                let said = caller_identity::refusal(body).map_or(String::new(), |said| format!(": {said}"));
                let message = format!("STS responded to GetCallerIdentity with {status}{said}");
                Err((Exit::Unexpected, vec![problem(&message, "Check the credential and the endpoint.")]))
            }
        },
        Outcome::NotSent(problems) => Err((Exit::NotSent, problems.clone())),
        Outcome::Network(problem) => Err((Exit::Network, vec![problem.clone()])),
        Outcome::Cut(why) => Err((Exit::Network, vec![problem(why, "Try again.")])),
        Outcome::BodyLimit(_) | Outcome::RedirectRefused { .. } => {
            let message = "the response isn't one of STS".to_owned();
            Err((Exit::Unexpected, vec![problem(&message, "Check the endpoint.")]))
        }
        Outcome::Cancelled => Err((Exit::Cancelled, Vec::new())),
    }
}

fn problem(message: &str, hint: &str) -> Problem {
    Problem::new(Field::Request, message, hint)
}

/// The endpoint, empty for the regional one, and the region of STS for this identity.
fn sts(who: &Who) -> (String, String) {
    let declared = Provider::declared(&who.name, &who.job.context());
    if let Some(step) = declared.steps.last() {
        return (step.endpoint().to_owned(), step.region().to_owned());
    }
    let section = who.profile().and_then(|profile| who.aws.files.profiles.get(&profile));
    let endpoint = who.aws.sts_endpoint(section).unwrap_or_default();
    (endpoint.to_owned(), who.aws.region(section).to_owned())
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
        "access_key": credential.access_key,
        "source": credential.source,
        "expires_at": expiration(credential),
    })
}
