//! What all requests to STS share: the URL, the form, the signature, and the XML of the response
//! (<https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html>).

use std::time::SystemTime;

use bytes::Bytes;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::time::Instant;
use url::Url;

use super::fetch::{exchange, outgoing};
use super::{CredentialError, check_region, error, quoted};
use crate::core::credential::{Credential, Secret};
use crate::core::endpoint;
use crate::core::query;
use crate::core::resolve::complete_scheme;
use crate::core::sigv4::{self, Settings, Signable};
use crate::core::wire::WireBody;
use crate::io::transport::{Outgoing, Transport};

/// The STS region if none is configured.
const DEFAULT_REGION: &str = "us-east-1";

/// The name of the session of a role, if none is configured: a prefix and the time.
const SESSION_PREFIX: &str = "signpost-session-";

/// Where a request to STS goes, and who signs it.
pub(super) struct Sts<'a> {
    /// Endpoint; empty means the regional one.
    pub(super) endpoint: &'a str,
    /// Region; empty means [`DEFAULT_REGION`].
    pub(super) region: &'a str,
    /// `None` for a request that isn't signed.
    pub(super) signer: Option<&'a Credential>,
}

/// An action with its parameters. It may contain a code or a token, so it has no `Debug`.
pub(super) struct Form {
    action: &'static str,
    body: String,
}

impl Form {
    pub(super) fn new(action: &'static str) -> Self {
        Self { action, body: format!("Action={action}&Version=2011-06-15") }
    }

    /// Adds a parameter; an empty one is left out.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        if !value.is_empty() {
            self.body.push_str(&format!("&{name}={}", query::encode(value)));
        }
        self
    }

    /// Adds the duration in seconds; `None` leaves it to the service.
    pub(super) fn with_duration(self, seconds: Option<u64>) -> Self {
        let seconds = seconds.map(|seconds| seconds.to_string()).unwrap_or_default();
        self.with("DurationSeconds", &seconds)
    }

    /// Adds the serial number of an MFA device, and the code that it shows.
    pub(super) fn with_mfa(self, mfa: Option<(&str, &Secret)>) -> Self {
        match mfa {
            Some((serial, code)) => self.with("SerialNumber", serial).with("TokenCode", code.expose()),
            None => self,
        }
    }

    /// Adds session tags.
    pub(super) fn with_tags(self, tags: &[(String, String)]) -> Self {
        let add = |form: Self, (index, (key, value)): (usize, &(String, String))| {
            let member = format!("Tags.member.{}", index + 1);
            // A tag may have an empty value, which is sent.
            let form = form.with(&format!("{member}.Key"), key);
            Self { body: format!("{}&{member}.Value={}", form.body, query::encode(value)), ..form }
        };
        tags.iter().enumerate().fold(self, add)
    }

    /// Adds the name of a role's session: the configured one, else one made of the time.
    pub(super) fn with_session_name(self, configured: &str, at: SystemTime) -> Self {
        if !configured.is_empty() {
            return self.with("RoleSessionName", configured);
        }
        let seconds = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        self.with("RoleSessionName", &format!("{SESSION_PREFIX}{seconds}"))
    }
}

