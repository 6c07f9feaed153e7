//! Masks secrets in what people see: each becomes `***`.
//!
//! Masks by position where a text has a structure: the token of a signature, the credentials of
//! `authorization`, the values of headers and of a query. Names are never changed, so a short
//! secret such as `to` doesn't garble `x-amz-security-token`. Other texts are searched for secrets
//! of [`LEAST_SEARCHED`] bytes or more: shorter ones occur in unrelated words. Refuses to guess
//! what is secret: callers pass the secrets in.

use zeroize::Zeroize;

use crate::core::credential::Secret;
use crate::core::query;
use crate::core::secret_names::may_be_secret;

/// Replaces a secret.
pub(crate) const MASK: &str = "***";

/// The shortest secret that is searched for in unstructured text, in bytes.
pub(crate) const LEAST_SEARCHED: usize = 6;

/// Headers whose value is a scheme and a secret; AWS's own hold a signature instead.
const CREDENTIAL_HEADERS: [&str; 2] = ["authorization", "proxy-authorization"];

/// The query parameters of a signature, none of which holds a secret but the token, which is masked
/// by its name.
const SIGNATURE_PARAMETERS: [&str; 6] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
];

/// Secrets to be masked. Overwritten in memory when dropped.
pub struct Mask {
    /// False where the user asked to see secrets.
    hides: bool,
    /// In the clear and percent-encoded, once and twice, the longest first: a secret may be part of another.
    forms: Vec<String>,
}

impl Drop for Mask {
    fn drop(&mut self) {
        self.forms.zeroize();
    }
}

impl Mask {
    /// A mask for these secrets.
    pub fn new(secrets: &[Secret]) -> Self {
        let mut forms: Vec<String> = Vec::with_capacity(secrets.len() * 2);
        for secret in secrets.iter().map(Secret::expose).filter(|secret| !secret.is_empty()) {
            let encoded = query::encode(secret);
            if encoded != secret {
                // A canonical path is encoded twice.
                forms.push(query::encode(&encoded));
                forms.push(encoded);
            }
            forms.push(secret.to_owned());
        }
        forms.sort_unstable_by_key(|form| std::cmp::Reverse(form.len()));
        Self { hides: true, forms }
    }

    /// A mask that shows everything: the user asked to see secrets.
    pub fn revealing() -> Self {
        Self { hides: false, forms: Vec::new() }
    }

    /// Masks an unstructured text: an error, a quote.
    pub fn text(&self, text: &str) -> String {
        let long = self.forms.iter().filter(|form| form.len() >= LEAST_SEARCHED);
        long.fold(text.to_owned(), |text, form| text.replace(form.as_str(), MASK))
    }

    /// Masks a value; a short secret is masked as well if it is a whole word.
    pub fn value(&self, value: &str) -> String {
        let short = self.forms.iter().filter(|form| form.len() < LEAST_SEARCHED);
        short.fold(self.text(value), |value, form| replace_word(&value, form))
    }

