//! Parses TOML with errors that name line, column and hint.
//!
//! Owns typed look-ups shared by all of our files. Refuses to know the meaning of any particular
//! file.

use std::fmt;
use std::ops::Range;

use toml_edit::{Document, Item, TableLike, Value};

use crate::core::file_problem::FileProblem;
use crate::core::suggest;

/// A part of a file that can't be used as written: where, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do, in one sentence; may be empty.
    pub hint: String,
}

impl FileError {
    /// The problem with its file, as a path that users can read.
    pub(crate) fn in_file(self, file: &str) -> FileProblem {
        let Self { line, message, hint, .. } = self;
        FileProblem { file: file.to_owned(), line: Some(line), message, hint }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, "\nhint: {}", self.hint) }
    }
}

impl std::error::Error for FileError {}

/// Line and column, both from 1, of a byte offset.
pub(crate) fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let offset = text.floor_char_boundary(offset);
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

/// Words listed for a hint: `"a", "b" or "c"`.
pub(crate) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|w| format!("\"{w}\"")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// What git writes in front of the first of two versions that it can't merge.
const CONFLICT_MARKER: &str = "<<<<<<< ";

/// The place of git's first conflict marker.
fn conflict(text: &str) -> Option<FileError> {
    let line = text.lines().position(|line| line.starts_with(CONFLICT_MARKER))?;
    Some(FileError {
        line: line + 1,
        column: 1,
        message: "git has left a merge conflict here".to_owned(),
        hint: "Choose one of the two versions and delete the lines of `<<<<<<<`, `=======` and `>>>>>>>`."
            .to_owned(),
    })
}

/// Parses a text; the error has the location of the syntax error.
pub(crate) fn document(text: &str) -> Result<Document<&str>, FileError> {
    Document::parse(text).map_err(|error| {
        if let Some(conflict) = conflict(text) {
            return conflict;
        }
        let (line, column) = line_column(text, error.span().map_or(0, |span| span.start));
        let message = error.message().trim().replace('\n', ", ");
        FileError { line, column, message, hint: String::new() }
    })
}

/// A table of a parsed text, with typed look-ups. A missing key is `None`; a wrong type is an error
/// at its location.
#[derive(Clone)]
pub(crate) struct Section<'t> {
    text: &'t str,
    /// Dotted path for messages; empty for the root.
    path: String,
    table: &'t dyn TableLike,
    span: Option<Range<usize>>,
}

impl<'t> Section<'t> {
    /// The root of a parsed text.
    pub(crate) fn root(document: &'t Document<&'t str>) -> Self {
        Self { text: document.raw(), path: String::new(), table: document.as_table(), span: None }
    }

