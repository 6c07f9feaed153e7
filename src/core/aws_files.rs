//! AWS config and credentials files -> profiles, `sso-session` and `services` sections.
//!
//! Owns how both files are merged, as the AWS SDKs do it: the credentials file wins, and
//! `[profile default]` replaces `[default]`. Refuses to read files, and to decide what a profile
//! means: `core::provider` does.

use std::collections::{BTreeMap, btree_map};
use std::fmt;

use crate::core::file_problem::FileProblem;

mod lines;

use lines::{RawSection, RawValue};

/// Problems that are kept for each file: a file of rubbish has one in every line.
const MOST_PROBLEMS: usize = 50;

/// Which of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AwsFileKind {
    /// `~/.aws/config`.
    Config,
    /// `~/.aws/credentials`.
    Credentials,
}

/// Everything that both files say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AwsFiles {
    /// The profiles by name.
    pub(crate) profiles: BTreeMap<String, AwsSection>,
    /// The `[sso-session NAME]` sections.
    pub(crate) sso_sessions: BTreeMap<String, AwsSection>,
    /// The `[services NAME]` sections.
    pub(crate) services: BTreeMap<String, AwsSection>,
    /// Lines that make a file invalid. The rest was read, but AWS's clients use none of it.
    pub(crate) errors: Vec<FileProblem>,
    /// Sections and keys that AWS's clients skip.
    pub(crate) warnings: Vec<FileProblem>,
}

/// One section, merged from everywhere that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AwsSection {
    /// Where it begins.
    pub place: Place,
    /// The values by key, in lower case.
    pub values: BTreeMap<String, AwsValue>,
}

/// One value. `Debug` leaves it out: it may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct AwsValue {
    /// The value; lines that continue it begin with a line feed.
    pub text: String,
    /// The line of its key.
    pub place: Place,
}

/// A line of one of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Which file.
    pub kind: AwsFileKind,
    /// Its path, as it is shown.
    pub file: std::sync::Arc<str>,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl fmt::Debug for AwsValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsValue").field("place", &self.place).finish_non_exhaustive()
    }
}

impl AwsSection {
    /// The value of a key; an empty one counts as missing.
    pub(crate) fn get(&self, key: &str) -> Option<&AwsValue> {
        self.values.get(key).filter(|value| !value.text.trim().is_empty())
    }

    /// The text of a key; an empty one counts as missing.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key).map(|value| value.text.trim())
    }
}

impl AwsValue {
    /// The value of a sub-property: an indented `name = value` below an empty value.
    pub(crate) fn sub_property(&self, name: &str) -> Option<&str> {
        let pairs = self.text.lines().filter_map(|line| line.split_once('='));
        pairs
            .filter(|(key, _)| key.trim().eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .next_back()
            .filter(|value| !value.is_empty())
    }
}

/// Contents of a file, and its path as it is shown.
#[derive(Clone, Copy, Debug)]
pub struct AwsText<'a> {
    /// The path.
    pub name: &'a str,
    /// The contents.
    pub text: &'a str,
}

