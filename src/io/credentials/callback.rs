//! The port on loopback to which a browser brings an authorization code
//! (<https://www.rfc-editor.org/rfc/rfc8252>), with PKCE (<https://www.rfc-editor.org/rfc/rfc7636>).
//!
//! Owns the port, the state and the verifier of one login. Refuses a code that doesn't belong to it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::{CredentialError, error};
use crate::core::credential::Secret;

pub(super) const PATH: &str = "/oauth/callback";
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

/// The secrets of one login: what shows that a code belongs to it, and that whoever exchanges the code
/// has asked for it.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) state: Secret,
    pub(super) verifier: Secret,
}

impl Proof {
    pub(super) fn new() -> Result<Self, CredentialError> {
        let failed = |found: getrandom::Error| {
            error(format!("couldn't make a random number: {found}"), "Try again later.")
        };
        Ok(Self { state: random().map_err(failed)?, verifier: random().map_err(failed)? })
    }

    /// The verifier's digest, which the page gets.
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.expose()))
    }
}

/// Where the browser brings the code.
#[derive(Debug)]
pub(super) struct Callback {
    listener: TcpListener,
    pub(super) redirect_uri: String,
    pub(super) proof: Proof,
    pub(super) until: Instant,
}

/// Why there is no code.
pub(super) enum NoCode {
    /// The error that the browser was given instead.
    Refused(String),
    /// Nobody logged in in time.
    TimedOut,
}

impl Callback {
    /// Listens on a free port of loopback. `hint` says what to do where that fails.
    pub(super) async fn listen(hint: &str) -> Result<Self, CredentialError> {
        let no_port = |found| error(format!("couldn't listen for the browser: {found}"), hint);
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(no_port)?;
        let port = listener.local_addr().map_err(no_port)?.port();
        let redirect_uri = format!("http://127.0.0.1:{port}{PATH}");
        Ok(Self { listener, redirect_uri, proof: Proof::new()?, until: Instant::now() + LIMIT })
    }

    /// The code that the browser brings.
    pub(super) async fn code(&self) -> Result<Secret, NoCode> {
        match timeout_at(self.until, self.brought()).await {
            Ok(brought) => brought.map_err(NoCode::Refused),
            Err(_) => Err(NoCode::TimedOut),
        }
    }

    async fn brought(&self) -> Result<Secret, String> {
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
        if url.path() != PATH || value("state")? != self.proof.state.expose() {
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
