//! `--write-out`: a line about the exchange, with curl's variables.

use serde_json::{Map, Value};

use super::Usage;
use crate::core::exchange::{End, Head, Outcome, Sent};
use crate::core::suggest;

/// What a format may name.
pub(super) const VARIABLES: [&str; 30] = [
    "content_type",
    "errormsg",
    "exitcode",
    "filename_effective",
    "header_json",
    "http_code",
    "http_version",
    "json",
    "method",
    "num_headers",
    "num_redirects",
    "num_retries",
    "redirect_url",
    "remote_ip",
    "remote_port",
    "response_code",
    "scheme",
    "size_download",
    "size_header",
    "size_upload",
    "speed_download",
    "speed_upload",
    "time_appconnect",
    "time_connect",
    "time_namelookup",
    "time_redirect",
    "time_starttransfer",
    "time_total",
    "url",
    "url_effective",
];

/// Variables of curl's that are accepted, and are the same as others here.
const SAME: [(&str, &str); 1] = [("time_pretransfer", "time_appconnect")];

/// A piece of a format.
enum Piece {
    Text(String),
    Variable(String),
    Header(String),
    /// Where what follows goes.
    Stderr(bool),
    /// What follows is for failures only.
    OnError,
}

/// A format that was read.
pub(super) struct Format(Vec<Piece>);

/// What is known about the exchange.
#[derive(Default)]
pub(super) struct Facts {
    /// The target as it was given.
    pub(super) url: String,
    /// The request that left last.
    pub(super) sent: Option<Sent>,
    /// The head of the response.
    pub(super) head: Option<Head>,
    /// The head of the last redirect that was followed.
    pub(super) redirect: Option<Head>,
    /// How many were.
    pub(super) redirects: u32,
    /// Retries.
    pub(super) retries: u32,
    /// The file that the body went into.
    pub(super) file: String,
    /// What went wrong.
    pub(super) error: String,
    /// The exit code.
    pub(super) exit: u8,
    /// How it ended.
    pub(super) end: Option<End>,
}

impl Format {
    /// Reads a format.
    ///
    /// # Errors
    /// An unknown variable, with the one that may be meant.
    pub(super) fn parse(text: &str) -> Result<Self, Usage> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let special = match first {
                '%' => directive(rest)?,
                '\\' => escape(rest).map(|(text, len)| (Piece::Text(text.to_owned()), len)),
                _ => None,
            };
            let (piece, len) = special.unwrap_or((Piece::Text(first.to_string()), first.len_utf8()));
            match piece {
                Piece::Text(text) => plain.push_str(&text),
                piece => {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    pieces.push(piece);
                }
            }
            rest = &rest[len..];
        }
        pieces.push(Piece::Text(plain));
        Ok(Self(pieces))
    }

    /// What goes to standard output, and to standard error.
    pub(super) fn render(&self, facts: &Facts) -> (String, String) {
        let (mut out, mut err) = (String::new(), String::new());
        let mut to_err = false;
        for piece in &self.0 {
            let text = match piece {
                Piece::Text(text) => text.clone(),
                Piece::Variable(name) => facts.text(name),
                Piece::Header(name) => facts.header(name),
                Piece::Stderr(yes) => {
                    to_err = *yes;
                    continue;
                }
                Piece::OnError if facts.exit == 0 => break,
                Piece::OnError => continue,
            };
            if to_err { err.push_str(&text) } else { out.push_str(&text) }
        }
        (out, err)
    }
}

/// What `%` begins, with its length; `None` where it stands for itself.
fn directive(rest: &str) -> Result<Option<(Piece, usize)>, Usage> {
    if rest.starts_with("%%") {
        return Ok(Some((Piece::Text("%".to_owned()), 2)));
    }
    let braced = |start: &str| {
        let inner = rest.strip_prefix(start)?;
        inner.split_once('}').map(|(name, _)| (name, start.len() + name.len() + 1))
    };
    if let Some((name, len)) = braced("%header{") {
        return Ok(Some((Piece::Header(name.to_owned()), len)));
    }
    if let Some((_, _)) = braced("%output{") {
        return Err(Usage::new("`%output{}` in --write-out isn't supported", "Redirect standard output."));
    }
    let Some((name, len)) = braced("%{") else { return Ok(None) };
    let piece = match name {
        "stderr" => Piece::Stderr(true),
        "stdout" => Piece::Stderr(false),
        "onerror" => Piece::OnError,
        _ => Piece::Variable(variable(name)?),
    };
    Ok(Some((piece, len)))
}

fn variable(name: &str) -> Result<String, Usage> {
    if let Some((_, same)) = SAME.iter().find(|(own, _)| *own == name) {
        return Ok((*same).to_owned());
    }
    if VARIABLES.contains(&name) {
        return Ok(name.to_owned());
    }
    let hint = match suggest::closest(name, VARIABLES) {
        Some(known) => format!("Did you mean `%{{{known}}}`?"),
        None => format!("Known are {}.", VARIABLES.join(", ")),
    };
    Err(Usage::new(format!("unknown variable `%{{{name}}}` in --write-out"), hint))
}

fn escape(rest: &str) -> Option<(&'static str, usize)> {
    match rest.chars().nth(1)? {
        'n' => Some(("\n", 2)),
        't' => Some(("\t", 2)),
        'r' => Some(("\r", 2)),
        '\\' => Some(("\\", 2)),
        _ => None,
    }
}

/// As curl writes seconds.
fn seconds(duration: std::time::Duration) -> String {
    format!("{:.6}", duration.as_secs_f64())
}

impl Facts {
    fn text(&self, name: &str) -> String {
        match self.value(name) {
            Value::Null => String::new(),
            Value::String(text) => text,
            value => value.to_string(),
        }
    }

