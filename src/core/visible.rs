//! Text that is safe to put on a terminal.
//!
//! Owns the only table of characters that a terminal would act on, or that nobody can see. Refuses
//! widths and colours: whoever draws decides those.

/// Why a character must not reach a terminal unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsafe {
    /// A C0 control character or delete, and the picture that replaces it.
    Control(char),
    /// A C1 control, or a character that reorders text, ends a line or has no visible form.
    Invisible,
}

/// What is unsafe about a character; `None` if it may be shown unchanged.
pub fn classify(c: char) -> Option<Unsafe> {
    match c {
        ' '..='~' => None,
        '\0'..='\u{1f}' => {
            Some(Unsafe::Control(char::from_u32(0x2400 + c as u32).unwrap_or(char::REPLACEMENT_CHARACTER)))
        }
        '\u{7f}' => Some(Unsafe::Control('\u{2421}')),
        c => is_invisible(c).then_some(Unsafe::Invisible),
    }
}

/// Unicode's default-ignorable characters except the variation selectors (which modify the
/// character before them), the C1 controls, and the line and paragraph separators.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// The character to show in place of this one: itself, the picture of a control character, or
/// U+FFFD.
pub fn shown(c: char) -> char {
    match classify(c) {
        None => c,
        Some(Unsafe::Control(picture)) => picture,
        Some(Unsafe::Invisible) => char::REPLACEMENT_CHARACTER,
    }
}

/// A text on one line, with every unsafe character replaced.
pub fn line(text: &str) -> String {
    text.chars().map(shown).collect()
}

/// A text with several lines: like [`line()`], but line feeds and tabs stay.
pub fn lines(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\t') { c } else { shown(c) }).collect()
}

/// A JSON text that means the same, with every unsafe character of its strings escaped. Line feeds and
/// tabs between its values stay.
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\n' | '\t') || classify(c).is_none() {
            out.push(c);
        } else {
            push_json_escape(&mut out, c);
        }
    }
    out
}

/// Adds a character as JSON escapes, `\u` and four hex digits for each unit of UTF-16.
pub(crate) fn push_json_escape(out: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        out.push_str(&format!("\\u{unit:04x}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_acts_on_is_left() {
        assert_eq!(lines("a\x1b[31m\r\n\u{9b}\x7f\t"), "a␛[31m␍\n\u{fffd}␡\t");
        assert_eq!(line("a\nb\u{202e}c\u{2028}"), "a␊b\u{fffd}c\u{fffd}");
    }

    #[test]
    fn json_means_the_same_and_shows_everything() {
        let value = serde_json::json!({"a\u{9b}": "\u{7f}\u{202e}\u{2028}\u{e0041}ü\u{1b}"});
        let text = json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(text.chars().all(|c| c == '\n' || classify(c).is_none()), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn every_unsafe_character_of_unicode_is_replaced_by_a_safe_one() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let replaced = shown(c);
            assert_eq!(classify(replaced), None, "{c:?}");
            assert!(!replaced.is_control(), "{c:?}");
            if c.is_control() {
                assert_ne!(replaced, c, "{c:?}");
            }
            let kept = lines(&c.to_string());
            assert!(kept == replaced.to_string() || matches!(c, '\n' | '\t'), "{c:?}");
        }
    }
}
