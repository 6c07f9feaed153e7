//! The arguments of `signpost send`, a file for each group of its help.
//!
//! Owns their names and which exclude each other. Refuses to read files and to build requests.

use std::time::Duration;

use clap::Args;

use crate::core::credential::Secret;
use crate::core::question::mfa_code;
use crate::core::units;

mod auth;
mod connection;
mod data;
mod output;
mod redirects;
mod request;
mod workspace;

pub(super) use auth::AuthArgs;
pub(super) use connection::ConnectionArgs;
pub(super) use data::{DataArgs, DataPiece, FormPart};
pub(super) use output::OutputArgs;
pub(super) use redirects::RedirectArgs;
pub(super) use request::RequestArgs;
pub(super) use workspace::WorkspaceArgs;

const DETAILS: &str = "\
The flags are those of curl and awscurl and mean the same, apart from these: `--config` names signpost's \
configuration (`-K` reads a file of curl's), braces and brackets in a URL stay as they are (as with `-g`), \
and compressed responses are always requested and decoded.

A URL is signed only with --aws-sigv4, --service, --region, --access_key, --identity or --profile. The keys come \
from --user or --access_key and --secret_key, otherwise from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and \
AWS_SESSION_TOKEN, otherwise from AWS_PROFILE or your default profile. Region and service default to those of the host, the region also to AWS_REGION. \
{{name}} is replaced from --var, the environment or the workspace; write \\{{ for two literal braces.

Examples:
  signpost send hello/get-hello
  signpost send --env prod --var id=7 users/get
  signpost send --profile prod https://abcdefg.lambda-url.us-east-1.on.aws/hello
  signpost send --service lambda https://abcdefg.lambda-url.us-east-1.on.aws/hello
  signpost send -X PUT -H 'content-type: text/plain' --data-binary @notes.txt :3000/notes
  signpost send --aws-sigv4 aws:amz:eu-west-1:execute-api -u \"$KEY:$SECRET\" URL
  signpost send -sSfL -o page.html -w '%{http_code}\\n' https://example.com/

Exit codes: 0 a response, with the expected status if the request declares one; 1 another status, or an error \
status with --fail; 2 wrong usage or an unreadable file; 3 not sent; 4 the network failed; 130 cancelled.";

/// Send a saved request or a URL
///
/// The body goes to standard output, everything else to standard error. With a saved request, the
/// options change it for this one send.
#[derive(Debug, Args)]
#[command(after_help = DETAILS, args_override_self = true)]
pub struct SendArgs {
    /// Path of a saved request, or a URL (`host/path` and `:3000/path` work too)
    #[arg(value_name = "REQUEST|URL", required_unless_present = "url")]
    pub(super) target: Option<String>,
    #[command(flatten)]
    pub(super) request: RequestArgs,
    #[command(flatten)]
    pub(super) data: DataArgs,
    #[command(flatten)]
    pub(super) auth: AuthArgs,
    #[command(flatten)]
    pub(super) workspace: WorkspaceArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
    #[command(flatten)]
    pub(super) redirects: RedirectArgs,
    #[command(flatten)]
    pub(super) connection: ConnectionArgs,
    /// The requests behind `--next`, in order.
    #[arg(skip)]
    pub(super) followers: Vec<SendArgs>,
}

impl SendArgs {
    /// Adds the request behind a `--next`. What curl counts as a setting of the whole run applies to
    /// every request, wherever it stands.
    pub(crate) fn then(&mut self, mut next: Self) {
        let SendArgs { output, followers, .. } = self;
        let mut outputs: Vec<_> = followers.iter_mut().map(|args| &mut args.output).collect();
        outputs.extend([output, &mut next.output]);
        let any = |is_set: fn(&OutputArgs) -> bool| outputs.iter().any(|output| is_set(output));
        let (silent, show_error) = (any(|output| output.silent), any(|output| output.show_error));
        let (verbose, progress_bar) = (any(|output| output.verbose), any(|output| output.progress_bar));
        let no_progress_meter = any(|output| output.no_progress_meter);
        for output in outputs {
            (output.silent, output.show_error, output.verbose) = (silent, show_error, verbose);
            (output.progress_bar, output.no_progress_meter) = (progress_bar, no_progress_meter);
        }
        self.followers.push(next);
    }

    /// The request or URL.
    pub(super) fn target(&self) -> &str {
        self.request.url.as_deref().or(self.target.as_deref()).unwrap_or_default()
    }
}

fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::new(text))
}

fn mfa(text: &str) -> Result<Secret, String> {
    mfa_code(text).ok_or_else(|| "an MFA code has six digits".to_owned())
}

fn size(text: &str) -> Result<u64, String> {
    units::parse_size(text).ok_or_else(|| "use a number with KiB, MiB or GiB, such as 500MiB".to_owned())
}

/// A number of bytes a second; curl's units are those of 1024.
fn rate(text: &str) -> Result<u64, String> {
    let (number, factor) = match text.char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 1 << 10),
        Some((at, 'm' | 'M')) => (&text[..at], 1 << 20),
        Some((at, 'g' | 'G')) => (&text[..at], 1 << 30),
        Some(_) | None => (text, 1),
    };
    let number: u64 =
        number.parse().map_err(|_| "use a number of bytes, or one with K, M or G".to_owned())?;
    number.checked_mul(factor).ok_or_else(|| "that's too many bytes a second".to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "use a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}
