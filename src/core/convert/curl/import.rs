//! A curl command line -> a request and notes on what was left out.

use super::OCTETS;
use super::connect_to;
use super::form::{attributes, unquoted};
use super::options::{Does, OPTIONS};
use super::words::{ShellError, split};
use crate::core::query;
use crate::core::request::{AuthKind, Body, BodyKind, Part, Plus, Request, Row, Sigv4Auth};
use crate::core::template::{self, PartKind};

/// A request from a curl command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Imported {
    /// The request.
    pub request: Request,
    /// What has no place in a request and was left out, a sentence each.
    pub notes: Vec<String>,
}

/// True for a text that begins as a curl command does.
pub(crate) fn looks_like_curl(text: &str) -> bool {
    command(text).strip_prefix("curl").is_some_and(|rest| rest.starts_with(char::is_whitespace))
}

/// The command, without comments before it and without a prompt.
fn command(text: &str) -> &str {
    let mut text = text.trim_start();
    while text.starts_with('#') {
        text = text.split_once('\n').map_or("", |(_, rest)| rest.trim_start());
    }
    text.strip_prefix("$ ").unwrap_or(text)
}

/// Reads a curl command line, as it is pasted from a shell, a browser or documentation.
pub(crate) fn import(text: &str) -> Result<Imported, ShellError> {
    let words = split(command(text))?;
    let mut reader = Reader::default();
    let mut words = words.into_iter().peekable();
    words.next_if(|word| word == "curl" || word.ends_with("/curl") || word == "curl.exe");
    let mut only_urls = false;
    while let Some(word) = words.next() {
        if only_urls || !word.starts_with('-') || word == "-" {
            reader.url(word);
        } else if word == "--" {
            only_urls = true;
        } else if let Some(name) = word.strip_prefix("--") {
            reader.long(name, &mut words);
        } else {
            reader.short(&word[1..], &mut words);
        }
    }
    Ok(reader.finish())
}

type Words = std::iter::Peekable<std::vec::IntoIter<String>>;

#[derive(Default)]
struct Reader {
    request: Request,
    notes: Vec<String>,
    /// Text of the body, in pieces to be joined with `&`, or with nothing for `--json`.
    data: Vec<String>,
    /// As long as every piece is a pair to be encoded: the pairs.
    pairs: Vec<Row>,
    user: Option<String>,
    sigv4: Option<String>,
    connect_to: Vec<String>,
    /// `--noproxy '*'`.
    no_proxy: bool,
    get: bool,
    head: bool,
    json: bool,
}

impl Reader {
    /// Notes what was left out, once.
    fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn long(&mut self, name: &str, words: &mut Words) {
        let Some((_, _, does)) = OPTIONS.iter().find(|(long, _, _)| *long == name) else {
            let note = format!("--{name} isn't supported and was ignored.");
            return self.note(note);
        };
        if !does.takes_value() {
            return self.apply(*does, name, String::new());
        }
        match words.next() {
            Some(value) => self.apply(*does, name, value),
            None => self.note(format!("--{name} has no value and was ignored.")),
        }
    }

    /// Short options: `-sSk`, `-XPOST`, `-X POST`.
    fn short(&mut self, letters: &str, words: &mut Words) {
        for (at, letter) in letters.char_indices() {
            let Some((name, _, does)) = OPTIONS.iter().find(|(_, short, _)| *short == letter) else {
                self.note(format!("-{letter} isn't supported and was ignored."));
                continue;
            };
            if !does.takes_value() {
                self.apply(*does, name, String::new());
                continue;
            }
            let attached = &letters[at + letter.len_utf8()..];
            let value = if attached.is_empty() { words.next() } else { Some(attached.to_owned()) };
            match value {
                Some(value) => self.apply(*does, name, value),
                None => self.note(format!("-{letter} has no value and was ignored.")),
            }
            return;
        }
    }

