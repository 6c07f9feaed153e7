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
            finding.hint =
                "Take the statement that denies it away, or narrow it: no other can outweigh it.".into();
            finding.commands.clear();
            return;
        }
        let actions: Vec<&str> = denied.iter().map(|asked| asked.action.as_str()).collect();
        finding.hint = format!("Allow {}, on the function or on the identity.", actions.join(" and "));
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::core::iam::{Attached, Caller, Context, Kind, Policies, Policy, Question, explain};

    const ALICE: &str = "arn:aws:iam::123456789012:user/alice";
    const HELLO: &str = "arn:aws:lambda:us-east-1:123456789012:function:hello";

    /// A decision as the cloud tells it, of alice's call under one policy of the function.
    fn decided(action: &str, statement: &Value) -> Value {
        let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        let policy = Policy::parse(&policy, Kind::Resource).unwrap();
        let caller = Caller::parse(ALICE).unwrap();
        let context = Context::default().with("lambda:FunctionUrlAuthType", "AWS_IAM");
        let question =
            Question { caller: &caller, action, resource: HELLO, owner: "123456789012", context: &context };
        let policies =
            Policies { resource: Some(Attached { name: "hello", policy: &policy }), ..Policies::default() };
        let mut told = json!(explain(&question, &policies));
        told["action"] = json!(action);
        told["resource"] = json!(HELLO);
        told
    }

    fn refined(decisions: &[Value]) -> Finding {
        let trace = json!({"caller": ALICE, "status": 403, "decisions": decisions}).to_string();
        let mut finding = Finding {
            id: "denied",
            certainty: Certainty::Likely,
            cause: String::new(),
            evidence: Vec::new(),
            hint: String::new(),
            commands: vec!["a guess".into()],
        };
        Trace::parse(trace.as_bytes()).unwrap().refine(&mut finding);
        finding
    }

    #[test]
    fn what_is_missing_is_named_with_the_commands_that_add_it() {
        let statement = json!({"Sid": "S1", "Effect": "Allow", "Principal": {"AWS": ALICE},
            "Action": "lambda:InvokeFunctionUrl", "Resource": HELLO});
        let both =
            ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"].map(|action| decided(action, &statement));
        let finding = refined(&both);
        assert_eq!(
            finding.cause,
            "The signature is good, and no identity policy allows lambda:InvokeFunction."
        );
        assert_eq!(
            finding.evidence,
            [
                "local cloud: lambda:InvokeFunctionUrl is allowed by statement \"S1\" of resource policy hello",
                "local cloud: no identity policy allows lambda:InvokeFunction",
                "nearly enough: statement \"S1\" of resource policy hello, whose Action is lambda:InvokeFunctionUrl; the request has lambda:InvokeFunction",
            ]
        );
        assert_eq!(finding.certainty, Certainty::Certain);
        assert_eq!(finding.hint, "Allow lambda:InvokeFunction, on the function or on the identity.");
        assert_eq!(
            finding.commands,
            [
                "aws lambda add-permission --region us-east-1 --function-name hello --statement-id invoke-via-url --action lambda:InvokeFunction --principal arn:aws:iam::123456789012:user/alice --invoked-via-function-url",
                r#"aws iam put-user-policy --user-name alice --policy-name call-function-url --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["lambda:InvokeFunction"],"Resource":"arn:aws:lambda:us-east-1:123456789012:function:hello"}]}'"#,
            ]
        );
    }

    #[test]
    fn a_condition_that_fails_is_told_with_both_values() {
        let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
            "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}});
        let finding = refined(&[decided("lambda:InvokeFunctionUrl", &statement)]);
        assert_eq!(
            finding.evidence[1],
            "nearly enough: statement number 1 of resource policy hello, whose condition StringEquals lambda:FunctionUrlAuthType is NONE; the request has AWS_IAM"
        );
    }

    #[test]
    fn no_command_is_offered_against_an_explicit_deny() {
        let statement =
            json!({"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"});
        let finding = refined(&[decided("lambda:InvokeFunctionUrl", &statement)]);
        assert!(finding.commands.is_empty());
        assert!(finding.evidence[0].ends_with("statement \"No\" of resource policy hello"), "{finding:?}");
        assert!(finding.hint.starts_with("Take the statement that denies it away"), "{finding:?}");
    }

    #[test]
    fn what_is_no_trace_adds_nothing() {
        for text in ["", "[]", "{\"decisions\": 1}", "<html>"] {
            assert_eq!(Trace::parse(text.as_bytes()), None, "{text}");
        }
        let noted = Trace::parse(br#"{"note": "the program ended with 3"}"#).unwrap();
        let mut finding = refined(&[]);
        assert_eq!((finding.evidence.len(), finding.certainty), (0, Certainty::Likely));
        noted.refine(&mut finding);
        assert_eq!(finding.evidence, ["local cloud: the program ended with 3"]);
    }
}
