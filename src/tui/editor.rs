//! The text being edited: its lines, a cursor, a selection and undo.
//!
//! Owns what a key does to a text, and the text area that contains it, which nothing else names.
//! Every change replaces a selection with a text, which the text area does. Refuses to draw and to
//! know which field it edits.

use std::fmt;

use tui_textarea::{CursorMove, TextArea};

use crate::config::key::{Key, KeyCode};

mod motion;
mod undo;

use motion::{Motion, TOP};
use undo::{EDITS, Step, Undo};

/// Line and column, in characters.
pub(crate) type Position = (usize, usize);

/// A line with more bytes makes a text long; so do several lines.
const LONG: usize = 4096;

/// A text with a cursor, a selection and its undo history. `Debug` leaves out the text, which may
/// be a secret.
#[derive(Clone)]
pub(crate) struct Editor {
    area: TextArea<'static>,
    /// The column that moving up and down tries to keep.
    aim: Option<usize>,
    undo: Undo,
    version: u64,
    multiline: bool,
}

impl fmt::Debug for Editor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Editor")
            .field("cursor", &self.cursor())
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Editor {
    /// Edits `text`, with the cursor at the end of a single line, or at the top of several lines. A
    /// single-line text accepts no line breaks.
    pub(crate) fn new(text: &str, multiline: bool) -> Self {
        let lines =
            if multiline { text.split('\n').map(str::to_owned).collect() } else { vec![one_line(text)] };
        let mut area = TextArea::new(lines);
        // The text area forgets its oldest edit before those that were undone, so it must hold the
        // edits of one more change.
        area.set_max_histories(EDITS + 2);
        if !multiline {
            area.move_cursor(CursorMove::End);
        }
        Self { area, aim: None, undo: Undo::default(), version: 0, multiline }
    }

    /// The whole text.
    pub(crate) fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// The lines of the text; there is always one.
    pub(crate) fn lines(&self) -> &[String] {
        self.area.lines()
    }

    /// Changes whenever the text changes.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Whether the text is too long to be looked at as a whole on every key.
    pub(crate) fn is_long(&self) -> bool {
        self.lines().len() > 1 || self.line(0).len() > LONG
    }

    /// Line and column of the cursor, in characters.
    pub(crate) fn cursor(&self) -> Position {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    /// The selected range, from its start to its end.
    pub(crate) fn selection(&self) -> Option<(Position, Position)> {
        self.area.selection_range().filter(|(from, to)| from != to)
    }

    /// Whether the text may have several lines.
    pub(crate) fn is_multiline(&self) -> bool {
        self.multiline
    }

    /// Types a key. Returns whether it does anything in a text.
    pub(crate) fn key(&mut self, key: Key) -> bool {
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
            KeyCode::Home if ctrl => self.go(TOP, key.shift),
            KeyCode::End if ctrl => self.go_to_end(key.shift),
            KeyCode::Home => self.go(self.line_start(), key.shift),
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

    /// The control keys of a shell's line editor, except for undo, redo and select all.
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
            'u' => self.delete_to(self.line_start()),
            // What many terminals send for Enter.
            'm' | 'j' if self.multiline => self.insert("\n"),
            _ => return false,
        }
        true
    }

    fn type_char(&mut self, c: char) {
        self.change(self.cursor(), &self.allowed(c.encode_utf8(&mut [0; 4])), c.is_alphanumeric());
    }

    /// Inserts a text at the cursor, or replaces the selection, as one undo step.
    pub(crate) fn insert(&mut self, text: &str) {
        self.change(self.cursor(), &self.allowed(text), false);
    }

    /// A text with only the line breaks that are allowed here.
    fn allowed(&self, text: &str) -> String {
        if self.multiline { text.replace("\r\n", "\n").replace('\r', "\n") } else { one_line(text) }
    }

    fn delete_to(&mut self, motion: Motion) {
        self.delete_times(motion, 1);
    }

    fn delete_times(&mut self, motion: Motion, times: usize) {
        let before = self.cursor();
        if self.selection().is_none() {
            self.area.cancel_selection();
            self.go_times(motion, times, true);
        }
        self.change(before, "", false);
    }

    /// Every change of the text goes through here: `text` replaces the selection. The cursor was at
    /// `before`.
    fn change(&mut self, before: Position, text: &str, typed: bool) {
        self.aim = None;
        // The text area removes a selection in one edit and inserts a text in another.
        let edits = usize::from(self.selection().is_some()) + usize::from(!text.is_empty());
        if edits == 0 {
            self.area.cancel_selection();
            return;
        }
        self.area.insert_str(text);
        self.version += 1;
        self.undo.push(Step { edits, before, word: typed.then(|| self.cursor()) });
    }

    /// Deletes `count` characters before the cursor.
    pub(crate) fn delete_before(&mut self, count: usize) {
        self.area.cancel_selection();
        let (line, column) = self.cursor();
        let count = count.min(column);
        self.delete_times(((line, column - count), CursorMove::Back), count);
    }

    /// Selects the whole text, so that the next key or paste replaces it.
    pub(crate) fn select_all(&mut self) {
        self.go(TOP, false);
        self.go_to_end(true);
    }

    /// Replaces the whole text as one undo step.
    pub(crate) fn replace(&mut self, text: &str) {
        self.select_all();
        self.insert(text);
    }

    /// Undoes the last change. Returns whether there was one.
    pub(crate) fn undo(&mut self) -> bool {
        let Some(step) = self.undo.back() else { return false };
        for _ in 0..step.edits {
            self.area.undo();
        }
        if let Some(jump) = jump(step.before) {
            self.area.move_cursor(jump);
        }
        self.changed_by_history()
    }

    /// Redoes the last undone change. Returns whether there was one.
    pub(crate) fn redo(&mut self) -> bool {
        let Some(step) = self.undo.forward() else { return false };
        for _ in 0..step.edits {
            self.area.redo();
        }
        self.changed_by_history()
    }

    fn changed_by_history(&mut self) -> bool {
        self.aim = None;
        self.version += 1;
        true
    }

    fn go(&mut self, motion: Motion, select: bool) {
        self.go_times(motion, 1, select);
    }

    /// Moves to a position that takes several of the text area's moves to reach.
    fn go_times(&mut self, (to, own): Motion, times: usize, select: bool) {
        match (select, self.area.is_selecting()) {
            (true, false) => self.area.start_selection(),
            (false, true) => self.area.cancel_selection(),
            _ => {}
        }
        self.aim = None;
        match jump(to) {
            _ if to == self.cursor() => {}
            Some(jump) => self.area.move_cursor(jump),
            None => (0..times).for_each(|_| self.area.move_cursor(own)),
        }
    }

    fn go_lines(&mut self, by: isize, select: bool) {
        let (line, column) = self.cursor();
        let aim = self.aim.unwrap_or(column);
        let to = line.saturating_add_signed(by).min(self.last_line());
        let own = if by < 0 { CursorMove::Up } else { CursorMove::Down };
        self.go_times(((to, aim.min(self.columns(to))), own), to.abs_diff(line), select);
        self.aim = Some(aim);
    }

    fn go_to_end(&mut self, select: bool) {
        let line = self.last_line();
        // In two moves, because the first may keep the column.
        self.go(((line, 0), CursorMove::Bottom), select);
        self.go(self.line_end(), select);
    }

    /// Moves the cursor to a line and column, both clamped to the text and to 65,535; `select` selects
    /// the way there.
    pub(crate) fn go_to(&mut self, line: usize, column: usize, select: bool) {
        const MOST: usize = u16::MAX as usize;
        let line = line.min(self.last_line()).min(MOST);
        self.go(((line, column.min(self.columns(line)).min(MOST)), CursorMove::End), select);
    }

    /// Selects the word around the cursor.
    pub(crate) fn select_word(&mut self) {
        let (line, column) = self.cursor();
        let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
        let (before, after) = self.halves();
        let on = after.chars().take_while(is_word).count();
        let back = if on == 0 { 0 } else { before.chars().rev().take_while(is_word).count() };
        let to = column + on.max(usize::from(!after.is_empty()));
        self.go_to(line, column - back, false);
        self.go_to(line, to, true);
    }

    /// The selected text.
    pub(crate) fn selected_text(&self) -> Option<String> {
        let ((first, from), (last, to)) = self.selection()?;
        let lines = self.lines().iter().enumerate().take(last + 1).skip(first).map(|(row, line)| {
            let from = if row == first { from } else { 0 };
            let to = if row == last { to } else { usize::MAX };
            line.chars().take(to).skip(from).collect::<String>()
        });
        Some(lines.collect::<Vec<_>>().join("\n"))
    }

    /// Moves by lines, keeping the column if possible.
    pub(crate) fn move_lines(&mut self, by: isize) {
        self.go_lines(by, false);
    }

    /// Moves past `text` if it follows the cursor. Returns whether it does.
    pub(crate) fn skip(&mut self, text: &str) -> bool {
        let (line, column) = self.cursor();
        let there = self.after_cursor().starts_with(text);
        if there {
            let length = text.chars().count();
            self.go_times(((line, column + length), CursorMove::Forward), length, false);
        }
        there
    }

    /// The text between the start of the cursor's line and the cursor.
    pub(crate) fn before_cursor(&self) -> &str {
        self.halves().0
    }

    /// Whether nothing follows the cursor on its line, and nothing is selected.
    pub(crate) fn is_at_line_end(&self) -> bool {
        self.after_cursor().is_empty() && self.selection().is_none()
    }

    fn after_cursor(&self) -> &str {
        self.halves().1
    }

    /// The cursor's line, split at the cursor.
    fn halves(&self) -> (&str, &str) {
        let (line, column) = self.cursor();
        let content = self.line(line);
        let at = if content.is_ascii() {
            column
        } else {
            content.char_indices().nth(column).map_or(content.len(), |(at, _)| at)
        };
        content.split_at_checked(at).unwrap_or((content, ""))
    }

    fn line(&self, line: usize) -> &str {
        self.lines().get(line).map_or("", String::as_str)
    }

    fn last_line(&self) -> usize {
        self.lines().len().saturating_sub(1)
    }

    /// The number of characters in a line.
    fn columns(&self, line: usize) -> usize {
        let line = self.line(line);
        if line.is_ascii() { line.len() } else { line.chars().count() }
    }
}

/// The text area's move to a position, which is limited to `u16`.
fn jump((line, column): Position) -> Option<CursorMove> {
    Some(CursorMove::Jump(line.try_into().ok()?, column.try_into().ok()?))
}

/// A text for a single-line field: trailing line breaks are removed, others become spaces.
fn one_line(text: &str) -> String {
    text.trim_end_matches(['\n', '\r']).replace("\r\n", " ").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests;
