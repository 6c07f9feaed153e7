//! Sessions of `aws login`, with the file that the AWS CLI keeps of them
//! (<https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html>).

use std::path::Path;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use url::Url;

use super::cached_login::{self, CachedLogin, Failed, Held, Now, Refreshed};
use super::token_file::{Loaded, TokenFile};
use super::{CredentialError, check_region, error, fetch, quoted};
use crate::core::credential::Credential;
use crate::core::wire::WireBody;
use crate::core::{credential_json, endpoint, hex, shell_quote};
use crate::io::transport::Transport;

mod authorize;
mod dpop;

pub use authorize::{BrowserLogin, RemoteLogin};

use dpop::Key;

const SERVICE: &str = "AWS Sign-In";

/// The members that a file must have.
const REQUIRED: [&str; 4] = ["accessToken", "refreshToken", "dpopKey", "clientId"];

/// A session of `aws login`.
#[derive(Clone, Copy, Debug)]
pub struct Login<'a> {
    /// The profile that names it.
    pub profile: &'a str,
    /// ARN that the profile's `login_session` names.
    pub session: &'a str,
    /// Region of the requests.
    pub region: &'a str,
    /// The folder with the AWS CLI's sessions: `AWS_LOGIN_CACHE_DIRECTORY`, else
    /// `~/.aws/login/cache`.
    pub cache: &'a Path,
    /// Endpoint of AWS Sign-In; empty means the regional one.
    pub endpoint: &'a str,
}

impl Login<'_> {
    /// The session, for messages.
    pub fn name(&self) -> String {
        format!("the login session `{}`", quoted(self.session))
    }

    /// The error if a browser on this machine is needed and can't be opened.
    pub fn without_browser(&self) -> CredentialError {
        let profile = shell_quote::quote(&quoted(self.profile));
        let hint = format!("Run `signpost login {profile} --remote`, and open the page on another machine.");
        error(format!("{} needs a login in a browser, which can't be opened here", self.name()), hint)
    }

    /// The hint that a new login is needed.
    fn login(&self) -> String {
        format!("Run `signpost login {}`.", shell_quote::quote(&quoted(self.profile)))
    }

    fn url(&self, path: &str) -> Result<Url, CredentialError> {
        let base = if self.endpoint.is_empty() {
            check_region(self.region)?;
            format!("https://{}", endpoint::signin_host(self.region))
        } else {
            self.endpoint.trim_end_matches('/').to_owned()
        };
        Url::parse(&format!("{base}{path}")).map_err(|found| {
            error(
                format!("the endpoint of {SERVICE} isn't a valid URL: {found}"),
                "Correct the region, or the configured endpoint.",
            )
        })
    }

    fn incomplete(&self, what: &str) -> CredentialError {
        let message = format!("the cached file of {} is incomplete: {what}", self.name());
        error(message, self.login()).without_login()
    }

    /// Uses the session's credential, refreshed if it's about to expire. `at` is now, and all is over
    /// at the deadline.
    ///
    /// # Errors
    /// Nobody is logged in, or the session has ended.
    pub async fn call(
        &self,
        transport: &Transport,
        at: SystemTime,
        deadline: Option<Instant>,
    ) -> Result<Credential, CredentialError> {
        cached_login::get(self, Now { transport, at, deadline }).await
    }

    fn credential(&self, access_token: &Value) -> Result<Credential, CredentialError> {
        credential_json::temporary_credential(access_token, "aws login").map_err(|why| self.incomplete(&why))
    }

    fn refusal(&self, status: u16, value: &Value) -> Failed {
        let code = credential_json::text(value, "error").unwrap_or_default();
        let login = self.login();
        let hint = match code {
            "TOKEN_EXPIRED" | "USER_CREDENTIALS_CHANGED" | "invalid_grant" => return Failed::Revoked,
            "INSUFFICIENT_PERMISSIONS" => "Allow `signin:CreateOAuth2Token` in the user's or role's policy.",
            _ => &login,
        };
        let said = if code.is_empty() { String::new() } else { format!(" {}", quoted(code)) };
        Failed::Otherwise(error(
            format!("{SERVICE} refused to refresh {} with {status}{said}", self.name()),
            hint,
        ))
    }
}

