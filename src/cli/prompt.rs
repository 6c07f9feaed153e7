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
use crate::io::job_control;

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

/// Answers a question: with the code of `--mfa-code`, with what the flags say about an expired
/// credential, else with what is typed at the terminal. No body is read beyond its limit:
/// `--body-limit` is the answer to that. A page to log in at is shown, and has no answer: whoever asked
/// waits for the login.
pub(super) async fn answer(
    question: Question,
    given: Option<&Secret>,
    expired: Option<Answer>,
) -> Option<Answer> {
    let (identity, serial) = match question {
        Question::MfaCode { identity, serial } => (identity, serial),
        Question::Expired { identity } => {
            return Some(match expired {
                Some(answer) => answer,
                None => about_expired(&identity).await,
            });
        }
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
    let wrong = "An MFA code has six digits.\n";
    let typed = tokio::task::spawn_blocking(move || ask_until(&asked, wrong, mfa_code)).await;
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

/// Whether reading the terminal would stop this program.
pub(super) fn is_in_background() -> bool {
    let (input, _) = DEVICES;
    OpenOptions::new().read(true).open(input).is_ok_and(|terminal| job_control::is_in_background(&terminal))
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

/// Asks what to do about an expired credential.
async fn about_expired(identity: &str) -> Answer {
    let asked = format!(
        "The credential of identity {} has expired: (r)enew it, (s)end as it is, or (c)ancel? ",
        visible::line(identity)
    );
    // Reading waits for a person, so that Ctrl-C must not wait for it.
    let typed = tokio::task::spawn_blocking(move || ask_until(&asked, "Type r, s or c.\n", choice)).await;
    let message = match typed {
        Ok(Ok(Some(Some(answer)))) => return answer,
        Ok(Ok(Some(None) | None)) => "its credential has expired, and the send was cancelled",
        Ok(Err(_)) | Err(_) => "its credential has expired, and no terminal is available to ask at",
    };
    let hint = "Renew it with --renew, or send with it as it is with --as-it-is.";
    Answer::Declined { message: message.to_owned(), hint: hint.to_owned() }
}

/// What a word says about an expired credential; the inner `None` cancels.
fn choice(line: &str) -> Option<Option<Answer>> {
    match line.trim().to_ascii_lowercase().as_str() {
        "r" | "renew" => Some(Some(Answer::Renew)),
        "s" | "send" => Some(Some(Answer::AsItIs)),
        "c" | "cancel" => Some(None),
        _ => None,
    }
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

/// Asks until something is typed that `parse` takes; `None` where the terminal says that nothing more
/// will come.
fn ask_until<T>(asked: &str, wrong: &str, parse: impl Fn(&str) -> Option<T>) -> io::Result<Option<T>> {
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
        if let Some(typed) = parse(&line) {
            return Ok(Some(typed));
        }
        terminal.write_all(wrong.as_bytes())?;
    }
}
