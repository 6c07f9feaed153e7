//! Where the movement keys move the cursor.

use super::{CursorMove, Editor, Position};

/// The target of a key, and the text area's own move for targets after line or column 65,535, which
/// its jump can't reach.
pub(super) type Motion = (Position, CursorMove);

/// The start of the text.
pub(super) const TOP: Motion = ((0, 0), CursorMove::Top);

impl Editor {
    pub(super) fn line_start(&self) -> Motion {
        ((self.cursor().0, 0), CursorMove::Head)
    }

    pub(super) fn line_end(&self) -> Motion {
        let line = self.cursor().0;
        ((line, self.columns(line)), CursorMove::End)
    }

    /// The target of an arrow key: the next character, or the end of a selection that it clears.
    pub(super) fn side(&self, select: bool, left: bool) -> Motion {
        let (to, own) = if left { self.before() } else { self.after() };
        match self.selection().filter(|_| !select) {
            Some((start, _)) if left => (start, own),
            Some((_, end)) => (end, own),
            None => (to, own),
        }
    }

    /// The previous character; before the start of a line comes the end of the previous one.
    pub(super) fn before(&self) -> Motion {
        let to = match self.cursor() {
            (0, 0) => (0, 0),
            (line, 0) => (line - 1, self.columns(line - 1)),
            (line, column) => (line, column - 1),
        };
        (to, CursorMove::Back)
    }

    pub(super) fn after(&self) -> Motion {
        let (line, column) = self.cursor();
        let to = if !self.after_cursor().is_empty() {
            (line, column + 1)
        } else if line < self.last_line() {
            (line + 1, 0)
        } else {
            (line, column)
        };
        (to, CursorMove::Forward)
    }

    /// The start of the word at or before the cursor.
    pub(super) fn word_before(&self) -> Motion {
        let (line, column) = self.cursor();
        if column == 0 {
            return self.before();
        }
        ((line, column - word(self.before_cursor().chars().rev())), CursorMove::WordBack)
    }

    /// The end of the word at or after the cursor.
    pub(super) fn word_after(&self) -> Motion {
        let (line, column) = self.cursor();
        match word(self.after_cursor().chars()) {
            0 => self.after(),
            length => ((line, column + length), CursorMove::WordForward),
        }
    }
}

/// The number of characters of leading spaces and the word after them.
fn word(chars: impl Iterator<Item = char> + Clone) -> usize {
    let kind = |c: char| c.is_alphanumeric() || c == '_';
    let blanks = chars.clone().take_while(|c| c.is_whitespace()).count();
    let mut rest = chars.skip(blanks).peekable();
    let first = rest.peek().copied();
    blanks
        + first.map_or(0, |first| rest.take_while(|c| !c.is_whitespace() && kind(*c) == kind(first)).count())
}
