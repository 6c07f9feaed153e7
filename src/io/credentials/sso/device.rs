//! Logging in to IAM Identity Center with a code that is confirmed in a browser, on any machine
//! (<https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html>).
//!
//! Owns both halves of it: what to show, and waiting until somebody has confirmed it. Refuses to open
//! the browser and to show anything.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;

use super::Sso;
use super::token::SERVICE;
use crate::core::credential::Secret;
use crate::core::credential_json;
use crate::core::wire::WireBody;
use crate::io::credentials::cached_login::{CachedLogin as _, Now};
use crate::io::credentials::{CredentialError, error, fetch, quoted};
use crate::io::transport::{Transport, is_loopback};

const CLIENT_NAME: &str = "signpost";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Between two questions whether it's confirmed, if the service doesn't say.
const INTERVAL: Duration = Duration::from_secs(5);
/// It's never asked more often.
const LEAST_INTERVAL: Duration = Duration::from_millis(200);
/// How long somebody has, if the service doesn't say.
const LIMIT: Duration = Duration::from_secs(600);

/// A login that waits for somebody.
#[derive(Clone, Debug)]
pub struct DeviceLogin {
    /// The page to open; the code is part of it if the service says so.
    pub url: Url,
    /// The code that the page asks for or shows.
    pub code: String,
    device_code: Secret,
    client_id: String,
    client_secret: Secret,
    /// When the registration of the client ends, seconds since 1970.
    registered_until: u64,
    interval: Duration,
    until: Instant,
    /// The time of the start, by both clocks.
    started: (Instant, SystemTime),
}

