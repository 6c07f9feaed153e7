//! Leaving: in time, whatever the disk or the terminal does, and with the terminal as it was.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::desk::{Desk, PLAIN, WIDE, files, holds};
use crate::pty::{ESC, Pty};

/// Two seconds, and what a busy machine takes on top.
const SOON: Duration = Duration::from_secs(8);

/// The private store's lock, once there is one.
fn lock(desk: &Desk) -> Option<PathBuf> {
    let mut found = Vec::new();
    files(desk.home.path(), &mut found);
    found.into_iter().find(|path| path.file_name() == Some("lock".as_ref()))
}

/// Pastes a curl command with a password, which goes to the private store.
fn paste_secret(pty: &mut Pty) {
    pty.paste("curl -u alice:example-password http://127.0.0.1:9/pasted");
    pty.wait_for("curl");
    pty.press("y");
    pty.wait_for("Created a request from the curl command");
}

#[test]
fn leaving_does_not_wait_for_a_disk_that_does_not_respond_and_names_what_is_lost() {
    for leave in ["q", "\x03", "-TERM", "-HUP", "-INT"] {
        let desk = Desk::new(&[("a.toml", PLAIN)]);
        let mut pty = desk.open(WIDE);
        paste_secret(&mut pty);
        pty.wait_outside("a lock", || lock(&desk).is_some());
        pty.wait_for("store");
        // As another process holds it that has been stopped: the disk's thread waits from here on.
        let held = File::options().append(true).open(lock(&desk).unwrap()).unwrap();
        held.lock().unwrap();
        paste_secret(&mut pty);
        let start = Instant::now();
        if leave.starts_with('-') {
            pty.signal(leave)
        } else {
            pty.press(leave)
        }
        assert_eq!(pty.exit_code(), 2, "{leave:?}");
        assert!(start.elapsed() < SOON, "{leave:?} took {:?}", start.elapsed());
        pty.assert_restored();
        let shown = pty.text();
        assert!(shown.contains("the disk didn't respond in time; not saved: "), "{leave:?}: {shown}");
        assert!(shown.contains("a secret of `") && shown.contains("get-pasted-2"), "{leave:?}: {shown}");
        drop(held);
    }
}

/// The program on a terminal that nobody reads unless the test does.
struct Bare {
    child: Box<dyn Child + Send + Sync>,
    reader: Box<dyn Read + Send>,
    keyboard: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
}

impl Bare {
    fn open(desk: &Desk, (cols, rows): (u16, u16)) -> Self {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_signpost"));
        command.arg(&desk.folder);
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
            command.env(name, desk.home.path());
        }
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).unwrap();
        let reader = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        Self { child, reader, keyboard, master: pair.master }
    }

    /// Waits for the program's end, without reading what it writes. Gives the exit code.
    fn ends_soon(child: &mut Box<dyn Child + Send + Sync>) -> Option<u32> {
        let start = Instant::now();
        while start.elapsed() < SOON {
            if let Some(status) = child.try_wait().unwrap() {
                return Some(status.exit_code());
            }
            std::thread::yield_now();
        }
        child.kill().unwrap();
        None
    }
}

#[test]
fn a_signal_ends_the_program_while_the_terminal_does_not_read() {
    for signal in ["-TERM", "-HUP"] {
        let desk = Desk::new(&[("a.toml", PLAIN)]);
        let mut bare = Bare::open(&desk, (500, 1500));
        // It has taken the terminal as soon as there is a first byte. No other is ever read, and the
        // first frame alone is more than a terminal holds.
        bare.reader.read_exact(&mut [0]).unwrap();
        let id = bare.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([signal, &id]).status().unwrap().success());
        assert!(Bare::ends_soon(&mut bare.child).is_some(), "{signal}: it goes on");
        drop(bare.master);
    }
}

#[test]
fn an_interrupt_from_outside_leaves_the_terminal_as_it_was() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut pty = desk.open(WIDE);
    pty.signal("-INT");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}

#[test]
fn a_terminal_that_hangs_up_is_no_panic_and_the_draft_is_kept() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let Bare { mut child, mut reader, mut keyboard, master } = Bare::open(&desk, (80, 24));
    reader.read_exact(&mut [0]).unwrap();
    // No field is open at the end: the cursor is hidden, and would be shown again.
    keyboard.write_all(format!("2e-typed{ESC}").as_bytes()).unwrap();
    let start = Instant::now();
    while !desk.drafts().iter().any(|draft| holds(draft, "/a-typed")) {
        assert!(start.elapsed() < SOON, "no draft is kept");
        std::thread::yield_now();
    }
    drop((reader, keyboard, master));
    let code = Bare::ends_soon(&mut child);
    assert!(code.is_some_and(|code| code != 101), "{code:?}");
    assert!(desk.drafts().iter().any(|draft| holds(draft, "/a-typed")));
}

#[test]
fn folders_are_the_users_alone_whatever_the_umask() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut command = CommandBuilder::new("sh");
    let script = "umask 000; exec \"$0\" --log-level info \"$1\"";
    command.args(["-c", script, env!("CARGO_BIN_EXE_signpost")]);
    command.arg(&desk.folder);
    let mut pty = desk.home.start(command, WIDE, &[]);
    pty.wait_for("s Send");
    paste_secret(&mut pty);
    pty.wait_outside("a lock", || lock(&desk).is_some());
    pty.press(&format!("{ESC}2e-typed{ESC}"));
    pty.wait_outside("a draft", || !desk.drafts().is_empty());
    pty.press("\x03");
    pty.exit_code();
    let mut found = Vec::new();
    files(desk.home.path(), &mut found);
    found.retain(|path| !path.starts_with(&desk.folder));
    assert!(found.len() >= 4, "a store, its lock, a draft and a log: {found:?}");
    for file in found {
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(file.parent().unwrap()), 0o700, "{}", file.display());
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}