    fn apply(&mut self, does: Does, name: &str, value: String) {
        match does {
            Does::Method => self.request.method = value,
            Does::Header => self.header(&value),
            Does::Data => self.data(&value, true),
            Does::DataBinary => self.data(&value, false),
            Does::DataRaw => self.data.push(value),
            Does::DataEncoded => self.data_encoded(&value),
            Does::Json => {
                self.json = true;
                self.data(&value, false);
            }
            Does::Form => self.form(&value, true),
            Does::FormString => self.form(&value, false),
            Does::User => self.user = Some(value),
            Does::Bearer => {
                self.request.auth.kind = AuthKind::Bearer;
                self.request.auth.bearer.token = value;
            }
            Does::Get => self.get = true,
            Does::Head => self.head = true,
            Does::Insecure => self.request.send.insecure = true,
            Does::Follow => self.request.send.follow_redirects = Some(true),
            Does::Url => self.url(value),
            Does::Agent => self.set("User-Agent", value),
            Does::Cookie if value.contains('=') => self.set("Cookie", value),
            Does::Cookie => self.note(format!("The cookie file {value} was ignored.")),
            Does::Referer => self.set("Referer", value),
            Does::MaxTime => match value.parse::<f64>() {
                Ok(seconds) if seconds >= 0.0 => {
                    self.request.send.timeout_seconds = Some(seconds.ceil() as u64)
                }
                Ok(_) | Err(_) => self.note(format!("--max-time {value} isn't a number and was ignored.")),
            },
            Does::Sigv4 => self.sigv4 = Some(value),
            Does::ConnectTo => self.connect_to.push(value),
            Does::Config if name == "noproxy" && value == "*" => self.no_proxy = true,
            Does::Quiet | Does::QuietValue => {}
            Does::Config => self.configuration(name),
        }
    }

    fn configuration(&mut self, name: &str) {
        self.note(format!("--{name} belongs to the configuration and was ignored."));
    }

    fn url(&mut self, url: String) {
        if self.request.url.is_empty() {
            self.request.url = url;
        } else {
            self.note(format!("Only the first URL is used; {url} was ignored."));
        }
    }

    fn set(&mut self, name: &str, value: String) {
        self.request.headers.push(Row::new(name, value));
    }

    fn header(&mut self, text: &str) {
        match text.split_once(':') {
            Some((name, value)) if value.trim().is_empty() => {
                let name = name.trim().to_ascii_lowercase();
                match name.as_str() {
                    "accept" => self.note("Accept can't be left out here; */* means the same as none."),
                    "accept-encoding" | "user-agent" | "content-type" => self.request.send.without.push(name),
                    _ => {}
                }
            }
            Some((name, value)) => self.set(name.trim(), value.trim().to_owned()),
            None => match text.strip_suffix(';') {
                Some(name) => self.set(name.trim(), String::new()),
                None => self.note(format!("The header {text:?} has no colon and was ignored.")),
            },
        }
    }

    /// `@file` becomes the body's file, which is possible for one.
    fn data(&mut self, value: &str, stripped: bool) {
        let Some(path) = value.strip_prefix('@') else { return self.data.push(value.to_owned()) };
        if path == "-" {
            return self.note("The body came from standard input and was ignored.");
        }
        if !self.request.body.file.is_empty() {
            return self.note(format!("Only one file can be the body; {path} was ignored."));
        }
        if stripped {
            self.note(format!("curl -d strips line breaks from {path}; signpost sends it unchanged."));
        }
        self.request.body.file = path.to_owned();
    }

    fn data_encoded(&mut self, value: &str) {
        let piece = match value.split_once('=') {
            Some(("", text)) => query::encode(text),
            Some((name, text)) => {
                self.pairs.extend(query::decode(name).map(|name| Row::new(name, text)));
                format!("{name}={}", query::encode(text))
            }
            None if value.contains('@') => {
                return self.note(format!("--data-urlencode {value} reads a file and was ignored."));
            }
            None => query::encode(value),
        };
        self.data.push(piece);
    }

