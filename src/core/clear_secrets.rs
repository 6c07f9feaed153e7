//! Secrets that stand in a request in the clear: typed or pasted into rows and the URL.
//!
//! Owns how they are recognised, by the names that the field uses for them. Refuses to keep them:
//! [`take`] puts a reference in the place of each and hands them over.

use std::ops::Range;

use super::credential::Secret;
use super::request::{Request, Row};

/// A secret that was taken out of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Where it stood, in words: `header x-api-key`.
    pub place: String,
    /// The name it is referred to by from now on.
    pub name: String,
    /// The text.
    pub secret: Secret,
}

/// Names whose whole value is a secret, in lower case.
const NAMES: [&str; 9] =
    ["authorization", "proxy-authorization", "cookie", "pwd", "sig", "signature", "sid", "apikey", "jwt"];

/// Words that make a name one of a secret.
const WORDS: [&str; 6] = ["token", "secret", "password", "passwd", "signature", "apikey"];

/// Pairs of words that do, such as those of `x-api-key`.
const PAIRS: [[&str; 2]; 8] = [
    ["api", "key"],
    ["access", "key"],
    ["auth", "key"],
    ["functions", "key"],
    ["private", "key"],
    ["secret", "key"],
    ["subscription", "key"],
    ["session", "id"],
];

/// Words that make it something else: where a list goes on, or what a form was drawn with.
const HARMLESS: [&str; 9] =
    ["page", "next", "continuation", "pagination", "cursor", "sync", "csrf", "xsrf", "type"];

/// True for the name of a header, a query parameter or a form field whose value is a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let lower = name.trim().to_ascii_lowercase();
    if NAMES.contains(&lower.as_str()) {
        return true;
    }
    let words = words(name);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let pairs = words.windows(2).any(|pair| PAIRS.iter().any(|known| pair == known));
    (has(&WORDS) || pairs) && !has(&HARMLESS)
}

/// The words of `x-api-key`, `access_token`, `apiKey` and the like, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for c in name.trim().chars() {
        let ends = !c.is_alphanumeric();
        if ends || (after_lower && c.is_uppercase()) {
            words.push(String::new());
        }
        after_lower = c.is_lowercase() || c.is_ascii_digit();
        if let Some(last) = words.last_mut().filter(|_| !ends) {
            last.extend(c.to_lowercase());
        }
    }
    words
}

/// The places of a request where a secret stands in the clear, in words.
pub(crate) fn places(request: &Request) -> Vec<String> {
    take(&mut request.clone(), |_| String::new()).into_iter().map(|taken| taken.place).collect()
}

/// Takes the secrets out of a request; a reference stands where each stood. `name` gives each a name
/// in the private store, from a word for its place.
pub(crate) fn take(request: &mut Request, mut name: impl FnMut(&str) -> String) -> Vec<Taken> {
    let mut taken = Vec::new();
    let mut take = |place: String, word: &str, text: &mut String, span: Range<usize>| {
        let name = name(word);
        let secret = Secret::new(text.get(span.clone()).unwrap_or_default());
        text.replace_range(span, &format!("{{{{secret:{name}}}}}"));
        taken.push(Taken { place, name, secret });
    };
    if let Some(span) = password(&request.url) {
        take("password in the URL".to_owned(), "url-password", &mut request.url, span);
    }
    let rows = [
        ("parameter", &mut request.params),
        ("header", &mut request.headers),
        ("field", &mut request.body.form),
    ];
    for (kind, rows) in rows {
        for Row { name, value, .. } in rows.iter_mut().filter(|row| is_secret_name(&row.name)) {
            if let Some(span) = secret_part(name, value) {
                take(format!("{kind} {name}"), &name.to_ascii_lowercase(), value, span);
            }
        }
    }
    for part in request.body.parts.iter_mut().filter(|part| !part.file && is_secret_name(&part.name)) {
        if let Some(span) = secret_part(&part.name, &part.value) {
            take(format!("field {}", part.name), &part.name.to_ascii_lowercase(), &mut part.value, span);
        }
    }
    taken
}

/// The secret in a value: all of it, but for the scheme of an `authorization`. A value that refers
/// to something was thought about, and a signature of AWS is worth nothing by the time it's saved.
fn secret_part(name: &str, value: &str) -> Option<Range<usize>> {
    let text = value.trim();
    if text.is_empty() || text.contains("{{") || text.starts_with("AWS4-") {
        return None;
    }
    let start = value.len() - value.trim_start().len();
    let end = start + text.len();
    let has_scheme = name.trim().to_ascii_lowercase().ends_with("authorization");
    match text.split_once(' ').filter(|_| has_scheme) {
        Some((scheme, rest)) if !rest.trim().is_empty() => {
            Some(start + scheme.len() + 1 + (rest.len() - rest.trim_start().len())..end)
        }
        _ => Some(start..end),
    }
}

