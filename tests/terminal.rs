//! What a terminal does to a program, and a program must never do to a terminal.
#![cfg(unix)] // Signals, `ulimit` and `$EDITOR` scripts.

mod origin;
mod pty;

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use origin::Origin;
use portable_pty::CommandBuilder;
use pty::{ESC, Home, Pty};

const WIDE: (u16, u16) = (120, 40);
const PLAIN: &str =
    "# Mine.\nmethod = \"GET\"\nurl = \"http://127.0.0.1:9/a\" # here\n\n[auth]\nkind = \"none\"\n";

/// A workspace in a home of its own.
struct Desk {
    home: Home,
    folder: PathBuf,
}

impl Desk {
    fn new(files: &[(&str, &str)]) -> Self {
        let home = Home::new();
        let folder = home.path().join("requests");
        fs::create_dir(&folder).unwrap();
        let desk = Self { home, folder };
        desk.write("signpost.toml", "name = \"the desk\"\n");
        for (name, text) in files {
            desk.write(name, text);
        }
        desk
    }

    /// With one request, which asks this URL.
    fn asking(url: &str) -> Self {
        Self::new(&[("a.toml", &format!("method = \"GET\"\nurl = \"{url}\"\n[auth]\nkind = \"none\"\n"))])
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap()
    }

    fn open(&self, size: (u16, u16)) -> Pty {
        self.open_with(size, &[])
    }

    fn open_with(&self, size: (u16, u16), env: &[(&str, &OsStr)]) -> Pty {
        let mut pty = self.home.signpost_with(&[self.folder.as_os_str()], size, env);
        pty.wait_for("s Send");
        pty
    }

    /// The drafts that are on disk, wherever this system keeps data.
    fn drafts(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        files(self.home.path(), &mut found);
        // Another ending is a file that is still being written.
        found.retain(|path| {
            path.iter().any(|part| part == "drafts") && path.extension() == Some("toml".as_ref())
        });
        found
    }
}

/// Every file below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            files(&entry.path(), found);
        } else {
            found.push(entry.path());
        }
    }
}

fn holds(path: &Path, text: &str) -> bool {
    // A file that is gone by now holds nothing.
    fs::read(path).is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

fn quit(mut pty: Pty) {
    pty.press("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}

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
fn what_was_typed_survives_a_kill_and_is_saved_beside_the_comments() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut pty = desk.open(WIDE);
    pty.press("2e-typed");
    pty.wait_for_all(&["http://127.0.0.1:9/a-typed", "● not saved"]);
    pty.wait_outside("a draft", || desk.drafts().iter().any(|draft| holds(draft, "/a-typed")));
    pty.signal("-KILL");
    pty.exit_code();
    assert_eq!(desk.read("a.toml"), PLAIN);

    let mut pty = desk.open(WIDE);
    pty.wait_for_all(&["http://127.0.0.1:9/a-typed", "● not saved"]);
    pty.press("w");
    pty.wait_for("Saved a.toml");
    pty.wait_until_gone("● not saved");
    assert_eq!(desk.read("a.toml"), PLAIN.replace("9/a", "9/a-typed"));
    quit(pty);
    assert_eq!(desk.drafts(), Vec::<PathBuf>::new());
}

#[test]
fn quitting_asks_once_where_something_is_not_saved() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut pty = desk.open(WIDE);
    pty.press(&format!("2e-typed{ESC}"));
    pty.wait_for_all(&["/a-typed", "enter Edit"]);
    pty.press("q");
    pty.wait_for("a.toml");
    pty.press(ESC);
    pty.wait_for("enter Edit");
    pty.press("\x03");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
    assert!(desk.drafts().iter().any(|draft| holds(draft, "/a-typed")));
}

#[test]
fn a_save_that_meets_another_change_shows_both_and_loses_neither() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut pty = desk.open(WIDE);
    pty.press(&format!("2e-mine{ESC}"));
    pty.wait_for_all(&["/a-mine", "enter Edit"]);
    let theirs = PLAIN.replace("9/a", "9/a-theirs");
    desk.write("a.toml", &theirs);
    pty.press("w");
    pty.wait_for_all(&["changed by somebody else", "9/a-theirs", "9/a-mine"]);
    assert_eq!(desk.read("a.toml"), theirs);
    // Later: nothing is written, and what was typed is still there.
    pty.press(ESC);
    pty.wait_until_gone("changed by somebody else");
    pty.wait_for_all(&["/a-mine", "● not saved"]);
    assert_eq!(desk.read("a.toml"), theirs);
    // Theirs; mine stays in undo.
    pty.press("w");
    pty.wait_for("changed by somebody else");
    pty.press("t");
    pty.wait_for("/a-theirs");
    pty.press("u");
    pty.wait_for("/a-mine");
    // Mine, over theirs.
    pty.press("w");
    pty.wait_for("Saved a.toml");
    assert_eq!(desk.read("a.toml"), PLAIN.replace("9/a", "9/a-mine"));
    quit(pty);
}

