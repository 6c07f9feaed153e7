//! Questions at the terminal.
//!
//! Owns the terminal device: standard input may be a body, and standard output is the response's.
//! Refuses to read or write either.

use std::fs::OpenOptions;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::time::SystemTime;

use crate::core::credential::Secret;
use crate::core::question::{Answer, Question, mfa_code};
use crate::core::units;
use crate::core::visible;
use crate::engine::{Engine, LoginWay};

#[cfg(not(windows))]
const DEVICES: (&str, &str) = ("/dev/tty", "/dev/tty");
#[cfg(windows)]
const DEVICES: (&str, &str) = ("CONIN$", "CONOUT$");

/// The engine that has somebody log in at the terminal where a session needs it, if there is a terminal.
pub(super) fn engine(engine: Engine) -> Engine {
    let (_, output) = DEVICES;
    match OpenOptions::new().write(true).open(output) {
        Ok(_) => engine.with_login(LoginWay::of_this_machine()),
        Err(_) => engine,
    }
}

/// Answers a question: with the code of `--mfa-code`, else with what is typed at the terminal. No body
/// is read beyond its limit: `--body-limit` is the answer to that. A page to log in at is shown, and has
/// no answer: whoever asked waits for the login.
pub(super) async fn answer(question: Question, given: Option<&Secret>) -> Option<Answer> {
    let (identity, serial) = match question {
        Question::MfaCode { identity, serial } => (identity, serial),
        Question::OpenUrl { session, url, code, expires } => {
            let shown = show(&page(&session, &url, &code, expires));
            let hint = "Run `signpost login` first.".to_owned();
            let message = format!("nobody is logged in to {session}, and no terminal is available");
            return shown.is_err().then_some(Answer::Declined { message, hint });
        }
        Question::BodyLimit { .. } => {
            let (message, hint) = ("the body reached its limit", "Raise it with --body-limit SIZE.");
            return Some(Answer::Declined { message: message.to_owned(), hint: hint.to_owned() });
        }
    };
    if let Some(code) = given {
        return Some(Answer::MfaCode(code.clone()));
    }
    let asked = format!("MFA code of {} for identity {}: ", visible::line(&serial), visible::line(&identity));
    // Reading waits for a person, so that Ctrl-C must not wait for it.
    let typed = tokio::task::spawn_blocking(move || code_at_terminal(&asked)).await;
    let message = match typed {
        Ok(Ok(Some(code))) => return Some(Answer::MfaCode(code)),
        Ok(Ok(None)) => "its session needs an MFA code, but none was entered",
        Ok(Err(_)) | Err(_) => "its session needs an MFA code, but no terminal is available",
    };
    let message = message.to_owned();
    Some(Answer::Declined { message, hint: "Give it with --mfa-code CODE.".to_owned() })
}

/// Where to log in, in lines for a terminal.
pub(super) fn page(session: &str, url: &str, code: &str, expires: SystemTime) -> String {
    let left = expires.duration_since(SystemTime::now()).unwrap_or_default().as_secs();
    let left = units::span(left.try_into().unwrap_or(i64::MAX));
    let code = if code.is_empty() { String::new() } else { format!("Code: {code}\n") };
    let text = format!("Open this page within {left} to log in to {session}:\n\n  {url}\n\n{code}");
    visible::lines(&text)
}

/// Writes a text to the terminal.
fn show(text: &str) -> io::Result<()> {
    let (_, output) = DEVICES;
    let mut terminal = OpenOptions::new().write(true).open(output)?;
    terminal.write_all(text.as_bytes())?;
    terminal.flush()
}

/// Asks for a line at the terminal; empty where nothing more will come.
///
/// # Errors
/// Where there is no terminal.
pub(super) fn line(asked: &str) -> io::Result<Secret> {
    let (input, _) = DEVICES;
    let mut lines = BufReader::new(OpenOptions::new().read(true).open(input)?);
    show(asked)?;
    let mut line = String::new();
    lines.read_line(&mut line)?;
    Ok(Secret::new(line.trim()))
}

/// Asks for a yes or no at the terminal; only `y` and `yes` are a yes.
///
/// # Errors
/// Where there is no terminal.
pub(super) fn confirm(asked: &str) -> io::Result<bool> {
    let (input, output) = DEVICES;
    let mut lines = BufReader::new(OpenOptions::new().read(true).open(input)?);
    let mut terminal = OpenOptions::new().write(true).open(output)?;
    terminal.write_all(asked.as_bytes())?;
    terminal.flush()?;
    let mut line = String::new();
    lines.read_line(&mut line)?;
    Ok(matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// Asks until six digits are typed; `None` where the terminal says that nothing more will come.
fn code_at_terminal(asked: &str) -> io::Result<Option<Secret>> {
    let (input, output) = DEVICES;
    let mut lines = BufReader::new(OpenOptions::new().read(true).open(input)?);
    let mut terminal = OpenOptions::new().write(true).open(output)?;
    loop {
        terminal.write_all(asked.as_bytes())?;
        terminal.flush()?;
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if let Some(code) = mfa_code(&line) {
            return Ok(Some(code));
        }
        terminal.write_all(b"An MFA code has six digits.\n")?;
    }
}