/// The password of `scheme://user:password@host`.
fn password(url: &str) -> Option<Range<usize>> {
    let start = url.find("://").map_or(0, |at| at + 3);
    let authority = url.get(start..)?;
    let authority = authority.get(..authority.find(['/', '?', '#']).unwrap_or(authority.len()))?;
    let (userinfo, _) = authority.rsplit_once('@')?;
    let (user, password) = userinfo.split_once(':')?;
    let clear = !password.is_empty() && !userinfo.contains("{{");
    clear.then(|| start + user.len() + 1..start + userinfo.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, value: &str) -> Request {
        Request { headers: vec![Row::new(name, value)], ..Request::default() }
    }

    /// What is taken out of a request, and what stays.
    fn taken(mut request: Request) -> (Vec<(String, String)>, Request) {
        let taken = take(&mut request, |word| word.to_owned());
        let all = taken.into_iter().map(|taken| (taken.place, taken.secret.expose().to_owned()));
        (all.collect(), request)
    }

    #[test]
    fn names_of_secrets_are_recognised_however_they_are_written() {
        for name in [
            "Authorization",
            "cookie",
            "x-api-key",
            "X-Auth-Token",
            "PRIVATE-TOKEN",
            "X-Vault-Token",
            "access_token",
            "accessToken",
            "client_secret",
            "refreshToken",
            "password",
            "api_key",
            "apikey",
            "Ocp-Apim-Subscription-Key",
            "X-Amz-Signature",
            "X-Amz-Security-Token",
            "x-goog-api-key",
            "sig",
            "x-functions-key",
            "DD-API-KEY",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "accept",
            "content-type",
            "nextToken",
            "page_token",
            "continuation-token",
            "token_type",
            "max_tokens",
            "key",
            "idempotency-key",
            "x-amz-date",
            "X-Amz-Credential",
            "x-csrf-token",
            "author",
            "secretary",
            "signed",
            "",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn each_place_is_found_and_keeps_what_is_not_secret() {
        let request = Request {
            url: "https://me:p%40ss@example.com/a?b=c:d@e".into(),
            params: vec![Row::new("access_token", "tok"), Row::new("q", "1")],
            headers: vec![Row::new("Authorization", "Bearer abc"), Row::new("x-api-key", " k ")],
            ..Request::default()
        };
        let (secrets, request) = taken(request);
        let expected = [
            ("password in the URL", "p%40ss"),
            ("parameter access_token", "tok"),
            ("header Authorization", "abc"),
            ("header x-api-key", "k"),
        ];
        assert_eq!(secrets, expected.map(|(place, text)| (place.to_owned(), text.to_owned())));
        assert_eq!(request.url, "https://me:{{secret:url-password}}@example.com/a?b=c:d@e");
        assert_eq!(request.params[0].value, "{{secret:access_token}}");
        assert_eq!(request.headers[0].value, "Bearer {{secret:authorization}}");
        assert_eq!(request.headers[1].value, " {{secret:x-api-key}} ");
        assert_eq!(places(&request), Vec::<String>::new());
    }

    #[test]
    fn references_signatures_and_urls_without_a_password_stay() {
        for (name, value) in [
            ("authorization", "Bearer {{secret:x}}"),
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/lambda/aws4_request",
            ),
            ("x-api-key", ""),
            ("accept", "*/*"),
        ] {
            assert_eq!(places(&row(name, value)), Vec::<String>::new(), "{name}");
        }
        for url in [
            "https://example.com:80/",
            "https://me@example.com/",
            "https://me:{{secret:x}}@example.com/",
            ":3000/a:b@c",
        ] {
            let request = Request { url: url.into(), ..Request::default() };
            assert_eq!(places(&request), Vec::<String>::new(), "{url}");
        }
    }

    #[test]
    fn only_the_credentials_of_an_authorization_are_taken() {
        for (value, secret) in
            [("Bearer abc", "abc"), ("abc", "abc"), ("Basic  abc=", "abc="), ("Digest a=b, c=d", "a=b, c=d")]
        {
            let (secrets, request) = taken(row("authorization", value));
            assert_eq!(secrets, [("header authorization".to_owned(), secret.to_owned())]);
            assert_eq!(request.headers[0].value, value.replace(secret, "{{secret:authorization}}"));
        }
    }
}