    /// Masks the value of a header.
    pub fn header(&self, name: &str, value: &str) -> String {
        if !self.hides || value.is_empty() {
            return value.to_owned();
        }
        if !CREDENTIAL_HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            return if may_be_secret(name) { MASK.to_owned() } else { self.value(value) };
        }
        match value.trim_start().split_once(' ') {
            Some((scheme, _)) if scheme.starts_with("AWS4-") => value.to_owned(),
            Some((scheme, _)) => format!("{scheme} {MASK}"),
            None => MASK.to_owned(),
        }
    }

    /// Masks a URL, or the target of a request line.
    pub fn url(&self, url: &str) -> String {
        let start = url.find("://").map_or(0, |at| at + 3);
        let (before, rest) = url.split_at(start);
        match rest.split_once('?') {
            Some((path, query)) => format!("{before}{}?{}", self.value(path), self.query(query)),
            None => format!("{before}{}", self.value(rest)),
        }
    }

    /// Masks a raw or canonical query.
    pub fn query(&self, query: &str) -> String {
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, value)) => format!("{name}={}", self.parameter(name, value)),
            None => self.value(pair),
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    fn parameter(&self, name: &str, value: &str) -> String {
        if !self.hides
            || value.is_empty()
            || SIGNATURE_PARAMETERS.iter().any(|known| name.eq_ignore_ascii_case(known))
        {
            value.to_owned()
        } else if may_be_secret(name) {
            MASK.to_owned()
        } else {
            self.value(value)
        }
    }

    /// Masks a canonical request: method, path, query, a line for each header, a blank line, the
    /// names of the signed headers and the payload hash.
    pub fn canonical_request(&self, text: &str) -> String {
        let mut ended = false;
        let lines = text.split('\n').enumerate().map(|(number, line)| match (number, line) {
            (0, method) => method.to_owned(),
            (1, path) => self.value(path),
            (2, query) => self.query(query),
            (_, line) if ended || line.is_empty() => {
                ended = true;
                line.to_owned()
            }
            (_, line) => match line.split_once(':') {
                Some((name, value)) => format!("{name}:{}", self.header(name, value)),
                None => self.value(line),
            },
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Masks `word` unless it is next to a letter or a digit.
fn replace_word(text: &str, word: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let end = at + word.len();
        let before = rest[..at].chars().next_back().or_else(|| out.chars().next_back());
        let alone = ![before, rest[end..].chars().next()].into_iter().flatten().any(char::is_alphanumeric);
        out.push_str(&rest[..at]);
        out.push_str(if alone { MASK } else { word });
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(secrets: &[&str]) -> Mask {
        Mask::new(&secrets.iter().map(|secret| Secret::new(*secret)).collect::<Vec<_>>())
    }

    #[test]
    fn both_forms_of_a_secret_are_found_anywhere() {
        let mask = mask(&["to/ken=", ""]);
        assert_eq!(mask.text("a:to/ken= b=to%2Fken%3D&a=1"), "a:*** b=***&a=1");
        assert_eq!(mask.canonical_request("GET\n/to%252Fken%253D/x\n\n"), "GET\n/***/x\n\n");
        assert_eq!(self::mask(&[]).text("nothing"), "nothing");
        assert_eq!(self::mask(&["abcdef", "abcdefgh"]).text("abcdefgh"), "***");
    }

    #[test]
    fn a_short_secret_does_not_garble_names_or_other_words() {
        let mask = mask(&["to", "amz", "token"]);
        assert_eq!(mask.text("x-amz-security-token: to"), "x-amz-security-token: to");
        assert_eq!(mask.header("x-own", "to=total;to"), "***=total;***");
        assert_eq!(
            mask.url("http://h/to/top?to=to&X-Amz-SignedHeaders=x-amz-security-token"),
            "http://h/***/top?to=***&X-Amz-SignedHeaders=x-amz-security-token"
        );
        let canonical = "GET\n/\nX-Amz-Security-Token=abc%2F&a=to\nhost:h\nx-amz-security-token:abc/\n\n\
                         host;x-amz-security-token\nhash";
        assert_eq!(
            mask.canonical_request(canonical),
            "GET\n/\nX-Amz-Security-Token=***&a=***\nhost:h\nx-amz-security-token:***\n\n\
             host;x-amz-security-token\nhash"
        );
    }

    #[test]
    fn a_value_is_masked_where_its_name_says_that_it_is_a_secret() {
        let mask = mask(&[]);
        for name in ["Cookie", "X-Auth-Token", "PRIVATE-TOKEN", "set-cookie", "x_api_key", "Api-Key"] {
            assert_eq!(mask.header(name, "abc"), "***", "{name}");
        }
        for name in ["accept", "x-amz-date", "Idempotency-Key", "etag", "x-keyboard", "sec-fetch-site"] {
            assert_eq!(mask.header(name, "abc"), "abc", "{name}");
        }
        let url = "http://h/?access_token=a&key=b&api_key=&monkey=c&X-Amz-Signature=d&marker=e";
        let masked = "http://h/?access_token=***&key=***&api_key=&monkey=c&X-Amz-Signature=d&marker=e";
        assert_eq!(mask.url(url), masked);
        assert_eq!(Mask::revealing().url(url), url);
        assert_eq!(Mask::revealing().header("authorization", "Bearer abc"), "Bearer abc");
    }

    #[test]
    fn credentials_are_masked_where_nobody_named_them_a_secret() {
        let mask = mask(&[]);
        assert_eq!(mask.header("Authorization", "Bearer abc"), "Bearer ***");
        assert_eq!(mask.header("authorization", "abc"), "***");
        assert_eq!(mask.header("X-Api-Key", "abc"), "***");
        assert_eq!(mask.header("x-amz-security-token", ""), "");
        let signature = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20150830/us-east-1/s3/aws4_request";
        assert_eq!(mask.header("authorization", signature), signature);
    }
}