impl Sts<'_> {
    fn region(&self) -> &str {
        if self.region.is_empty() { DEFAULT_REGION } else { self.region }
    }

    pub(super) fn url(&self) -> Result<Url, CredentialError> {
        let typed = if self.endpoint.is_empty() {
            let region = self.region();
            check_region(region)?;
            format!("https://sts.{region}.{}/", endpoint::dns_suffix(region))
        } else {
            complete_scheme(self.endpoint.trim())
        };
        Url::parse(&typed).map_err(|found| {
            error(
                format!("the STS endpoint isn't a valid URL: {found}"),
                "Correct endpoint in signpost.toml.",
            )
        })
    }

    /// The region of the signature. An endpoint of AWS's names it; the global one is in us-east-1.
    fn signing_region(&self, url: &Url) -> String {
        let named = url.host_str().and_then(endpoint::infer).filter(|found| found.service == "sts");
        named.and_then(|found| found.region).unwrap_or_else(|| self.region().to_owned())
    }

    fn outgoing(
        &self,
        form: &Form,
        at: SystemTime,
        deadline: Option<Instant>,
    ) -> Result<Outgoing, CredentialError> {
        let url = self.url()?;
        let content_type = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        let hash = sigv4::payload_hash(form.body.as_bytes());
        let settings = Settings::for_service("sts", &self.signing_region(&url));
        let body = WireBody::Bytes(Bytes::from(form.body.clone()));
        let mut outgoing = outgoing("POST", url, [content_type], body, deadline);
        let Some(signer) = self.signer else { return Ok(outgoing) };
        let headers: Vec<_> =
            outgoing.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let request = Signable { method: "POST", url: &outgoing.url, headers: &headers, payload_hash: &hash };
        let signed = sigv4::sign(&request, signer, &settings, at)
            .map_err(|found| error(format!("couldn't sign the STS request: {found}"), found.hint()))?;
        outgoing.headers.extend(signed.headers);
        Ok(outgoing)
    }

    /// Sends the form; `at` dates the signature, and all is over at the deadline.
    pub(super) async fn call(
        &self,
        form: Form,
        transport: &Transport,
        at: SystemTime,
        deadline: Option<Instant>,
    ) -> Result<Credential, CredentialError> {
        let reply = exchange(transport, self.outgoing(&form, at, deadline)?, "STS").await?;
        let text = String::from_utf8_lossy(&reply.body);
        match parse_response(form.action, &text) {
            Some(credential) if reply.status == 200 => Ok(credential),
            Some(_) | None => Err(refusal(form.action, reply.status, &text)),
        }
    }
}

/// The credentials in the response to an action. `None` for any other text.
pub(super) fn parse_response(action: &str, xml: &str) -> Option<Credential> {
    let document = roxmltree::Document::parse(xml).ok()?;
    if document.root_element().tag_name().name().strip_suffix("Response") != Some(action) {
        return None;
    }
    let credentials = document.descendants().find(|node| node.has_tag_name_local("Credentials"))?;
    let text = |name: &str| {
        let node = credentials.children().find(|node| node.has_tag_name_local(name))?;
        node.text().map(str::trim).filter(|text| !text.is_empty())
    };
    Some(Credential {
        access_key: text("AccessKeyId")?.to_owned(),
        secret_key: Secret::new(text("SecretAccessKey")?),
        session_token: Some(Secret::new(text("SessionToken")?)),
        expires_at: Some(OffsetDateTime::parse(text("Expiration")?, &Rfc3339).ok()?.into()),
        account_id: account(&document),
        source: format!("STS {action}"),
    })
}

/// The account of the role's session or the federated user that a response names.
fn account(document: &roxmltree::Document<'_>) -> Option<String> {
    let user = document.descendants().find(|node| {
        node.has_tag_name_local("AssumedRoleUser") || node.has_tag_name_local("FederatedUser")
    })?;
    let arn = user.children().find(|node| node.has_tag_name_local("Arn"))?.text()?;
    arn.trim().split(':').nth(4).filter(|account| !account.is_empty()).map(str::to_owned)
}

/// Names are compared without their namespace, which differs between STS and its imitations.
trait LocalName {
    fn has_tag_name_local(&self, name: &str) -> bool;
}

