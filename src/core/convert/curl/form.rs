//! The value of curl's `-F`: content, then `;type=`, `;filename=`, `;headers=` or `;encoder=`
//! (<https://curl.se/docs/manpage.html#-F>).

use super::words::unescaped;

/// What may follow a content.
const KEYS: [&str; 4] = ["type", "filename", "headers", "encoder"];

/// Splits a value into its content and what follows it. A semicolon in quotes, or one before any other
/// word, belongs to what stands before it.
pub(crate) fn attributes(value: &str) -> (&str, Vec<(&str, &str)>) {
    let mut found: Vec<(&str, usize)> = Vec::new();
    let mut ends = Vec::new();
    let mut may_open = usize::from(value.starts_with(['@', '<']));
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, c) in value.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' if is_quoted || at == may_open => is_quoted = !is_quoted,
            ';' if !is_quoted => {
                if let Some((key, _)) = value[at + 1..].split_once('=')
                    && KEYS.contains(&key.trim())
                {
                    ends.push(at);
                    may_open = at + 1 + key.len() + 1;
                    found.push((key.trim(), may_open));
                }
            }
            _ => {}
        }
    }
    let content = &value[..ends.first().copied().unwrap_or(value.len())];
    let ends = ends.iter().skip(1).copied().chain([value.len()]);
    let settings = found.iter().zip(ends).map(|((key, start), end)| (*key, &value[*start..end]));
    (content, settings.collect())
}

/// A value in quotes, whose `\\` and `\"` stand for one character.
pub(crate) fn unquoted(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inner.map_or_else(|| text.to_owned(), unescaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_ends_before_its_attributes() {
        for (value, content, wanted) in [
            ("a", "a", vec![]),
            ("a;b=c", "a;b=c", vec![]),
            ("@f.txt;type=text/plain;charset=utf-8", "@f.txt", vec![("type", "text/plain;charset=utf-8")]),
            ("@f;filename=x;type=a/b", "@f", vec![("filename", "x"), ("type", "a/b")]),
            ("@\"a;type=b\";filename=\"c;type=d\"", "@\"a;type=b\"", vec![("filename", "\"c;type=d\"")]),
            ("5\" disk;type=a/b", "5\" disk", vec![("type", "a/b")]),
            ("\"a\\\";type=b\"", "\"a\\\";type=b\"", vec![]),
        ] {
            assert_eq!(attributes(value), (content, wanted), "{value}");
        }
        assert_eq!(unquoted(r#""a\\\"b""#), r#"a\"b"#);
    }
}
