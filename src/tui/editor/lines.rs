//! A text as lines, and the one change that can be made to it.

use super::Position;
use super::undo::end_of;

/// The lines of a text; there is always one.
#[derive(Clone)]
pub(super) struct Lines(Vec<String>);

impl Lines {
    pub(super) fn new(lines: Vec<String>) -> Self {
        Self(if lines.is_empty() { vec![String::new()] } else { lines })
    }

    pub(super) fn all(&self) -> &[String] {
        &self.0
    }

    pub(super) fn line(&self, line: usize) -> &str {
        self.0.get(line).map_or("", String::as_str)
    }

    /// How many characters a line has.
    pub(super) fn columns(&self, line: usize) -> usize {
        let line = self.line(line);
        if line.is_ascii() { line.len() } else { line.chars().count() }
    }

    /// Behind the last character.
    pub(super) fn end(&self) -> Position {
        let last = self.0.len().saturating_sub(1);
        (last, self.columns(last))
    }

    /// Puts a text in place of what stands between two places. Gives what stood there, and where
    /// the new text ends.
    pub(super) fn replace(&mut self, from: Position, to: Position, text: &str) -> (String, Position) {
        let end = end_of(from, text);
        let start = byte_of(self.line(from.0), from.1);
        let stop = byte_of(self.line(to.0), to.1);
        if from.0 == to.0 && !text.contains('\n') {
            // Most changes are within a line, which keeps its room.
            let Some(line) = self.0.get_mut(from.0) else { return (String::new(), from) };
            let removed = line.get(start..stop).unwrap_or_default().to_owned();
            line.replace_range(start..stop, text);
            return (removed, end);
        }
        let head = self.line(from.0).get(..start).unwrap_or_default().to_owned();
        let tail = self.line(to.0).get(stop..).unwrap_or_default().to_owned();
        let mut lines = split(text);
        if let Some(first) = lines.first_mut() {
            first.insert_str(0, &head);
        }
        if let Some(last) = lines.last_mut() {
            last.push_str(&tail);
        }
        let last = to.0.min(self.0.len().saturating_sub(1));
        let old: Vec<String> = self.0.splice(from.0.min(last)..=last, lines).collect();
        let mut removed = old.join("\n");
        removed.truncate(removed.len() - tail.len().min(removed.len()));
        removed.drain(..start.min(removed.len()));
        (removed, end)
    }
}

/// The lines of a text.
pub(super) fn split(text: &str) -> Vec<String> {
    text.split('\n').map(str::to_owned).collect()
}

/// Where a column of a line begins, in bytes.
pub(super) fn byte_of(line: &str, column: usize) -> usize {
    if line.is_ascii() {
        return column.min(line.len());
    }
    line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
}
