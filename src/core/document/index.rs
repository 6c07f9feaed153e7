//! Which bytes are on which row.
//!
//! Rows are found in one pass, which pauses at the end of the bytes received so far and continues
//! when more arrive. Only every 32nd position is remembered; the rows in between are found again
//! when they are drawn.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::chunks::Chunks;
use super::draw::{Row, Rows};
use super::line::{Line, Mode, Shape, Stop, skip_space};
use super::painter::{Piece, Window};
use super::raw::Lexer;
use super::walk::{Format, Place, Walker};
use super::{Kind, Layout, draw, hex, json, xml};

/// Rows, and bytes, from one remembered position to the next.
const PLACE_ROWS: usize = 32;
const PLACE_BYTES: usize = 64 * 1024;

/// The deepest level that is indented further.
const MAX_DEPTH: usize = 100;

/// The rows of a body in one layout. Clones are cheap and share data, so one can be drawn while
/// another grows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    kind: Kind,
    layout: Layout,
    rows: usize,
    places: Chunks<Place>,
    /// Nesting levels of the rows; empty for layouts without any.
    depths: Chunks<u8>,
    walker: Walker,
    grammar: json::Grammar,
    nesting: xml::Nesting,
    depth: usize,
    note: Option<String>,
    /// The body isn't looked at again before it has this length.
    wait_for: usize,
    complete: bool,
}

impl Index {
    /// The index of an empty body that will grow. Rows are wrapped at `wrap` columns; without it,
    /// only every 4 KiB.
    pub fn new(kind: Kind, layout: Layout, wrap: Option<usize>) -> Self {
        let format = match (layout, kind) {
            (Layout::Hex, _) | (Layout::Pretty, Kind::Binary) => Format::Hex,
            (Layout::Pretty, Kind::Json) => Format::Json,
            (Layout::Pretty, Kind::Xml) => Format::Xml { html: false },
            (Layout::Pretty, Kind::Html) => Format::Xml { html: true },
            (Layout::Pretty, Kind::Text) | (Layout::Raw, _) => Format::Text,
        };
        Self {
            kind,
            layout,
            rows: 0,
            places: Chunks::new(),
            depths: Chunks::new(),
            walker: Walker::new(format, lexer(kind, layout), wrap.map(|width| width.max(1))),
            grammar: json::Grammar::default(),
            nesting: xml::Nesting::default(),
            depth: 0,
            note: None,
            wait_for: 0,
            complete: false,
        }
    }

    /// The index of a complete body. Setting `cancel` stops it early with the rows found so far.
    pub fn build(bytes: &[u8], kind: Kind, layout: Layout, wrap: Option<usize>, cancel: &AtomicBool) -> Self {
        let mut index = Self::new(kind, layout, wrap);
        index.finish(bytes, cancel);
        index
    }

    /// Continues with a body that has grown; `bytes` is all of it. Rows that later bytes could
    /// still change are held back. All calls together take one pass. Returns false if `cancel` was
    /// set; a later call continues from there.
    pub fn extend(&mut self, bytes: &[u8], cancel: &AtomicBool) -> bool {
        if bytes.len() < self.wait_for { true } else { self.advance(bytes, false, cancel) }
    }

    /// Like [`Index::extend`], for the complete body.
    pub fn finish(&mut self, bytes: &[u8], cancel: &AtomicBool) -> bool {
        self.complete = self.advance(bytes, true, cancel);
        self.complete
    }

    /// Whether [`Index::finish`] has reached the end of the body.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The format of the body.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its layout.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The width at which rows are wrapped.
    pub fn wrap(&self) -> Option<usize> {
        self.walker.wrap
    }

    /// The byte up to which rows have been found.
    pub fn read_to(&self) -> usize {
        self.walker.line_at
    }