impl CachedLogin for Login<'_> {
    type Value = Credential;

    /// As the AWS CLI has it.
    const REFRESH_BEFORE: Duration = Duration::from_secs(5 * 60);

    fn file(&self) -> TokenFile {
        TokenFile::new(self.cache, hex::encode(Sha256::digest(self.session)))
    }

    fn missing(&self) -> CredentialError {
        error(format!("nobody is logged in to {}", self.name()), self.login()).without_login()
    }

    fn expired(&self) -> CredentialError {
        error(format!("{} has expired", self.name()), self.login()).without_login()
    }

    fn held(&self, loaded: &Loaded) -> Result<Held<Credential>, CredentialError> {
        if let Some(missing) = REQUIRED.iter().find(|name| !loaded.value.contains_key(**name)) {
            return Err(self.incomplete(&format!("`{missing}` is missing")));
        }
        let value = self.credential(loaded.value.get("accessToken").unwrap_or(&Value::Null))?;
        let expires_at = value.expires_at.ok_or_else(|| self.incomplete("`expiresAt` is missing"))?;
        Ok(Held { value, expires_at })
    }

    fn is_refreshable(&self, loaded: &Loaded, _at: SystemTime) -> bool {
        REQUIRED[1..].iter().all(|name| loaded.text(name).is_some())
    }

    async fn refresh(&self, loaded: &Loaded, now: Now<'_>) -> Result<Refreshed<Credential>, Failed> {
        let url = self.url("/v1/token").map_err(Failed::Otherwise)?;
        let text = |name| loaded.text(name).unwrap_or_default();
        let proof = Key::of_pem(text("dpopKey"))
            .and_then(|key| key.proof("POST", url.as_str(), now.at))
            .ok_or_else(|| Failed::Otherwise(self.incomplete("`dpopKey` isn't a key")))?;
        let body = json!({
            "clientId": text("clientId"), "refreshToken": text("refreshToken"), "grantType": "refresh_token",
        });
        let headers = [("content-type", "application/json"), ("dpop", proof.as_str())];
        let body = WireBody::Bytes(Bytes::from(body.to_string()));
        let outgoing = fetch::outgoing("POST", url, headers, body, now.deadline);
        let reply = fetch::exchange(now.transport, outgoing, SERVICE).await.map_err(Failed::Otherwise)?;
        let value = credential_json::first_value(&reply.body).unwrap_or(Value::Null);
        if reply.status != 200 {
            return Err(self.refusal(reply.status, &value));
        }
        self.refreshed(loaded, &value, now.at).ok_or_else(|| {
            let message = format!("{SERVICE} returned no credential");
            Failed::Otherwise(error(message, "Check the configured endpoint."))
        })
    }
}

impl Login<'_> {
    /// The file with what a refresh returned; the account stays.
    fn refreshed(&self, loaded: &Loaded, reply: &Value, at: SystemTime) -> Option<Refreshed<Credential>> {
        let mut content = loaded.value.clone();
        let access_token = content.get_mut("accessToken")?.as_object_mut()?;
        for name in ["accessKeyId", "secretAccessKey", "sessionToken"] {
            let text = credential_json::text(reply.get("accessToken")?, name)?;
            access_token.insert(name.to_owned(), text.into());
        }
        access_token.insert("expiresAt".to_owned(), credential_json::expiry_in(reply, at)?.into());
        let value = self.credential(content.get("accessToken")?).ok()?;
        content.insert("refreshToken".to_owned(), credential_json::text(reply, "refreshToken")?.into());
        Some(Refreshed { content, value })
    }
}
