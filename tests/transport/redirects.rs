//! Redirects: what follows, and what stops.

use signpost::core::scope::ValueSource;
use signpost::engine::Clocks;

use super::*;

fn redirect(status: u16, to: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} Moved\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .into()
}

#[test]
fn a_redirect_within_the_origin_is_signed_again() {
    let origin = Origin::answering([redirect(302, "/b?x=a+b"), OK.to_vec()]);
    let body = Body { kind: BodyKind::Json, text: "{}".into(), ..Body::default() };
    let first = origin.url("/a");
    let seen = send(Request { method: "POST".into(), body, auth: inline("lambda", "t"), ..get(&first) });
    assert_eq!(seen.text(), "ok");
    assert_eq!((seen.redirects.len(), seen.redirects[0].head.status), (1, 302));
    assert_eq!(seen.redirects[0].head.header("location"), Some("/b?x=a+b"));
    assert_eq!((seen.sent[0].url.as_str(), seen.head().status), (first.as_str(), 200));
    let requests = origin.requests();
    assert_eq!((requests[1].method.as_str(), requests[1].target.as_str()), ("GET", "/b?x=a%20b"));
    assert!(requests[1].header("content-type").is_none());
    assert!(verifies(&requests[1], "lambda", &payload_hash(b"")));
    assert_eq!(seen.sent.len(), 2);
}

#[test]
fn a_signed_request_stops_at_another_origin_and_a_plain_one_leaves_its_credentials() {
    let other = Origin::answering([OK.to_vec()]);
    let target = other.url("/there");
    let origin = Origin::answering([redirect(307, &target), redirect(307, &target)]);
    let seen = send(Request { auth: inline("lambda", ""), ..get(&origin.url("/")) });
    let Outcome::RedirectRefused { next, .. } = seen.outcome() else { panic!("{:?}", seen.outcome()) };
    assert_eq!(next.wire.url.as_str(), target);
    assert_eq!(seen.head().status, 307);
    assert_eq!(other.connections(), 0);
    let headers =
        vec![Row::new("Authorization", "Bearer x"), Row::new("Cookie", "a=b"), Row::new("X-Own", "1")];
    let seen = send(Request { headers, ..get(&origin.url("/")) });
    assert_eq!(seen.text(), "ok");
    let came = &other.requests()[0];
    assert!(came.header("authorization").is_none() && came.header("cookie").is_none());
    assert!(came.header("x-own").is_none(), "nobody knows what it is for");
}

#[test]
fn redirects_end() {
    let origin = Origin::answering((0..4).map(|_| redirect(302, "/again")));
    let settings = TransportSettings { max_redirects: 3, ..Default::default() };
    let seen = send_with(&engine(settings), job(get(&origin.url("/"))));
    assert_eq!(seen.network().message, "stopped after 3 redirects");
    let origin = Origin::answering([redirect(302, "/again")]);
    let mut request = get(&origin.url("/"));
    request.send.follow_redirects = Some(false);
    let seen = send(request);
    assert_eq!((seen.outcome(), seen.head().status), (&Outcome::Answered, 302));
}

#[test]
fn a_redirect_brings_no_credentials_and_one_that_leads_nowhere_is_shown() {
    let there = Origin::answering([OK.to_vec()]);
    let target = there.url("/there").replace("//", "//who:ever@");
    let seen = send(get(&Origin::answering([redirect(302, &target)]).url("/")));
    assert_eq!(seen.text(), "ok");
    assert!(there.requests()[0].header("authorization").is_none());
    assert_eq!(seen.sent[1].url, there.url("/there"));
    for location in ["http://[", "ftp://127.0.0.1/", "javascript:alert(1)"] {
        let seen = send(get(&Origin::answering([redirect(302, location)]).url("/")));
        assert_eq!((seen.outcome(), seen.head().status), (&Outcome::Answered, 302), "{location}");
    }
}

/// A private store with one secret.
struct OneSecret;

impl ValueSource for OneSecret {
    fn secret(&self, name: &str) -> Option<Secret> {
        (name == "key").then(|| Secret::new("kept-privately"))
    }

    fn env(&self, _name: &str) -> Option<String> {
        None
    }
}

#[test]
fn what_follows_a_refused_redirect_carries_nothing_private() {
    let other = Origin::answering([OK.to_vec()]);
    let target = other.url("/there");
    let origin = Origin::answering([redirect(303, &target)]);
    let rows = [
        ("Cookie", "session=own"),
        ("Proxy-Authorization", "Basic b3duOm93bg=="),
        ("X-Api-Key", "own-key"),
        ("X-Partner", "{{secret:key}}"),
        ("Host", "front.example"),
        ("Content-Language", "en"),
        // As a folder would add it.
        ("X-Trace", "on"),
    ];
    let request = Request {
        method: "POST".into(),
        headers: rows.map(|(name, value)| Row::new(name, value)).into(),
        body: Body { kind: BodyKind::Json, text: "{\"a\": 1}".into(), ..Body::default() },
        auth: inline("lambda", "session-token"),
        ..get(&origin.url("/"))
    };
    let engine = engine(TransportSettings::default());
    let seen = send_with(&engine, Job { outside: Arc::new(OneSecret), ..job(request) });
    let first = &origin.requests()[0];
    assert_eq!(first.header("x-amz-security-token").as_deref(), Some("session-token"));
    assert_eq!(other.connections(), 0);
    let Outcome::RedirectRefused { next, .. } = seen.outcome() else { panic!("{:?}", seen.outcome()) };
    let seen = follow_with(&engine, (**next).clone());
    assert_eq!(seen.text(), "ok");
    let came = &other.requests()[0];
    assert_eq!((came.method.as_str(), came.target.as_str(), came.body.len()), ("GET", "/there", 0));
    let mut names: Vec<_> = came.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
    assert_eq!(came.header("host").map(|host| format!("http://{host}/there")), Some(target));
}

