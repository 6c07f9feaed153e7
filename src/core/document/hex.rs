//! Rows of hex: how many bytes fit on one, and how they are drawn.

use std::borrow::Cow;

use super::painter::{HIDDEN, Mark, Painter, Role};

/// Bytes on a row that may be as wide as it needs.
const MOST: usize = 16;

/// Columns of a row of this many bytes: an offset, the bytes in groups of 8, and their characters.
pub(super) fn columns(bytes: usize) -> usize {
    8 + 3 * bytes + bytes.div_ceil(8) + 2 + bytes
}

/// Bytes on a row: as many as fit the width at which rows are wrapped, in whole halves of a group.
pub(super) fn bytes_on_row(wrap: Option<usize>) -> usize {
    let fits = |wrap: usize| [MOST, 8].into_iter().find(|bytes| columns(*bytes) <= wrap).unwrap_or(4);
    wrap.map_or(MOST, fits)
}

/// Draws the bytes of a row, which begins at byte `start` of the body and has room for `room` bytes.
pub(super) fn draw(painter: &mut Painter<'_, '_>, row: &[u8], start: usize, room: usize) {
    painter.put(Cow::Owned(format!("{start:08x}")), Role::Offset, Mark::None);
    for (i, byte) in row.iter().enumerate() {
        painter.space(1 + usize::from(i % 8 == 0));
        let mark = painter.mark(start + i);
        let hidden = painter.hides(start + i);
        painter.meet(start + i..start + i + 1, 2);
        let text = if hidden { HIDDEN.repeat(2) } else { format!("{byte:02x}") };
        painter.put(Cow::Owned(text), Role::Plain, mark);
    }
    let groups = room.div_ceil(8) - row.len().div_ceil(8);
    painter.space(3 * (room - row.len()) + groups + 2);
    painter.restart_marks(start);
    for (i, byte) in row.iter().enumerate() {
        let mark = painter.mark(start + i);
        painter.meet(start + i..start + i + 1, 1);
        match byte {
            _ if painter.hides(start + i) => painter.put(Cow::Borrowed(HIDDEN), Role::Plain, mark),
            0x20..0x7f => painter.put(Cow::Owned(char::from(*byte).to_string()), Role::Plain, mark),
            _ => painter.put(Cow::Borrowed("."), Role::Invisible, mark),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_fits_its_width() {
        assert_eq!([16, 8, 4].map(columns), [76, 43, 27]);
        for (wrap, bytes) in
            [(None, 16), (Some(76), 16), (Some(75), 8), (Some(43), 8), (Some(42), 4), (Some(1), 4)]
        {
            assert_eq!(bytes_on_row(wrap), bytes, "{wrap:?}");
        }
    }
}
