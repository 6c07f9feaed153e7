//! The access token of a login, as the AWS CLI keeps it, refreshed before it expires
//! (<https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>).

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::{Sso, Token};
use crate::core::credential::Secret;
use crate::core::credential_json;
use crate::core::wire::WireBody;
use crate::io::credentials::role_cache::sha1;
use crate::io::credentials::token_file::{Loaded, TokenFile};
use crate::io::credentials::{CredentialError, error, fetch, quoted};
use crate::io::transport::Transport;

/// A token with less than this left is refreshed; the AWS CLI has the same limit.
const REFRESH_BEFORE: Duration = Duration::from_secs(15 * 60);

const SERVICE: &str = "the token service of IAM Identity Center";

/// Why a token wasn't refreshed.
enum Failed {
    /// The refresh token isn't valid any more: perhaps somebody else has used it.
    Revoked,
    Otherwise(CredentialError),
}

impl Token {
    fn of(loaded: &Loaded, sso: &Sso<'_>) -> Result<Self, CredentialError> {
        let secret = loaded.text("accessToken").map(Secret::new);
        let expires_at = loaded.value.get("expiresAt").and_then(credential_json::time);
        match (secret, expires_at) {
            (Some(secret), Some(expires_at)) => Ok(Self { secret, expires_at }),
            _ => Err(error(format!("the cached token of {} is incomplete", sso.name()), sso.login())),
        }
    }

    /// Whether it lasts longer than this.
    fn lasts(&self, at: SystemTime, least: Duration) -> bool {
        self.expires_at.duration_since(at).is_ok_and(|left| left > least)
    }

    /// The token, if it isn't expired; else this error.
    fn while_valid(self, at: SystemTime, otherwise: CredentialError) -> Result<Secret, CredentialError> {
        if self.lasts(at, Duration::ZERO) { Ok(self.secret) } else { Err(otherwise) }
    }
}

/// The session's access token.
pub(super) async fn get(
    sso: &Sso<'_>,
    transport: &Transport,
    at: SystemTime,
    deadline: Option<Instant>,
) -> Result<Secret, CredentialError> {
    let file = TokenFile::new(sso.cache, sha1(sso.place().1));
    let loaded = load(&file, sso).await?;
    let token = Token::of(&loaded, sso)?;
    if token.lasts(at, REFRESH_BEFORE) {
        return Ok(token.secret);
    }
    let expired = || error(format!("{} has expired", sso.name()), sso.login());
    if refresh_request(&loaded, at).is_none() {
        return token.while_valid(at, expired());
    }
    let lock = match file.lock(deadline).await {
        Ok(lock) => lock,
        Err(error) => return token.while_valid(at, error),
    };
    // Whoever held the lock may have refreshed it.
    let loaded = load(&file, sso).await?;
    let token = Token::of(&loaded, sso)?;
    if token.lasts(at, REFRESH_BEFORE) {
        return Ok(token.secret);
    }
    match refresh(sso, &loaded, transport, at, deadline).await {
        Ok((value, secret)) => file.replace(&loaded, &value, &lock).await.map(|()| secret),
        Err(Failed::Revoked) => {
            // The AWS CLI takes no lock, and may have used the refresh token at the same moment.
            let again = load(&file, sso).await?;
            let token = if again.is_same(&loaded) { token } else { Token::of(&again, sso)? };
            token.while_valid(at, expired())
        }
        Err(Failed::Otherwise(error)) => token.while_valid(at, error),
    }
}

async fn load(file: &TokenFile, sso: &Sso<'_>) -> Result<Loaded, CredentialError> {
    let found = file.read().await?;
    found.ok_or_else(|| error(format!("nobody is logged in to {}", sso.name()), sso.login()))
}

/// What refreshes a token; `None` if the login doesn't allow it, or not any more.
fn refresh_request(loaded: &Loaded, at: SystemTime) -> Option<Value> {
    let registered_until = loaded.value.get("registrationExpiresAt").and_then(credential_json::time)?;
    (registered_until > at).then_some(())?;
    Some(json!({
        "clientId": loaded.text("clientId")?,
        "clientSecret": loaded.text("clientSecret")?,
        "grantType": "refresh_token",
        "refreshToken": loaded.text("refreshToken")?,
    }))
}

/// The new content of the file, and its access token.
async fn refresh(
    sso: &Sso<'_>,
    loaded: &Loaded,
    transport: &Transport,
    at: SystemTime,
    deadline: Option<Instant>,
) -> Result<(Map<String, Value>, Secret), Failed> {
    let url = sso.url(sso.oidc_endpoint, "oidc", "/token").map_err(Failed::Otherwise)?;
    let request = refresh_request(loaded, at).ok_or(Failed::Revoked)?;
    let body = WireBody::Bytes(Bytes::from(request.to_string()));
    let outgoing = fetch::outgoing("POST", url, [("content-type", "application/json")], body, deadline);
    let reply = fetch::exchange(transport, outgoing, SERVICE).await.map_err(Failed::Otherwise)?;
    let value = credential_json::first_value(&reply.body).unwrap_or(Value::Null);
    if reply.status != 200 {
        return Err(refusal(sso, reply.status, &value));
    }
    let (Some(access_token), Some(seconds)) =
        (credential_json::text(&value, "accessToken"), value.get("expiresIn").and_then(Value::as_u64))
    else {
        let message = format!("{SERVICE} returned no token");
        return Err(Failed::Otherwise(error(message, "Check the configured endpoint.")));
    };
    let mut refreshed = loaded.value.clone();
    let mut set = |name: &str, value: &str| refreshed.insert(name.to_owned(), value.into());
    set("accessToken", access_token);
    set(
        "expiresAt",
        &credential_json::write_time(at + Duration::from_secs(seconds.min(u64::from(u32::MAX)))),
    );
    if let Some(refresh_token) = credential_json::text(&value, "refreshToken") {
        set("refreshToken", refresh_token);
    }
    Ok((refreshed, Secret::new(access_token)))
}

fn refusal(sso: &Sso<'_>, status: u16, value: &Value) -> Failed {
    let code = credential_json::text(value, "error").unwrap_or_default();
    if ["invalid_grant", "invalid_client", "unauthorized_client", "expired_token"].contains(&code) {
        return Failed::Revoked;
    }
    let said = if code.is_empty() { String::new() } else { format!(" {}", quoted(code)) };
    let message = format!("{SERVICE} refused to refresh {} with {status}{said}", sso.name());
    Failed::Otherwise(error(message, sso.login()))
}
