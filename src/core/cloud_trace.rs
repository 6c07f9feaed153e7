//! A local cloud's record of a request that it refused: the policies that were evaluated.
//!
//! Owns the shape of `/_signpost/trace/ID` as far as a diagnosis reads it. Refuses names that AWS
//! doesn't know the like of: what responds may be somebody else, and a diagnosis builds commands from
//! them. Refuses to judge: what it adds to a finding is [`crate::core::diagnose`]'s.

use serde::Deserialize;

use crate::core::iam::is_arn;

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
        let trace: Self = serde_json::from_slice(json).ok()?;
        let named = trace
            .decisions
            .iter()
            .all(|asked| is_action(&asked.action) && (asked.resource == "*" || is_arn(&asked.resource)));
        (named && trace.caller.as_deref().is_none_or(is_arn)).then_some(trace)
    }
}

/// `lambda:InvokeFunction` and its kin.
fn is_action(text: &str) -> bool {
    let part = |text: &str| {
        !text.is_empty()
            && !text.starts_with('-')
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.split_once(':').is_some_and(|(service, name)| part(service) && part(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: &str = "arn:aws:iam::123456789012:user/alice";

    fn parsed(caller: &str, action: &str, resource: &str) -> Option<CloudTrace> {
        let decision = serde_json::json!({"action": action, "resource": resource,
            "decision": "implicit-deny", "because": "nothing allows it"});
        let trace = serde_json::json!({"caller": caller, "decisions": [decision]});
        CloudTrace::parse(trace.to_string().as_bytes())
    }

    #[test]
    fn a_trace_names_what_aws_could_name() {
        let function = "arn:aws:lambda:us-east-1:123456789012:function:hello";
        assert!(parsed(ALICE, "lambda:InvokeFunction", function).is_some());
        assert!(parsed(ALICE, "sts:GetCallerIdentity", "*").is_some());
        for forged in ["$(touch x)", "`id`", "a b", "';id;'", "x\nrm", "\u{1b}[201~id", "\"x"] {
            let caller = format!("{ALICE}{forged}");
            assert!(parsed(&caller, "lambda:InvokeFunction", function).is_none(), "{forged:?}");
            let action = format!("lambda:Invoke{forged}");
            assert!(parsed(ALICE, &action, function).is_none(), "{forged:?}");
            let region = function.replace("us-east-1", forged);
            assert!(parsed(ALICE, "lambda:InvokeFunction", &region).is_none(), "{forged:?}");
            let resource = format!("{function}{forged}");
            assert!(parsed(ALICE, "lambda:InvokeFunction", &resource).is_none(), "{forged:?}");
        }
    }
}
