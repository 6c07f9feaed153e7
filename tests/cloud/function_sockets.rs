//! Odd clients: browsers, garbage, slow senders, half-closed connections, large bodies. And any
//! change of a signed byte.

use std::time::Duration;

use proptest::prelude::*;
use signpost::cloud::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::client::Draft;
use super::function_support::{PUBLIC, Site, answer, request};
use super::{FORBIDDEN, HELLO};

const CORS: &str = r#"
url = { cors = { allow_origins = ["https://app.example", "https://*.trusted.example"], allow_methods = ["GET", "POST"],
  allow_headers = ["x-a", "x-b"], expose_headers = ["x-c"], allow_credentials = true, max_age = 60 } }"#;

fn from(draft: Draft<'static>, headers: &[(&str, &str)]) -> Draft<'static> {
    draft.with(|draft| {
        draft.headers.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    })
}

#[tokio::test]
async fn web_pages_may_do_what_cors_allows() {
    let site =
        Site::open(&format!("[[functions]]\nname = \"shared\"{CORS}\n[[functions]]\nname = \"own\"")).await;
    let preflight = |name: &str, origin: &str| {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        from(site.url(name, "/"), &headers).with(|draft| draft.method = "OPTIONS")
    };
    for origin in ["https://app.example", "https://a.trusted.example"] {
        let allowed = site.send(&preflight("shared", origin)).await;
        assert_eq!((allowed.status, allowed.body.as_str()), (200, ""), "nobody signs a preflight");
        for (name, value) in [
            ("access-control-allow-origin", origin),
            ("access-control-allow-methods", "GET,POST"),
            ("access-control-allow-headers", "x-a,x-b"),
            ("access-control-expose-headers", "x-c"),
            ("access-control-allow-credentials", "true"),
            ("access-control-max-age", "60"),
            ("vary", "Origin"),
        ] {
            assert_eq!(allowed.header(name), Some(value), "{name}");
        }
    }
    let call = from(site.url("shared", "/"), &[("origin", "https://app.example")]);
    let answer = site.signed(call).await;
    assert_eq!(answer.row(), (200, "", HELLO));
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example"));
    assert_eq!(answer.header("access-control-allow-methods"), None);
    let unsigned = site.send(&from(site.url("shared", "/"), &[("origin", "https://app.example")])).await;
    assert_eq!(unsigned.row(), (403, "AccessDeniedException", FORBIDDEN));
    assert_eq!(unsigned.header("access-control-allow-origin"), Some("https://app.example"));

    for (name, origin) in [
        ("shared", "https://evil.example"),
        ("shared", "https://trusted.example"),
        ("shared", "https://a.trusted.example.evil.example"),
        ("shared", "null"),
        ("own", "https://app.example"),
    ] {
        let refused = "this cloud doesn't serve web pages of other origins\n";
        assert_eq!(site.send(&preflight(name, origin)).await.row(), (403, "", refused), "{name} {origin}");
        let signed = site.signed(from(site.url(name, "/"), &[("origin", origin)])).await;
        assert_eq!(signed.row(), (403, "", refused), "{name} {origin}");
        assert_eq!(signed.header("access-control-allow-origin"), None);
    }
    // A page of this machine may call, and reads the answer where the function allows it.
    let local = site.signed(from(site.url("own", "/"), &[("origin", "http://localhost:3000")])).await;
    assert_eq!((local.status, local.header("access-control-allow-origin")), (200, None));
}

#[tokio::test]
async fn bad_connections_do_not_affect_others() {
    let short = Duration::from_millis(300);
    let limits = Limits { head: short, body: short, connections: 50 };
    let site = Site::with(&format!("[[functions]]\nname = \"open\"\n{PUBLIC}"), limits).await;
    let host = "host: open.lambda-url.us-east-1.localhost\r\n";
    let mut held = Vec::new();
    for slow in [String::new(), "GET / HT".into(), format!("GET / HTTP/1.1\r\n{host}a: ")] {
        let mut stream = site.connect().await;
        stream.write_all(slow.as_bytes()).await.unwrap();
        held.push(stream);
    }
    let mut body = site.connect().await;
    let head = format!("POST / HTTP/1.1\r\n{host}content-length: 100\r\n\r\nhalf");
    body.write_all(head.as_bytes()).await.unwrap();

    let long =
        |length: usize| format!("GET / HTTP/1.1\r\n{host}a: {}\r\n\r\n", "x".repeat(length)).into_bytes();
    let path = format!("GET /{} HTTP/1.1\r\n{host}\r\n", "x".repeat(70_000)).into_bytes();
    let close = format!("GET / HTTP/1.1\r\n{host}connection: close\r\n\r\n").into_bytes();
    for (case, bytes, status) in [
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(), 400),
        ("NULs", vec![0; 512], 400),
        ("a long header", long(70_000), 431),
        ("a long path", path, 431),
        (
            "two lengths",
            format!("POST / HTTP/1.1\r\n{host}content-length: 1\r\ncontent-length: 2\r\n\r\nab").into_bytes(),
            400,
        ),
        ("no host", b"GET / HTTP/1.0\r\n\r\n".to_vec(), 400),
        ("two hosts", format!("GET / HTTP/1.1\r\n{host}{host}connection: close\r\n\r\n").into_bytes(), 400),
        (
            "a bad chunk",
            format!("POST / HTTP/1.1\r\n{host}transfer-encoding: chunked\r\n\r\nzz\r\n").into_bytes(),
            400,
        ),
        ("nothing wrong", close, 200),
    ] {
        let answer = answer(&site.raw(&bytes).await);
        assert_eq!(answer.status, status, "{case}: {answer:?}");
    }
    // The slow ones were told, or cut off.
    let mut late = String::new();
    body.read_to_string(&mut late).await.unwrap();
    assert!(late.starts_with("HTTP/1.1 408 "), "{late}");
    for mut stream in held {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
    }
}

