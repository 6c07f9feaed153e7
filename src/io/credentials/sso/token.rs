//! The access token of a login, as the AWS CLI keeps it, refreshed before it expires
//! (<https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>).

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::{Value, json};

use super::Sso;
use crate::core::credential::Secret;
use crate::core::credential_json;
use crate::core::wire::WireBody;
use crate::io::credentials::cached_login::{CachedLogin, Failed, Held, Now, Refreshed};
use crate::io::credentials::role_cache::sha1;
use crate::io::credentials::token_file::{Loaded, TokenFile};
use crate::io::credentials::{CredentialError, error, fetch, quoted};

pub(super) const SERVICE: &str = "the token service of IAM Identity Center";

/// The errors after which only a new login helps.
const REVOKED: [&str; 4] = ["invalid_grant", "invalid_client", "unauthorized_client", "expired_token"];

/// The access token of a login.
#[derive(Clone, Debug)]
pub struct Token {
    pub(super) access_token: Secret,
    /// When it expires.
    pub expires_at: SystemTime,
}

impl CachedLogin for Sso<'_> {
    type Value = Secret;

    /// As the AWS CLI has it.
    const REFRESH_BEFORE: Duration = Duration::from_secs(15 * 60);

    fn file(&self) -> TokenFile {
        TokenFile::new(self.cache, sha1(self.place().1))
    }

    fn missing(&self) -> CredentialError {
        error(format!("nobody is logged in to {}", self.name()), self.login()).without_login()
    }

    fn expired(&self) -> CredentialError {
        error(format!("{} has expired", self.name()), self.login()).without_login()
    }

    fn held(&self, loaded: &Loaded) -> Result<Held<Secret>, CredentialError> {
        let secret = loaded.text("accessToken").map(Secret::new);
        let expires_at = loaded.value.get("expiresAt").and_then(credential_json::time);
        match (secret, expires_at) {
            (Some(value), Some(expires_at)) => Ok(Held { value, expires_at }),
            _ => {
                let message = format!("the cached token of {} is incomplete", self.name());
                Err(error(message, self.login()).without_login())
            }
        }
    }

    fn is_refreshable(&self, loaded: &Loaded, at: SystemTime) -> bool {
        let registered_until = loaded.value.get("registrationExpiresAt").and_then(credential_json::time);
        registered_until.is_some_and(|until| until > at) && request(loaded).is_some()
    }

    async fn refresh(&self, loaded: &Loaded, now: Now<'_>) -> Result<Refreshed<Secret>, Failed> {
        let url = self.url(self.oidc_endpoint, "oidc", "/token").map_err(Failed::Otherwise)?;
        let body = request(loaded).ok_or(Failed::Revoked)?.to_string();
        let headers = [("content-type", "application/json")];
        let outgoing =
            fetch::outgoing("POST", url, headers, WireBody::Bytes(Bytes::from(body)), now.deadline);
        let reply = fetch::exchange(now.transport, outgoing, SERVICE).await.map_err(Failed::Otherwise)?;
        let value = credential_json::first_value(&reply.body).unwrap_or(Value::Null);
        if reply.status != 200 {
            return Err(refusal(self, reply.status, &value));
        }
        let access_token = credential_json::text(&value, "accessToken");
        let (Some(access_token), Some(expiry)) = (access_token, credential_json::expiry_in(&value, now.at))
        else {
            let message = format!("{SERVICE} returned no token");
            return Err(Failed::Otherwise(error(message, "Check the configured endpoint.")));
        };
        let mut content = loaded.value.clone();
        let mut set = |name: &str, value: &str| content.insert(name.to_owned(), value.into());
        set("accessToken", access_token);
        set("expiresAt", &expiry);
        if let Some(refresh_token) = credential_json::text(&value, "refreshToken") {
            set("refreshToken", refresh_token);
        }
        Ok(Refreshed { content, value: Secret::new(access_token) })
    }
}

/// What refreshes a token; `None` if the file lacks something.
fn request(loaded: &Loaded) -> Option<Value> {
    Some(json!({
        "clientId": loaded.text("clientId")?,
        "clientSecret": loaded.text("clientSecret")?,
        "grantType": "refresh_token",
        "refreshToken": loaded.text("refreshToken")?,
    }))
}

fn refusal(sso: &Sso<'_>, status: u16, value: &Value) -> Failed {
    let code = credential_json::text(value, "error").unwrap_or_default();
    if REVOKED.contains(&code) {
        return Failed::Revoked;
    }
    let said = if code.is_empty() { String::new() } else { format!(" {}", quoted(code)) };
    let message = format!("{SERVICE} refused to refresh {} with {status}{said}", sso.name());
    Failed::Otherwise(error(message, sso.login()))
}