/// What the head of a section announces.
enum Head<'t> {
    /// A profile; `prefixed` for `[profile NAME]`.
    Profile {
        name: &'t str,
        prefixed: bool,
    },
    SsoSession(&'t str),
    Services(&'t str),
    /// A section of a tool: nothing about credentials.
    Foreign,
    /// AWS's clients skip it: what is wrong, and what to do.
    Skipped {
        message: String,
        hint: &'static str,
    },
}

impl AwsFiles {
    /// Merges both files; either may be missing.
    pub fn parse(config: Option<AwsText<'_>>, credentials: Option<AwsText<'_>>) -> Self {
        let mut files = Self::default();
        if let Some(config) = config {
            files.add(AwsFileKind::Config, config);
        }
        if let Some(credentials) = credentials {
            files.add(AwsFileKind::Credentials, credentials);
        }
        files
    }

    /// Records that a file couldn't be read at all.
    pub fn add_unreadable(&mut self, problem: FileProblem) {
        self.errors.push(problem);
    }

    fn add(&mut self, kind: AwsFileKind, file: AwsText<'_>) {
        let name: std::sync::Arc<str> = file.name.into();
        let problem = |line: usize, message: String, hint: &str| FileProblem {
            file: file.name.to_owned(),
            line: Some(line),
            message,
            hint: hint.to_owned(),
        };
        let (sections, errors) = lines::sections(file.text);
        let errors = errors.into_iter().map(|(line, wrong)| {
            problem(line, wrong.to_string(), "Correct this line: AWS's clients use nothing of such a file.")
        });
        self.errors.extend(errors.take(MOST_PROBLEMS));
        let heads: Vec<Head<'_>> = sections.iter().map(|section| head(section.name, kind)).collect();
        let prefixed_default =
            heads.iter().any(|head| matches!(head, Head::Profile { name: "default", prefixed: true }));
        let mut warnings = Vec::new();
        for (section, head) in sections.into_iter().zip(heads) {
            let place = |line| Place { kind, file: name.clone(), line };
            let into = match head {
                Head::Profile { name: "default", prefixed: false }
                    if prefixed_default && kind == AwsFileKind::Config =>
                {
                    let message = "`[default]` is skipped: the file also has `[profile default]`".to_owned();
                    warnings.push(problem(section.line, message, "Keep one of them."));
                    continue;
                }
                Head::Profile { name, .. } => self.profiles.entry(name.to_owned()),
                Head::SsoSession(name) => self.sso_sessions.entry(name.to_owned()),
                Head::Services(name) => self.services.entry(name.to_owned()),
                Head::Foreign => continue,
                Head::Skipped { message, hint } => {
                    warnings.push(problem(section.line, message, hint));
                    continue;
                }
            };
            for (line, key) in merge(into, section, place) {
                let message = format!("the key `{key}` is skipped: it isn't a valid name");
                warnings.push(problem(line, message, "Remove the line, or correct the name."));
            }
        }
        warnings.truncate(MOST_PROBLEMS);
        self.warnings.extend(warnings);
    }

    /// The first line that makes a file invalid.
    pub(crate) fn error(&self) -> Option<&FileProblem> {
        self.errors.first()
    }
}

/// Adds a section to what is known of it; the later value of a key wins. Returns the keys that
/// aren't names, with their lines.
fn merge<'t>(
    known: btree_map::Entry<'_, String, AwsSection>,
    section: RawSection<'t>,
    place: impl Fn(usize) -> Place,
) -> Vec<(usize, &'t str)> {
    let begins = place(section.line);
    let known = known.or_insert_with(|| AwsSection { place: begins, values: BTreeMap::new() });
    let mut invalid = Vec::new();
    for RawValue { key, text, line } in section.values {
        if is_identifier(key) {
            let value = AwsValue { text: text.into_owned(), place: place(line) };
            known.values.insert(key.to_ascii_lowercase(), value);
        } else {
            invalid.push((line, key));
        }
    }
    invalid
}

/// Reads the text between the brackets of a section's head.
fn head(inner: &str, kind: AwsFileKind) -> Head<'_> {
    let inner = lines::trim(inner);
    let (word, rest) = match inner.split_once(lines::WHITE_SPACE) {
        Some((word, rest)) => (word, lines::trim(rest)),
        None => (inner, ""),
    };
    let named = |rest, head: fn(&str) -> Head<'_>| match section_name(rest) {
        Some(name) => head(name),
        None => invalid_name(inner),
    };
    match (kind, word, rest) {
        (AwsFileKind::Config, "default", "") => Head::Profile { name: "default", prefixed: false },
        (AwsFileKind::Config, "profile", rest) => named(rest, |name| Head::Profile { name, prefixed: true }),
        (AwsFileKind::Config, "sso-session", rest) => named(rest, |name| Head::SsoSession(name)),
        (AwsFileKind::Config, "services", rest) => named(rest, |name| Head::Services(name)),
        (AwsFileKind::Config, "plugins" | "preview", "") => Head::Foreign,
        (AwsFileKind::Config, _, _) => Head::Skipped {
            message: format!("`[{inner}]` is skipped: it isn't a section of a config file"),
            hint: "A profile begins with `[profile NAME]` in a config file.",
        },
        (AwsFileKind::Credentials, "profile" | "sso-session" | "services", rest) if !rest.is_empty() => {
            Head::Skipped {
                message: format!("`[{inner}]` is skipped: it isn't a section of a credentials file"),
                hint: "A profile begins with `[NAME]` in a credentials file.",
            }
        }
        (AwsFileKind::Credentials, _, _) => match section_name(inner) {
            Some(name) => Head::Profile { name, prefixed: false },
            None => invalid_name(inner),
        },
    }
}

fn invalid_name(inner: &str) -> Head<'_> {
    Head::Skipped {
        message: format!("`[{inner}]` is skipped: its name isn't valid"),
        hint: "Use letters, digits, and any of `-/.%@_:+`, or quote the name.",
    }
}

/// The name of a section; the AWS CLI also takes any text in quotes.
fn section_name(text: &str) -> Option<&str> {
    let quoted = ['"', '\''].into_iter().find_map(|quote| {
        let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
        (!inner.is_empty() && !inner.contains(quote)).then_some(inner)
    });
    quoted.or_else(|| is_identifier(text).then_some(text))
}

fn is_identifier(text: &str) -> bool {
    let allowed =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | '%' | '@' | '_' | ':' | '+');
    !text.is_empty() && text.chars().all(allowed)
}

#[cfg(test)]
mod tests;
