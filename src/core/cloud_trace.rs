//! A local cloud's record of a request that it refused: the policies that were evaluated.
//!
//! Owns the shape of `/_signpost/trace/ID` as far as a diagnosis needs it. Refuses to interpret it,
//! which [`crate::core::diagnose`] does.

use serde::Deserialize;

/// The part of a trace that a diagnosis reads; its whole shape is in docs/functions.md.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct CloudTrace {
    /// ARN of the caller; `None` if the request wasn't signed or its signature was refused.
    pub(crate) caller: Option<String>,
    /// The decisions, in order.
    #[serde(default)]
    pub(crate) decisions: Vec<Decision>,
    /// What the response doesn't say, for example why a function failed.
    pub(crate) note: Option<String>,
}

/// The decision about one action on one resource.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Decision {
    /// The action, for example `lambda:InvokeFunctionUrl`.
    pub(crate) action: String,
    /// ARN of the resource.
    pub(crate) resource: String,
    /// What was decided.
    pub(crate) decision: Decided,
    /// The reason in a clause.
    pub(crate) because: String,
    /// Indexes into `steps`: the statements that decided.
    #[serde(default)]
    pub(crate) decided_by: Vec<usize>,
    /// Indexes into `steps`: the statements that would have allowed it, but for one element.
    #[serde(default)]
    pub(crate) near_misses: Vec<usize>,
    /// Every statement that was evaluated, in order.
    #[serde(default)]
    pub(crate) steps: Vec<Step>,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Decided {
    /// The request is allowed.
    Allowed,
    /// A statement denies it.
    ExplicitDeny,
    /// No statement allows it.
    ImplicitDeny,
}

/// A statement that was evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Step {
    /// Kind of its policy, for example `resource-policy`.
    pub(crate) layer: String,
    /// Name of its policy.
    pub(crate) policy: String,
    /// Index of the statement in its policy.
    pub(crate) statement: usize,
    /// Its id, if it has one.
    pub(crate) sid: Option<String>,
    /// Its elements, as they were compared.
    #[serde(default)]
    pub(crate) elements: Vec<Element>,
}

/// One element of a statement, compared with the request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Element {
    /// `Principal`, `Action`, `Resource`, `Condition` or one of their negations.
    pub(crate) element: String,
    /// Of a condition: its operator.
    pub(crate) operator: Option<String>,
    /// Of a condition: its key.
    pub(crate) key: Option<String>,
    /// The policy's values.
    #[serde(default)]
    pub(crate) policy: Vec<String>,
    /// The request's values; `None` if it doesn't have the key.
    pub(crate) request: Option<Vec<String>>,
    /// Whether the two match.
    pub(crate) fits: bool,
}

impl CloudTrace {
    /// Parses a trace; `None` for anything else.
    pub(crate) fn parse(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }
}
