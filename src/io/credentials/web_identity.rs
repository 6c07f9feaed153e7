//! Roles of workloads with an OIDC token, such as pods and CI jobs: STS AssumeRoleWithWebIdentity
//! (<https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>).

use std::path::Path;
use std::time::SystemTime;

use tokio::time::Instant;

use super::assume_role::role_source;
use super::sts::{Form, Sts};
use super::{CredentialError, error, fetch};
use crate::core::credential::{Credential, Secret};
use crate::io::transport::Transport;

/// The most characters of a token that STS takes.
const MAX_TOKEN: u64 = 20_000;

/// A request to assume a role with a token. It isn't signed.
#[derive(Clone, Debug)]
pub struct WebIdentity<'a> {
    /// ARN of the role.
    pub role_arn: &'a str,
    /// Name of the session, 2 to 64 characters; if empty, one is made of the time.
    pub session_name: &'a str,
    /// The file with the token, which somebody else renews: it is read each time.
    pub token_file: &'a Path,
    /// Session policy, JSON; empty for none.
    pub policy: &'a str,
    /// Life in seconds, 900 to 43200; `None` leaves it to the service.
    pub duration_seconds: Option<u64>,
    /// Endpoint of STS; empty means the regional one.
    pub endpoint: &'a str,
    /// Region of STS; empty means `us-east-1`.
    pub region: &'a str,
}

impl WebIdentity<'_> {
    async fn token(&self) -> Result<Secret, CredentialError> {
        let hint = "Check `web_identity_token_file`, or AWS_WEB_IDENTITY_TOKEN_FILE.";
        let named = format!("the web identity token file {}", self.token_file.display());
        let bytes = fetch::read_file(self.token_file, MAX_TOKEN)
            .await
            .map_err(|found| error(format!("couldn't read {named}: {found}"), hint))?;
        let text = std::str::from_utf8(&bytes).unwrap_or_default().trim();
        if text.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(error(format!("{named} doesn't contain a token"), hint));
        }
        Ok(Secret::new(text))
    }

    /// Reads the token and assumes the role; `at` names a session without a name, and all is over at
    /// the deadline.
    ///
    /// # Errors
    /// The token can't be read, or STS can't be reached or refuses.
    pub async fn call(
        &self,
        transport: &Transport,
        at: SystemTime,
        deadline: Option<Instant>,
    ) -> Result<Credential, CredentialError> {
        let form = Form::new("AssumeRoleWithWebIdentity")
            .with("RoleArn", self.role_arn)
            .with_session_name(self.session_name, at)
            .with("WebIdentityToken", self.token().await?.expose())
            .with("Policy", self.policy)
            .with_duration(self.duration_seconds);
        let sts = Sts { endpoint: self.endpoint, region: self.region, signer: None };
        let session = sts.call(form, transport, at, deadline).await?;
        Ok(Credential { source: role_source(self.role_arn), ..session })
    }
}
