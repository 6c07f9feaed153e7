//! A request -> a curl command line, with secrets by environment reference.
//!
//! What curl can't send is a comment in front of the command.

use std::collections::BTreeSet;

use crate::core::query;
use crate::core::request::{
    ApiKeyPlace, Auth, AuthKind, BodyKind, Part, PayloadMode, Request, Row, SignatureLocation, Sigv4Auth,
};
use crate::core::resolve::spelled_method;
use crate::core::shell_quote::quote;
use crate::core::template::{self, PartKind, Reference};
use crate::core::visible;

use super::OCTETS;

mod address;

/// What a text's references become in a command line.
type Look<'a> = &'a dyn Fn(&Reference) -> Option<String>;

/// Writes a request as written: variables are replaced by `variables`, secrets and environment
/// variables become `"$NAME"`. `auth` is the request's own, or the inherited one; `region` and
/// `service` complete a signature that leaves them to the host.
pub(crate) fn export(
    request: &Request,
    auth: &Auth,
    (region, service): (&str, &str),
    variables: impl Fn(&str) -> Option<String>,
) -> String {
    let look = |reference: &Reference| match reference {
        Reference::Variable(name) => variables(name),
        Reference::Secret(_) | Reference::Env(_) => None,
    };
    let mut out = Export { look: &look, words: vec!["curl --globoff".into()], notes: BTreeSet::new() };
    out.request(request, auth, region, service);
    let notes: String = out.notes.iter().map(|note| format!("# {note}\n")).collect();
    format!("{notes}{}", out.words.join(" \\\n  "))
}

struct Export<'a> {
    look: Look<'a>,
    words: Vec<String>,
    /// What curl can't send as we do, a sentence each.
    notes: BTreeSet<String>,
}

