//! `signpost sign`: every step of one signature, and nothing sent.

use std::io::{self, Read, Write};
use std::path::Path;
use std::time::SystemTime;

use clap::Args;
use url::Url;

use super::exit::Exit;
use super::who::{self, WhoArgs};
use crate::core::credential::{Credential, Secret};
use crate::core::endpoint::{self, Inferred, SigningDefaults};
use crate::core::host;
use crate::core::request::{Algorithm, Plus, SignatureLocation};
use crate::core::sign_as::SignAs;
use crate::core::sigv4::{self, Settings, SignError, Signable, Signed, UNSIGNED_PAYLOAD};
use crate::core::visible;
use crate::core::wire::s3_spelling;

mod output;

const EXAMPLES: &str = "\
Credentials come from --as or --profile, else from the keys given, else from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and \
AWS_SESSION_TOKEN. Prefer the environment: other users can see the arguments of a process. \
The region comes from --region, else from the host, else from AWS_REGION or AWS_DEFAULT_REGION. \
What is left out follows the service: S3 neither normalises nor encodes the path twice, sends \
x-amz-content-sha256, and presigns without the payload.

Examples:
  signpost sign https://abcdefg.lambda-url.us-east-1.on.aws/hello?q=1
  signpost sign -X POST -H 'content-type: application/json' -d @body.json --json URL
  signpost sign --presign 900 https://bucket.s3.eu-west-1.amazonaws.com/key
  signpost sign --profile prod https://bucket.s3.eu-west-1.amazonaws.com/key
  signpost sign --service execute-api --region eu-west-1 --date 20150830T123600Z URL

Exit codes: 0 signed, 2 wrong usage or an unreadable file, 3 no credential to sign with.";

/// Show how a request is signed, step by step, and send nothing
///
/// Prints canonical request, string to sign, credential scope, signed headers and signature, then
/// the headers and the URL to send. Headers and body are used as given; only what the signature
/// requires is added.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct SignArgs {
    /// Absolute URL
    url: String,
    /// Method [default: GET, or POST with data]
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    method: Option<String>,
    /// A header, used as given; repeatable
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// The body: text, or the unaltered bytes of @FILE or of standard input (@-)
    #[arg(short = 'd', long = "data", value_name = "DATA|@FILE|@-")]
    data: Option<String>,
    /// Region, or with --sigv4a the region set
    #[arg(long)]
    region: Option<String>,
    /// Signing name of the service, for example lambda, execute-api or s3
    #[arg(long)]
    service: Option<String>,
    /// Sign for this URL (host and path prefix) instead of the given one, for a service behind a proxy
    #[arg(long, value_name = "URL")]
    sign_as: Option<String>,
    #[command(flatten)]
    who: WhoArgs,
    /// Access key id
    #[arg(long, value_name = "ID", requires = "secret_key", conflicts_with_all = ["identity", "profile"])]
    access_key: Option<String>,
    /// Secret access key
    #[arg(long, value_name = "SECRET", requires = "access_key", value_parser = secret)]
    secret_key: Option<Secret>,
    /// Session token of a temporary credential
    #[arg(long, value_name = "TOKEN", value_parser = secret)]
    session_token: Option<Secret>,
    /// Date of the signature [default: that of a given x-amz-date header, else now]
    #[arg(long, value_name = "20150830T123600Z", value_parser = date)]
    date: Option<SystemTime>,
    /// Presign: put the signature into the query, valid for this long (1 to 604800)
    #[arg(long, value_name = "SECONDS")]
    presign: Option<u64>,
    /// Read a + in the query as a space, not a plus
    #[arg(long)]
    plus_as_space: bool,
    /// Sign UNSIGNED-PAYLOAD instead of the body's hash (Lambda rejects it)
    #[arg(long)]
    unsigned_payload: bool,
    /// Keep dot segments and empty segments of the path
    #[arg(long)]
    no_normalize: bool,
    /// Don't encode the path a second time
    #[arg(long)]
    single_encode: bool,
    /// Add and sign x-amz-content-sha256
    #[arg(long)]
    content_sha256_header: bool,
    /// Add the session token without signing it
    #[arg(long)]
    omit_session_token: bool,
    /// Sign with AWS4-ECDSA-P256-SHA256, for a set of regions
    #[arg(long)]
    sigv4a: bool,
    /// Print one JSON object, with nothing masked
    #[arg(long)]
    json: bool,
}

fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::new(text))
}

fn date(text: &str) -> Result<SystemTime, &'static str> {
    sigv4::parse_amz_date(text).ok_or("a date has the form 20150830T123600Z")
}

/// A problem, its hint and the exit code.
struct Failure {
    message: String,
    hint: String,
    exit: Exit,
}

impl Failure {
    fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into(), exit: Exit::Usage }
    }
}

impl From<SignError> for Failure {
    fn from(error: SignError) -> Self {
        let exit = match error {
            SignError::EmptyAccessKey
            | SignError::EmptySecretKey
            | SignError::UncleanCredential(_)
            | SignError::MissingToken { .. }
            | SignError::Refused(_)
            | SignError::Disagreement { .. } => Exit::NotSent,
            _ => Exit::Usage,
        };
        Self { message: error.to_string(), hint: error.hint().to_owned(), exit }
    }
}

/// Runs `signpost sign`.
pub(crate) fn run(args: &SignArgs, config: Option<&Path>, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    match sign(args, config, err) {
        Ok(signing) => {
            let text =
                if args.json { visible::json(&signing.json()) } else { visible::lines(&signing.text()) };
            super::written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
        }
        Err(failure) if failure.message.is_empty() => failure.exit,
        Err(failure) => {
            // Where even this cannot be written, the exit code has to do.
            let _ = writeln!(err, "error: {}\n  hint: {}", failure.message, failure.hint);
            failure.exit
        }
    }
}

/// A signed request, with the headers to send in order.
struct Signing {
    signed: Signed,
    headers: Vec<(String, String)>,
    token: Option<Secret>,
    /// The URL that was signed, if not the one that is called.
    signed_for: Option<Url>,
}

fn sign(args: &SignArgs, config: Option<&Path>, err: &mut dyn Write) -> Result<Signing, Failure> {
    let headers = args.headers.iter().map(|text| header(text)).collect::<Result<Vec<_>, _>>()?;
    let plus = if args.plus_as_space { Plus::Space } else { Plus::Literal };
    let url = url(&args.url, plus)?;
    let body = body(args.data.as_deref())?;
    let sign_as = sign_as(args)?;
    let host = signed_host(sign_as.as_ref(), &headers, &url);
    let inferred = endpoint::infer(&host);
    let service = service(args, inferred.as_ref(), &host)?;
    let region = region(args, inferred.as_ref(), &host)?;
    if let Some(inferred) = &inferred {
        warn_of_contradiction(inferred, &service, &region, err);
    }
    let defaults = endpoint::defaults(&service);
    let settings = settings(args, &region, &service);
    if !settings.normalize && sigv4::has_dot_segment(&args.url) {
        return Err(Failure::usage(
            "the path has dot segments, and a URL with dot segments can't be sent unaltered",
            "Name the object without `.` and `..` segments.",
        ));
    }
    warn_of_spelling(&settings.service, &url, err);
    let payload_hash = payload(args, &headers, &body, defaults);
    let credential = if args.who.is_given() { who(args, config, err)? } else { credential(args)? };
    let is_given = |name: &str| sign_as.is_none() || !name.eq_ignore_ascii_case("host");
    let given: Vec<(&str, &str)> =
        headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).filter(|(n, _)| is_given(n)).collect();
    let method = args.method.as_deref().unwrap_or(if args.data.is_some() { "POST" } else { "GET" });
    let signed_for = sign_as.map(|sign_as| sign_as.signed(&url));
    let signed_url = signed_for.as_ref().unwrap_or(&url);
    let request = Signable { method, url: signed_url, headers: &given, payload_hash: &payload_hash };
    let at = args.date.or_else(|| given_date(&headers)).unwrap_or_else(SystemTime::now);
    let mut signed = sigv4::sign(&request, &credential, &settings, at)?;
    if signed_for.is_some() {
        signed.url = SignAs::called(&url, &signed.url);
    }
    let headers = headers_to_send(headers, &signed, &url);
    Ok(Signing { signed, headers, token: credential.session_token, signed_for })
}

