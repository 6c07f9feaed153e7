//! The terminal's background, as the terminal itself reports it (OSC 11).
//!
//! Owns how the reply is separated from keys: it arrives as the keys that its bytes would be. Nothing waits
//! for it; a terminal that doesn't reply changes nothing.

use crate::config::key::{Key, KeyCode};

/// What is written to ask for the background.
pub(crate) const QUESTION: &str = "\u{1b}]11;?\u{7}";

/// How every reply begins, after the escape and the bracket.
const BEGINNING: &str = "11;rgb";

/// More characters than any reply has.
const LONGEST: usize = 40;

/// Recognises the reply among the keys that are pressed.
#[derive(Debug, Default)]
pub(crate) enum Listener {
    /// Nothing was asked, or it was answered.
    #[default]
    Idle,
    /// The reply hasn't begun.
    Asked,
    /// So much of the reply has come.
    Coming(String),
}

/// What a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// A key that was pressed.
    Key,
    /// A part of the reply.
    Part,
    /// The end of the reply: whether the background is light.
    Background {
        /// It is light.
        light: bool,
    },
}

impl Listener {
    /// Takes a key.
    pub(crate) fn hear(&mut self, key: Key) -> Heard {
        let plain = if key.ctrl { None } else { char_of(key) };
        match (&mut *self, plain) {
            (Self::Asked, Some(']')) if key.alt => {
                *self = Self::Coming(String::new());
                Heard::Part
            }
            (Self::Idle | Self::Asked, _) => Heard::Key,
            (Self::Coming(text), Some(c)) if !key.alt && goes_on(text, c) => {
                text.push(c);
                Heard::Part
            }
            (Self::Coming(text), _) if ends(key) => {
                let light = is_light(text);
                *self = Self::Idle;
                light.map_or(Heard::Part, |light| Heard::Background { light })
            }
            (Self::Coming(_), _) => {
                // Somebody pressed alt and the bracket.
                *self = Self::Asked;
                Heard::Key
            }
        }
    }
}

fn char_of(key: Key) -> Option<char> {
    if let KeyCode::Char(c) = key.code { Some(c) } else { None }
}

fn goes_on(text: &str, c: char) -> bool {
    match BEGINNING.chars().nth(text.len()) {
        Some(expected) => c == expected,
        None => text.len() < LONGEST && (c.is_ascii_hexdigit() || matches!(c, ':' | '/' | 'a')),
    }
}

/// BEL, which is ctrl-g, or the string terminator, which is alt and a backslash.
fn ends(key: Key) -> bool {
    let c = char_of(key);
    (key.ctrl && c == Some('g')) || (key.alt && c == Some('\\'))
}

/// Whether `11;rgb:ffff/ffff/ffff` is light; `None` for anything but a colour.
fn is_light(reply: &str) -> Option<bool> {
    let (_, color) = reply.split_once(':')?;
    let mut parts = color.split('/').map(|part| {
        let digits = u32::try_from(part.len()).ok().filter(|digits| (1..=4).contains(digits))?;
        let most = 16f64.powi(i32::try_from(digits).ok()?) - 1.0;
        Some(f64::from(u32::from_str_radix(part, 16).ok()?) / most)
    });
    let [red, green, blue] = [parts.next()??, parts.next()??, parts.next()??];
    // Rec. 709: how bright each looks.
    Some(0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a terminal's reply is heard as, ended by this key.
    fn heard(reply: &str, end: &str) -> Vec<Heard> {
        let mut listener = Listener::Asked;
        let keys = std::iter::once("alt-]".to_owned()).chain(reply.chars().map(String::from));
        let keys = keys.chain([end.to_owned()]).map(|key| key.parse().unwrap());
        keys.map(|key| listener.hear(key)).collect()
    }

    #[test]
    fn the_reply_is_separated_from_keys() {
        for (reply, light) in [
            ("11;rgb:ffff/ffff/ffff", true),
            ("11;rgb:1e1e/1e1e/2e2e", false),
            ("11;rgb:fa/f4/ed", true),
            ("11;rgba:0000/0000/0000/ffff", false),
        ] {
            for end in ["ctrl-g", "alt-\\"] {
                let (last, parts) = heard(reply, end).split_last().map(|(l, p)| (*l, p.to_vec())).unwrap();
                assert!(parts.iter().all(|part| *part == Heard::Part), "{reply}");
                assert_eq!(last, Heard::Background { light }, "{reply}");
            }
        }
    }

    #[test]
    fn keys_stay_keys() {
        let mut listener = Listener::Asked;
        let mut hear = |key: &str| listener.hear(key.parse().unwrap());
        assert_eq!(["s", "q", "ctrl-g"].map(&mut hear), [Heard::Key; 3]);
        // Only the key that begins a reply is taken for one.
        assert_eq!(["alt-]", "s", "1"].map(&mut hear), [Heard::Part, Heard::Key, Heard::Key]);
        let mut idle = Listener::Idle;
        assert_eq!(idle.hear("alt-]".parse().unwrap()), Heard::Key);
    }
}