impl Export<'_> {
    fn note(&mut self, note: impl Into<String>) {
        self.notes.insert(note.into());
    }

    fn option(&mut self, name: &str, value: &str) {
        if value.contains('\0') {
            self.note("A command line can't contain a NUL character: it is left out.");
        }
        self.words.push(format!("{name} {}", self.word(value)));
    }

    /// Quotes a text; references to secrets and to the environment are left to the shell.
    fn word(&self, text: &str) -> String {
        let mut pieces: Vec<(bool, String)> = Vec::new();
        let mut push = |shell: bool, text: &str| match pieces.last_mut() {
            Some((kind, last)) if *kind == shell => last.push_str(text),
            _ => pieces.push((shell, text.to_owned())),
        };
        for part in template::parse(text) {
            match part.kind {
                PartKind::Literal(text) | PartKind::Broken(text) => push(false, &text.replace('\0', "")),
                PartKind::Reference(reference) => match ((self.look)(&reference), &reference) {
                    (Some(value), _) => push(false, &value),
                    (None, Reference::Variable(name) | Reference::Secret(name) | Reference::Env(name)) => {
                        push(true, &format!("\"${}\"", shell_name(name)));
                    }
                },
            }
        }
        match pieces.len() {
            0 => quote(""),
            _ => pieces.iter().map(|(shell, text)| if *shell { text.clone() } else { quote(text) }).collect(),
        }
    }

    fn request(&mut self, request: &Request, auth: &Auth, region: &str, service: &str) {
        let body = request.body.kind != BodyKind::None;
        let method = if request.method.is_empty() { "GET" } else { spelled_method(request.method.trim()) };
        let curls_own = if body { "POST" } else { "GET" };
        self.url(request, auth, service);
        match method {
            "HEAD" if !body => self.words.push("--head".into()),
            "HEAD" => {
                self.note("curl waits for a body after HEAD, which no server sends.");
                self.option("-X", method);
            }
            method if method != curls_own => self.option("-X", method),
            _ => {}
        }
        for row in taking_part(&request.headers) {
            let (name, value) = (row.name.trim(), row.value.trim());
            let header = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
            self.option("-H", &header);
        }
        for name in &request.send.without {
            self.option("-H", &format!("{name}:"));
        }
        self.auth(auth, region, service);
        self.body(request);
        if !request.send.connect_to.is_empty() {
            self.connect_to(request);
        }
        if request.send.insecure {
            self.words.push("--insecure".into());
        }
        if request.send.follow_redirects == Some(true) {
            self.words.push("--location".into());
        }
        if let Some(seconds) = request.send.timeout_seconds.filter(|seconds| *seconds > 0) {
            self.option("--max-time", &seconds.to_string());
        }
    }

    /// curl wants the origin to which it applies; with empty parts, that's any.
    fn connect_to(&mut self, request: &Request) {
        self.option("--connect-to", &format!("::{}", request.send.connect_to));
        self.option("--noproxy", "*");
        if request.send.follow_redirects == Some(true) {
            self.note("curl connects there for redirects to other hosts, too.");
        }
    }

    fn url(&mut self, request: &Request, auth: &Auth, service: &str) {
        let mut rows: Vec<Row> = taking_part(&request.params).cloned().collect();
        if auth.kind == AuthKind::ApiKey && auth.api_key.place == ApiKeyPlace::Query {
            rows.push(Row::new(api_key_name(auth), auth.api_key.value.clone()));
        }
        let signs_for = if auth.sigv4.service.is_empty() { service } else { &auth.sigv4.service };
        let is_s3 = auth.kind == AuthKind::AwsSigv4 && signs_for.starts_with("s3");
        let address = address::address(request, &rows, is_s3, self.look);
        self.notes.extend(address.note);
        let is_reference = |part: &template::Part| matches!(part.kind, PartKind::Reference(_));
        if template::parse(&address.text).iter().any(is_reference) {
            self.note("curl doesn't percent-encode the values of variables in the URL.");
        }
        self.option("--url", &address.text);
    }

    fn auth(&mut self, auth: &Auth, region: &str, service: &str) {
        match auth.kind {
            AuthKind::Inherit | AuthKind::None => {}
            AuthKind::AwsSigv4 => self.sigv4(&auth.sigv4, region, service),
            AuthKind::Bearer => {
                let token = secret(&auth.bearer.token, "TOKEN");
                self.option("-H", &format!("Authorization: Bearer {token}"));
            }
            AuthKind::Basic => {
                let password = secret(&auth.basic.password, "PASSWORD");
                self.option("-u", &format!("{}:{password}", auth.basic.username));
            }
            AuthKind::ApiKey if auth.api_key.place == ApiKeyPlace::Header => {
                let value = secret(&auth.api_key.value, "API_KEY");
                self.option("-H", &format!("{}: {value}", api_key_name(auth)));
            }
            AuthKind::ApiKey => {}
        }
    }

    fn sigv4(&mut self, auth: &Sigv4Auth, region: &str, service: &str) {
        if !auth.sign_as.is_empty() {
            self.note("curl can't sign for another URL than the one it calls: this signs for the called host and path, which the service will reject.");
        }
        if auth.location == SignatureLocation::Query {
            self.note("curl can't sign in the query: this signs in headers.");
        }
        let or = |own: &str, other: &str| if own.is_empty() { other.to_owned() } else { own.to_owned() };
        let scope = format!("aws:amz:{}:{}", or(&auth.region, region), or(&auth.service, service));
        self.option("--aws-sigv4", &scope);
        let access_key = or(&auth.access_key, "{{env:AWS_ACCESS_KEY_ID}}");
        let secret_key = secret(&auth.secret_key, "AWS_SECRET_ACCESS_KEY");
        self.option("-u", &format!("{access_key}:{secret_key}"));
        if !auth.session_token.is_empty() {
            let token = secret(&auth.session_token, "AWS_SESSION_TOKEN");
            self.option("-H", &format!("X-Amz-Security-Token: {token}"));
        }
        // curl signs the payload unless this header says what to sign in its place.
        match &auth.payload {
            PayloadMode::Signed => {}
            PayloadMode::Unsigned => self.option("-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD"),
            PayloadMode::Given(hash) => self.option("-H", &format!("x-amz-content-sha256: {hash}")),
        }
    }

    fn part(&mut self, part: &Part) {
        let name = &part.name;
        if name.contains('=') {
            self.note(format!(
                "curl can't send a form field whose name contains =: {}.",
                visible::line(name)
            ));
        }
        if name.is_empty() {
            self.note("curl can't send a form field without a name.");
        }
        let media = part.content_type.as_deref().filter(|media| !media.is_empty());
        if media.is_some_and(|media| !media.contains('/') || media.contains([',', '"'])) {
            self.note("curl may refuse or change the media type of a form field.");
        }
        // curl guesses the media type of a file by its name.
        let guessed = (part.file && part.value.contains('.')).then_some(OCTETS);
        let media = media.or(guessed).map_or(String::new(), |media| format!(";type={media}"));
        let filename = part.filename.as_deref().map(|name| form_value(name, self.look));
        let media = filename.map_or(media.clone(), |name| format!(";filename={name}{media}"));
        match (media.as_str(), part.file) {
            ("", false) => self.option("--form-string", &format!("{name}={}", part.value)),
            (media, false) => {
                self.option("-F", &format!("{name}={}{media}", form_value(&part.value, self.look)))
            }
            (media, true) => {
                self.option("-F", &format!("{name}=@{}{media}", form_value(&part.value, self.look)))
            }
        }
    }

    fn body(&mut self, request: &Request) {
        let given = taking_part(&request.headers).any(|row| row.name.eq_ignore_ascii_case("content-type"));
        let off = request.send.without.iter().any(|name| name.eq_ignore_ascii_case("content-type"));
        let media = |out: &mut Self, media: &str| {
            if !given && !off {
                out.option("-H", &format!("Content-Type: {media}"));
            }
        };
        match request.body.kind {
            BodyKind::None => {}
            BodyKind::Json => {
                media(self, "application/json");
                self.option("--data-raw", &request.body.template());
            }
            BodyKind::Text => {
                media(self, "text/plain; charset=utf-8");
                self.option("--data-raw", &request.body.template());
            }
            BodyKind::Form => {
                let rows: Vec<&Row> = taking_part(&request.body.form).collect();
                if rows.is_empty() {
                    self.option("--data-raw", "");
                }
                if rows.iter().any(|row| row.name.is_empty()) {
                    // curl would leave out the = before a value without a name.
                    let pairs = rows.iter().map(|row| {
                        format!("{}={}", encoded(&row.name, self.look), encoded(&row.value, self.look))
                    });
                    let text = pairs.collect::<Vec<_>>().join("&");
                    return self.option("--data-raw", &text);
                }
                for row in rows {
                    let pair = format!("{}={}", encoded(&row.name, self.look), row.value);
                    self.option("--data-urlencode", &pair);
                }
            }
            BodyKind::File => {
                media(self, "application/octet-stream");
                self.option("--data-binary", &format!("@{}", request.body.file));
            }
            BodyKind::Multipart => {
                if given {
                    self.note("curl adds its boundary to the Content-Type.");
                }
                for part in request.body.parts.iter().filter(|part| !part.off) {
                    self.part(part);
                }
            }
        }
    }
}

