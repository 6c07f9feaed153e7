//! Rows as text: headers as lines of `Name: value`, pairs as lines of `name=value` or as a query.
//! A disabled row begins with `#`; a description follows two spaces and a `#`.
//!
//! Owns both directions. Refuses to judge names.

use crate::core::query;
use crate::core::request::{Row, is_token};

/// How the rows of a table are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowSyntax {
    /// `Name: value`.
    Header,
    /// `name=value`.
    Pair,
}

impl RowSyntax {
    fn separator(self) -> char {
        match self {
            Self::Header => ':',
            Self::Pair => '=',
        }
    }
}

/// What stands before a description.
const COMMENT: &str = "  # ";

/// One line for each row; `None` if a row can't be read back from its line.
pub(crate) fn write(rows: &[Row], syntax: RowSyntax) -> Option<String> {
    let line = |row: &Row| {
        let off = if row.off { "# " } else { "" };
        let space = if syntax == RowSyntax::Header && !row.value.is_empty() { " " } else { "" };
        let line = format!("{off}{}{}{space}{}", row.name, syntax.separator(), row.value);
        // A value that looks like a comment is closed by an empty one.
        let comment = if row.description.is_empty() && split_comment(&line).0 == line { "" } else { COMMENT };
        format!("{line}{comment}{}\n", row.description)
    };
    let text: String = rows.iter().map(line).collect();
    (read(&text, syntax) == rows).then_some(text)
}

/// The rows of a text, one for each line that isn't blank. A line without a separator is a name.
pub(crate) fn read(text: &str, syntax: RowSyntax) -> Vec<Row> {
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| row(line, syntax)).collect()
}

/// A line without its last comment, and the comment. Editors remove spaces at the end of a line.
fn split_comment(line: &str) -> (&str, &str) {
    let empty = line.strip_suffix(COMMENT.trim_end()).map(|line| (line, ""));
    empty.or_else(|| line.rsplit_once(COMMENT)).unwrap_or((line, ""))
}

fn row(line: &str, syntax: RowSyntax) -> Row {
    let (line, description) = split_comment(line);
    let (off, line) = match line.strip_prefix('#') {
        Some(line) => (true, line.strip_prefix(' ').unwrap_or(line)),
        None => (false, line),
    };
    let (name, value) = line.split_once(syntax.separator()).unwrap_or((line, ""));
    let (name, value) = match syntax {
        RowSyntax::Header => (name.trim(), value.trim()),
        RowSyntax::Pair => (name, value),
    };
    Row { off, description: description.trim().to_owned(), ..Row::new(name, value) }
}

/// The rows of a pasted text; `None` for one that is a single cell's.
pub(crate) fn pasted(text: &str, syntax: RowSyntax) -> Option<Vec<Row>> {
    let rows = read(text, syntax);
    match syntax {
        RowSyntax::Header => {
            let is_header = |line: &str| line.contains(':');
            let all = text.lines().filter(|line| !line.trim().is_empty()).all(is_header);
            (all && rows.len() > 1 && rows.iter().all(|row| is_token(&row.name))).then_some(rows)
        }
        RowSyntax::Pair if rows.len() > 1 => {
            rows.iter().all(|row| !row.name.is_empty() && !row.value.is_empty()).then_some(rows)
        }
        RowSyntax::Pair => {
            let text = text.trim().trim_start_matches('?');
            let pairs: Vec<Row> = text.split('&').map(pair).collect::<Option<_>>()?;
            (pairs.len() > 1).then_some(pairs)
        }
    }
}

/// A pair of a query, decoded.
fn pair(text: &str) -> Option<Row> {
    let (name, value) = text.split_once('=')?;
    Some(Row::new(query::decode(name)?, query::decode(value)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_back_as_they_were_written() {
        let off = Row { off: true, ..Row::new("x-off", "1") };
        let rows = [Row::new("accept", "a/b; q=1"), off, Row::new("x-empty", "")];
        for syntax in [RowSyntax::Header, RowSyntax::Pair] {
            let text = write(&rows, syntax).unwrap();
            assert!(text.contains("# x-off"), "{text}");
            assert_eq!(read(&text, syntax), rows);
        }
        let described =
            |name, description: &str| Row { description: description.into(), ..Row::new(name, "1") };
        let rows = [described("a", "the first"), Row { off: true, ..described("b", "C # minor") }];
        assert_eq!(write(&rows, RowSyntax::Pair).as_deref(), Some("a=1  # the first\n# b=1  # C # minor\n"));
        assert_eq!(
            write(&rows, RowSyntax::Header).as_deref(),
            Some("a: 1  # the first\n# b: 1  # C # minor\n")
        );
        for value in ["1 # 2", "1  # 2", "1  #", "#fff"] {
            let rows = [Row::new("a", value), Row { description: "why".into(), ..Row::new("a", value) }];
            for syntax in [RowSyntax::Header, RowSyntax::Pair] {
                let text = write(&rows, syntax).unwrap();
                assert_eq!(read(&text, syntax), rows);
                let trimmed: Vec<&str> = text.lines().map(str::trim_end).collect();
                assert_eq!(read(&trimmed.join("\n"), syntax), rows);
            }
        }
        assert_eq!(write(&[described("a", "two\nlines")], RowSyntax::Pair), None);
        assert_eq!(write(&[Row::new("a", "1\n2")], RowSyntax::Pair), None);
        assert_eq!(write(&[Row::new("a=b", "")], RowSyntax::Pair), None);
    }

    #[test]
    fn headers_and_queries_are_pasted_as_rows_and_single_values_are_not() {
        let headers = pasted("Accept: a/b\nX-Time: 12:30\n", RowSyntax::Header).unwrap();
        assert_eq!(headers, [Row::new("Accept", "a/b"), Row::new("X-Time", "12:30")]);
        let pairs = pasted("a=1&b=x%20y", RowSyntax::Pair).unwrap();
        assert_eq!(pairs, [Row::new("a", "1"), Row::new("b", "x y")]);
        for (text, syntax) in [
            ("Accept: a/b", RowSyntax::Header),
            ("two lines\nof text", RowSyntax::Header),
            ("https://example.com/?a=1", RowSyntax::Pair),
            ("fish & chips", RowSyntax::Pair),
            ("a=1", RowSyntax::Pair),
        ] {
            assert_eq!(pasted(text, syntax), None, "{text}");
        }
    }
}
