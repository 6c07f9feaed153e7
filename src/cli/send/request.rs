//! Arguments over a saved request, or over nothing -> the request that is sent.

use std::collections::BTreeMap;
use std::io::{self, Read as _};

use tempfile::NamedTempFile;

use super::{SendArgs, Usage};
use crate::core::query;
use crate::core::request::{Auth, AuthKind, BodyKind, Part, Plus, Request, Row, SignatureLocation};
use crate::core::resolve::effective_auth;
use crate::core::scope::{Layer, Source};
use crate::core::trust::{self, PrivateRead};
use crate::engine::{Engine, Job, own_reads};

/// Lays the arguments over a request. Standard input, where it is the body, is kept in a file for
/// as long as `stdin` lives, so that it can be hashed and sent again.
pub(super) fn job(args: &SendArgs, mut job: Job, stdin: &mut Option<NamedTempFile>) -> Result<Job, Usage> {
    let auth = effective_auth(&job.request.auth, &job.inherited_auth).clone();
    let before = own_reads(&Request { auth, ..job.request.clone() }, &job.root);
    if !args.vars.is_empty() {
        let variables = variables(&args.vars)?;
        job.given.extend(variables.values().flat_map(|value| trust::reads_in(value)));
        job.scope.layers.insert(0, Layer::new(Source::CommandLine, variables));
    }
    lay_over(args, &mut job, stdin)?;
    // Only what the arguments add is the user's own word.
    job.given.extend(own_reads(&job.request, &job.root).difference(&before).cloned());
    Ok(job)
}

/// Puts what the arguments say in place of what the request says.
fn lay_over(args: &SendArgs, job: &mut Job, stdin: &mut Option<NamedTempFile>) -> Result<(), Usage> {
    let request = &mut job.request;
    let data = body(args, request, stdin)?;
    if args.head {
        request.method = "HEAD".into();
    } else if data && request.method.is_empty() {
        request.method = "POST".into();
    }
    if let Some(method) = &args.method {
        request.method.clone_from(method);
    }
    headers(args, request)?;
    auth(args, request, &job.inherited_auth)?;
    request.send.insecure |= args.insecure;
    if args.plus_as_space {
        request.send.plus = Plus::Space;
    }
    if args.location {
        request.send.follow_redirects = Some(true);
    }
    if args.max_time.is_some() {
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

/// Takes the body from the arguments; true where they give one that is sent as a body.
fn body(args: &SendArgs, request: &mut Request, stdin: &mut Option<NamedTempFile>) -> Result<bool, Usage> {
    if !args.form.is_empty() {
        request.body.kind = BodyKind::Multipart;
        request.body.parts =
            args.form.iter().enumerate().map(|(index, text)| part(index, text)).collect::<Result<_, _>>()?;
        return Ok(true);
    }
    if let Some(json) = &args.json {
        add_unless_given(args, request, "content-type", "application/json");
        add_unless_given(args, request, "accept", "application/json");
        single(json, request, stdin)?;
        return Ok(true);
    }
    let raw = args.data_raw.iter().cloned();
    let encoded = args.data_urlencode.iter().map(|text| match text.split_once('=') {
        Some(("", text)) => query::encode(text),
        Some((name, text)) => format!("{name}={}", query::encode(text)),
        None => query::encode(text),
    });
    let literal: Vec<String> = raw.chain(encoded).collect();
    if args.data.is_empty() && literal.is_empty() {
        return Ok(false);
    }
    if args.get {
        let all: Vec<_> = args
            .data
            .iter()
            .map(|data| read_text(data))
            .chain(literal.into_iter().map(Ok))
            .collect::<Result<_, _>>()?;
        let joint = if request.url.contains('?') { '&' } else { '?' };
        request.url = format!("{}{joint}{}", request.url, all.join("&"));
        return Ok(false);
    }
    add_unless_given(args, request, "content-type", "application/x-www-form-urlencoded");
    match (args.data.as_slice(), literal.is_empty()) {
        ([data], true) => single(data, request, stdin)?,
        (several, _) => {
            let several = several.iter().map(|data| read_text(data)).chain(literal.into_iter().map(Ok));
            let texts: Vec<_> = several.collect::<Result<_, _>>()?;
            request.body.kind = BodyKind::Text;
            request.body.text = texts.join("&");
        }
    }
    Ok(true)
}

/// One piece of data: text, or a file that is sent as it is.
fn single(data: &str, request: &mut Request, stdin: &mut Option<NamedTempFile>) -> Result<(), Usage> {
    let Some(path) = data.strip_prefix('@') else {
        request.body.kind = BodyKind::Text;
        request.body.text = data.to_owned();
        return Ok(());
    };
    request.body.kind = BodyKind::File;
    request.body.file = if path == "-" {
        let kept = keep_stdin().map_err(|error| unreadable(data, &error))?;
        let path = kept.path().display().to_string();
        *stdin = Some(kept);
        literal(&path)
    } else {
        readable(path)?
    };
    Ok(())
}

fn keep_stdin() -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    io::copy(&mut io::stdin().lock(), &mut file)?;
    Ok(file)
}

/// The absolute path of a file that can be read; a path given here begins where the shell stands.
fn readable(path: &str) -> Result<String, Usage> {
    std::fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    let absolute = std::path::absolute(path).map_err(|error| unreadable(path, &error))?;
    Ok(literal(&absolute.display().to_string()))
}

fn read_text(data: &str) -> Result<String, Usage> {
    let Some(path) = data.strip_prefix('@') else { return Ok(data.to_owned()) };
    let mut text = String::new();
    let read = if path == "-" {
        io::stdin().lock().read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text))
    };
    read.map_err(|error| unreadable(data, &error))?;
    Ok(text)
}