#[test]
fn a_signature_is_dated_by_the_engines_clock() {
    let origin = Origin::answering([OK.to_vec()]);
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
    let clocks = Clocks { expiry: Arc::new(SystemTime::now), signing: Arc::new(move || at) };
    let engine = Engine::with_clocks(clocks, TransportSettings::default());
    let seen = send_with(&engine, job(Request { auth: inline("lambda", ""), ..get(&origin.url("/")) }));
    assert_eq!(seen.sent[0].at, at);
    assert_eq!(origin.requests()[0].header("x-amz-date").as_deref(), Some("20150830T123600Z"));
}

/// What a program, a gateway or a vendor takes for a credential, and what names the origin.
const CUSTOM: [&str; 12] = [
    "x-api-key",
    "X-Auth-Token",
    "PRIVATE-TOKEN",
    "X-Vault-Token",
    "X-Amz-Security-Token",
    "Cookie2",
    "Referer",
    "X-Anything",
    "Accept-Encoding",
    "If-None-Match",
    "Range",
    "Content-Type",
];

/// A request whose every header is the author's.
fn with_custom_headers(method: &str, url: &str) -> Request {
    let allowed = ["accept", "Accept-Language", "User-Agent"];
    let headers = CUSTOM.into_iter().chain(allowed).map(|name| Row::new(name, "application/json"));
    Request { method: method.into(), headers: headers.collect(), ..get(url) }
}

/// Names of the headers that came, in order of the alphabet, but for those that every request has.
fn names(came: &Recorded) -> Vec<String> {
    let framing = ["host", "content-length"];
    let mut names: Vec<_> = came.headers.iter().map(|(name, _)| name.clone()).collect();
    names.retain(|name| !framing.contains(&name.as_str()));
    names.sort();
    names
}

#[test]
fn no_header_but_those_of_the_client_goes_to_another_origin() {
    for status in [301, 302, 303, 307, 308] {
        let other = Origin::answering([OK.to_vec()]);
        let origin = Origin::answering([redirect(status, &other.url("/there"))]);
        let seen = send(with_custom_headers("GET", &origin.url("/")));
        assert_eq!(seen.text(), "ok", "{status}");
        assert_eq!(names(&origin.requests()[0]).len(), CUSTOM.len() + 3);
        assert_eq!(names(&other.requests()[0]), ["accept", "accept-language", "user-agent"], "{status}");
        assert_eq!(seen.redirects[0].left_behind, CUSTOM, "{status}");

        let here = Origin::answering([redirect(status, "/there"), OK.to_vec()]);
        let seen = send(with_custom_headers("GET", &here.url("/")));
        assert_eq!(names(&here.requests()[1]), names(&here.requests()[0]), "{status}: within the origin");
        assert!(seen.redirects[0].left_behind.is_empty());
    }
}

#[test]
fn a_body_goes_to_another_origin_only_if_the_user_says_so() {
    let body = Body { kind: BodyKind::Json, text: "{\"a\": 1}".into(), ..Body::default() };
    for (status, method, takes_body) in [
        (301, "POST", false),
        (302, "POST", false),
        (303, "PUT", false),
        (301, "PUT", true),
        (302, "PATCH", true),
        (307, "POST", true),
        (308, "DELETE", true),
    ] {
        let other = Origin::answering([OK.to_vec(), OK.to_vec()]);
        let there = other.url("/there");
        let origin = Origin::answering([redirect(status, &there), redirect(status, &there)]);
        let request = Request { body: body.clone(), ..with_custom_headers(method, &origin.url("/")) };
        let asking = engine(TransportSettings::default());
        let seen = send_with(&asking, job(request.clone()));
        let expected: &[u8] = if takes_body { b"{\"a\": 1}" } else { b"" };
        if takes_body {
            let Outcome::RedirectRefused { next, signed: false } = seen.outcome() else {
                panic!("{status} {method}: {:?}", seen.outcome())
            };
            assert_eq!((other.connections(), next.wire.body.len()), (0, 8), "{status} {method}");
            assert!(next.left_behind.contains(&"X-Vault-Token".to_owned()));
            assert_eq!(follow_with(&asking, (**next).clone()).text(), "ok");
        }
        let allowing = engine(TransportSettings { redirect_body: true, ..Default::default() });
        let seen = if takes_body { send_with(&allowing, job(request)) } else { seen };
        assert_eq!(seen.text(), "ok", "{status} {method}");
        for came in other.requests() {
            assert_eq!(came.body, expected, "{status} {method}");
            let of_body: &[&str] = if takes_body { &["content-type"] } else { &[] };
            let mut all = [&["accept", "accept-language", "user-agent"], of_body].concat();
            all.sort_unstable();
            assert_eq!(names(&came), all, "{status} {method}");
        }
    }
}

#[test]
fn a_redirect_that_cannot_be_followed_does_not_say_that_nothing_was_sent() {
    let there = format!("http://{}.example/", "a".repeat(70_000));
    let origin = Origin::answering([redirect(302, &there)]);
    let seen = send(get(&origin.url("/")));
    let problem = seen.network();
    assert!(problem.message.starts_with("the redirect couldn't be followed: "), "{problem:?}");
    assert_eq!(origin.requests().len(), 1);
}
