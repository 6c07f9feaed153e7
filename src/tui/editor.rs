//! The text being edited.
//!
//! Owns the text area: nothing else names it. Refuses to draw and to know which field it edits.

use tui_textarea::{CursorMove, Input, Key as AreaKey, TextArea};

use crate::config::key::{Key, KeyCode};

/// How many steps can be undone in one text.
const HISTORY: usize = 500;

/// A text with a cursor, a selection and its own undo.
#[derive(Clone, Debug)]
pub struct Editor {
    area: TextArea<'static>,
    multiline: bool,
}

impl Editor {
    /// Edits `text`, with the cursor at its end. A text of one line keeps line breaks out.
    pub fn new(text: &str, multiline: bool) -> Self {
        let lines =
            if multiline { text.split('\n').map(str::to_owned).collect() } else { vec![one_line(text)] };
        let mut area = TextArea::new(lines);
        area.set_max_histories(HISTORY);
        area.set_tab_length(2);
        area.move_cursor(if multiline { CursorMove::Top } else { CursorMove::End });
        Self { area, multiline }
    }

    /// The whole text.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// The lines of the text.
    pub fn lines(&self) -> &[String] {
        self.area.lines()
    }

    /// Line and column of the cursor, in characters.
    pub fn cursor(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    /// The selected range, as two (line, column) ends in characters.
    pub fn selection(&self) -> Option<((usize, usize), (usize, usize))> {
        self.area.selection_range()
    }

    /// True when the text may hold several lines.
    pub fn is_multiline(&self) -> bool {
        self.multiline
    }

    /// Types one key. Gives whether the text area knew it.
    pub fn key(&mut self, key: Key) -> bool {
        match (key.code, key.ctrl, key.alt) {
            (KeyCode::Enter, _, _) if !self.multiline => return false,
            (KeyCode::Char('z'), true, _) => return self.undo(),
            (KeyCode::Char('y'), true, _) => return self.redo(),
            (KeyCode::Char('a'), true, _) => self.area.select_all(),
            (KeyCode::Tab, _, _) => self.insert("  "),
            _ => {
                // Line breaks must not enter through the control letters that mean Enter.
                if !self.multiline && key.ctrl && matches!(key.code, KeyCode::Char('m' | 'j')) {
                    return false;
                }
                let before = (self.cursor(), self.area.lines().len());
                let known = self.area.input(area_input(key));
                return known || before != (self.cursor(), self.area.lines().len());
            }
        }
        true
    }

    /// Puts a text at the cursor, as a paste or a completion does, in one step of undo.
    pub fn insert(&mut self, text: &str) {
        if self.multiline {
            self.area.insert_str(text.replace("\r\n", "\n").replace('\r', "\n"));
        } else {
            self.area.insert_str(one_line(text));
        }
    }

    /// Takes `count` characters before the cursor away.
    pub fn delete_before(&mut self, count: usize) {
        for _ in 0..count {
            self.area.delete_char();
        }
    }

    /// Selects the whole text, so that the next key or paste replaces it.
    pub fn select_all(&mut self) {
        self.area.select_all();
    }

    /// Replaces the whole text in one step of undo.
    pub fn replace(&mut self, text: &str) {
        self.area.select_all();
        if text.is_empty() {
            self.area.cut();
        } else {
            self.insert(text);
        }
    }

    /// Takes the last change back.
    pub fn undo(&mut self) -> bool {
        self.area.undo()
    }

    /// Makes the last change that was taken back again.
    pub fn redo(&mut self) -> bool {
        self.area.redo()
    }

    /// Puts the cursor at a line and column, both clamped to the text.
    pub fn move_to(&mut self, line: usize, column: usize) {
        let line = line.min(self.area.lines().len().saturating_sub(1));
        let column = column.min(self.area.lines().get(line).map_or(0, |l| l.chars().count()));
        self.area.move_cursor(CursorMove::Jump(clamp(line), clamp(column)));
    }

    /// Moves by whole pages or lines without the text area's own idea of a page.
    pub fn move_lines(&mut self, by: isize) {
        let (line, column) = self.cursor();
        self.move_to(line.saturating_add_signed(by), column);
    }

    /// Moves behind `text` where it stands right after the cursor. Gives whether it does.
    pub fn skip(&mut self, text: &str) -> bool {
        let (line, column) = self.cursor();
        let rest = self.area.lines().get(line).map(|l| l.chars().skip(column));
        let there = rest.is_some_and(|rest| rest.take(text.chars().count()).eq(text.chars()));
        for _ in text.chars().filter(|_| there) {
            self.area.move_cursor(CursorMove::Forward);
        }
        there
    }

    /// The text between the start of the cursor's line and the cursor.
    pub fn before_cursor(&self) -> String {
        let (line, column) = self.cursor();
        self.area.lines().get(line).map(|l| l.chars().take(column).collect()).unwrap_or_default()
    }
}

/// The text area counts in `u16`; texts beyond that are reached by line, not by jump.
fn clamp(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// A text for a field of one line: line breaks at its end go, others become spaces.
fn one_line(text: &str) -> String {
    text.trim_end_matches(['\n', '\r']).replace("\r\n", " ").replace(['\n', '\r'], " ")
}

fn area_input(key: Key) -> Input {
    let code = match key.code {
        KeyCode::Char(c) => AreaKey::Char(c),
        KeyCode::F(n) => AreaKey::F(n),
        KeyCode::Backspace => AreaKey::Backspace,
        KeyCode::Enter => AreaKey::Enter,
        KeyCode::Left => AreaKey::Left,
        KeyCode::Right => AreaKey::Right,
        KeyCode::Up => AreaKey::Up,
        KeyCode::Down => AreaKey::Down,
        KeyCode::Tab => AreaKey::Tab,
        KeyCode::Delete => AreaKey::Delete,
        KeyCode::Home => AreaKey::Home,
        KeyCode::End => AreaKey::End,
        KeyCode::PageUp => AreaKey::PageUp,
        KeyCode::PageDown => AreaKey::PageDown,
        KeyCode::Esc => AreaKey::Esc,
        KeyCode::Insert => AreaKey::Null,
    };
    Input { key: code, ctrl: key.ctrl, alt: key.alt, shift: key.shift }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ctrl(c: char) -> Key {
        Key { code: KeyCode::Char(c), ctrl: true, alt: false, shift: false }
    }

    fn press(c: char) -> Key {
        Key { code: KeyCode::Char(c), ctrl: false, alt: false, shift: false }
    }

    #[test]
    fn a_line_takes_no_breaks_from_keys_or_paste() {
        let mut editor = Editor::new("a", false);
        editor.insert("b\r\nc\n");
        assert!(!editor.key(Key { code: KeyCode::Enter, ctrl: false, alt: false, shift: false }));
        assert!(!editor.key(ctrl('m')));
        assert_eq!(editor.text(), "ab c");
    }

    #[test]
    fn a_large_paste_is_one_step_of_undo() {
        let mut editor = Editor::new("", false);
        let token = "A".repeat(2048);
        editor.insert(&token);
        assert_eq!(editor.text(), token);
        assert!(editor.key(ctrl('z')));
        assert_eq!(editor.text(), "");
        assert!(editor.key(ctrl('y')));
        assert_eq!(editor.text(), token);
    }

    #[test]
    fn replace_is_undone_at_once() {
        let mut editor = Editor::new("one\ntwo", true);
        editor.replace("three");
        assert_eq!(editor.text(), "three");
        while editor.undo() {}
        assert_eq!(editor.text(), "one\ntwo");
    }

    #[test]
    fn lines_are_walked_without_a_screen() {
        let mut editor = Editor::new("abc\nd\nefg", true);
        editor.move_to(0, 2);
        editor.key(Key { code: KeyCode::Down, ctrl: false, alt: false, shift: false });
        assert_eq!(editor.cursor(), (1, 1));
        editor.move_lines(10);
        assert_eq!(editor.cursor().0, 2);
        editor.key(press('x'));
        assert_eq!(editor.lines()[2], "exfg");
        assert_eq!(editor.before_cursor(), "ex");
    }
}
