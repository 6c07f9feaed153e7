//! One row as pieces of text, safe for any terminal.

use std::io::{self, Write};
use std::ops::Range;

use super::Index;
use super::hex;
use super::index::Cursor;
use super::line::{How, Token, Tokens};
use super::painter::{HIDDEN, Painter, Piece, SPACES, Window};
use super::secrets::Secrets;
use super::text::squeezed;
use super::walk::Format;

/// Where a row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its bytes in the body.
    pub bytes: Range<usize>,
    /// Its nesting level.
    pub depth: usize,
    /// It continues the row before it.
    pub continuation: bool,
    /// Columns by which it is indented beyond its level, because it continues the row before it.
    pub hang: usize,
}

/// Draws rows one after another.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    index: &'a Index,
    bytes: &'a [u8],
    window: Window<'a>,
    cursor: Cursor,
    hex_row: usize,
    tokens: Option<Tokens<'a>>,
    token: Option<Token>,
    secrets: Secrets,
}

impl<'a> Rows<'a> {
    pub(super) fn new(index: &'a Index, first: usize, bytes: &'a [u8], window: Window<'a>) -> Self {
        let cursor = index.cursor(first);
        let mut rows = Self {
            index,
            bytes,
            window,
            cursor,
            hex_row: first,
            tokens: None,
            token: None,
            secrets: Secrets::default(),
        };
        if index.format() != Format::Hex {
            while rows.cursor.row() < first && rows.next_row().is_some() {}
        }
        rows
    }

    /// Appends the pieces of the next row to `out`; `None` after the last row.
    pub fn draw_next(&mut self, out: &mut Vec<Piece<'a>>) -> Option<Row> {
        if self.index.format() == Format::Hex {
            return self.draw_hex(out);
        }
        let row = self.next_row()?;
        let hidden = self.hidden(&row.bytes);
        let mut painter = Painter::new(self.bytes, self.window, hidden, row.bytes.start, out);
        painter.indent(self.index.indent(row.depth) + row.hang);
        self.each_token(&row.bytes, |token| painter.paint(token));
        Some(row)
    }

    /// The bytes of the character in a column of the next row, and those of the row.
    pub(super) fn char_at(&mut self, column: usize) -> Option<(Option<Range<usize>>, Range<usize>)> {
        let mut out = Vec::new();
        if self.index.format() == Format::Hex {
            let room = self.index.hex_bytes();
            let start = self.hex_row * room;
            let row = start..self.bytes.len().min(start + room);
            let bytes = self.bytes.get(row.clone()).filter(|_| self.hex_row < self.index.len())?;
            let mut painter = Painter::new(self.bytes, self.window, Vec::new(), start, &mut out);
            painter.seek(column);
            hex::draw(&mut painter, bytes, start, room);
            return Some((painter.found(), row));
        }
        let row = self.next_row()?;
        let mut painter = Painter::new(self.bytes, self.window, Vec::new(), row.bytes.start, &mut out);
        painter.seek(column);
        painter.indent(self.index.indent(row.depth) + row.hang);
        self.each_token(&row.bytes, |token| painter.paint(token));
        Some((painter.found(), row.bytes))
    }

    /// Writes what a span of bytes holds, as it is laid out. Rows that aren't wrapped begin a line, and
    /// secrets are masked where the window says so.
    pub(super) fn write_span(&mut self, span: &Range<usize>, out: &mut Vec<u8>) {
        if self.index.format() == Format::Hex {
            let hidden = self.hidden(span);
            for at in span.clone() {
                let is_hidden = hidden.iter().any(|secret| secret.contains(&at));
                let byte = self.bytes.get(at).map(|byte| format!("{byte:02x}")).unwrap_or_default();
                let text = if is_hidden { HIDDEN.repeat(2) } else { byte };
                out.extend(if at > span.start { &b" "[..] } else { b"" });
                out.extend(text.as_bytes());
            }
            return;
        }
        while let Some(row) = self.next_row().filter(|row| row.bytes.start < span.end) {
            let begins = !row.continuation && row.bytes.start > span.start;
            if begins {
                out.push(b'\n');
                out.extend(SPACES.get(..2 * row.depth).unwrap_or(SPACES).as_bytes());
            }
            let hidden = self.hidden(&row.bytes);
            let bytes = self.bytes;
            self.each_token(&row.bytes, |token| {
                let (start, end) = (token.start.max(span.start), token.end.min(span.end));
                if start < end {
                    // The space after a token belongs to it where the selection goes on.
                    let how = if token.how == How::Spaced && end == span.end { How::AsIs } else { token.how };
                    write_masked(bytes, Token { start, end, how, ..token }, &hidden, out);
                }
            });
        }
    }

