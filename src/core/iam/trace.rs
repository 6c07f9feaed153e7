//! A decision, with the way that led to it.
//!
//! Owns plain data: which statement of which policy was asked, what it said, and what settled it.

use super::condition::Operator;
use super::policy::{Effect, Kind};

/// What was decided, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What settled it.
    pub basis: Basis,
    /// Every statement that was asked, in order: resource policy first, then identity policies.
    pub steps: Vec<Step>,
}

impl Decision {
    /// Whether the request may pass.
    pub fn allowed(&self) -> bool {
        match self.basis {
            Basis::Allowed(_) => true,
            Basis::ExplicitDeny(_) | Basis::NothingAllows => false,
        }
    }
}

/// What settled a decision; indexes point into [`Decision::steps`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// This statement allows it, and nothing denies it.
    Allowed(usize),
    /// This statement denies it.
    ExplicitDeny(usize),
    /// No statement allows it: an implicit deny.
    NothingAllows,
}

/// One statement that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What the policy is attached to.
    pub kind: Kind,
    /// The policy's name.
    pub policy: String,
    /// Index of the statement.
    pub statement: usize,
    /// Its id, if it has one.
    pub sid: Option<String>,
    /// Its effect.
    pub effect: Effect,
    /// Whether it speaks of this request.
    pub outcome: Outcome,
}

/// What came of asking a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It speaks of this request.
    Applies,
    /// It speaks of the caller's account, not of the caller: it leaves the grant to the identity
    /// policies.
    Delegates,
    /// It does not speak of this request, because of this element.
    Differs(Element),
}

/// The first element that did not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Element {
    /// It speaks of others.
    Principal,
    /// It speaks of other actions.
    Action,
    /// It speaks of other resources.
    Resource,
    /// A condition does not hold.
    Condition {
        /// How it compares.
        operator: Operator,
        /// The condition key as written.
        key: String,
    },
}
