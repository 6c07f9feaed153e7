//! What is typed and pasted, and the user's own editor.

use std::ffi::OsStr;
use std::fs;

use crate::desk::{Desk, PLAIN, WIDE, files, holds, quit};
use crate::origin::Origin;
use crate::pty::{ESC, Pty};

#[test]
fn a_paste_is_text_and_never_verbs() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut pty = desk.open(WIDE);
    pty.paste("qqqwww\nDDDyyy\n");
    // Whatever it led to is over when this key is answered.
    pty.press("?");
    pty.wait_for("Finds a request by name.");
    pty.press(ESC);
    pty.wait_until_gone("Finds a request by name.");
    assert!(!pty.shows("not saved"), "{}", pty.text());
    assert_eq!(desk.read("a.toml"), PLAIN);
    // While editing it is text, at once and whole.
    pty.press("2e");
    pty.paste("?q=s&w=x");
    pty.wait_for("http://127.0.0.1:9/a?q=s&w=x");
    pty.press("\x03");
    assert_eq!(pty.exit_code(), 0);
}

#[test]
fn a_long_session_token_lands_whole_in_the_private_store_and_nowhere_else() {
    let signed = "method = \"GET\"\nurl = \"@\"\n[auth]\nkind = \"aws-sigv4\"\naccess_key = \"ASIAEXAMPLE\"\n\
                  secret_key = \"{{env:SECRET}}\"\nregion = \"us-east-1\"\nservice = \"lambda\"\n";
    let origin = Origin::answering([b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_vec()]);
    let desk = Desk::new(&[("a.toml", &signed.replace('@', &origin.url("/")))]);
    desk.is_made_here();
    let token: String =
        (0..2048).map(|n| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ/+abcdef"[n % 34])).collect();
    let mut pty = desk.open_with(WIDE, &[("SECRET", OsStr::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"))]);
    pty.press("3");
    pty.wait_for("enter Edit");
    if !pty.shows("Session token") {
        pty.press("]]");
        pty.wait_for("Session token");
    }
    pty.press("gg");
    // Down to the field, wherever it stands: its place is found as a user finds it, by looking.
    let row = |pty: &Pty, text: &str| pty.text().lines().position(|line| line.contains(text)).unwrap();
    for _ in row(&pty, " Auth   ")..row(&pty, "Session token") {
        pty.press("j");
    }
    pty.press("e");
    pty.wait_for("esc End editing");
    pty.paste(&token);
    pty.press("\r");
    pty.wait_for("private store");
    pty.press("w");
    pty.wait_for("Saved a.toml");
    pty.press("s");
    pty.wait_for("200 OK");
    assert_eq!(origin.requests()[0].header("x-amz-security-token").unwrap(), token);
    assert!(desk.read("a.toml").contains("session_token = \"{{secret:"), "{}", desk.read("a.toml"));
    quit(pty);
    let mut everything = Vec::new();
    files(desk.home.path(), &mut everything);
    let holding: Vec<_> = everything.iter().filter(|path| holds(path, &token[..64])).collect();
    assert_eq!(holding.len(), 1, "{holding:?}");
    assert!(holding[0].iter().any(|part| part == "secrets"), "{holding:?}");
}

#[test]
fn the_editor_gets_the_text_and_the_screen_comes_back() {
    use std::os::unix::fs::PermissionsExt;
    let body = "method = \"POST\"\nurl = \"http://127.0.0.1:9/\"\n[body]\nkind = \"text\"\ntext = \"before\"\n[auth]\nkind = \"none\"\n";
    let desk = Desk::new(&[("a.toml", body)]);
    let editor = desk.home.path().join("editor");
    // Says something on the terminal, as editors do, and adds a line to what it was given.
    fs::write(&editor, "#!/bin/sh\necho the editor was here; cat \"$1\"; printf '\\nafter' >> \"$1\"\n")
        .unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
    let mut pty = desk.open_with(WIDE, &[("EDITOR", editor.as_os_str())]);
    pty.press("3");
    pty.wait_for("enter Edit");
    for _ in 0..6 {
        if pty.shows("[Body") {
            break;
        }
        let before = pty.text();
        pty.press("]");
        pty.wait_until("the next tab", |screen| screen != before);
    }
    pty.wait_for("before");
    pty.press("jE");
    pty.wait_for_all(&["before", "after", "● not saved", "the desk"]);
    assert!(pty.screen().alternate_screen());
    assert!(!pty.shows("the editor was here"), "{}", pty.text());
    pty.press("w");
    pty.wait_for("Saved a.toml");
    assert!(desk.read("a.toml").contains("before\nafter"), "{}", desk.read("a.toml"));
    quit(pty);
}
