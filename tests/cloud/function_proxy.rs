//! AWS_IAM in front of a local service.

use bytes::Bytes;
use signpost::core::request::SignatureLocation;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::client::Draft;
use super::function_support::{PUBLIC, Site, answer, request};

/// A service that answers one request a connection; its answer is chosen by what it was sent.
async fn service(reply: fn(&str) -> Vec<u8>) -> (u16, tokio::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, seen) = tokio::sync::mpsc::channel(16);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let request = whole(&mut stream).await;
            stream.write_all(&reply(&request)).await.unwrap();
            if sender.send(request).await.is_err() {
                return;
            }
        }
    });
    (port, seen)
}

/// Head and body, by length or until the last chunk.
async fn whole(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let chunked = head.contains("transfer-encoding: chunked");
            let length = length.map_or(0, |length| length.parse().unwrap());
            if if chunked { body.ends_with("0\r\n\r\n") } else { body.len() >= length } {
                return text;
            }
        }
        if stream.read_buf(&mut bytes).await.unwrap() == 0 {
            return String::from_utf8(bytes).unwrap();
        }
    }
}

fn line<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn ok(_: &str) -> Vec<u8> {
    b"HTTP/1.1 201 Made\r\nx-of-service: 1\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nconnection: close, x-gone\r\n\
      x-gone: 1\r\ncontent-length: 2\r\n\r\nhi"
        .to_vec()
}

#[tokio::test]
async fn the_service_gets_the_caller_and_not_the_signature() {
    let (port, mut seen) = service(ok).await;
    let site =
        Site::open(&format!("[[functions]]\nname = \"app\"\nproxy = \"http://127.0.0.1:{port}/base/\""))
            .await;
    let draft = site.url("app", "/a%2Fb?x=1&y").with(|draft| {
        draft.method = "PUT";
        draft.body = b"body";
        for name in [
            "x-signpost-caller-arn",
            "X-Signpost-Caller-Anything",
            "x_signpost_caller_arn",
            "X-Signpost_Caller-Account",
            "x_forwarded_host",
            "x-amzn_requestid",
            "x-own",
            "x_own",
        ] {
            draft.headers.push((name.into(), "from outside".into()));
        }
    });
    let answer = site.signed(draft).await;
    assert_eq!((answer.status, answer.body.as_str()), (201, "hi"));
    assert_eq!(answer.header("x-of-service"), Some("1"));
    assert_eq!(answer.head.matches("set-cookie: ").count(), 2);
    assert!(!answer.head.contains("x-gone"), "{}", answer.head);
    let request = seen.recv().await.unwrap();
    assert!(request.starts_with("PUT /base/a%2Fb?x=1&y HTTP/1.1\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\nbody"), "{request}");
    let admin = site.admin();
    for (name, value) in [
        ("x-signpost-caller-arn", "arn:aws:iam::123456789012:user/admin"),
        ("x-signpost-caller-account", "123456789012"),
        ("x-signpost-caller-access-key", admin.access_key.as_str()),
        ("x-own", "from outside"),
        ("x_own", "from outside"),
        ("host", &format!("127.0.0.1:{port}")),
        ("x-forwarded-host", &format!("app.lambda-url.us-east-1.localhost:{}", site.port())),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-amzn-requestid", answer.header("x-amzn-requestid").unwrap()),
    ] {
        assert_eq!(line(&request, name), Some(value), "{name}");
    }
    assert!(line(&request, "x-signpost-caller-user-id").is_some_and(|id| id.starts_with("AIDA")));
    for gone in [
        "authorization",
        "x-amz-date",
        "x-signpost-caller-anything",
        "x_signpost_caller_arn",
        "x-signpost_caller-account",
        "x_forwarded_host",
        "x-amzn_requestid",
    ] {
        assert_eq!(line(&request, gone), None, "{gone}");
    }

    let presigned = site
        .url("app", "/p?x=1")
        .with(|draft| draft.settings.location = SignatureLocation::Query)
        .signed(&admin);
    assert_eq!(site.send(&presigned).await.status, 201);
    assert!(seen.recv().await.unwrap().starts_with("GET /base/p?x=1 HTTP/1.1\r\n"));
    // Who is refused is not handed on.
    assert_eq!(site.send(&site.url("app", "/")).await.status, 403);
    assert!(seen.try_recv().is_err());
}