impl Sso<'_> {
    /// Registers as a client and asks for a code. Show it together with the page, then wait with
    /// [`Self::finish_login`]. `scopes` are those of the session, usually `sso:account:access`.
    ///
    /// # Errors
    /// The service can't be reached or refuses.
    pub async fn start_login(
        &self,
        scopes: &[&str],
        transport: &Transport,
        at: SystemTime,
        deadline: Option<Instant>,
    ) -> Result<DeviceLogin, CredentialError> {
        let now = Now { transport, at, deadline };
        let body = json!({"clientName": CLIENT_NAME, "clientType": "public", "scopes": scopes});
        let client = self.granted("/client/register", &body, now).await?;
        let (client_id, client_secret) = (required(&client, "clientId")?, required(&client, "clientSecret")?);
        let body = json!({"clientId": client_id, "clientSecret": client_secret, "startUrl": self.start_url});
        let device = self.granted("/device_authorization", &body, now).await?;
        let page = credential_json::text(&device, "verificationUriComplete")
            .or_else(|| credential_json::text(&device, "verificationUri"));
        let url = page
            .and_then(|page| Url::parse(page).ok())
            .filter(is_safe)
            .ok_or_else(|| incomplete("a page"))?;
        let seconds =
            |name| credential_json::member(&device, name).and_then(Value::as_u64).map(Duration::from_secs);
        let limit = seconds("expiresIn").unwrap_or(LIMIT).min(LIMIT);
        Ok(DeviceLogin {
            url,
            code: quoted(required(&device, "userCode")?),
            device_code: Secret::new(required(&device, "deviceCode")?),
            client_id: client_id.to_owned(),
            client_secret: Secret::new(client_secret),
            registered_until: client.get("clientSecretExpiresAt").and_then(Value::as_u64).unwrap_or(0),
            interval: seconds("interval").unwrap_or(INTERVAL).clamp(LEAST_INTERVAL, LIMIT),
            until: Instant::now() + limit,
            started: (Instant::now(), at),
        })
    }

    /// Waits until somebody has confirmed the code, and writes the token to the AWS CLI's folder, as
    /// the CLI does. Dropping the future gives up.
    ///
    /// # Errors
    /// It was refused, wasn't confirmed in time, or the file can't be written.
    pub async fn finish_login(
        &self,
        login: &DeviceLogin,
        transport: &Transport,
    ) -> Result<(), CredentialError> {
        let body = json!({
            "clientId": login.client_id, "clientSecret": login.client_secret.expose(),
            "grantType": GRANT, "deviceCode": login.device_code.expose(),
        });
        let mut interval = login.interval;
        loop {
            tokio::time::sleep(interval).await;
            if Instant::now() >= login.until {
                return Err(error(
                    format!("the login to {} wasn't confirmed in time", self.name()),
                    "Try again.",
                ));
            }
            let now = Now { transport, at: login.now(), deadline: Some(login.until) };
            let (status, value) = self.ask("/token", &body, now).await?;
            match credential_json::text(&value, "error").unwrap_or_default() {
                _ if status == 200 => return self.write_token(login, &value, now.at).await,
                "authorization_pending" => {}
                "slow_down" => interval += INTERVAL,
                _ => return Err(self.not_granted(status, &value)),
            }
        }
    }

    /// The response to a request of the token service.
    async fn ask(&self, path: &str, body: &Value, now: Now<'_>) -> Result<(u16, Value), CredentialError> {
        let url = self.url(self.oidc_endpoint, "oidc", path)?;
        let body = WireBody::Bytes(Bytes::from(body.to_string()));
        let headers = [("content-type", "application/json")];
        let outgoing = fetch::outgoing("POST", url, headers, body, now.deadline);
        let reply = fetch::exchange(now.transport, outgoing, SERVICE).await?;
        Ok((reply.status, credential_json::first_value(&reply.body).unwrap_or(Value::Null)))
    }

    /// As [`Self::ask`], where anything but 200 is an error.
    async fn granted(&self, path: &str, body: &Value, now: Now<'_>) -> Result<Value, CredentialError> {
        match self.ask(path, body, now).await? {
            (200, value) => Ok(value),
            (status, value) => Err(self.not_granted(status, &value)),
        }
    }

    fn not_granted(&self, status: u16, value: &Value) -> CredentialError {
        let code = credential_json::text(value, "error").unwrap_or_default();
        match code {
            "expired_token" => {
                error(format!("the login to {} wasn't confirmed in time", self.name()), "Try again.")
            }
            "access_denied" => {
                error(format!("the login to {} was refused", self.name()), "Allow it in the browser.")
            }
            _ => {
                let said = if code.is_empty() { String::new() } else { format!(" {}", quoted(code)) };
                let message = format!("{SERVICE} refused the login to {} with {status}{said}", self.name());
                error(message, "Check `sso_start_url` and `sso_region`.")
            }
        }
    }

    async fn write_token(
        &self,
        login: &DeviceLogin,
        reply: &Value,
        at: SystemTime,
    ) -> Result<(), CredentialError> {
        let expires_at = credential_json::expiry_in(reply, at).ok_or_else(|| incomplete("a token"))?;
        let until = json!({"expiresIn": login.registered_until});
        let mut file = json!({
            "startUrl": self.start_url, "region": self.region,
            "accessToken": required(reply, "accessToken")?, "expiresAt": expires_at,
            "clientId": login.client_id, "clientSecret": login.client_secret.expose(),
            "registrationExpiresAt": credential_json::expiry_in(&until, SystemTime::UNIX_EPOCH),
        });
        if let Some(refresh_token) = credential_json::text(reply, "refreshToken") {
            file["refreshToken"] = refresh_token.into();
        }
        self.file().write(&file).await
    }
}

impl DeviceLogin {
    fn now(&self) -> SystemTime {
        self.started.1 + self.started.0.elapsed()
    }
}

fn required<'a>(value: &'a Value, name: &str) -> Result<&'a str, CredentialError> {
    credential_json::text(value, name).ok_or_else(|| incomplete(&format!("`{name}`")))
}

fn incomplete(what: &str) -> CredentialError {
    error(format!("{SERVICE} returned a response without {what}"), "Check the configured endpoint.")
}

/// A page that may be opened in a browser: by https, or on this machine.
fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}
