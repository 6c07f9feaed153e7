//! Text measured, cut and wrapped to columns, without anything that a terminal would act on.
//!
//! Owns widths and ellipses. Every text of a user or a server goes through here before it is drawn.
//! Refuses to choose colours.

use std::ops::Range;

use ratatui::text::Span;
use unicode_width::UnicodeWidthChar;

use crate::core::visible;

/// A text that is safe to draw.
pub(crate) fn safe(text: &str) -> String {
    visible::line(text)
}

/// The width of a character in columns.
pub(crate) fn width(c: char) -> usize {
    visible::shown(c).width().unwrap_or(0)
}

/// The start of a text: as much as fits any screen, and room for the rest of a reference.
pub(crate) fn head(text: &str) -> &str {
    const MOST: usize = 2048;
    text.char_indices().nth(MOST).map_or(text, |(end, _)| &text[..end])
}

/// The width of a text in columns.
pub(crate) fn text_width(text: &str) -> usize {
    // Each ASCII character takes one column, control characters as their pictures.
    if text.is_ascii() { text.len() } else { text.chars().map(width).sum() }
}

/// A safe text cut to a number of columns, with `…` in place of the rest.
pub(crate) fn fit(text: &str, columns: usize) -> String {
    let text = safe(text);
    if text_width(&text) <= columns {
        return text;
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        if used + width(c) + 1 > columns {
            break;
        }
        used += width(c);
        out.push(c);
    }
    if columns > 0 {
        out.push('…');
    }
    out
}

/// Like [`fit`], but keeps the end of the text.
pub(crate) fn fit_end(text: &str, columns: usize) -> String {
    let text = safe(text);
    if text_width(&text) <= columns {
        return text;
    }
    let mut kept: Vec<char> = Vec::new();
    let mut used = 1;
    for c in text.chars().rev() {
        if used + width(c) > columns {
            break;
        }
        used += width(c);
        kept.push(c);
    }
    if columns == 0 {
        return String::new();
    }
    std::iter::once('…').chain(kept.into_iter().rev()).collect()
}

/// A text wrapped at words to a number of columns. An empty text is one empty line.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let word = safe(word);
            if !line.is_empty() && text_width(&line) + 1 + text_width(&word) > columns {
                lines.push(std::mem::take(&mut line));
            } else if !line.is_empty() {
                line.push(' ');
            }
            for c in word.chars() {
                if text_width(&line) + width(c) > columns {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(c);
            }
        }
        lines.push(line);
    }
    lines
}

/// The columns of the character in a column of a line; none after its end.
pub(crate) fn char_at(line: &str, column: usize) -> Range<usize> {
    let (mut at, end) = (0, text_width(line));
    for c in line.chars() {
        if column < at + width(c) {
            return at..at + width(c);
        }
        at += width(c);
    }
    end..end
}

/// The columns of the word at a column of a line. Spaces, quotes and brackets separate words.
pub(crate) fn word_at(line: &str, column: usize) -> Range<usize> {
    let is_word = |c: &char| !c.is_whitespace() && !"\"'`()[]{}<>,;".contains(*c);
    let char = char_at(line, column);
    let (before, after) = (columns(line, 0..char.start), columns(line, char.end..usize::MAX));
    if !columns(line, char.clone()).chars().all(|c| is_word(&c)) {
        return char;
    }
    let back: usize = before.chars().rev().take_while(is_word).map(width).sum();
    let on: usize = after.chars().take_while(is_word).map(width).sum();
    char.start - back..char.end + on
}

/// The text in some columns of a line.
pub(crate) fn columns(line: &str, wanted: Range<usize>) -> String {
    let mut at = 0;
    let mut out = String::new();
    for c in line.chars() {
        if at >= wanted.end {
            break;
        }
        if at >= wanted.start {
            out.push(c);
        }
        at += width(c);
    }
    out
}

/// The spans from column `from` on, cut to `columns`.
pub(crate) fn slice(spans: Vec<Span<'static>>, from: usize, columns: usize) -> Vec<Span<'static>> {
    let mut at = 0;
    let mut out = Vec::new();
    for span in spans {
        let mut kept = String::new();
        for c in span.content.chars() {
            if at >= from && at + width(c) <= from + columns {
                kept.push(c);
            }
            at += width(c);
        }
        if !kept.is_empty() {
            out.push(Span::styled(kept, span.style));
        }
        if at >= from + columns {
            break;
        }
    }
    out
}

/// Spans cut to a number of columns, with `…` in place of the rest.
pub(crate) fn fit_spans(spans: Vec<Span<'static>>, columns: usize) -> Vec<Span<'static>> {
    let taken: usize = spans.iter().map(|span| text_width(&span.content)).sum();
    if taken <= columns || columns == 0 {
        return slice(spans, 0, columns);
    }
    let mut kept = slice(spans, 0, columns - 1);
    let style = kept.last().map(|span| span.style).unwrap_or_default();
    kept.push(Span::styled("…", style));
    kept
}

#[cfg(test)]
mod tests {
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn spans_that_are_cut_say_so() {
        let cut = |columns| -> String {
            let spans = vec![Span::raw("ab"), Span::raw("日本c")];
            fit_spans(spans, columns).iter().map(|span| span.content.as_ref()).collect()
        };
        assert_eq!(
            (cut(7), cut(6), cut(5), cut(1)),
            ("ab日本c".into(), "ab日…".into(), "ab日…".into(), "…".into())
        );
        assert_eq!(cut(0), "");
    }

    #[test]
    fn what_a_terminal_would_act_on_is_made_visible() {
        assert_eq!(safe("a\u{1b}[2Jb\u{7f}\n"), "a␛[2Jb␡␊");
        assert_eq!(safe("x\u{202e}y\u{9b}z"), "x\u{fffd}y\u{fffd}z");
    }

    #[test]
    fn no_unsafe_character_of_unicode_is_drawn() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let text = c.to_string();
            let drawn = [safe(&text), fit(&text, 9), fit_end(&text, 9), wrap(&text, 9).concat()];
            assert!(drawn.concat().chars().all(|c| visible::classify(c).is_none()), "{c:?}");
        }
    }

    #[test]
    fn texts_fit_their_columns() {
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("abcd", 4), "abcd");
        assert_eq!(fit("日本語", 4), "日…");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(fit_end("abcdef", 4), "…def");
        for columns in 0..8 {
            assert!(text_width(&fit("日本語abc", columns)) <= columns);
            assert!(text_width(&fit_end("日本語abc", columns)) <= columns);
        }
    }

    #[test]
    fn words_wrap_and_long_ones_break() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("a\n\nb", 5), ["a", "", "b"]);
    }

    #[test]
    fn a_slice_keeps_styles() {
        let red = Style::new().red();
        let spans = slice(vec![Span::raw("abc"), Span::styled("def", red)], 2, 3);
        assert_eq!(spans, [Span::raw("c"), Span::styled("de", red)]);
    }
}