    /// Keys in order of appearance.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.table.iter().map(|(key, _)| key)
    }

    /// Whether the key exists.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The key with its path, for messages.
    pub(crate) fn name(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// An error at this table's header.
    pub(crate) fn error(&self, message: impl Into<String>, hint: impl Into<String>) -> FileError {
        self.place(self.span.clone(), message.into(), hint.into())
    }

    /// A problem for each unknown key of this section: its name with the section's, and the key
    /// that was probably meant.
    pub(crate) fn unknown_keys(&self, known: &[&str]) -> Vec<(String, FileError)> {
        let unknown = self.keys().filter(|key| !known.contains(key));
        let problems = unknown.map(|key| {
            let hint = match suggest::closest(key, known.iter().copied()) {
                Some(similar) => format!("Did you mean `{similar}`?"),
                None => format!("Known here: {}.", known.join(", ")),
            };
            let name = self.name(key);
            let error = self.error_at(key, format!("unknown key `{name}`"), hint);
            (name, error)
        });
        problems.collect()
    }

    /// An error at a key's name.
    pub(crate) fn error_at(
        &self,
        key: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> FileError {
        let span = self.table.key(key).and_then(toml_edit::Key::span).or_else(|| self.span.clone());
        self.place(span, message.into(), hint.into())
    }

    /// An error at a key's value.
    pub(crate) fn error_in(
        &self,
        key: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> FileError {
        let span = self.table.get(key).and_then(Item::span).or_else(|| self.span.clone());
        self.place(span, message.into(), hint.into())
    }

    fn place(&self, span: Option<Range<usize>>, message: String, hint: String) -> FileError {
        let (line, column) = line_column(self.text, span.map_or(0, |span| span.start));
        FileError { line, column, message, hint }
    }

    fn wrong_type(&self, key: &str, item: &Item, wanted: &str, hint: &str) -> FileError {
        let message = format!("`{}` must be {wanted}, not {}", self.name(key), item.type_name());
        self.error_in(key, message, hint)
    }

    pub(crate) fn string(&self, key: &str) -> Result<Option<String>, FileError> {
        let Some(item) = self.table.get(key) else { return Ok(None) };
        match item.as_str() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Err(self.wrong_type(key, item, "text", &format!("Put it in quotes: {key} = \"...\"."))),
        }
    }

    pub(crate) fn boolean(&self, key: &str) -> Result<Option<bool>, FileError> {
        let Some(item) = self.table.get(key) else { return Ok(None) };
        match item.as_bool() {
            Some(value) => Ok(Some(value)),
            None => {
                let hint = format!("Write {key} = true or {key} = false, without quotes.");
                Err(self.wrong_type(key, item, "true or false", &hint))
            }
        }
    }

    /// A whole number within `range`.
    pub(crate) fn integer(
        &self,
        key: &str,
        range: std::ops::RangeInclusive<i64>,
    ) -> Result<Option<i64>, FileError> {
        let Some(item) = self.table.get(key) else { return Ok(None) };
        let Some(value) = item.as_integer() else {
            let hint = format!("Write {key} = {}, without quotes.", range.start());
            return Err(self.wrong_type(key, item, "a whole number", &hint));
        };
        if range.contains(&value) {
            return Ok(Some(value));
        }
        let message = format!("`{}` can't be {value}", self.name(key));
        let hint = match *range.end() {
            i64::MAX => format!("Give a number from {} up.", range.start()),
            end => format!("Give a number from {} to {end}.", range.start()),
        };
        Err(self.error_in(key, message, hint))
    }

    /// One of the given words.
    pub(crate) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Result<Option<T>, FileError> {
        let Some(written) = self.string(key)? else { return Ok(None) };
        match words.iter().find(|(word, _)| *word == written) {
            Some((_, value)) => Ok(Some(*value)),
            None => {
                let message = format!("`{}` can't be \"{written}\"", self.name(key));
                let all = one_of(words.iter().map(|(word, _)| *word));
                let hint = match suggest::closest(&written, words.iter().map(|(word, _)| *word)) {
                    Some(word) => format!("Did you mean \"{word}\"? It is one of {all}."),
                    None => format!("Write {all}."),
                };
                Err(self.error_in(key, message, hint))
            }
        }
    }

    /// A list of texts.
    pub(crate) fn strings(&self, key: &str) -> Result<Option<Vec<String>>, FileError> {
        let Some(item) = self.table.get(key) else { return Ok(None) };
        let hint = format!("Write {key} = [\"...\", \"...\"].");
        let Some(array) = item.as_array() else {
            return Err(self.wrong_type(key, item, "a list of strings", &hint));
        };
        let texts: Option<Vec<String>> = array.iter().map(|v| v.as_str().map(str::to_owned)).collect();
        match texts {
            Some(texts) => Ok(Some(texts)),
            None => {
                let message = format!("`{}` may contain only strings", self.name(key));
                let span = array.iter().find(|v| !v.is_str()).and_then(Value::span);
                Err(self.place(span.or_else(|| item.span()), message, hint))
            }
        }
    }

    /// A table below this one.
    pub(crate) fn section(&self, key: &str) -> Result<Option<Self>, FileError> {
        let Some(item) = self.table.get(key) else { return Ok(None) };
        match item.as_table_like() {
            Some(table) => Ok(Some(Self {
                text: self.text,
                path: self.name(key),
                table,
                span: item.span().or_else(|| self.table.key(key).and_then(toml_edit::Key::span)),
            })),
            None => Err(self.wrong_type(key, item, "a table", &format!("Write [{}].", self.name(key)))),
        }
    }

    /// A list of tables, written as an array of inline tables or as `[[key]]`. `example` is one
    /// element, for the hint.
    pub(crate) fn list(&self, key: &str, example: &str) -> Result<Vec<Self>, FileError> {
        let Some(item) = self.table.get(key) else { return Ok(Vec::new()) };
        let hint = format!("Write {key} = [{example}].");
        let element = |index: usize, table: &'t dyn TableLike, span| Self {
            text: self.text,
            path: format!("{}[{index}]", self.name(key)),
            table,
            span,
        };
        match item {
            Item::ArrayOfTables(tables) => {
                Ok(tables.iter().enumerate().map(|(i, t)| element(i, t, t.span())).collect())
            }
            Item::Value(Value::Array(array)) => array
                .iter()
                .enumerate()
                .map(|(i, value)| match value.as_inline_table() {
                    Some(table) => Ok(element(i, table, value.span())),
                    None => {
                        let message = format!("`{}` may contain only tables", self.name(key));
                        Err(self.place(value.span(), message, hint.clone()))
                    }
                })
                .collect(),
            Item::None | Item::Value(_) | Item::Table(_) => {
                Err(self.wrong_type(key, item, "a list of tables", &hint))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        assert_eq!(line_column("ü = 1\nä = x", 0), (1, 1));
        assert_eq!(line_column("ü = 1\nä = x", 12), (2, 5));
        assert_eq!(line_column("a", 99), (1, 2));
    }

    #[test]
    fn a_syntax_error_has_a_location() {
        let error = document("a = 1\nb = \n").unwrap_err();
        assert_eq!((error.line, error.column), (2, 5), "{error}");
    }
}
