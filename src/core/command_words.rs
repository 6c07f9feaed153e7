//! A command in a configuration file -> its program and arguments, without a shell.
//!
//! Owns the splitting that AWS's clients apply to `credential_process`: that of Python's `shlex` on
//! Unix, and of the C runtime on Windows. Refuses variables, pipes and every other syntax of a shell:
//! their characters are ordinary ones.

/// Why a command can't be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WordsError {
    /// A quote isn't closed.
    #[error("a quote isn't closed")]
    Quote,
    /// The last character is a backslash.
    #[error("nothing follows the backslash at its end")]
    Backslash,
}

/// Splits as this system's programs do.
pub(crate) fn split(text: &str) -> Result<Vec<String>, WordsError> {
    if cfg!(windows) { split_windows(text) } else { split_posix(text) }
}

/// Splits as `shlex` does: at white space outside quotes. A backslash escapes any character outside
/// quotes, and `"` and itself within double quotes
/// (<https://docs.python.org/3/library/shlex.html#parsing-rules>).
pub(crate) fn split_posix(text: &str) -> Result<Vec<String>, WordsError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\\' => word.get_or_insert_default().push(chars.next().ok_or(WordsError::Backslash)?),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next().ok_or(WordsError::Quote)? {
                        end if end == c => break,
                        '\\' if c == '"' => {
                            let escaped = chars.next_if(|next| matches!(next, '"' | '\\'));
                            word.push(escaped.unwrap_or('\\'));
                        }
                        inner => word.push(inner),
                    }
                }
            }
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

/// Splits as the C runtime of Windows does: at spaces and tabs outside double quotes. Backslashes are
/// ordinary unless a quote follows, which an odd number of them escapes
/// (<https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments>).
pub(crate) fn split_windows(text: &str) -> Result<Vec<String>, WordsError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let (mut is_quoted, mut backslashes) = (false, 0);
    for c in text.chars() {
        if c == '\\' {
            backslashes += 1;
            continue;
        }
        let kept = if c == '"' { backslashes / 2 } else { backslashes };
        if kept > 0 {
            word.get_or_insert_default().push_str(&"\\".repeat(kept));
        }
        let is_escaped = backslashes % 2 == 1;
        backslashes = 0;
        match c {
            '"' if is_escaped => word.get_or_insert_default().push('"'),
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            ' ' | '\t' if !is_quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    if is_quoted {
        return Err(WordsError::Quote);
    }
    if backslashes > 0 {
        word.get_or_insert_default().push_str(&"\\".repeat(backslashes));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_shlex() {
        for (text, words) in [
            ("", &[][..]),
            (" \t\n", &[]),
            ("a  b\tc\r\nd", &["a", "b", "c", "d"]),
            (r"'a b' c'd'e", &["a b", "cde"]),
            (r#""a b" "c\"d" "e\\f" "g\h" "i'j""#, &["a b", "c\"d", "e\\f", "g\\h", "i'j"]),
            (r"a\ b \'c \\", &["a b", "'c", "\\"]),
            (r"'a\b'", &["a\\b"]),
            (r#"'' "" x"#, &["", "", "x"]),
            (
                "echo $HOME | base64 --decode # x; `y`",
                &["echo", "$HOME", "|", "base64", "--decode", "#", "x;", "`y`"],
            ),
            ("ü=\u{a0}é", &["ü=\u{a0}é"]),
        ] {
            assert_eq!(split_posix(text).unwrap(), words, "{text}");
        }
        assert_eq!(split_posix("a 'b"), Err(WordsError::Quote));
        assert_eq!(split_posix("a \"b\\\""), Err(WordsError::Quote));
        assert_eq!(split_posix("a\\"), Err(WordsError::Backslash));
    }

    #[test]
    fn words_are_those_of_the_c_runtime() {
        for (text, words) in [
            ("", &[][..]),
            (r"C:\bin\a.exe x", &[r"C:\bin\a.exe", "x"]),
            (r#""C:\Program Files\a.exe" -x"#, &[r"C:\Program Files\a.exe", "-x"]),
            (r#"a "" b"#, &["a", "", "b"]),
            (r#"a\\\"b c\\"d e""#, &[r#"a\"b"#, r"c\d e"]),
            (r"'a b' c\\", &["'a", "b'", r"c\\"]),
        ] {
            assert_eq!(split_windows(text).unwrap(), words, "{text}");
        }
        assert_eq!(split_windows("a \"b"), Err(WordsError::Quote));
    }
}