    fn form(&mut self, value: &str, special: bool) {
        let Some((name, value)) = value.split_once('=') else {
            return self.note(format!("The form part {value:?} has no = and was ignored."));
        };
        let mut part = Part { name: name.to_owned(), value: value.to_owned(), ..Part::default() };
        if special {
            let (content, attributes) = attributes(value);
            for (key, setting) in attributes {
                match key {
                    "type" => part.content_type = Some(setting.to_owned()),
                    "filename" => part.filename = Some(unquoted(setting)),
                    other => self.note(format!("`;{other}=` of the part {name} was ignored.")),
                }
            }
            part.value = unquoted(content);
            if let Some(path) = content.strip_prefix('@') {
                (part.file, part.value) = (true, unquoted(path));
                part.content_type = part.content_type.filter(|media| media != OCTETS);
            } else if content.starts_with('<') {
                self.note(format!("The part {name} reads its text from a file: paste it in."));
            }
        }
        self.request.body.kind = BodyKind::Multipart;
        self.request.body.parts.push(part);
    }

    fn finish(mut self) -> Imported {
        let notes = connect_to::apply(std::mem::take(&mut self.connect_to), &mut self.request);
        notes.into_iter().for_each(|note| self.note(note));
        // A connection that is made elsewhere uses no proxy.
        if self.no_proxy && self.request.send.connect_to.is_empty() {
            self.configuration("noproxy");
        }
        self.body();
        self.auth();
        if self.head && self.request.method.is_empty() {
            self.request.method = "HEAD".into();
        }
        if self.request.method.is_empty() {
            let body = self.request.body.kind != BodyKind::None;
            self.request.method = if body { "POST" } else { "GET" }.into();
        }
        if let Some((base, query)) = self.request.url.split_once('?').filter(|(_, query)| query.contains('+'))
        {
            // curl sends it as it is, and servers read a space.
            self.request.url = format!("{base}?{}", Plus::Space.spelled_out(query));
            self.note("A + in the URL's query was read as a space, as servers do.");
        }
        if let Some((url, rows)) = query::split_query(&self.request.url) {
            (self.request.url, self.request.params) = (url, rows);
        }
        Imported { request: self.request, notes: self.notes }
    }

    fn body(&mut self) {
        let text = self.data.join(if self.json { "" } else { "&" });
        if self.get && !self.data.is_empty() {
            let joint = if self.request.url.contains('?') { '&' } else { '?' };
            self.request.url = format!("{}{joint}{text}", self.request.url);
            return;
        }
        let has_file = !self.request.body.file.is_empty();
        if self.data.is_empty() && !has_file {
            return;
        }
        if self.json && !self.has("accept") {
            self.set("Accept", "application/json".into());
        }
        if has_file {
            let octets = self.request.headers.iter().any(|row| is_content_type(row) && row.value == OCTETS);
            self.request.body.kind = BodyKind::File;
            self.request.headers.retain(|row| !is_content_type(row) || row.value != OCTETS);
            let media = if self.json { "application/json" } else { "application/x-www-form-urlencoded" };
            if !octets {
                self.set_content_type(media);
            }
            if !self.data.is_empty() {
                self.note("Text next to a file in the body was ignored.");
            }
            return;
        }
        self.text(text);
    }

    /// Chooses the kind of body that the content type asks for, and drops the header where that
    /// kind brings the very same one.
    fn text(&mut self, text: String) {
        let given = self.request.headers.iter().find(|row| is_content_type(row));
        let media = given.map(|row| row.value.clone());
        let media = media.as_deref().unwrap_or(if self.json { "application/json" } else { FORM });
        let all_pairs = !self.pairs.is_empty() && self.pairs.len() == self.data.len();
        let rows = || if all_pairs { Some(self.pairs.clone()) } else { form_rows(&text) };
        let form = (media == FORM).then(rows).flatten();
        let (kind, own) = match (media, &form) {
            (FORM, Some(_)) => (BodyKind::Form, FORM),
            ("text/plain; charset=utf-8", _) => (BodyKind::Text, media),
            (media, _) if media.starts_with("application/json") => (BodyKind::Json, "application/json"),
            _ => (BodyKind::Text, "text/plain; charset=utf-8"),
        };
        if media == own {
            self.request.headers.retain(|row| !is_content_type(row));
        } else {
            let media = media.to_owned();
            self.set_content_type(&media);
        }
        let form = form.filter(|_| kind == BodyKind::Form);
        let text = if form.is_some() { String::new() } else { text };
        self.request.body = Body { kind, text, form: form.unwrap_or_default(), ..Body::default() };
    }

