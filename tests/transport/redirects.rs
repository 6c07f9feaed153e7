//! Redirects: what follows, and what stops.

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
    assert_eq!(seen.head().redirects, [(302, first)]);
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
    assert_eq!(seen.outcome(), &Outcome::RedirectRefused { target: target.clone() });
    assert_eq!(seen.head().status, 307);
    assert_eq!(other.connections(), 0);
    let headers =
        vec![Row::new("Authorization", "Bearer x"), Row::new("Cookie", "a=b"), Row::new("X-Own", "1")];
    let seen = send(Request { headers, ..get(&origin.url("/")) });
    assert_eq!(seen.text(), "ok");
    let came = &other.requests()[0];
    assert!(came.header("authorization").is_none() && came.header("cookie").is_none());
    assert_eq!(came.header("x-own").as_deref(), Some("1"));
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
