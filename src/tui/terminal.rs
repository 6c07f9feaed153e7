//! The only file that touches raw mode.
//!
//! Owns entering and leaving the screen, even if the program panics. The terminal is restored
//! exactly once, whoever does it. Refuses to draw.

use std::io::{self, IsTerminal, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, ThreadId};

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, execute, terminal};
use ratatui::backend::{Backend, ClearType, CrosstermBackend};
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

use crate::io::log;
use crate::tui::background;

/// The terminal for drawing.
pub(crate) type Screen = Terminal<CrosstermBackend<Frames>>;

/// Collects a frame, so that it is written at once. One that only repeats how the previous frame
/// ended (no colour, no cursor) changes nothing and isn't written.
#[derive(Debug)]
pub(crate) struct Frames {
    out: Stdout,
    frame: Vec<u8>,
    last: Vec<u8>,
}

impl Write for Frames {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // The terminal is as it was found, or has hung up: whatever is drawn now (a cursor, when the
        // screen is dropped) is for nobody, and its failure would be a panic.
        if !ACTIVE.load(Ordering::SeqCst) {
            self.frame.clear();
            return Ok(());
        }
        if !self.last.ends_with(&self.frame) {
            self.out.write_all(&self.frame)?;
            self.out.flush()?;
            std::mem::swap(&mut self.frame, &mut self.last);
        }
        self.frame.clear();
        Ok(())
    }
}

/// Whether we have the terminal.
static ACTIVE: AtomicBool = AtomicBool::new(false);

/// Owns the terminal; dropping it restores the terminal.
#[derive(Debug)]
pub(crate) struct Guard {
    mouse: bool,
}

/// Checks that there is a terminal to draw on.
///
/// # Errors
/// What is missing, and what works without it.
pub(crate) fn check() -> io::Result<()> {
    let missing = if !io::stdout().is_terminal() {
        "standard output isn't one"
    } else if !io::stdin().is_terminal() {
        "standard input isn't one"
    } else if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        "TERM=dumb says that this one only writes lines"
    } else {
        return Ok(());
    };
    Err(io::Error::other(format!(
        "the screen needs a terminal, and {missing}; \
         send, sign and demo --serve work without one (signpost --help)"
    )))
}

impl Guard {
    /// Enters raw mode, the alternate screen and bracketed paste, and captures the mouse if wanted.
    /// Frames have the given size, in columns and rows, until [`fit`] is called.
    pub(crate) fn enter(mouse: bool, size: (u16, u16)) -> io::Result<(Self, Screen)> {
        install_panic_hook(thread::current().id());
        let guard = Self { mouse };
        guard.resume()?;
        let frames = Frames { out: io::stdout(), frame: Vec::new(), last: Vec::new() };
        // A terminal reports that its size changes. A full-screen viewport would query it for every
        // frame all the same.
        let viewport = Viewport::Fixed(Rect::new(0, 0, size.0, size.1));
        let screen = Terminal::with_options(CrosstermBackend::new(frames), TerminalOptions { viewport })?;
        Ok((guard, screen))
    }

    /// Releases the terminal for a while, for `$EDITOR` or a shell.
    pub(crate) fn suspend(&self) {
        restore();
    }

    /// Takes over the terminal again after [`Guard::suspend`].
    pub(crate) fn resume(&self) -> io::Result<()> {
        terminal::enable_raw_mode()?;
        ACTIVE.store(true, Ordering::SeqCst);
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
        if self.mouse {
            execute!(io::stdout(), EnableMouseCapture)?;
        }
        Ok(())
    }
}

/// Makes the next frames as large as the terminal has become, in columns and rows.
///
/// # Errors
/// From writing to the terminal.
pub(crate) fn fit(screen: &mut Screen, size: (u16, u16)) -> io::Result<()> {
    let area = Rect::new(0, 0, size.0, size.1);
    if screen.get_frame().area() == area { Ok(()) } else { screen.resize(area) }
}

/// Clears the terminal, so that the next frame is drawn completely. [`Terminal::clear`] would query
/// the cursor's position, and fail if the terminal doesn't respond.
///
/// # Errors
/// From writing to the terminal.
pub(crate) fn clear(screen: &mut Screen) -> io::Result<()> {
    screen.backend_mut().clear_region(ClearType::All)?;
    screen.swap_buffers();
    Ok(())
}

/// Asks the terminal for its background. Its reply, if there is one, comes among the keys.
///
/// # Errors
/// What the terminal says.
pub(crate) fn ask_background() -> io::Result<()> {
    let mut out = io::stdout();
    out.write_all(background::QUESTION.as_bytes())?;
    out.flush()
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

/// Restores the terminal. Does nothing if that has already happened.
fn restore() {
    if !ACTIVE.swap(false, Ordering::SeqCst) {
        return;
    }
    // The terminal may be gone (SIGHUP), and then nobody can be notified.
    let _ = execute!(
        io::stdout(),
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    let _ = terminal::disable_raw_mode();
    let _ = io::stdout().flush();
}

/// Leaves raw mode and nothing else, for a terminal that no longer takes what is written to it.
pub(crate) fn abandon() {
    if ACTIVE.swap(false, Ordering::SeqCst) {
        let _ = terminal::disable_raw_mode();
    }
}

/// On the screen's own thread a panic restores the terminal before it is reported. On any other
/// thread it is a task's, which reports it as a message: nothing is printed over the screen.
fn install_panic_hook(screen_thread: ThreadId) {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if thread::current().id() == screen_thread {
            restore();
            report(info);
            // If standard error is closed, nobody can be notified.
            let _ = writeln!(
                io::stderr(),
                "signpost failed: this is a bug, please report the lines above. \
                 Saved requests are untouched, drafts come back at the next start."
            );
        } else if ACTIVE.load(Ordering::SeqCst) {
            log::panicked(info);
        } else {
            report(info);
        }
    }));
}