/// Quoted where curl would read something into it. References that `look` doesn't know stay.
fn form_value(text: &str, look: Look<'_>) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    let (mut out, mut quoted) = (String::new(), false);
    for part in template::parse(text) {
        let literal = match part.kind {
            PartKind::Literal(literal) | PartKind::Broken(literal) => Some(literal),
            PartKind::Reference(reference) => {
                let known = look(&reference);
                if known.is_none() {
                    out.push_str(&reference.to_string());
                }
                known
            }
        };
        let literal = literal.unwrap_or_default();
        quoted |= !literal.chars().all(plain);
        out.push_str(&literal.replace('\\', "\\\\").replace('"', "\\\"").replace("{{", "\\{{"));
    }
    if quoted { format!("\"{out}\"") } else { out }
}

/// Percent-encodes the literal parts and the values that `look` knows; other references stay.
fn encoded(text: &str, look: Look<'_>) -> String {
    template::parse(text)
        .into_iter()
        .map(|part| match part.kind {
            PartKind::Literal(text) | PartKind::Broken(text) => query::encode(&text),
            PartKind::Reference(reference) => match look(&reference) {
                Some(value) => query::encode(&value),
                None => reference.to_string(),
            },
        })
        .collect()
}

fn taking_part(rows: &[Row]) -> impl Iterator<Item = &Row> {
    rows.iter().filter(|row| row.takes_part())
}

fn api_key_name(auth: &Auth) -> &str {
    if auth.api_key.name.is_empty() { "x-api-key" } else { &auth.api_key.name }
}

/// A secret that comes from the environment stays as it is; any other is left to the environment
/// under the name that is usual for it.
fn secret(text: &str, name: &str) -> String {
    let from_environment = matches!(
        template::parse(text).as_slice(),
        [template::Part { kind: PartKind::Reference(Reference::Env(_)), .. }]
    );
    if from_environment { text.to_owned() } else { format!("{{{{env:{name}}}}}") }
}

/// An environment variable's name for a name of ours.
fn shell_name(name: &str) -> String {
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}
