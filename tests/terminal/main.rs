//! What a terminal does to a program, and a program must never do to a terminal.
#![cfg(unix)] // Signals, `ulimit` and `$EDITOR` scripts.

mod desk;
mod disk;
#[path = "../home/mod.rs"]
mod home;
mod leaving;
#[path = "../origin/mod.rs"]
mod origin;
#[path = "../pty/mod.rs"]
mod pty;
mod typing;

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;

use desk::{Desk, PLAIN, WIDE, holds, quit};
use origin::Origin;
use pty::ESC;

#[test]
fn signals_leave_the_terminal_as_it_was() {
    for signal in ["-TERM", "-HUP"] {
        let desk = Desk::new(&[("a.toml", PLAIN)]);
        let mut pty = desk.open(WIDE);
        assert!(pty.screen().alternate_screen());
        pty.signal(signal);
        assert_eq!(pty.exit_code(), 0, "{signal}");
        pty.assert_restored();
    }
}

#[test]
fn a_panic_gives_the_terminal_back_once_and_can_be_read() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let env: [(&str, &OsStr); 2] = [("SIGNPOST_TEST_PANIC", "1".as_ref()), ("RUST_BACKTRACE", "0".as_ref())];
    let mut pty = desk.open_with(WIDE, &env);
    pty.press("2e-typed");
    pty.wait_for("/a-typed");
    // F12
    pty.press("\x1b[24~");
    assert_eq!(pty.exit_code(), 101);
    pty.assert_restored();
    let leaves = pty.bytes.windows(8).filter(|bytes| bytes == b"\x1b[?1049l").count();
    assert_eq!(leaves, 1, "the terminal was given back {leaves} times");
    for words in ["panicked at src", "asked to by SIGNPOST_TEST_PANIC", "signpost failed: this is a bug"] {
        assert!(pty.text().lines().any(|line| line.contains(words)), "{words}: {}", pty.text());
    }
    assert!(desk.drafts().iter().any(|draft| holds(draft, "/a-typed")), "what was typed is lost");
}

#[test]
fn it_may_be_resized_at_any_moment_while_an_answer_streams() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (go, wait) = mpsc::channel::<()>();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = [0; 4096];
        assert!(stream.read(&mut asked).unwrap() > 0);
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n")
            .unwrap();
        // One chunk for each size, so that streaming and resizing interleave.
        while wait.recv().is_ok() {
            let text = "a line of the answer\n".repeat(200);
            write!(stream, "{:x}\r\n{text}\r\n", text.len()).unwrap();
        }
        stream.write_all(b"9\r\nthe end.\n\r\n0\r\n\r\n").unwrap();
    });
    let desk = Desk::asking(&url);
    let mut pty = desk.open(WIDE);
    pty.press("s");
    pty.wait_for("200 OK");
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: u64| {
        // xorshift: the same sizes at every run.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        u16::try_from(seed % below).unwrap()
    };
    for _ in 0..200 {
        let (columns, rows) = (1 + random(300), 1 + random(100));
        pty.resize(columns, rows);
        go.send(()).unwrap();
        pty.press("zj");
    }
    drop(go);
    server.join().unwrap();
    pty.resize(WIDE.0, WIDE.1);
    pty.press("4");
    // All rows, at this width.
    pty.wait_for("of 40,001 ");
    pty.press("G");
    pty.wait_for_all(&["the end.", "200 OK"]);
    quit(pty);
}

#[test]
fn an_answer_that_breaks_off_shows_what_came_and_says_so() {
    let cut =
        b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 4000\r\n\r\nonly this much".to_vec();
    let desk = Desk::asking(&Origin::answering([cut]).url("/"));
    let mut pty = desk.open(WIDE);
    pty.press("s");
    pty.wait_for_all(&["only this much", "200 OK", "Only part of the response arrived", "14 of 4000 bytes"]);
    quit(pty);
}

