//! What a local cloud's trace adds to a finding.
//!
//! Refuses to depend on it: AWS has no such trace, and every finding makes sense without it.

use super::function_url::Place;
use super::{Certainty, Finding, FindingId};
use crate::core::cloud_trace::{CloudTrace, Decided, Decision, Step};
use crate::core::finding::Fix;

/// Adds what the cloud knows but its response doesn't contain.
pub(super) fn refine(trace: &CloudTrace, finding: &mut Finding) {
    if let Some(note) = &trace.note {
        finding.evidence.push(format!("local cloud: {note}"));
    }
    let denied: Vec<&Decision> =
        trace.decisions.iter().filter(|asked| asked.decision != Decided::Allowed).collect();
    let Some(first) = denied.first() else { return };
    for asked in &trace.decisions {
        finding.evidence.extend(lines(asked));
    }
    if finding.id != FindingId::Denied {
        return;
    }
    finding.certainty = Certainty::Certain;
    finding.cause = format!("The signature is good, and {}.", first.because);
    if denied.iter().any(|asked| asked.decision == Decided::ExplicitDeny) {
        finding.hint = "Remove or narrow the statement that denies it: no allow can override it.".into();
        finding.fixes.clear();
        return;
    }
    let actions: Vec<&str> = denied.iter().map(|asked| asked.action.as_str()).collect();
    finding.hint = format!("Allow {}, on the function or on the identity.", actions.join(" and "));
    if let Some(place) = trace.caller.as_deref().and_then(|caller| Place::known(caller, &first.resource)) {
        finding.fixes = place.grants(&actions).into_iter().map(Fix::Command).collect();
    }
}

/// The request, the decision, and the nearest miss.
fn lines(asked: &Decision) -> Vec<String> {
    let by = asked.decided_by.iter().filter_map(|index| Some(name(asked.steps.get(*index)?)));
    let by: Vec<String> = by.collect();
    let allowed = asked.decision == Decided::Allowed;
    let mut lines = vec![match (allowed, by.is_empty()) {
        (true, false) => format!("local cloud: {} is allowed by {}", asked.action, by.join(" and ")),
        (false, false) => format!("local cloud: {}: {}", asked.because, by.join(" and ")),
        (_, true) => format!("local cloud: {}", asked.because),
    }];
    let near = asked.near_misses.iter().filter_map(|index| asked.steps.get(*index));
    lines.extend(near.filter_map(nearly));
    lines
}

fn name(step: &Step) -> String {
    let which = match &step.sid {
        Some(sid) => format!("\"{sid}\""),
        None => format!("number {}", step.statement + 1),
    };
    format!("statement {which} of {} {}", step.layer.replace('-', " "), step.policy)
}

/// The only element that kept a statement from applying.
fn nearly(step: &Step) -> Option<String> {
    let failed = step.elements.iter().find(|element| !element.fits)?;
    let what = match (&failed.operator, &failed.key) {
        (Some(operator), Some(key)) => format!("condition {operator} {key}"),
        _ => failed.element.clone(),
    };
    let listed = |values: &[String]| match values {
        [] => "nothing".to_owned(),
        values => values.join(", "),
    };
    let (wants, is) = (listed(&failed.policy), listed(failed.request.as_deref().unwrap_or_default()));
    Some(format!("nearly enough: {}, whose {what} is {wants}; the request has {is}", name(step)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::core::iam::{Attached, Caller, Context, Kind, Policies, Policy, Question, explain};

    const ALICE: &str = "arn:aws:iam::123456789012:user/alice";
    const HELLO: &str = "arn:aws:lambda:us-east-1:123456789012:function:hello";

    /// The cloud's decision on a request of alice, with one statement in the function's policy.
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
            id: FindingId::Denied,
            certainty: Certainty::Likely,
            cause: String::new(),
            evidence: Vec::new(),
            hint: String::new(),
            fixes: vec![Fix::Command("a guess".into())],
        };
        refine(&CloudTrace::parse(trace.as_bytes()).unwrap(), &mut finding);
        finding
    }

    #[test]
    fn a_missing_permission_comes_with_the_commands_that_add_it() {
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
            finding.commands().collect::<Vec<_>>(),
            [
                "aws lambda add-permission --region us-east-1 --function-name hello --statement-id invoke-via-url --action lambda:InvokeFunction --principal arn:aws:iam::123456789012:user/alice --invoked-via-function-url",
                r#"aws iam put-user-policy --user-name alice --policy-name call-function-url --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["lambda:InvokeFunction"],"Resource":"arn:aws:lambda:us-east-1:123456789012:function:hello"}]}'"#,
            ]
        );
    }

    #[test]
    fn a_failed_condition_is_shown_with_both_values() {
        let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
            "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}});
        let finding = refined(&[decided("lambda:InvokeFunctionUrl", &statement)]);
        assert_eq!(
            finding.evidence[1],
            "nearly enough: statement number 1 of resource policy hello, whose condition StringEquals lambda:FunctionUrlAuthType is NONE; the request has AWS_IAM"
        );
    }

    #[test]
    fn a_missing_condition_key_is_shown_as_missing() {
        let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}});
        let finding = refined(&[decided("lambda:InvokeFunctionUrl", &statement)]);
        assert!(finding.evidence[1].ends_with("is vpc-1; the request has nothing"), "{finding:?}");
    }

    #[test]
    fn no_command_is_offered_against_an_explicit_deny() {
        let statement =
            json!({"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"});
        let finding = refined(&[decided("lambda:InvokeFunctionUrl", &statement)]);
        assert_eq!(finding.fixes, []);
        assert!(finding.evidence[0].ends_with("statement \"No\" of resource policy hello"), "{finding:?}");
        assert!(finding.hint.starts_with("Remove or narrow the statement"), "{finding:?}");
    }

    #[test]
    fn an_invalid_trace_adds_nothing() {
        for text in ["", "[]", "{\"decisions\": 1}", "<html>"] {
            assert_eq!(CloudTrace::parse(text.as_bytes()), None, "{text}");
        }
        let noted = CloudTrace::parse(br#"{"note": "the program ended with 3"}"#).unwrap();
        let mut finding = refined(&[]);
        assert_eq!((finding.evidence.len(), finding.certainty), (0, Certainty::Likely));
        refine(&noted, &mut finding);
        assert_eq!(finding.evidence, ["local cloud: the program ended with 3"]);
    }
}
