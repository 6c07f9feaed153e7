//! Where the body of a response goes: unchanged into a pipe or a file, made readable on a terminal.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use super::output::BodyFile;
use crate::cli::visible::VisibleStream;
use crate::core::document::{Index, Kind, Layout, Role, Window};

/// JSON on a terminal waits for its end, to be formatted; beyond this it's shown as it comes.
const MAX_FORMATTED: usize = 16 * 1024 * 1024;

/// Where the body goes.
pub(super) enum Sink<'a> {
    /// Standard output, unchanged.
    Raw(&'a mut dyn Write),
    /// Standard output, a terminal.
    Terminal(Terminal<'a>),
    /// A file; `None` once it is in its place.
    File(Option<BodyFile>, PathBuf),
}

/// Why a body wasn't written.
pub(super) enum Unwritten {
    /// The output failed.
    Io(io::Error),
    /// It's binary, and the output is a terminal.
    Binary,
}

impl From<io::Error> for Unwritten {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Sink<'_> {
    /// Names it in messages.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Raw(_) | Self::Terminal(_) => "standard output".to_owned(),
            Self::File(_, path) => path.display().to_string(),
        }
    }

    /// Text of ours among what the response brings.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        match self {
            Self::Raw(out) => out.write_all(text.as_bytes()),
            Self::Terminal(terminal) => terminal.out.write_all(text.as_bytes()),
            Self::File(file, _) => file.iter_mut().try_for_each(|file| file.write_all(text.as_bytes())),
        }
    }

    /// A piece of the body.
    pub(super) fn chunk(&mut self, bytes: &[u8], content_type: Option<&str>) -> Result<(), Unwritten> {
        match self {
            Self::Raw(out) => out.write_all(bytes).and_then(|()| out.flush())?,
            Self::Terminal(terminal) => terminal.chunk(bytes, content_type)?,
            Self::File(file, _) => file.iter_mut().try_for_each(|file| file.write_all(bytes))?,
        }
        Ok(())
    }

    /// The body is all there.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        match self {
            Self::Raw(out) => out.flush(),
            Self::Terminal(terminal) => terminal.finish(),
            Self::File(file, _) => file.take().map_or(Ok(()), BodyFile::keep),
        }
    }
}

/// A terminal, which gets nothing that it would obey.
pub(super) struct Terminal<'a> {
    out: &'a mut dyn Write,
    colour: bool,
    shape: Shape,
    /// What was written last ends a line.
    at_line_start: bool,
}

/// What is done with the body.
enum Shape {
    Undecided,
    Text(VisibleStream),
    /// To be formatted at its end.
    Json(Vec<u8>),
}

impl<'a> Terminal<'a> {
    pub(super) fn new(out: &'a mut dyn Write, colour: bool) -> Self {
        Self { out, colour, shape: Shape::Undecided, at_line_start: true }
    }

    fn chunk(&mut self, bytes: &[u8], content_type: Option<&str>) -> Result<(), Unwritten> {
        if let Shape::Undecided = self.shape {
            self.shape = match Kind::detect(content_type, bytes) {
                Kind::Binary => return Err(Unwritten::Binary),
                Kind::Json => Shape::Json(Vec::new()),
                Kind::Xml | Kind::Html | Kind::Text => Shape::Text(VisibleStream::default()),
            };
        }
        let text = match &mut self.shape {
            Shape::Undecided => return Ok(()),
            Shape::Text(stream) => stream.piece(bytes),
            Shape::Json(body) => {
                body.extend_from_slice(bytes);
                if body.len() <= MAX_FORMATTED {
                    return Ok(());
                }
                let mut stream = VisibleStream::default();
                let text = stream.piece(body);
                self.shape = Shape::Text(stream);
                text
            }
        };
        Ok(self.write(&text)?)
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        if let Some(last) = text.chars().last() {
            self.at_line_start = last == '\n';
        }
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        let text = match std::mem::replace(&mut self.shape, Shape::Undecided) {
            Shape::Undecided => String::new(),
            Shape::Text(mut stream) => stream.end(),
            Shape::Json(body) => formatted(&body, self.colour),
        };
        self.write(&text)?;
        // The prompt starts on a new line.
        if self.at_line_start { Ok(()) } else { self.write("\n") }
    }
}

/// JSON, one value a line; from where it isn't JSON any more, as it came.
fn formatted(body: &[u8], colour: bool) -> String {
    let index = Index::build(body, Kind::Json, Layout::Pretty, None, &AtomicBool::new(false));
    let window = Window { width: usize::MAX, ..Window::default() };
    let mut rows = index.rows(0, body, window);
    let mut text = String::new();
    let mut pieces = Vec::new();
    while rows.draw_next(&mut pieces).is_some() {
        for piece in pieces.drain(..) {
            match colour_of(piece.role).filter(|_| colour) {
                Some(code) => text.push_str(&format!("\x1b[{code}m{}\x1b[0m", piece.text)),
                None => text.push_str(&piece.text),
            }
        }
        text.push('\n');
    }
    text
}

/// The colour of a part of JSON, as an SGR code.
fn colour_of(role: Role) -> Option<&'static str> {
    match role {
        Role::Key => Some("34"),
        Role::String => Some("32"),
        Role::Number => Some("36"),
        Role::Bool | Role::Null => Some("35"),
        Role::Invisible => Some("33"),
        Role::Plain
        | Role::Punctuation
        | Role::Tag
        | Role::Attribute
        | Role::AttributeValue
        | Role::Comment
        | Role::Offset => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(chunks: &[&[u8]], content_type: &str, colour: bool) -> Option<String> {
        let mut out = Vec::new();
        let mut sink = Sink::Terminal(Terminal::new(&mut out, colour));
        for chunk in chunks {
            if let Err(Unwritten::Binary) = sink.chunk(chunk, Some(content_type)) {
                return None;
            }
        }
        sink.finish().unwrap();
        drop(sink);
        Some(String::from_utf8(out).unwrap())
    }

    #[test]
    fn json_is_formatted_and_ends_its_line() {
        let chunks: [&[u8]; 2] = [b"{\"a\":[1.0,", b"true],\"b\":\"\\u001b\x1b\"}"];
        let text = "{\n  \"a\": [\n    1.0,\n    true\n  ],\n  \"b\": \"\\u001b␛\"\n}\n";
        assert_eq!(shown(&chunks, "application/json", false).as_deref(), Some(text));
        let coloured = shown(&[b"{\"a\":1}"], "application/json", true).unwrap();
        assert_eq!(coloured, "{\n  \x1b[34m\"a\"\x1b[0m: \x1b[36m1\x1b[0m\n}\n");
    }

    #[test]
    fn what_is_not_json_is_shown_as_it_came() {
        let broken = shown(&[b"{\"a\":1,}"], "application/json", false).unwrap();
        assert!(broken.contains("\"a\": 1,") && broken.ends_with("}\n"), "{broken}");
        assert_eq!(shown(&[b"plain\ntext"], "text/plain", true).as_deref(), Some("plain\ntext\n"));
        assert_eq!(shown(&[b"line\n"], "text/plain", true).as_deref(), Some("line\n"));
        assert_eq!(shown(&[], "application/json", true).as_deref(), Some(""));
    }

    #[test]
    fn binary_is_refused() {
        assert_eq!(shown(&[b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"], "image/png", true), None);
    }
}
