//! Bytes as cells of a terminal: how many bytes and columns a character takes, and what replaces it
//! if it must not reach a terminal.

use unicode_width::UnicodeWidthChar;

use crate::core::visible::{self, Unsafe};

/// Columns between tab stops.
const TAB: usize = 8;

/// One character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// Its length in the body in bytes, at least 1.
    pub(super) len: usize,
    /// Its width on the screen in columns.
    pub(super) width: usize,
    pub(super) look: Look,
}

/// How a character is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Unchanged.
    Plain,
    /// As this many spaces.
    Spaces,
    /// A control character, as its picture.
    Picture(char),
    /// An invisible character, as its code point.
    Code(char),
    /// A byte that isn't valid UTF-8.
    Byte(u8),
}

/// Whether this byte is shown unchanged in one column.
pub(super) fn is_plain(byte: u8) -> bool {
    (0x20..0x7f).contains(&byte)
}

/// Whether all of these are shown unchanged, one column each.
pub(super) fn all_plain(bytes: &[u8]) -> bool {
    // Without an early return, the compiler can vectorize it.
    bytes.iter().fold(true, |all, &byte| all & is_plain(byte))
}

/// The character at the start of `bytes` (not empty), if drawn in `column`.
pub(super) fn cell(bytes: &[u8], column: usize) -> Cell {
    let byte = bytes.first().copied().unwrap_or(0);
    match byte {
        0x20..0x7f => Cell { len: 1, width: 1, look: Look::Plain },
        b'\t' => Cell { len: 1, width: TAB - column % TAB, look: Look::Spaces },
        0..0x20 | 0x7f.. => match first_char(bytes) {
            Some(char) => char_cell(char),
            None => Cell { len: 1, width: 4, look: Look::Byte(byte) },
        },
    }
}

fn char_cell(char: char) -> Cell {
    let len = char.len_utf8();
    match visible::classify(char) {
        Some(Unsafe::Control(picture)) => return Cell { len, width: 1, look: Look::Picture(picture) },
        Some(Unsafe::Invisible) => {
            let digits =
                if u32::from(char) > 0xffff { 5 + usize::from(u32::from(char) > 0xfffff) } else { 4 };
            return Cell { len, width: digits + 4, look: Look::Code(char) };
        }
        None => {}
    }
    // In most terminals, a variation selector for emoji widens the character before it by a column.
    let width = if char == '\u{fe0f}' { 1 } else { char.width().unwrap_or(1) };
    Cell { len, width, look: Look::Plain }
}

fn first_char(bytes: &[u8]) -> Option<char> {
    let start = bytes.get(..bytes.len().min(4))?;
    start.utf8_chunks().next()?.valid().chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_shown_safely() {
        for char in (0..=0x10_ffff).filter_map(char::from_u32) {
            let text = char.to_string();
            let cell = cell(text.as_bytes(), 0);
            assert_eq!(cell.len, text.len(), "{char:?}");
            let plain = visible::classify(char).is_none();
            assert_eq!(cell.look == Look::Plain, plain, "{char:?}");
        }
    }

    #[test]
    fn a_broken_sequence_is_shown_byte_by_byte() {
        assert_eq!(cell(b"\xe2\x82", 0), Cell { len: 1, width: 4, look: Look::Byte(0xe2) });
        assert_eq!(cell("\u{20ac}".as_bytes(), 0), Cell { len: 3, width: 1, look: Look::Plain });
        assert_eq!(cell("界".as_bytes(), 0).width, 2);
        assert_eq!(cell(b"\t", 3).width, 5);
    }
}
