//! Lambda's Runtime API: this test program, started by the cloud, is the runtime.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::function_support::{Site, answer, request};

/// A function whose runtime is [`runtime`] of this file.
fn function(name: &str, behaviour: &str, further: &str) -> String {
    let program = std::env::current_exe().unwrap();
    let program = serde_json::to_string(program.to_str().unwrap()).unwrap();
    format!(
        "[[functions]]\nname = \"{name}\"\nenvironment = {{ BEHAVIOUR = \"{behaviour}\" }}\n{further}\n\
         runtime = [{program}, \"--ignored\", \"--exact\", \"function_runtime::runtime\"]\n"
    )
}

/// Not a test: the runtime, which the others have the cloud start.
#[test]
#[ignore = "is started by the cloud"]
fn runtime() {
    let (Ok(api), Ok(behaviour)) = (std::env::var("AWS_LAMBDA_RUNTIME_API"), std::env::var("BEHAVIOUR"))
    else {
        return;
    };
    if behaviour == "init-error" {
        let report = r#"{"errorMessage":"no handler","errorType":"Runtime.NoSuchHandler"}"#;
        assert_eq!(call(&api, "POST", "init/error", "", report.as_bytes()).status, 202);
        std::process::exit(1);
    }
    if behaviour == "never-asks" {
        std::thread::park();
    }
    let mut served = 0;
    loop {
        let next = call(&api, "GET", "invocation/next", "", b"");
        served += 1;
        let id = next.header("lambda-runtime-aws-request-id").to_owned();
        let event: Value = serde_json::from_slice(&next.body).unwrap();
        let path = event["rawPath"].as_str().unwrap_or_default().to_owned();
        let (respond, error) = (format!("invocation/{id}/response"), format!("invocation/{id}/error"));
        match path.as_str() {
            "/die" => std::process::exit(7),
            "/hang" => std::thread::park(),
            "/fail" => {
                let report = r#"{"errorMessage":"oh no","errorType":"ValueError","stackTrace":[]}"#;
                assert_eq!(call(&api, "POST", &error, "", report.as_bytes()).status, 202);
            }
            "/large" => {
                let body = vec![b'"'; 6_291_457];
                assert_eq!(call(&api, "POST", &respond, "", &body).status, 413);
            }
            "/stream" | "/break" => {
                let head = "Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n\
                    Content-Type: application/vnd.awslambda.http-integration-response\r\n\
                    Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n";
                let mut stream = open(&api, "POST", &respond, head);
                chunk(&mut stream, b"{\"statusCode\":202,\"headers\":{\"x-a\":\"b\"}}\0\0\0\0\0\0\0\0");
                for piece in ["one", "two", "three"] {
                    chunk(&mut stream, piece.as_bytes());
                }
                let end: &[u8] = if path == "/break" {
                    b"0\r\nLambda-Runtime-Function-Error-Type: Late\r\n\r\n"
                } else {
                    b"0\r\n\r\n"
                };
                stream.write_all(end).unwrap();
                assert_eq!(read(stream).status, 202);
            }
            _ => {
                let arn = next.header("lambda-runtime-invoked-function-arn");
                let trace = next.header("lambda-runtime-trace-id");
                let deadline: u64 = next.header("lambda-runtime-deadline-ms").parse().unwrap();
                let name = std::env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap();
                assert!(deadline > 1_700_000_000_000 && trace.starts_with("Root=1-"));
                assert_eq!(call(&api, "POST", "invocation/other/response", "", b"1").status, 400);
                assert_eq!(call(&api, "GET", "nothing", "", b"").status, 404);
                assert_eq!(call(&api, "GET", "nothing", "Origin: http://localhost\r\n", b"").status, 403);
                let body = serde_json::json!({ "arn": arn, "name": name, "served": served, "id": id });
                assert_eq!(call(&api, "POST", &respond, "", body.to_string().as_bytes()).status, 202);
            }
        }
    }
}

struct Reply {
    status: u16,
    head: Vec<String>,
    body: Vec<u8>,
}

impl Reply {
    fn header(&self, name: &str) -> &str {
        let mut lines = self.head.iter().filter_map(|line| line.split_once(": "));
        lines.find(|(own, _)| own.eq_ignore_ascii_case(name)).unwrap().1
    }
}

fn open(api: &str, method: &str, path: &str, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(api).unwrap();
    let head = format!(
        "{method} /2018-06-01/runtime/{path} HTTP/1.1\r\nHost: {api}\r\nConnection: close\r\n{head}\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn chunk(stream: &mut TcpStream, data: &[u8]) {
    stream.write_all(format!("{:x}\r\n", data.len()).as_bytes()).unwrap();
    stream.write_all(data).unwrap();
    stream.write_all(b"\r\n").unwrap();
}

fn read(stream: TcpStream) -> Reply {
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim_end().is_empty() {
            break;
        }
        head.push(line.trim_end().to_owned());
    }
    let mut body = Vec::new();
    reader.read_to_end(&mut body).unwrap();
    let status = head[0].split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head, body }
}

