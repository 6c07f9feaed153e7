//! Who an access key acts as.

use std::sync::Arc;

use super::Refusal;
use crate::cloud::caller::{Authenticated, Who};
use crate::cloud::state::{Account, Key, SessionSource, State};
use crate::core::iam::Caller;
use crate::core::sigv4::CredentialScope;

/// A principal: as the cloud knows it, as policies see it, and its user id.
type Principal = (Who, Caller, String);

/// The caller behind a verified key.
///
/// # Errors
/// [`Refusal::UnknownKey`] if the key's principal has been deleted.
pub(super) fn identify(
    state: &State,
    key: &Key<'_>,
    scope: &CredentialScope,
) -> Result<Authenticated, Refusal> {
    let (account, session, source) = match key {
        Key::LongTerm { owner, .. } => {
            (&owner.account, None, SessionSource::SessionToken { user: owner.user.clone() })
        }
        Key::Temporary(session) => (&session.account, Some(Arc::clone(session)), session.source.clone()),
    };
    let account = state.account(account).ok_or(Refusal::UnknownKey)?;
    let session_tags = session.iter().flat_map(|session| session.tags.iter());
    let (who, caller, user_id) = match source {
        SessionSource::SessionToken { user: None } => root(account),
        SessionSource::SessionToken { user: Some(name) } => user(account, name)?,
        SessionSource::Federation { user, name } => federated(account, user, &name, listed(session_tags))?,
        SessionSource::Role { role, name } | SessionSource::WebIdentity { role, name, .. } => {
            role_session(account, &role, &name, session_tags)?
        }
    };
    let region = scope.region.clone().unwrap_or_else(|| state.region.clone());
    Ok(Authenticated { caller, access_key: scope.access_key.clone(), user_id, who, session, region })
}

fn root(account: &Account) -> Principal {
    let id = account.id.clone();
    let caller = Caller::Root { arn: root_arn(account), account: id.clone() };
    (Who::Root, caller, id)
}

fn root_arn(account: &Account) -> String {
    format!("arn:aws:iam::{}:root", account.id)
}

fn user(account: &Account, name: String) -> Result<Principal, Refusal> {
    let user = account.users.get(&name).ok_or(Refusal::UnknownKey)?;
    let caller = Caller::User {
        arn: user.arn.clone(),
        id: user.id.clone(),
        account: account.id.clone(),
        tags: listed(user.tags.iter()),
    };
    Ok((Who::User(name), caller, user.id.clone()))
}

fn federated(
    account: &Account,
    user: Option<String>,
    name: &str,
    tags: Vec<(String, String)>,
) -> Result<Principal, Refusal> {
    let behind = match &user {
        Some(user) => account.users.get(user).ok_or(Refusal::UnknownKey)?.arn.clone(),
        None => root_arn(account),
    };
    let id = format!("{}:{name}", account.id);
    let caller = Caller::Federated {
        arn: format!("arn:aws:sts::{}:federated-user/{name}", account.id),
        user: behind,
        id: id.clone(),
        account: account.id.clone(),
        tags,
    };
    Ok((Who::Federated(user), caller, id))
}

fn role_session<'a>(
    account: &'a Account,
    role: &str,
    name: &str,
    session_tags: impl Iterator<Item = (&'a String, &'a String)>,
) -> Result<Principal, Refusal> {
    let role = account.roles.get(role).ok_or(Refusal::UnknownKey)?;
    let id = format!("{}:{name}", role.id);
    let caller = Caller::Session {
        arn: format!("arn:aws:sts::{}:assumed-role/{}/{name}", account.id, role.name),
        role: role.arn.clone(),
        id: id.clone(),
        account: account.id.clone(),
        // A session tag takes precedence over the role's tag of the same key.
        tags: listed(session_tags.chain(&role.tags)),
    };
    Ok((Who::Role(role.name.clone()), caller, id))
}

fn listed<'a>(tags: impl Iterator<Item = (&'a String, &'a String)>) -> Vec<(String, String)> {
    tags.map(|(key, value)| (key.clone(), value.clone())).collect()
}
