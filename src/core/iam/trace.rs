//! A decision, with the way that led to it, as plain data.
//!
//! Owns the shape, whose names in JSON are stable, and nothing else: `explain` makes it, `render`
//! writes it for people.

use serde::Serialize;

use super::evaluate::{Decision, Layer};
use super::policy::Effect;

/// What was decided, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Explanation {
    /// What was decided, and where.
    #[serde(flatten)]
    pub decision: Decision,
    /// The same in a sentence.
    pub because: String,
    /// What each layer says, in the order in which they are asked.
    pub layers: Vec<LayerSays>,
    /// Indexes into `steps`: the statements that denied it, or those that allowed it.
    pub decided_by: Vec<usize>,
    /// Indexes into `steps`: where nothing allows it, the statements that would have, but for one
    /// element.
    pub near_misses: Vec<usize>,
    /// Every statement that was asked, in order.
    pub steps: Vec<Step>,
}

/// What one layer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct LayerSays {
    /// Which.
    pub layer: Layer,
    /// How many policies were asked there.
    pub policies: usize,
    /// What they say together.
    pub says: Says,
}

/// What a layer says of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Says {
    /// A statement denies.
    Denies,
    /// A statement allows, and none denies.
    Allows,
    /// A resource policy allows the account, and so leaves it to the identity policies.
    Delegates,
    /// No statement allows, and none denies.
    Nothing,
    /// There is no policy.
    Absent,
}

/// One statement that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Step {
    /// What its policy is.
    pub layer: Layer,
    /// The policy's name.
    pub policy: String,
    /// Index of the statement in the document.
    pub statement: usize,
    /// Its id, if it has one.
    pub sid: Option<String>,
    /// Its effect.
    pub effect: Effect,
    /// Whether it speaks of this request: whether every element fits.
    pub applies: bool,
    /// Its elements, each as it was compared.
    pub elements: Vec<Element>,
}

impl Step {
    /// The elements that do not fit.
    pub(crate) fn misfits(&self) -> impl Iterator<Item = &Element> {
        self.elements.iter().filter(|element| !element.fits)
    }
}

/// One element of a statement, compared with the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Element {
    /// `Principal`, `NotPrincipal`, `Action`, `NotAction`, `Resource`, `NotResource` or `Condition`.
    pub element: &'static str,
    /// Of a condition: its operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// Of a condition: its key as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What the policy says, with its variables looked up.
    pub policy: Vec<String>,
    /// What the request says; `None` where it has no such key.
    pub request: Option<Vec<String>>,
    /// Whether the statement speaks of the request as far as this element goes.
    pub fits: bool,
}
