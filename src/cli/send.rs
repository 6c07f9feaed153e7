//! `signpost send`: one request, its body to standard output, everything else to standard error.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use clap::Args;
use tokio::sync::mpsc;

use super::exit::Exit;
use super::prompt;
use crate::config::{Config, Proxy};
use crate::core::credential::Secret;
use crate::core::exchange::{Event, Field, Problem};
use crate::core::question::{Asked, mfa_code};
use crate::core::units;
use crate::core::workspace::Workspace;
use crate::engine::{Command, Engine, Job, Renewal, untrusted};
use crate::io::store::config_file;
use crate::io::store::dirs::Dirs;
use crate::io::store::secrets::{ProcessSecrets, SecretError};
use crate::io::transport::TransportSettings;

mod ending;
mod print;
mod request;
mod target;
mod wording;

use ending::{exit, not_sent};
use print::Printer;

const EXAMPLES: &str = "\
A URL is signed only when --aws-sigv4, --service, --region or --identity is given. Its keys come from
--user, else from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. Region and service
default to those of the host, the region also to AWS_REGION. {{name}} in any text is
replaced from --var, the environment or the workspace; write \\{{ for two literal braces.

Examples:
  signpost send hello/get-hello.toml
  signpost send -e prod --var id=7 users/get
  signpost send --service lambda https://abcdefg.lambda-url.us-east-1.on.aws/hello
  signpost send -X PUT -H 'content-type: text/plain' -d @notes.txt :3000/notes
  signpost send --aws-sigv4 aws:amz:eu-west-1:execute-api -u \"$KEY:$SECRET\" URL

Exit codes: 0 a response, with the expected status if the request declares one; 1 another status;
2 wrong usage or an unreadable file; 3 not sent; 4 the network failed; 130 cancelled.";

/// Send a saved request or a URL
///
/// The body goes to standard output, everything else to standard error. With a saved request, the
/// options change it for this one send.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, disable_help_flag = false)]
pub struct SendArgs {
    /// Path of a saved request, or a URL (`host/path` and `:3000/path` work too)
    #[arg(value_name = "REQUEST|URL")]
    target: String,
    /// Method [default: GET, or POST with data]
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    method: Option<String>,
    /// A header; `Name:` omits a default header, `Name;` sends an empty one; repeatable
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// Form data: text, or the unaltered bytes of @FILE or of standard input (@-); several
    /// are joined with &
    #[arg(short = 'd', long = "data", visible_alias = "data-binary", value_name = "DATA|@FILE|@-")]
    data: Vec<String>,
    /// Form data in which @ isn't special
    #[arg(long, value_name = "DATA")]
    data_raw: Vec<String>,
    /// Form data to be percent-encoded: [NAME=]TEXT
    #[arg(long, value_name = "DATA")]
    data_urlencode: Vec<String>,
    /// JSON data, with matching headers
    #[arg(long, value_name = "DATA|@FILE|@-", conflicts_with_all = ["data", "data_raw", "data_urlencode"])]
    json: Option<String>,
    /// A part of a multipart form: NAME=TEXT or NAME=@FILE[;type=MEDIA]; repeatable
    #[arg(short = 'F', long = "form", value_name = "NAME=VALUE", conflicts_with_all = ["data", "data_raw", "data_urlencode", "json"])]
    form: Vec<String>,
    /// Append the data to the query
    #[arg(short = 'G', long)]
    get: bool,
    /// Send HEAD, and show the response's headers
    #[arg(short = 'I', long)]
    head: bool,
    /// Show the status line and headers before the body
    #[arg(short = 'i', long)]
    include: bool,
    /// Write the body to this file
    #[arg(short = 'o', long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Show what is sent and received, with secrets masked, and how long it takes
    #[arg(short = 'v', long)]
    verbose: bool,
    /// With --verbose, show secrets too
    #[arg(long)]
    show_secrets: bool,
    /// Show only the body and errors
    #[arg(short = 's', long)]
    silent: bool,
    /// User name and password; for a signed request, access key and secret key
    #[arg(short = 'u', long, value_name = "USER:PASSWORD", value_parser = secret)]
    user: Option<Secret>,
    /// Sign with SigV4, with curl's syntax: PROVIDER1[:PROVIDER2[:REGION[:SERVICE]]]
    #[arg(long, value_name = "aws:amz[:REGION[:SERVICE]]")]
    aws_sigv4: Option<String>,
    /// Sign for this service, for example lambda, execute-api or s3
    #[arg(long)]
    service: Option<String>,
    /// Sign for this region
    #[arg(long)]
    region: Option<String>,
    /// Sign as this identity of the workspace
    #[arg(long, value_name = "NAME", conflicts_with = "user")]
    identity: Option<String>,
    /// Request a new session first, if the identity uses one
    #[arg(long)]
    renew: bool,
    /// Code that the identity's MFA device shows, where its session needs one; left out, it is asked
    /// for at the terminal
    #[arg(long, value_name = "CODE", value_parser = mfa)]
    mfa_code: Option<Secret>,
    /// Session token of temporary keys
    #[arg(long, value_name = "TOKEN", value_parser = secret)]
    session_token: Option<Secret>,
    /// Presign: put the signature into the query, valid for this long (1 to 604800)
    #[arg(long, value_name = "SECONDS")]
    presign: Option<u64>,
    /// Read a + in the URL's query as a space; left out, it is what the saved request says, else a plus
    #[arg(long)]
    plus_as_space: bool,
    /// Workspace folder [default: the nearest one from here upward]
    #[arg(long, value_name = "FOLDER")]
    workspace: Option<PathBuf>,
    /// Environment of the workspace
    #[arg(short = 'e', long, value_name = "NAME")]
    env: Option<String>,
    /// Allow a workspace from elsewhere what this request sends, from now on
    #[arg(long)]
    trust: bool,
    /// A variable for this send; repeatable
    #[arg(long = "var", value_name = "NAME=VALUE")]
    vars: Vec<String>,
    /// Follow redirects
    #[arg(short = 'L', long)]
    location: bool,
    /// Let a redirect to another origin take the body along, as 307 and 308 do
    #[arg(long)]
    redirect_body: bool,
    /// Stop at a body longer than this, once decoded: a number with KiB, MiB or GiB, or 0 for no
    /// limit [default: 2 GiB]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    body_limit: Option<u64>,
    /// Skip verification of the server's certificate
    #[arg(short = 'k', long)]
    insecure: bool,
    /// Time limit for the whole exchange
    #[arg(short = 'm', long, value_name = "SECONDS", value_parser = seconds)]
    max_time: Option<Duration>,
    /// Time limit for connecting
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    connect_timeout: Option<Duration>,
    /// Proxy: http://, https://, socks5:// or socks5h://
    #[arg(short = 'x', long, value_name = "URL", value_parser = secret)]
    proxy: Option<Secret>,
    /// Hosts to reach without the proxy, separated by commas
    #[arg(long, value_name = "HOSTS")]
    noproxy: Option<String>,
    /// Also trust the authorities in this file (PEM); repeatable
    #[arg(long, value_name = "FILE")]
    cacert: Vec<PathBuf>,
    /// Client certificate (PEM)
    #[arg(short = 'E', long, value_name = "FILE")]
    cert: Option<PathBuf>,
    /// Private key of the client certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// User agent
    #[arg(short = 'A', long, value_name = "TEXT")]
    user_agent: Option<String>,
    /// Cookies: NAME=VALUE[; NAME=VALUE]
    #[arg(short = 'b', long, value_name = "DATA")]
    cookie: Option<String>,
    /// Accepted for compatibility with curl: compressed responses are always requested and decoded
    #[arg(long, hide = true)]
    compressed: bool,
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

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "use a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// A problem with the arguments, and its hint.
struct Usage {
    message: String,
    hint: String,
}

impl Usage {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// Runs `signpost send`; `config` names another configuration than the user's.
pub(crate) fn run(args: &SendArgs, config: Option<&Path>, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let dirs = Dirs::of_user();
    let found = match target::find(args, dirs.as_ref()) {
        Ok(found) => found,
        Err(usage) => return print::usage(&usage, err),
    };
    if !args.silent {
        print::file_problems(&found.problems, err);
    }
    let mut stdin = None;
    let mut job = match request::job(args, found.job, &mut stdin) {
        Ok(job) => job,
        Err(usage) => return print::usage(&usage, err),
    };
    if args.trust
        && let Err(error) = allow(&mut job, &found.workspace, dirs.as_ref())
    {
        return print::usage(&Usage::new(error.to_string(), "The request wasn't sent."), err);
    }
    let loaded = config_file::load(config, dirs.as_ref());
    print::config_problems(&loaded, err);
    let settings = settings(args, &loaded.config, found.saved);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let usage = Usage::new(format!("couldn't start: {error}"), "Close other programs.");
            return print::usage(&usage, err);
        }
    };
    let exit = runtime.block_on(send(args, settings, job, out, err));
    // A name that is still being resolved must not hold the program up.
    runtime.shutdown_background();
    exit
}

/// Allows a workspace what this job sends, from now on.
fn allow(job: &mut Job, workspace: &Workspace, dirs: Option<&Dirs>) -> Result<(), SecretError> {
    let store = target::trust_store(dirs);
    let flows = untrusted(job);
    store.allow(workspace, flows.clone())?;
    let (trust, secrets) = store.open(workspace)?;
    let secrets = Arc::new(ProcessSecrets::of_process(secrets));
    // Without a folder to remember it in, it is allowed for this send.
    job.trust = trust.with(flows);
    (job.outside, job.sessions) = (Arc::clone(&secrets) as _, secrets);
    Ok(())
}

/// The job of a send, for the test that compares it with the screen's.
#[cfg(test)]
pub(crate) fn job(args: &SendArgs) -> Result<Job, String> {
    let said = |usage: Usage| format!("{}; {}", usage.message, usage.hint);
    let found = target::find(args, None).map_err(said)?;
    request::job(args, found.job, &mut None).map_err(said)
}

/// The configuration under the arguments. A URL follows redirects when asked to, as with curl; a
/// saved request as configured.
fn settings(args: &SendArgs, config: &Config, saved: bool) -> TransportSettings {
    let base = TransportSettings::from(config);
    let unlimited = |limit: Duration| (!limit.is_zero()).then_some(limit);
    let proxy = args.proxy.as_ref().map(|proxy| match proxy.expose() {
        "" => Proxy::Off,
        proxy => Proxy::Url(proxy.to_owned()),
    });
    let no_proxy = args.noproxy.as_ref().map(|hosts| hosts.split(',').map(str::to_owned).collect());
    TransportSettings {
        connect_timeout: args.connect_timeout.map_or(base.connect_timeout, unlimited),
        total_timeout: args.max_time.map_or(base.total_timeout, unlimited),
        proxy: proxy.unwrap_or(base.proxy),
        no_proxy: no_proxy.unwrap_or(base.no_proxy),
        ca_files: if args.cacert.is_empty() { base.ca_files } else { args.cacert.clone() },
        client_cert: args.cert.clone().or(base.client_cert),
        client_key: if args.cert.is_some() { args.key.clone() } else { base.client_key },
        follow_redirects: base.follow_redirects && saved,
        body_limit: args.body_limit.map_or(base.body_limit, |bytes| (bytes > 0).then_some(bytes)),
        redirect_body: args.redirect_body,
        ..base
    }
}

async fn send(
    args: &SendArgs,
    settings: TransportSettings,
    mut job: Job,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let engine = Engine::with_settings(Arc::new(SystemTime::now), settings);
    request::complete_region(&engine, &mut job);
    let mut printer = Printer::new(args, out, err);
    for warning in warnings(&engine, &job) {
        printer.warn(&warning);
    }
    if args.renew
        && let Err(exit) = renew(args, &engine, &job, &mut printer).await
    {
        return exit;
    }
    let mut handle = engine.open(job);
    let sending = async {
        while let Some(event) = handle.events.recv().await {
            if let Event::Ask(asked) = event {
                reply(args, &handle.commands, asked).await;
                continue;
            }
            match printer.report(event) {
                Ok(None) => {}
                Ok(Some(end)) => return exit(&end, &mut printer),
                Err(exit) => return exit,
            }
        }
        // A bug, which has been reported as a panic.
        Exit::Network
    };
    tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => Exit::Cancelled,
        exit = sending => exit,
    }
}

/// Answers a question of a send or a renewal.
async fn reply(args: &SendArgs, commands: &mpsc::Sender<Command>, asked: Asked) {
    let answer = prompt::answer(asked.question, args.mfa_code.as_ref()).await;
    // What asked may be over: then nobody needs the answer.
    let _ = commands.send(Command::Answer { id: asked.id, answer }).await;
}

/// Puts a new session in place of the one that is kept.
async fn renew(args: &SendArgs, engine: &Engine, job: &Job, printer: &mut Printer<'_>) -> Result<(), Exit> {
    let Some(identity) = engine.preview(job).signer.and_then(|signer| signer.identity) else {
        printer.error("no session to renew: no identity signs this request", "Leave out --renew.");
        return Err(Exit::Usage);
    };
    let mut handle = engine.renew(&identity, job.clone());
    let renewing = async {
        while let Some(event) = handle.events.recv().await {
            match event {
                Renewal::Ask(asked) => reply(args, &handle.commands, asked).await,
                Renewal::Done(renewed) => return renewed,
            }
        }
        // A bug, which has been reported as a panic.
        Err(Vec::new())
    };
    let renewed = tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => return Err(Exit::Cancelled),
        renewed = renewing => renewed,
    };
    renewed.map(drop).map_err(|problems| {
        problems.iter().for_each(|problem| printer.problem(problem));
        not_sent(&problems)
    })
}

fn warnings(engine: &Engine, job: &Job) -> Vec<Problem> {
    let preview = engine.preview(job);
    let mut warnings = preview.warnings;
    if let (None, Some((service, _))) = (&preview.signer, &preview.service)
        && preview.problems.is_empty()
        && !request::carries_authorization(&job.request)
    {
        warnings.push(Problem::new(
            Field::Request,
            format!("the host belongs to AWS ({service}), but the request isn't signed"),
            format!("Give --service {service}, or --identity NAME, to sign it."),
        ));
    }
    warnings
}
