//! What a local cloud remembers of a request that it refused: the policies that were asked.
//!
//! Owns the reading of `/_signpost/trace/ID`, and what it adds to a finding. Refuses to need it:
//! AWS itself gives no such thing, and each finding stands without.

use serde::Deserialize;

use super::function_url::Place;
use super::{Certainty, Finding};

/// The part of a trace that a diagnosis reads; its whole shape is in docs/functions.md.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Trace {
    /// ARN of the caller; none where nobody signed, or the signature was refused.
    caller: Option<String>,
    /// Questions that were put to the policies, in order.
    #[serde(default)]
    decisions: Vec<Decision>,
    /// What the answer does not say, for example why a function failed.
    note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Decision {
    action: String,
    resource: String,
    decision: String,
    because: String,
    #[serde(default)]
    decided_by: Vec<usize>,
    #[serde(default)]
    near_misses: Vec<usize>,
    #[serde(default)]
    steps: Vec<Step>,
}

/// A statement that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Step {
    layer: String,
    policy: String,
    statement: usize,
    sid: Option<String>,
    #[serde(default)]
    elements: Vec<Element>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Element {
    element: String,
    operator: Option<String>,
    key: Option<String>,
    #[serde(default)]
    policy: Vec<String>,
    #[serde(default)]
    request: Vec<String>,
    fits: bool,
}

impl Trace {
    /// Reads a trace; `None` for anything else.
    pub fn parse(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// Adds to a finding what the cloud knows and its answer does not say.
    pub(super) fn refine(&self, finding: &mut Finding) {
        if let Some(note) = &self.note {
            finding.evidence.push(format!("local cloud: {note}"));
        }
        let denied: Vec<&Decision> = self.decisions.iter().filter(|asked| !asked.allowed()).collect();
        let Some(first) = denied.first() else { return };
        for asked in &self.decisions {
            finding.evidence.extend(asked.lines());
        }
        if finding.id != "denied" {
            return;
        }
        finding.certainty = Certainty::Certain;
        finding.cause = format!("The signature is good, and {}.", first.because);
        if denied.iter().any(|asked| asked.decision == "explicit-deny") {
            finding.cure =
                "Take the statement that denies it away, or narrow it: no other can outweigh it.".into();
            finding.commands.clear();
            return;
        }
        let actions: Vec<&str> = denied.iter().map(|asked| asked.action.as_str()).collect();
        finding.cure = format!("Allow {}, on the function or on the identity.", actions.join(" and "));
        if let Some(place) = self.caller.as_deref().and_then(|caller| Place::known(caller, &first.resource)) {
            finding.commands = place.grants(&actions);
        }
    }
}

impl Decision {
    fn allowed(&self) -> bool {
        self.decision == "allowed"
    }

    /// What was asked and found, and what was nearly enough.
    fn lines(&self) -> Vec<String> {
        let by = self.decided_by.iter().filter_map(|index| Some(self.steps.get(*index)?.name()));
        let by: Vec<String> = by.collect();
        let mut lines = vec![match (self.allowed(), by.is_empty()) {
            (true, false) => format!("local cloud: {} is allowed by {}", self.action, by.join(" and ")),
            (false, false) => format!("local cloud: {}: {}", self.because, by.join(" and ")),
            (_, true) => format!("local cloud: {}", self.because),
        }];
        let near = self.near_misses.iter().filter_map(|index| self.steps.get(*index));
        lines.extend(near.filter_map(Step::nearly));
        lines
    }
}

impl Step {
    fn name(&self) -> String {
        let which = match &self.sid {
            Some(sid) => format!("\"{sid}\""),
            None => format!("number {}", self.statement + 1),
        };
        format!("statement {which} of {} {}", self.layer.replace('-', " "), self.policy)
    }

    /// The one element that kept it from deciding.
    fn nearly(&self) -> Option<String> {
        let failed = self.elements.iter().find(|element| !element.fits)?;
        let what = match (&failed.operator, &failed.key) {
            (Some(operator), Some(key)) => format!("condition {operator} {key}"),
            _ => failed.element.clone(),
        };
        let listed = |values: &[String]| match values {
            [] => "nothing".to_owned(),
            values => values.join(", "),
        };
        let (wants, is) = (listed(&failed.policy), listed(&failed.request));
        Some(format!("nearly enough: {}, whose {what} is {wants}; the request has {is}", self.name()))
    }
}
