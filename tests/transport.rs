//! The engine against a raw origin: what leaves, byte for byte, and what is made of answers that
//! lie.

mod origin;
#[path = "transport/tls.rs"]
mod tls;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use signpost::config::Proxy;
use signpost::core::credential::Secret;
use signpost::core::endpoint;
use signpost::core::exchange::{End, Field, Head, Outcome, Problem, Progress, Sent};
use signpost::core::identity::{Identity, IdentityKind, Renew};
use signpost::core::request::{
    Auth, AuthKind, Body, BodyKind, Part, Request, Row, SignatureLocation, Sigv4Auth,
};
use signpost::core::scope::{Nothing, Scope};
use signpost::core::sigv4::{Presented, RawRequest, UNSIGNED_PAYLOAD, payload_hash};
use signpost::engine::{Engine, Job, Origin as Provenance};
use signpost::io::transport::TransportSettings;

use origin::{Origin, Recorded};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

#[derive(Default)]
struct Seen {
    sent: Vec<Sent>,
    head: Option<Head>,
    body: Vec<u8>,
    largest: usize,
    adopted: Vec<String>,
    end: Option<End>,
}

impl Seen {
    fn head(&self) -> &Head {
        self.head.as_ref().unwrap()
    }

    fn outcome(&self) -> &Outcome {
        &self.end.as_ref().unwrap().outcome
    }

    fn cut(&self) -> &str {
        match self.outcome() {
            Outcome::Cut(why) => why,
            other => panic!("not cut: {other:?}"),
        }
    }

