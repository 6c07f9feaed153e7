//! `--cookie` and `--cookie-jar`: cookies of the command line and of files.

use std::io::ErrorKind;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use url::Url;

use super::Usage;
use super::args::SendArgs;
use super::rows::literal;
use crate::core::cookie_file::Cookies;
use crate::core::request::Request;

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// As curl does: data has a `=`, a file's name hasn't. A file that isn't there holds no cookies.
fn from_files(args: &SendArgs) -> Result<Cookies, Usage> {
    let mut cookies = Cookies::default();
    for name in args.request.cookie.iter().filter(|text| !text.contains('=') && !text.is_empty()) {
        match std::fs::read_to_string(name) {
            Ok(text) => cookies.extend(Cookies::parse(&text)),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                let hint = "Give a cookie file that can be read, or NAME=VALUE.";
                return Err(Usage::new(format!("couldn't read the cookies in {name}: {error}"), hint));
            }
        }
    }
    Ok(cookies)
}

/// The value of the `cookie` header, empty for none.
pub(super) fn given(args: &SendArgs, request: &Request) -> Result<String, Usage> {
    let data = args.request.cookie.iter().filter(|text| text.contains('='));
    let mut pairs: Vec<_> = data.map(|text| text.trim().trim_end_matches(';').to_owned()).collect();
    if let Some(url) = url(&request.url)
        && let Some(header) = from_files(args)?.header(&url, now())
    {
        pairs.push(literal(&header));
    }
    Ok(pairs.join("; "))
}

/// The URL as typed, as far as its host is there.
fn url(text: &str) -> Option<Url> {
    let with_host = if text.starts_with(':') { format!("localhost{text}") } else { text.to_owned() };
    let text = if with_host.contains("://") { with_host } else { format!("http://{with_host}") };
    Url::parse(&text).ok()
}

/// The cookies that `--cookie-jar` gathers while responses come.
pub(super) struct Jar<'a> {
    file: &'a Path,
    cookies: Cookies,
}

impl<'a> Jar<'a> {
    /// The jar that the arguments name, with the cookies of their files.
    pub(super) fn of(args: &'a SendArgs) -> Result<Option<Self>, Usage> {
        let Some(file) = &args.request.cookie_jar else { return Ok(None) };
        Ok(Some(Self { file, cookies: from_files(args)? }))
    }

    /// Takes in what a response from this URL sets.
    pub(super) fn note(&mut self, url: &str, headers: &[(String, String)]) {
        let Ok(url) = Url::parse(url) else { return };
        for (_, value) in headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")) {
            self.cookies.set(value, &url, now());
        }
    }

    /// The file with its text.
    pub(super) fn content(&self) -> (&'a Path, String) {
        (self.file, self.cookies.text(now()))
    }
}
