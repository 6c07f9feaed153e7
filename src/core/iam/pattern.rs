//! Wildcards: `*` for any run of characters, `?` for exactly one.
//!
//! Owns matching in linear space and without recursion, so that a hostile pattern costs at most
//! its length times the text's.

/// Whether `text` matches `pattern`, minding case.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where to go back to: behind the last `*`, and the text that it has not swallowed yet.
    let mut retry: Option<(usize, usize)> = None;
    while let Some(&c) = text.get(t) {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p + 1, t));
                p += 1;
            }
            Some(&want) if want == '?' || want == c => {
                p += 1;
                t += 1;
            }
            Some(_) | None => match retry {
                Some((behind, swallowed)) => {
                    p = behind;
                    t = swallowed + 1;
                    retry = Some((behind, swallowed + 1));
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

/// Whether `text` matches `pattern`, whatever the case (actions).
pub(super) fn matches_ignoring_case(pattern: &str, text: &str) -> bool {
    matches(&pattern.to_lowercase(), &text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn wildcards() {
        let table = [
            ("*", "", true),
            ("*", "anything", true),
            ("", "", true),
            ("", "a", false),
            ("?", "", false),
            ("?", "ä", true),
            ("a*c", "abbbc", true),
            ("a*c", "abbb", false),
            ("a*b*c", "aXbXbXc", true),
            ("*ab", "aab", true),
            ("a**", "a", true),
            ("Hello", "hello", false),
            (
                "arn:aws:lambda:*:*:function:hello",
                "arn:aws:lambda:us-east-1:123456789012:function:hello",
                true,
            ),
        ];
        for (pattern, text, expected) in table {
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
        assert!(matches_ignoring_case("LAMBDA:invoke*", "lambda:InvokeFunctionUrl"));
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(pattern in "[ab*?]{0,8}", text in "[ab]{0,8}") {
            fn defined(p: &[u8], t: &[u8]) -> bool {
                match p.split_first() {
                    None => t.is_empty(),
                    Some((b'*', rest)) => (0..=t.len()).any(|i| defined(rest, &t[i..])),
                    Some((b'?', rest)) => !t.is_empty() && defined(rest, &t[1..]),
                    Some((c, rest)) => t.first() == Some(c) && defined(rest, &t[1..]),
                }
            }
            prop_assert_eq!(matches(&pattern, &text), defined(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