fn header(text: &str) -> Result<(String, String), Failure> {
    // curl writes an empty header as `name;`.
    let pair = text.split_once(':').or_else(|| Some((text.strip_suffix(';')?, "")));
    let (name, value) = pair.ok_or_else(|| {
        Failure::usage(format!("the header `{text}` has no colon"), "Write it as -H 'name: value'.")
    })?;
    Ok((name.trim().to_owned(), value.trim_matches([' ', '\t']).to_owned()))
}

fn given_date(headers: &[(String, String)]) -> Option<SystemTime> {
    let (_, date) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-amz-date"))?;
    sigv4::parse_amz_date(date)
}

fn sign_as(args: &SignArgs) -> Result<Option<SignAs>, Failure> {
    let sign_as = args.sign_as.as_deref().map(SignAs::parse).transpose();
    sign_as.map_err(|problem| Failure::usage(problem.message, problem.hint))
}

/// The name of the host that is signed for.
fn signed_host(sign_as: Option<&SignAs>, headers: &[(String, String)], url: &Url) -> String {
    let given = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
    let called = given.map_or(url.host_str().unwrap_or_default(), |(_, value)| value.as_str());
    host::name(sign_as.map_or(called, SignAs::host))
}

/// The URL in its wire form.
fn url(text: &str, plus: Plus) -> Result<Url, Failure> {
    let hint = "Give an absolute URL, for example https://example.com/path.";
    let mut url = Url::parse(text)
        .map_err(|error| Failure::usage(format!("the URL `{text}` is invalid: {error}"), hint))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::usage(
            "the URL contains a user name or password",
            "Remove everything before the `@`.",
        ));
    }
    url.set_fragment(None);
    if let Some(query) = url.query().filter(|query| query.contains('+')) {
        let query = plus.spelled_out(query);
        url.set_query(Some(&query));
    }
    Ok(url)
}

fn body(data: Option<&str>) -> Result<Vec<u8>, Failure> {
    let Some(data) = data else { return Ok(Vec::new()) };
    let Some(file) = data.strip_prefix('@') else { return Ok(data.as_bytes().to_vec()) };
    let read = if file == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    read.map_err(|error| {
        let message = format!("couldn't read the body `{data}`: {error}");
        Failure::usage(message, "Give a readable file after `@`, or `@-` for standard input.")
    })
}

fn service(args: &SignArgs, inferred: Option<&Inferred>, host: &str) -> Result<String, Failure> {
    let service = args.service.clone().or_else(|| Some(inferred?.service.to_owned()));
    service.ok_or_else(|| {
        let message = format!("the host `{host}` doesn't name the service to sign for");
        Failure::usage(message, "Give --service, for example --service execute-api.")
    })
}

fn region(args: &SignArgs, inferred: Option<&Inferred>, host: &str) -> Result<String, Failure> {
    let region = args.region.clone().or_else(|| inferred?.region.clone());
    let region = region.or_else(|| env("AWS_REGION")).or_else(|| env("AWS_DEFAULT_REGION"));
    region.ok_or_else(|| {
        let message = format!("the host `{host}` doesn't name the region to sign for");
        Failure::usage(message, "Give --region, for example --region us-east-1, or set AWS_REGION.")
    })
}

fn warn_of_contradiction(inferred: &Inferred, service: &str, region: &str, err: &mut dyn Write) {
    let said = [("service", Some(inferred.service), service), ("region", inferred.region.as_deref(), region)];
    for (what, host, given) in said {
        if let Some(host) = host.filter(|host| *host != given && *host != "*") {
            // A warning that cannot be written must not stop the signing.
            let _ = writeln!(err, "warning: signing for the {what} `{given}`, but the host is for `{host}`");
        }
    }
}

