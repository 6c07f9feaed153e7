//! Answers that lie: what came is shown, and what is wrong is said.

use super::*;

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
