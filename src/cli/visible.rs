//! Streams of text for a terminal: [`crate::core::visible`] applied to bytes as they come.

use std::io::{self, Write};

use crate::core::visible;

/// Makes the pieces of a stream visible; a character that is cut by the end of a piece waits for
/// the next one.
#[derive(Debug, Default)]
pub(crate) struct VisibleStream {
    waiting: Vec<u8>,
}

impl VisibleStream {
    /// The next piece.
    pub(crate) fn piece(&mut self, bytes: &[u8]) -> String {
        self.waiting.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.waiting) {
            Ok(_) => self.waiting.len(),
            // Without a length the error is a character that is not all there yet.
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => self.waiting.len() - incomplete_tail(&self.waiting),
        };
        let rest = self.waiting.split_off(whole);
        let piece = std::mem::replace(&mut self.waiting, rest);
        visible::lines(&String::from_utf8_lossy(&piece))
    }

    /// What is left at the end.
    pub(crate) fn end(&mut self) -> String {
        visible::lines(&String::from_utf8_lossy(&std::mem::take(&mut self.waiting)))
    }
}

/// Standard error for whoever writes no colours: nothing unsafe gets through, whatever a message
/// quotes.
pub(crate) struct VisibleWriter<'a> {
    inner: &'a mut dyn Write,
    stream: VisibleStream,
}

impl<'a> VisibleWriter<'a> {
    pub(crate) fn new(inner: &'a mut dyn Write) -> Self {
        Self { inner, stream: VisibleStream::default() }
    }
}

impl Write for VisibleWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = self.stream.piece(bytes);
        self.inner.write_all(text.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The length of a character begun at the very end.
fn incomplete_tail(bytes: &[u8]) -> usize {
    (1..=3.min(bytes.len()))
        .find(|length| {
            let tail = &bytes[bytes.len() - length..];
            std::str::from_utf8(tail)
                .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
        })
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_unsafe_character_of_unicode_is_written() {
        let all: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        let mut written = Vec::new();
        VisibleWriter::new(&mut written).write_all(all.as_bytes()).unwrap();
        let mut stream = VisibleStream::default();
        let mut streamed = String::new();
        for piece in all.as_bytes().chunks(1021) {
            streamed.push_str(&stream.piece(piece));
        }
        streamed.push_str(&stream.end());
        assert_eq!(String::from_utf8(written).unwrap(), streamed);
        let safe = |c| matches!(c, '\n' | '\t') || visible::classify(c).is_none();
        assert!(streamed.chars().all(safe));
    }

    #[test]
    fn a_character_in_two_pieces_stays_whole() {
        let mut stream = VisibleStream::default();
        let text = "\u{fffd}ü€😀\x1b".as_bytes();
        let bytes = [b"\xff", text].concat();
        let pieces: String = bytes.iter().map(|byte| stream.piece(&[*byte])).collect();
        assert_eq!(pieces + &stream.end(), "\u{fffd}\u{fffd}ü€😀␛");
        assert_eq!(stream.piece(b"\xe2\x82") + &stream.end(), "\u{fffd}");
    }
}
