//! XML and HTML, one line at a time: a tag, a tag with its text, or text.
//!
//! Anything but a tag is text, and preformatted HTML stays unchanged. Only an unterminated tag
//! can't be laid out.

use memchr::{memchr, memchr2, memchr3, memmem};

use super::Role;
use super::line::{Effect, How, Line, Mode, Shape, Stop, Token, is_space, skip_space};

/// HTML elements whose content keeps its layout.
const RAW: [&[u8]; 4] = [b"script", b"style", b"pre", b"textarea"];

/// HTML elements without content.
/// <https://html.spec.whatwg.org/multipage/syntax.html#void-elements>
const VOID: [&[u8]; 13] = [
    b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"source",
    b"track", b"wbr",
];

/// HTML elements that are part of the surrounding text.
const INLINE: [&[u8]; 24] = [
    b"a", b"abbr", b"b", b"bdi", b"bdo", b"br", b"cite", b"code", b"em", b"i", b"img", b"kbd", b"label",
    b"mark", b"q", b"s", b"small", b"span", b"strong", b"sub", b"sup", b"u", b"var", b"wbr",
];

/// HTML elements that close an open one of the same name.
const SIBLINGS: [&[u8]; 8] = [b"li", b"p", b"option", b"tr", b"td", b"th", b"dt", b"dd"];

/// The line at `at`, which isn't white space if the mode is content.
pub(super) fn line(bytes: &[u8], at: usize, mode: Mode, html: bool, complete: bool) -> Result<Line, Stop> {
    match mode {
        Mode::Content | Mode::Raw(_) => content(bytes, at, html, complete),
        Mode::Comment => kept(bytes, at, at, &COMMENT, complete),
        Mode::CData => kept(bytes, at, at, &CDATA, complete),
        Mode::Verbatim(number) => verbatim(bytes, at, number, complete),
    }
}

fn content(bytes: &[u8], at: usize, html: bool, complete: bool) -> Result<Line, Stop> {
    let rest = bytes.get(at..).unwrap_or_default();
    if rest.is_empty() {
        return Err(if complete { Stop::End } else { Stop::More });
    }
    if rest.first() == Some(&b'<') && rest.len() < 16 && !complete {
        return Err(Stop::More);
    }
    if rest.starts_with(b"<!--") {
        return kept(bytes, at, at + 4, &COMMENT, complete);
    }
    if rest.starts_with(b"<![CDATA[") {
        return kept(bytes, at, at + 9, &CDATA, complete);
    }
    if rest.starts_with(b"<!") && rest.get(2).is_some_and(u8::is_ascii_alphabetic) {
        return match declaration_end(rest) {
            Some(len) => Ok(Line {
                shape: Shape::Solid { role: Role::Comment, squeeze: true },
                ..markup(at, at + len, Effect::None)
            }),
            None => Err(unclosed(at, complete)),
        };
    }
    if rest.starts_with(b"<?") {
        return match memmem::find(rest, b"?>") {
            Some(len) => Ok(markup(at, at + len + 2, Effect::None)),
            None => Err(unclosed(at, complete)),
        };
    }
    match tag(rest) {
        Some(tag) if !(html && tag.is_in(&INLINE)) => element(bytes, at, &tag, html, complete),
        _ => flow(bytes, at, html, complete),
    }
}

