//! JSON, one line at a time: a key with its value, or a bracket.
//!
//! Lines are found without their context; while the index is built, [`Grammar`] checks them as a
//! whole.

use memchr::memchr2;

use super::Role;
use super::line::{Effect, How, Line, Mode, Shape, Stop, Token, skip_space};

/// Levels of nesting beyond which the rest is shown raw.
pub(super) const MAX_NESTING: usize = 1 << 16;

/// `key : value closing ,` without the white space in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct JsonLine {
    key: Key,
    value: (usize, usize),
    role: Role,
    /// The closing bracket of an empty object or array.
    closing: Option<usize>,
    comma: Option<usize>,
}

/// The line that starts at `at`, which isn't white space.
pub(super) fn line(bytes: &[u8], at: usize, complete: bool) -> Result<Line, Stop> {
    let (key, mut value) = key_and_value(bytes, at, complete)?;
    let lead = byte(bytes, value.0, complete)?;
    let mut closing = None;
    let mut effect = Effect::None;
    let role = match lead {
        b'"' => Role::String,
        b'{' | b'[' => {
            let shut = skip_space(bytes, value.1);
            match bytes.get(shut) {
                Some(&found) if found == lead + 2 => closing = Some(shut),
                None if !complete => return Err(Stop::More),
                _ => effect = Effect::Open { name: u32::from(lead), ends_sibling: false },
            }
            Role::Punctuation
        }
        b'}' | b']' if key.is_none() => {
            effect = Effect::Close { name: u32::from(lead - 2) };
            Role::Punctuation
        }
        _ => {
            let (end, role) = word(bytes, value.0, complete)?;
            value.1 = end;
            role
        }
    };
    let mut end = closing.map_or(value.1, |at| at + 1);
    let mut comma = None;
    if !matches!(effect, Effect::Open { .. }) {
        let next = skip_space(bytes, end);
        match bytes.get(next) {
            Some(b',') => {
                comma = Some(next);
                end = next + 1;
            }
            None if !complete => return Err(Stop::More),
            _ => {}
        }
    }
    let shape = Shape::Json(JsonLine { key, value, role, closing, comma });
    Ok(Line { start: at, end, next: end, open: false, shape, mode: Mode::Content, effect })
}

/// The end of the key and the position of its colon, if there is a key.
type Key = Option<(usize, usize)>;

/// Start and end of the value at `at`, or of the one that follows the key there. Only a string is
/// measured; the end of anything else is that of its first byte.
fn key_and_value(bytes: &[u8], at: usize, complete: bool) -> Result<(Key, (usize, usize)), Stop> {
    let measured = |at: usize| match byte(bytes, at, complete)? {
        b'"' => Ok((at, string_end(bytes, at, complete)?)),
        _ => Ok((at, at + 1)),
    };
    let first = measured(at)?;
    if bytes.get(at) != Some(&b'"') {
        return Ok((None, first));
    }
    let colon = skip_space(bytes, first.1);
    match bytes.get(colon) {
        Some(b':') => Ok((Some((first.1, colon)), measured(skip_space(bytes, colon + 1))?)),
        None if !complete => Err(Stop::More),
        _ => Ok((None, first)),
    }
}

fn byte(bytes: &[u8], at: usize, complete: bool) -> Result<u8, Stop> {
    match bytes.get(at) {
        Some(&byte) => Ok(byte),
        None if complete => Err(Stop::Bad(at, "it ends where a value is expected")),
        None => Err(Stop::More),
    }
}

/// The end of the string that starts at `at`.
fn string_end(bytes: &[u8], at: usize, complete: bool) -> Result<usize, Stop> {
    let mut from = at + 1;
    while let Some(found) = bytes.get(from..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        if bytes.get(from + found) == Some(&b'"') {
            return Ok(from + found + 1);
        }
        from += found + 2;
    }
    if complete { Err(Stop::Bad(at, "an unterminated string")) } else { Err(Stop::More) }
}

/// The end and role of the number or word that starts at `at`.
fn word(bytes: &[u8], at: usize, complete: bool) -> Result<(usize, Role), Stop> {
    let rest = bytes.get(at..).unwrap_or_default();
    let len = rest.iter().position(|byte| !is_word(*byte));
    if len.is_none() && !complete {
        return Err(Stop::More);
    }
    let word = rest.get(..len.unwrap_or(rest.len())).unwrap_or_default();
    let role = match word {
        b"true" | b"false" => Role::Bool,
        b"null" => Role::Null,
        // Not JSON, but several libraries write these.
        b"NaN" | b"Infinity" | b"-Infinity" => Role::Number,
        _ if is_number(word) => Role::Number,
        _ => return Err(Stop::Bad(at, "neither a value nor a bracket")),
    };
    Ok((at + word.len(), role))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_') || byte >= 0x80
}

/// RFC 8259, section 6.
fn is_number(word: &[u8]) -> bool {
    let digits = |from: usize| {
        let rest = word.get(from..).unwrap_or_default();
        from + rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len())
    };
    let start = usize::from(word.first() == Some(&b'-'));
    let mut end = if word.get(start) == Some(&b'0') { start + 1 } else { digits(start) };
    if end == start {
        return false;
    }
    if word.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if fraction == end + 1 {
            return false;
        }
        end = fraction;
    }
    if matches!(word.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(word.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent == end + 1 + sign {
            return false;
        }
        end = exponent;
    }
    end == word.len()
}

