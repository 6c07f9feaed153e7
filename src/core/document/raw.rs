//! Syntax colours of a body that is shown unchanged.
//!
//! Owns what a row means that starts anywhere: inside a string, a tag or a comment. Refuses to
//! validate: an invalid body is coloured as far as it resembles its format.

use memchr::memmem;

use super::Role;
use super::line::{How, Token};

/// The syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lexer {
    Json,
    Markup { html: bool },
}

/// What a row starts inside of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    #[default]
    Content,
    /// A string of JSON; `escaped` if the previous byte was a backslash.
    String {
        escaped: bool,
    },
    /// The name of a tag.
    Name,
    /// A tag, after its name.
    Tag(Element),
    /// An attribute's value, up to this quote.
    Quoted(u8, Element),
    Comment,
    CData,
    /// `<!DOCTYPE …>` or `<?xml …?>`.
    Declaration,
    /// The content of an element that isn't markup.
    Verbatim(Element),
}

/// The element that a tag opens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Element {
    #[default]
    Other,
    Script,
    Style,
}

impl Element {
    fn of(name: &[u8]) -> Self {
        match name {
            _ if name.eq_ignore_ascii_case(b"script") => Self::Script,
            _ if name.eq_ignore_ascii_case(b"style") => Self::Style,
            _ => Self::Other,
        }
    }

    fn close(self) -> &'static [u8] {
        match self {
            Self::Script => b"</script",
            Self::Style => b"</style",
            Self::Other => b"<",
        }
    }
}

impl Lexer {
    /// The state after `start..end`, given the state at its start.
    pub(super) fn after(self, bytes: &[u8], (start, end): (usize, usize), state: State) -> State {
        let mut tokens = Tokens::new(bytes, (start, end), self, state);
        while tokens.next().is_some() {}
        tokens.state
    }

    /// The state after a line break: a JSON string doesn't continue there.
    pub(super) fn at_break(self, state: State) -> State {
        if self == Self::Json { State::Content } else { state }
    }
}

