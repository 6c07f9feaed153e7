//! `sign_as`: the URL that a signature is computed for, where it isn't the one that is called.
//!
//! Owns how the two URLs relate: something between here and AWS puts its own `Host` and a path
//! prefix in place of what was sent, and AWS verifies the signature over that. Refuses proxies that
//! remove parts of a path: what they do isn't known here.

use url::Url;

use super::exchange::{Field, Problem};
use super::request::fields::AuthField;

/// The URL of the service behind a proxy, with the path prefix that the proxy adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignAs(Url);

impl SignAs {
    /// Reads `https://host[:port][/prefix]`; without a scheme it's `https`.
    ///
    /// # Errors
    /// A problem of the field `sign_as`.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let problem = |message: &str| {
            Problem::new(
                Field::Auth(AuthField::SignAs),
                message,
                "Write scheme, host and path prefix, for example `https://abc123.execute-api.eu-west-1.amazonaws.com/prod`.",
            )
        };
        let url = Url::parse(&with_scheme).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| problem("`sign_as` isn't an http or https URL"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(problem("`sign_as` contains a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(problem("`sign_as` has a query or fragment; the request's own query is signed"));
        }
        Ok(Self(url))
    }

    /// The host without its port.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Scheme, host, port and path prefix, as text.
    pub(crate) fn text(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The URL that is signed when `called` is called.
    pub(crate) fn signed(&self, called: &Url) -> Url {
        let mut signed = self.0.clone();
        signed.set_path(&format!("{}{}", self.0.path().trim_end_matches('/'), called.path()));
        signed.set_query(called.query());
        signed
    }

    /// The URL to call, given the one that was signed: a presigned query is what they share.
    pub(crate) fn called(called: &Url, signed: &Url) -> Url {
        let mut url = called.clone();
        url.set_query(signed.query());
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(sign_as: &str, called: &str) -> String {
        SignAs::parse(sign_as).unwrap().signed(&Url::parse(called).unwrap()).into()
    }

    #[test]
    fn host_and_prefix_come_from_sign_as_and_the_rest_from_the_request() {
        let api = "https://abc123.execute-api.eu-west-1.amazonaws.com";
        for (sign_as, called, expected) in [
            ("/prod", "https://api.example.com/users?a=1&b", "/prod/users?a=1&b"),
            ("/prod/", "https://api.example.com/users", "/prod/users"),
            ("", "https://api.example.com/", "/"),
            ("/", "http://localhost:8443/a%20b//c", "/a%20b//c"),
        ] {
            assert_eq!(signed(&format!("{api}{sign_as}"), called), format!("{api}{expected}"));
        }
        assert_eq!(signed("a.example:8443/x", "http://b/y"), "https://a.example:8443/x/y");
    }

    #[test]
    fn only_a_host_with_a_prefix_can_be_signed_for() {
        for wrong in ["ftp://a", "https://", "https://u:p@a/", "https://a/?b=c", "https://a/#b", "a b"] {
            let problem = SignAs::parse(wrong).unwrap_err();
            assert_eq!(problem.field, Field::Auth(AuthField::SignAs), "{wrong}");
            assert!(!problem.message.contains("u:p"), "{wrong}");
        }
    }

    #[test]
    fn a_presigned_query_is_sent_to_the_called_host() {
        let called = Url::parse("https://cdn.example/a?b=c").unwrap();
        let signed = Url::parse("https://x.lambda-url.us-east-1.on.aws/a?b=c&X-Amz-Signature=1").unwrap();
        assert_eq!(SignAs::called(&called, &signed).as_str(), "https://cdn.example/a?b=c&X-Amz-Signature=1");
    }
}