/// The tokens of one line.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    line: JsonLine,
    start: usize,
    step: u8,
}

/// The tokens of the line that starts at `start`.
pub(super) fn parts(line: &JsonLine, start: usize) -> Parts {
    Parts { line: *line, start, step: 0 }
}

impl Iterator for Parts {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let JsonLine { key, value, role, closing, comma } = self.line;
        let sign = |at: usize, how| Token { start: at, end: at + 1, role: Role::Punctuation, how };
        loop {
            self.step += 1;
            let token = match self.step {
                1 => key.map(|(end, _)| Token { start: self.start, end, role: Role::Key, how: How::AsIs }),
                2 => key.map(|(_, colon)| sign(colon, How::Spaced)),
                3 => Some(Token { start: value.0, end: value.1, role, how: How::AsIs }),
                4 => closing.map(|at| sign(at, How::AsIs)),
                5 => comma.map(|at| sign(at, How::AsIs)),
                _ => {
                    self.step = 5;
                    return None;
                }
            };
            if token.is_some() {
                return token;
            }
        }
    }
}

/// Checks that the lines form valid JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Grammar {
    open: Vec<u8>,
    last: Last,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Last {
    /// After an opening bracket, or at the start.
    #[default]
    Open,
    Value,
    Comma,
}

/// The grammar's result for a line.
pub(super) struct Verdict {
    /// Its nesting level.
    pub(super) depth: usize,
    /// What is wrong with it, if it can be laid out nevertheless.
    pub(super) lapse: Option<&'static str>,
}

impl Grammar {
    /// Checks the next line.
    pub(super) fn admit(&mut self, line: &Line) -> Result<Verdict, Stop> {
        let Shape::Json(json) = &line.shape else { return Ok(Verdict { depth: 0, lapse: None }) };
        let closes = matches!(line.effect, Effect::Close { .. });
        let lapse = match (self.open.last(), self.last) {
            (_, Last::Comma) if closes => Some("a comma before a closing bracket"),
            (Some(_), Last::Value) if !closes => Some("a comma is missing"),
            (Some(b'{'), _) if !closes && json.key.is_none() => Some("a value without a key"),
            (Some(b'['), _) if json.key.is_some() => Some("a key in an array"),
            (None, _) if json.key.is_some() => Some("a key outside an object"),
            (None, Last::Comma) => Some("a comma outside an array"),
            _ => None,
        };
        self.last = if json.comma.is_some() { Last::Comma } else { Last::Value };
        let mut depth = self.open.len();
        match line.effect {
            Effect::None => {}
            Effect::Open { .. } if depth >= MAX_NESTING => {
                return Err(Stop::Bad(line.start, "nested deeper than 65536 levels"));
            }
            Effect::Open { name, .. } => {
                self.open.push(u8::try_from(name).unwrap_or_default());
                self.last = Last::Open;
            }
            Effect::Close { name } => match self.open.pop() {
                Some(open) if u32::from(open) == name => depth -= 1,
                Some(_) => return Err(Stop::Bad(line.start, "mismatched brackets")),
                None => return Err(Stop::Bad(line.start, "an unmatched closing bracket")),
            },
        }
        Ok(Verdict { depth, lapse })
    }

    /// What is wrong if the body ends here.
    pub(super) fn at_end(&self) -> Option<&'static str> {
        match self.last {
            _ if !self.open.is_empty() => Some("it ends before its brackets are closed"),
            Last::Comma => Some("a comma outside an array"),
            _ => None,
        }
    }
}

/// The path of the line that contains the byte `target`, in jq's syntax.
pub(super) fn path(bytes: &[u8], target: usize, raw_from: usize) -> Option<String> {
    struct Level<'a> {
        object: bool,
        count: usize,
        key: &'a [u8],
    }
    let mut levels: Vec<Level<'_>> = Vec::new();
    let mut at = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    loop {
        at = skip_space(bytes, at);
        if at >= raw_from {
            return None;
        }
        let line = line(bytes, at, true).ok()?;
        let closes = matches!(line.effect, Effect::Close { .. });
        if closes {
            levels.pop();
        } else if let Some(level) = levels.last_mut() {
            level.count += 1;
            level.key = key_of(bytes, &line);
        }
        if line.next > target {
            break;
        }
        if let Effect::Open { name, .. } = line.effect {
            levels.push(Level { object: name == u32::from(b'{'), count: 0, key: &[] });
        }
        at = line.next;
    }
    let mut path = String::new();
    for level in &levels {
        let key = String::from_utf8_lossy(level.key);
        let bare = key.trim_matches('"');
        let plain = bare.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
            && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match level.object {
            true if plain => path.extend([".", bare]),
            true => path.extend([if path.is_empty() { ".[" } else { "[" }, &key, "]"]),
            false => {
                let dot = if path.is_empty() { "." } else { "" };
                path.push_str(&format!("{dot}[{}]", level.count.saturating_sub(1)));
            }
        }
    }
    Some(if path.is_empty() { ".".to_owned() } else { path })
}

/// The key of a line, with its quotes.
fn key_of<'a>(bytes: &'a [u8], line: &Line) -> &'a [u8] {
    match &line.shape {
        Shape::Json(JsonLine { key: Some((end, _)), .. }) => bytes.get(line.start..*end).unwrap_or_default(),
        _ => &[],
    }
}