/// The tokens of a row, without gaps.
#[derive(Clone, Debug)]
pub(super) struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    lexer: Lexer,
    state: State,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8], (at, end): (usize, usize), lexer: Lexer, state: State) -> Self {
        Self { bytes, at, end: end.min(bytes.len()), lexer, state }
    }

    /// The bytes up to the end of the row.
    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..self.end).unwrap_or_default()
    }

    /// The number of consecutive bytes of a kind.
    fn run(&self, of: impl Fn(u8) -> bool) -> usize {
        let rest = self.rest();
        rest.iter().position(|&byte| !of(byte)).unwrap_or(rest.len())
    }

    fn json(&mut self) -> (usize, Role) {
        if let State::String { escaped } = self.state {
            return self.string(0, escaped);
        }
        match self.rest().first().copied().unwrap_or_default() {
            b'"' => self.string(1, false),
            b'{' | b'}' | b'[' | b']' | b':' | b',' => {
                (self.run(|byte| b"{}[]:,".contains(&byte)), Role::Punctuation)
            }
            b'-' | b'0'..=b'9' => (
                self.run(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')),
                Role::Number,
            ),
            b'a'..=b'z' => {
                let len = self.run(|byte| byte.is_ascii_lowercase());
                let role = match self.rest().get(..len) {
                    Some(b"true" | b"false") => Role::Bool,
                    Some(b"null") => Role::Null,
                    _ => Role::Plain,
                };
                (len, role)
            }
            _ => {
                let plain = |byte| {
                    !matches!(byte, b'"' | b'-' | b'0'..=b'9' | b'a'..=b'z') && !b"{}[]:,".contains(&byte)
                };
                (self.run(plain).max(1), Role::Plain)
            }
        }
    }

    /// A string whose end isn't within its first `seen` bytes.
    fn string(&mut self, seen: usize, mut escaped: bool) -> (usize, Role) {
        let rest = self.rest();
        for (i, &byte) in rest.iter().enumerate().skip(seen) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    self.state = State::Content;
                    let behind = self.bytes.get(self.at + i + 1..).unwrap_or_default();
                    let key = behind.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
                    return (i + 1, if key { Role::Key } else { Role::String });
                }
                _ => {}
            }
        }
        self.state = State::String { escaped };
        (rest.len(), Role::String)
    }

    fn markup(&mut self, html: bool) -> (usize, Role) {
        match self.state {
            State::Content | State::String { .. } => self.content(),
            State::Comment => self.up_to(b"-->", 0, State::Comment, Role::Comment),
            State::CData => self.up_to(b"]]>", 0, State::CData, Role::String),
            State::Declaration => self.up_to(b">", 0, State::Declaration, Role::Comment),
            // The row ended within `</`.
            State::Name if self.rest().starts_with(b"/") => (1, Role::Punctuation),
            State::Name => {
                let len = self.run(|byte| !byte.is_ascii_whitespace() && !b"/>".contains(&byte));
                // If the row ends within a name, it continues on the next.
                if len < self.rest().len() {
                    self.state = State::Tag(if html { self.element(self.at + len) } else { Element::Other });
                }
                (len, Role::Tag)
            }
            State::Tag(element) => self.tag(element),
            State::Quoted(quote, element) => {
                let len = self.run(|byte| byte != quote);
                let ends = len < self.rest().len();
                if ends {
                    self.state = State::Tag(element);
                }
                (len + usize::from(ends), Role::AttributeValue)
            }
            State::Verbatim(element) => {
                let close = element.close();
                let rest = self.rest();
                let at = rest.windows(close.len()).position(|window| window.eq_ignore_ascii_case(close));
                if at.is_some() {
                    self.state = State::Content;
                }
                (at.unwrap_or(rest.len()), Role::Plain)
            }
        }
    }

    /// The element opened by the tag whose name ends here.
    fn element(&self, end: usize) -> Element {
        let name = self.bytes.get(end.saturating_sub(8)..end).unwrap_or_default();
        match name.iter().rposition(|&byte| byte == b'<') {
            Some(open) => Element::of(name.get(open + 1..).unwrap_or_default()),
            None => Element::Other,
        }
    }

    fn content(&mut self) -> (usize, Role) {
        // The following bytes decide, even those after the end of the row.
        let ahead = self.bytes.get(self.at..).unwrap_or_default();
        if ahead.starts_with(b"<!--") {
            return self.up_to(b"-->", 4, State::Comment, Role::Comment);
        }
        if ahead.starts_with(b"<![CDATA[") {
            return self.up_to(b"]]>", 9, State::CData, Role::String);
        }
        match ahead {
            [b'<', b'!' | b'?', ..] => self.up_to(b">", 2, State::Declaration, Role::Comment),
            [b'<', b'/', ..] => {
                self.state = State::Name;
                (2, Role::Punctuation)
            }
            [b'<', first, ..] if first.is_ascii_alphabetic() || matches!(first, b'_' | 0x80..) => {
                self.state = State::Name;
                (1, Role::Punctuation)
            }
            _ => {
                let text = self.rest().get(1..).unwrap_or_default();
                (1 + text.iter().position(|&byte| byte == b'<').unwrap_or(text.len()), Role::Plain)
            }
        }
    }

    fn tag(&mut self, element: Element) -> (usize, Role) {
        match self.rest().first().copied().unwrap_or_default() {
            b'>' => {
                let keeps = element != Element::Other;
                self.state = if keeps { State::Verbatim(element) } else { State::Content };
                (1, Role::Punctuation)
            }
            b'/' => {
                self.state = State::Tag(Element::Other);
                (1, Role::Punctuation)
            }
            b'=' => (1, Role::Punctuation),
            quote @ (b'"' | b'\'') => {
                let rest = self.rest();
                let close = rest.iter().skip(1).position(|&byte| byte == quote);
                if close.is_none() {
                    self.state = State::Quoted(quote, element);
                }
                (close.map_or(rest.len(), |close| close + 2), Role::AttributeValue)
            }
            byte if byte.is_ascii_whitespace() => (self.run(|byte| byte.is_ascii_whitespace()), Role::Plain),
            _ => {
                let name = |byte: u8| !byte.is_ascii_whitespace() && !b"=/>\"'".contains(&byte);
                (self.run(name), Role::Attribute)
            }
        }
    }

    /// Continues to `end`, which isn't within the first `seen` bytes. It may have begun on the
    /// previous row.
    fn up_to(&mut self, end: &[u8], seen: usize, state: State, role: Role) -> (usize, Role) {
        let from = if seen > 0 { self.at + seen } else { self.at.saturating_sub(end.len() - 1) };
        let found = self.bytes.get(from..self.end).and_then(|bytes| memmem::find(bytes, end));
        match found.map(|found| from + found + end.len()).filter(|stop| *stop > self.at) {
            Some(stop) => {
                self.state = State::Content;
                (stop - self.at, role)
            }
            None => {
                self.state = state;
                (self.end - self.at, role)
            }
        }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        // At the start of a row, the rest of a name or text may be empty; what follows isn't.
        while self.at < self.end {
            let (len, role) = match self.lexer {
                Lexer::Json => self.json(),
                Lexer::Markup { html } => self.markup(html),
            };
            let start = self.at;
            self.at = (self.at + len).min(self.end);
            if self.at > start {
                return Some(Token { start, end: self.at, role, how: How::AsIs });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Index, Kind, Layout, Window};
    use super::*;

    /// The tokens of a text with their roles, if rows end every `width` bytes.
    fn roles(text: &str, lexer: Lexer, width: usize) -> Vec<(String, Role)> {
        let mut out: Vec<(String, Role)> = Vec::new();
        let (mut state, mut at) = (State::default(), 0);
        while at < text.len() {
            let end = (at + width).min(text.len());
            for token in Tokens::new(text.as_bytes(), (at, end), lexer, state) {
                let part = &text[token.start..token.end];
                match out.last_mut() {
                    Some((last, role)) if *role == token.role => last.push_str(part),
                    _ => out.push((part.to_owned(), token.role)),
                }
            }
            state = lexer.after(text.as_bytes(), (at, end), state);
            at = end;
        }
        out
    }

    #[test]
    fn json_has_the_same_colours_wherever_a_row_starts() {
        let text = r#"{"a b": [1.5e3, "x\"y: \\", true], "n":null}"#;
        let whole = roles(text, Lexer::Json, text.len());
        let found: Vec<(&str, Role)> = whole.iter().map(|(text, role)| (text.as_str(), *role)).collect();
        assert_eq!(found[1], ("\"a b\"", Role::Key));
        for wanted in [
            ("1.5e3", Role::Number),
            (r#""x\"y: \\""#, Role::String),
            ("true", Role::Bool),
            ("\"n\"", Role::Key),
            ("null", Role::Null),
        ] {
            assert!(found.contains(&wanted), "{wanted:?} in {found:?}");
        }
        // The rest of a string on the next row is a string; the rest of a key looks like one.
        for width in 1..text.len() {
            let cut = roles(text, Lexer::Json, width);
            let strings = |roles: &[(String, Role)]| -> String {
                let of = |role| matches!(role, Role::String | Role::Key);
                roles.iter().filter(|(_, role)| of(*role)).map(|(text, _)| text.as_str()).collect()
            };
            assert_eq!(strings(&cut), strings(&whole), "{width}");
        }
    }

    #[test]
    fn markup_has_the_same_colours_wherever_a_row_starts() {
        let text = "<?xml v?><!-- a > b --><r:x k=\"a>b\" l='2'>t &amp; u<b/><![CDATA[<c>]]></r:x><p";
        let lexer = Lexer::Markup { html: false };
        let whole = roles(text, lexer, text.len());
        let found: Vec<(&str, Role)> = whole.iter().map(|(text, role)| (text.as_str(), *role)).collect();
        assert_eq!(found[0], ("<?xml v?><!-- a > b -->", Role::Comment));
        for wanted in [
            ("r:x", Role::Tag),
            ("k", Role::Attribute),
            ("\"a>b\"", Role::AttributeValue),
            ("'2'", Role::AttributeValue),
            ("t &amp; u", Role::Plain),
            ("<![CDATA[<c>]]>", Role::String),
        ] {
            assert!(found.contains(&wanted), "{wanted:?} in {found:?}");
        }
        for width in 1..text.len() {
            assert_eq!(roles(text, lexer, width), whole, "{width}");
        }
    }

    #[test]
    fn a_row_that_continues_raw_text_is_indented() {
        let body = b"one long line of text, and then some more of it\nshort\n";
        let never = std::sync::atomic::AtomicBool::new(false);
        for kind in [Kind::Text, Kind::Json] {
            let index = Index::build(body, kind, Layout::Raw, Some(20), &never);
            let rows: Vec<String> = (0..index.len())
                .map(|row| {
                    let mut pieces = Vec::new();
                    index.row(row, body, Window::default(), &mut pieces);
                    pieces.iter().map(|piece| piece.text.as_ref()).collect()
                })
                .collect();
            assert_eq!(rows, ["one long line of tex", "    t, and then some", "     more of it", "short"]);
        }
    }

    #[test]
    fn a_row_that_continues_an_indented_line_is_indented_further() {
        let body = b"\tsome text of a line that goes on\n      and more than fits on a row\nshort\n";
        let never = std::sync::atomic::AtomicBool::new(false);
        let index = Index::build(body, Kind::Text, Layout::Raw, Some(30), &never);
        let drawn = |row: usize| {
            let mut pieces = Vec::new();
            index.row(row, body, Window::default(), &mut pieces);
            pieces.iter().map(|piece| piece.text.as_ref()).collect::<String>()
        };
        let rows: Vec<String> = (0..index.len()).map(drawn).collect();
        assert_eq!(
            rows,
            [
                "        some text of a line th",
                "            at goes on",
                "      and more than fits on a ",
                "          row",
                "short",
            ]
        );
        // Half a row at most, so that there is room for the text.
        let deep = format!("{}{}", " ".repeat(25), "x".repeat(40));
        let index = Index::build(deep.as_bytes(), Kind::Text, Layout::Raw, Some(30), &never);
        assert_eq!(index.span(1, deep.as_bytes()).map(|row| row.hang), Some(15));
    }

    #[test]
    fn a_script_is_not_markup() {
        let text = "<script a=1>if (a<b && \"x\">c) {}</script><p>t</p>";
        let found = roles(text, Lexer::Markup { html: true }, text.len());
        assert!(found.contains(&("if (a<b && \"x\">c) {}".into(), Role::Plain)), "{found:?}");
        assert_eq!(found.iter().filter(|(_, role)| *role == Role::Tag).count(), 4);
    }

    #[test]
    fn raw_rows_keep_every_byte_and_have_colours() {
        let body = b"{\"name\": \"a text that goes on\",\r\n \"n\": 12}\n";
        let never = std::sync::atomic::AtomicBool::new(false);
        for wrap in [None, Some(7), Some(20)] {
            let index = Index::build(body, Kind::Json, Layout::Raw, wrap, &never);
            let mut pieces = Vec::new();
            let mut rows = index.rows(0, body, Window::default());
            while rows.draw_next(&mut pieces).is_some() {}
            let of = |role| -> String {
                pieces.iter().filter(|piece| piece.role == role).map(|piece| piece.text.as_ref()).collect()
            };
            assert_eq!(of(Role::Number), "12", "{wrap:?}");
            assert!(of(Role::String).ends_with("\"a text that goes on\""), "{wrap:?}");
            let text = String::from_utf8_lossy(body).replace("\r\n", "\n");
            assert_eq!(index.text(0..index.len(), body), text.trim_end());
            // Drawing from the middle gives the same colours.
            let mut again = Vec::new();
            let first = index.len() - 1;
            assert!(index.row(first, body, Window::default(), &mut again));
            assert!(pieces.ends_with(&again), "{again:?}");
        }
    }
}
