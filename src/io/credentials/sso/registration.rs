//! What both ways of logging in share: the registration as a client, requests to the token service,
//! and the file that a login writes
//! (<https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html>).

use std::time::SystemTime;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::Sso;
use super::token::{SERVICE, Token};
use crate::core::credential::Secret;
use crate::core::credential_json;
use crate::core::wire::WireBody;
use crate::io::credentials::cached_login::{CachedLogin as _, Now};
use crate::io::credentials::{CredentialError, LoggedIn, error, fetch, quoted};

/// A registered client.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) secret: Secret,
    /// When the registration ends, seconds since 1970.
    until: u64,
    /// When it was made, by both clocks.
    made: (Instant, SystemTime),
}

impl Client {
    /// The time, by the clock that dated the registration.
    pub(super) fn now(&self) -> SystemTime {
        self.made.1 + self.made.0.elapsed()
    }
}

impl Sso<'_> {
    /// Registers as a public client. `more` are members besides name, type and scopes.
    pub(super) async fn register(
        &self,
        scopes: &[&str],
        more: &Value,
        now: Now<'_>,
    ) -> Result<Client, CredentialError> {
        let mut body = json!({"clientName": "signpost", "clientType": "public", "scopes": scopes});
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let client = self.granted("/client/register", &body, now).await?;
        Ok(Client {
            id: required(&client, "clientId")?.to_owned(),
            secret: Secret::new(required(&client, "clientSecret")?),
            until: client.get("clientSecretExpiresAt").and_then(Value::as_u64).unwrap_or(0),
            made: (Instant::now(), now.at),
        })
    }

    /// The response to a request of the token service.
    pub(super) async fn ask(
        &self,
        path: &str,
        body: &Value,
        now: Now<'_>,
    ) -> Result<(u16, Value), CredentialError> {
        let url = self.url(self.oidc_endpoint, "oidc", path)?;
        let body = WireBody::Bytes(Bytes::from(body.to_string()));
        let headers = [("content-type", "application/json")];
        let outgoing = fetch::outgoing("POST", url, headers, body, now.deadline);
        let reply = fetch::exchange(now.transport, outgoing, SERVICE).await?;
        Ok((reply.status, credential_json::first_value(&reply.body).unwrap_or(Value::Null)))
    }

    /// As [`Self::ask`], where anything but 200 is an error.
    pub(super) async fn granted(
        &self,
        path: &str,
        body: &Value,
        now: Now<'_>,
    ) -> Result<Value, CredentialError> {
        match self.ask(path, body, now).await? {
            (200, value) => Ok(value),
            (status, value) => {
                let code = credential_json::text(&value, "error").unwrap_or_default();
                Err(self.not_granted(&status.to_string(), code))
            }
        }
    }

    /// The error of a login that the token service or a person refused; `status` is the response's.
    pub(super) fn not_granted(&self, status: &str, code: &str) -> CredentialError {
        match code {
            "expired_token" => self.not_confirmed(),
            "access_denied" => {
                error(format!("the login to {} was refused", self.name()), "Allow it in the browser.")
            }
            _ => {
                let said = quoted(&format!("{status} {code}"));
                let message = format!("{SERVICE} refused the login to {} with {said}", self.name());
                error(message, "Check `sso_start_url` and `sso_region`.")
            }
        }
    }

    pub(super) fn not_confirmed(&self) -> CredentialError {
        error(format!("the login to {} wasn't confirmed in time", self.name()), "Try again.")
    }

    /// Writes the file of the AWS CLI's, as the CLI does.
    pub(super) async fn write_token(
        &self,
        client: &Client,
        reply: &Value,
    ) -> Result<LoggedIn<Token>, CredentialError> {
        let expiry = credential_json::expiry_in(reply, client.now()).ok_or_else(|| incomplete("a token"))?;
        let access_token = required(reply, "accessToken")?;
        let expires_at = Value::from(expiry);
        let token = Token {
            access_token: Secret::new(access_token),
            expires_at: credential_json::time(&expires_at).ok_or_else(|| incomplete("a token"))?,
        };
        let until = json!({"expiresIn": client.until});
        let mut file = json!({
            "startUrl": self.start_url, "region": self.region,
            "accessToken": access_token, "expiresAt": expires_at,
            "clientId": client.id, "clientSecret": client.secret.expose(),
            "registrationExpiresAt": credential_json::expiry_in(&until, SystemTime::UNIX_EPOCH),
        });
        if let Some(refresh_token) = credential_json::text(reply, "refreshToken") {
            file["refreshToken"] = refresh_token.into();
        }
        Ok(LoggedIn { value: token, unsaved: self.file().write(&file).await.err() })
    }
}

pub(super) fn required<'a>(value: &'a Value, name: &str) -> Result<&'a str, CredentialError> {
    credential_json::text(value, name).ok_or_else(|| incomplete(&format!("`{name}`")))
}

pub(super) fn incomplete(what: &str) -> CredentialError {
    error(format!("{SERVICE} returned a response without {what}"), "Check the configured endpoint.")
}
