//! A request -> a curl command line, with secrets by environment reference.

use crate::core::query;
use crate::core::request::{
    ApiKeyPlace, Auth, AuthKind, BodyKind, Part, PayloadMode, Request, Row, SignatureLocation, Sigv4Auth,
};
use crate::core::shell_quote::quote;
use crate::core::template::{self, PartKind, Reference};

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
    let mut out = Export { look: &look, words: Vec::new() };
    out.request(request, auth, region, service);
    let in_query = auth.kind == AuthKind::AwsSigv4 && auth.sigv4.location == SignatureLocation::Query;
    let comment = if in_query { "# curl cannot sign in the query: this signs in headers.\n" } else { "" };
    format!("{comment}{}", out.words.join(" \\\n  "))
}

struct Export<'a> {
    look: Look<'a>,
    words: Vec<String>,
}

impl Export<'_> {
    fn option(&mut self, name: &str, value: &str) {
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
                PartKind::Literal(text) | PartKind::Broken(text) => push(false, &text),
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
        let method = if request.method.is_empty() { "GET" } else { &request.method };
        let curls_own = if body { "POST" } else { "GET" };
        self.words.push(format!("curl {}", self.url(request, auth)));
        match method {
            "HEAD" if !body => self.words.push("--head".into()),
            method if method != curls_own => self.option("-X", method),
            _ => {}
        }
        for row in taking_part(&request.headers) {
            let colon = if row.value.is_empty() {
                format!("{};", row.name)
            } else {
                format!("{}: {}", row.name, row.value)
            };
            self.option("-H", &colon);
        }
        for name in &request.send.without {
            self.option("-H", &format!("{name}:"));
        }
        self.auth(auth, region, service);
        self.body(request);
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

    fn url(&self, request: &Request, auth: &Auth) -> String {
        let mut rows: Vec<Row> = taking_part(&request.params).cloned().collect();
        if auth.kind == AuthKind::ApiKey && auth.api_key.place == ApiKeyPlace::Query {
            rows.push(Row::new(api_key_name(auth), auth.api_key.value.clone()));
        }
        let mut url = match request.url.split_once('?') {
            Some((base, query)) => format!("{base}?{}", request.send.plus.spelled_out(query)),
            None => request.url.clone(),
        };
        for row in rows {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&self.encoded(&row.name));
            url.push('=');
            url.push_str(&self.encoded(&row.value));
        }
        self.word(&url)
    }

    /// Percent-encodes the literal parts and the values of variables.
    fn encoded(&self, text: &str) -> String {
        template::parse(text)
            .into_iter()
            .map(|part| match part.kind {
                PartKind::Literal(text) | PartKind::Broken(text) => query::encode(&text),
                PartKind::Reference(reference) => match (self.look)(&reference) {
                    Some(value) => query::encode(&value),
                    None => reference.to_string(),
                },
            })
            .collect()
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
        match (&part.content_type, part.file) {
            (None, false) => self.option("--form-string", &format!("{}={}", part.name, part.value)),
            (Some(media), false) => {
                self.option("-F", &format!("{}={};type={media}", part.name, form_value(&part.value)));
            }
            (None, true) => self.option("-F", &format!("{}=@{}", part.name, part.value)),
            (Some(media), true) => self.option("-F", &format!("{}=@{};type={media}", part.name, part.value)),
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
                self.option("--data-raw", &request.body.text);
            }
            BodyKind::Text => {
                media(self, "text/plain; charset=utf-8");
                self.option("--data-raw", &request.body.text);
            }
            BodyKind::Form => {
                if taking_part(&request.body.form).next().is_none() {
                    self.option("--data-raw", "");
                }
                for row in taking_part(&request.body.form) {
                    let pair = format!("{}={}", self.encoded(&row.name), row.value);
                    self.option("--data-urlencode", &pair);
                }
            }
            BodyKind::File => {
                media(self, "application/octet-stream");
                self.option("--data-binary", &format!("@{}", request.body.file));
            }
            BodyKind::Multipart => {
                for part in request.body.parts.iter().filter(|part| !part.off) {
                    self.part(part);
                }
            }
        }
    }
}

/// Quoted where curl would read something into it.
fn form_value(text: &str) -> String {
    if text.starts_with(['@', '<', '"']) || text.contains(';') {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        text.to_owned()
    }
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
