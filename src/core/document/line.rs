//! A line: what a layout would put on one row of unlimited length.

use super::json::JsonLine;
use super::{Role, json, raw, xml};

/// The most bytes of a row; the rest continues on the next row. This way, a body that is one line
/// of many megabytes can be drawn without reading it from the start.
pub(super) const MAX_ROW: usize = 4096;

/// One line of a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// First byte.
    pub(super) start: usize,
    /// Byte after the last.
    pub(super) end: usize,
    /// Where to look for the next line.
    pub(super) next: usize,
    /// The line continues after `end`, on the next row.
    pub(super) open: bool,
    pub(super) shape: Shape,
    /// The mode at the start of the next line.
    pub(super) mode: Mode,
    pub(super) effect: Effect,
}

/// What a line is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Json(JsonLine),
    /// Tags and text.
    Markup,
    /// Unchanged, in the colours of its format.
    Raw {
        lexer: raw::Lexer,
        state: raw::State,
    },
    /// A single token, unchanged; `squeeze` turns a line break with its indentation into a space.
    Solid {
        role: Role,
        squeeze: bool,
    },
}

/// What a position in a body is inside of, as far as the bytes after it don't show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    #[default]
    Content,
    Comment,
    CData,
    /// An HTML element whose content keeps its layout, by its index in `xml::RAW`.
    Verbatim(u8),
    /// The state at the start of a row that is shown raw.
    Raw(raw::State),
}

/// How a line changes the nesting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    None,
    /// Opens something of this name.
    Open {
        name: u32,
        /// Closes an open sibling of the same name (such as HTML's `li`).
        ends_sibling: bool,
    },
    /// Closes something of this name.
    Close {
        name: u32,
    },
}

/// Why there is no line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It depends on bytes that haven't arrived.
    More,
    /// The body is at its end.
    End,
    /// The format is invalid from this byte on.
    Bad(usize, &'static str),
}

/// A part of a line with one role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) role: Role,
    pub(super) how: How,
}

/// How white space in a token is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    AsIs,
    /// With a space after it.
    Spaced,
    /// A run of white space that starts with a line break or a tab is one space.
    Squeezed,
}

impl Line {
    /// The parts by which rows are cut: as few as determine the width of each byte.
    pub(super) fn parts(&self) -> Tokens<'static> {
        match &self.shape {
            Shape::Json(line) => Tokens::Json(json::parts(line, self.start)),
            Shape::Markup => Tokens::one(self.token(Role::Plain, true)),
            Shape::Raw { .. } => Tokens::one(self.token(Role::Plain, false)),
            Shape::Solid { role, squeeze } => Tokens::one(self.token(*role, *squeeze)),
        }
    }

    /// The parts to draw.
    pub(super) fn tokens<'a>(&self, bytes: &'a [u8]) -> Tokens<'a> {
        match &self.shape {
            Shape::Json(line) => Tokens::Json(json::parts(line, self.start)),
            Shape::Markup => Tokens::Markup(xml::Tokens::new(bytes, self.start, self.end)),
            Shape::Raw { lexer, state } => {
                Tokens::Raw(raw::Tokens::new(bytes, (self.start, self.end), *lexer, *state))
            }
            Shape::Solid { role, squeeze } => Tokens::one(self.token(*role, *squeeze)),
        }
    }

    fn token(&self, role: Role, squeeze: bool) -> Token {
        let how = if squeeze { How::Squeezed } else { How::AsIs };
        Token { start: self.start, end: self.end, role, how }
    }
}

/// The tokens of a line, in order.
#[derive(Clone, Debug)]
pub(super) enum Tokens<'a> {
    One(Option<Token>),
    Json(json::Parts),
    Markup(xml::Tokens<'a>),
    Raw(raw::Tokens<'a>),
}

impl Tokens<'_> {
    fn one(token: Token) -> Self {
        Self::One(Some(token))
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        match self {
            Self::One(token) => token.take(),
            Self::Json(parts) => parts.next(),
            Self::Markup(tokens) => tokens.next(),
            Self::Raw(tokens) => tokens.next(),
        }
    }
}

/// Whether JSON and XML treat this byte as white space.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// The first byte from `at` on that isn't white space.
pub(super) fn skip_space(bytes: &[u8], at: usize) -> usize {
    // A compact body has none.
    if bytes.get(at).is_some_and(|&byte| byte > b' ') {
        return at;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|&byte| !is_space(byte)).unwrap_or(rest.len())
}