    fn network(&self) -> &Problem {
        match self.outcome() {
            Outcome::Network(problem) => problem,
            other => panic!("no network failure: {other:?}"),
        }
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

fn engine(settings: TransportSettings) -> Engine {
    Engine::with_settings(Arc::new(SystemTime::now), settings)
}

fn job(request: Request) -> Job {
    Job {
        request,
        scope: Scope::default(),
        inherited_auth: Auth::default(),
        identities: Vec::new(),
        outside: Arc::new(Nothing),
        root: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
    }
}

fn get(url: &str) -> Request {
    Request { url: url.into(), ..Request::default() }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Sends and gathers every report, in a task as the screen has it.
fn send_with(engine: &Engine, job: Job) -> Seen {
    let engine = engine.clone();
    runtime().block_on(async move {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(8);
        tokio::spawn(async move { engine.send(job, sender).await });
        let mut seen = Seen::default();
        while let Some(progress) = receiver.recv().await {
            assert!(seen.end.is_none(), "a report after the end");
            match progress {
                Progress::Stage(_) => {}
                Progress::Sent(sent) => seen.sent.push(*sent),
                Progress::Head(head) => seen.head = Some(*head),
                Progress::Chunk(bytes) => {
                    seen.largest = seen.largest.max(bytes.len());
                    seen.body.extend_from_slice(&bytes[..bytes.len().min(1 << 20)]);
                }
                Progress::Adopted { identity, .. } => seen.adopted.push(identity),
                Progress::End(end) => seen.end = Some(*end),
            }
        }
        seen
    })
}

fn send(request: Request) -> Seen {
    send_with(&engine(TransportSettings::default()), job(request))
}

fn answer(bytes: impl Into<Vec<u8>>) -> Seen {
    let origin = Origin::answering([bytes.into()]);
    send(get(&origin.url("/")))
}

fn inline(service: &str, token: &str) -> Auth {
    let sigv4 = Sigv4Auth {
        access_key: "AKIDEXAMPLE".into(),
        secret_key: SECRET.into(),
        session_token: token.into(),
        region: "us-east-1".into(),
        service: service.into(),
        ..Sigv4Auth::default()
    };
    Auth { kind: AuthKind::AwsSigv4, sigv4, ..Auth::default() }
}

/// What a server does with the bytes that came.
fn verifies(recorded: &Recorded, service: &str, hash: &str) -> bool {
    let headers: Vec<_> = recorded.headers.iter().map(|(n, v)| (n.as_str(), v.as_slice())).collect();
    let raw = RawRequest { method: &recorded.method, target: &recorded.target, headers: &headers };
    let presented = Presented::parse(&raw).unwrap().expect("a signature");
    let rules = endpoint::defaults(service);
    presented.verify(&Secret::new(SECRET), &raw, hash, &rules).unwrap().matches
}

#[test]
fn what_was_signed_is_what_goes_on_the_wire() {
    let targets = [
        "/2026/a:b/!'()*",
        "/a%20b/ü//x/",
        "/a/../b/./c?x=1",
        "/?versioning",
        "/?b=2&a=1&a=0&empty=",
        "/?q=a=b%3Dc",
        "/?plus=a+b&space=a b",
        "/?quote='&pipe=|&brace={}",
        "/?t=%2F%2f/~-_.",
    ];
    for service in ["lambda", "s3"] {
        for target in targets {
            if service == "s3" && target.contains("..") {
                continue;
            }
            let origin = Origin::answering([b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec()]);
            let request = Request {
                method: "POST".into(),
                params: vec![Row::new("row", "ä+&=%20 '"), Row::new("", "no name")],
                headers: vec![
                    Row::new("X-Amz-Meta-B", "a   b"),
                    Row::new("x-multi", "1"),
                    Row::new("X-Multi", "2"),
                ],
                body: Body { kind: BodyKind::Json, text: "{\"a\": 1}".into(), ..Body::default() },
                auth: inline(service, "tok/en+="),
                ..get(&origin.url(target))
            };
            let seen = send(request);
            assert_eq!(seen.outcome(), &Outcome::Answered, "{target}");
            let recorded = &origin.requests()[0];
            assert!(
                verifies(recorded, service, &payload_hash(b"{\"a\": 1}")),
                "{service} {target} {recorded:?}"
            );
            assert_eq!(recorded.body, b"{\"a\": 1}");
            assert_same_as_shown(&seen.sent[0], recorded);
        }
    }
}

/// Every header that left is in the record, with its value, and the other way round.
fn assert_same_as_shown(sent: &Sent, recorded: &Recorded) {
    let mut shown: Vec<_> =
        sent.headers.iter().map(|h| (h.name.to_ascii_lowercase(), h.value.clone().into_bytes())).collect();
    let mut came: Vec<_> = recorded.headers.iter().filter(|(n, _)| n != "content-length").cloned().collect();
    shown.sort();
    came.sort();
    assert_eq!(shown, came);
    assert!(sent.url.ends_with(&recorded.target), "{} {}", sent.url, recorded.target);
}

#[test]
fn a_presigned_url_carries_the_whole_signature() {
    let origin = Origin::answering([b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec()]);
    let mut auth = inline("s3", "tok/en+=");
    auth.sigv4.location = SignatureLocation::Query;
    let seen = send(Request { auth, ..get(&origin.url("/key with space?x=1")) });
    let recorded = &origin.requests()[0];
    assert!(verifies(recorded, "s3", UNSIGNED_PAYLOAD), "{recorded:?}");
    assert!(recorded.header("authorization").is_none());
    assert_same_as_shown(&seen.sent[0], recorded);
}

#[test]
fn bodies_of_every_kind_are_signed_whole() {
    let folder = tempfile::tempdir().unwrap();
    let large = vec![b'x'; (1 << 20) + 17];
    std::fs::write(folder.path().join("large.bin"), &large).unwrap();
    std::fs::write(folder.path().join("small.txt"), "small").unwrap();
    let part = |name: &str, value: &str, file| Part {
        name: name.into(),
        value: value.into(),
        file,
        ..Part::default()
    };
    let bodies = [
        Body { kind: BodyKind::Text, text: "tëxt".into(), ..Body::default() },
        Body { kind: BodyKind::Form, form: vec![Row::new("a b", "c&d")], ..Body::default() },
        Body {
            kind: BodyKind::Multipart,
            parts: vec![part("t", "text", false), part("f", "small.txt", true)],
            ..Body::default()
        },
        Body { kind: BodyKind::File, file: "large.bin".into(), ..Body::default() },
    ];
    for body in bodies {
        let kind = body.kind;
        let origin = Origin::answering([b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec()]);
        let request =
            Request { method: "POST".into(), body, auth: inline("lambda", ""), ..get(&origin.url("/")) };
        let seen = send_with(
            &engine(TransportSettings::default()),
            Job { root: folder.path().to_owned(), ..job(request) },
        );
        assert_eq!(seen.outcome(), &Outcome::Answered, "{kind:?}");
        let recorded = &origin.requests()[0];
        assert!(verifies(recorded, "lambda", &payload_hash(&recorded.body)), "{kind:?}");
        assert_eq!(recorded.header("content-length").unwrap(), recorded.body.len().to_string());
        assert!(recorded.header("transfer-encoding").is_none());
        match kind {
            BodyKind::Text => assert_eq!(recorded.body, "tëxt".as_bytes()),
            BodyKind::Form => assert_eq!(recorded.body, b"a+b=c%26d"),
            BodyKind::File => assert_eq!(recorded.body, large),
            _ => assert!(recorded.body.windows(9).any(|w| w == b"\r\nsmall\r\n")),
        }
    }
}

#[test]
fn nothing_leaves_where_signing_was_chosen_and_cannot_be() {
    let origin = Origin::answering([]);
    let unsigned =
        Request { auth: Auth { kind: AuthKind::AwsSigv4, ..Auth::default() }, ..get(&origin.url("/")) };
    let mut no_region = Request { auth: inline("lambda", ""), ..get(&origin.url("/")) };
    no_region.auth.sigv4.region.clear();
    for (request, said) in [
        (unsigned, "signing is chosen and there is nothing to sign with"),
        (no_region, "the region to sign for is not known: 127.0.0.1 does not say it"),
    ] {
        let seen = send(request);
        let Outcome::NotSent(problems) = seen.outcome() else { panic!("{:?}", seen.outcome()) };
        assert_eq!(problems[0].message, said);
        assert!(seen.sent.is_empty());
    }
    assert_eq!(origin.connections(), 0);
}

#[test]
fn the_answer_is_told_with_its_connection() {
    let seen = answer("HTTP/1.1 418 Teapot\r\nX-One: a\r\nx-one: b\r\ncontent-length: 2\r\n\r\nhi");
    let head = seen.head();
    assert_eq!((head.status, head.protocol.as_str()), (418, "HTTP/1.1"));
    let ones: Vec<_> = head.headers.iter().filter(|(n, _)| n == "x-one").map(|(_, v)| v.as_str()).collect();
    assert_eq!(ones, ["a", "b"]);
    assert!(head.remote.unwrap().ip().is_loopback());
    assert!(head.timing.connect.is_some() && head.timing.first_byte.is_some());
    let end = seen.end.as_ref().unwrap();
    assert_eq!((end.wire_bytes, end.body_bytes), (2, 2));
    assert!(end.timing.download.is_some() && end.timing.total >= head.timing.total);
}

#[test]
fn every_name_under_localhost_is_loopback() {
    let origin = Origin::answering([b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec()]);
    let host = format!("abc.lambda-url.us-east-1.localhost:{}", origin.port());
    let seen = send(get(&format!("{host}/x")));
    assert_eq!(seen.outcome(), &Outcome::Answered);
    assert_eq!(origin.requests()[0].header("host").unwrap(), host);
    assert!(seen.head().timing.resolve.is_some());
}

#[test]
fn trailers_come_with_the_end() {
    let seen = answer(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 9\r\n\r\n",
    );
    assert_eq!(seen.text(), "abc");
    assert_eq!(seen.end.as_ref().unwrap().trailers, [("x-sum".to_owned(), "9".to_owned())]);
}

fn encoded(encoding: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Compresses with one of the encodings that are asked for.
fn compress(encoding: &str, text: &[u8]) -> Vec<u8> {
    use async_compression::tokio::bufread::{BrotliEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
    use tokio::io::AsyncReadExt as _;
    runtime().block_on(async {
        let mut out = Vec::new();
        match encoding {
            "gzip" => GzipEncoder::new(text).read_to_end(&mut out).await,
            "br" => BrotliEncoder::new(text).read_to_end(&mut out).await,
            "zstd" => ZstdEncoder::new(text).read_to_end(&mut out).await,
            _ => ZlibEncoder::new(text).read_to_end(&mut out).await,
        }
        .unwrap();
        out
    })
}

#[test]
fn bodies_are_decoded_and_both_sizes_known() {
    let text = "hello ".repeat(1000);
    for encoding in ["gzip", "br", "zstd", "deflate"] {
        let body = compress(encoding, text.as_bytes());
        let seen = answer(encoded(encoding, &body));
        assert_eq!(seen.outcome(), &Outcome::Answered, "{encoding}");
        assert_eq!(seen.text(), text, "{encoding}");
        let end = seen.end.as_ref().unwrap();
        assert_eq!((end.wire_bytes, end.body_bytes), (body.len() as u64, 6000), "{encoding}");
        assert_eq!(seen.head().header("content-encoding"), Some(encoding));
    }
    let twice = compress("br", &compress("gzip", text.as_bytes()));
    assert_eq!(answer(encoded("gzip, br", &twice)).text(), text);
}

#[test]
fn an_encoding_that_lies_is_shown_as_it_came() {
    let seen = answer(encoded("gzip", b"plain after all"));
    assert_eq!(seen.text(), "plain after all");
    assert!(seen.cut().starts_with("content-encoding says gzip, and the body is not"), "{}", seen.cut());
    let whole = compress("gzip", "hello ".repeat(50_000).as_bytes());
    let seen = answer(encoded("gzip", &whole[..whole.len() - 9]));
    assert!(seen.cut().starts_with("the gzip encoding of the body breaks off"), "{}", seen.cut());
    assert!(seen.text().starts_with("hello hello"));
    assert_eq!(answer(encoded("gzip", b"")).outcome(), &Outcome::Answered);
    assert_eq!(answer(encoded("nonsense", b"as is")).text(), "as is");
}

#[test]
fn a_bomb_comes_in_bounded_pieces() {
    let zeros = vec![0; 64 << 20];
    let bomb = compress("gzip", &zeros);
    let length = bomb.len() as u64;
    let seen = answer(encoded("gzip", &bomb));
    let end = seen.end.as_ref().unwrap();
    assert_eq!((end.wire_bytes, end.body_bytes), (length, 64 << 20));
    assert!(seen.largest <= 128 * 1024, "{}", seen.largest);
}

#[test]
fn what_came_of_a_body_that_is_cut_is_kept() {
    let seen = answer("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this");
    assert_eq!(seen.text(), "only this");
    assert_eq!(seen.cut(), "the connection was closed after 9 of the 100 bytes that content-length promised");
    let seen = answer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nfour\r\n");
    assert_eq!(
        (seen.text(), seen.cut()),
        ("four", "the connection was closed after 4 bytes, before the body's end")
    );
    let seen = answer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nfour\r\nzz\r\n");
    assert_eq!(seen.text(), "four");
    assert!(seen.cut().starts_with("the body broke off after 4 bytes: "), "{}", seen.cut());
}

#[test]
fn bytes_that_are_no_text_pass_untouched() {
    let seen = answer(b"HTTP/1.1 200 OK\r\nx: \xff\x1b\r\ncontent-length: 4\r\n\r\n\xff\0\x1b[".to_vec());
    assert_eq!(seen.outcome(), &Outcome::Network(seen.network().clone()));
    let seen = answer(b"HTTP/1.1 200 OK\r\nx: \xff\r\ncontent-length: 4\r\n\r\n\xff\0\x1b[".to_vec());
    assert_eq!(seen.body, b"\xff\0\x1b[");
    assert_eq!(seen.head().header("x"), Some("\u{fffd}"));
}

#[test]
fn answers_that_are_none_are_network_failures() {
    let endless = [b"HTTP/1.1 200 OK\r\n".to_vec(), b"x: y\r\n".repeat(200_000)].concat();
    for (bytes, said) in [
        (b"".to_vec(), "closed the connection without an answer"),
        (b"SSH-2.0-OpenSSH_9\r\n\r\n".to_vec(), "gave no valid HTTP answer"),
        (endless, "gave no valid HTTP answer"),
    ] {
        let seen = answer(bytes);
        let problem = seen.network();
        assert!(problem.message.contains(said), "{}", problem.message);
        assert!(!problem.cure.is_empty());
    }
}

#[test]
fn a_closed_port_and_an_unknown_name_are_named() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let seen = send(get(&format!(":{port}/x")));
    assert_eq!(seen.network().message, format!("connection refused by localhost:{port}"));
    let seen = send(get("http://no-such-host.invalid/"));
    assert!(seen.network().message.starts_with("the name no-such-host.invalid cannot be resolved"));
}

#[test]
fn time_limits_say_which_they_are() {
    let settings =
        TransportSettings { first_byte_timeout: Some(Duration::from_millis(50)), ..Default::default() };
    let silent = Origin::silent();
    let seen = send_with(&engine(settings), job(get(&silent.url("/"))));
    let said = format!("127.0.0.1:{} sent no first byte within 0.1 s", silent.port());
    assert_eq!(seen.network().message, said);
    let stuck = Origin::holding(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc".to_vec());
    let settings =
        TransportSettings { total_timeout: Some(Duration::from_millis(300)), ..Default::default() };
    let seen = send_with(&engine(settings), job(get(&stuck.url("/"))));
    assert_eq!((seen.text(), seen.cut()), ("abc", "the total time limit was reached before the body's end"));
}

fn redirect(status: u16, to: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} Moved\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .into()
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

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

fn session(expires: &str) -> Vec<u8> {
    let body = format!(
        "<GetSessionTokenResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetSessionTokenResult>\
         <Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\
         <SessionToken>minted</SessionToken><Expiration>{expires}</Expiration></Credentials>\
         </GetSessionTokenResult></GetSessionTokenResponse>"
    );
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into()
}

fn identities(endpoint: &str, renew: Renew) -> Vec<Identity> {
    let alice = IdentityKind::Keys {
        access_key: "AKIDEXAMPLE".into(),
        secret_key: SECRET.into(),
        session_token: String::new(),
    };
    let session = IdentityKind::GetSessionToken {
        source: "alice".into(),
        duration_seconds: Some(900),
        endpoint: endpoint.into(),
        region: String::new(),
        renew,
    };
    vec![Identity { name: "alice".into(), kind: alice }, Identity { name: "session".into(), kind: session }]
}

fn signed_by(identity: &str, service: &str, url: &str, identities: Vec<Identity>) -> Job {
    let sigv4 = Sigv4Auth {
        identity: identity.into(),
        region: "us-east-1".into(),
        service: service.into(),
        ..Sigv4Auth::default()
    };
    let auth = Auth { kind: AuthKind::AwsSigv4, sigv4, ..Auth::default() };
    Job { identities, ..job(Request { auth, ..get(url) }) }
}

#[test]
fn a_session_is_minted_once_and_signs_with_its_token() {
    let sts = Origin::answering([session("2099-01-01T00:00:00Z")]);
    let origin = Origin::answering([OK.to_vec(), OK.to_vec()]);
    let engine = engine(TransportSettings::default());
    let job = signed_by("session", "lambda", &origin.url("/"), identities(&sts.url("/"), Renew::Auto));
    assert_eq!(engine.known_credential("session", &job), None);
    for _ in 0..2 {
        assert_eq!(send_with(&engine, job.clone()).text(), "ok");
    }
    let asked = &sts.requests()[0];
    assert_eq!(asked.body, b"Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900");
    assert!(verifies(asked, "sts", &payload_hash(&asked.body)));
    assert_eq!(sts.connections(), 1);
    for request in origin.requests() {
        assert_eq!(request.header("x-amz-security-token").as_deref(), Some("minted"));
        assert!(verifies(&request, "lambda", &payload_hash(b"")));
    }
    let known = engine.known_credential("session", &job).unwrap().unwrap();
    assert_eq!(known.source, "STS GetSessionToken of keys of alice");
}

#[test]
fn an_expired_session_is_renewed_or_used_as_the_identity_says() {
    for (renew, times) in [(Renew::Auto, 2), (Renew::Ask, 1)] {
        let sts = Origin::answering([session("2020-01-01T00:00:00Z"), session("2020-01-01T00:00:00Z")]);
        let origin = Origin::answering([OK.to_vec(), OK.to_vec()]);
        let engine = engine(TransportSettings::default());
        let job = signed_by("session", "lambda", &origin.url("/"), identities(&sts.url("/"), renew));
        for _ in 0..2 {
            assert_eq!(send_with(&engine, job.clone()).text(), "ok");
        }
        assert_eq!(sts.connections(), times, "{renew:?}");
    }
}

#[test]
fn a_session_asked_for_by_hand_is_adopted() {
    let sts = Origin::answering([session("2099-01-01T00:00:00Z")]);
    let engine = engine(TransportSettings::default());
    let url = sts.url("/?Action=GetSessionToken&Version=2011-06-15");
    let job = signed_by("alice", "sts", &url, identities(&sts.url("/"), Renew::Ask));
    assert_eq!(send_with(&engine, job.clone()).adopted, ["session"]);
    let known = engine.known_credential("session", &job).unwrap().unwrap();
    assert_eq!(known.access_key, "ASIAIOSFODNN7EXAMPLE");
    let lambda = Origin::answering([session("2099-01-01T00:00:00Z")]);
    let job = signed_by("alice", "lambda", &lambda.url("/"), identities(&sts.url("/"), Renew::Ask));
    assert!(send_with(&engine, job).adopted.is_empty());
}

#[test]
fn a_refusal_of_sts_stops_the_send_with_its_words() {
    let body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
    let sts =
        Origin::answering([format!("HTTP/1.1 403 F\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into()]);
    let origin = Origin::answering([]);
    let job = signed_by("session", "lambda", &origin.url("/"), identities(&sts.url("/"), Renew::Auto));
    let seen = send_with(&engine(TransportSettings::default()), job);
    let Outcome::NotSent(problems) = seen.outcome() else { panic!("{:?}", seen.outcome()) };
    assert_eq!(problems[0].message, "STS refused GetSessionToken with 403 AccessDenied: no");
    assert_eq!(origin.connections(), 0);
}

#[test]
fn a_proxy_is_asked_for_the_whole_url() {
    let proxy = Origin::answering([OK.to_vec()]);
    let settings = TransportSettings {
        proxy: Proxy::Url(format!("http://user:pass@127.0.0.1:{}", proxy.port())),
        ..Default::default()
    };
    let seen = send_with(&engine(settings), job(get("http://example.invalid/x?y=1")));
    assert_eq!(seen.text(), "ok");
    let came = &proxy.requests()[0];
    assert_eq!(came.target, "http://example.invalid/x?y=1");
    assert_eq!(came.header("proxy-authorization").as_deref(), Some("Basic dXNlcjpwYXNz"));
    assert_eq!(came.header("host").as_deref(), Some("example.invalid"));
}

#[test]
fn cancelling_closes_the_socket() {
    let origin = Origin::holding(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc".to_vec());
    let engine = engine(TransportSettings::default());
    let job = job(get(&origin.url("/")));
    runtime().block_on(async {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(8);
        let task = tokio::spawn(async move { engine.send(job, sender).await });
        while let Some(progress) = receiver.recv().await {
            if matches!(progress, Progress::Chunk(_)) {
                task.abort();
            }
        }
    });
    assert!(origin.was_closed_by_peer());
}

#[test]
fn a_preview_tells_who_signs_for_what_and_what_contradicts() {
    let engine = engine(TransportSettings::default());
    let mut request = get("http://abc.lambda-url.eu-west-1.localhost:9000/x?a=1");
    request.params = vec![Row::new("b", "c d")];
    request.auth = inline("", "");
    request.auth.sigv4.access_key = "ASIAIOSFODNN7EXAMPLE".into();
    let preview = engine.preview(&job(request.clone()));
    assert_eq!(preview.url.as_deref(), Some("http://abc.lambda-url.eu-west-1.localhost:9000/x?a=1&b=c%20d"));
    assert_eq!(preview.problems, []);
    assert_eq!(preview.region, Some(("us-east-1".to_owned(), Provenance::Typed)));
    let (service, origin) = preview.service.clone().unwrap();
    assert_eq!(service, "lambda");
    assert!(matches!(origin, Provenance::Inferred(_)));
    let fields: Vec<_> = preview.warnings.iter().map(|warning| warning.field.clone()).collect();
    assert_eq!(fields, [Field::Auth("region"), Field::Auth("session_token")]);
    request.auth.sigv4.secret_key.clear();
    request.headers = vec![Row::new("x", "{{nope}}")];
    let preview = engine.preview(&job(request));
    let fields: Vec<_> = preview.problems.iter().map(|problem| problem.field.clone()).collect();
    assert_eq!(fields, [Field::Header(0), Field::Auth("secret_key")]);
}
