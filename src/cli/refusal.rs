//! What clap says of wrong arguments, safe to show.
//!
//! Owns which arguments are not repeated: one that stands where none is expected is often half of a
//! credential that wasn't quoted. Refuses to parse.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::core::visible;

/// Options whose value is a secret.
const SECRET_OPTIONS: [&str; 4] = ["--mfa-code", "--proxy", "--session-token", "--user"];

/// Stands for an argument that isn't repeated.
const HIDDEN: &str = "***";

/// The text for standard error.
pub fn text(mut error: clap::Error) -> String {
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.clone(),
        Some(_) | None => String::new(),
    };
    let hide = |error: &mut clap::Error, kind| {
        error.insert(kind, ContextValue::String(HIDDEN.to_owned()));
    };
    // Other kinds repeat names of options, and values of which none is a secret.
    if error.kind() == ErrorKind::UnknownArgument {
        let option = argument.split('=').next().unwrap_or_default();
        if !option.starts_with("--") {
            hide(&mut error, ContextKind::InvalidArg);
        } else if option.len() < argument.len() {
            error.insert(ContextKind::InvalidArg, ContextValue::String(option.to_owned()));
        }
        // A tip repeats the whole argument.
        error.remove(ContextKind::Suggested);
    }
    let secret = SECRET_OPTIONS.iter().any(|option| argument.split(' ').next() == Some(option));
    if error.kind() == ErrorKind::TooManyValues || secret {
        hide(&mut error, ContextKind::InvalidValue);
    }
    visible::lines(&error.render().to_string())
}
