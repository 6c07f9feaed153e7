//! What is said of wrong arguments, safe to show.
//!
//! Owns which arguments are not repeated: one that stands where none is expected is often half of a
//! credential that wasn't quoted. Refuses to parse.

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Args;
use super::send::unsupported;
use crate::core::{suggest, visible};

/// Options whose value is a secret.
const SECRET_OPTIONS: [&str; 9] = [
    "--access_key",
    "--cookie",
    "--mfa-code",
    "--oauth2-bearer",
    "--proxy",
    "--proxy-user",
    "--secret_key",
    "--session-token",
    "--user",
];

/// Stands for an argument that isn't repeated.
const HIDDEN: &str = "***";

/// The text for standard error; `subcommand` is the one that was to run.
pub(super) fn text(mut error: clap::Error, subcommand: Option<&str>) -> String {
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.clone(),
        Some(_) | None => String::new(),
    };
    if error.kind() == ErrorKind::UnknownArgument {
        return unknown(&argument, subcommand);
    }
    let secret = SECRET_OPTIONS.iter().any(|option| argument.split(' ').next() == Some(option));
    if error.kind() == ErrorKind::TooManyValues || secret {
        error.insert(ContextKind::InvalidValue, ContextValue::String(HIDDEN.to_owned()));
    }
    visible::lines(&error.render().to_string())
}

/// Names an unknown option, and hides any other word.
fn unknown(argument: &str, subcommand: Option<&str>) -> String {
    let program = subcommand.map_or("signpost".to_owned(), |name| format!("signpost {name}"));
    let help = format!("`{program} --help` lists its options");
    let Some(option) = option_name(argument) else {
        let hint = match subcommand {
            Some("send") => {
                "separate requests with `--next`; a value that contains spaces needs quotes".to_owned()
            }
            Some(_) | None => format!("{help}; a value that contains spaces needs quotes"),
        };
        return format!("error: unexpected argument `{HIDDEN}` for `{program}`\nhint: {hint}\n");
    };
    let of_curl = unsupported::hint(option).filter(|_| subcommand == Some("send"));
    if let Some(hint) = of_curl {
        return format!("error: `{program}` has no `{option}`\nhint: {hint}\n");
    }
    let positive = option.strip_prefix("--no-").map(|name| format!("--{name}"));
    if let Some(positive) = positive.filter(|name| is_option(name, subcommand)) {
        let hint = format!("it is off unless `{positive}` is given");
        return format!("error: `{program}` has no `{}`\nhint: {hint}\n", visible::line(option));
    }
    let hint = match nearest(option, subcommand) {
        Some(known) => format!("did you mean `{known}`?"),
        None => help,
    };
    format!("error: unknown option `{}` for `{program}`\nhint: {hint}\n", visible::line(option))
}

/// The name in `--name=value` or `-n`; `None` for what may be a value.
fn option_name(argument: &str) -> Option<&str> {
    if argument.starts_with("--") {
        return argument.split('=').next();
    }
    let mut characters = argument.char_indices().skip(1);
    let is_letter = characters.next().is_some_and(|(_, c)| c.is_ascii_graphic());
    let end = characters.next().map_or(argument.len(), |(at, _)| at);
    (argument.starts_with('-') && is_letter).then(|| &argument[..end])
}

/// True for the long name of an option of this subcommand.
fn is_option(option: &str, subcommand: Option<&str>) -> bool {
    let program = Args::command();
    let command = subcommand.and_then(|name| program.find_subcommand(name)).unwrap_or(&program);
    option
        .strip_prefix("--")
        .is_some_and(|name| command.get_arguments().any(|known| known.get_long() == Some(name)))
}

/// The option of this subcommand that may be meant, or a short one in the other case.
fn nearest(option: &str, subcommand: Option<&str>) -> Option<String> {
    let program = Args::command();
    let command = match subcommand {
        Some(name) => program.find_subcommand(name)?,
        None => &program,
    };
    let shown = || command.get_arguments().filter(|argument| !argument.is_hide_set());
    if let Some(name) = option.strip_prefix("--") {
        let longs: Vec<_> =
            shown().flat_map(|argument| argument.get_long_and_visible_aliases()).flatten().collect();
        return suggest::closest(name, longs).map(|known| format!("--{known}"));
    }
    let letter = option.chars().nth(1)?;
    let swapped = |known: &char| *known != letter && known.eq_ignore_ascii_case(&letter);
    let known = shown().filter_map(|argument| argument.get_short().filter(swapped)).next()?;
    Some(format!("-{known}"))
}
