//! What a request expects of its response -> verdicts.
//!
//! Owns how an assertion is checked and how the result is worded. Refuses to obtain anything: the
//! response is passed in as values.

use std::fmt;

use super::request::Expect;

/// An expectation of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assertion {
    /// The status code.
    Status(u16),
}

impl fmt::Display for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "status {status}"),
        }
    }
}

/// The result of an assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the response is as expected.
    pub passed: bool,
    /// What was expected.
    pub assertion: Assertion,
    /// The actual value, as text.
    pub actual: String,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, got {}", self.assertion, self.actual)
    }
}

/// Checks a response with this status; empty if nothing is expected.
pub(crate) fn check(expect: &Expect, status: u16) -> Vec<Verdict> {
    let wanted = expect.status.into_iter();
    wanted
        .map(|wanted| Verdict {
            passed: wanted == status,
            assertion: Assertion::Status(wanted),
            actual: status.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_one_sentence() {
        let expect = Expect { status: Some(200) };
        let [met] = &check(&expect, 200)[..] else { panic!() };
        assert!(met.passed);
        let [missed] = &check(&expect, 403)[..] else { panic!() };
        assert!(!missed.passed);
        assert_eq!(missed.to_string(), "expected status 200, got 403");
        assert_eq!(check(&Expect::default(), 403), []);
    }
}