#[tokio::test]
async fn a_half_closed_connection_gets_its_response() {
    let site = Site::open(&format!("[[functions]]\nname = \"open\"\n{PUBLIC}")).await;
    let mut stream = site.connect().await;
    let head = "GET / HTTP/1.1\r\nhost: open.lambda-url.us-east-1.localhost\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(answer(&bytes).row(), (200, "", HELLO));
}

#[tokio::test]
async fn a_body_of_a_hundred_megabytes_is_refused_and_not_kept() {
    let site = Site::open("[[functions]]\nname = \"one\"").await;
    let too_large =
        r#"{"Message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}"#;
    let host = "host: one.lambda-url.us-east-1.localhost\r\nconnection: close\r\n";
    for length in ["content-length: 104857600", "transfer-encoding: chunked"] {
        let stream = site.connect().await;
        let (mut read, mut write) = stream.into_split();
        let head = format!("POST / HTTP/1.1\r\n{host}{length}\r\n\r\n");
        let chunked = length.contains("chunked");
        let send = async {
            write.write_all(head.as_bytes()).await.unwrap();
            let piece = vec![b'x'; 1 << 20];
            for _ in 0..100 {
                if chunked {
                    write.write_all(b"100000\r\n").await.unwrap();
                }
                write.write_all(&piece).await.unwrap();
                if chunked {
                    write.write_all(b"\r\n").await.unwrap();
                }
            }
            if chunked {
                write.write_all(b"0\r\n\r\n").await.unwrap();
            }
        };
        let mut bytes = Vec::new();
        let (read, ()) = tokio::join!(read.read_to_end(&mut bytes), send);
        read.unwrap();
        assert_eq!(answer(&bytes).row(), (413, "RequestTooLargeException", too_large), "{length}");
    }
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_room() {
    let limits = Limits { connections: 2, ..Limits::default() };
    let site = Site::with(&format!("[[functions]]\nname = \"open\"\n{PUBLIC}"), limits).await;
    let (first, second) = (site.connect().await, site.connect().await);
    let draft = site.url("open", "/");
    let third = site.send(&draft);
    tokio::pin!(third);
    assert!(futures_util::poll!(&mut third).is_pending());
    drop((first, second));
    assert_eq!(third.await.status, 200);
}

/// What a signed request is made of, and one byte of it changed.
#[derive(Clone, Debug)]
struct Change {
    path: String,
    body: String,
    at: prop::sample::Index,
    to: u8,
}

fn change() -> impl Strategy<Value = Change> {
    // Without empty and dot segments, which a signature does not tell apart.
    let path = "(/([a-z~:!-]|%20){1,5}){1,3}(\\?[a-z]{1,3}=[a-z0-9]{0,3}(&[a-z]{1,3}=[a-z0-9]{0,3}){0,2})?";
    (path, "[ -~]{1,20}", any::<prop::sample::Index>(), 0x21..0x7f_u8)
        .prop_map(|(path, body, at, to)| Change { path, body, at, to })
}

#[test]
fn a_request_changed_in_any_signed_byte_is_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let site = runtime.block_on(Site::open("[[functions]]\nname = \"one\""));
    let admin = site.admin();
    proptest!(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() }, |(change in change())| {
        let body = change.body.clone().into_bytes();
        let draft = site.url("one", &change.path).with(|draft| {
            draft.method = "POST";
            draft.headers.push(("x-signed".into(), "value".into()));
            draft.body = &body;
        });
        let signed = request(&draft.signed(&admin));
        let whole = runtime.block_on(site.raw(&signed));
        prop_assert_eq!(answer(&whole).status, 200, "{:?}", String::from_utf8_lossy(&signed));
        // Target, signed headers with their values, the signature, the body; not the framing.
        let text = String::from_utf8(signed.clone()).unwrap();
        let span = |from: &str, to: &str| {
            let start = text.find(from).unwrap() + from.len();
            start..start + text[start..].find(to).unwrap()
        };
        let mut spots: Vec<usize> = span("POST /", " HTTP/1.1").collect();
        spots.extend(span("x-signed: ", "\r\n"));
        spots.extend(span("x-amz-date: ", "\r\n"));
        // Between the parts of the signature, spaces and commas are one as good as the other.
        let parts = span("authorization: AWS4-HMAC-SHA256 ", "\r\n");
        spots.extend(parts.filter(|spot| ![b' ', b','].contains(&signed[*spot])));
        spots.extend(text.len() - body.len()..text.len());
        let spot = *change.at.get(&spots);
        let mut changed = signed.clone();
        changed[spot] = change.to;
        let changed_text = String::from_utf8_lossy(&changed).into_owned();
        // Another spelling of the same request is the same request.
        prop_assume!(changed_text != text && meaning(&changed_text) != meaning(&text));
        let answer = answer(&runtime.block_on(site.raw(&changed)));
        prop_assert!(matches!(answer.status, 400 | 403), "{} became\n{changed_text}\n{answer:?}", change.path);
    });
}

/// A request without what does not change its meaning: the order of parameters, and the case of the
/// signature and of the names that are signed.
fn meaning(request: &str) -> String {
    let (line, rest) = request.split_once(" HTTP/1.1").unwrap();
    let (path, query) = line.split_once('?').unwrap_or((line, ""));
    let mut pairs: Vec<&str> = query.split('&').collect();
    pairs.sort_unstable();
    let (before, after) = rest.split_once("SignedHeaders=").unwrap_or((rest, ""));
    let (signed, after) = after.split_once("\r\n").unwrap_or(("", after));
    format!("{path}?{} {before} {} {after}", pairs.join("&"), signed.to_ascii_lowercase())
}
