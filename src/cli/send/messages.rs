//! Lines about a send: labels and their colours, heads, and the places of problems.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::Usage;
use crate::cli::exit::Exit;
use crate::core::exchange::{Field, Head, Problem};
use crate::core::file_problem::FileProblem;
use crate::core::visible;
use crate::io::store::config_file::LoadedConfig;

pub(super) const RED: &str = "31";
pub(super) const YELLOW: &str = "33";
pub(super) const GREEN: &str = "32";
pub(super) const DIM: &str = "2";

/// Says what is wrong with the arguments.
pub(super) fn usage(usage: &Usage, err: &mut dyn Write) -> Exit {
    let colour = colour(&io::stderr());
    // Where even this cannot be written, the exit code has to do.
    let _ = write_error(err, colour, &usage.message, &usage.hint);
    Exit::Usage
}

/// Says what is wrong with the configuration; where it is, the defaults count.
pub(super) fn config_problems(loaded: &LoadedConfig, err: &mut dyn Write) {
    let label = paint(colour(&io::stderr()), YELLOW, "warning:");
    let path = loaded.path.as_deref().unwrap_or(Path::new("")).display();
    for problem in &loaded.problems {
        let message = format!("{path}: line {}: {}", problem.line, problem.message);
        let _ = labelled(err, &label, &message, &problem.hint);
    }
}

/// Warns about what can't be used or isn't known in the request's file and its workspace's files.
pub(super) fn file_problems(problems: &[FileProblem], err: &mut dyn Write) {
    let label = paint(colour(&io::stderr()), YELLOW, "warning:");
    for problem in problems {
        let _ = labelled(err, &label, &problem.placed(), &problem.hint);
    }
}

/// Colour is for terminals, and for those who have not turned it off (<https://no-color.org>).
pub(super) fn colour(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

pub(super) fn paint(colour: bool, code: &str, text: &str) -> String {
    if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

pub(super) fn write_error(err: &mut dyn Write, colour: bool, message: &str, hint: &str) -> io::Result<()> {
    labelled(err, &paint(colour, RED, "error:"), message, hint)
}

pub(super) fn labelled(err: &mut dyn Write, label: &str, message: &str, hint: &str) -> io::Result<()> {
    writeln!(err, "{label} {}", visible::line(message))?;
    if hint.is_empty() { Ok(()) } else { writeln!(err, "  hint: {}", visible::line(hint)) }
}

/// A head as HTTP/1.1 writes it.
pub(super) fn raw_head(head: &Head) -> String {
    let headers = head.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
    std::iter::once(format!("{}\r\n", status_line(head))).chain(headers).collect::<String>() + "\r\n"
}

pub(super) fn status_line(head: &Head) -> String {
    let reason = http::StatusCode::from_u16(head.status).ok().and_then(|status| status.canonical_reason());
    match reason {
        Some(reason) => format!("{} {} {reason}", head.protocol, head.status),
        None => format!("{} {}", head.protocol, head.status),
    }
}

/// The message with the field it belongs to.
pub(in crate::cli) fn placed(problem: &Problem) -> String {
    let place = match &problem.field {
        Field::Request | Field::Workspace => return problem.message.clone(),
        Field::Method => "method".to_owned(),
        Field::Url => "URL".to_owned(),
        Field::Path(index) => format!("path variable {}", index + 1),
        Field::Param(index) => format!("query row {}", index + 1),
        Field::Header(index) => format!("header {}", index + 1),
        Field::Body => "body".to_owned(),
        Field::BodyRow(index) => format!("body row {}", index + 1),
        Field::Auth(field) => format!("auth {field}"),
        Field::Send(field) => format!("send {field}"),
        Field::Identity(name) => format!("identity {name}"),
    };
    format!("{place}: {}", problem.message)
}
