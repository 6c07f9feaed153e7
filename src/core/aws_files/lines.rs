//! The lines of an AWS file -> sections with keys and values.
//!
//! Owns the grammar: what begins in the first column, comments, continued values. Refuses to judge
//! names: what is merged decides which count.

use std::borrow::Cow;

/// What counts as white space in these files.
pub(super) const WHITE_SPACE: [char; 2] = [' ', '\t'];
const COMMENT: [char; 2] = ['#', ';'];

/// A section as it stands in the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RawSection<'t> {
    /// What is between the brackets.
    pub name: &'t str,
    /// Its line, from 1.
    pub line: usize,
    /// Its values, in order.
    pub values: Vec<RawValue<'t>>,
}

/// A key with its value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RawValue<'t> {
    /// The key as written.
    pub key: &'t str,
    /// The value; each line that continues it begins with a line feed.
    pub text: Cow<'t, str>,
    /// Its line, from 1.
    pub line: usize,
}

/// Why a line is invalid, in the words of AWS's own cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Invalid {
    #[error("profile definition must end with ']'")]
    Unclosed,
    #[error("expected a profile definition, `[profile NAME]`, before this line")]
    OutsideSection,
    #[error("expected a property definition, found continuation")]
    StrayContinuation,
    #[error("expected an '=' sign defining a property")]
    WithoutEquals,
    #[error("property did not have a name")]
    Nameless,
    #[error("expected an '=' sign defining a sub-property")]
    SubWithoutEquals,
    #[error("sub-property did not have a name")]
    NamelessSub,
}

/// Where the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first section.
    Start,
    /// In a section whose head is invalid: its lines are skipped.
    Skipping,
    /// In a section, without a value that could be continued.
    Section,
    /// After a value; one that was empty is continued by sub-properties.
    Value { was_empty: bool },
}

/// Splits a text into sections. Invalid lines are left out and returned with their numbers.
pub(super) fn sections(text: &str) -> (Vec<RawSection<'_>>, Vec<(usize, Invalid)>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut sections, mut errors) = (Vec::new(), Vec::new());
    let mut state = State::Start;
    for (index, line) in text.lines().enumerate() {
        if trim(line).is_empty() || line.starts_with(COMMENT) {
            continue;
        }
        match read(line, index + 1, state, &mut sections) {
            Ok(next) => state = next,
            Err(wrong) => {
                errors.push((index + 1, wrong));
                if wrong == Invalid::Unclosed {
                    state = State::Skipping;
                }
            }
        }
    }
    (sections, errors)
}

/// Reads one line that is neither blank nor a comment.
fn read<'t>(
    line: &'t str,
    number: usize,
    state: State,
    sections: &mut Vec<RawSection<'t>>,
) -> Result<State, Invalid> {
    if line.starts_with('[') {
        let head = without_comment(line, false);
        let name = head.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).ok_or(Invalid::Unclosed)?;
        sections.push(RawSection { name, line: number, values: Vec::new() });
        return Ok(State::Section);
    }
    if state == State::Skipping {
        return Ok(state);
    }
    let values = &mut sections.last_mut().ok_or(Invalid::OutsideSection)?.values;
    if line.starts_with(WHITE_SPACE) {
        let (State::Value { was_empty }, Some(value)) = (state, values.last_mut()) else {
            return Err(Invalid::StrayContinuation);
        };
        if was_empty {
            check_sub_property(line)?;
        }
        let text = value.text.to_mut();
        text.push('\n');
        text.push_str(trim(line));
        return Ok(state);
    }
    let (key, text) = without_comment(line, true).split_once('=').ok_or(Invalid::WithoutEquals)?;
    let (key, text) = (trim(key), trim(text));
    if key.is_empty() {
        return Err(Invalid::Nameless);
    }
    values.push(RawValue { key, text: Cow::Borrowed(text), line: number });
    Ok(State::Value { was_empty: text.is_empty() })
}

fn check_sub_property(line: &str) -> Result<(), Invalid> {
    let (key, _) = without_comment(line, true).split_once('=').ok_or(Invalid::SubWithoutEquals)?;
    if trim(key).is_empty() { Err(Invalid::NamelessSub) } else { Ok(()) }
}

/// The line without white space around it and without its comment, which in a value must follow
/// white space.
fn without_comment(line: &str, after_white_space: bool) -> &str {
    let line = trim(line);
    let begins = line
        .match_indices(COMMENT)
        .map(|(at, _)| at)
        .find(|at| !after_white_space || line[..*at].ends_with(char::is_whitespace));
    trim(&line[..begins.unwrap_or(line.len())])
}

/// Without the white space of these files around it.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(WHITE_SPACE)
}
