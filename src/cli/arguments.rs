//! The words of the command line -> arguments, or what is wrong with them.
//!
//! Owns files of curl's flags, which count as words, and what an unknown word may stand for. Refuses
//! to run anything.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::{CommandFactory, Parser, Subcommand};
use url::Url;

use super::send::curl_config;
use super::{Args, Command, refusal};
use crate::core::credential::Secret;
use crate::core::mask::Mask;
use crate::core::{shell_quote, suggest, visible};

/// Why nothing runs.
pub enum Refused {
    /// Help or the version was asked for.
    Help(clap::Error),
    /// The words are wrong: the text for standard error.
    Wrong(String),
}

/// Options of the program that take a value.
const GLOBAL: [&str; 3] = ["--config", "--log", "--log-level"];

/// Reads the words, the program's name first.
///
/// # Errors
/// [`Refused`].
pub fn parse(words: Vec<OsString>) -> Result<Args, Refused> {
    // Reading no arguments costs more than looking whether there are any.
    if words.len() <= 1 {
        return Ok(Args::default());
    }
    let mut groups = groups(words)?.into_iter();
    let mut args = parse_one(groups.next().unwrap_or_default())?;
    if let Some(Command::Send(first)) = &mut args.command {
        for words in groups {
            let next = parse_one(words)?;
            // Options of the program may stand anywhere, and the first of each counts.
            args.config = args.config.or(next.config);
            args.log = args.log.or(next.log);
            args.log_level = args.log_level.or(next.log_level);
            if let Some(Command::Send(next)) = next.command {
                first.then(*next);
            }
        }
    }
    Ok(args)
}

/// The words of each request of `send`, which `--next` separates; all other words are one group.
fn groups(words: Vec<OsString>) -> Result<Vec<Vec<OsString>>, Refused> {
    if subcommand(&words) != Some("send") {
        return Ok(vec![words]);
    }
    let mut groups = Vec::new();
    for words in separated(words) {
        // A file of flags may hold some, too.
        groups.extend(separated(with_curl_configs(words)?));
    }
    Ok(groups)
}

fn separated(words: Vec<OsString>) -> Vec<Vec<OsString>> {
    let head = [words.first().cloned().unwrap_or_default(), "send".into()];
    let mut groups = words.split(|word| word == "--next" || word == "-:").map(<[_]>::to_vec);
    let first = groups.next();
    let others = groups.map(|words| head.iter().cloned().chain(words).collect());
    first.into_iter().chain(others).collect()
}

fn parse_one(words: Vec<OsString>) -> Result<Args, Refused> {
    let first = first_word(&words).filter(|word| !is_subcommand(word) && !Path::new(word).is_dir());
    match Args::try_parse_from(&words) {
        Err(error) if !error.use_stderr() => Err(Refused::Help(error)),
        Ok(Args { command: Some(_), workspace: Some(folder), .. }) => {
            let folder = visible::line(&folder.display().to_string());
            Err(Refused::Wrong(format!(
                "error: `{folder}` isn't a subcommand\nhint: `signpost --help` lists them; the screen opens on a folder with `signpost {folder}` alone\n"
            )))
        }
        parsed => match (first, parsed) {
            (Some(word), Ok(args @ Args { workspace: Some(_), .. })) if is_url(word) => {
                Ok(Args { workspace: None, url: Some(word.to_string_lossy().into_owned()), ..args })
            }
            (Some(word), Ok(Args { workspace: Some(_), .. }) | Err(_)) => {
                Err(Refused::Wrong(no_subcommand(word)))
            }
            (_, Ok(args)) => Ok(args),
            (None, Err(error)) => Err(Refused::Wrong(refusal::text(error, subcommand(&words)))),
        },
    }
}

