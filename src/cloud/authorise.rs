//! May this caller do that: the account's policies, asked through [`crate::core::iam`].

use super::authenticate::Authenticated;
use super::state::State;
use crate::core::iam::{Attached, Context, Decision, Layer, Policies, Question, evaluate};

/// An action on a resource that its owner's policies judge.
pub(super) struct Ask<'a> {
    /// For example `lambda:AddPermission`.
    pub(super) action: &'a str,
    /// ARN of the resource.
    pub(super) resource: &'a str,
    /// Condition keys.
    pub(super) context: &'a Context,
}

/// Decides it. The function's own policy has a say where the resource is the function.
pub(super) fn decide(state: &State, who: &Authenticated, ask: &Ask<'_>) -> Decision {
    let policies = Policies {
        identity: state
            .users
            .get(&who.user)
            .into_iter()
            .flat_map(|user| &user.policies)
            .map(|(name, document)| Attached { name, policy: &document.policy })
            .collect(),
        resource: (ask.resource == state.function.arn)
            .then(|| state.function.policy())
            .flatten()
            .map(|policy| Attached { name: &state.function.name, policy }),
        ..Policies::default()
    };
    let question = Question {
        caller: &who.caller,
        action: ask.action,
        resource: ask.resource,
        owner: &state.account,
        context: ask.context,
    };
    evaluate(&question, &policies)
}

/// AWS's sentence for a decision that does not allow; `shown` is the resource as the service names
/// it.
pub(super) fn denied(who: &Authenticated, action: &str, shown: &str, decision: Decision) -> String {
    let why = match decision {
        Decision::ExplicitDeny(layer) => format!("with an explicit deny in {}", article(layer)),
        Decision::ImplicitDeny(_) | Decision::Allowed => {
            format!("because no identity-based policy allows the {action} action")
        }
    };
    format!("User: {} is not authorized to perform: {action} on resource: {shown} {why}", who.caller.name())
}

fn article(layer: Layer) -> &'static str {
    match layer {
        Layer::ServiceControlPolicy => "a service control policy",
        Layer::ResourcePolicy => "a resource-based policy",
        Layer::IdentityPolicy => "an identity-based policy",
        Layer::PermissionsBoundary => "a permissions boundary",
        Layer::SessionPolicy => "a session policy",
    }
}
