//! The accounts and roles that a login leads to
//! (<https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccounts.html>).

use std::time::SystemTime;

use serde_json::Value;
use tokio::time::Instant;

use super::{SERVICE, Sso, Token};
use crate::core::credential::Secret;
use crate::core::credential_json;
use crate::core::query;
use crate::core::sso_role::SsoRole;
use crate::io::credentials::cached_login::{self, Now};
use crate::io::credentials::{CredentialError, error, quoted};
use crate::io::transport::Transport;

/// The most pages of one list; the list of a service that never ends is an error.
const MAX_PAGES: usize = 100;

impl Sso<'_> {
    /// Every role of every account that the login leads to, in the portal's order. `held` is the token of
    /// a login that couldn't be saved.
    ///
    /// # Errors
    /// Nobody is logged in, the login has expired, or the portal can't be reached.
    pub async fn roles(
        &self,
        held: Option<&Token>,
        transport: &Transport,
        at: SystemTime,
        deadline: Option<Instant>,
    ) -> Result<Vec<SsoRole>, CredentialError> {
        let now = Now { transport, at, deadline };
        let token = match held {
            Some(token) => token.access_token.clone(),
            None => cached_login::get(self, now).await?,
        };
        let mut roles = Vec::new();
        for account in self.pages("/assignment/accounts?max_result=100", "accountList", &token, now).await? {
            let text = |name| credential_json::text(&account, name).unwrap_or_default().to_owned();
            let (account_id, account_name) = (text("accountId"), text("accountName"));
            let path = format!("/assignment/roles?max_result=100&account_id={}", query::encode(&account_id));
            let found = self.pages(&path, "roleList", &token, now).await?;
            let names = found.iter().filter_map(|role| credential_json::text(role, "roleName"));
            roles.extend(names.map(|name| SsoRole {
                account_id: account_id.clone(),
                account_name: account_name.clone(),
                role_name: name.to_owned(),
            }));
        }
        Ok(roles)
    }

    /// The items of every page of a list.
    async fn pages(
        &self,
        path: &str,
        name: &str,
        token: &Secret,
        now: Now<'_>,
    ) -> Result<Vec<Value>, CredentialError> {
        let (mut items, mut next) = (Vec::new(), String::new());
        for _ in 0..MAX_PAGES {
            let reply = self.portal(&format!("{path}{next}"), token, now).await?;
            if reply.status == 401 {
                return Err(self.revoked());
            }
            let page = credential_json::first_value(&reply.body).unwrap_or(Value::Null);
            if reply.status != 200 {
                let said = credential_json::text(&page, "message").map(quoted).unwrap_or_default();
                let message = format!("{SERVICE} refused to list roles with {} {said}", reply.status);
                return Err(error(message.trim_end(), "Try again later."));
            }
            items.extend(page.get(name).and_then(Value::as_array).into_iter().flatten().cloned());
            match credential_json::text(&page, "nextToken") {
                Some(token) => next = format!("&next_token={}", query::encode(token)),
                None => return Ok(items),
            }
        }
        let message = format!("{SERVICE} returned more than {MAX_PAGES} pages of roles or accounts");
        Err(error(message, "Name the account and the role in a profile."))
    }
}
