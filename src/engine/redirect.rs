//! Redirects: where one points, and what of the request follows it.
//!
//! Owns the rule for redirects that are followed at once and for those that the user allows. Refuses
//! to send.

use bytes::Bytes;
use url::Url;

use crate::core::credential::Secret;
use crate::core::cross_origin::may_cross;
use crate::core::exchange::{Head, HeaderOrigin, SentHeader};
use crate::core::request::Plus;
use crate::core::wire::{WireBody, WireRequest};

/// Where an answer points, when it is a redirect that can be followed.
pub(super) fn target(head: &Head, from: &Url) -> Option<Url> {
    if !matches!(head.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let mut target = from.join(head.header("location")?.trim()).ok()?;
    target.set_fragment(None);
    // What a server writes there is no credential of ours; neither can fail for http and https.
    let _ = target.set_username("");
    let _ = target.set_password(None);
    matches!(target.scheme(), "http" | "https").then_some(target)
}

/// True when both URLs have scheme, host and port in common.
pub(super) fn same_origin(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
}

/// What a redirect may change, and take along.
pub(super) struct Rules<'a> {
    /// What follows is signed.
    pub(super) signed: bool,
    /// Credentials may go to another origin.
    pub(super) credentials: bool,
    /// Statuses after which a POST stays a POST.
    pub(super) keep_post: &'a [u16],
    /// Secrets that took part in the request.
    pub(super) secrets: &'a [Secret],
}

/// What follows a redirect.
pub(super) struct Followed {
    /// The request.
    pub(super) wire: WireRequest,
    /// Names of the headers that stay at the origin, in order.
    pub(super) left_behind: Vec<String>,
}

/// The request that follows a redirect: the method changes as the Fetch standard has it
/// (<https://fetch.spec.whatwg.org/#http-redirect-fetch>), and headers stay within the origin but
/// for those of [`may_cross`].
/// `rules` says what is allowed beyond that.
pub(super) fn follow(wire: WireRequest, status: u16, mut target: Url, rules: &Rules<'_>) -> Followed {
    let mut next = wire;
    let stays = same_origin(&next.url, &target);
    let becomes_get = match status {
        301..=303 if next.method == "POST" && rules.keep_post.contains(&status) => false,
        301 | 302 => next.method == "POST",
        303 => next.method != "GET" && next.method != "HEAD",
        _ => false,
    };
    if becomes_get {
        next.method = "GET".to_owned();
        next.body = WireBody::Bytes(Bytes::new());
    }
    if rules.signed
        && let Some(query) = target.query().filter(|query| query.contains('+'))
    {
        // A server that writes + means a space; the signature allows no doubt.
        let query = Plus::Space.spelled_out(query);
        target.set_query(Some(&query));
    }
    next.url = target;
    let describes_body =
        |header: &SentHeader| header.name.get(..8).is_some_and(|s| s.eq_ignore_ascii_case("content-"));
    next.headers.retain(|header| !(becomes_get && describes_body(header)));
    let mut left_behind = Vec::new();
    if !stays {
        let has_body = !next.body.is_empty();
        let goes = |header: &SentHeader| match rules.credentials {
            // It names the origin that the request was written for.
            true => !header.name.eq_ignore_ascii_case("host"),
            false => crosses(header, has_body, rules.secrets),
        };
        let (go, stay): (Vec<_>, Vec<_>) = next.headers.into_iter().partition(goes);
        next.headers = go;
        left_behind = stay.into_iter().map(|header| header.name).collect();
    }
    Followed { wire: next, left_behind }
}

/// True for a header that may go to another origin and holds no secret.
fn crosses(header: &SentHeader, has_body: bool, secrets: &[Secret]) -> bool {
    let holds_secret = |secret: &Secret| !secret.is_empty() && header.value.contains(secret.expose());
    match header.origin {
        HeaderOrigin::Auth => false,
        HeaderOrigin::Author => may_cross(&header.name, has_body) && !secrets.iter().any(holds_secret),
        HeaderOrigin::Default => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(method: &str) -> WireRequest {
        let header = |name: &str, origin| SentHeader { name: name.into(), value: "v".into(), origin };
        WireRequest {
            method: method.into(),
            url: Url::parse("http://a.example/x").unwrap(),
            headers: vec![
                header("Cookie", HeaderOrigin::Author),
                header("X-Own", HeaderOrigin::Author),
                header("x-key", HeaderOrigin::Auth),
                header("content-type", HeaderOrigin::Default),
                header("accept", HeaderOrigin::Author),
            ],
            body: WireBody::Bytes("b".into()),
        }
    }

    fn rules(secrets: &[Secret]) -> Rules<'_> {
        Rules { signed: false, credentials: false, keep_post: &[], secrets }
    }

    fn followed(method: &str, status: u16, to: &str) -> (String, u64, Vec<String>) {
        let next = follow(wire(method), status, Url::parse(to).unwrap(), &rules(&[]));
        let wire = next.wire;
        (wire.method, wire.body.len(), wire.headers.into_iter().map(|h| h.name).collect())
    }

    #[test]
    fn methods_change_as_browsers_have_it() {
        let here = "http://a.example/y";
        for (method, status, expected, body) in [
            ("POST", 301, "GET", 0),
            ("POST", 302, "GET", 0),
            ("PUT", 302, "PUT", 1),
            ("PUT", 303, "GET", 0),
            ("HEAD", 303, "HEAD", 1),
            ("POST", 307, "POST", 1),
            ("POST", 308, "POST", 1),
        ] {
            let (became, length, _) = followed(method, status, here);
            assert_eq!((became.as_str(), length), (expected, body), "{method} {status}");
        }
    }

    #[test]
    fn credentials_stay_within_the_origin() {
        let (_, _, kept) = followed("GET", 307, "http://a.example:80/y");
        assert_eq!(kept, ["Cookie", "X-Own", "x-key", "content-type", "accept"]);
        for elsewhere in ["https://a.example/y", "http://a.example:81/y", "http://b.example/y"] {
            let (_, _, kept) = followed("GET", 307, elsewhere);
            assert_eq!(kept, ["content-type", "accept"], "{elsewhere}");
        }
    }

    #[test]
    fn what_stays_is_named_and_no_secret_leaves_the_origin() {
        let mut wire = wire("GET");
        let names = ["Host", "X-Own", "accept-language", "accept", "User-Agent", "Content-Length"];
        wire.headers = names
            .map(|name| SentHeader { name: name.into(), value: "v".into(), origin: HeaderOrigin::Author })
            .into();
        wire.headers[3].value = "key=hidden".into();
        let target = Url::parse("http://b.example/").unwrap();
        let next = follow(wire, 307, target, &rules(&[Secret::new("hidden")]));
        let kept: Vec<_> = next.wire.headers.iter().map(|header| header.name.as_str()).collect();
        assert_eq!(kept, ["accept-language", "User-Agent"]);
        assert_eq!(next.left_behind, ["Host", "X-Own", "accept", "Content-Length"]);
    }

    #[test]
    fn a_post_stays_one_and_credentials_cross_where_that_is_allowed() {
        let target = Url::parse("http://b.example/").unwrap();
        let rules = Rules { credentials: true, keep_post: &[302], ..rules(&[]) };
        for (status, method) in [(301, "GET"), (302, "POST"), (303, "GET")] {
            let next = follow(wire("POST"), status, target.clone(), &rules);
            assert_eq!(next.wire.method, method, "{status}");
            assert!(next.wire.headers.iter().any(|header| header.name == "x-key"), "{status}");
        }
    }
}
