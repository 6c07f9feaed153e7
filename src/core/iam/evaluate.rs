//! Who may do what: policies -> [`Decision`].
//!
//! Owns the order in which policies are asked: an explicit deny anywhere, then the resource
//! policy, then the identity policies; nothing that allows is a deny.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

use super::condition::Context;
use super::pattern;
use super::policy::{Effect, Kind, Policy, Principal, Selection, Statement};
use super::trace::{Basis, Decision, Element, Outcome, Step};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// ARN of the user.
    pub arn: String,
    /// The account it belongs to, 12 digits.
    pub account: String,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// For example `lambda:InvokeFunctionUrl`.
    pub action: &'a str,
    /// ARN of the resource.
    pub resource: &'a str,
    /// The account that owns the resource.
    pub owner: &'a str,
    /// Condition keys of the request.
    pub context: &'a Context,
}

/// A policy and its name.
#[derive(Clone, Copy, Debug)]
pub struct Attached<'a> {
    /// The name under which it is attached.
    pub name: &'a str,
    /// The document.
    pub policy: &'a Policy,
}

/// Every policy that has a say.
#[derive(Clone, Debug, Default)]
pub struct Policies<'a> {
    /// Those of the caller.
    pub identity: Vec<Attached<'a>>,
    /// That of the resource.
    pub resource: Option<Attached<'a>>,
}

/// Decides one question.
pub fn evaluate(question: &Question<'_>, policies: &Policies<'_>) -> Decision {
    let resource = policies.resource.iter().map(|attached| (Kind::Resource, attached));
    let identity = policies.identity.iter().map(|attached| (Kind::Identity, attached));
    let mut steps = Vec::new();
    for (kind, attached) in resource.chain(identity) {
        for (index, statement) in attached.policy.statements.iter().enumerate() {
            steps.push(Step {
                kind,
                policy: attached.name.to_owned(),
                statement: index,
                sid: statement.sid.clone(),
                effect: statement.effect,
                outcome: ask(statement, kind, question),
            });
        }
    }
    Decision { basis: settle(&steps, question), steps }
}

fn settle(steps: &[Step], question: &Question<'_>) -> Basis {
    let speaks = |step: &Step| matches!(step.outcome, Outcome::Applies | Outcome::Delegates);
    if let Some(index) = steps.iter().position(|step| step.effect == Effect::Deny && speaks(step)) {
        return Basis::ExplicitDeny(index);
    }
    let allow = |kind: Kind| {
        let fits = move |step: &Step| step.kind == kind && step.outcome == Outcome::Applies;
        steps.iter().position(|step| step.effect == Effect::Allow && fits(step))
    };
    let (by_resource, by_identity) = (allow(Kind::Resource), allow(Kind::Identity));
    let same_account = question.caller.account == question.owner;
    let delegated = || steps.iter().any(|s| s.effect == Effect::Allow && s.outcome == Outcome::Delegates);
    let granted = if same_account {
        // A resource policy that names the caller is enough by itself; one that names the account
        // adds nothing to what the identity policies say.
        by_resource.or(by_identity)
    } else if by_resource.is_some() || delegated() {
        // Across accounts both sides must agree.
        by_identity
    } else {
        None
    };
    granted.map_or(Basis::NothingAllows, Basis::Allowed)
}

fn ask(statement: &Statement, kind: Kind, question: &Question<'_>) -> Outcome {
    let speaks = match kind {
        Kind::Identity => Outcome::Applies,
        Kind::Resource => speaks_of(&statement.principals, question.caller),
    };
    if matches!(speaks, Outcome::Differs(_)) {
        return speaks;
    }
    if !selects(&statement.actions, |action| pattern::matches_ignoring_case(action, question.action)) {
        return Outcome::Differs(Element::Action);
    }
    if !selects(&statement.resources, |resource| pattern::matches(resource, question.resource)) {
        return Outcome::Differs(Element::Resource);
    }
    match statement.conditions.iter().find(|condition| !condition.holds(question.context)) {
        Some(failed) => {
            Outcome::Differs(Element::Condition { operator: failed.operator, key: failed.key.clone() })
        }
        None => speaks,
    }
}

fn speaks_of(principals: &[Principal], caller: &Caller) -> Outcome {
    let direct = principals.iter().any(|principal| match principal {
        Principal::Everybody => true,
        Principal::Arn(arn) => *arn == caller.arn,
        Principal::Account(_) | Principal::Other(_) => false,
    });
    let account = principals.iter().any(|p| matches!(p, Principal::Account(id) if *id == caller.account));
    match (direct, account) {
        (true, _) => Outcome::Applies,
        (false, true) => Outcome::Delegates,
        (false, false) => Outcome::Differs(Element::Principal),
    }
}

fn selects(selection: &Selection, matches: impl Fn(&str) -> bool) -> bool {
    match selection {
        Selection::Any(patterns) => patterns.iter().any(|pattern| matches(pattern)),
        Selection::Not(patterns) => !patterns.iter().any(|pattern| matches(pattern)),
    }
}
