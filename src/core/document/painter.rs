//! Pieces of text, and how they are put into the columns that are seen.
//!
//! Owns the replacement of what must not reach a terminal, and of secrets that are masked.

use std::borrow::Cow;
use std::ops::Range;

use super::Matches;
use super::cell::{Look, cell};
use super::line::{How, Token};
use super::text::squeezed;

/// What a piece of a row is; determines its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Text, indentation, and bytes in hex.
    Plain,
    /// Brackets, colons, commas, and what delimits tags.
    Punctuation,
    /// The key of an object, in its quotes.
    Key,
    /// A string, in its quotes; a CDATA section.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
    /// The name of a tag.
    Tag,
    /// The name of an attribute.
    Attribute,
    /// The value of an attribute, in its quotes.
    AttributeValue,
    /// A comment or a document type.
    Comment,
    /// The replacement of a character that can't be shown, or of a byte that isn't UTF-8.
    Invisible,
    /// The offset at the start of a row of hex.
    Offset,
}

/// Whether a piece is part of a search match or of the selected text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// It isn't.
    None,
    /// It is part of a match.
    Match,
    /// It is part of the selected match.
    Current,
    /// It is part of the selected text.
    Selected,
}

/// A piece of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The text to show. It contains no control characters and nothing that changes the direction
    /// of text.
    pub text: Cow<'a, str>,
    /// Its role.
    pub role: Role,
    /// Whether it is part of a search match or of the selected text.
    pub mark: Mark,
}

/// The visible part of each row, and the matches to mark.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    /// Columns scrolled off on the left.
    pub skip: usize,
    /// The most columns to draw.
    pub width: usize,
    /// The matches of the search.
    pub matches: Option<&'a Matches>,
    /// The number of the selected match.
    pub current: Option<usize>,
    /// The first byte of the selected text, and the byte after its last.
    pub selected: Option<(usize, usize)>,
    /// Whether secrets are masked.
    pub mask: bool,
}

impl Default for Window<'_> {
    /// Whole rows without marks.
    fn default() -> Self {
        Self { skip: 0, width: usize::MAX, matches: None, current: None, selected: None, mask: false }
    }
}

/// Stands for a column of a secret that is masked.
pub(super) const HIDDEN: &str = "•";

/// Longer than any indentation.
pub(super) const SPACES: &str = match std::str::from_utf8(&[b' '; 256]) {
    Ok(spaces) => spaces,
    Err(_) => " ",
};

/// Puts text into the visible columns.
pub(super) struct Painter<'a, 'o> {
    bytes: &'a [u8],
    window: Window<'a>,
    out: &'o mut Vec<Piece<'a>>,
    column: usize,
    /// The column that tab stops are counted from.
    origin: usize,
    /// Number of the next match.
    next_match: usize,
    /// Bytes that are masked.
    hidden: Vec<Range<usize>>,
    /// The column whose character is sought, and that character's bytes.
    sought: Option<(usize, Option<Range<usize>>)>,
}

impl<'a, 'o> Painter<'a, 'o> {
    /// Paints a row that begins at byte `start`; `hidden` are the bytes that are masked.
    pub(super) fn new(
        bytes: &'a [u8],
        window: Window<'a>,
        hidden: Vec<Range<usize>>,
        start: usize,
        out: &'o mut Vec<Piece<'a>>,
    ) -> Self {
        let mut painter =
            Self { bytes, window, out, column: 0, origin: 0, next_match: 0, hidden, sought: None };
        painter.restart_marks(start);
        painter
    }

    /// Notes the bytes of the character in this column while it is painted.
    pub(super) fn seek(&mut self, column: usize) {
        self.sought = Some((column, None));
    }

    /// The bytes of the character that was sought, if it was painted.
    pub(super) fn found(self) -> Option<Range<usize>> {
        self.sought.and_then(|(_, found)| found)
    }

    /// A character of these bytes is about to be painted.
    pub(super) fn meet(&mut self, bytes: Range<usize>, width: usize) {
        if let Some((column, found @ None)) = &mut self.sought
            && (self.column..self.column + width).contains(column)
        {
            *found = Some(bytes);
        }
    }

    pub(super) fn restart_marks(&mut self, start: usize) {
        self.next_match = self.window.matches.map_or(0, |matches| matches.ending_after(start));
    }

