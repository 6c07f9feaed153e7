//! The access portal: GetRoleCredentials, ListAccounts, ListAccountRoles and Logout.
//!
//! Source: <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/>

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::parameter;
use crate::cloud::reply::{Member, Reply};
use crate::cloud::request::Call;
use crate::cloud::server_context::ServerContext;
use crate::cloud::state::{NewSession, SessionSource, Sso, Tags};
use crate::cloud::{clock, query};

/// How long the keys of a role last, as for a permission set unless it's configured.
const KEYS_LIFE: Duration = Duration::from_secs(3600);

fn error(status: u16, kind: &str, message: &str) -> Reply {
    Reply::error(status, kind, Member::Lower, Some(message))
}

/// What is declared, for a caller with a valid token; and the id of the caller's login.
fn logged_in(cloud: &ServerContext, call: &Call) -> Result<(Sso, String), Reply> {
    let invalid = || error(401, "UnauthorizedException", "Session token not found or invalid");
    let token = call.header("x-amz-sso_bearer_token").ok_or_else(invalid)?;
    let id = cloud.logins.lock().access_tokens.get(token, call.now).map(|session| session.id.clone());
    let state = cloud.store.read();
    let mut sso = state.sso.clone();
    if let Some(sso) = &mut sso {
        // A role that was deleted is assigned to nobody.
        sso.assignments.retain(|one| {
            state.account(&one.account).is_some_and(|account| account.roles.contains(&one.role))
        });
    }
    sso.zip(id).ok_or_else(invalid)
}

fn required(call: &Call, name: &str) -> Result<String, Reply> {
    parameter(&call.query, name).ok_or_else(|| {
        error(400, "InvalidRequestException", &format!("Required parameter {name} is missing"))
    })
}

/// One page of a list; the token is the number of items before the next page.
fn listed(call: &Call, name: &str, items: Vec<Value>) -> Result<Reply, Reply> {
    let number = |name: &str, default: usize| match parameter(&call.query, name) {
        None => Ok(default),
        Some(given) => given
            .parse::<usize>()
            .map_err(|_| error(400, "InvalidRequestException", &format!("Invalid parameter {name}"))),
    };
    let (start, most) = (number("next_token", 0)?, number("max_result", 100)?.clamp(1, 100));
    let end = start.saturating_add(most).min(items.len());
    let next = (end < items.len()).then(|| end.to_string());
    let page: Vec<Value> = items.into_iter().skip(start).take(most).collect();
    Ok(Reply::json(200, json!({ name: page, "nextToken": next }).to_string()))
}

pub(super) fn accounts(cloud: &ServerContext, call: &Call) -> Result<Reply, Reply> {
    let (sso, _) = logged_in(cloud, call)?;
    let ids: BTreeSet<&str> = sso.assignments.iter().map(|one| one.account.as_str()).collect();
    let account = |id: &str| json!({ "accountId": id, "accountName": format!("account-{id}"), "emailAddress": format!("{id}@example.com") });
    listed(call, "accountList", ids.into_iter().map(account).collect())
}

pub(super) fn roles(cloud: &ServerContext, call: &Call) -> Result<Reply, Reply> {
    let (sso, _) = logged_in(cloud, call)?;
    let account = required(call, "account_id")?;
    let own = sso.assignments.iter().filter(|one| one.account == account);
    let roles: Vec<Value> =
        own.map(|one| json!({ "roleName": one.role, "accountId": one.account })).collect();
    if roles.is_empty() {
        return Err(error(403, "ForbiddenException", "No access"));
    }
    listed(call, "roleList", roles)
}

pub(super) fn role_credentials(cloud: &ServerContext, call: &Call) -> Result<Reply, Reply> {
    let (sso, _) = logged_in(cloud, call)?;
    let (account, role) = (required(call, "account_id")?, required(call, "role_name")?);
    let forbidden = || error(403, "ForbiddenException", "No access");
    let assigned = sso.assignments.iter().any(|one| one.account == account && one.role == role);
    if !assigned {
        return Err(forbidden());
    }
    let new = NewSession {
        account,
        source: SessionSource::Role { role, name: sso.user },
        now: call.now,
        life: KEYS_LIFE,
        mfa: None,
        policies: Vec::new(),
        tags: Tags::new(),
        source_identity: None,
    };
    let minted = cloud.store.change(|state| Ok::<_, query::Error>(state.mint(new, &cloud.store.random)));
    let session = minted.map_err(|failed| error(failed.status, failed.code, &failed.message))?;
    let body = json!({ "roleCredentials": {
        "accessKeyId": session.access_key,
        "secretAccessKey": session.secret_key.expose(),
        "sessionToken": session.token.expose(),
        "expiration": clock::unix_seconds(session.expires) * 1000,
    }});
    Ok(Reply::json(200, body.to_string()))
}

/// Ends the login: its tokens are invalid from now on, the keys of roles are not.
pub(super) fn logout(cloud: &ServerContext, call: &Call) -> Result<Reply, Reply> {
    let (_, id) = logged_in(cloud, call)?;
    let mut logins = cloud.logins.lock();
    logins.access_tokens.retain(|session| session.id != id);
    logins.refresh_tokens.retain(|session| session.id != id);
    Ok(Reply::json(200, String::new()))
}
