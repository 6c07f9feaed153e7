//! Lines of text, and wrapping any line into rows.

use memchr::memchr;

use super::Role;
use super::cell::{Cell, all_plain, cell};
use super::line::{Effect, How, Line, MAX_ROW, Mode, Shape, Stop, is_space};

/// The line that starts at `at`, or as much of it as fits on a row of `width` columns.
pub(super) fn line(bytes: &[u8], at: usize, width: Option<usize>, complete: bool) -> Result<Line, Stop> {
    let rest = bytes.get(at..).unwrap_or_default();
    if rest.is_empty() {
        return Err(if complete { Stop::End } else { Stop::More });
    }
    // No row depends on later bytes, so bytes that haven't arrived can't change it.
    let window = width.map_or(MAX_ROW, |width| width.saturating_mul(8).min(MAX_ROW));
    if let Some(width) = width
        && rest.len() > width + 2
        && let Some((row, after)) = rest.split_at_checked(width)
        && !matches!(after.first(), Some(b'\n' | b'\r'))
        && all_plain(row)
    {
        return Ok(solid(at, at + width, at + width, true));
    }
    // Two more for a line break directly after it.
    let seen = rest.get(..rest.len().min(window + 2)).unwrap_or(rest);
    if let Some(found) = memchr(b'\n', seen) {
        let end = if found > 0 && seen.get(found - 1) == Some(&b'\r') { found - 1 } else { found };
        return Ok(solid(at, at + end, at + found + 1, false));
    }
    if rest.len() > window + 2 {
        let end = char_boundary(rest, window);
        return Ok(solid(at, at + end, at + end, true));
    }
    if !complete {
        return Err(Stop::More);
    }
    Ok(solid(at, bytes.len(), bytes.len(), false))
}

fn solid(start: usize, end: usize, next: usize, open: bool) -> Line {
    let shape = Shape::Solid { role: Role::Plain, squeeze: false };
    Line { start, end, next, open, shape, mode: Mode::Content, effect: Effect::None }
}

/// The end of the row that starts at `from` within `line` and is `width` columns wide.
pub(super) fn row_end(bytes: &[u8], line: &Line, from: usize, width: Option<usize>) -> usize {
    let Some(width) = width else {
        return match from.checked_add(MAX_ROW) {
            Some(end) if end < line.end => char_boundary(bytes, end),
            _ => line.end,
        };
    };
    let bytes = bytes.get(..line.end).unwrap_or(bytes);
    // Most rows are short and plain; layouts add at most two spaces to a line.
    if let Some(rest) = bytes.get(from..)
        && rest.len() + 2 <= width.min(MAX_ROW)
        && all_plain(rest)
    {
        return line.end;
    }
    let last = from.saturating_add(MAX_ROW);
    let mut column = 0;
    for part in line.parts() {
        let mut at = part.start.max(from);
        while at < part.end {
            // As many bytes as certainly fit, at once.
            let room = width.saturating_sub(column).min(part.end - at);
            if room > 1 && part.how != How::Spaced && bytes.get(at..at + room).is_some_and(all_plain) {
                column += room;
                at += room;
            } else {
                let (len, columns) = measure(bytes, at, part.end, part.how, column);
                if at > from && (column + columns > width || at + len > last) {
                    return at;
                }
                column += columns;
                at += len;
            }
            if at >= last {
                return at.min(line.end);
            }
        }
    }
    line.end
}

/// Bytes and columns of the character at `at`.
fn measure(bytes: &[u8], at: usize, end: usize, how: How, column: usize) -> (usize, usize) {
    let rest = bytes.get(at..end).unwrap_or_default();
    match squeezed(rest, how) {
        Some(len) => (len, 1),
        None => {
            let Cell { len, width, .. } = cell(rest, column);
            (len, width + usize::from(how == How::Spaced))
        }
    }
}

/// The length of the leading white space that is shown as a single space.
pub(super) fn squeezed(rest: &[u8], how: How) -> Option<usize> {
    if how != How::Squeezed || !matches!(rest.first(), Some(b'\n' | b'\r' | b'\t')) {
        return None;
    }
    Some(rest.iter().position(|&byte| !is_space(byte)).unwrap_or(rest.len()))
}

/// The start of the character that contains the byte at `at`, if it is part of one.
fn char_boundary(bytes: &[u8], at: usize) -> usize {
    let is_inner = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    (at.saturating_sub(3)..=at).rev().find(|&at| !is_inner(at)).unwrap_or(at)
}
