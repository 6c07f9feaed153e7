//! A part of a body that is selected on the screen.
//!
//! Owns which bytes a place on the screen stands for, what a word is, and the text of a selection. It is
//! kept as bytes of the body, so that it stays where it is however the body is laid out.

use std::ops::Range;

use super::Index;
use super::draw::Rows;
use super::painter::Window;

/// The longest word, in bytes.
const LONGEST_WORD: usize = 4096;

impl Index {
    /// The bytes of the character in a column of a row; next to the row's text none, at its nearer end.
    pub fn char_at(&self, row: usize, column: usize, bytes: &[u8]) -> Range<usize> {
        let row = row.min(self.len().saturating_sub(1));
        match Rows::new(self, row, bytes, Window::default()).char_at(column) {
            Some((Some(found), _)) => found,
            Some((None, span)) if column < self.text_column(row, bytes) => span.start..span.start,
            Some((None, span)) => span.end..span.end,
            None => bytes.len()..bytes.len(),
        }
    }

    /// The column at which the text of a row begins.
    fn text_column(&self, row: usize, bytes: &[u8]) -> usize {
        match (self.hex_columns(), self.span(row, bytes)) {
            // Behind the offset.
            (Some(_), _) => 10,
            (None, Some(row)) => self.indent(row.depth) + row.hang,
            (None, None) => 0,
        }
    }

    /// The bytes of a row.
    pub fn row_span(&self, row: usize, bytes: &[u8]) -> Range<usize> {
        let row = row.min(self.len().saturating_sub(1));
        self.span(row, bytes).map_or(0..0, |row| row.bytes)
    }

    /// The text of a selection as it is laid out, with secrets masked if `mask`.
    pub fn selected_text(&self, span: Range<usize>, bytes: &[u8], mask: bool) -> String {
        let span = span.start..span.end.min(bytes.len());
        let window = Window { mask, ..Window::default() };
        let mut out = Vec::new();
        if span.start < span.end {
            let first = self.row_of(span.start, bytes);
            Rows::new(self, first, bytes, window).write_span(&span, &mut out);
        }
        String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }
}

/// The word around a byte: letters, digits, `_` and `-`. Any other character stands alone.
pub fn word_around(bytes: &[u8], at: Range<usize>) -> Range<usize> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | 0x80..);
    if !bytes.get(at.start).is_some_and(is_word) {
        return at;
    }
    let before = bytes.get(at.start.saturating_sub(LONGEST_WORD)..at.start).unwrap_or_default();
    let after = bytes.get(at.end..bytes.len().min(at.end.saturating_add(LONGEST_WORD))).unwrap_or_default();
    let back = before.iter().rev().take_while(|byte| is_word(byte)).count();
    at.start - back..at.end + after.iter().take_while(|byte| is_word(byte)).count()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::super::{Kind, Layout};
    use super::*;

    fn index(body: &[u8], layout: Layout, wrap: Option<usize>) -> Index {
        Index::build(body, Kind::Json, layout, wrap, &AtomicBool::new(false))
    }

    #[test]
    fn a_place_on_the_screen_is_a_character_of_the_body() {
        let body = "{\"a\":[1,\"é日x\"]}".as_bytes();
        let pretty = index(body, Layout::Pretty, None);
        // {
        //   "a": [
        //     1,
        //     "é日x"
        assert_eq!(pretty.char_at(0, 0, body), 0..1);
        assert_eq!(pretty.char_at(1, 3, body), 2..3);
        assert_eq!(pretty.char_at(3, 5, body), 9..11);
        assert_eq!(pretty.char_at(3, 6, body), 11..14);
        assert_eq!(pretty.char_at(3, 7, body), 11..14, "both columns of a wide character");
        assert_eq!(pretty.char_at(3, 0, body), 8..8, "before the text");
        assert_eq!(pretty.char_at(0, 40, body), 1..1, "after the text");
        assert_eq!(pretty.char_at(99, 99, body), body.len()..body.len());
        let hex = index(body, Layout::Hex, None);
        assert_eq!(hex.char_at(0, 10, body), 0..1);
        assert_eq!(hex.char_at(0, 13, body), 1..2);
        assert_eq!(hex.char_at(0, 61, body), 1..2, "its character");
    }

    #[test]
    fn a_word_ends_where_its_letters_do() {
        let text = "{\"user-name\": \"José_1, x\"}".as_bytes();
        let word = |at: usize| std::str::from_utf8(&text[word_around(text, at..at + 1)]).unwrap_or_default();
        assert_eq!([word(4), word(18), word(0), word(22)], ["user-name", "José_1", "{", ","]);
    }

    #[test]
    fn a_selection_has_the_text_of_its_layout() {
        let body = b"{\"a\":[1,2],\"b\":{\"c\":3}}";
        let pretty = index(body, Layout::Pretty, None);
        assert_eq!(pretty.selected_text(1..body.len(), body, false), pretty.text(1..99, body).trim_start());
        assert_eq!(pretty.selected_text(0..body.len(), body, false), pretty.text(0..99, body));
        assert_eq!(pretty.selected_text(1..5, body, false), "\"a\":");
        assert_eq!(pretty.selected_text(6..9, body, false), "1,\n    2");
        let hex = index(body, Layout::Hex, None);
        assert_eq!(hex.selected_text(0..3, body, false), "7b 22 61");
        for wrap in [8, 20] {
            let wrapped = index(body, Layout::Raw, Some(wrap));
            assert_eq!(wrapped.selected_text(0..body.len(), body, false).as_bytes(), body, "{wrap}");
        }
    }

    #[test]
    fn a_masked_secret_stays_masked_in_the_text_of_a_selection() {
        let body = b"{\"SecretAccessKey\":\"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\",\"n\":1}";
        for layout in [Layout::Pretty, Layout::Raw, Layout::Hex] {
            for wrap in [None, Some(30)] {
                let index = index(body, layout, wrap);
                for span in [0..body.len(), 24..40, 30..body.len()] {
                    let masked = index.selected_text(span.clone(), body, true);
                    let shown = index.selected_text(span.clone(), body, false);
                    assert!(!masked.contains("FEMI") && !masked.contains("XRf") && !masked.contains("4d 44"));
                    assert_ne!(masked, shown, "{layout:?} {wrap:?} {span:?}");
                }
            }
        }
    }
}
