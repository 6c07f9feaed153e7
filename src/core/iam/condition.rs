//! The `Condition` element: one operator on one key.
//!
//! Owns comparisons, and what a missing key means. Whatever doesn't depend on the request is parsed
//! along with the document.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>

use std::net::IpAddr;

use super::context::{Facts, Seen};
use super::operator::{Compare, Operator, Order, Set};
use super::pattern::{Case, Pattern, Wild};
use super::value::{self, Block, Number};

/// One operator on one key. Conditions are combined with AND, the values of one with OR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    operator: Operator,
    key: String,
    wanted: Vec<Wanted>,
}

/// A policy's value, parsed for its operator.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    /// Compared as text; may contain variables.
    Text(Pattern),
    Number(String),
    Date(i128, String),
    Ip(Block, String),
    Binary(Vec<u8>, String),
    Null(bool),
}

impl Condition {
    /// # Errors
    /// What is wrong with a value.
    pub(super) fn read(
        operator: Operator,
        key: &str,
        values: &[String],
        variables: bool,
    ) -> Result<Self, String> {
        let wanted =
            values.iter().map(|text| Wanted::read(operator, text, variables)).collect::<Result<_, _>>()?;
        Ok(Self { operator, key: key.to_owned(), wanted })
    }

    /// Which comparison it is.
    pub(super) fn operator(&self) -> Operator {
        self.operator
    }

    /// The condition key as written.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Whether the request satisfies it.
    pub(super) fn holds(&self, facts: &Facts<'_>) -> bool {
        let operator = self.operator;
        let seen = facts.get(&self.key);
        if operator.compare == Compare::Null {
            return self.wanted.contains(&Wanted::Null(seen.is_none()));
        }
        let fits = |actual: &str| {
            let found = self.wanted.iter().any(|wanted| wanted.matches(operator.compare, actual, facts));
            found != operator.negated
        };
        match (seen, operator.set) {
            // IfExists applies to each value; if there are none, none can match.
            (None, Some(Set::Any)) => false,
            (None, Some(Set::All)) => true,
            (None, None) => operator.if_exists || operator.negated,
            (Some(Seen::One(actual)), _) => fits(actual),
            (Some(Seen::Many(actual)), Some(Set::All)) => actual.iter().all(|actual| fits(actual)),
            (Some(Seen::Many(actual)), Some(Set::Any)) => actual.iter().any(|actual| fits(actual)),
            // A list can't be compared without a set operator.
            (Some(Seen::Many(_)), None) => false,
        }
    }

    /// The policy's values, with variables replaced.
    pub(super) fn wanted(&self, facts: &Facts<'_>) -> Vec<String> {
        self.wanted
            .iter()
            .map(|wanted| match wanted {
                Wanted::Text(pattern) => pattern.resolved(facts),
                Wanted::Number(text)
                | Wanted::Date(_, text)
                | Wanted::Ip(_, text)
                | Wanted::Binary(_, text) => text.clone(),
                Wanted::Null(absent) => absent.to_string(),
            })
            .collect()
    }
}

impl Wanted {
    fn read(operator: Operator, text: &str, variables: bool) -> Result<Self, String> {
        let wrong = || format!("{} cannot compare with \"{text}\".", operator.word);
        let pattern = |wild| match variables {
            true => Pattern::with_variables(text, wild),
            false => Ok(Pattern::literal(text, wild)),
        };
        match operator.compare {
            Compare::Text | Compare::TextIgnoringCase => pattern(Wild::No).map(Self::Text),
            Compare::TextLike | Compare::Arn => pattern(Wild::Yes).map(Self::Text),
            Compare::Bool => {
                let variable = variables && text.contains("${");
                if !variable && value::truth(text).is_none() {
                    return Err(wrong());
                }
                pattern(Wild::No).map(Self::Text)
            }
            Compare::Number(_) => Number::read(text).map(|_| Self::Number(text.to_owned())).ok_or_else(wrong),
            Compare::Date(_) => {
                value::date(text).map(|date| Self::Date(date, text.to_owned())).ok_or_else(wrong)
            }
            Compare::Ip => Block::read(text).map(|block| Self::Ip(block, text.to_owned())).ok_or_else(wrong),
            Compare::Binary => {
                value::bytes(text).map(|bytes| Self::Binary(bytes, text.to_owned())).ok_or_else(wrong)
            }
            Compare::Null => value::truth(text).map(Self::Null).ok_or_else(wrong),
        }
    }

    /// A value in the request that isn't of the operator's type matches nothing.
    fn matches(&self, compare: Compare, actual: &str, facts: &Facts<'_>) -> bool {
        match (self, compare) {
            (Self::Text(wanted), Compare::Arn) => wanted.matches_arn(actual, facts),
            (Self::Text(wanted), Compare::TextIgnoringCase) => wanted.matches(actual, Case::Ignored, facts),
            (Self::Text(wanted), Compare::Bool) => {
                value::truth(actual).is_some() && wanted.matches(actual, Case::Ignored, facts)
            }
            (Self::Text(wanted), _) => wanted.matches(actual, Case::Minded, facts),
            (Self::Number(wanted), Compare::Number(order)) => {
                ordered(Number::read(actual), Number::read(wanted), order)
            }
            (Self::Date(wanted, _), Compare::Date(order)) => {
                ordered(value::date(actual), Some(*wanted), order)
            }
            (Self::Ip(wanted, _), _) => actual.parse::<IpAddr>().is_ok_and(|address| wanted.holds(address)),
            (Self::Binary(wanted, _), _) => value::bytes(actual).is_some_and(|bytes| bytes == *wanted),
            (Self::Number(_) | Self::Date(..) | Self::Null(_), _) => false,
        }
    }
}

fn ordered<T: Ord>(actual: Option<T>, wanted: Option<T>, order: Order) -> bool {
    actual.zip(wanted).is_some_and(|(actual, wanted)| order.holds(actual.cmp(&wanted)))
}