/// A tag, together with its content if that is at most a line of text.
fn element(bytes: &[u8], at: usize, tag: &Tag<'_>, html: bool, complete: bool) -> Result<Line, Stop> {
    let Some(end) = tag_end(bytes, at) else { return Err(unclosed(at, complete)) };
    let name = hash(tag.name, html);
    if tag.closing {
        return Ok(markup(at, end, Effect::Close { name }));
    }
    if bytes.get(end.saturating_sub(2)) == Some(&b'/') || (html && tag.is_in(&VOID)) {
        return Ok(markup(at, end, Effect::None));
    }
    let raw = RAW.iter().position(|raw| html && tag.name.eq_ignore_ascii_case(raw));
    let mut next = end;
    let close = match raw {
        Some(_) => find_close(bytes, end, tag.name),
        None => bytes.get(end..).and_then(|rest| memchr(b'<', rest)).map(|found| end + found),
    };
    match close {
        None if !complete => return Err(Stop::More),
        None => {}
        Some(close) => {
            let text = bytes.get(end..close).unwrap_or_default();
            let one_line = memchr(b'\n', text).is_none() || (raw.is_none() && text.trim_ascii().is_empty());
            let closes = one_line && is_close(bytes, close, tag.name, html);
            if closes && let Some(end) = tag_end(bytes, close) {
                return Ok(markup(at, end, Effect::None));
            }
            if !complete && one_line && tag_end(bytes, close).is_none() {
                return Err(Stop::More);
            }
        }
    }
    let mut mode = Mode::Content;
    if let Some(raw) = raw {
        mode = Mode::Verbatim(u8::try_from(raw).unwrap_or_default());
        // The line break after the tag isn't part of the content.
        if bytes.get(next) == Some(&b'\r') {
            next += 1;
        }
        if bytes.get(next) == Some(&b'\n') {
            next += 1;
        }
    }
    let ends_sibling = html && tag.is_in(&SIBLINGS);
    let effect = Effect::Open { name, ends_sibling };
    Ok(Line { start: at, end, next, open: false, shape: Shape::Markup, mode, effect })
}

/// Text, and in HTML the inline tags within it, up to a line break or another tag.
fn flow(bytes: &[u8], at: usize, html: bool, complete: bool) -> Result<Line, Stop> {
    let mut from = at;
    let (end, next) = loop {
        let Some(found) = bytes.get(from..).and_then(|rest| memchr2(b'<', b'\n', rest)) else {
            if complete {
                break (bytes.len(), bytes.len());
            }
            return Err(Stop::More);
        };
        let found = from + found;
        let rest = bytes.get(found..).unwrap_or_default();
        if rest.first() == Some(&b'\n') {
            break (found, found + 1);
        }
        if rest.len() < 16 && !complete {
            return Err(Stop::More);
        }
        from = match tag(rest) {
            Some(tag) if html && tag.is_in(&INLINE) => match tag_end(bytes, found) {
                Some(end) => end,
                // The end may still arrive, and then the text continues after it.
                None if found > at && complete => break (found, found),
                None => return Err(unclosed(at, complete)),
            },
            Some(_) if found > at => break (found, found),
            None if found > at && matches!(rest.get(1), Some(b'!' | b'?')) => break (found, found),
            _ => found + 1,
        };
    };
    let text = bytes.get(at..end).unwrap_or_default().trim_ascii_end();
    Ok(Line { next, ..markup(at, at + text.len(), Effect::None) })
}

/// A section whose lines keep their layout.
struct Section {
    close: &'static [u8],
    mode: Mode,
    role: Role,
}

const COMMENT: Section = Section { close: b"-->", mode: Mode::Comment, role: Role::Comment };
const CDATA: Section = Section { close: b"]]>", mode: Mode::CData, role: Role::String };

/// A line of a comment or CDATA section, whose end is searched for from `search` on.
fn kept(bytes: &[u8], at: usize, search: usize, section: &Section, complete: bool) -> Result<Line, Stop> {
    let (end, next, found) = source_line(bytes, at, complete)?;
    let text = bytes.get(search..end).unwrap_or_default();
    match memmem::find(text, section.close) {
        Some(len) => {
            let end = search + len + section.close.len();
            Ok(solid(at, end, end, section.role, Mode::Content))
        }
        None if found => Ok(solid(at, end, next, section.role, section.mode)),
        None => Ok(solid(at, end, next, section.role, Mode::Content)),
    }
}

