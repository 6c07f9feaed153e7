//! Roles of IAM Identity Center, with the login of the AWS CLI
//! (<https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html>).

use std::path::Path;
use std::time::SystemTime;

use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::cached_login::{self, CachedLogin as _, Now};
use super::fetch::Reply;
use super::{CredentialError, check_region, error, fetch, quoted, role_cache};
use crate::core::credential::{Credential, Secret};
use crate::core::credential_json;
use crate::core::endpoint;
use crate::core::query;
use crate::core::shell_quote;
use crate::core::wire::WireBody;
use crate::io::transport::Transport;

pub mod browser;
pub mod device;
pub mod portal;
mod registration;
mod token;

pub use token::Token;

const SERVICE: &str = "IAM Identity Center";

/// A role of IAM Identity Center.
#[derive(Clone, Copy, Debug)]
pub struct Sso<'a> {
    /// The profile that names it; empty for a session without one.
    pub profile: &'a str,
    /// Name of the `sso-session`; empty for a profile that has its own start URL.
    pub session: &'a str,
    /// Start URL of the portal.
    pub start_url: &'a str,
    /// Region of the portal.
    pub region: &'a str,
    /// The account.
    pub account_id: &'a str,
    /// The role.
    pub role_name: &'a str,
    /// The folder with the AWS CLI's tokens, usually `~/.aws/sso/cache`.
    pub cache: &'a Path,
    /// The folder with the AWS CLI's credentials of roles, usually `~/.aws/cli/cache`.
    pub role_cache: &'a Path,
    /// Endpoint of the portal; empty means the regional one.
    pub portal_endpoint: &'a str,
    /// Endpoint that refreshes tokens; empty means the regional one.
    pub oidc_endpoint: &'a str,
}

impl Sso<'_> {
    /// What the AWS CLI names its files after: the session, else the start URL.
    fn place(&self) -> (&'static str, &str) {
        if self.session.is_empty() { ("startUrl", self.start_url) } else { ("sessionName", self.session) }
    }

    /// The session, for messages.
    pub fn name(&self) -> String {
        format!("the SSO session `{}`", quoted(self.place().1))
    }

    /// The hint that a new login is needed.
    fn login(&self) -> String {
        if self.profile.is_empty() {
            return format!(
                "Run `signpost login --sso-session {}`.",
                shell_quote::quote(&quoted(self.session))
            );
        }
        format!("Run `signpost login {}`.", shell_quote::quote(&quoted(self.profile)))
    }

    /// A URL below an endpoint.
    fn url(&self, endpoint: &str, service: &str, path: &str) -> Result<Url, CredentialError> {
        let base = if endpoint.is_empty() {
            check_region(self.region)?;
            format!("https://{service}.{}.{}", self.region, endpoint::dns_suffix(self.region))
        } else {
            endpoint.trim_end_matches('/').to_owned()
        };
        Url::parse(&format!("{base}{path}")).map_err(|found| {
            error(
                format!("the endpoint of {} isn't a valid URL: {found}", self.name()),
                "Correct `sso_region`, or the configured endpoint.",
            )
        })
    }

    /// Uses the role's credential that the AWS CLI keeps, else asks for one with the session's token,
    /// refreshed if it's about to expire. `at` is now, and all is over at the deadline.
    ///
    /// # Errors
    /// Nobody is logged in, the login has expired, or the role may not be used.
    pub async fn call(
        &self,
        transport: &Transport,
        at: SystemTime,
        deadline: Option<Instant>,
    ) -> Result<Credential, CredentialError> {
        let source = format!("SSO role {}", self.role_name);
        let key = role_cache::sso_key(self.account_id, self.role_name, self.place());
        if let Some(known) = role_cache::read(self.role_cache, &key, at, &source).await {
            return Ok(self.in_account(known));
        }
        let token = cached_login::get(self, Now { transport, at, deadline }).await?;
        self.role(&token, Now { transport, at, deadline }).await
    }

    /// Asks for the role's credential with the token of a login that couldn't be saved.
    ///
    /// # Errors
    /// The login has expired, or the role may not be used.
    pub async fn call_with(
        &self,
        token: &Token,
        transport: &Transport,
        at: SystemTime,
        deadline: Option<Instant>,
    ) -> Result<Credential, CredentialError> {
        if token.expires_at <= at {
            return Err(self.expired());
        }
        self.role(&token.access_token, Now { transport, at, deadline }).await
    }

    async fn role(&self, token: &Secret, now: Now<'_>) -> Result<Credential, CredentialError> {
        let source = format!("SSO role {}", self.role_name);
        let path = format!(
            "/federation/credentials?role_name={}&account_id={}",
            query::encode(self.role_name),
            query::encode(self.account_id)
        );
        let reply = self.portal(&path, token, now).await?;
        if reply.status != 200 {
            return Err(self.refusal(reply.status, &reply.body));
        }
        let read = credential_json::first_value(&reply.body).and_then(|value| {
            let value = value.get("roleCredentials").cloned().unwrap_or_default();
            credential_json::temporary_credential(&value, &source)
        });
        read.map(|credential| self.in_account(credential)).map_err(|why| {
            let hint = "Check the configured endpoint.";
            error(format!("{SERVICE} returned no credential: {why}"), hint)
        })
    }

    /// The role's credential, which the portal gives without its account.
    fn in_account(&self, credential: Credential) -> Credential {
        Credential { account_id: Some(self.account_id.to_owned()), ..credential }
    }

    /// Asks the portal for something.
    async fn portal(&self, path: &str, token: &Secret, now: Now<'_>) -> Result<Reply, CredentialError> {
        let url = self.url(self.portal_endpoint, "portal.sso", path)?;
        let headers = [("x-amz-sso_bearer_token", token.expose())];
        let outgoing = fetch::outgoing("GET", url, headers, WireBody::Bytes(Bytes::new()), now.deadline);
        fetch::exchange(now.transport, outgoing, SERVICE).await
    }

    fn revoked(&self) -> CredentialError {
        error(format!("{} has expired or was revoked", self.name()), self.login()).without_login()
    }

    fn refusal(&self, status: u16, body: &[u8]) -> CredentialError {
        if status == 401 {
            return self.revoked();
        }
        let value = credential_json::first_value(body).unwrap_or(Value::Null);
        let said = credential_json::text(&value, "message").map(quoted).unwrap_or_default();
        let said = if said.is_empty() { said } else { format!(": {said}") };
        let hint = match status {
            403 | 404 => "Check `sso_account_id` and `sso_role_name`, and that the role is assigned to you.",
            429 => "Too many requests: try again later.",
            _ => "Try again.",
        };
        let (role, account) = (quoted(self.role_name), quoted(self.account_id));
        let message = format!("{SERVICE} refused the role {role} in account {account} with {status}{said}");
        error(message, hint)
    }
}
