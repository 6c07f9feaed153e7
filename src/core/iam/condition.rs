//! The `Condition` element.
//!
//! Owns the operators and what a missing key means. An operator is one variant, one word and one
//! arm; a word that is not in the table makes the document malformed.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::collections::BTreeMap;

/// What is known about a request besides who, what and on what: condition key to its values.
/// Keys ignore case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context(BTreeMap<String, Vec<String>>);

impl Context {
    /// Adds a key with one value.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.0.entry(key.to_ascii_lowercase()).or_default().push(value.into());
        self
    }

    /// The values of a key; `None` where the request does not have it.
    pub fn get(&self, key: &str) -> Option<&[String]> {
        self.0.get(&key.to_ascii_lowercase()).map(Vec::as_slice)
    }
}

/// How a condition compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Exactly the same text, minding case.
    StringEquals,
    /// The same truth value.
    Bool,
}

impl Operator {
    /// Every operator that is known.
    pub const ALL: [Self; 2] = [Self::StringEquals, Self::Bool];

    /// Its word in a document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StringEquals => "StringEquals",
            Self::Bool => "Bool",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.as_str() == word)
    }

    /// Whether a value can stand in a document under this operator.
    pub(super) fn takes(self, value: &str) -> bool {
        match self {
            Self::StringEquals => true,
            Self::Bool => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
        }
    }

    fn compares(self, wanted: &str, actual: &str) -> bool {
        match self {
            Self::StringEquals => wanted == actual,
            Self::Bool => wanted.eq_ignore_ascii_case(actual),
        }
    }
}

/// One operator on one key: AND across these, OR across the values of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// How it compares.
    pub operator: Operator,
    /// The condition key as written.
    pub key: String,
    /// The values of which one must fit; never empty.
    pub values: Vec<String>,
}

impl Condition {
    /// Whether the request meets it. A key that the request does not have meets nothing.
    pub fn holds(&self, context: &Context) -> bool {
        let Some(actual) = context.get(&self.key) else { return false };
        actual.iter().any(|actual| self.values.iter().any(|wanted| self.operator.compares(wanted, actual)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(operator: Operator, key: &str, values: &[&str]) -> Condition {
        Condition { operator, key: key.into(), values: values.iter().map(|v| (*v).into()).collect() }
    }

    #[test]
    fn keys_ignore_case_and_values_do_not() {
        let context = Context::default().with("lambda:FunctionUrlAuthType", "AWS_IAM");
        let holds = |key, value| condition(Operator::StringEquals, key, &[value]).holds(&context);
        assert!(holds("LAMBDA:functionurlauthtype", "AWS_IAM"));
        assert!(!holds("lambda:FunctionUrlAuthType", "aws_iam"));
        assert!(!holds("lambda:Other", "AWS_IAM"), "a missing key is false");
    }

    #[test]
    fn one_value_of_several_is_enough() {
        let context = Context::default().with("k:a", "2");
        assert!(condition(Operator::StringEquals, "k:a", &["1", "2"]).holds(&context));
        assert!(!condition(Operator::StringEquals, "k:a", &["1", "3"]).holds(&context));
    }

    #[test]
    fn truth_ignores_case() {
        let context = Context::default().with("lambda:InvokedViaFunctionUrl", "true");
        assert!(condition(Operator::Bool, "lambda:InvokedViaFunctionUrl", &["True"]).holds(&context));
        assert!(!condition(Operator::Bool, "lambda:InvokedViaFunctionUrl", &["false"]).holds(&context));
    }
}
