//! Identities of the kind `get-session-token`: STS GetSessionToken
//! (<https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>).

use std::time::SystemTime;

use tokio::time::Instant;

use super::CredentialError;
use super::sts::{self, Form, Sts};
use crate::core::credential::{Credential, Secret};
use crate::io::transport::Transport;

const ACTION: &str = "GetSessionToken";

/// A request for a session of the keys that sign it.
#[derive(Clone, Debug)]
pub struct GetSessionToken<'a> {
    /// Long-term keys that ask.
    pub source: &'a Credential,
    /// Life in seconds, 900 to 129600; `None` leaves it to the service.
    pub duration_seconds: Option<u64>,
    /// Endpoint; empty means the regional one.
    pub endpoint: &'a str,
    /// Region; empty means `us-east-1`.
    pub region: &'a str,
    /// Serial number of an MFA device, and the code that it shows.
    pub mfa: Option<(&'a str, &'a Secret)>,
}

impl GetSessionToken<'_> {
    /// Asks for a session; `at` dates the signature, and all is over at the deadline.
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
        let form = Form::new(ACTION).with_duration(self.duration_seconds).with_mfa(self.mfa);
        let session = sts.call(form, transport, at, deadline).await?;
        // The response doesn't name the user, whose account it is.
        Ok(Credential { account_id: self.source.account_id.clone(), ..session })
    }
}

/// The credentials of a `GetSessionTokenResponse`. `None` for any other text.
pub(crate) fn parse_session(xml: &str) -> Option<Credential> {
    sts::parse_response(ACTION, xml)
}
