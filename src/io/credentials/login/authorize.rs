//! Logging in as `aws login` does: an authorization code with PKCE, which a browser on this machine
//! brings to a port on loopback, or which somebody copies from a browser on another one
//! (<https://docs.aws.amazon.com/signin/latest/userguide/command-line-sign-in.html>).
//!
//! Owns both ways, and the file that a login writes. Refuses to open the browser, a code that doesn't
//! belong to this login, and a login as somebody else than the profile names.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::Instant;
use url::{Url, form_urlencoded};

use super::dpop::Key;
use super::{Login, SERVICE};
use crate::core::credential::{Credential, Secret};
use crate::core::credential_json;
use crate::core::wire::WireBody;
use crate::io::credentials::cached_login::{CachedLogin as _, Now};
use crate::io::credentials::callback::{Callback, NoCode, Proof};
use crate::io::credentials::{CredentialError, LoggedIn, error, fetch, quoted};
use crate::io::transport::Transport;

const SAME_DEVICE: &str = "arn:aws:signin:::devtools/same-device";
const CROSS_DEVICE: &str = "arn:aws:signin:::devtools/cross-device";

/// A login that waits for the browser.
pub struct BrowserLogin {
    /// The page to open.
    pub url: Url,
    callback: Callback,
    key: Key,
}

/// A login that waits for a code from another machine's browser.
pub struct RemoteLogin {
    /// The page to open, which shows the code.
    pub url: Url,
    redirect_uri: String,
    proof: Proof,
    key: Key,
}

/// A code, and what shows that it may be exchanged.
struct Grant<'a> {
    client_id: &'static str,
    code: &'a Secret,
    redirect_uri: &'a str,
    verifier: &'a Secret,
    key: &'a Key,
}

impl BrowserLogin {
    /// How long somebody has to log in.
    pub fn time_left(&self) -> Duration {
        self.callback.until.saturating_duration_since(Instant::now())
    }
}