    /// The number of rows so far.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are no rows yet.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// What is wrong with the body, in one sentence.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Draws rows from `first` on, one after another. `bytes` is the indexed body, or more of it.
    pub fn rows<'a>(&'a self, first: usize, bytes: &'a [u8], window: Window<'a>) -> Rows<'a> {
        Rows::new(self, first, bytes, window)
    }

    /// Draws one row; false if there is no such row. For several rows, [`Index::rows`] is cheaper.
    pub fn row<'a>(
        &'a self,
        row: usize,
        bytes: &'a [u8],
        window: Window<'a>,
        out: &mut Vec<Piece<'a>>,
    ) -> bool {
        self.rows(row, bytes, window).draw_next(out).is_some()
    }

    /// The bytes of a row, its nesting level, and whether it continues the previous row.
    pub fn span(&self, row: usize, bytes: &[u8]) -> Option<Row> {
        self.rows(row, bytes, Window::default()).draw_next(&mut Vec::new())
    }

    /// The row that contains this byte. White space outside of rows belongs to the row after it, or
    /// to the last row.
    pub fn row_of(&self, offset: usize, bytes: &[u8]) -> usize {
        let last = self.rows.saturating_sub(1);
        if self.walker.format == Format::Hex {
            return (offset / self.hex_bytes()).min(last);
        }
        let Some(place) = self.places.last_where(|place| place.start <= offset) else { return 0 };
        let mut cursor = self.cursor(place.row);
        let mut row = place.row;
        while let Some(span) = cursor.next(self, bytes) {
            if span.bytes.end > offset {
                break;
            }
            row += 1;
        }
        row.min(last)
    }

    /// The path of a row in JSON, in jq's syntax: `.items[3].name`. Takes a pass over the body up
    /// to the row. `None` for other formats, and if the body isn't valid JSON.
    pub fn path_at(&self, row: usize, bytes: &[u8]) -> Option<String> {
        if self.walker.format != Format::Json {
            return None;
        }
        let target = self.span(row, bytes)?.bytes.start;
        json::path(bytes, target, self.walker.raw_from)
    }

    /// Rows as text, with indentation and line breaks; wrapped rows are joined again.
    pub fn text(&self, rows: Range<usize>, bytes: &[u8]) -> String {
        let mut out = Vec::new();
        // Writing to a vector can't fail.
        let _ = self.write(rows, bytes, &mut out);
        String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    /// Like [`Index::text`], but writes the bytes to `out`. Fails if `out` does.
    pub fn write(&self, rows: Range<usize>, bytes: &[u8], out: &mut impl Write) -> io::Result<()> {
        draw::write(self, rows.start..rows.end.min(self.rows), bytes, out)
    }

    /// Columns of a row of hex; `None` where rows are anything else.
    pub fn hex_columns(&self) -> Option<usize> {
        (self.walker.format == Format::Hex).then(|| hex::columns(self.hex_bytes()))
    }

    /// Bytes on a row of hex.
    pub(super) fn hex_bytes(&self) -> usize {
        hex::bytes_on_row(self.walker.wrap)
    }

    pub(super) fn format(&self) -> Format {
        self.walker.format
    }

    /// A cursor at `row`.
    pub(super) fn cursor(&self, row: usize) -> Cursor {
        let place = self.places.last_where(|place| place.row <= row);
        let mut walker = Walker::new(self.walker.format, lexer(self.kind, self.layout), self.walker.wrap);
        walker.raw_from = self.walker.raw_from;
        let mut first = 0;
        if let Some(place) = place {
            walker.go_to(&place);
            first = place.row;
        }
        Cursor { walker, row: first, fresh: false }
    }

    fn advance(&mut self, bytes: &[u8], complete: bool, cancel: &AtomicBool) -> bool {
        if self.complete {
            return true;
        }
        if self.walker.format == Format::Hex {
            let room = self.hex_bytes();
            self.rows = if complete { bytes.len().div_ceil(room) } else { bytes.len() / room };
            return true;
        }
        let (mut place_row, mut place_start) = (self.rows, self.walker.start);
        if self.rows == 0 {
            self.remember();
        }
        loop {
            match self.next_row(bytes, complete) {
                Ok(()) => {}
                Err(Stop::Bad(at, why)) => self.give_up(bytes, at, why),
                Err(Stop::End) => break,
                Err(Stop::More) => {
                    // Looking again only after the pending part has doubled keeps the total time
                    // linear, however long a string is.
                    self.wait_for = bytes.len().saturating_mul(2) - self.walker.line_at.min(bytes.len());
                    return true;
                }
            }
            if self.rows >= place_row + PLACE_ROWS || self.walker.start >= place_start + PLACE_BYTES {
                if cancel.load(Ordering::Relaxed) {
                    return false;
                }
                self.remember();
                (place_row, place_start) = (self.rows, self.walker.start);
            }
        }
        self.check_end(bytes.len());
        true
    }

    fn next_row(&mut self, bytes: &[u8], complete: bool) -> Result<(), Stop> {
        if self.walker.find_line(bytes, complete)? {
            self.admit()?;
        }
        self.walker.take_row(bytes, self.depth);
        self.rows += 1;
        if self.walker.format != Format::Text {
            self.depths.push(u8::try_from(self.depth).unwrap_or(u8::MAX));
        }
        Ok(())
    }

    /// Updates the nesting with a new line.
    fn admit(&mut self) -> Result<(), Stop> {
        let Some(line) = &self.walker.line else { return Ok(()) };
        let (depth, lapse) = match self.walker.format {
            _ if self.walker.is_text(line.start) => (0, None),
            // A line with its own layout also has its own indentation.
            _ if self.walker.mode != Mode::Content && matches!(line.shape, Shape::Solid { .. }) => (0, None),
            Format::Json => {
                let verdict = self.grammar.admit(line)?;
                (verdict.depth, verdict.lapse)
            }
            Format::Xml { html } => {
                let (depth, stray) = self.nesting.admit(line);
                (depth, (stray && !html).then_some("a closing tag that doesn't match"))
            }
            Format::Text | Format::Hex => (0, None),
        };
        self.depth = depth.min(MAX_DEPTH);
        if let Some(lapse) = lapse
            && self.note.is_none()
        {
            self.note = Some(format!("not valid {}: {lapse} at byte {}", self.name(), line.start));
        }
        Ok(())
    }

    /// Shows the body raw from the invalid line on.
    fn give_up(&mut self, bytes: &[u8], at: usize, why: &str) {
        let line = skip_space(bytes, self.walker.line_at);
        self.walker.raw_from = line;
        self.walker.done = true;
        self.walker.start = line;
        self.walker.line_at = line;
        self.depth = 0;
        let note = format!("not valid {} from byte {at} on: {why}; the rest is shown raw", self.name());
        self.note.get_or_insert(note);
    }

    fn check_end(&mut self, len: usize) {
        let lapse = match self.walker.format {
            _ if self.walker.raw_from != usize::MAX => None,
            Format::Json => self.grammar.at_end(),
            Format::Xml { html: false } if !self.nesting.is_empty() => {
                Some("it ends before its tags are closed")
            }
            Format::Xml { .. } | Format::Text | Format::Hex => None,
        };
        if let Some(lapse) = lapse {
            let note = format!("not valid {}: {lapse}, at byte {len}", self.name());
            self.note.get_or_insert(note);
        }
    }

    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Json => "JSON",
            Kind::Xml => "XML",
            Kind::Html => "HTML",
            Kind::Text => "text",
            Kind::Binary => "data",
        }
    }

    fn remember(&mut self) {
        self.places.push(self.walker.place(self.rows));
    }

    pub(super) fn depth(&self, row: usize) -> usize {
        self.depths.get(row).map_or(0, usize::from)
    }

    /// Columns of indentation at a nesting level.
    pub(super) fn indent(&self, depth: usize) -> usize {
        self.walker.indent(depth)
    }
}