#[test]
fn what_a_server_says_never_reaches_the_terminal_as_an_escape_sequence() {
    // No header may hold an escape; the two-byte form of CSI, which some terminals obey, passes.
    let header = b"HTTP/1.1 200 OK\r\nx-evil: \x1b]0;pwned\x07\r\n\r\nbody".to_vec();
    let evil = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nx-evil: and\xc2\x9b2Jmore\r\n\
        connection: close\r\n\r\n\
        title \x1b]0;pwned\x07 clear \x1b[2J csi \xc2\x9b2J bell \x07 ask \x1b[c\x1b[6n\n\
        paste \x1b]52;c;cHduZWQ=\x07 raw \x9b2J end\n"
        .to_vec();
    let desk = Desk::asking(&Origin::answering([header, evil]).url("/"));
    let mut pty = desk.open(WIDE);
    let start = pty.bytes.len();
    pty.press("s");
    pty.wait_for("sent an invalid response");
    pty.press("s");
    pty.wait_for_all(&["title ", " clear ", "end", "200"]);
    // Each tab, and the body raw and as bytes.
    pty.press("4]");
    pty.wait_for("x-evil");
    for shown in ["diagnosis", "signature", "timeline"] {
        let before = pty.text();
        pty.press("]");
        pty.wait_until(shown, |screen| screen != before);
    }
    pty.press("[[[[p");
    pty.wait_for(", raw");
    pty.press("p");
    pty.wait_for("1b 5d");
    pty.press("?");
    pty.wait_for("Searches the response.");
    let written = &pty.bytes[start..];
    for sequence in [&b"\x1b]"[..], b"\x1b[2J", b"\x1b[c", b"\x1b[6n", b"\x07", b"\xc2\x9b"] {
        let found = written.windows(sequence.len()).position(|window| window == sequence);
        let around = found.map(|at| String::from_utf8_lossy(&written[at..(at + 40).min(written.len())]));
        assert_eq!(around, None, "{sequence:?} reached the terminal");
    }
    pty.press(ESC);
    pty.wait_until_gone("Searches the response.");
    quit(pty);
}

#[test]
fn nothing_is_written_when_nothing_changes() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut pty = desk.open(WIDE);
    let mut opening = |keys: &str| {
        let before = pty.bytes.len();
        pty.press(keys);
        pty.wait_for_frame("Finds a request by name.", true);
        let written = pty.bytes.len() - before;
        pty.press(ESC);
        pty.wait_for_frame("Finds a request by name.", false);
        written
    };
    opening("?");
    let alone = opening("?");
    // Focus reports and keys that mean nothing here change nothing, so the help costs what it cost.
    let after_nothing = opening(&format!("{}?", format!("{ESC}[I{ESC}[24~").repeat(50)));
    assert_eq!(after_nothing, alone);
    quit(pty);
}

#[test]
fn without_a_terminal_it_says_so_and_what_works() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_signpost"));
    let output = command.arg(&desk.folder).stdin(std::process::Stdio::null()).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]));
    let words = "error: the screen needs a terminal, and standard output isn't one; \
                 send, sign and demo --serve work without one (signpost --help)\n";
    assert_eq!(String::from_utf8(output.stderr).unwrap(), words);

    let run = |script: &str, env: &[(&str, &OsStr)]| {
        let mut command = portable_pty::CommandBuilder::new("sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_signpost")]);
        command.arg(&desk.folder);
        let mut pty = desk.home.start(command, WIDE, env);
        assert_eq!(pty.exit_code(), 2, "{}", pty.text());
        pty.assert_restored();
        pty.text()
    };
    let text = run("exec \"$0\" \"$1\" > out", &[]);
    assert!(text.contains("standard output isn't one"), "{text}");
    assert_eq!(std::fs::read(desk.home.path().join("out")).unwrap(), b"", "no sequence lands in a file");
    assert!(run("exec \"$0\" \"$1\" < /dev/null", &[]).contains("standard input isn't one"));
    assert!(run("exec \"$0\" \"$1\"", &[("TERM", "dumb".as_ref())]).contains("TERM=dumb"));
}