fn call(api: &str, method: &str, path: &str, head: &str, body: &[u8]) -> Reply {
    let mut stream = open(api, method, path, &format!("{head}Content-Length: {}\r\n", body.len()));
    stream.write_all(body).unwrap();
    read(stream)
}

#[tokio::test]
async fn a_runtime_is_kept_alive_and_gets_what_lambda_sends() {
    let site = Site::open(&function("kept", "", "reserved_concurrency = 1")).await;
    for served in 1..=3 {
        let answer = site.signed(site.url("kept", "/")).await;
        let told: Value = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"));
        assert_eq!(told["served"], served, "the same process each time");
        assert_eq!(told["arn"], site.info("kept").function_arn.as_str());
        assert_eq!(told["name"], "kept");
        assert_eq!(told["id"], answer.header("x-amzn-requestid").unwrap());
    }
}

#[tokio::test]
async fn the_next_request_is_served_whatever_a_runtime_did() {
    let site = Site::open(&function("odd", "", "timeout_seconds = 1\nreserved_concurrency = 1")).await;
    for (path, why) in [
        ("/fail", "the function failed with ValueError: oh no"),
        ("/large", "the function's response is larger than 6291456 bytes"),
        ("/die", "ended with exit status: 7"),
        ("/hang", "the function timed out after 1 seconds"),
    ] {
        let answer = site.signed(site.url("odd", path)).await;
        assert_eq!((answer.status, answer.body.as_str()), (502, "Internal Server Error"), "{path}");
        let note = site.trace(&answer).await["note"].take();
        assert!(note.as_str().is_some_and(|note| note.contains(why)), "{path}: {note}");
        assert_eq!(site.signed(site.url("odd", "/")).await.status, 200, "after {path}");
    }
}

#[tokio::test]
async fn a_runtime_that_does_not_start_is_not_restarted_in_a_loop() {
    let missing = "[[functions]]\nname = \"missing\"\nruntime = [\"signpost-no-such-program\"]\n";
    let site = Site::open(&[function("broken", "init-error", ""), missing.to_owned()].concat()).await;
    for (name, why) in [
        ("broken", "startup failed: the function failed with Runtime.NoSuchHandler: no handler; "),
        ("missing", "couldn't start signpost-no-such-program: "),
    ] {
        for _ in 0..2 {
            let answer = site.signed(site.url(name, "/")).await;
            assert_eq!((answer.status, answer.body.as_str()), (502, "Internal Server Error"));
            let note = site.trace(&answer).await["note"].take();
            assert!(note.as_str().is_some_and(|note| note.starts_with(why)), "{note}");
        }
    }
}

#[tokio::test]
async fn concurrent_requests_have_a_process_each() {
    let site = Site::open(&function("many", "", "")).await;
    let calls = (0..12).map(|_| site.signed(site.url("many", "/")));
    let answers = futures_util::future::join_all(calls).await;
    let served = |answer: &super::client::Answer| {
        let told: Value = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"));
        told["served"].as_u64().unwrap()
    };
    let most = answers.iter().map(served).max().unwrap();
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert!(most < 12, "twelve requests, four processes at most");
}

#[tokio::test]
async fn a_stream_reaches_the_client_as_it_is_written() {
    let functions =
        [function("live", "", "url = { invoke_mode = \"RESPONSE_STREAM\" }"), function("whole", "", "")]
            .concat();
    let site = Site::open(&functions).await;
    for (name, chunked) in [("live", true), ("whole", false)] {
        let draft = site.url(name, "/stream").signed(&site.admin());
        let mut stream = site.connect().await;
        stream.write_all(&request(&draft)).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        let answer = answer(&bytes);
        assert_eq!((answer.status, answer.body.as_str()), (202, "onetwothree"), "{name}");
        assert_eq!(answer.header("x-a"), Some("b"));
        assert_eq!(answer.header("transfer-encoding") == Some("chunked"), chunked, "{name}");
    }
    // A client must not take what came for all there is.
    let broken = site.raw(&request(&site.url("live", "/break").signed(&site.admin()))).await;
    assert!(!broken.ends_with(b"0\r\n\r\n"), "{}", String::from_utf8_lossy(&broken));
    assert_eq!(site.signed(site.url("whole", "/break")).await.status, 502);
    // What is no stream is handed on as it is in this mode.
    let raw = site.signed(site.url("live", "/")).await;
    assert_eq!(raw.header("content-type"), Some("application/octet-stream"));
}
