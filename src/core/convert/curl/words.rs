//! The words of a shell command, as a POSIX shell splits them
//! (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02>).

/// Why a text isn't a command line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ShellError {
    /// A quote is opened and never closed.
    #[error("a {0} quote is never closed")]
    Unclosed(char),
}

/// Splits a command line. `\` at a line's end joins lines; `$NAME` and `${NAME}` outside single
/// quotes become `{{env:NAME}}`, and a literal `{{` is kept from being read as a reference.
pub(crate) fn split(text: &str) -> Result<Vec<String>, ShellError> {
    let mut splitter = Splitter { rest: text.chars().peekable(), words: Vec::new(), word: None };
    splitter.run()?;
    Ok(splitter.words)
}

struct Splitter<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    words: Vec<String>,
    word: Option<Word>,
}

/// A word in the making: what is finished, and literal text that is not yet kept from being read as
/// a reference.
#[derive(Default)]
struct Word {
    done: String,
    literal: String,
}

impl Word {
    fn finish(mut self) -> String {
        self.flush();
        self.done
    }

    fn flush(&mut self) {
        self.done.push_str(&std::mem::take(&mut self.literal).replace("{{", "\\{{"));
    }
}

impl Splitter<'_> {
    fn run(&mut self) -> Result<(), ShellError> {
        while let Some(c) = self.rest.next() {
            match c {
                '\'' => self.single()?,
                '"' => self.double()?,
                '\\' => self.escaped(),
                '$' if self.rest.peek() == Some(&'\'') => self.ansi()?,
                '$' => self.variable(),
                c if c.is_whitespace() => self.end_word(),
                // What follows is another command.
                ';' | '|' | '&' | '>' | '<' if self.word.is_none() => break,
                '#' if self.word.is_none() => break,
                c => self.push(c),
            }
        }
        self.end_word();
        Ok(())
    }

    fn end_word(&mut self) {
        self.words.extend(self.word.take().map(Word::finish));
    }

    fn push(&mut self, c: char) {
        self.word.get_or_insert_default().literal.push(c);
    }

    fn single(&mut self) -> Result<(), ShellError> {
        self.word.get_or_insert_default();
        loop {
            match self.rest.next() {
                Some('\'') => return Ok(()),
                Some(c) => self.push(c),
                None => return Err(ShellError::Unclosed('\'')),
            }
        }
    }

    fn double(&mut self) -> Result<(), ShellError> {
        self.word.get_or_insert_default();
        loop {
            match self.rest.next() {
                Some('"') => return Ok(()),
                Some('\\') => match self.rest.next() {
                    Some('\n') => {}
                    Some(c @ ('"' | '\\' | '$' | '`')) => self.push(c),
                    Some(c) => {
                        self.push('\\');
                        self.push(c);
                    }
                    None => return Err(ShellError::Unclosed('"')),
                },
                Some('$') => self.variable(),
                Some(c) => self.push(c),
                None => return Err(ShellError::Unclosed('"')),
            }
        }
    }

    fn escaped(&mut self) {
        match self.rest.next() {
            Some('\n') => {}
            // A line that ended in CR LF where it was copied.
            Some('\r') if self.rest.peek() == Some(&'\n') => {
                self.rest.next();
            }
            Some(c) => self.push(c),
            None => {}
        }
    }

    /// `$'…'`, which browsers write when they copy a request as curl.
    fn ansi(&mut self) -> Result<(), ShellError> {
        self.rest.next();
        self.word.get_or_insert_default();
        loop {
            let c = match self.rest.next() {
                Some('\'') => return Ok(()),
                Some('\\') => match self.rest.next() {
                    Some('n') => '\n',
                    Some('r') => '\r',
                    Some('t') => '\t',
                    Some('u') => self.hex(4),
                    Some('U') => self.hex(8),
                    Some('x') => self.hex(2),
                    Some(c) => c,
                    None => return Err(ShellError::Unclosed('\'')),
                },
                Some(c) => c,
                None => return Err(ShellError::Unclosed('\'')),
            };
            self.push(c);
        }
    }

    fn hex(&mut self, most: usize) -> char {
        let mut value = 0;
        for _ in 0..most {
            let Some(digit) = self.rest.peek().and_then(|c| c.to_digit(16)) else { break };
            value = value * 16 + digit;
            self.rest.next();
        }
        char::from_u32(value).unwrap_or('\u{fffd}')
    }

    fn variable(&mut self) {
        let braced = self.rest.next_if_eq(&'{').is_some();
        let mut name = String::new();
        while let Some(c) = self.rest.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
            name.push(c);
        }
        if braced {
            self.rest.next_if_eq(&'}');
        }
        if name.is_empty() {
            self.push('$');
        } else {
            let word = self.word.get_or_insert_default();
            word.flush();
            word.done.push_str(&format!("{{{{env:{name}}}}}"));
        }
    }
}

/// The inside of a quoted form value, where `\` protects a quote and itself. Any other stays: it may
/// keep two braces from being read as a reference.
pub(super) fn unescaped(quoted: &str) -> String {
    let mut chars = quoted.chars().peekable();
    let mut text = String::new();
    while let Some(c) = chars.next() {
        let protected = (c == '\\').then(|| chars.next_if(|next| matches!(next, '"' | '\\'))).flatten();
        text.push(protected.unwrap_or(c));
    }
    text
}
