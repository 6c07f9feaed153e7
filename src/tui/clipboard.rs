//! Copying text.
//!
//! Owns the choice between the system's clipboard and the terminal's (OSC 52), which also works
//! over SSH. Reports what happened, and why if copying failed.

use std::io::Write;

use crossterm::clipboard::CopyToClipboard;
use crossterm::execute;

use crate::config::Clipboard;

/// Terminals drop longer sequences; most accept at least this many bytes before encoding.
const OSC52_BYTES: usize = 74_000;

/// Why a text was not copied.
#[derive(Debug)]
pub(crate) enum NotCopied {
    /// It has this many bytes, more than a terminal accepts.
    TooLong(usize),
    /// Anything else, in words.
    Failed(String),
}

impl From<String> for NotCopied {
    fn from(why: String) -> Self {
        Self::Failed(why)
    }
}

/// Copies texts and keeps the system's clipboard open: on X11 its owner must stay alive.
#[derive(Default)]
pub(crate) struct Copier {
    system: Option<arboard::Clipboard>,
}

impl Copier {
    /// Copies a text; gives what happened, or why it didn't.
    pub(crate) fn copy(&mut self, how: Clipboard, text: &str) -> Result<String, NotCopied> {
        match how {
            Clipboard::Off => {
                Err(NotCopied::Failed("copying is disabled (clipboard = \"off\" in config.toml)".into()))
            }
            Clipboard::System => Ok(self.system(text)?),
            Clipboard::Osc52 => terminal(text),
            Clipboard::Auto if over_ssh() => terminal(text),
            Clipboard::Auto => self.system(text).or_else(|_| terminal(text)),
        }
    }

    fn system(&mut self, text: &str) -> Result<String, String> {
        let clipboard = match self.system.take() {
            Some(clipboard) => Ok(clipboard),
            None => arboard::Clipboard::new(),
        };
        let copied = clipboard.and_then(|mut clipboard| {
            clipboard.set_text(text)?;
            self.system = Some(clipboard);
            Ok(())
        });
        copied.map(|()| "copied to the system's clipboard".to_owned()).map_err(|error| error.to_string())
    }
}

fn over_ssh() -> bool {
    ["SSH_CONNECTION", "SSH_TTY"].iter().any(|name| std::env::var_os(name).is_some())
}

fn terminal(text: &str) -> Result<String, NotCopied> {
    if text.len() > OSC52_BYTES {
        return Err(NotCopied::TooLong(text.len()));
    }
    let mut out = std::io::stdout();
    execute!(out, CopyToClipboard::to_clipboard_from(text)).map_err(|error| error.to_string())?;
    out.flush().map_err(|error| error.to_string())?;
    // Whether it took it, a terminal does not say.
    Ok("sent to the terminal (OSC 52)".to_owned())
}