#[test]
fn a_file_that_does_not_parse_is_listed_with_its_line_and_never_written() {
    let broken = "method = \"GET\"\nurl = \n";
    let desk = Desk::new(&[("a.toml", PLAIN), ("broken.toml", broken)]);
    let mut pty = desk.open(WIDE);
    pty.wait_for_all(&["!    broken", "http://127.0.0.1:9/a"]);
    pty.press("j");
    pty.wait_for("broken.toml: line 2: ");
    // The request of before is no longer what the keys are about.
    assert!(!pty.shows("http://127.0.0.1:9/a"), "{}", pty.text());
    pty.press("s");
    pty.wait_for("No request is open");
    pty.press("w");
    quit(pty);
    assert_eq!(desk.read("broken.toml"), broken);
}

#[test]
fn a_paste_is_text_and_never_verbs() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut pty = desk.open(WIDE);
    pty.paste("qqqwww\nDDDyyy\n");
    // Whatever it led to is over when this key is answered.
    pty.press("?");
    pty.wait_for("Finds a request by its name.");
    pty.press(ESC);
    pty.wait_until_gone("Finds a request by its name.");
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
    pty.wait_for("40001 rows");
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
    pty.wait_for_all(&["only this much", "200 OK", "Only part of the answer came", "14 of the 4000 bytes"]);
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
    pty.wait_for("answered, but no answer can be read");
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
        pty.wait_for_frame("Finds a request by its name.", true);
        let written = pty.bytes.len() - before;
        pty.press(ESC);
        pty.wait_for_frame("Finds a request by its name.", false);
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
fn a_full_disk_is_an_error_with_the_text_still_in_its_field() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut command = CommandBuilder::new("sh");
    // No file may grow beyond nothing; the signal for it is ignored, as on a disk that is full.
    command.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$1\"", env!("CARGO_BIN_EXE_signpost")]);
    command.arg(&desk.folder);
    let mut pty = desk.home.start(command, WIDE, &[]);
    pty.wait_for("s Send");
    pty.press(&format!("2e-typed{ESC}"));
    pty.wait_for_all(&["/a-typed", "enter Edit"]);
    pty.press("w");
    pty.wait_for("a.toml is not saved: ");
    assert!(pty.shows("http://127.0.0.1:9/a-typed") && pty.shows("● not saved"), "{}", pty.text());
    pty.press("\x03");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
    assert_eq!(desk.read("a.toml"), PLAIN);
    assert_eq!(fs::read_dir(&desk.folder).unwrap().count(), 2, "a temporary file was left behind");
}

#[test]
fn a_folder_that_cannot_be_written_into_is_an_error_with_the_text_still_in_its_field() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    fs::create_dir(desk.folder.join("sub")).unwrap();
    desk.write("sub/b.toml", PLAIN);
    let mut pty = desk.open(WIDE);
    pty.wait_for("b");
    pty.press("/b\r");
    pty.wait_for(" sub/b ");
    pty.press(&format!("2e-typed{ESC}"));
    pty.wait_for_all(&["/a-typed", "enter Edit"]);
    // Where the folder was there is a file now; permissions would not stop a superuser's test.
    fs::remove_dir_all(desk.folder.join("sub")).unwrap();
    desk.write("sub", "in the way");
    pty.press("w");
    pty.wait_for("sub/b.toml is not saved: ");
    assert!(pty.shows("http://127.0.0.1:9/a-typed") && pty.shows("● not saved"), "{}", pty.text());
    pty.press("\x03");
    assert_eq!(pty.exit_code(), 0);
}