/// A line of an element that keeps its layout.
fn verbatim(bytes: &[u8], at: usize, number: u8, complete: bool) -> Result<Line, Stop> {
    let name = RAW.get(usize::from(number)).copied().unwrap_or_default();
    let (end, next, _) = source_line(bytes, at, complete)?;
    let text = bytes.get(..end).unwrap_or(bytes);
    match find_close(text, at, name) {
        Some(close) if text.get(at..close).unwrap_or_default().trim_ascii().is_empty() => {
            content(bytes, close, true, complete)
        }
        Some(close) => Ok(solid(at, close, close, Role::Plain, Mode::Content)),
        None => Ok(solid(at, end, next, Role::Plain, Mode::Verbatim(number))),
    }
}

/// The end of this line of the body, the start of the next, and whether there is a line break.
fn source_line(bytes: &[u8], at: usize, complete: bool) -> Result<(usize, usize, bool), Stop> {
    let rest = bytes.get(at..).unwrap_or_default();
    match memchr(b'\n', rest) {
        Some(len) => {
            let end = if len > 0 && rest.get(len - 1) == Some(&b'\r') { len - 1 } else { len };
            Ok((at + end, at + len + 1, true))
        }
        None if !complete => Err(Stop::More),
        None if rest.is_empty() => Err(Stop::End),
        None => Ok((bytes.len(), bytes.len(), false)),
    }
}

/// An unterminated tag extends to the end of the body: searching for the end of every following tag
/// would take quadratic time.
fn unclosed(at: usize, complete: bool) -> Stop {
    if complete { Stop::Bad(at, "an unterminated tag") } else { Stop::More }
}

fn markup(start: usize, end: usize, effect: Effect) -> Line {
    Line { start, end, next: end, open: false, shape: Shape::Markup, mode: Mode::Content, effect }
}

fn solid(start: usize, end: usize, next: usize, role: Role, mode: Mode) -> Line {
    let shape = Shape::Solid { role, squeeze: false };
    Line { start, end, next, open: false, shape, mode, effect: Effect::None }
}

/// The name at the start of a tag.
struct Tag<'a> {
    name: &'a [u8],
    closing: bool,
}

impl Tag<'_> {
    /// Whether it is one of these elements.
    fn is_in(&self, names: &[&[u8]]) -> bool {
        names.iter().any(|name| self.name.eq_ignore_ascii_case(name))
    }
}

/// The tag at the start of `rest`, if there is one.
fn tag(rest: &[u8]) -> Option<Tag<'_>> {
    let closing = rest.get(1) == Some(&b'/');
    let name = rest.strip_prefix(if closing { b"</".as_slice() } else { b"<" })?;
    let starts = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':') || byte >= 0x80;
    if !name.first().is_some_and(|&byte| starts(byte)) {
        return None;
    }
    let len = name.iter().position(|&byte| is_space(byte) || b"/>\"'=<".contains(&byte));
    Some(Tag { name: name.get(..len.unwrap_or(name.len()))?, closing })
}

/// The byte after the `>` that ends the tag at `at`; one in quotes doesn't.
fn tag_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut from = at;
    loop {
        let found = from + memchr3(b'>', b'"', b'\'', bytes.get(from..)?)?;
        match bytes.get(found) {
            Some(b'>') => return Some(found + 1),
            Some(&quote) => from = found + 2 + memchr(quote, bytes.get(found + 1..)?)?,
            None => return None,
        }
    }
}

/// The length of `<!DOCTYPE …>`, including its internal subset in square brackets.
fn declaration_end(rest: &[u8]) -> Option<usize> {
    let found = memchr2(b'>', b'[', rest)?;
    if rest.get(found) == Some(&b'>') {
        return Some(found + 1);
    }
    let subset = found + memchr(b']', rest.get(found..)?)?;
    Some(subset + memchr(b'>', rest.get(subset..)?)? + 1)
}

/// The position of `</name`, from `at` on, ignoring case.
fn find_close(bytes: &[u8], at: usize, name: &[u8]) -> Option<usize> {
    let mut from = at;
    loop {
        let found = from + memmem::find(bytes.get(from..)?, b"</")?;
        if is_close(bytes, found, name, true) {
            return Some(found);
        }
        from = found + 2;
    }
}