/// The first word that isn't an option or its value; `None` behind an option that isn't known.
fn first_word(words: &[OsString]) -> Option<&OsStr> {
    let mut words = words.iter().skip(1);
    loop {
        let word = words.next()?;
        let text = word.to_string_lossy();
        if GLOBAL.contains(&text.as_ref()) {
            words.next();
        } else if !text.starts_with('-') {
            return Some(word);
        } else if !GLOBAL.iter().any(|name| text.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
        {
            return None;
        }
    }
}

fn is_subcommand(word: &OsStr) -> bool {
    // Building the whole command to ask it would cost more than everything else here.
    word == "help" || word.to_str().is_some_and(Command::has_subcommand)
}

/// The name of the subcommand that is meant to run.
fn subcommand(words: &[OsString]) -> Option<&str> {
    first_word(words).filter(|word| is_subcommand(word)).and_then(OsStr::to_str)
}

/// Puts the flags of `-K` files in front of those of the command line, which so win over them.
fn with_curl_configs(mut words: Vec<OsString>) -> Result<Vec<OsString>, Refused> {
    let may_name_one = |word: &OsString| {
        let word = word.to_string_lossy();
        word.starts_with('-') && !word.starts_with("--") && word.contains('K')
    };
    if subcommand(&words) != Some("send") || !words.iter().any(may_name_one) {
        return Ok(words);
    }
    // What the files hold may be required.
    let Ok(matches) = Args::command().ignore_errors(true).try_get_matches_from(&words) else {
        return Ok(words);
    };
    let files =
        matches.subcommand_matches("send").and_then(|send| send.try_get_many::<String>("curl_config").ok());
    let files: Vec<_> = files.flatten().unwrap_or_default().cloned().collect();
    let Some(at) = words.iter().position(|word| word == "send") else { return Ok(words) };
    let mut added = Vec::new();
    for file in files {
        let words = curl_config::words(&file).map_err(|usage| {
            let (message, hint) = (visible::line(&usage.message), visible::line(&usage.hint));
            Refused::Wrong(format!("error: {message}\nhint: {hint}\n"))
        })?;
        added.extend(words);
    }
    words.splice(at + 1..at + 1, added);
    Ok(words)
}

/// What is said of a word where a subcommand or a folder is expected.
fn no_subcommand(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    let command = Args::command();
    let names = command.get_subcommands().map(|command| command.get_name());
    if is_url(word) {
        // It may bring a password or a signature.
        let password = Url::parse(&text).ok().and_then(|url| url.password().map(Secret::new));
        let url = Mask::new(password.as_slice()).url(&text);
        let (shown, word) = (visible::line(&url), visible::line(&shell_quote::quote(&url)));
        return format!(
            "error: the screen takes nothing else next to the URL `{shown}`\nhint: send it with `signpost send {word}`, which takes options of a request\n"
        );
    }
    let shown = visible::line(&text);
    let hint = match suggest::closest(&text, names) {
        Some(name) => format!("did you mean `signpost {name}`?"),
        None => "`signpost --help` lists the subcommands".to_owned(),
    };
    format!("error: `{shown}` is neither a folder nor a subcommand\nhint: {hint}\n")
}

/// Whether a word is meant as a URL: it looks like one, and no file has that name.
fn is_url(word: &OsStr) -> bool {
    word.to_str().is_some_and(looks_like_url) && !Path::new(word).exists()
}

fn looks_like_url(text: &str) -> bool {
    let port = text.strip_prefix(':').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let host = text.split(['/', '?']).next().unwrap_or_default();
    let dotted =
        host.contains('.') && !host.starts_with('.') && !text.starts_with('/') && !host.ends_with(".toml");
    text.contains("://") || port || host.starts_with("localhost") || dotted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The URL that the screen opens for these words.
    fn url(words: &[&str]) -> Option<String> {
        let words = ["signpost"].iter().chain(words).map(OsString::from).collect();
        parse(words).ok().filter(|args| args.command.is_none() && args.workspace.is_none())?.url
    }

    #[test]
    fn a_url_in_place_of_the_workspace_is_opened() {
        for word in [
            "https://example.com/a?b=c",
            "http://localhost:3000",
            ":3000/x",
            "localhost/x",
            "abc.lambda-url.us-east-1.on.aws/hello",
            "example.com",
        ] {
            assert_eq!(url(&[word]).as_deref(), Some(word));
            assert_eq!(url(&["--log-level", "debug", word]).as_deref(), Some(word));
        }
        // A folder or file that is there, what looks like a file, and a mistyped subcommand.
        for words in [vec!["src"], vec!["README.md"], vec!["a.toml"], vec!["sned"], vec!["./x.y"], vec![]] {
            assert_eq!(url(&words), None, "{words:?}");
        }
        for words in
            [vec!["https://example.com/", "-d", "x"], vec!["https://example.com/", "https://b.example/"]]
        {
            assert_eq!(url(&words), None, "{words:?}");
        }
    }
}
