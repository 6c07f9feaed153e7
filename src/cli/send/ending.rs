//! How a send ends: its exit code, and why it isn't success.

use super::print::Printer;
use crate::cli::exit::Exit;
use crate::core::exchange::{End, Field, Outcome, Problem};
use crate::core::units;

/// A part of a file that cannot be used ends as a file that cannot be read does.
pub(super) fn not_sent(problems: &[Problem]) -> Exit {
    let broken_file = problems.iter().any(|problem| problem.field == Field::Workspace);
    if broken_file { Exit::Usage } else { Exit::NotSent }
}

/// The exit code of an end, with a word on why it isn't success.
pub(super) fn exit(end: &End, printer: &mut Printer<'_>) -> Exit {
    match &end.outcome {
        Outcome::Answered => {
            let missed: Vec<_> = end.verdicts.iter().filter(|verdict| !verdict.passed).collect();
            missed.iter().for_each(|verdict| printer.error(&verdict.to_string(), ""));
            if printer.failed() && missed.is_empty() {
                printer.fail();
            }
            if missed.is_empty() && !printer.failed() { Exit::Success } else { Exit::Unexpected }
        }
        Outcome::Cut(why) => {
            printer.error(why, "The part that arrived is shown.");
            Exit::Network
        }
        Outcome::Network(problem) => {
            printer.problem(problem);
            Exit::Network
        }
        Outcome::NotSent(problems) => {
            for problem in problems {
                printer.problem(problem);
            }
            not_sent(problems)
        }
        Outcome::BodyLimit(limit) => {
            let limit = units::size(*limit);
            printer.error(
                &format!("the body is longer than the limit of {limit}"),
                "Raise it with `--body-limit SIZE`, or `[send] body_limit`; the part that arrived is shown.",
            );
            Exit::Unexpected
        }
        Outcome::RedirectRefused { next, signed } => {
            let (what, hint) = if *signed {
                ("a signed request isn't", "Send to that URL yourself if you trust it.")
            } else {
                ("the body isn't", "Send it there with `--redirect-body` if you trust that URL.")
            };
            printer.error(&format!("{what} redirected to another origin: {}", next.wire.url), hint);
            Exit::Unexpected
        }
        Outcome::Cancelled => Exit::Cancelled,
    }
}
