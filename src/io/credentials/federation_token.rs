//! Sessions of a named federated user: STS GetFederationToken
//! (<https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>).

use std::time::SystemTime;

use tokio::time::Instant;

use super::CredentialError;
use super::sts::{Form, Sts};
use crate::core::credential::Credential;
use crate::io::transport::Transport;

/// A request for a federated user's session.
#[derive(Clone, Debug)]
pub struct FederationToken<'a> {
    /// Long-term keys that ask.
    pub source: &'a Credential,
    /// Name of the federated user, 2 to 32 characters.
    pub name: &'a str,
    /// Session policy, JSON; without one the session may do nothing but what resource policies allow.
    pub policy: &'a str,
    /// Session tags: keys and values.
    pub tags: &'a [(String, String)],
    /// Life in seconds, 900 to 129600; `None` leaves it to the service.
    pub duration_seconds: Option<u64>,
    /// Endpoint of STS; empty means the regional one.
    pub endpoint: &'a str,
    /// Region of STS; empty means `us-east-1`.
    pub region: &'a str,
}

impl FederationToken<'_> {
    /// Asks for the session; `at` dates the signature, and all is over at the deadline.
    ///
    /// # Errors
    /// STS can't be reached or refuses.
    pub async fn call(
        &self,
        transport: &Transport,
        at: SystemTime,
        deadline: Option<Instant>,
    ) -> Result<Credential, CredentialError> {
        let sts = Sts { endpoint: self.endpoint, region: self.region, signer: Some(self.source) };
        let form = Form::new("GetFederationToken")
            .with("Name", self.name)
            .with("Policy", self.policy)
            .with_duration(self.duration_seconds)
            .with_tags(self.tags);
        let session = sts.call(form, transport, at, deadline).await?;
        Ok(Credential { source: format!("federated user {}", self.name), ..session })
    }
}