/// S3 takes the key out of the path and encodes it anew; what was signed has to be that.
fn warn_of_spelling(service: &str, url: &Url, err: &mut dyn Write) {
    let spelled = s3_spelling(url.path());
    if service.starts_with("s3") && spelled != url.path() {
        // A warning that cannot be written must not stop the signing.
        let _ =
            writeln!(err, "warning: S3 signs this path as {spelled}; write it so, as `signpost send` does");
    }
}

fn settings(args: &SignArgs, region: &str, service: &str) -> Settings {
    let defaults = Settings::for_service(service, region);
    Settings {
        algorithm: if args.sigv4a { Algorithm::Sigv4a } else { Algorithm::Sigv4 },
        location: if args.presign.is_some() { SignatureLocation::Query } else { SignatureLocation::Headers },
        expires: args.presign.unwrap_or_default(),
        normalize: defaults.normalize && !args.no_normalize,
        double_encode: defaults.double_encode && !args.single_encode,
        content_sha256: defaults.content_sha256 || args.content_sha256_header,
        token_unsigned: defaults.token_unsigned || args.omit_session_token,
        ..defaults
    }
}

/// What stands for the payload: as the options say, as a header given says, as the service presigns,
/// else the hash of the body.
fn payload(args: &SignArgs, headers: &[(String, String)], body: &[u8], defaults: SigningDefaults) -> String {
    let given = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-amz-content-sha256"));
    let presigned = args.presign.and_then(|_| defaults.presigned_payload());
    if args.unsigned_payload {
        UNSIGNED_PAYLOAD.to_owned()
    } else if let Some((_, hash)) = given {
        hash.clone()
    } else if let Some(words) = presigned {
        words.to_owned()
    } else {
        sigv4::payload_hash(body)
    }
}

/// The credential of an identity or a profile.
fn who(args: &SignArgs, config: Option<&Path>, err: &mut dyn Write) -> Result<Credential, Failure> {
    let usage = |usage: super::send::Usage| Failure::usage(usage.message, usage.hint);
    let who = args.who.find(config).map_err(usage)?;
    let runtime = who::runtime().map_err(usage)?;
    let credential = who.credential(&runtime, err);
    // A person may still be typing at the terminal.
    runtime.shutdown_background();
    // What is wrong has been written.
    credential.map_err(|exit| Failure { message: String::new(), hint: String::new(), exit })
}

fn credential(args: &SignArgs) -> Result<Credential, Failure> {
    let named = args.access_key.clone().zip(args.secret_key.clone()).map(|keys| (keys, None));
    let from_env = || {
        let keys = env("AWS_ACCESS_KEY_ID").zip(env("AWS_SECRET_ACCESS_KEY").map(Secret::new))?;
        Some((keys, env("AWS_SESSION_TOKEN").map(Secret::new)))
    };
    let ((access_key, secret_key), token) = named.or_else(from_env).ok_or_else(|| {
        let missing: Vec<_> = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
            .into_iter()
            .filter(|name| env(name).is_none())
            .collect();
        Failure {
            message: format!("no credential to sign with: {} not set", missing.join(" and ")),
            hint: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --access-key and --secret-key."
                .into(),
            exit: Exit::NotSent,
        }
    })?;
    let session_token = args.session_token.clone().or(token);
    Ok(Credential {
        access_key,
        secret_key,
        session_token,
        expires_at: None,
        account_id: None,
        source: "command line".to_owned(),
    })
}

/// An environment variable; an empty one counts as not set.
fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The host, what is signed of the headers given, and what the signature adds.
fn headers_to_send(given: Vec<(String, String)>, signed: &Signed, url: &Url) -> Vec<(String, String)> {
    let is_signed =
        |name: &str| signed.steps.signed_headers.split(';').any(|own| name.eq_ignore_ascii_case(own));
    let given: Vec<_> =
        given.into_iter().filter(|(name, _)| is_signed(name) && !signed.replaces(name)).collect();
    let mut headers = Vec::new();
    if !given.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        headers.push(("host".to_owned(), sigv4::host(url).into_owned()));
    }
    headers.extend(given);
    headers.extend(signed.headers.iter().cloned());
    headers
}
