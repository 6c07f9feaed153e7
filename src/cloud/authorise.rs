//! May this caller do that: the account's policies, asked through [`crate::core::iam`].

use super::authenticate::{Authenticated, Who};
use super::state::{Document, State, aws_managed};
use crate::core::iam::{Attached, Basis, Context, Decision, Kind, Policies, Question, evaluate};

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
    let function = state.function(ask.resource);
    let policies = Policies {
        identity: identity_policies(state, who),
        resource: function
            .and_then(|function| Some(Attached { name: &function.name, policy: function.policy()? })),
    };
    let owner = ask.resource.split(':').nth(4).filter(|owner| !owner.is_empty());
    let question = Question {
        caller: &who.caller,
        action: ask.action,
        resource: ask.resource,
        owner: owner.unwrap_or(&who.caller.account),
        context: ask.context,
    };
    let decision = evaluate(&question, &policies);
    who.journal.decided(ask.action, ask.resource, &decision);
    decision
}

fn identity_policies<'a>(state: &'a State, who: &Authenticated) -> Vec<Attached<'a>> {
    let Some(account) = state.account(&who.caller.account) else { return Vec::new() };
    let attached = |(name, document): (&'a str, &'a Document)| Attached { name, policy: &document.policy };
    match &who.who {
        Who::User(name) | Who::Federated(Some(name)) => match account.users.get(name) {
            Some(user) => account.granted_to(user).map(attached).collect(),
            None => Vec::new(),
        },
        Who::Role(name) => match account.roles.get(name) {
            Some(role) => account.granted(&role.grants).map(attached).collect(),
            None => Vec::new(),
        },
        Who::Root | Who::Federated(None) => {
            let everything = aws_managed().get_key_value("arn:aws:iam::aws:policy/AdministratorAccess");
            everything.map(|(name, document)| attached((name, document))).into_iter().collect()
        }
    }
}

/// AWS's sentence for a decision that does not allow; `shown` is the resource as the service names
/// it.
pub(super) fn denied(who: &Authenticated, action: &str, shown: &str, decision: &Decision) -> String {
    let why = match decision.basis {
        Basis::ExplicitDeny(index) => match decision.steps.get(index).map(|step| step.kind) {
            Some(Kind::Resource) => "with an explicit deny in a resource-based policy".to_owned(),
            Some(Kind::Identity) | None => "with an explicit deny in an identity-based policy".to_owned(),
        },
        Basis::NothingAllows | Basis::Allowed(_) => {
            format!("because no identity-based policy allows the {action} action")
        }
    };
    format!("User: {} is not authorized to perform: {action} on resource: {shown} {why}", who.caller.arn)
}
