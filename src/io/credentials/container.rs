//! The credentials endpoint of a container: ECS tasks, EKS pods, and any program that serves one
//! (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>).

use std::path::Path;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::fetch::{self, Reply};
use super::{CredentialError, error, quoted};
use crate::core::credential::{Credential, Secret};
use crate::core::credential_json;
use crate::core::wire::WireBody;
use crate::io::transport::{Transport, is_loopback};

/// Where a relative URI leads: the agent of ECS.
const ECS_HOST: &str = "http://169.254.170.2";
/// Addresses besides loopback that may be asked without TLS: ECS, and EKS by IPv4 and IPv6.
const PLAIN_HOSTS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];
/// How often the endpoint is asked if it can't be reached or isn't ready.
const ATTEMPTS: u32 = 3;
/// How long one response may take.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(2);
/// How long to wait before it's asked again.
const PAUSE: Duration = Duration::from_millis(200);
/// The most bytes of a token file.
const MAX_TOKEN: u64 = 64 << 10;

const SERVICE: &str = "the container credentials endpoint";

/// A container's endpoint. Texts are empty if their variable isn't set.
#[derive(Clone, Debug)]
pub struct Container<'a> {
    /// Path at the agent of ECS (`AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`).
    pub relative_uri: &'a str,
    /// The whole URI (`AWS_CONTAINER_CREDENTIALS_FULL_URI`), which counts less.
    pub full_uri: &'a str,
    /// Value of the `authorization` header (`AWS_CONTAINER_AUTHORIZATION_TOKEN`).
    pub token: &'a Secret,
    /// A file with that value, which counts more (`AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`).
    pub token_file: &'a Path,
}

/// Why one attempt failed.
enum Failed {
    /// The next attempt may succeed.
    ForNow(CredentialError),
    ForGood(CredentialError),
}

impl Container<'_> {
    /// Where the credential is.
    ///
    /// # Errors
    /// No URI is set, it isn't valid, or it would send the token in the clear to a host that isn't
    /// on this machine.
    pub fn url(&self) -> Result<Url, CredentialError> {
        let (variable, text) = match (self.relative_uri, self.full_uri) {
            ("", "") => {
                return Err(error(
                    "no container credentials endpoint is set",
                    "Set AWS_CONTAINER_CREDENTIALS_FULL_URI.",
                ));
            }
            ("", full) => ("AWS_CONTAINER_CREDENTIALS_FULL_URI", full.to_owned()),
            (path, _) => ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", relative(path)),
        };
        let hint = format!("Correct {variable}.");
        let url = Url::parse(&text)
            .map_err(|found| error(format!("{variable} isn't a valid URI: {found}"), &hint))?;
        match url.scheme() {
            "https" => Ok(url),
            "http" if is_plain_allowed(&url) => Ok(url),
            "http" => Err(error(
                format!("{variable} is plain http to {}", url.host_str().unwrap_or_default()),
                "Use https, or an address of this machine, of ECS or of EKS.",
            )),
            scheme => Err(error(format!("{variable} has the scheme `{}`", quoted(scheme)), hint)),
        }
    }

    async fn token(&self) -> Result<Secret, CredentialError> {
        let (variable, token) = if self.token_file.as_os_str().is_empty() {
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", self.token.clone())
        } else {
            let variable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
            let bytes = fetch::read_file(self.token_file, MAX_TOKEN).await.map_err(|found| {
                let file = self.token_file.display();
                error(format!("couldn't read the token file {file}: {found}"), format!("Check {variable}."))
            })?;
            (variable, Secret::new(String::from_utf8_lossy(&bytes)))
        };
        // A line break would begin another header.
        if token.expose().contains(['\r', '\n']) {
            let hint = "Write the token without a line break, also at its end.";
            return Err(error(format!("the token of {variable} contains a line break"), hint));
        }
        Ok(token)
    }

    /// Asks for the credential, again where the endpoint isn't ready; all is over at the deadline.
    ///
    /// # Errors
    /// The settings are invalid, or the endpoint can't be reached, refuses, or returns something
    /// else.
    pub async fn call(
        &self,
        transport: &Transport,
        _at: SystemTime,
        deadline: Option<Instant>,
    ) -> Result<Credential, CredentialError> {
        let url = self.url()?;
        let transport = if url.scheme() == "http" { fetch::direct(transport) } else { transport.clone() };
        let mut attempt = 1;
        loop {
            // The file may have been renewed meanwhile.
            let token = self.token().await?;
            let limit = Some(fetch::sooner(deadline, ATTEMPT_LIMIT));
            match ask(&transport, &url, &token, limit).await {
                Ok(credential) => return Ok(credential),
                Err(Failed::ForNow(_)) if attempt < ATTEMPTS && !fetch::is_over(deadline) => {
                    attempt += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                Err(Failed::ForNow(error) | Failed::ForGood(error)) => return Err(error),
            }
        }
    }
}

fn relative(path: &str) -> String {
    // Without the slash a text could go on with the host.
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("{ECS_HOST}{slash}{path}")
}

fn is_plain_allowed(url: &Url) -> bool {
    is_loopback(url) || url.host_str().is_some_and(|host| PLAIN_HOSTS.contains(&host))
}

async fn ask(
    transport: &Transport,
    url: &Url,
    token: &Secret,
    deadline: Option<Instant>,
) -> Result<Credential, Failed> {
    let body = WireBody::Bytes(Bytes::new());
    let mut outgoing = fetch::outgoing("GET", url.clone(), [("accept", "application/json")], body, deadline);
    if !token.is_empty() {
        outgoing.headers.push(("authorization".to_owned(), token.expose().to_owned()));
    }
    let reply = fetch::exchange(transport, outgoing, SERVICE).await.map_err(Failed::ForNow)?;
    match reply.status {
        200 => read(&reply).map_err(Failed::ForNow),
        status if status >= 500 || status == 429 => Err(Failed::ForNow(refusal(&reply))),
        _ => Err(Failed::ForGood(refusal(&reply))),
    }
}

fn read(reply: &Reply) -> Result<Credential, CredentialError> {
    credential_json::first_value(&reply.body)
        .and_then(|value| credential_json::temporary_credential(&value, "container role"))
        .map_err(|why| {
            let hint = "Check that the URI is that of a credentials endpoint.";
            error(format!("the response of {SERVICE} has no credential: {why}"), hint)
        })
}

fn refusal(reply: &Reply) -> CredentialError {
    let said = credential_json::first_value(&reply.body).unwrap_or(Value::Null);
    let text = |name| credential_json::text(&said, name).map(quoted);
    let said: String =
        [text("code"), text("message")].into_iter().flatten().map(|text| format!(": {text}")).collect();
    let hint = match reply.status {
        401 | 403 => "Check the authorization token, and the task's or pod's role.",
        404 => "Check the path of the URI, and that the task or pod has a role.",
        _ => "Try again, and check the log of the endpoint.",
    };
    error(format!("{SERVICE} refused with {}{said}", reply.status), hint)
}
