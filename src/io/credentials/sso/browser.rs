//! Logging in to IAM Identity Center in a browser on this machine: an authorization code with PKCE,
//! which the browser brings to a port on loopback (<https://www.rfc-editor.org/rfc/rfc8252>).
//!
//! Owns both halves of it: the page to open, and waiting for the code. Refuses to open the browser,
//! and to take a code that doesn't belong to this login.

use std::time::{Duration, SystemTime};

use serde_json::json;
use tokio::time::Instant;
use url::Url;

use super::Sso;
use super::registration::Client;
use super::token::Token;
use crate::io::credentials::cached_login::Now;
use crate::io::credentials::callback::{self, Callback, NoCode};
use crate::io::credentials::{CredentialError, LoggedIn};
use crate::io::transport::Transport;

/// A login that waits for the browser.
#[derive(Debug)]
pub struct BrowserLogin {
    /// The page to open.
    pub url: Url,
    callback: Callback,
    client: Client,
}

impl BrowserLogin {
    /// How long somebody has to log in.
    pub fn time_left(&self) -> Duration {
        self.callback.until.saturating_duration_since(Instant::now())
    }
}

impl Sso<'_> {
    /// Listens on a free port of loopback and registers as a client. Open the page, then wait with
    /// [`Self::finish_browser_login`]. `scopes` are those of the session, usually
    /// `sso:account:access`.
    ///
    /// # Errors
    /// The service can't be reached or refuses, or the system gives no port or random numbers.
    pub async fn start_browser_login(
        &self,
        scopes: &[&str],
        transport: &Transport,
        at: SystemTime,
        deadline: Option<Instant>,
    ) -> Result<BrowserLogin, CredentialError> {
        let more = json!({
            "grantTypes": ["authorization_code", "refresh_token"],
            "redirectUris": [format!("http://127.0.0.1{}", callback::PATH)], "issuerUrl": self.start_url,
        });
        let client = self.register(scopes, &more, Now { transport, at, deadline }).await?;
        let callback = Callback::listen("Log in with a device code instead.").await?;
        let mut url = self.url(self.oidc_endpoint, "oidc", "/authorize")?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &client.id)
            .append_pair("redirect_uri", &callback.redirect_uri)
            .append_pair("state", callback.proof.state.expose())
            .append_pair("code_challenge_method", "S256")
            .append_pair("scopes", &scopes.join(" "))
            .append_pair("code_challenge", &callback.proof.challenge());
        Ok(BrowserLogin { url, callback, client })
    }

    /// Waits until the browser brings the code, exchanges it, and writes the token to the AWS CLI's
    /// folder, as the CLI does. Dropping the future gives up.
    ///
    /// # Errors
    /// It was refused, or nobody logged in in time.
    pub async fn finish_browser_login(
        &self,
        login: &BrowserLogin,
        transport: &Transport,
    ) -> Result<LoggedIn<Token>, CredentialError> {
        let (client, callback) = (&login.client, &login.callback);
        let code = callback.code().await.map_err(|why| match why {
            NoCode::Refused(code) => self.not_granted("", &code),
            NoCode::TimedOut => self.not_confirmed(),
        })?;
        let body = json!({
            "clientId": client.id, "clientSecret": client.secret.expose(), "code": code.expose(),
            "grantType": "authorization_code", "redirectUri": callback.redirect_uri,
            "codeVerifier": callback.proof.verifier.expose(),
        });
        let now = Now { transport, at: client.now(), deadline: Some(callback.until) };
        let reply = self.granted("/token", &body, now).await?;
        self.write_token(client, &reply).await
    }
}