fn is_close(bytes: &[u8], at: usize, name: &[u8], any_case: bool) -> bool {
    let tag = bytes.get(at..).and_then(tag).filter(|tag| tag.closing);
    tag.is_some_and(|tag| if any_case { tag.name.eq_ignore_ascii_case(name) } else { tag.name == name })
}

/// FNV-1a. Names are only compared, and a collision only affects the indentation.
fn hash(name: &[u8], any_case: bool) -> u32 {
    let fold = |byte: &u8| if any_case { byte.to_ascii_lowercase() } else { *byte };
    name.iter().map(fold).fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// How many open elements a closing tag is compared with.
const REACH: usize = 256;

/// The elements that are open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Nesting {
    open: Vec<u32>,
}

impl Nesting {
    /// Updates the nesting; returns the line's level, and whether it closes an element that isn't
    /// open.
    pub(super) fn admit(&mut self, line: &Line) -> (usize, bool) {
        match line.effect {
            Effect::None => (self.open.len(), false),
            Effect::Open { name, ends_sibling } => {
                if ends_sibling && self.open.last() == Some(&name) {
                    self.open.pop();
                }
                let depth = self.open.len();
                if depth < super::json::MAX_NESTING {
                    self.open.push(name);
                }
                (depth, false)
            }
            Effect::Close { name } => {
                let matching = self.open.iter().rev().take(REACH).position(|open| *open == name);
                if let Some(above) = matching {
                    self.open.truncate(self.open.len() - above - 1);
                }
                (self.open.len(), matching != Some(0))
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }
}

/// The tokens of a line of markup.
#[derive(Clone, Debug)]
pub(super) struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Text,
    Name,
    Attributes,
    Value,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8], start: usize, end: usize) -> Self {
        Self { bytes: bytes.get(..end).unwrap_or(bytes), at: start, place: Place::Text }
    }

    /// Its length, its role and the next state.
    fn token_here(&self, rest: &[u8]) -> (usize, Role, Place) {
        let until = |stop: &[u8]| rest.iter().position(|byte| is_space(*byte) || stop.contains(byte));
        let until = |stop: &[u8]| until(stop).unwrap_or(rest.len()).max(1);
        let first = rest.first().copied().unwrap_or_default();
        match (self.place, first) {
            (Place::Text, b'<') if rest.starts_with(b"<?") => (2, Role::Punctuation, Place::Name),
            (Place::Text, b'<') if tag(rest).is_some() => {
                (1 + usize::from(rest.get(1) == Some(&b'/')), Role::Punctuation, Place::Name)
            }
            (Place::Text, _) => {
                let next = rest.get(1..).and_then(|rest| memchr(b'<', rest));
                (next.map_or(rest.len(), |next| next + 1), Role::Plain, Place::Text)
            }
            (_, b'>') => (1, Role::Punctuation, Place::Text),
            (_, b'/' | b'?') if rest.get(1) == Some(&b'>') => (2, Role::Punctuation, Place::Text),
            (Place::Name, _) => (until(b"/>\"'=<"), Role::Tag, Place::Attributes),
            (place, byte) if is_space(byte) => (skip_space(rest, 0), Role::Plain, place),
            (_, b'=') => (1, Role::Punctuation, Place::Value),
            (_, quote @ (b'"' | b'\'')) => {
                let close = rest.get(1..).and_then(|rest| memchr(quote, rest));
                (close.map_or(rest.len(), |close| close + 2), Role::AttributeValue, Place::Attributes)
            }
            (Place::Value, _) => (until(b">"), Role::AttributeValue, Place::Attributes),
            (Place::Attributes, _) => (until(b"/>\"'="), Role::Attribute, Place::Attributes),
        }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (len, role, place) = self.token_here(rest);
        let start = self.at;
        self.at += len;
        self.place = place;
        Some(Token { start, end: start + len, role, how: How::Squeezed })
    }
}
