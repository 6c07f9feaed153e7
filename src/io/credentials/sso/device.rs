//! Logging in to IAM Identity Center with a code that is confirmed in a browser, on any machine
//! (<https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html>).
//!
//! Owns both halves of it: what to show, and waiting until somebody has confirmed it. Refuses to open
//! the browser and to show anything.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;

use super::Sso;
use super::registration::{Client, incomplete, required};
use super::token::Token;
use crate::core::credential::Secret;
use crate::core::credential_json;
use crate::io::credentials::cached_login::Now;
use crate::io::credentials::{CredentialError, LoggedIn, quoted};
use crate::io::transport::{Transport, is_loopback};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Between two questions whether it's confirmed, if the service doesn't say; `slow_down` adds it.
const INTERVAL: Duration = Duration::from_secs(5);
/// It's never asked more often.
const LEAST_INTERVAL: Duration = Duration::from_millis(200);
/// How long somebody has, at most and if the service doesn't say.
const LIMIT: Duration = Duration::from_secs(600);

/// A login that waits for somebody.
#[derive(Clone, Debug)]
pub struct DeviceLogin {
    /// The page to open; the code is part of it if the service says so.
    pub url: Url,
    /// The code that the page asks for or shows.
    pub code: String,
    device_code: Secret,
    client: Client,
    interval: Duration,
    until: Instant,
}

impl DeviceLogin {
    /// How long somebody has to confirm the code.
    pub fn time_left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }
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
        let client = self.register(scopes, &Value::Null, now).await?;
        let body = json!({
            "clientId": client.id, "clientSecret": client.secret.expose(), "startUrl": self.start_url,
        });
        let device = self.granted("/device_authorization", &body, now).await?;
        let page = credential_json::text(&device, "verificationUriComplete")
            .or_else(|| credential_json::text(&device, "verificationUri"));
        let url = page.and_then(|page| Url::parse(page).ok()).filter(is_safe);
        let seconds = |name| device.get(name).and_then(Value::as_u64).map(Duration::from_secs);
        Ok(DeviceLogin {
            url: url.ok_or_else(|| incomplete("a page"))?,
            code: quoted(required(&device, "userCode")?),
            device_code: Secret::new(required(&device, "deviceCode")?),
            client,
            interval: seconds("interval").unwrap_or(INTERVAL).clamp(LEAST_INTERVAL, LIMIT),
            until: Instant::now() + seconds("expiresIn").unwrap_or(LIMIT).min(LIMIT),
        })
    }

    /// Waits until somebody has confirmed the code, and writes the token to the AWS CLI's folder, as
    /// the CLI does. Dropping the future gives up.
    ///
    /// # Errors
    /// It was refused, or wasn't confirmed in time.
    pub async fn finish_login(
        &self,
        login: &DeviceLogin,
        transport: &Transport,
    ) -> Result<LoggedIn<Token>, CredentialError> {
        let client = &login.client;
        let body = json!({
            "clientId": client.id, "clientSecret": client.secret.expose(),
            "grantType": GRANT, "deviceCode": login.device_code.expose(),
        });
        let mut interval = login.interval;
        loop {
            tokio::time::sleep(interval).await;
            if Instant::now() >= login.until {
                return Err(self.not_confirmed());
            }
            let now = Now { transport, at: client.now(), deadline: Some(login.until) };
            let (status, value) = self.ask("/token", &body, now).await?;
            match credential_json::text(&value, "error").unwrap_or_default() {
                _ if status == 200 => return self.write_token(client, &value).await,
                "authorization_pending" => {}
                "slow_down" => interval += INTERVAL,
                code => return Err(self.not_granted(&status.to_string(), code)),
            }
        }
    }
}

/// A page that may be opened in a browser: by https, or on this machine.
fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}
