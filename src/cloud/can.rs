//! Who may do what in a cloud that isn't running: the principals and policies of a `cloud.toml`.
//!
//! Owns finding the principal and the policies that apply. Refuses to know signatures, sessions and
//! requests: the context carries their condition keys.

use std::collections::BTreeSet;
use std::time::SystemTime;

use super::config;
use super::policies::{boundary, service_control};
use super::problem::Problem;
use super::random::Random;
use super::state::{Account, Document, State, Tags};
use crate::core::iam::{
    Attached, Caller, Context, Explanation, Policies, Question, UnknownPrincipal, account_of, explain,
};

/// A question to the policies of a `cloud.toml`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CanQuestion<'a> {
    /// ARN of a user, role or session, or anything else that [`Caller::parse`] accepts.
    pub(crate) principal: &'a str,
    /// For example `lambda:InvokeFunctionUrl`.
    pub(crate) action: &'a str,
    /// ARN, or `*`.
    pub(crate) resource: &'a str,
    /// Condition keys, in addition to those that follow from the principal.
    pub(crate) context: &'a Context,
}

/// Why a question can't be decided.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CanError {
    /// Every error of the `cloud.toml`.
    #[error("the configuration is invalid")]
    Config(Vec<Problem>),
    /// The principal is invalid.
    #[error("{0}")]
    Principal(#[from] UnknownPrincipal),
    /// The `cloud.toml` doesn't declare this principal.
    #[error("the principal `{0}` doesn't exist in this cloud")]
    Nobody(String),
    /// The operating system's random number generator failed; ids and keys need it.
    #[error("the operating system's random number generator failed: {0}")]
    Random(getrandom::Error),
}

/// Decides as the cloud of this `cloud.toml` would, and explains it.
///
/// # Errors
/// An invalid configuration, or a principal that it doesn't declare.
pub(crate) fn can(config: &str, question: &CanQuestion<'_>) -> Result<Explanation, CanError> {
    let random = Random::new().map_err(CanError::Random)?;
    let config::Config { state, roles, .. } =
        config::parse(config, SystemTime::UNIX_EPOCH, &random).map_err(CanError::Config)?;
    roles.check(&state, &BTreeSet::new()).map_err(CanError::Config)?;
    let mut caller = Caller::parse(question.principal)?;
    let mut policies = Policies { resource: guard(&state, question.resource), ..Policies::default() };
    if let Some(id) = caller.account().map(str::to_owned) {
        let nobody = || CanError::Nobody(caller.name().to_owned());
        let account = state.account(&id).ok_or_else(nobody)?;
        policies.service_control = service_control(account);
        complete(&mut caller, account, &mut policies)?;
    }
    let owner = match account_of(question.resource) {
        "" => caller.account().unwrap_or_default(),
        owner => owner,
    };
    let CanQuestion { action, resource, context, .. } = *question;
    Ok(explain(&Question { caller: &caller, action, resource, owner, context }, &policies))
}

/// The resource policy of a function, or the trust policy of a role.
fn guard<'a>(state: &'a State, resource: &str) -> Option<Attached<'a>> {
    if let Some(function) = state.function(resource) {
        return function.policy().map(|policy| Attached { name: &function.name, policy });
    }
    let account = state.account(account_of(resource))?;
    let role = account.roles.values().find(|role| role.arn == resource)?;
    Some(Attached { name: &role.name, policy: &role.trust.policy })
}

/// Completes a caller from its account: id, tags and policies.
fn complete<'a>(
    caller: &mut Caller,
    account: &'a Account,
    policies: &mut Policies<'a>,
) -> Result<(), CanError> {
    let nobody = |arn: &str| CanError::Nobody(arn.to_owned());
    match caller {
        Caller::User { arn, id, tags, .. } => {
            let user = account.users.values().find(|user| user.arn == *arn).ok_or_else(|| nobody(arn))?;
            (*id, *tags) = (user.id.clone(), listed(&user.tags));
            policies.identity.extend(account.granted_to(user).map(attached));
            policies.boundary = boundary(account, user.boundary.as_deref());
        }
        Caller::Session { arn, role, id, tags, .. } => {
            // The ARN of a session doesn't contain the path of its role.
            let name = role.rsplit('/').next().unwrap_or_default();
            let found =
                account.roles.get(name).filter(|found| arn.contains(":assumed-role/") || found.arn == *arn);
            let found = found.ok_or_else(|| nobody(arn))?;
            let session = arn.split_once(":assumed-role/").and_then(|(_, rest)| rest.split_once('/'));
            *id = session.map_or(String::new(), |(_, session)| format!("{}:{session}", found.id));
            (*role, *tags) = (found.arn.clone(), listed(&found.tags));
            policies.identity.extend(account.granted(&found.grants).map(attached));
            policies.boundary = boundary(account, found.boundary.as_deref());
        }
        Caller::Federated { .. }
        | Caller::Root { .. }
        | Caller::Anonymous
        | Caller::Service { .. }
        | Caller::WebIdentity { .. } => {}
    }
    Ok(())
}

fn attached<'a>((name, document): (&'a str, &'a Document)) -> Attached<'a> {
    Attached { name, policy: &document.policy }
}

fn listed(tags: &Tags) -> Vec<(String, String)> {
    tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}
