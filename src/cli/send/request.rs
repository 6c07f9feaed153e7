//! Arguments over a saved request, or over nothing -> the request that is sent.

use std::collections::BTreeMap;

use super::args::{AuthArgs, SendArgs};
use super::body::{self, Kept};
use super::rows::{literal, set};
use super::{Usage, condition, cookies, output};
use crate::cli::aws_identity;
use crate::core::aws_identity::AwsIdentity;
use crate::core::request::{Auth, AuthKind, Plus, Request, SignatureLocation};
use crate::core::resolve::effective_auth;
use crate::core::scope::{Layer, Source};
use crate::core::trust;
use crate::engine::{Job, own_reads};

/// Lays the arguments over a request, which is saved or only a URL among them.
pub(super) fn job(args: &SendArgs, (mut job, is_saved): (Job, bool), kept: &mut Kept) -> Result<Job, Usage> {
    let auth = effective_auth(&job.request.auth, &job.inherited_auth).clone();
    let before = own_reads(&Request { auth, ..job.request.clone() }, &job.root);
    if !args.workspace.vars.is_empty() {
        let variables = variables(&args.workspace.vars)?;
        job.given.extend(variables.values().flat_map(|value| trust::reads_in(value)));
        job.scope.layers.insert(0, Layer::new(Source::CommandLine, variables));
    }
    lay_over(args, (&mut job, is_saved), kept)?;
    // Only what the arguments add is the user's own word.
    job.given.extend(own_reads(&job.request, &job.root).difference(&before).cloned());
    Ok(job)
}

/// Puts what the arguments say in place of what the request says.
fn lay_over(args: &SendArgs, (job, is_saved): (&mut Job, bool), kept: &mut Kept) -> Result<(), Usage> {
    let request = &mut job.request;
    let meant = body::lay_over(args, request, kept)?;
    if args.request.head {
        request.method = "HEAD".into();
    } else if let Some(method) = meant.filter(|_| request.method.is_empty()) {
        request.method = method.into();
    }
    if let Some(method) = &args.request.method {
        request.method.clone_from(method);
    }
    if args.request.path_as_is && has_dot_segment(&request.url) {
        let hint = "URLs are sent as the URL standard resolves them; write the path without dot segments.";
        return Err(Usage::new("a path with `.` or `..` segments can't be sent as it is", hint));
    }
    headers(args, request)?;
    auth(&args.auth, job, is_saved)?;
    let request = &mut job.request;
    request.send.insecure |= args.connection.insecure;
    if args.request.plus_as_space {
        request.send.plus = Plus::Space;
    }
    if args.redirects.location || args.redirects.location_trusted {
        request.send.follow_redirects = Some(true);
    }
    if args.connection.max_time.is_some() {
        request.send.timeout_seconds = None;
    }
    Ok(())
}

fn variables(texts: &[String]) -> Result<BTreeMap<String, String>, Usage> {
    texts
        .iter()
        .enumerate()
        .map(|(index, text)| {
            // The text may be a secret, so it is not repeated; neither are those below.
            let (name, value) = text.split_once('=').ok_or_else(|| {
                Usage::new(format!("--var {} has no =", index + 1), "Write it as --var NAME=VALUE.")
            })?;
            Ok((name.to_owned(), value.to_owned()))
        })
        .collect()
}

/// The path, apart from what follows it, has a segment that the URL standard resolves.
fn has_dot_segment(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.split('/')
        .any(|segment| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | ".."))
}

fn headers(args: &SendArgs, request: &mut Request) -> Result<(), Usage> {
    for (index, text) in args.request.headers.iter().enumerate() {
        match text.strip_prefix('@') {
            None => header(&format!("-H {}", index + 1), text, request)?,
            Some(path) => {
                for (line, text) in body::read_text(path)?.lines().enumerate() {
                    if !text.trim().is_empty() {
                        header(&format!("line {} of {path}", line + 1), &literal(text), request)?;
                    }
                }
            }
        }
    }
    if let Some(agent) = &args.request.user_agent {
        set(request, "user-agent", agent);
    }
    if let Some(referer) = &args.request.referer {
        if referer.ends_with(";auto") {
            return Err(Usage::new("`;auto` in --referer isn't supported", "Give the referer alone."));
        }
        set(request, "referer", referer);
    }
    let cookie = cookies::given(args, request)?;
    if !cookie.is_empty() {
        set(request, "cookie", &cookie);
    }
    if let Some(range) = output::range(args)? {
        set(request, "range", &format!("bytes={range}"));
        // Part of an encoded body can't be decoded.
        request.send.without.push("accept-encoding".to_owned());
    }
    if let Some((name, date)) = condition::header(args)? {
        set(request, name, &date);
    }
    Ok(())
}

/// One header, or that one is left out; `place` says where it was given.
fn header(place: &str, text: &str, request: &mut Request) -> Result<(), Usage> {
    match text.split_once(':') {
        Some((name, value)) if value.trim().is_empty() => leave_out(request, name.trim()),
        Some((name, value)) => set(request, name.trim(), value.trim()),
        None => {
            let name = text.strip_suffix(';').ok_or_else(|| {
                Usage::new(format!("{place} has no colon"), "Write it as -H 'name: value'.")
            })?;
            set(request, name.trim(), "");
        }
    }
    Ok(())
}

