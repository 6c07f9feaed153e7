//! Logging in to IAM Identity Center in a browser on this machine: an authorization code with PKCE,
//! which the browser brings to a port on loopback (<https://www.rfc-editor.org/rfc/rfc8252>).
//!
//! Owns both halves of it: the page to open, and waiting for the code. Refuses to open the browser,
//! and to take a code that doesn't belong to this login.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::Sso;
use super::registration::Client;
use crate::core::credential::Secret;
use crate::io::credentials::cached_login::Now;
use crate::io::credentials::{CredentialError, error};
use crate::io::transport::Transport;

const CALLBACK: &str = "/oauth/callback";
/// How long somebody has to log in.
const LIMIT: Duration = Duration::from_secs(600);
/// How long a connection may take to send its request. Browsers open some in advance and leave them
/// idle, and the next one waits meanwhile.
const REQUEST_LIMIT: Duration = Duration::from_secs(1);
/// Before the next connection is accepted, if one couldn't be.
const PAUSE: Duration = Duration::from_millis(100);
/// The most bytes of a request's head.
const MAX_HEAD: usize = 16 << 10;
const PAGE: &str = "You can close this page and return to signpost.\n";

/// A login that waits for the browser.
#[derive(Debug)]
pub struct BrowserLogin {
    /// The page to open.
    pub url: Url,
    listener: TcpListener,
    redirect_uri: String,
    /// Comes back with the code, and shows that it belongs to this login.
    state: Secret,
    verifier: Secret,
    client: Client,
    until: Instant,
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
            "redirectUris": [format!("http://127.0.0.1{CALLBACK}")], "issuerUrl": self.start_url,
        });
        let client = self.register(scopes, &more, Now { transport, at, deadline }).await?;
        let hint = "Log in with a device code instead.";
        let no_port = |found| error(format!("couldn't listen for the browser: {found}"), hint);
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(no_port)?;
        let port = listener.local_addr().map_err(no_port)?.port();
        let no_random = |found| error(format!("couldn't make a random number: {found}"), hint);
        let (state, verifier) = (random().map_err(no_random)?, random().map_err(no_random)?);
        let redirect_uri = format!("http://127.0.0.1:{port}{CALLBACK}");
        let mut url = self.url(self.oidc_endpoint, "oidc", "/authorize")?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &client.id)
            .append_pair("redirect_uri", &redirect_uri)
            .append_pair("state", state.expose())
            .append_pair("code_challenge_method", "S256")
            .append_pair("scopes", &scopes.join(" "))
            .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose())));
        let until = Instant::now() + LIMIT;
        Ok(BrowserLogin { url, listener, redirect_uri, state, verifier, client, until })
    }

    /// Waits until the browser brings the code, exchanges it, and writes the token to the AWS CLI's
    /// folder, as the CLI does. Dropping the future gives up.
    ///
    /// # Errors
    /// It was refused, nobody logged in in time, or the file can't be written.
    pub async fn finish_browser_login(
        &self,
        login: &BrowserLogin,
        transport: &Transport,
    ) -> Result<(), CredentialError> {
        let code = match timeout_at(login.until, login.code()).await {
            Ok(Ok(code)) => code,
            Ok(Err(refused)) => return Err(self.not_granted("", &refused)),
            Err(_) => return Err(self.not_confirmed()),
        };
        let client = &login.client;
        let body = json!({
            "clientId": client.id, "clientSecret": client.secret.expose(), "code": code.expose(),
            "grantType": "authorization_code", "redirectUri": login.redirect_uri,
            "codeVerifier": login.verifier.expose(),
        });
        let now = Now { transport, at: client.now(), deadline: Some(login.until) };
        let reply = self.granted("/token", &body, now).await?;
        self.write_token(client, &reply).await
    }
}

impl BrowserLogin {
    /// The code that the browser brings, or the error that it was given instead.
    async fn code(&self) -> Result<Secret, String> {
        loop {
            let Ok((mut stream, _)) = self.listener.accept().await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let until = Instant::now() + REQUEST_LIMIT;
            let Ok(Some(target)) = timeout_at(until, target(&mut stream)).await else { continue };
            let result = self.result(&target);
            let (status, page) = match &result {
                Some(_) => ("200 OK", PAGE),
                None => ("404 Not Found", ""),
            };
            let response = format!(
                "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\n\
                 connection: close\r\n\r\n{page}",
                page.len()
            );
            // The code is what matters, whether or not the browser shows the page.
            let _ = timeout_at(until, stream.write_all(response.as_bytes())).await;
            if let Some(result) = result {
                return result;
            }
        }
    }

    /// What a request says about this login; `None` if it belongs to another or to none.
    fn result(&self, target: &str) -> Option<Result<Secret, String>> {
        let url = Url::parse("http://127.0.0.1").ok()?.join(target).ok()?;
        let value = |wanted: &str| {
            url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        if url.path() != CALLBACK || value("state")? != self.state.expose() {
            return None;
        }
        match (value("code"), value("error")) {
            (Some(code), None) => Some(Ok(Secret::new(code))),
            (_, Some(refused)) => Some(Err(refused)),
            (None, None) => None,
        }
    }
}

/// 32 random bytes, in the characters that PKCE allows.
fn random() -> Result<Secret, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}

/// The target of a GET request.
async fn target(stream: &mut TcpStream) -> Option<String> {
    let (mut head, mut buffer) = (Vec::new(), [0; 2048]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let count = stream.read(&mut buffer).await.ok()?;
        head.extend_from_slice(buffer.get(..count).filter(|bytes| !bytes.is_empty())?);
        if head.len() > MAX_HEAD {
            return None;
        }
    }
    let text = String::from_utf8(head).ok()?;
    let target = text.strip_prefix("GET ")?.split(' ').next()?;
    target.starts_with('/').then(|| target.to_owned())
}
