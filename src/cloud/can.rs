//! Who may do what in a cloud that is not started: the principals and policies of a `cloud.toml`.
//!
//! Owns finding who is meant and which policies have a say. Signatures, sessions and what a request
//! brings along are not known here: the context says them.

use std::time::SystemTime;

use super::config::{self, Problem};
use super::policies::{boundary, service_control};
use super::random::Random;
use super::state::{Account, Document, State, Tags};
use crate::core::iam::{
    Attached, Caller, Context, Explanation, Policies, Question, UnknownPrincipal, account_of, explain,
};

/// What is asked of a cloud.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// ARN of a user, role or session, or what else [`Caller::parse`] reads.
    pub principal: &'a str,
    /// For example `lambda:InvokeFunctionUrl`.
    pub action: &'a str,
    /// ARN, or `*`.
    pub resource: &'a str,
    /// Condition keys besides those that follow from the principal.
    pub context: &'a Context,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// Every mistake of the `cloud.toml`.
    #[error("the configuration has mistakes")]
    Config(Vec<Problem>),
    /// The principal cannot be read.
    #[error("{0}")]
    Principal(#[from] UnknownPrincipal),
    /// The cloud has no such principal.
    #[error("the cloud has no {0}")]
    Nobody(String),
    /// The system gives no random numbers, of which ids and keys are made.
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
}

/// Decides as the cloud of this `cloud.toml` would, and says why.
///
/// # Errors
/// A configuration with mistakes, or a principal that it does not declare.
pub fn can(config: &str, asked: &Asked<'_>) -> Result<Explanation, Unanswered> {
    let random = Random::new().map_err(Unanswered::Random)?;
    let state = config::parse(config, SystemTime::UNIX_EPOCH, &random).map_err(Unanswered::Config)?.state;
    let mut caller = Caller::parse(asked.principal)?;
    let mut policies = Policies { resource: guard(&state, asked.resource), ..Policies::default() };
    if let Some(id) = caller.account().map(str::to_owned) {
        let nobody = || Unanswered::Nobody(caller.name().to_owned());
        let account = state.account(&id).ok_or_else(nobody)?;
        policies.service_control = service_control(account);
        complete(&mut caller, account, &mut policies)?;
    }
    let owner = match account_of(asked.resource) {
        "" => caller.account().unwrap_or_default(),
        owner => owner,
    };
    let Asked { action, resource, context, .. } = *asked;
    Ok(explain(&Question { caller: &caller, action, resource, owner, context }, &policies))
}

/// The policy of a function, or that of a role's trust.
fn guard<'a>(state: &'a State, resource: &str) -> Option<Attached<'a>> {
    if let Some(function) = state.function(resource) {
        return function.policy().map(|policy| Attached { name: &function.name, policy });
    }
    let account = state.account(account_of(resource))?;
    let role = account.roles.values().find(|role| role.arn == resource)?;
    Some(Attached { name: &role.name, policy: &role.trust.policy })
}

/// What the account knows of a caller: its id and tags, and the policies that it has.
fn complete<'a>(
    caller: &mut Caller,
    account: &'a Account,
    policies: &mut Policies<'a>,
) -> Result<(), Unanswered> {
    let nobody = |arn: &str| Unanswered::Nobody(arn.to_owned());
    match caller {
        Caller::User { arn, id, tags, .. } => {
            let user = account.users.values().find(|user| user.arn == *arn).ok_or_else(|| nobody(arn))?;
            (*id, *tags) = (user.id.clone(), listed(&user.tags));
            policies.identity.extend(account.granted_to(user).map(attached));
            policies.boundary = boundary(account, user.boundary.as_deref());
        }
        Caller::Session { arn, role, id, tags, .. } => {
            // The ARN of a session does not say the path of its role.
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
