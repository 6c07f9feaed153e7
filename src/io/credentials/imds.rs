//! The role of an EC2 instance: the instance metadata service, version 2
//! (<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html>).

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tokio::time::Instant;
use url::Url;

use super::fetch::{self, Reply};
use super::{CredentialError, error, quoted};
use crate::core::credential::{Credential, Secret};
use crate::core::credential_json;
use crate::core::wire::WireBody;
use crate::io::transport::Transport;

const IPV4: &str = "http://169.254.169.254";
const IPV6: &str = "http://[fd00:ec2::254]";
/// How long the whole may take: elsewhere than on an instance nothing responds.
const LIMIT: Duration = Duration::from_secs(1);
/// How long the service keeps the session that is opened with it, in seconds; the most it allows.
const SESSION_SECONDS: &str = "21600";
const ROLES: &str = "latest/meta-data/iam/security-credentials/";

const SERVICE: &str = "the EC2 instance metadata service";
const NOT_THERE: &str = "Elsewhere than on an EC2 instance, set keys or choose a profile.";

/// The metadata service. Texts are empty if they aren't set.
#[derive(Clone, Copy, Debug, Default)]
pub struct Imds<'a> {
    /// Whether it must not be asked (`AWS_EC2_METADATA_DISABLED`).
    pub disabled: bool,
    /// Its address (`AWS_EC2_METADATA_SERVICE_ENDPOINT`, else the profile's
    /// `ec2_metadata_service_endpoint`); it counts more than the mode.
    pub endpoint: &'a str,
    /// `IPv4` or `IPv6`, in any case (`AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`, else the profile's
    /// `ec2_metadata_service_endpoint_mode`).
    pub mode: &'a str,
}

impl Imds<'_> {
    /// The address below which everything is, with a final slash.
    fn base(&self) -> Result<Url, CredentialError> {
        let base = match self.mode.to_ascii_lowercase().as_str() {
            _ if !self.endpoint.is_empty() => self.endpoint,
            "" | "ipv4" => IPV4,
            "ipv6" => IPV6,
            _ => {
                return Err(error(
                    format!("`{}` isn't a valid endpoint mode of {SERVICE}", quoted(self.mode)),
                    "Set it to IPv4 or IPv6.",
                ));
            }
        };
        let base = Url::parse(&format!("{}/", base.trim_end_matches('/')));
        base.ok().filter(Url::has_host).ok_or_else(|| {
            error(
                format!("the endpoint of {SERVICE} isn't a valid URL"),
                "Write it as http://host, in AWS_EC2_METADATA_SERVICE_ENDPOINT or the profile.",
            )
        })
    }

    fn join(&self, path: &str) -> Result<Url, CredentialError> {
        let mut url = self.base()?;
        let path = format!("{}{path}", url.path());
        url.set_path(&path);
        Ok(url)
    }

    /// Where the session is opened that every other request needs.
    ///
    /// # Errors
    /// Endpoint or mode are invalid.
    pub fn token_url(&self) -> Result<Url, CredentialError> {
        self.join("latest/api/token")
    }

    /// Opens a session and asks for the role's credential, all within one second, and never through a
    /// proxy.
    ///
    /// # Errors
    /// It's disabled, isn't there, has no role, or returns something else.
    pub async fn call(
        &self,
        transport: &Transport,
        _at: SystemTime,
        deadline: Option<Instant>,
    ) -> Result<Credential, CredentialError> {
        if self.disabled {
            return Err(error(
                format!("{SERVICE} is disabled by AWS_EC2_METADATA_DISABLED"),
                "Unset it, or choose a profile.",
            ));
        }
        let (transport, deadline) = (fetch::direct(transport), Some(fetch::sooner(deadline, LIMIT)));
        let session =
            Session { transport: &transport, token: self.open(&transport, deadline).await?, deadline };
        let role = session.role(self.join(ROLES)?).await?;
        session.credential(self.join(&format!("{ROLES}{role}"))?, &role).await
    }

    async fn open(
        &self,
        transport: &Transport,
        deadline: Option<Instant>,
    ) -> Result<Secret, CredentialError> {
        let headers = [("x-aws-ec2-metadata-token-ttl-seconds", SESSION_SECONDS)];
        let body = WireBody::Bytes(Bytes::new());
        let outgoing = fetch::outgoing("PUT", self.token_url()?, headers, body, deadline);
        let reply = fetch::exchange(transport, outgoing, SERVICE)
            .await
            .map_err(|found| CredentialError { hint: NOT_THERE.to_owned(), ..found })?;
        let token = text(&reply);
        let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        match reply.status {
            200 if is_token => Ok(Secret::new(token)),
            200 => Err(error(format!("{SERVICE} returned no session token"), NOT_THERE)),
            403 => Err(error(
                format!("{SERVICE} refused a session with 403"),
                "Enable the metadata service in the instance's settings.",
            )),
            status => Err(error(format!("{SERVICE} refused a session with {status}"), NOT_THERE)),
        }
    }
}

/// An open session.
struct Session<'a> {
    transport: &'a Transport,
    token: Secret,
    deadline: Option<Instant>,
}

impl Session<'_> {
    async fn get(&self, url: Url) -> Result<Reply, CredentialError> {
        let headers = [("x-aws-ec2-metadata-token", self.token.expose())];
        let outgoing = fetch::outgoing("GET", url, headers, WireBody::Bytes(Bytes::new()), self.deadline);
        fetch::exchange(self.transport, outgoing, SERVICE).await
    }

    /// The name of the instance's role.
    async fn role(&self, url: Url) -> Result<String, CredentialError> {
        let reply = self.get(url).await?;
        let listed = text(&reply);
        let role = listed.lines().next().unwrap_or_default().trim();
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        match reply.status {
            200 if !role.is_empty() && role.chars().all(allowed) => Ok(role.to_owned()),
            200 | 404 => Err(error("the EC2 instance has no role", "Attach an instance profile to it.")),
            status => Err(error(format!("{SERVICE} refused to name the role with {status}"), "Try again.")),
        }
    }

    async fn credential(&self, url: Url, role: &str) -> Result<Credential, CredentialError> {
        let reply = self.get(url).await?;
        let hint = "Check the role's trust policy: it must allow ec2.amazonaws.com.";
        let failed =
            |why: String| error(format!("{SERVICE} returned no credential of the role {role}: {why}"), hint);
        if reply.status != 200 {
            return Err(failed(format!("status {}", reply.status)));
        }
        let value = credential_json::first_value(&reply.body).map_err(failed)?;
        match credential_json::text(&value, "Code") {
            None | Some("Success") => {}
            Some(code) => {
                let message = credential_json::text(&value, "Message").unwrap_or_default();
                return Err(failed(quoted(&format!("{code} {message}"))));
            }
        }
        credential_json::temporary_credential(&value, &format!("instance role {role}")).map_err(failed)
    }
}

fn text(reply: &Reply) -> String {
    String::from_utf8_lossy(&reply.body).trim().to_owned()
}
