//! Text for a terminal: what others said is drawn, never obeyed.

/// Shows control characters as symbols, so that no escape sequence reaches the terminal. Line
/// breaks and tabs stay where `lines` is true.
pub(crate) fn visible(text: &str, lines: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' if lines => out.push(c),
            '\0'..='\u{1f}' => out.push(char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}')),
            '\u{7f}' => out.push('\u{2421}'),
            '\u{80}'..='\u{9f}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

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
        visible(&String::from_utf8_lossy(&piece), true)
    }

    /// What is left at the end.
    pub(crate) fn end(&mut self) -> String {
        visible(&String::from_utf8_lossy(&std::mem::take(&mut self.waiting)), true)
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
    fn nothing_a_terminal_obeys_is_left() {
        assert_eq!(visible("a\x1b[31m\r\n\u{9b}\x7f\t", true), "a␛[31m␍\n\u{fffd}␡\t");
        assert_eq!(visible("a\nb", false), "a␊b");
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
