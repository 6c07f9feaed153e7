//! The policy language as a whole: documents in, decisions out.

mod decisions;
mod documents;
mod properties;
mod traces;

use super::*;

const ALICE: &str = "arn:aws:iam::123456789012:user/alice";
const OPS: &str = "arn:aws:sts::123456789012:assumed-role/Ops/me";
const HELLO: &str = "arn:aws:lambda:us-east-1:123456789012:function:hello";
const INVOKE: &str = "lambda:InvokeFunctionUrl";

fn statement(rest: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{{{rest}}}]}}"#)
}

fn allow(rest: &str) -> String {
    statement(&format!(r#""Effect": "Allow", {rest}"#))
}

fn deny(rest: &str) -> String {
    statement(&format!(r#""Effect": "Deny", {rest}"#))
}

/// A policy that allows everything.
fn everything() -> String {
    allow(r#""Action": "*", "Resource": "*""#)
}

/// A resource policy that allows a principal everything.
fn to(principal: &str) -> String {
    allow(&format!(r#""Principal": {principal}, "Action": "*", "Resource": "*""#))
}

/// A request to be decided; its parts are replaced one by one.
#[derive(Clone, Debug)]
struct Case {
    caller: Caller,
    action: String,
    resource: String,
    owner: String,
    context: Context,
    identity: Vec<String>,
    resource_policy: Option<String>,
    boundary: Option<String>,
    session: Vec<String>,
    service_control: Vec<Vec<String>>,
}

impl Case {
    /// A call of the function by a principal of the same account.
    fn of(principal: &str) -> Self {
        Self {
            caller: Caller::parse(principal).unwrap(),
            action: INVOKE.into(),
            resource: HELLO.into(),
            owner: "123456789012".into(),
            context: Context::default().with("lambda:FunctionUrlAuthType", "AWS_IAM"),
            identity: Vec::new(),
            resource_policy: None,
            boundary: None,
            session: Vec::new(),
            service_control: Vec::new(),
        }
    }

    fn identity(mut self, text: impl Into<String>) -> Self {
        self.identity.push(text.into());
        self
    }

    fn guarded(mut self, text: impl Into<String>) -> Self {
        self.resource_policy = Some(text.into());
        self
    }

    fn bounded(mut self, text: impl Into<String>) -> Self {
        self.boundary = Some(text.into());
        self
    }

    fn session(mut self, text: impl Into<String>) -> Self {
        self.session.push(text.into());
        self
    }

    fn control(mut self, level: &[String]) -> Self {
        self.service_control.push(level.to_vec());
        self
    }

    fn asking(mut self, action: &str, resource: &str) -> Self {
        (self.action, self.resource) = (action.into(), resource.into());
        self
    }

    /// Decides with and without reasons, which must agree.
    fn explain(&self) -> Explanation {
        let parse = |text: &String, kind| Policy::parse(text, kind).unwrap_or_else(|e| panic!("{text}: {e}"));
        let read = |texts: &[String]| -> Vec<Policy> {
            texts.iter().map(|text| parse(text, Kind::Identity)).collect()
        };
        fn attach(policies: &[Policy]) -> Vec<Attached<'_>> {
            policies.iter().map(|policy| Attached { name: "p", policy }).collect()
        }
        let (identity, session) = (read(&self.identity), read(&self.session));
        let resource = self.resource_policy.as_ref().map(|text| {
            let trust = self.action.starts_with("sts:");
            parse(text, if trust { Kind::Trust } else { Kind::Resource })
        });
        let boundary = self.boundary.as_ref().map(|text| parse(text, Kind::Identity));
        let levels: Vec<_> = self.service_control.iter().map(|level| read(level)).collect();
        let policies = Policies {
            service_control: levels.iter().map(|level| attach(level)).collect(),
            resource: resource.as_ref().map(|policy| Attached { name: "p", policy }),
            identity: attach(&identity),
            boundary: boundary.as_ref().map(|policy| Attached { name: "p", policy }),
            session: attach(&session),
        };
        let question = Question {
            caller: &self.caller,
            action: &self.action,
            resource: &self.resource,
            owner: &self.owner,
            context: &self.context,
        };
        let explanation = explain(&question, &policies);
        assert_eq!(evaluate(&question, &policies), explanation.decision, "{self:?}");
        explanation
    }

    fn decide(&self) -> Decision {
        self.explain().decision
    }

    fn allowed(&self) -> bool {
        self.decide().allowed()
    }
}
