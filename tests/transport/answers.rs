//! What is told of an answer: its connection, its body, its trailers.

use super::*;

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
fn a_connection_that_was_closed_meanwhile_is_made_anew() {
    let origin = Origin::answering([OK.to_vec(), OK.to_vec(), OK.to_vec()]);
    let (engine, runtime) = (engine(TransportSettings::default()), runtime());
    for _ in 0..3 {
        assert_eq!(send_in(&runtime, &engine, job(get(&origin.url("/")))).text(), "ok");
    }
    assert_eq!(origin.connections(), 3);
}

#[test]
fn odd_statuses_are_answers_too() {
    for (bytes, status, text) in [
        ("HTTP/1.1 204 No\r\n\r\n", 204, ""),
        ("HTTP/1.1 304 No\r\ncontent-length: 9\r\n\r\n", 304, ""),
        ("HTTP/1.1 299\r\ncontent-length: 1\r\n\r\na", 299, "a"),
        ("HTTP/1.1 999 Odd\r\ncontent-length: 1\r\n\r\na", 999, "a"),
        ("HTTP/1.0 200 OK\r\n\r\nto the end", 200, "to the end"),
        ("HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na", 200, "a"),
        ("HTTP/1.1 103 Hints\r\nlink: <x>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na", 200, "a"),
        ("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: odd\r\n\r\nbytes", 101, ""),
    ] {
        let seen = answer(bytes);
        assert_eq!((seen.outcome(), seen.head().status, seen.text()), (&Outcome::Answered, status, text));
    }
}
