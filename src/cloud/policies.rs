//! Which policies apply to a caller: identity, boundary, session, and service control policies.
//!
//! Owns collecting them from the state. Refuses to evaluate them; [`super::authorise`] does.

use super::caller::{Authenticated, Who};
use super::state::{Account, Document, SessionSource, State, aws_managed};
use crate::core::iam::{Attached, Policies};

/// A named document, for the evaluation.
pub(super) fn attached<'a>((name, document): (&'a str, &'a Document)) -> Attached<'a> {
    Attached { name, policy: &document.policy }
}

/// Every policy that applies to a caller.
pub(super) fn policies<'a>(
    state: &'a State,
    who: &'a Authenticated,
    resource: Option<Attached<'a>>,
) -> Policies<'a> {
    let mut policies = Policies { resource, ..Policies::default() };
    let Some(account) = state.account(who.account()) else { return policies };
    policies.service_control = service_control(account);
    match &who.who {
        Who::Root | Who::Federated(None) => policies.identity.extend(everything()),
        Who::User(name) | Who::Federated(Some(name)) => {
            if let Some(user) = account.users.get(name) {
                policies.identity.extend(account.granted_to(user).map(attached));
                policies.boundary = boundary(account, user.boundary.as_deref());
            }
        }
        Who::Role(name) => {
            if let Some(role) = account.roles.get(name) {
                policies.identity.extend(account.granted(&role.grants).map(attached));
                policies.boundary = boundary(account, role.boundary.as_deref());
            }
        }
    }
    if let Some(session) = &who.session {
        policies.session.extend(session.policies.iter().map(|(name, document)| attached((name, document))));
        // A federated session without policies gets only what resource policies grant.
        if matches!(session.source, SessionSource::Federation { .. }) && policies.session.is_empty() {
            policies.identity.clear();
        }
    }
    policies
}

/// The service control policies of an account: each must allow, except those that only deny.
pub(super) fn service_control(account: &Account) -> Vec<Vec<Attached<'_>>> {
    Policies::levels(account.scps.iter().map(|(name, document)| attached((name, document))))
}

/// The permissions boundary with this ARN.
pub(super) fn boundary<'a>(account: &'a Account, arn: Option<&'a str>) -> Option<Attached<'a>> {
    let arn = arn?;
    Some(attached((arn, account.managed_document(arn)?)))
}

/// The root user's permissions.
fn everything() -> Option<Attached<'static>> {
    let (name, document) = aws_managed().get_key_value("arn:aws:iam::aws:policy/AdministratorAccess")?;
    Some(attached((name, document)))
}
