//! `signpost filter`: jq programs and JSONPath queries on a document.
//!
//! Owns the arguments and the form of the output.

use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::Args;

use super::exit::Exit;
use super::written;
use crate::core::filter::{Environment, FilterError, Language};
use crate::core::visible;
use crate::io::filter;

const EXAMPLES: &str = "\
Each output is one line of JSON. Numbers that aren't calculated with keep their digits. A program reads \
nothing but the document: no environment, no files. It may run without end and use all memory; Ctrl-C ends it.

Examples:
  signpost send users | signpost filter '.[] | {id, name}'
  signpost filter --jsonpath '$..[?@.price < 10]' store.json
  signpost send users | signpost filter --raw '.[0].name'

Exit codes: 0 done; 1 the document isn't JSON, or the program raised an error; 2 wrong usage, or an invalid \
program.";

/// Filter JSON with jq or JSONPath
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct FilterArgs {
    /// A jq program, or a JSONPath query with --jsonpath
    program: String,
    /// The document [default: standard input]
    file: Option<PathBuf>,
    /// The program is a JSONPath query (RFC 9535)
    #[arg(long)]
    jsonpath: bool,
    /// Print strings without quotes and escapes
    #[arg(short, long)]
    raw: bool,
}

/// Runs `signpost filter`.
pub(super) fn run(args: &FilterArgs, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let document = match read(args.file.as_deref()) {
        Ok(document) => document,
        Err(message) => return failed(err, Exit::Usage, &message, ""),
    };
    let language = if args.jsonpath { Language::JsonPath } else { Language::Jq };
    let environment = Environment { now: SystemTime::now() };
    let pieces = match filter::start(language, args.program.clone(), document, environment) {
        Ok(pieces) => pieces,
        Err(error) => return failed(err, Exit::Usage, &format!("couldn't start the filter: {error}"), ""),
    };
    let safe = io::stdout().is_terminal();
    for piece in pieces {
        let printed = match piece {
            Ok(lines) => print(&lines, args.raw, safe, out),
            Err(error) => return refused(err, &error, &args.program),
        };
        if let Err(error) = printed {
            return written(Err(error));
        }
    }
    written(out.flush())
}

fn read(file: Option<&Path>) -> Result<Vec<u8>, String> {
    match file {
        Some(path) => {
            std::fs::read(path).map_err(|error| format!("couldn't read {}: {error}", path.display()))
        }
        None => {
            let mut document = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut document);
            read.map(|_| document).map_err(|error| format!("couldn't read standard input: {error}"))
        }
    }
}

/// Prints whole lines of JSON; on a terminal, without the characters that would control it.
fn print(lines: &[u8], raw: bool, safe: bool, out: &mut dyn Write) -> io::Result<()> {
    if !raw && !safe {
        return out.write_all(lines);
    }
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        let text = match serde_json::from_slice::<String>(line) {
            Ok(text) if raw => format!("{text}\n"),
            Ok(_) | Err(_) => String::from_utf8_lossy(line).into_owned(),
        };
        out.write_all(if safe { visible::lines(&text) } else { text }.as_bytes())?;
    }
    Ok(())
}

fn refused(err: &mut dyn Write, error: &FilterError, program: &str) -> Exit {
    match error {
        FilterError::Program { message, at } => {
            let before = program.get(..at.start).unwrap_or(program);
            let (line, column) = (
                before.matches('\n').count() + 1,
                before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1,
            );
            let message = format!("the program is invalid at line {line}, column {column}: {message}");
            failed(err, Exit::Usage, &message, "")
        }
        FilterError::Document(_) => failed(err, Exit::Unexpected, &error.to_string(), ""),
        FilterError::Raised(message) => failed(
            err,
            Exit::Unexpected,
            &format!("the program raised an error: {message}"),
            "Catch it with `try` or `?`.",
        ),
    }
}

fn failed(err: &mut dyn Write, exit: Exit, message: &str, hint: &str) -> Exit {
    // Without standard error there is nobody left to tell.
    let _ = writeln!(err, "error: {message}");
    if !hint.is_empty() {
        let _ = writeln!(err, "  hint: {hint}");
    }
    exit
}
