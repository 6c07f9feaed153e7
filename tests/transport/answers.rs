//! What is told of an answer: its connection, its body, its trailers.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use signpost::core::exchange::Outcome;
use signpost::core::request::Request;

use signpost::engine::Command;

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
        let mut handle = engine.open(job);
        let mut end = None;
        while let Some(event) = handle.events.recv().await {
            match event {
                Event::Chunk(_) => handle.commands.send(Command::Cancel).await.unwrap(),
                Event::End(last) => end = Some(last.outcome),
                _ => {}
            }
        }
        assert_eq!(end, Some(Outcome::Cancelled));
    });
    assert!(origin.was_closed_by_peer());
}

#[test]
fn dropping_the_handle_closes_the_socket() {
    let origin = Origin::holding(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc".to_vec());
    let engine = engine(TransportSettings::default());
    let job = job(get(&origin.url("/")));
    let runtime = runtime();
    runtime.block_on(async {
        let mut handle = engine.open(job);
        while !matches!(handle.events.recv().await, Some(Event::Chunk(_))) {}
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

/// Two sends to a server that answers one, keeps the connection, and closes it when the next request
/// has come; whoever connects again is answered. Gives what the second came to, and how many
/// requests the server has read.
fn second_on_a_closing_connection(method: &str) -> (Outcome, usize) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (count, requests) = std::sync::mpsc::channel();
    thread::spawn(move || {
        for answers in [1, 2] {
            let mut stream = listener.accept().unwrap().0;
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            for index in 0.. {
                if lines.by_ref().take_while(|line| !line.is_empty()).count() == 0 {
                    break;
                }
                count.send(()).unwrap();
                if index == answers {
                    break;
                }
                stream.write_all(OK).unwrap();
            }
        }
    });
    let (engine, runtime) = (engine(TransportSettings::default()), runtime());
    let send = || send_in(&runtime, &engine, job(Request { method: method.to_owned(), ..get(&url) }));
    assert_eq!(send().text(), "ok");
    let outcome = send().end.unwrap().outcome;
    (outcome, requests.try_iter().count())
}

#[test]
fn what_may_be_repeated_is_when_an_idle_connection_turns_out_closed() {
    // Three requests for two that were sent: the second went to deaf ears first.
    assert_eq!(second_on_a_closing_connection("GET"), (Outcome::Answered, 3));
    let (outcome, requests) = second_on_a_closing_connection("POST");
    let Outcome::Network(problem) = outcome else { panic!("{outcome:?}") };
    assert!(problem.message.ends_with("closed the connection without a response"), "{}", problem.message);
    assert_eq!(requests, 2);
}
