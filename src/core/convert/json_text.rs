//! JSON as it is typed: checked, indented and formatted, with `{{references}}` where values may stand.
//!
//! Owns the text of a body while it is written. Numbers, escapes and the order of keys stay as they
//! are. Refuses to read values.

use serde::de::IgnoredAny;

/// Spaces for each level.
const INDENT: &str = "  ";

/// Why a text isn't valid JSON, with line and column; `None` if it is, or is empty.
pub(crate) fn problem(text: &str) -> Option<String> {
    plain_problem(&without_references(text))
}

/// The same for a text in which nothing is replaced.
pub(crate) fn plain_problem(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    serde_json::from_str::<IgnoredAny>(text).err().map(|error| error.to_string())
}

/// The text with one value or key on each line.
///
/// # Errors
/// Why it isn't valid JSON, with line and column.
pub(crate) fn format(text: &str) -> Result<String, String> {
    if let Some(problem) = problem(text) {
        return Err(problem);
    }
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let token = &rest[..token_length(rest)];
        rest = rest[token.len()..].trim_start();
        match c {
            '{' | '[' if token.len() == 1 => {
                out.push(c);
                if !rest.starts_with(['}', ']']) {
                    depth += 1;
                    break_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                if !out.ends_with(['{', '[']) {
                    depth = depth.saturating_sub(1);
                    break_line(&mut out, depth);
                }
                out.push(c);
            }
            ',' => {
                out.push(c);
                break_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => out.push_str(token),
        }
    }
    Ok(out)
}

/// The white space that begins the line after a text.
pub(crate) fn indent_after(before: &str) -> String {
    let line = before.rsplit('\n').next().unwrap_or(before);
    let own = &line[..line.len() - line.trim_start().len()];
    let opens = line.trim_end().ends_with(['{', '[']);
    format!("{own}{}", if opens { INDENT } else { "" })
}

/// The brackets of a line with their columns in characters, but for those in strings and references.
pub(crate) fn brackets(line: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let (mut rest, mut column) = (line, 0);
    std::iter::from_fn(move || {
        while let Some(c) = rest.chars().next() {
            let length = if c.is_whitespace() { c.len_utf8() } else { token_length(rest) };
            let (token, after) = rest.split_at(length);
            let at = column;
            column += token.chars().count();
            rest = after;
            if token.len() == 1 && matches!(c, '{' | '}' | '[' | ']') {
                return Some((at, c));
            }
        }
        None
    })
}

fn break_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.push_str(&INDENT.repeat(depth));
}

/// Bytes of the token that a text begins with: a string, a reference, a sign, or a run of the rest.
fn token_length(text: &str) -> usize {
    if text.starts_with('"') {
        return string_length(text);
    }
    if let Some(length) = reference_length(text) {
        return length;
    }
    let is_sign = |c: char| "{}[],:".contains(c);
    if text.starts_with(is_sign) {
        return 1;
    }
    let is_end = |c: char| is_sign(c) || c.is_whitespace() || c == '"';
    text.find(is_end).unwrap_or(text.len()).max(1)
}

fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !is_escaped => return at + 1,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    text.len()
}

/// Bytes of a reference. No object begins with another one, so that `{{` is never JSON's.
fn reference_length(text: &str) -> Option<usize> {
    text.starts_with("{{").then(|| text.find("}}")).flatten().map(|end| end + 2)
}

/// The text with a number in place of each reference outside of strings, as long as the reference.
fn without_references(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if c.is_whitespace() { c.len_utf8() } else { token_length(rest) };
        let (token, after) = rest.split_at(length);
        if reference_length(token).is_some() {
            out.push('0');
            out.extend(std::iter::repeat_n(' ', length - 1));
        } else {
            out.push_str(token);
        }
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_changes_nothing_but_white_space() {
        let text = r#"{"b":1.50,"a":[1,{"x":"a \" , {b"},[],{ }],"r":{{port}},"s":"{{host}}/é"}"#;
        let formatted = format(text).unwrap();
        assert_eq!(
            formatted,
            "{\n  \"b\": 1.50,\n  \"a\": [\n    1,\n    {\n      \"x\": \"a \\\" , {b\"\n    },\n    [],\n    {}\n  ],\n  \
             \"r\": {{port}},\n  \"s\": \"{{host}}/é\"\n}"
        );
        assert_eq!(format(&formatted).unwrap(), formatted);
    }

    #[test]
    fn a_mistake_has_its_line_and_column() {
        assert_eq!(
            problem("{\n  \"a\": {{port}},\n}").as_deref(),
            Some("key must be a string at line 3 column 1")
        );
        for valid in ["", " \n", "1", "{{whole}}", "{\"a\": [{{x}}, {{y}}]}"] {
            assert_eq!(problem(valid), None, "{valid}");
        }
        assert!(plain_problem("{{whole}}").is_some());
        assert!(format("{\"a\"").is_err());
    }

    #[test]
    fn the_next_line_is_indented_like_this_one_or_further() {
        assert_eq!(indent_after("{"), "  ");
        assert_eq!(indent_after("{\n  \"a\": ["), "    ");
        assert_eq!(indent_after("{\n  \"a\": 1,"), "  ");
        assert_eq!(indent_after(""), "");
    }
}