#[tokio::test]
async fn without_authentication_everything_but_the_caller_is_forwarded() {
    let (port, mut seen) = service(ok).await;
    let site =
        Site::open(&format!("[[functions]]\nname = \"app\"\nproxy = \"http://127.0.0.1:{port}\"\n{PUBLIC}"))
            .await;
    let large = vec![b'x'; 8_000_000];
    let draft = site.url("app", "/").with(|draft| {
        draft.method = "POST";
        draft.headers.push(("authorization".into(), "Bearer of-the-app".into()));
        draft.headers.push(("x-signpost-caller-arn".into(), "from outside".into()));
        draft.body = &large;
    });
    assert_eq!(site.send(&draft).await.status, 201, "what nobody signs need not be read first");
    let request = seen.recv().await.unwrap();
    assert_eq!(line(&request, "authorization"), Some("Bearer of-the-app"));
    assert!(request.len() > large.len() && !request.contains("x-signpost-caller"));
}

#[tokio::test]
async fn a_response_is_forwarded_as_it_arrives() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let site =
        Site::open(&format!("[[functions]]\nname = \"app\"\nproxy = \"http://127.0.0.1:{port}\"")).await;
    let mut client = site.connect().await;
    client.write_all(&request(&site.url("app", "/").signed(&site.admin()))).await.unwrap();
    let (mut service, _) = listener.accept().await.unwrap();
    whole(&mut service).await;
    service.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n").await.unwrap();
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"one\r\n") {
        assert_ne!(client.read_buf(&mut bytes).await.unwrap(), 0, "the first piece comes before the last");
    }
    service.write_all(b"3\r\ntwo\r\n0\r\n\r\n").await.unwrap();
    client.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(answer(&bytes).body, "onetwo");
}

#[tokio::test]
async fn a_service_that_is_unreachable_or_cuts_off_its_response() {
    let free = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap().port();
    let (garbage, _seen) = service(|_| b"no http at all\r\n\r\n".to_vec()).await;
    let (broken, _other) =
        service(|_| b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\nconnection: close\r\n\r\nhalf".to_vec()).await;
    let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let functions: String = [
        ("gone", free),
        ("garbage", garbage),
        ("broken", broken),
        ("silent", silent.local_addr().unwrap().port()),
    ]
    .map(|(name, port)| {
        format!(
            "[[functions]]\nname = \"{name}\"\ntimeout_seconds = 1\nproxy = \"http://127.0.0.1:{port}\"\n"
        )
    })
    .concat();
    let site = Site::open(&functions).await;
    for (name, why) in [
        ("gone", format!("couldn't reach the service at http://127.0.0.1:{free}: ")),
        ("garbage", format!("couldn't reach the service at http://127.0.0.1:{garbage}: ")),
        ("silent", "the function timed out after 1 seconds".to_owned()),
    ] {
        let answer = site.signed(site.url(name, "/")).await;
        assert_eq!((answer.status, answer.body.as_str()), (502, "Internal Server Error"), "{name}");
        let note = site.trace(&answer).await["note"].take();
        assert!(note.as_str().is_some_and(|note| note.starts_with(&why)), "{name}: {note}");
    }
    let draft = site.url("broken", "/").signed(&site.admin());
    let bytes = Bytes::from(site.raw(&request(&draft)).await);
    assert!(bytes.ends_with(b"half"), "the client sees that something is missing: {bytes:?}");
}

/// By path, for clients that cannot set a host.
#[tokio::test]
async fn by_path_the_service_gets_the_path_after_the_id() {
    let (port, mut seen) = service(ok).await;
    let site =
        Site::open(&format!("[[functions]]\nname = \"app\"\nproxy = \"http://127.0.0.1:{port}\"")).await;
    let base = site.info("app").function_url_path.clone().unwrap();
    for (path, target) in [("", "/"), ("/", "/"), ("/a?b", "/a?b")] {
        assert_eq!(site.signed(Draft::new("GET", format!("{base}{path}"), "lambda")).await.status, 201);
        let request = seen.recv().await.unwrap();
        assert!(request.starts_with(&format!("GET {target} HTTP/1.1\r\n")), "{request}");
    }
}