fn unreadable(what: &str, error: &io::Error) -> Usage {
    Usage::new(
        format!("couldn't read {what}: {error}"),
        "Give a readable file after @, or @- for standard input.",
    )
}

/// `NAME=TEXT`, `NAME=@FILE`, `NAME=<FILE`, each with `;type=MEDIA`.
fn part(index: usize, text: &str) -> Result<Part, Usage> {
    let (name, value) = text.split_once('=').ok_or_else(|| {
        Usage::new(format!("-F {} has no =", index + 1), "Write it as NAME=TEXT or NAME=@FILE.")
    })?;
    let (value, content_type) = match value.rsplit_once(";type=") {
        Some((value, media)) => (value, Some(media.to_owned())),
        None => (value, None),
    };
    let mut part = Part { name: name.to_owned(), content_type, ..Part::default() };
    if let Some(path) = value.strip_prefix('@') {
        (part.file, part.value) = (true, readable(path)?);
    } else if let Some(path) = value.strip_prefix('<') {
        part.value = literal(&read_text(&format!("@{path}"))?);
    } else {
        part.value = value.to_owned();
    }
    Ok(part)
}

/// Keeps two braces from being read as a reference.
fn literal(text: &str) -> String {
    text.replace("{{", "\\{{")
}

fn headers(args: &SendArgs, request: &mut Request) -> Result<(), Usage> {
    for (index, text) in args.headers.iter().enumerate() {
        match text.split_once(':') {
            Some((name, value)) if value.trim().is_empty() => leave_out(request, name.trim()),
            Some((name, value)) => set(request, name.trim(), value.trim()),
            None => {
                let name = text.strip_suffix(';').ok_or_else(|| {
                    Usage::new(format!("-H {} has no colon", index + 1), "Write it as -H 'name: value'.")
                })?;
                set(request, name.trim(), "");
            }
        }
    }
    if let Some(agent) = &args.user_agent {
        set(request, "user-agent", agent);
    }
    if let Some(cookie) = &args.cookie {
        set(request, "cookie", cookie);
    }
    Ok(())
}

/// `Name:` takes a header away, be it a row or a default.
fn leave_out(request: &mut Request, name: &str) {
    request.headers.retain(|row| !row.name.eq_ignore_ascii_case(name));
    request.send.without.push(name.to_ascii_lowercase());
}

