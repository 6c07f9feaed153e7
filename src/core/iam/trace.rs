//! A decision and its reasons, as plain data.
//!
//! Owns the shape, whose names in JSON are stable, and nothing else: `explain` builds it, `render`
//! writes it for people.

use serde::Serialize;

use super::evaluate::{Decision, Layer};
use super::policy::Effect;

/// A decision and its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Explanation {
    /// The decision, and the layer that made it.
    #[serde(flatten)]
    pub decision: Decision,
    /// The same in a sentence.
    pub because: String,
    /// The effect of each layer, in the order of evaluation.
    pub layers: Vec<LayerSays>,
    /// Indexes into `steps`: the statements that denied it, or those that allowed it.
    pub decided_by: Vec<usize>,
    /// Indexes into `steps`: if nothing allows the request, the statements that would have, but for
    /// one element.
    pub near_misses: Vec<usize>,
    /// Every statement that was evaluated, in order.
    pub steps: Vec<Step>,
}

/// The effect of one layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct LayerSays {
    /// Which.
    pub layer: Layer,
    /// How many policies were evaluated there.
    pub policies: usize,
    /// Their combined effect.
    pub says: Says,
}

/// The effect of a layer on a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Says {
    /// A statement denies.
    Denies,
    /// A statement allows, and none denies.
    Allows,
    /// A resource policy allows the account, which leaves it to the identity policies.
    Delegates,
    /// No statement allows, and none denies.
    Nothing,
    /// There is no policy.
    Absent,
}

/// A statement that was evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Step {
    /// The layer of its policy.
    pub layer: Layer,
    /// The policy's name.
    pub policy: String,
    /// Index of the statement in the document.
    pub statement: usize,
    /// Its id, if it has one.
    pub sid: Option<String>,
    /// Its effect.
    pub effect: Effect,
    /// Whether it applies to this request: whether every element matches.
    pub applies: bool,
    /// Its elements, as they were compared.
    pub elements: Vec<Element>,
}

impl Step {
    /// The elements that don't match.
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
    /// The policy's values, with variables replaced.
    pub policy: Vec<String>,
    /// The request's values; `None` if it doesn't have the key.
    pub request: Option<Vec<String>>,
    /// Whether this element matches.
    pub fits: bool,
}