/// `Name:` takes a header away, be it a row or a default.
fn leave_out(request: &mut Request, name: &str) {
    request.headers.retain(|row| !row.name.eq_ignore_ascii_case(name));
    request.send.without.push(name.to_ascii_lowercase());
}

/// Where keys come from that are given nowhere.
const ENVIRONMENT: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

fn auth(args: &AuthArgs, job: &mut Job, is_saved: bool) -> Result<(), Usage> {
    let profile = args.profile.clone().map(AwsIdentity::Profile);
    let profile = profile.map(|profile| literal(&aws_identity::add(job, &profile)));
    let identity = profile.as_ref().or(args.identity.as_ref());
    let request = &mut job.request;
    if args.user.as_ref().is_some_and(|user| !user.expose().contains(':')) {
        return Err(Usage::new(
            "--user has no colon",
            "Write it as USER:PASSWORD, or as ACCESS_KEY:SECRET_KEY.",
        ));
    }
    if let Some(token) = &args.oauth2_bearer {
        request.auth.kind = AuthKind::Bearer;
        request.auth.bearer.token = literal(token.expose());
        return Ok(());
    }
    let effective = effective_auth(&request.auth, &job.inherited_auth).clone();
    let named = [&args.aws_sigv4, &args.service, &args.region, &args.sign_as].iter().any(|arg| arg.is_some());
    let saved = effective.kind == AuthKind::AwsSigv4;
    let keys = args.access_key.is_some();
    let signs = named || keys || identity.is_some() || (saved && args.user.is_some());
    if !signs {
        basic(args, request);
        return Ok(());
    }
    request.auth = if saved { effective } else { Auth { kind: AuthKind::AwsSigv4, ..Auth::default() } };
    let token = take_token(request);
    scope(args, request);
    let in_url = take_user_info(&mut request.url);
    let in_url = in_url.as_ref().map(|(access_key, secret_key)| (access_key.as_str(), secret_key.as_str()));
    let sigv4 = &mut request.auth.sigv4;
    if let Some(identity) = identity {
        sigv4.set_identity(identity);
    } else if let Some((access_key, secret_key)) = args.pair().or(in_url) {
        sigv4.identity.clear();
        (sigv4.access_key, sigv4.secret_key) = (literal(access_key), literal(secret_key));
        sigv4.session_token = token.unwrap_or_default();
    } else if sigv4.identity.is_empty() && sigv4.access_key.is_empty() && sigv4.secret_key.is_empty() {
        if aws_identity::has_default_chain() {
            sigv4.identity = AwsIdentity::Environment.name().to_string();
            // Nobody named it. It may sign for a URL among the arguments, not for one that a file names.
            if is_saved {
                job.add_identity(&AwsIdentity::Environment);
            } else {
                aws_identity::add(job, &AwsIdentity::Environment);
            }
            return Ok(());
        }
        let [access_key, secret_key] = ENVIRONMENT.map(|name| format!("{{{{env:{name}}}}}"));
        (sigv4.access_key, sigv4.secret_key) = (access_key, secret_key);
        let in_environment = std::env::var("AWS_SESSION_TOKEN").is_ok_and(|token| !token.is_empty());
        let from_environment = in_environment.then(|| "{{env:AWS_SESSION_TOKEN}}".to_owned());
        sigv4.session_token = token.or(from_environment).unwrap_or_default();
    }
    if let Some(token) = &args.session_token {
        sigv4.session_token = literal(token.expose());
    }
    Ok(())
}

/// With curl the keys of a signature may stand in the URL, which is sent without them.
fn take_user_info(url: &mut String) -> Option<(String, String)> {
    let start = url.find("://").map_or(0, |at| at + "://".len());
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
    let at = url[start..end].rfind('@')?;
    let (name, password) = url[start..start + at].split_once(':')?;
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let pair = (decoded(name), decoded(password));
    url.replace_range(start..=start + at, "");
    Some(pair)
}

/// Region, service, URL and place of the signature.
fn scope(args: &AuthArgs, request: &mut Request) {
    let sigv4 = &mut request.auth.sigv4;
    if let Some(scope) = &args.aws_sigv4 {
        let mut parts = scope.split(':').skip(2);
        sigv4.region = parts.next().unwrap_or_default().to_owned();
        sigv4.service = parts.next().unwrap_or_default().to_owned();
    }
    if let Some(region) = &args.region {
        sigv4.region.clone_from(region);
    }
    if let Some(service) = &args.service {
        sigv4.service.clone_from(service);
    }
    if let Some(url) = &args.sign_as {
        sigv4.sign_as.clone_from(url);
    }
    if let Some(seconds) = args.presign {
        (sigv4.location, sigv4.expires) = (SignatureLocation::Query, Some(seconds));
    }
}

/// With curl the session token is given as a header; here the signature brings it.
fn take_token(request: &mut Request) -> Option<String> {
    let at = request.headers.iter().position(|row| row.name.eq_ignore_ascii_case("x-amz-security-token"))?;
    Some(request.headers.remove(at).value)
}

fn basic(args: &AuthArgs, request: &mut Request) {
    let Some((username, password)) = args.pair() else { return };
    request.auth.kind = AuthKind::Basic;
    request.auth.basic.username = literal(username);
    request.auth.basic.password = literal(password);
}

/// True where the author brings an authentication as a header or in the query.
pub(super) fn carries_authorization(request: &Request) -> bool {
    request.headers.iter().any(|row| row.name.eq_ignore_ascii_case("authorization"))
        || request.url.contains("X-Amz-Signature=")
}
