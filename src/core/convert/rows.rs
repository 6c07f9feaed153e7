//! Rows as text: headers as lines of `Name: value`, pairs as lines of `name=value` or as a query.
//! A disabled row begins with `#`.
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

/// One line for each row; `None` if a row can't be read back from its line.
pub(crate) fn write(rows: &[Row], syntax: RowSyntax) -> Option<String> {
    let line = |row: &Row| {
        let off = if row.off { "# " } else { "" };
        let space = if syntax == RowSyntax::Header && !row.value.is_empty() { " " } else { "" };
        format!("{off}{}{}{space}{}\n", row.name, syntax.separator(), row.value)
    };
    let text: String = rows.iter().map(line).collect();
    (read(&text, syntax) == rows).then_some(text)
}

/// The rows of a text, one for each line that isn't blank. A line without a separator is a name.
pub(crate) fn read(text: &str, syntax: RowSyntax) -> Vec<Row> {
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| row(line, syntax)).collect()
}

fn row(line: &str, syntax: RowSyntax) -> Row {
    let (off, line) = match line.strip_prefix('#') {
        Some(line) => (true, line.strip_prefix(' ').unwrap_or(line)),
        None => (false, line),
    };
    let (name, value) = line.split_once(syntax.separator()).unwrap_or((line, ""));
    let (name, value) = match syntax {
        RowSyntax::Header => (name.trim(), value.trim()),
        RowSyntax::Pair => (name, value),
    };
    Row { off, ..Row::new(name, value) }
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