    fn header(&self, name: &str) -> String {
        self.head.as_ref().and_then(|head| head.header(name)).unwrap_or_default().to_owned()
    }

    fn value(&self, name: &str) -> Value {
        match name {
            "json" => {
                let plain = VARIABLES.iter().filter(|name| !matches!(**name, "json" | "header_json"));
                Value::Object(plain.map(|name| ((*name).to_owned(), self.value(name))).collect())
            }
            "url" => self.url.clone().into(),
            "filename_effective" => self.file.clone().into(),
            "errormsg" if self.error.is_empty() => Value::Null,
            "errormsg" => self.error.clone().into(),
            "exitcode" => self.exit.into(),
            "num_redirects" => self.redirects.into(),
            "num_retries" => self.retries.into(),
            _ if name.starts_with("time_") || name.starts_with("speed_") => self.timing(name),
            _ if matches!(name, "method" | "url_effective" | "scheme" | "size_upload") => {
                self.of_request(name)
            }
            _ => self.of_response(name),
        }
    }

    fn of_request(&self, name: &str) -> Value {
        let Some(sent) = &self.sent else { return Value::Null };
        match name {
            "method" => sent.method.clone().into(),
            "url_effective" => sent.url.clone().into(),
            "size_upload" => sent.body_len.into(),
            _ => sent.url.split(':').next().unwrap_or_default().to_ascii_uppercase().into(),
        }
    }

    fn of_response(&self, name: &str) -> Value {
        let Some(head) = &self.head else {
            // curl says so where no response came.
            return if matches!(name, "http_code" | "response_code") { "000".into() } else { Value::Null };
        };
        let version = head.protocol.trim_start_matches("HTTP/").trim_end_matches(".0");
        match name {
            "http_code" | "response_code" => format!("{:03}", head.status).into(),
            "http_version" => version.into(),
            "content_type" => head.header("content-type").map_or(Value::Null, Into::into),
            "num_headers" => head.headers.len().into(),
            "remote_ip" => head.remote.map_or(Value::Null, |remote| remote.ip().to_string().into()),
            "remote_port" => head.remote.map_or(Value::Null, |remote| remote.port().into()),
            "redirect_url" => self.redirect_url(head).into(),
            "size_download" => self.end.as_ref().map_or(0, |end| end.wire_bytes).into(),
            "size_header" => {
                let lines = head.headers.iter().map(|(name, value)| name.len() + value.len() + 4);
                // Status line and blank line.
                (lines.sum::<usize>() + head.protocol.len() + 8).into()
            }
            "header_json" => headers_json(head),
            _ => Value::Null,
        }
    }

    fn redirect_url(&self, head: &Head) -> String {
        let base = self.sent.as_ref().and_then(|sent| url::Url::parse(&sent.url).ok());
        let location = head.header("location").filter(|_| (300..400).contains(&head.status));
        match (base, location) {
            (Some(base), Some(location)) => base.join(location).map(String::from).unwrap_or_default(),
            _ => String::new(),
        }
    }

    fn timing(&self, name: &str) -> Value {
        let Some(end) = &self.end else { return "0.000000".into() };
        let timing = &end.timing;
        let resolved = timing.resolve.unwrap_or_default();
        let connected = resolved + timing.connect.unwrap_or_default();
        let total = timing.total;
        let bytes_a_second = |bytes: u64| Value::from((bytes as f64 / total.as_secs_f64().max(1e-6)) as u64);
        match name {
            "speed_download" => bytes_a_second(end.wire_bytes),
            "speed_upload" => bytes_a_second(self.sent.as_ref().map_or(0, |sent| sent.body_len)),
            "time_namelookup" => seconds(resolved).into(),
            "time_connect" | "time_appconnect" => seconds(connected).into(),
            "time_redirect" => {
                seconds(self.redirect.as_ref().map(|head| head.timing.total).unwrap_or_default()).into()
            }
            "time_starttransfer" => seconds(total.saturating_sub(timing.download.unwrap_or_default())).into(),
            _ => seconds(total).into(),
        }
    }
}

/// Names with the list of their values, as curl has it.
fn headers_json(head: &Head) -> Value {
    let mut map = Map::new();
    for (name, value) in &head.headers {
        let values = map.entry(name.to_ascii_lowercase()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(values) = values {
            values.push(value.clone().into());
        }
    }
    Value::Object(map)
}

/// What went wrong, in a sentence; empty where nothing did.
pub(super) fn error_of(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answered | Outcome::Cancelled => String::new(),
        Outcome::Cut(why) => why.clone(),
        Outcome::BodyLimit(_) => "the body is longer than its limit".to_owned(),
        Outcome::Network(problem) => problem.message.clone(),
        Outcome::NotSent(problems) => {
            problems.first().map(|problem| problem.message.clone()).unwrap_or_default()
        }
        Outcome::RedirectRefused { .. } => "a redirect to another origin wasn't followed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_read_as_curl_reads_it() {
        let format =
            Format::parse("a%%b\\n%{exitcode}%{stderr}e%header{x}%{stdout}%x%{onerror}never").ok().unwrap();
        assert_eq!(format.render(&Facts::default()), ("a%b\n0%x".to_owned(), "e".to_owned()));
        let failed = Facts { exit: 4, error: "no".into(), ..Facts::default() };
        let format = Format::parse("%{http_code}%{onerror} %{exitcode} %{errormsg}").ok().unwrap();
        assert_eq!(format.render(&failed).0, "000 4 no");
    }

    #[test]
    fn an_unknown_variable_is_refused_with_the_nearest() {
        let usage = Format::parse("%{http_cod}").err().unwrap();
        assert_eq!(usage.message, "unknown variable `%{http_cod}` in --write-out");
        assert_eq!(usage.hint, "Did you mean `%{http_code}`?");
    }
}
