//! The text being edited: its lines, a cursor, a selection and undo.
//!
//! Owns what a key does to a text. What a key costs depends on the line that it changes, never on
//! the length of the text. Refuses to draw and to know which field it edits.

use std::fmt;

use crate::config::key::{Key, KeyCode};

mod lines;
mod undo;

use lines::{Lines, byte_of, split};
use undo::{Change, Undo, end_of};

/// Line and column, in characters.
pub type Position = (usize, usize);

/// A line of more bytes is a long text, as several lines are.
const LONG: usize = 4096;

/// A text with a cursor, a selection and its own undo. `Debug` leaves out the text, which may be a
/// secret.
#[derive(Clone)]
pub struct Editor {
    lines: Lines,
    cursor: Position,
    /// The other end of the selection.
    anchor: Option<Position>,
    /// The column that moving up and down aims at.
    aim: Option<usize>,
    undo: Undo,
    version: u64,
    multiline: bool,
}

impl fmt::Debug for Editor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Editor")
            .field("cursor", &self.cursor)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Editor {
    /// Edits `text`: with the cursor at the end of one line, or at the top of several. A text of
    /// one line keeps line breaks out.
    pub fn new(text: &str, multiline: bool) -> Self {
        let lines = if multiline { Lines::new(split(text)) } else { Lines::new(vec![one_line(text)]) };
        let cursor = if multiline { (0, 0) } else { lines.end() };
        Self { lines, cursor, anchor: None, aim: None, undo: Undo::default(), version: 0, multiline }
    }

    /// The whole text. This alone costs as much as the text is long.
    pub fn text(&self) -> String {
        self.lines.all().join("\n")
    }

    /// The lines of the text; there is always one.
    pub fn lines(&self) -> &[String] {
        self.lines.all()
    }

    /// Another number whenever the text has changed.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// True for a text that is not to be looked at as a whole at every key.
    pub fn is_long(&self) -> bool {
        self.lines.all().len() > 1 || self.lines.line(0).len() > LONG
    }

    /// Line and column of the cursor, in characters.
    pub fn cursor(&self) -> Position {
        self.cursor
    }

    /// The selected range, as two ends in order.
    pub fn selection(&self) -> Option<(Position, Position)> {
        let anchor = self.anchor.filter(|anchor| *anchor != self.cursor)?;
        Some((anchor.min(self.cursor), anchor.max(self.cursor)))
    }

    /// True when the text may hold several lines.
    pub fn is_multiline(&self) -> bool {
        self.multiline
    }

    /// Types one key. Gives whether it means anything in a text.
    pub fn key(&mut self, key: Key) -> bool {
        let (plain, ctrl, alt) = (!key.ctrl && !key.alt, key.ctrl && !key.alt, key.alt && !key.ctrl);
        match key.code {
            KeyCode::Char(c) if plain => self.type_char(c),
            KeyCode::Enter if self.multiline => self.insert("\n"),
            KeyCode::Tab => self.insert("  "),
            KeyCode::Backspace if alt || ctrl => self.delete_to(self.word_before()),
            KeyCode::Backspace => self.delete_to(self.before()),
            KeyCode::Delete if alt || ctrl => self.delete_to(self.word_after()),
            KeyCode::Delete => self.delete_to(self.after()),
            KeyCode::Left if alt || ctrl => self.go(self.word_before(), key.shift),
            KeyCode::Right if alt || ctrl => self.go(self.word_after(), key.shift),
            KeyCode::Left => self.go(self.side(key.shift, true), key.shift),
            KeyCode::Right => self.go(self.side(key.shift, false), key.shift),
            KeyCode::Up => self.go_lines(-1, key.shift),
            KeyCode::Down => self.go_lines(1, key.shift),
            KeyCode::Home if ctrl => self.go((0, 0), key.shift),
            KeyCode::End if ctrl => self.go(self.lines.end(), key.shift),
            KeyCode::Home => self.go((self.cursor.0, 0), key.shift),
            KeyCode::End => self.go(self.line_end(), key.shift),
            KeyCode::Char(c) if ctrl => return self.control(c),
            KeyCode::Char('b') if alt => self.go(self.word_before(), false),
            KeyCode::Char('f') if alt => self.go(self.word_after(), false),
            KeyCode::Char('d') if alt => self.delete_to(self.word_after()),
            KeyCode::Char(_)
            | KeyCode::Enter
            | KeyCode::PageUp
            | KeyCode::PageDown
            | KeyCode::Insert
            | KeyCode::Esc
            | KeyCode::F(_) => return false,
        }
        true
    }

    /// The control letters of a shell's line, but for undo, redo and select all.
    fn control(&mut self, letter: char) -> bool {
        match letter {
            'z' => return self.undo(),
            'y' => return self.redo(),
            'a' => self.select_all(),
            'e' => self.go(self.line_end(), false),
            'b' => self.go(self.before(), false),
            'f' => self.go(self.after(), false),
            'p' => self.go_lines(-1, false),
            'n' => self.go_lines(1, false),
            'h' => self.delete_to(self.before()),
            'd' => self.delete_to(self.after()),
            'w' => self.delete_to(self.word_before()),
            'k' => self.delete_to(self.line_end()),
            'u' => self.delete_to((self.cursor.0, 0)),
            // What many terminals send for Enter.
            'm' | 'j' if self.multiline => self.insert("\n"),
            _ => return false,
        }
        true
    }

    fn type_char(&mut self, c: char) {
        let (from, to) = self.selection().unwrap_or((self.cursor, self.cursor));
        self.change(from, to, c.encode_utf8(&mut [0; 4]), c.is_alphanumeric());
    }

    /// Puts a text at the cursor or in place of the selection, in one step of undo.
    pub fn insert(&mut self, text: &str) {
        if self.multiline {
            self.replace_selection(&text.replace("\r\n", "\n").replace('\r', "\n"));
        } else {
            self.replace_selection(&one_line(text));
        }
    }

    fn replace_selection(&mut self, text: &str) {
        let (from, to) = self.selection().unwrap_or((self.cursor, self.cursor));
        self.change(from, to, text, false);
    }

    fn delete_to(&mut self, other: Position) {
        let (from, to) = self.selection().unwrap_or_else(|| (self.cursor.min(other), self.cursor.max(other)));
        self.change(from, to, "", false);
    }

    /// The one way in which the text changes: what stands between two places gives way to `text`.
    fn change(&mut self, from: Position, to: Position, text: &str, typed: bool) {
        self.anchor = None;
        self.aim = None;
        if from == to && text.is_empty() {
            return;
        }
        let before = self.cursor;
        let (removed, end) = self.lines.replace(from, to, text);
        self.cursor = end;
        self.version += 1;
        self.undo.push(Change { from, removed, inserted: text.to_owned(), before, typed });
    }

    /// Takes `count` characters before the cursor away.
    pub fn delete_before(&mut self, count: usize) {
        self.anchor = None;
        let (line, column) = self.cursor;
        self.delete_to((line, column.saturating_sub(count)));
    }

    /// Selects the whole text, so that the next key or paste replaces it.
    pub fn select_all(&mut self) {
        self.anchor = Some((0, 0));
        self.cursor = self.lines.end();
    }

    /// Replaces the whole text in one step of undo.
    pub fn replace(&mut self, text: &str) {
        self.select_all();
        self.insert(text);
    }

    /// Takes the last change back. Gives whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(change) = self.undo.back() else { return false };
        self.lines.replace(change.from, end_of(change.from, &change.inserted), &change.removed);
        self.cursor = change.before;
        self.changed_by_history()
    }

    /// Makes the last change that was taken back again. Gives whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(change) = self.undo.forward() else { return false };
        let old = end_of(change.from, &change.removed);
        (_, self.cursor) = self.lines.replace(change.from, old, &change.inserted);
        self.changed_by_history()
    }

    fn changed_by_history(&mut self) -> bool {
        self.anchor = None;
        self.aim = None;
        self.version += 1;
        true
    }

    fn go(&mut self, to: Position, select: bool) {
        if select {
            self.anchor.get_or_insert(self.cursor);
        } else {
            self.anchor = None;
        }
        self.aim = None;
        self.cursor = to;
    }

    fn go_lines(&mut self, by: isize, select: bool) {
        let aim = self.aim.unwrap_or(self.cursor.1);
        let line = self.cursor.0.saturating_add_signed(by).min(self.lines.end().0);
        self.go((line, aim.min(self.lines.columns(line))), select);
        self.aim = Some(aim);
    }

    /// Puts the cursor at a line and column, both clamped to the text.
    pub fn move_to(&mut self, line: usize, column: usize) {
        let line = line.min(self.lines.end().0);
        self.go((line, column.min(self.lines.columns(line))), false);
    }

    /// Moves by lines, keeping the column where it can.
    pub fn move_lines(&mut self, by: isize) {
        self.go_lines(by, false);
    }

    /// Moves behind `text` where it stands right after the cursor. Gives whether it does.
    pub fn skip(&mut self, text: &str) -> bool {
        let (line, column) = self.cursor;
        let content = self.lines.line(line);
        let there = content.get(byte_of(content, column)..).is_some_and(|rest| rest.starts_with(text));
        if there {
            self.go((line, column + text.chars().count()), false);
        }
        there
    }

    /// The text between the start of the cursor's line and the cursor.
    pub fn before_cursor(&self) -> &str {
        let content = self.lines.line(self.cursor.0);
        content.get(..byte_of(content, self.cursor.1)).unwrap_or_default()
    }

    fn after_cursor(&self) -> &str {
        let content = self.lines.line(self.cursor.0);
        content.get(byte_of(content, self.cursor.1)..).unwrap_or_default()
    }

    fn line_end(&self) -> Position {
        (self.cursor.0, self.lines.columns(self.cursor.0))
    }

    /// Where an arrow goes: one character on, or to the end of a selection that it lets go.
    fn side(&self, select: bool, left: bool) -> Position {
        match self.selection().filter(|_| !select) {
            Some((start, _)) if left => start,
            Some((_, end)) => end,
            None if left => self.before(),
            None => self.after(),
        }
    }

    /// One character back; the start of a line follows the end of the one before.
    fn before(&self) -> Position {
        match self.cursor {
            (0, 0) => (0, 0),
            (line, 0) => (line - 1, self.lines.columns(line - 1)),
            (line, column) => (line, column - 1),
        }
    }

    fn after(&self) -> Position {
        let (line, column) = self.cursor;
        if !self.after_cursor().is_empty() {
            (line, column + 1)
        } else if line < self.lines.end().0 {
            (line + 1, 0)
        } else {
            self.cursor
        }
    }

    /// The start of the word at or before the cursor.
    fn word_before(&self) -> Position {
        let (line, column) = self.cursor;
        if column == 0 {
            return self.before();
        }
        (line, column - word(self.before_cursor().chars().rev()))
    }

    /// The end of the word at or behind the cursor.
    fn word_after(&self) -> Position {
        let (line, column) = self.cursor;
        match word(self.after_cursor().chars()) {
            0 => self.after(),
            length => (line, column + length),
        }
    }
}

/// How many characters the blanks at the start take, with the word behind them.
fn word(chars: impl Iterator<Item = char> + Clone) -> usize {
    let kind = |c: char| c.is_alphanumeric() || c == '_';
    let blanks = chars.clone().take_while(|c| c.is_whitespace()).count();
    let mut rest = chars.skip(blanks).peekable();
    let first = rest.peek().copied();
    blanks
        + first.map_or(0, |first| rest.take_while(|c| !c.is_whitespace() && kind(*c) == kind(first)).count())
}

/// A text for a field of one line: line breaks at its end go, others become spaces.
fn one_line(text: &str) -> String {
    text.trim_end_matches(['\n', '\r']).replace("\r\n", " ").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests;
