//! The URL of a curl command: in the form in which we send it, so that curl has nothing to change.

use url::Url;

use super::{Look, encoded};
use crate::core::path_variables;
use crate::core::request::{Request, Row};
use crate::core::resolve::complete_scheme;
use crate::core::template::{self, PartKind};
use crate::core::wire::s3_spelling;

/// A URL for a command line.
pub(super) struct Address {
    /// The URL; what is left to the shell is a reference, and all other text is literal.
    pub(super) text: String,
    /// What is wrong with it, in a sentence.
    pub(super) note: Option<String>,
}

/// The URL of a request with these rows. References that `look` doesn't know stay. One at the very
/// beginning may stand for a scheme and a host; then the URL stays as it is written.
pub(super) fn address(request: &Request, rows: &[Row], is_s3: bool, look: Look<'_>) -> Address {
    let mut references = Vec::new();
    let mut text = String::new();
    let url = path_variables::fill(&request.url, &request.path, |_, row| encoded(&row.value, look));
    for part in template::parse(&url) {
        match part.kind {
            PartKind::Literal(literal) | PartKind::Broken(literal) => text.push_str(&literal),
            PartKind::Reference(reference) => match look(&reference) {
                Some(value) => text.push_str(&value),
                None => {
                    text.push_str(&placeholder(references.len()));
                    references.push(reference.to_string());
                }
            },
        }
    }
    let opaque = !references.is_empty() && text.starts_with(&placeholder(0));
    let parsed = if opaque { Err(None) } else { final_form(&text, request, is_s3).map_err(Some) };
    let (text, note) = match parsed {
        Ok(url) => {
            let note = has_odd_host(&url).then(|| "curl may refuse this host name.".to_owned());
            (String::from(url), note)
        }
        Err(why) => (text, why.map(|why| format!("signpost doesn't send this: invalid URL, {why}."))),
    };
    let mut text = text.replace("{{", "\\{{");
    for (index, reference) in references.iter().enumerate() {
        text = text.replacen(&placeholder(index), reference, 1);
    }
    for row in rows {
        text.push(if text.contains('?') { '&' } else { '?' });
        text.push_str(&encoded(&row.name, look));
        text.push('=');
        text.push_str(&encoded(&row.value, look));
    }
    Address { text, note }
}

/// Stands for a reference while the URL is parsed: letters that every part of one allows.
fn placeholder(index: usize) -> String {
    format!("signpostreference{index}z")
}

/// True for a name that URL parsers take and that no name server knows.
fn has_odd_host(url: &Url) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    url.domain().is_some_and(|name| !name.chars().all(plain))
}

/// The URL as [`crate::core::wire`] makes it, without the rows.
fn final_form(text: &str, request: &Request, is_s3: bool) -> Result<Url, String> {
    let mut url = Url::parse(&complete_scheme(text.trim())).map_err(|error| error.to_string())?;
    if is_s3 {
        url.set_path(&s3_spelling(url.path()));
    }
    url.set_fragment(None);
    let query = url.query().filter(|query| !query.is_empty());
    let query = query.map(|query| request.send.plus.spelled_out(query));
    url.set_query(query.as_deref());
    Ok(url)
}