/// The syntax colours of a body that is shown raw.
fn lexer(kind: Kind, layout: Layout) -> Option<Lexer> {
    match (layout, kind) {
        (Layout::Pretty | Layout::Hex, _) | (Layout::Raw, Kind::Text | Kind::Binary) => None,
        (Layout::Raw, Kind::Json) => Some(Lexer::Json),
        (Layout::Raw, Kind::Xml) => Some(Lexer::Markup { html: false }),
        (Layout::Raw, Kind::Html) => Some(Lexer::Markup { html: true }),
    }
}

/// Goes from row to row of an index.
#[derive(Clone, Debug)]
pub(super) struct Cursor {
    walker: Walker,
    row: usize,
    fresh: bool,
}

impl Cursor {
    /// The next row. [`Cursor::fresh_line`] returns its line if that is a new one.
    pub(super) fn next(&mut self, index: &Index, bytes: &[u8]) -> Option<Row> {
        if self.row >= index.rows {
            return None;
        }
        self.fresh = self.walker.find_line(bytes, true).ok()?;
        let depth = index.depth(self.row);
        self.row += 1;
        let (continuation, hang) = (self.walker.continuation, self.walker.hang(depth));
        let bytes = self.walker.take_row(bytes, depth);
        Some(Row { bytes, depth, continuation, hang })
    }

    /// The line of the last row, unless the row before it was on the same line.
    pub(super) fn fresh_line(&self) -> Option<&Line> {
        self.walker.line.as_ref().filter(|_| self.fresh)
    }

    pub(super) fn row(&self) -> usize {
        self.row
    }
}
