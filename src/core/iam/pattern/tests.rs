//! Wildcards against their definition, and variables.

use proptest::prelude::*;

use super::super::{Caller, Context};
use super::*;

fn matches(pattern: &str, text: &str) -> bool {
    with(&Context::default(), |facts| Pattern::literal(pattern, Wild::Yes).matches(text, Case::Minded, facts))
}

fn with<T>(context: &Context, ask: impl FnOnce(&Facts<'_>) -> T) -> T {
    ask(&Facts { context, caller: &Caller::Anonymous, owner: "" })
}

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
        ("a*", "b", false),
        ("Hello", "hello", false),
        ("arn:aws:lambda:*:*:function:hello", "arn:aws:lambda:us-east-1:123456789012:function:hello", true),
    ];
    for (pattern, text, expected) in table {
        assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
    }
    let facts = |facts: &Facts<'_>| {
        let actions = ["LAMBDA:invoke*", "lambda:*FunctionURL", "Lambda:InvokeFunctionUrl", "l?mbda:*"];
        actions.map(|action| {
            Pattern::literal(action, Wild::Yes).matches("lambda:InvokeFunctionUrl", Case::Ignored, facts)
        })
    };
    assert_eq!(with(&Context::default(), facts), [true; 4]);
}

#[test]
fn variables() {
    let context = Context::default()
        .with("aws:username", "alice")
        .with("a:star", "*")
        .with("a:empty", "")
        .with_many("aws:TagKeys", ["a"]);
    let table = [
        ("b/${aws:username}/*", "b/alice/x", true),
        ("b/${AWS:UserName}/*", "b/bob/x", false),
        ("${a:star}", "*", true),
        ("${a:star}", "x", false),
        ("${*}${?}${$}", "*?$", true),
        ("${*}", "x", false),
        ("x${a:none}", "x", false),
        ("x${a:empty}", "x", true),
        ("x${a:none, 'y z'}", "xy z", true),
        ("x${a:none,''}", "x", true),
        ("${aws:username, 'y'}", "y", false),
        ("${aws:TagKeys}", "a", false),
        ("${aws:TagKeys, 'y'}", "y", false),
        ("$aws", "$aws", true),
    ];
    for (pattern, text, expected) in table {
        let pattern = Pattern::with_variables(pattern, Wild::Yes).unwrap();
        let found = with(&context, |facts| pattern.matches(text, Case::Minded, facts));
        assert_eq!(found, expected, "{} on {text}", pattern.text);
    }
    let literal = Pattern::literal("${aws:username}", Wild::Yes);
    assert!(with(&context, |facts| literal.matches("${aws:username}", Case::Minded, facts)));
    for wrong in ["${", "x${aws:username", "${}", "${a b}", "${a:b, c}", "${a:b, 'c}", "${a:${b}}"] {
        assert!(Pattern::with_variables(wrong, Wild::Yes).is_err(), "{wrong}");
    }
}

#[test]
fn arns_match_part_by_part() {
    let table = [
        ("arn:aws:s3:::b*", "arn:aws:s3:::bucket", true),
        ("arn:aws:*:x", "arn:aws:s3:::x", false),
        ("arn:aws:s3:*", "arn:aws:s3:::bucket", false),
        ("arn:*:lambda:*:*:function:h?llo", "arn:aws:lambda:us-east-1:123456789012:function:hello", true),
        ("arn:aws:lambda:us-*:function:hello", "arn:aws:lambda:us-east-1:1:function:hello", false),
        ("${a:arn}", "arn:aws:s3:::bucket", true),
        ("*", "arn:aws:s3:::bucket", false),
        ("arn:aws:s3:::*", "bucket", false),
    ];
    let context = Context::default().with("a:arn", "arn:aws:s3:::bucket");
    for (pattern, arn, expected) in table {
        let pattern = Pattern::with_variables(pattern, Wild::Yes).unwrap();
        let found = with(&context, |facts| pattern.matches_arn(arn, facts));
        assert_eq!(found, expected, "{} on {arn}", pattern.text);
    }
}

proptest! {
    #[test]
    fn matching_agrees_with_the_definition(pattern in "[aB*?]{0,8}", text in "[aB]{0,8}") {
        fn defined(p: &[u8], t: &[u8]) -> bool {
            match p.split_first() {
                None => t.is_empty(),
                Some((b'*', rest)) => (0..=t.len()).any(|i| defined(rest, &t[i..])),
                Some((b'?', rest)) => !t.is_empty() && defined(rest, &t[1..]),
                Some((c, rest)) => t.first() == Some(c) && defined(rest, &t[1..]),
            }
        }
        let expected = defined(pattern.as_bytes(), text.as_bytes());
        prop_assert_eq!(matches(&pattern, &text), expected);
        let upper = text.to_uppercase();
        let ignoring = with(&Context::default(), |facts| {
            Pattern::literal(&pattern.to_lowercase(), Wild::Yes).matches(&upper, Case::Ignored, facts)
        });
        prop_assert_eq!(ignoring, defined(pattern.to_uppercase().as_bytes(), upper.as_bytes()));
    }

    #[test]
    fn no_pattern_panics(pattern in "\\PC{0,20}", text in "\\PC{0,20}") {
        matches(&pattern, &text);
        if let Ok(pattern) = Pattern::with_variables(&pattern, Wild::Yes) {
            with(&Context::default(), |facts| {
                pattern.matches(&text, Case::Ignored, facts);
                pattern.matches_arn(&text, facts);
                pattern.resolved(facts)
            });
        }
    }
}
