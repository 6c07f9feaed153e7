//! The real binary in a pseudo-terminal: keys go in, and what a person would see comes out.
//!
//! Nothing here sleeps. Everything waits for something on the screen, with a deadline that only
//! ever ends a test that has failed already.

#![allow(dead_code)] // Each test binary uses its own part.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

const DEADLINE: Duration = Duration::from_secs(30);

pub(crate) const ESC: &str = "\x1b";

/// A home of one's own: configuration and data folders that nobody else has.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Starts signpost on a terminal of this many columns and rows.
    pub(crate) fn signpost(&self, args: &[&OsStr], size: (u16, u16)) -> Pty {
        self.signpost_with(args, size, &[])
    }

    pub(crate) fn signpost_with(&self, args: &[&OsStr], size: (u16, u16), env: &[(&str, &OsStr)]) -> Pty {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_signpost"));
        command.args(args);
        self.start(command, size, env)
    }

    /// Starts any command with this home.
    pub(crate) fn start(&self, mut command: CommandBuilder, size: (u16, u16), env: &[(&str, &OsStr)]) -> Pty {
        command.env_clear();
        for (name, value) in std::env::vars_os() {
            let name_text = name.to_string_lossy();
            let ours = ["AWS_", "SIGNPOST", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_COLOR", "TMUX"]
                .iter()
                .any(|prefix| name_text.to_ascii_uppercase().starts_with(prefix));
            if !ours {
                command.env(name, value);
            }
        }
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"] {
            command.env(name, self.path());
        }
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        command.env_remove("VISUAL");
        for (name, value) in env {
            command.env(name, value);
        }
        if command.get_cwd().is_none() {
            command.cwd(self.path());
        }
        Pty::start(command, size)
    }
}

/// A program and the terminal it runs in.
pub(crate) struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    /// Every byte that was written to the terminal.
    pub(crate) bytes: Vec<u8>,
}

impl Pty {
    fn start(command: CommandBuilder, (columns, rows): (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            // Reading fails where the other side is gone.
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keyboard = pair.master.take_writer().unwrap();
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        Self { child, master: pair.master, keyboard, output, parser, bytes: Vec::new() }
    }

    /// Presses keys, given as the bytes that a terminal sends.
    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Pastes a text as terminals with bracketed paste do.
    pub(crate) fn paste(&mut self, text: &str) {
        self.press(&format!("{ESC}[200~{text}{ESC}[201~"));
    }

    /// What is on the screen.
    pub(crate) fn text(&self) -> String {
        self.parser.screen().contents()
    }

    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    pub(crate) fn shows(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// Waits until a text is on the screen.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) {
        self.wait_until(&format!("{text:?}"), |screen| screen.contains(text));
    }

    /// Waits until all of these are on the screen at once.
    #[track_caller]
    pub(crate) fn wait_for_all(&mut self, texts: &[&str]) {
        self.wait_until(&format!("{texts:?}"), |screen| texts.iter().all(|text| screen.contains(text)));
    }

    #[track_caller]
    pub(crate) fn wait_until_gone(&mut self, text: &str) {
        self.wait_until(&format!("no {text:?}"), |screen| !screen.contains(text));
    }

    /// Waits until a frame that holds (or does not hold) a text has come to its end, which is a hidden
    /// cursor.
    #[track_caller]
    pub(crate) fn wait_for_frame(&mut self, text: &str, there: bool) {
        let what = format!("a whole frame, {text:?} {there}");
        self.wait(&what, |pty| pty.shows(text) == there && pty.bytes.ends_with(b"\x1b[?25l"));
    }

    #[track_caller]
    pub(crate) fn wait_until(&mut self, what: &str, enough: impl Fn(&str) -> bool) {
        self.wait(what, |pty| enough(&pty.text()));
    }

    #[track_caller]
    fn wait(&mut self, what: &str, enough: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !enough(self) {
            let text = self.text();
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("waited in vain for {what}; the screen:\n{text}"),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("it ended before {what} was there; the screen:\n{text}")
                }
            }
        }
    }

    /// Waits until something outside of the screen is so.
    #[track_caller]
    pub(crate) fn wait_outside(&mut self, what: &str, so: impl Fn() -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !so() {
            assert!(Instant::now() < deadline, "waited in vain for {what}; the screen:\n{}", self.text());
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(10)) {
                self.take(&bytes);
            }
        }
    }

    /// Does something again and again until a text is on the screen.
    #[track_caller]
    pub(crate) fn wait_while_doing(&mut self, text: &str, act: impl Fn()) {
        let deadline = Instant::now() + DEADLINE;
        while !self.shows(text) {
            assert!(Instant::now() < deadline, "waited in vain for {text:?}; the screen:\n{}", self.text());
            act();
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(100)) {
                self.take(&bytes);
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.parser.process(bytes);
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.parser.screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(size(columns, rows)).unwrap();
    }

    /// Sends a signal by its name, as `kill` does.
    #[cfg(unix)]
    pub(crate) fn signal(&mut self, name: &str) {
        let id = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Waits for the end of the program and of its output; gives the exit code.
    pub(crate) fn exit_code(&mut self) -> u32 {
        let deadline = Instant::now() + DEADLINE;
        loop {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end; the screen:\n{}", self.text()),
            }
        }
        self.child.wait().unwrap().exit_code()
    }

    /// Asserts that the terminal is as it was: the shell's screen, a cursor, no mouse, no bracketed
    /// paste, and echo.
    #[track_caller]
    pub(crate) fn assert_restored(&self) {
        let screen = self.parser.screen();
        assert!(!screen.alternate_screen(), "still on the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "pastes are still bracketed");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }
}

impl Drop for Pty {
    /// Whatever the test found, no program stays behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn cells(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}
