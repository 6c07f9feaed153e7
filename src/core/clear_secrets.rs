//! Secrets that stand in a request in the clear: typed or pasted into rows and the URL.
//!
//! Owns where they are looked for. [`crate::core::secret_names`] knows their names. Refuses to keep them:
//! [`take`] puts a reference in the place of each and hands them over.

use std::ops::Range;

use super::credential::Secret;
use super::request::{Request, Row};
use super::secret_names::is_secret;

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
        ("path variable", &mut request.path),
        ("parameter", &mut request.params),
        ("header", &mut request.headers),
        ("field", &mut request.body.form),
    ];
    for (kind, rows) in rows {
        for Row { name, value, .. } in rows.iter_mut().filter(|row| is_secret(&row.name)) {
            if let Some(span) = secret_part(name, value) {
                take(format!("{kind} {name}"), &name.to_ascii_lowercase(), value, span);
            }
        }
    }
    for part in request.body.parts.iter_mut().filter(|part| !part.file && is_secret(&part.name)) {
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

/// The password in the clear of `scheme://user:password@host`.
pub(crate) fn password(url: &str) -> Option<Range<usize>> {
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
