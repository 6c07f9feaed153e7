//! The operators of the `Condition` element.
//!
//! Owns the table of operators, `IfExists`, `ForAllValues:` and `ForAnyValue:`. Anything else makes
//! a document malformed.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::fmt;

/// What an operator compares, and how. The request's value is on the left, the policy's on the
/// right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compare {
    /// Equal text.
    Text,
    /// Equal text, ignoring case.
    TextIgnoringCase,
    /// Text with wildcards.
    TextLike,
    Number(Order),
    Date(Order),
    Bool,
    Binary,
    Ip,
    Arn,
    /// Whether the key is present.
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    pub(super) fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// How several values of a key are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    /// `ForAllValues:`
    All,
    /// `ForAnyValue:`
    Any,
}

/// An operator as written, for example `ForAnyValue:StringNotLikeIfExists`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operator {
    pub(super) set: Option<Set>,
    pub(super) word: &'static str,
    pub(super) compare: Compare,
    /// Satisfied if nothing matches.
    pub(super) negated: bool,
    pub(super) if_exists: bool,
}

/// Name, what it compares, and whether it is negated.
const TABLE: [(&str, Compare, bool); 27] = [
    ("StringEquals", Compare::Text, false),
    ("StringNotEquals", Compare::Text, true),
    ("StringEqualsIgnoreCase", Compare::TextIgnoringCase, false),
    ("StringNotEqualsIgnoreCase", Compare::TextIgnoringCase, true),
    ("StringLike", Compare::TextLike, false),
    ("StringNotLike", Compare::TextLike, true),
    ("NumericEquals", Compare::Number(Order::Equal), false),
    ("NumericNotEquals", Compare::Number(Order::Equal), true),
    ("NumericLessThan", Compare::Number(Order::Less), false),
    ("NumericLessThanEquals", Compare::Number(Order::LessOrEqual), false),
    ("NumericGreaterThan", Compare::Number(Order::Greater), false),
    ("NumericGreaterThanEquals", Compare::Number(Order::GreaterOrEqual), false),
    ("DateEquals", Compare::Date(Order::Equal), false),
    ("DateNotEquals", Compare::Date(Order::Equal), true),
    ("DateLessThan", Compare::Date(Order::Less), false),
    ("DateLessThanEquals", Compare::Date(Order::LessOrEqual), false),
    ("DateGreaterThan", Compare::Date(Order::Greater), false),
    ("DateGreaterThanEquals", Compare::Date(Order::GreaterOrEqual), false),
    ("Bool", Compare::Bool, false),
    ("BinaryEquals", Compare::Binary, false),
    ("IpAddress", Compare::Ip, false),
    ("NotIpAddress", Compare::Ip, true),
    ("ArnEquals", Compare::Arn, false),
    ("ArnNotEquals", Compare::Arn, true),
    ("ArnLike", Compare::Arn, false),
    ("ArnNotLike", Compare::Arn, true),
    ("Null", Compare::Null, false),
];

impl Operator {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (set, rest) = match (text.strip_prefix("ForAllValues:"), text.strip_prefix("ForAnyValue:")) {
            (Some(rest), _) => (Some(Set::All), rest),
            (None, Some(rest)) => (Some(Set::Any), rest),
            (None, None) => (None, text),
        };
        let (rest, if_exists) = match rest.strip_suffix("IfExists") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let (word, compare, negated) = TABLE.into_iter().find(|(word, ..)| *word == rest)?;
        let plain = set.is_none() && !if_exists;
        (compare != Compare::Null || plain).then_some(Self { set, word, compare, negated, if_exists })
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.set {
            Some(Set::All) => "ForAllValues:",
            Some(Set::Any) => "ForAnyValue:",
            None => "",
        })?;
        f.write_str(self.word)?;
        f.write_str(if self.if_exists { "IfExists" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_is_parsed_and_written_in_every_form() {
        for (word, compare, negated) in TABLE {
            for set in ["", "ForAllValues:", "ForAnyValue:"] {
                for suffix in ["", "IfExists"] {
                    let text = format!("{set}{word}{suffix}");
                    let read = Operator::parse(&text);
                    if word == "Null" && text != "Null" {
                        assert_eq!(read, None, "{text}");
                        continue;
                    }
                    let read = read.unwrap();
                    assert_eq!((read.compare, read.negated), (compare, negated), "{text}");
                    assert_eq!(read.to_string(), text);
                }
            }
        }
        for text in ["", "IfExists", "stringequals", "ForAnyValue:", "ForallValues:StringLike", "StringLike "]
        {
            assert_eq!(Operator::parse(text), None, "{text}");
        }
    }
}
