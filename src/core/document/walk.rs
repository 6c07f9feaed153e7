//! Steps from one row to the next.
//!
//! Owns what building an index and drawing from it have in common, so that both find the same rows.

use std::ops::Range;

use super::cell::cell;
use super::line::{Line, Mode, Shape, Stop, is_space, skip_space};
use super::raw::{Lexer, State};
use super::{json, text, xml};

/// Columns by which a row that continues another is indented.
const HANG: usize = 4;

/// How rows are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Xml { html: bool },
    Text,
    Hex,
}

/// The position of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) row: usize,
    /// Where its line starts, apart from white space.
    pub(super) line: usize,
    /// Its first byte.
    pub(super) start: usize,
    pub(super) mode: Mode,
    pub(super) continuation: bool,
    /// Columns of white space that its line of text starts with.
    pub(super) space: usize,
}

/// Finds rows, one after another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Walker {
    pub(super) format: Format,
    pub(super) wrap: Option<usize>,
    /// The syntax colours of a body that is shown raw.
    lexer: Option<Lexer>,
    /// Where the body stops being valid.
    pub(super) raw_from: usize,
    /// Where the next row's line starts, apart from white space.
    pub(super) line_at: usize,
    /// Where the next row starts.
    pub(super) start: usize,
    /// The next row continues the one before.
    pub(super) continuation: bool,
    /// Columns of white space that the next row's line starts with, if it is one of text.
    space: usize,
    pub(super) mode: Mode,
    /// The line found last.
    pub(super) line: Option<Line>,
    /// All of `line` has been taken.
    pub(super) done: bool,
}

impl Walker {
    pub(super) fn new(format: Format, lexer: Option<Lexer>, wrap: Option<usize>) -> Self {
        Self {
            format,
            wrap,
            lexer,
            raw_from: usize::MAX,
            line_at: 0,
            start: 0,
            continuation: false,
            space: 0,
            mode: Mode::Content,
            line: None,
            done: true,
        }
    }

    pub(super) fn go_to(&mut self, place: &Place) {
        self.line_at = place.line;
        self.start = place.start;
        self.mode = place.mode;
        self.continuation = place.continuation;
        self.space = place.space;
    }

    /// Where the next row is, as the row of this number.
    pub(super) fn place(&self, row: usize) -> Place {
        Place {
            row,
            line: self.line_at,
            start: self.start,
            mode: self.mode,
            continuation: self.continuation,
            space: self.space,
        }
    }

    pub(super) fn is_text(&self, at: usize) -> bool {
        self.format == Format::Text || at >= self.raw_from
    }

    pub(super) fn indent(&self, depth: usize) -> usize {
        let indent = 2 * depth;
        self.wrap.map_or(indent, |wrap| indent.min(wrap / 2))
    }

    /// Columns by which the next row is indented beyond its level, if it continues a line: as far as the
    /// text of that line, and a bit further.
    pub(super) fn hang(&self, depth: usize) -> usize {
        let Some(wrap) = self.wrap.filter(|_| self.continuation) else { return 0 };
        let room = wrap - self.indent(depth) - self.space;
        self.space + if room >= 4 * HANG { HANG } else { 0 }
    }

    /// Columns of white space that a line of text starts with, up to half a row.
    fn space_before(&self, line: &Line, bytes: &[u8]) -> usize {
        let most = self.wrap.map_or(0, |wrap| wrap / 2);
        let end = line.end.min(line.start.saturating_add(most));
        let start = bytes.get(line.start..end).filter(|_| self.is_text(line.start)).unwrap_or_default();
        let blank = start.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
        blank.fold(0, |column, byte| column + cell(std::slice::from_ref(byte), column).width).min(most)
    }

    /// Finds the next row's line, unless it's `line` already; true if it had to be found.
    pub(super) fn find_line(&mut self, bytes: &[u8], complete: bool) -> Result<bool, Stop> {
        if !self.done {
            return Ok(false);
        }
        let mut line = self.line_from(bytes, complete)?;
        if let Some(lexer) = self.lexer {
            line.shape = Shape::Raw { lexer, state: self.state() };
        }
        if !self.continuation {
            self.start = line.start;
            self.space = self.space_before(&line, bytes);
        }
        self.line = Some(line);
        self.done = false;
        Ok(true)
    }

    fn state(&self) -> State {
        if let Mode::Raw(state) = self.mode { state } else { State::Content }
    }

    /// The columns of a row of text: one that continues a line is indented.
    fn text_columns(&self) -> Option<usize> {
        self.wrap.map(|wrap| wrap - self.hang(0))
    }

    fn line_from(&self, bytes: &[u8], complete: bool) -> Result<Line, Stop> {
        if self.is_text(self.line_at) {
            return text::line(bytes, self.line_at, self.text_columns(), complete);
        }
        let mut at = self.line_at;
        if self.mode == Mode::Content {
            if at == 0 && bytes.starts_with(b"\xef\xbb\xbf") {
                at = 3;
            }
            if bytes.get(at).is_some_and(|&byte| is_space(byte)) {
                at = skip_space(bytes, at);
            }
        }
        if self.is_text(at) {
            return text::line(bytes, at, self.text_columns(), complete);
        }
        if at >= bytes.len() {
            return Err(if complete { Stop::End } else { Stop::More });
        }
        match self.format {
            Format::Json => json::line(bytes, at, complete),
            Format::Xml { html } => xml::line(bytes, at, self.mode, html, complete),
            Format::Text | Format::Hex => text::line(bytes, at, self.text_columns(), complete),
        }
    }

    /// Takes a row from the current line.
    pub(super) fn take_row(&mut self, bytes: &[u8], depth: usize) -> Range<usize> {
        let Some(line) = &self.line else { return self.start..self.start };
        let start = self.start;
        let width = self.wrap.map(|wrap| wrap - self.indent(depth) - self.hang(depth));
        let mut end = text::row_end(bytes, line, start, width);
        // A comma, or the end of a tag, never stands on a row alone.
        let sign_alone =
            end + 1 == line.end && matches!(bytes.get(end), Some(b',' | b'>')) && end > start + 1;
        if sign_alone && self.wrap.is_some() && bytes.get(end - 1).is_some_and(u8::is_ascii_graphic) {
            end -= 1;
        }
        let used_up = end >= line.end;
        let open = line.open;
        let within = self.lexer.map(|lexer| (lexer, lexer.after(bytes, (start, end), self.state())));
        if used_up && !open {
            self.line_at = line.next;
            self.start = line.next;
            self.mode = within.map_or(line.mode, |(lexer, state)| Mode::Raw(lexer.at_break(state)));
            self.continuation = false;
            self.done = true;
        } else {
            self.start = end;
            self.continuation = true;
            if self.is_text(line.start) {
                self.line_at = end;
                self.done = true;
                if let Some((_, state)) = within {
                    self.mode = Mode::Raw(state);
                }
            }
        }
        start..end
    }
}
