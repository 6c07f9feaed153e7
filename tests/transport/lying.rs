//! Answers that lie: what came is shown, and what is wrong is said.

use super::*;

#[test]
fn an_encoding_that_lies_is_shown_as_it_came() {
    let seen = answer(encoded("gzip", b"plain after all"));
    assert_eq!(seen.text(), "plain after all");
    assert!(seen.cut().starts_with("the content-encoding is gzip, but the body isn't"), "{}", seen.cut());
    let whole = compress("gzip", "hello ".repeat(50_000).as_bytes());
    let seen = answer(encoded("gzip", &whole[..whole.len() - 9]));
    assert!(seen.cut().starts_with("the gzip body is truncated or corrupt"), "{}", seen.cut());
    assert!(seen.text().starts_with("hello hello"));
    assert_eq!(answer(encoded("gzip", b"")).outcome(), &Outcome::Answered);
}

#[test]
fn an_encoding_that_nobody_knows_is_shown_and_said() {
    let said = "unknown content-encoding nonsense: the body is shown encoded";
    let seen = answer(encoded("nonsense", b"as is"));
    assert_eq!((seen.text(), seen.outcome()), ("as is", &Outcome::Answered));
    assert_eq!(seen.end.as_ref().unwrap().remarks, [said]);
    // What was put on after it is taken off, what was put on before it is not.
    let inner = compress("gzip", b"inside");
    let seen = answer(encoded("gzip, nonsense", &inner));
    assert_eq!((&seen.body, seen.end.as_ref().unwrap().remarks.len()), (&inner, 1));
    let seen = answer(encoded("nonsense, gzip", &inner));
    assert_eq!((seen.text(), seen.end.as_ref().unwrap().remarks.len()), ("inside", 1));
    assert!(answer(encoded("nonsense", b"")).end.unwrap().remarks.is_empty());
    assert!(answer(encoded("gzip", &inner)).end.unwrap().remarks.is_empty());
}

#[test]
fn bytes_beyond_the_promised_length_are_nobodys_answer() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        let mut answers = [
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil",
            "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood",
        ]
        .into_iter();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            while stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {
                let Some(answer) = answers.next() else { return };
                stream.write_all(answer.as_bytes()).unwrap();
            }
        }
    });
    let engine = engine(TransportSettings::default());
    let runtime = runtime();
    let first = send_in(&runtime, &engine, job(get(&url)));
    assert_eq!((first.text(), first.outcome()), ("ok", &Outcome::Answered));
    assert_eq!(send_in(&runtime, &engine, job(get(&url))).text(), "good");
}

#[test]
fn a_long_body_comes_in_bounded_pieces() {
    let zeros = vec![0; 64 << 20];
    let packed = compress("gzip", &zeros);
    let length = packed.len() as u64;
    let seen = answer(encoded("gzip", &packed));
    let end = seen.end.as_ref().unwrap();
    assert_eq!((seen.outcome(), end.wire_bytes, end.body_bytes), (&Outcome::Answered, length, 64 << 20));
    assert!(seen.largest <= 128 * 1024, "{}", seen.largest);
}

#[test]
fn what_came_of_a_body_that_is_cut_is_kept() {
    let seen = answer("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this");
    assert_eq!(seen.text(), "only this");
    assert_eq!(seen.cut(), "the connection was closed after 9 of 100 bytes (content-length)");
    let seen = answer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nfour\r\n");
    assert_eq!(
        (seen.text(), seen.cut()),
        ("four", "the connection was closed after 4 bytes, before the end of the body")
    );
    let seen = answer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nfour\r\nzz\r\n");
    assert_eq!(seen.text(), "four");
    assert!(seen.cut().starts_with("the body was truncated after 4 bytes: "), "{}", seen.cut());
}

#[test]
fn bytes_that_are_no_text_pass_untouched() {
    let seen = answer(b"HTTP/1.1 200 OK\r\nx: \xff\r\ncontent-length: 4\r\n\r\n\xff\0\x1b[".to_vec());
    assert_eq!(seen.body, b"\xff\0\x1b[");
    assert_eq!(seen.head().header("x"), Some("\u{fffd}"));
}

#[test]
fn invalid_responses_are_network_failures() {
    let head = |line: &str| format!("HTTP/1.1 200 OK\r\n{line}\r\n\r\nbody").into_bytes();
    let endless = [b"HTTP/1.1 200 OK\r\n".to_vec(), b"x: y\r\n".repeat(200_000)].concat();
    for (bytes, said) in [
        (b"".to_vec(), "closed the connection without a response"),
        (b"SSH-2.0-OpenSSH_9\r\n\r\n".to_vec(), "sent an invalid HTTP response"),
        (endless, "its headers are too many or too long"),
        (head("x: \x1b[31mred"), "or contains a control character"),
        (head("x: a\0b"), "or contains a control character"),
        (head("no colon"), "a header line has no colon"),
        (head("content-length: 18446744073709551615"), "or its `content-length` is too large"),
        (head("content-length: many"), "`content-length` isn't a number"),
        (head("content-length: 1\r\ncontent-length: 2"), "or two values conflict"),
        (b"HTTP/1.1 abc OK\r\n\r\n".to_vec(), "its status isn't a number"),
    ] {
        let seen = answer(bytes);
        let problem = seen.network();
        assert!(problem.message.contains(said), "{}", problem.message);
        assert!(!problem.hint.is_empty() && !problem.message.contains('\x1b'));
    }
}

#[test]
fn broken_chunks_and_endless_trailers_end_the_body() {
    let chunked =
        |rest: &str| format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nfour\r\n{rest}");
    for (rest, said) in [
        ("ffffffffffffffffff\r\n".to_owned(), "the body was truncated after 4 bytes: "),
        ("-1\r\n".into(), "the body was truncated after 4 bytes: "),
        ("3\r\nabcd\r\n".into(), "the body was truncated after 7 bytes: "),
        (format!("1;{}", "x".repeat(1 << 20)), "the body was truncated after 4 bytes: "),
        (format!("0\r\n{}", "x: y\r\n".repeat(1 << 18)), "the body was truncated after 4 bytes: "),
        ("0\r\nno colon\r\n\r\n".into(), "the body was truncated after 4 bytes: "),
    ] {
        let seen = answer(chunked(&rest));
        assert!(seen.text().starts_with("four"), "{:.20}", rest);
        assert!(seen.cut().starts_with(said), "{:.20}: {}", rest, seen.cut());
    }
    // Of two lengths the one that cannot lie counts.
    let both =
        "HTTP/1.1 200 OK\r\ncontent-length: 99\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    assert_eq!((answer(both).text(), answer(both).outcome()), ("ok", &Outcome::Answered));
}

#[test]
fn a_long_content_encoding_is_not_repeated_whole() {
    let encoding = "x".repeat(100_000);
    let seen =
        answer(format!("HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: 2\r\n\r\nhi"));
    let [remark] = &seen.end.as_ref().unwrap().remarks[..] else { panic!("{:?}", seen.end) };
    assert!(remark.contains("unknown content-encoding xxx") && remark.len() < 200, "{}", remark.len());
    let broken = format!("gzip, gzip{}", ", gzip".repeat(2000));
    let seen =
        answer(format!("HTTP/1.1 200 OK\r\ncontent-encoding: {broken}\r\ncontent-length: 2\r\n\r\nhi"));
    assert!(seen.cut().len() < 300, "{}", seen.cut().len());
}