fn set(request: &mut Request, name: &str, value: &str) {
    request.headers.push(Row::new(name, value));
}

fn add_unless_given(args: &SendArgs, request: &mut Request, name: &str, value: &str) {
    let said = |text: &&String| {
        text.split([':', ';']).next().is_some_and(|own| own.trim().eq_ignore_ascii_case(name))
    };
    request.headers.retain(|row| !row.name.eq_ignore_ascii_case(name));
    if args.headers.iter().find(said).is_none() {
        request.headers.push(Row::new(name, value));
    }
}

/// Where keys come from that are given nowhere.
const ENVIRONMENT: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

fn auth(args: &SendArgs, request: &mut Request, inherited: &Auth) -> Result<(), Usage> {
    let effective = effective_auth(&request.auth, inherited).clone();
    let named = args.aws_sigv4.is_some() || args.service.is_some() || args.region.is_some();
    let saved = effective.kind == AuthKind::AwsSigv4;
    if !named && args.identity.is_none() && !(saved && args.user.is_some()) {
        return basic(args, request);
    }
    request.auth = if saved { effective } else { Auth { kind: AuthKind::AwsSigv4, ..Auth::default() } };
    let token = take_token(request);
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
    if let Some(seconds) = args.presign {
        (sigv4.location, sigv4.expires) = (SignatureLocation::Query, Some(seconds));
    }
    if let Some(identity) = &args.identity {
        sigv4.identity.clone_from(identity);
        (sigv4.access_key, sigv4.secret_key, sigv4.session_token) = Default::default();
    } else if let Some(user) = &args.user {
        let (access_key, secret_key) = user_and_password(user.expose())?;
        sigv4.identity.clear();
        (sigv4.access_key, sigv4.secret_key) = (literal(access_key), literal(secret_key));
        sigv4.session_token = token.unwrap_or_default();
    } else if sigv4.identity.is_empty() && sigv4.access_key.is_empty() && sigv4.secret_key.is_empty() {
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

/// With curl the session token is given as a header; here the signature brings it.
fn take_token(request: &mut Request) -> Option<String> {
    let at = request.headers.iter().position(|row| row.name.eq_ignore_ascii_case("x-amz-security-token"))?;
    Some(request.headers.remove(at).value)
}

fn basic(args: &SendArgs, request: &mut Request) -> Result<(), Usage> {
    let Some(user) = &args.user else { return Ok(()) };
    let (username, password) = user_and_password(user.expose())?;
    request.auth.kind = AuthKind::Basic;
    request.auth.basic.username = literal(username);
    request.auth.basic.password = literal(password);
    Ok(())
}

fn user_and_password(text: &str) -> Result<(&str, &str), Usage> {
    text.split_once(':').ok_or_else(|| {
        Usage::new("--user has no colon", "Write it as USER:PASSWORD, or as ACCESS_KEY:SECRET_KEY.")
    })
}

/// Fills in the region from the environment where neither the request nor its host names one.
pub(super) fn complete_region(engine: &Engine, job: &mut Job) {
    let effective = effective_auth(&job.request.auth, &job.inherited_auth);
    if effective.kind != AuthKind::AwsSigv4 || !effective.sigv4.region.is_empty() {
        return;
    }
    let mut effective = effective.clone();
    let preview = engine.preview(job);
    if preview.signer.is_some() && preview.region.is_none() {
        let set = |name: &&str| std::env::var(*name).is_ok_and(|region| !region.is_empty());
        if let Some(name) = ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter().find(set) {
            effective.sigv4.region = format!("{{{{env:{name}}}}}");
            job.request.auth = effective;
            job.given.insert(PrivateRead::Env(name.to_owned()));
        }
    }
}

/// True where the author brings an authentication as a header or in the query.
pub(super) fn carries_authorization(request: &Request) -> bool {
    request.headers.iter().any(|row| row.name.eq_ignore_ascii_case("authorization"))
        || request.url.contains("X-Amz-Signature=")
}