    /// The secrets on a row that are masked.
    fn hidden(&mut self, row: &Range<usize>) -> Vec<Range<usize>> {
        if self.window.mask { self.secrets.within(self.bytes, row) } else { Vec::new() }
    }

    fn next_row(&mut self) -> Option<Row> {
        let row = self.cursor.next(self.index, self.bytes)?;
        if let Some(line) = self.cursor.fresh_line() {
            self.tokens = Some(line.tokens(self.bytes));
            self.token = self.tokens.as_mut().and_then(Iterator::next);
        }
        Some(row)
    }

    /// Calls `each` with the parts of the line's tokens that are on this row.
    fn each_token(&mut self, row: &Range<usize>, mut each: impl FnMut(Token)) {
        while let Some(token) = self.token {
            if token.start >= row.end {
                break;
            }
            let (start, end) = (token.start.max(row.start), token.end.min(row.end));
            if start < end {
                each(Token { start, end, ..token });
            }
            if token.end > row.end {
                break;
            }
            self.token = self.tokens.as_mut().and_then(Iterator::next);
        }
    }

    fn draw_hex(&mut self, out: &mut Vec<Piece<'a>>) -> Option<Row> {
        let room = self.index.hex_bytes();
        let start = self.hex_row * room;
        let end = self.bytes.len().min(start + room);
        let row = self.bytes.get(start..end).filter(|_| self.hex_row < self.index.len())?;
        self.hex_row += 1;
        let hidden = self.hidden(&(start..end));
        let mut painter = Painter::new(self.bytes, self.window, hidden, start, out);
        hex::draw(&mut painter, row, start, room);
        Some(Row { bytes: start..end, depth: 0, continuation: false, hang: 0 })
    }
}

/// Writes rows as text; see [`Index::write`].
pub(super) fn write(index: &Index, rows: Range<usize>, bytes: &[u8], out: &mut impl Write) -> io::Result<()> {
    let mut drawn = Rows::new(index, rows.start, bytes, Window::default());
    for number in rows.clone() {
        if index.format() == Format::Hex {
            let mut pieces = Vec::new();
            drawn.draw_next(&mut pieces);
            out.write_all(if number > rows.start { b"\n" } else { b"" })?;
            pieces.iter().try_for_each(|piece| out.write_all(piece.text.as_bytes()))?;
            continue;
        }
        let Some(row) = drawn.next_row() else { break };
        if !row.continuation && number > rows.start {
            out.write_all(b"\n")?;
        }
        if !row.continuation {
            out.write_all(SPACES.get(..2 * row.depth).unwrap_or(SPACES).as_bytes())?;
        }
        let mut result = Ok(());
        drawn.each_token(&row.bytes, |token| {
            if result.is_ok() {
                result = write_token(bytes, token, out);
            }
        });
        result?;
    }
    Ok(())
}

/// Writes a token with a mask in place of each secret.
fn write_masked(bytes: &[u8], token: Token, hidden: &[Range<usize>], out: &mut Vec<u8>) {
    let mut at = token.start;
    for secret in hidden {
        let (from, to) = (secret.start.max(at), secret.end.min(token.end));
        if from >= to {
            continue;
        }
        // Writing to a vector can't fail.
        let _ = write_token(bytes, Token { start: at, end: from, how: unspaced(token.how), ..token }, out);
        // As many whatever it hides, since it may go on elsewhere.
        out.extend(HIDDEN.repeat(MASKED).as_bytes());
        at = to;
    }
    let _ = write_token(bytes, Token { start: at, ..token }, out);
}

fn unspaced(how: How) -> How {
    if how == How::Spaced { How::AsIs } else { how }
}

/// Signs that stand for a masked secret in a text that is copied.
const MASKED: usize = 6;

fn write_token(bytes: &[u8], token: Token, out: &mut impl Write) -> io::Result<()> {
    let mut rest = bytes.get(token.start..token.end).unwrap_or_default();
    while !rest.is_empty() {
        if let Some(len) = squeezed(rest, token.how) {
            out.write_all(b" ")?;
            rest = rest.get(len..).unwrap_or_default();
        } else if token.how == How::Squeezed {
            let breaks = |byte: &u8| matches!(byte, b'\n' | b'\r' | b'\t');
            let len = rest.iter().position(breaks).unwrap_or(rest.len());
            out.write_all(rest.get(..len).unwrap_or_default())?;
            rest = rest.get(len..).unwrap_or_default();
        } else {
            out.write_all(rest)?;
            break;
        }
    }
    if token.how == How::Spaced { out.write_all(b" ") } else { Ok(()) }
}