    /// How the byte at `at` is marked; must be called in order.
    pub(super) fn mark(&mut self, at: usize) -> Mark {
        if self.window.selected.is_some_and(|(from, to)| (from..to).contains(&at)) {
            return Mark::Selected;
        }
        let Some(matches) = self.window.matches else { return Mark::None };
        while let Some(span) = matches.get(self.next_match) {
            if at < span.start {
                break;
            }
            if at < span.end {
                let current = self.window.current == Some(self.next_match);
                return if current { Mark::Current } else { Mark::Match };
            }
            self.next_match += 1;
        }
        Mark::None
    }

    /// Whether the byte at `at` is part of a secret that is masked.
    pub(super) fn hides(&self, at: usize) -> bool {
        self.hidden.iter().any(|span| span.contains(&at))
    }

    fn right(&self) -> usize {
        self.window.skip.saturating_add(self.window.width)
    }

    /// Adds text whose characters take one column each.
    pub(super) fn put(&mut self, text: Cow<'a, str>, role: Role, mark: Mark) {
        let len = text.chars().count();
        let from = self.window.skip.saturating_sub(self.column).min(len);
        let to = self.right().saturating_sub(self.column).min(len);
        self.column += len;
        if from >= to {
            return;
        }
        let text = if to - from == len {
            text
        } else {
            Cow::Owned(text.chars().skip(from).take(to - from).collect())
        };
        self.out.push(Piece { text, role, mark });
    }

    /// Adds an indentation, from which tab stops count.
    pub(super) fn indent(&mut self, columns: usize) {
        self.space(columns);
        self.origin = self.column;
    }

    pub(super) fn space(&mut self, columns: usize) {
        self.blank(columns, Role::Plain, Mark::None);
    }

    fn blank(&mut self, columns: usize, role: Role, mark: Mark) {
        let mut left = columns;
        while left > 0 {
            let len = left.min(SPACES.len());
            self.put(Cow::Borrowed(SPACES.get(..len).unwrap_or_default()), role, mark);
            left -= len;
        }
    }

    /// Adds the visible part of a token.
    pub(super) fn paint(&mut self, token: Token) {
        let mut at = token.start;
        let mut run = at..at;
        let mut run_mark = Mark::None;
        while at < token.end && self.column < self.right() {
            let rest = self.bytes.get(at..token.end).unwrap_or_default();
            let mark = self.mark(at);
            let (len, width, look) = match squeezed(rest, token.how) {
                Some(len) => (len, 1, Look::Spaces),
                None => {
                    let cell = cell(rest, self.column - self.origin);
                    (cell.len, cell.width, cell.look)
                }
            };
            self.meet(at..at + len, width);
            if self.hides(at) {
                self.flush(&run, token.role, run_mark);
                run = at + len..at + len;
                // As wide as what it hides, so that rows break where they did.
                self.put(Cow::Owned(HIDDEN.repeat(width)), token.role, mark);
                at += len;
                continue;
            }
            let (left, right) = (self.column, self.column + width);
            let seen = left >= self.window.skip && right <= self.right() && right > self.window.skip;
            if look == Look::Plain && seen {
                if mark != run_mark || run.end != at {
                    self.flush(&run, token.role, run_mark);
                    (run, run_mark) = (at..at, mark);
                }
                run.end = at + len;
                self.column = right;
            } else {
                self.flush(&run, token.role, run_mark);
                run = at + len..at + len;
                self.stand_in(look, width, token.role, mark);
            }
            at += len;
        }
        self.flush(&run, token.role, run_mark);
        if token.how == How::Spaced {
            self.space(1);
        }
    }

    /// Adds the text collected so far, whose columns are already counted.
    fn flush(&mut self, run: &Range<usize>, role: Role, mark: Mark) {
        let bytes = self.bytes.get(run.clone()).unwrap_or_default();
        if !bytes.is_empty() {
            self.out.push(Piece { text: String::from_utf8_lossy(bytes), role, mark });
        }
    }

    /// Adds the replacement of a character.
    fn stand_in(&mut self, look: Look, width: usize, role: Role, mark: Mark) {
        match look {
            // Half of a wide character at the edge.
            Look::Plain | Look::Spaces => self.blank(width, role, mark),
            Look::Picture(picture) => self.put(Cow::Owned(picture.to_string()), Role::Invisible, mark),
            Look::Code(char) => {
                let code = format!("⟨U+{:04X}⟩", u32::from(char));
                self.put(Cow::Owned(code), Role::Invisible, mark);
            }
            Look::Byte(byte) => self.put(Cow::Owned(format!("\\x{byte:02X}")), Role::Invisible, mark),
        }
    }
}