impl Login<'_> {
    /// Listens on a free port of loopback. Open the page, then wait with
    /// [`Self::finish_browser_login`].
    ///
    /// # Errors
    /// The region isn't valid, or the system gives no port or random numbers.
    pub async fn start_browser_login(&self) -> Result<BrowserLogin, CredentialError> {
        let callback = Callback::listen("Log in with --remote instead.").await?;
        let url = self.page(SAME_DEVICE, &callback.redirect_uri, &callback.proof)?;
        Ok(BrowserLogin { url, callback, key: new_key()? })
    }

    /// Waits until the browser brings the code, exchanges it, and writes the session to the AWS CLI's
    /// folder, as the CLI does. `at` is now. Dropping the future gives up.
    ///
    /// # Errors
    /// It was refused, nobody logged in in time, or somebody else did.
    pub async fn finish_browser_login(
        &self,
        login: &BrowserLogin,
        transport: &Transport,
        at: SystemTime,
    ) -> Result<LoggedIn<Credential>, CredentialError> {
        let (callback, started) = (&login.callback, Instant::now());
        let code = callback.code().await.map_err(|why| match why {
            NoCode::Refused(code) if code == "access_denied" => {
                error(format!("the login to {} was refused", self.name()), "Allow it in the browser.")
            }
            NoCode::Refused(code) => self.not_granted(&code),
            NoCode::TimedOut => {
                error(format!("the login to {} wasn't confirmed in time", self.name()), "Try again.")
            }
        })?;
        let grant = Grant {
            client_id: SAME_DEVICE,
            code: &code,
            redirect_uri: &callback.redirect_uri,
            verifier: &callback.proof.verifier,
            key: &login.key,
        };
        let now = Now { transport, at: at + started.elapsed(), deadline: Some(callback.until) };
        self.exchange(&grant, now).await
    }

    /// Makes the page for a browser on another machine, which then shows a code. Exchange that with
    /// [`Self::finish_remote_login`].
    ///
    /// # Errors
    /// The region isn't valid, or the system gives no random numbers.
    pub fn start_remote_login(&self) -> Result<RemoteLogin, CredentialError> {
        let redirect_uri = self.url("/v1/sessions/confirmation")?.to_string();
        let proof = Proof::new()?;
        let url = self.page(CROSS_DEVICE, &redirect_uri, &proof)?;
        Ok(RemoteLogin { url, redirect_uri, proof, key: new_key()? })
    }

    /// Exchanges the code that the page has shown, and writes the session to the AWS CLI's folder.
    ///
    /// # Errors
    /// It isn't a code, belongs to another login, was refused, or somebody else has logged in.
    pub async fn finish_remote_login(
        &self,
        login: &RemoteLogin,
        pasted: &str,
        transport: &Transport,
        at: SystemTime,
    ) -> Result<LoggedIn<Credential>, CredentialError> {
        let hint = "Copy all of what the page shows.";
        let (code, state) =
            shown(pasted).ok_or_else(|| error("this isn't the code of a login page", hint))?;
        if state.expose() != login.proof.state.expose() {
            return Err(error("the code belongs to another login", "Open the page that is shown here."));
        }
        let grant = Grant {
            client_id: CROSS_DEVICE,
            code: &code,
            redirect_uri: &login.redirect_uri,
            verifier: &login.proof.verifier,
            key: &login.key,
        };
        self.exchange(&grant, Now { transport, at, deadline: None }).await
    }

    fn page(&self, client_id: &str, redirect_uri: &str, proof: &Proof) -> Result<Url, CredentialError> {
        let mut url = self.url("/v1/authorize")?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", client_id)
            .append_pair("state", proof.state.expose())
            .append_pair("code_challenge_method", "SHA-256")
            .append_pair("scope", "openid")
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("code_challenge", &proof.challenge());
        Ok(url)
    }

    fn not_granted(&self, said: &str) -> CredentialError {
        let message = format!("{SERVICE} refused the login to {} with {}", self.name(), quoted(said));
        error(message, "Check the region, and that you may use `aws login`.")
    }

    async fn exchange(
        &self,
        grant: &Grant<'_>,
        now: Now<'_>,
    ) -> Result<LoggedIn<Credential>, CredentialError> {
        let url = self.url("/v1/token")?;
        let proof = grant.key.proof("POST", url.as_str(), now.at).ok_or_else(no_key)?;
        let body = json!({
            "clientId": grant.client_id, "grantType": "authorization_code", "code": grant.code.expose(),
            "codeVerifier": grant.verifier.expose(), "redirectUri": grant.redirect_uri,
        });
        let headers = [("content-type", "application/json"), ("dpop", proof.as_str())];
        let body = WireBody::Bytes(Bytes::from(body.to_string()));
        let outgoing = fetch::outgoing("POST", url, headers, body, now.deadline);
        let reply = fetch::exchange(now.transport, outgoing, SERVICE).await?;
        let value = credential_json::first_value(&reply.body).unwrap_or(Value::Null);
        if reply.status != 200 {
            let code = credential_json::text(&value, "error").unwrap_or_default();
            return Err(match code {
                "AUTHCODE_EXPIRED" => error("the code of the login has expired", "Log in again."),
                "INSUFFICIENT_PERMISSIONS" => error(
                    format!("{SERVICE} refused the login to {}: insufficient permissions", self.name()),
                    "Allow `signin:AuthorizeOAuth2Access` and `signin:CreateOAuth2Token` in the user's or \
                     role's policy.",
                ),
                _ => self.not_granted(format!("{} {code}", reply.status).trim_end()),
            });
        }
        self.write(grant, &value, now.at).await
    }

    /// Writes the file of the AWS CLI's, as the CLI does.
    async fn write(
        &self,
        grant: &Grant<'_>,
        reply: &Value,
        at: SystemTime,
    ) -> Result<LoggedIn<Credential>, CredentialError> {
        let id_token = credential_json::text(reply, "idToken").unwrap_or_default();
        let subject = subject(id_token).ok_or_else(incomplete)?;
        if subject != self.session {
            return Err(error(
                format!("{} logged in, but the profile is for `{}`", quoted(&subject), quoted(self.session)),
                "Log in as that one in the browser, or change `login_session` of the profile.",
            ));
        }
        let access_token = reply.get("accessToken").and_then(Value::as_object);
        let mut access_token = access_token.cloned().ok_or_else(incomplete)?;
        let account = subject.split(':').nth(4).unwrap_or_default();
        access_token.insert("accountId".to_owned(), account.into());
        let expires_at = credential_json::expiry_in(reply, at).ok_or_else(incomplete)?;
        access_token.insert("expiresAt".to_owned(), expires_at.into());
        let access_token = Value::Object(access_token);
        let value = self.credential(&access_token)?;
        let file = json!({
            "accessToken": access_token, "tokenType": "aws_sigv4", "clientId": grant.client_id,
            "refreshToken": credential_json::text(reply, "refreshToken").ok_or_else(incomplete)?,
            "idToken": id_token, "dpopKey": grant.key.pem().ok_or_else(no_key)?.as_str(),
        });
        Ok(LoggedIn { value, unsaved: self.file().write(&file).await.err() })
    }
}

fn new_key() -> Result<Key, CredentialError> {
    Key::new().ok_or_else(no_key)
}

fn no_key() -> CredentialError {
    error("couldn't use a new key: the operating system's random number generator failed", "Try again later.")
}

fn incomplete() -> CredentialError {
    error(format!("{SERVICE} returned no session"), "Check the configured endpoint.")
}

/// The code and the state that a page shows: `state=…&code=…` in base64.
fn shown(pasted: &str) -> Option<(Secret, Secret)> {
    let text: String = pasted.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = STANDARD.decode(text).ok()?;
    let value = |wanted: &str| {
        form_urlencoded::parse(&bytes).find(|(name, _)| name == wanted).map(|(_, value)| Secret::new(value))
    };
    Some((value("code")?, value("state")?))
}

/// Whom an id token is for. Its signature doesn't matter: it comes from the service itself.
fn subject(id_token: &str) -> Option<String> {
    let claims = URL_SAFE_NO_PAD.decode(id_token.split('.').nth(1)?.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    credential_json::text(&claims, "sub").map(str::to_owned)
}
