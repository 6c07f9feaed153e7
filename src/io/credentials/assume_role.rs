//! Roles: STS AssumeRole
//! (<https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>).

use std::time::SystemTime;

use tokio::time::Instant;

use super::CredentialError;
use super::sts::{Form, Sts};
use crate::core::credential::{Credential, Secret};
use crate::io::transport::Transport;

/// A request to assume a role. Empty texts are left out.
#[derive(Clone, Debug)]
pub struct AssumeRole<'a> {
    /// Credentials that ask.
    pub source: &'a Credential,
    /// ARN of the role.
    pub role_arn: &'a str,
    /// Name of the session, 2 to 64 characters; if empty, one is made of the time.
    pub session_name: &'a str,
    /// The id that the role's trust policy may require.
    pub external_id: &'a str,
    /// Session policy, JSON.
    pub policy: &'a str,
    /// Session tags: keys and values.
    pub tags: &'a [(String, String)],
    /// Keys of the tags that pass on to roles assumed with this session.
    pub transitive_tags: &'a [String],
    /// Source identity, which stays the same through a chain of roles.
    pub source_identity: &'a str,
    /// Life in seconds, 900 to 43200; `None` leaves it to the service.
    pub duration_seconds: Option<u64>,
    /// Endpoint of STS; empty means the regional one.
    pub endpoint: &'a str,
    /// Region of STS; empty means `us-east-1`.
    pub region: &'a str,
    /// Serial number of an MFA device, and the code that it shows.
    pub mfa: Option<(&'a str, &'a Secret)>,
}

impl AssumeRole<'_> {
    fn form(&self, at: SystemTime) -> Form {
        let form = Form::new("AssumeRole")
            .with("RoleArn", self.role_arn)
            .with_session_name(self.session_name, at)
            .with("Policy", self.policy)
            .with_duration(self.duration_seconds)
            .with_tags(self.tags);
        let add = |form: Form, (index, key): (usize, &String)| {
            form.with(&format!("TransitiveTagKeys.member.{}", index + 1), key)
        };
        self.transitive_tags
            .iter()
            .enumerate()
            .fold(form, add)
            .with("ExternalId", self.external_id)
            .with_mfa(self.mfa)
            .with("SourceIdentity", self.source_identity)
    }

    /// Assumes the role; `at` dates the signature, and all is over at the deadline.
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
        let session = sts.call(self.form(at), transport, at, deadline).await?;
        Ok(Credential { source: role_source(self.role_arn), ..session })
    }
}

/// Where a role's credential came from, for the bottom line: `role NAME`, without the path.
pub(super) fn role_source(role_arn: &str) -> String {
    format!("role {}", role_arn.rsplit('/').next().unwrap_or(role_arn))
}