    fn has(&self, name: &str) -> bool {
        self.request.headers.iter().any(|row| row.name.eq_ignore_ascii_case(name))
    }

    fn set_content_type(&mut self, media: &str) {
        let left_out = self.request.send.without.iter().any(|name| name == "content-type");
        if !self.has("content-type") && !left_out {
            self.set("Content-Type", media.to_owned());
        }
    }

    fn auth(&mut self) {
        let user = self.user.take();
        let (name, password) = user.as_deref().map_or(("", ""), user_and_password);
        if let Some(scope) = &self.sigv4 {
            let mut parts = scope.split(':').skip(2);
            let mut part = || parts.next().unwrap_or_default().to_owned();
            self.request.auth.kind = AuthKind::AwsSigv4;
            self.request.auth.sigv4 = Sigv4Auth {
                region: part(),
                service: part(),
                access_key: name.to_owned(),
                secret_key: password.to_owned(),
                session_token: self.take_token(),
                ..Sigv4Auth::default()
            };
        } else if user.is_some() {
            self.request.auth.kind = AuthKind::Basic;
            self.request.auth.basic.username = name.to_owned();
            self.request.auth.basic.password = password.to_owned();
        } else if let Some(token) = self.take_bearer() {
            self.request.auth.kind = AuthKind::Bearer;
            self.request.auth.bearer.token = token;
        } else if self.request.auth.kind == AuthKind::Inherit {
            // curl inherits from nobody.
            self.request.auth.kind = AuthKind::None;
        }
    }

    /// A bearer token has its own field, where it is kept as a secret.
    fn take_bearer(&mut self) -> Option<String> {
        let headers = &mut self.request.headers;
        let at = headers.iter().position(|row| row.name.eq_ignore_ascii_case("authorization"))?;
        let token = headers[at].value.strip_prefix("Bearer ")?.trim().to_owned();
        headers.remove(at);
        Some(token)
    }

    /// With curl the session token is given as a header; here the signature brings it.
    fn take_token(&mut self) -> String {
        let headers = &mut self.request.headers;
        let at = headers.iter().position(|row| row.name.eq_ignore_ascii_case("x-amz-security-token"));
        at.map(|at| headers.remove(at).value).unwrap_or_default()
    }
}

fn is_content_type(row: &Row) -> bool {
    row.name.eq_ignore_ascii_case("content-type")
}

/// Takes `user:password` apart at the first colon that is not part of a reference.
fn user_and_password(text: &str) -> (&str, &str) {
    let literal = |part: &template::Part| matches!(part.kind, PartKind::Literal(_));
    let colon = template::parse(text)
        .into_iter()
        .filter(literal)
        .find_map(|part| text[part.span.clone()].find(':').map(|at| part.span.start + at));
    colon.map_or((text, ""), |at| (&text[..at], &text[at + 1..]))
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Rows that give the same form again; `None` where rows could not.
fn form_rows(text: &str) -> Option<Vec<Row>> {
    if text.is_empty() || text.contains("{{") {
        return None;
    }
    let rows: Vec<_> =
        url::form_urlencoded::parse(text.as_bytes()).map(|(name, value)| Row::new(name, value)).collect();
    let mut again = url::form_urlencoded::Serializer::new(String::new());
    again.extend_pairs(rows.iter().map(|row| (&row.name, &row.value)));
    let literal = rows.iter().all(|row| !row.name.contains("{{") && !row.value.contains("{{"));
    (literal && again.finish() == text).then_some(rows)
}
