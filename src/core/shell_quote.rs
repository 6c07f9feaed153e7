//! Words for a POSIX shell.
//!
//! Owns the one way in which a text becomes a word of a command that a user may paste. Refuses to
//! split commands: [`crate::core::convert`] reads them.

/// One word, so quoted that a shell reads it as it is. A leading `=` is quoted too: zsh looks up the
/// command behind it. Control characters but tab and line feed are spelled out, as bash and zsh read
/// them: a terminal that is pasted into may take them for keys.
pub(crate) fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if word.chars().any(is_key) {
        return format!("$'{}'", word.chars().map(spelled_out).collect::<String>());
    }
    if !word.is_empty() && !word.starts_with('=') && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

fn is_key(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
}

/// A character within `$'…'`.
fn spelled_out(c: char) -> String {
    match c {
        '\'' | '\\' => format!("\\{c}"),
        c if is_key(c) && c.is_ascii() => format!("\\x{:02x}", u32::from(c)),
        c if is_key(c) => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    }
}

/// A command of these words, each quoted. `None` where one has a control character: a terminal that
/// is pasted into may take it for a key.
pub(crate) fn command<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let quoted = words.into_iter().map(|word| (!word.chars().any(char::is_control)).then(|| quote(word)));
    Some(quoted.collect::<Option<Vec<_>>>()?.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_to_the_shell() {
        for (word, quoted) in [
            ("a-b_c./:@%+=,", "a-b_c./:@%+=,"),
            ("", "''"),
            ("=ls", "'=ls'"),
            ("$(touch x)", "'$(touch x)'"),
            ("it's", "'it'\\''s'"),
            ("~", "'~'"),
            ("*", "'*'"),
            ("a\nb\t", "'a\nb\t'"),
            ("\u{1b}[201~'\\\r\u{9b}", "$'\\x1b[201~\\'\\\\\\x0d\\u009b'"),
        ] {
            assert_eq!(quote(word), quoted);
        }
        assert_eq!(command(["aws", "a;b", ""]).as_deref(), Some("aws 'a;b' ''"));
        for control in ["a\nb", "\u{1b}[201~", "\u{9b}"] {
            assert_eq!(command(["aws", control]), None, "{control:?}");
        }
    }
}