impl LocalName for roxmltree::Node<'_, '_> {
    fn has_tag_name_local(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}

/// The error that STS returned.
pub(super) fn refusal(action: &str, status: u16, body: &str) -> CredentialError {
    let document = roxmltree::Document::parse(body).ok();
    let text = |name: &str| {
        let node = document.as_ref()?.descendants().find(|node| node.has_tag_name_local(name))?;
        node.text().map(quoted)
    };
    let message = text("Message").unwrap_or_default();
    match text("Code") {
        Some(code) => {
            let hint = hint(action, &code, &message);
            let message = if message.is_empty() { message } else { format!(": {message}") };
            error(format!("STS refused {action} with {status} {code}{message}"), hint)
        }
        None => error(
            format!("STS responded to {action} with {status} and no credentials"),
            "Check that the identity's endpoint is STS.",
        ),
    }
}

fn hint(action: &str, code: &str, message: &str) -> &'static str {
    match code {
        "InvalidClientTokenId" => "Check the access key of the source identity.",
        "SignatureDoesNotMatch" => "Check the secret key of the source identity, and this machine's clock.",
        "AccessDenied" if message.contains("MultiFactor") => {
            "Check the code and the identity's `mfa_serial`."
        }
        "AccessDenied" => denied(action),
        "ExpiredToken" => "The source identity's own session has expired.",
        "ExpiredTokenException" => "Get a new web identity token; the one in the file has expired.",
        "InvalidIdentityToken" => {
            "Check the token file, and that its issuer is an OIDC provider of the account."
        }
        "IDPRejectedClaim" => "Check the token's audience and subject against the role's trust policy.",
        "MalformedPolicyDocument" => "Correct the session policy.",
        "PackedPolicyTooLarge" => "Shorten the session policy or the tags.",
        "RegionDisabledException" => {
            "Activate STS for this region in the account settings, or use another region."
        }
        "ValidationError" if message.contains("1 hour session limit") => {
            "Set a duration of 3600 seconds or less: a role assumed with a session lasts one hour at most."
        }
        "ValidationError" if message.contains("DurationSeconds") => {
            "Set a shorter duration, or raise the role's maximum session duration."
        }
        _ => "",
    }
}

/// What allows an action that STS denied.
fn denied(action: &str) -> &'static str {
    match action {
        "AssumeRole" => {
            "Allow `sts:AssumeRole` on the role in the source's policy, and the source in the role's trust policy."
        }
        "AssumeRoleWithWebIdentity" => {
            "Allow the token's issuer, audience and subject in the role's trust policy."
        }
        "GetFederationToken" => {
            "GetFederationToken requires long-term keys of a user whose policy allows `sts:GetFederationToken`."
        }
        _ => "GetSessionToken requires long-term keys, and no policy may deny it.",
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const RESPONSE: &str = r#"<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetSessionTokenResult><Credentials>
    <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
    <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY</SecretAccessKey>
    <SessionToken>token+/=</SessionToken>
    <Expiration>2026-01-01T00:15:00Z</Expiration>
  </Credentials></GetSessionTokenResult>
</GetSessionTokenResponse>"#;

    #[test]
    fn a_session_is_read_from_the_response() {
        let session = parse_response("GetSessionToken", RESPONSE).unwrap();
        assert_eq!(session.access_key, "ASIAIOSFODNN7EXAMPLE");
        assert_eq!(session.session_token, Some(Secret::new("token+/=")));
        assert_eq!(session.expires_at, Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_226_500)));
        assert_eq!(parse_response("GetSessionToken", "<a/>"), None);
        assert_eq!(parse_response("GetSessionToken", &RESPONSE.replace("2026-01-01T", "soon")), None);
    }

    #[test]
    fn a_refusal_keeps_the_services_own_words() {
        let body = r#"<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
            <Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message>
            </Error></ErrorResponse>"#;
        assert_eq!(
            refusal("GetSessionToken", 403, body).message,
            "STS refused GetSessionToken with 403 InvalidClientTokenId: The security token included in the request is invalid."
        );
        assert_eq!(
            refusal("GetSessionToken", 500, "oops").message,
            "STS responded to GetSessionToken with 500 and no credentials"
        );
    }

    #[test]
    fn the_regional_endpoint_serves_where_none_is_given() {
        let of = |endpoint, region| {
            let sts = Sts { endpoint, region, signer: None };
            let url = sts.url().unwrap();
            (url.to_string(), sts.signing_region(&url))
        };
        for (endpoint, region, url, signed) in [
            ("", "", "https://sts.us-east-1.amazonaws.com/", "us-east-1"),
            ("", "cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn/", "cn-north-1"),
            ("", "us-iso-east-1", "https://sts.us-iso-east-1.c2s.ic.gov/", "us-iso-east-1"),
            ("", "eusc-de-east-1", "https://sts.eusc-de-east-1.amazonaws.eu/", "eusc-de-east-1"),
            (":9000", "eu-west-1", "http://localhost:9000/", "eu-west-1"),
            ("https://sts.amazonaws.com", "eu-west-1", "https://sts.amazonaws.com/", "us-east-1"),
        ] {
            assert_eq!(of(endpoint, region), (url.to_owned(), signed.to_owned()));
        }
    }
}
