//! `-K`: flags in a file, as curl reads them (<https://curl.se/docs/manpage.html#-K>).

use std::ffi::OsString;

use super::{Usage, body};

/// The words of a file, as they would stand on the command line; `-` is standard input.
///
/// # Errors
/// A file that can't be read, or a quoted value that doesn't end.
pub(crate) fn words(file: &str) -> Result<Vec<OsString>, Usage> {
    let text = body::read_text(file)?;
    let mut words = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(word) = word(line.trim()).map_err(|problem| {
            Usage::new(format!("{file}:{}: {problem}", index + 1), "Close the quotes on the same line.")
        })? {
            words.push(word.into());
        }
    }
    Ok(words)
}

/// One line: `name`, `name value`, `name = value` or `name: value`. Option and value are one word, so
/// that a value may begin with a dash.
fn word(line: &str) -> Result<Option<String>, &'static str> {
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let end = line.find(|c: char| c.is_whitespace() || matches!(c, '=' | ':')).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    let rest = rest.trim_start().trim_start_matches(['=', ':']).trim_start();
    let is_short = name.starts_with('-') && !name.starts_with("--");
    let name = if name.starts_with('-') { name.to_owned() } else { format!("--{name}") };
    if rest.is_empty() {
        return Ok(Some(name));
    }
    let value = value(rest)?;
    Ok(Some(if is_short { format!("{name}{value}") } else { format!("{name}={value}") }))
}

fn value(text: &str) -> Result<String, &'static str> {
    let Some(inner) = text.strip_prefix('"') else { return Ok(text.to_owned()) };
    let mut value = String::new();
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return Ok(value),
            '\\' => value.push(match characters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some('v') => '\u{b}',
                Some(other) => other,
                None => break,
            }),
            other => value.push(other),
        }
    }
    Err("an unterminated string")
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn lines_are_read_as_curl_reads_them() {
        for (line, meant) in [
            ("# comment", None),
            ("silent", Some("--silent")),
            ("url = \"http://a/\"", Some("--url=http://a/")),
            ("header: \"A: \\\"b\\\"\"", Some("--header=A: \"b\"")),
            ("-X PUT", Some("-XPUT")),
            ("--data -1", Some("--data=-1")),
        ] {
            assert_eq!(word(line), Ok(meant.map(str::to_owned)), "{line}");
        }
        assert!(word("data = \"open").is_err());
    }
}
