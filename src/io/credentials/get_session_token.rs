//! Identities of the kind `get-session-token`: STS GetSessionToken
//! (<https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>).

use std::time::SystemTime;

use bytes::Bytes;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::time::Instant;
use url::Url;

use crate::core::credential::{Credential, Secret};
use crate::core::query;
use crate::core::resolve::complete_scheme;
use crate::core::sigv4::{self, Settings, Signable};
use crate::core::wire::{USER_AGENT, WireBody};
use crate::io::transport::{Failure, Outgoing, Transport};

/// A response of STS is a page of XML; more than this is something else.
const MAX_STS_RESPONSE: usize = 1 << 20;

/// The STS region if none is configured.
pub(crate) const DEFAULT_REGION: &str = "us-east-1";

/// A call of GetSessionToken.
#[derive(Clone, Debug)]
pub(crate) struct GetSessionToken<'a> {
    /// Long-term keys that ask.
    pub source: &'a Credential,
    /// Life in seconds; `None` leaves it to the service.
    pub duration_seconds: Option<u64>,
    /// Endpoint; empty means the regional one.
    pub endpoint: &'a str,
    /// Region; empty means [`DEFAULT_REGION`].
    pub region: &'a str,
    /// Serial number of an MFA device, and the code that it shows.
    pub mfa: Option<(&'a str, &'a Secret)>,
}

/// Why there is no session.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct StsError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

fn error(message: impl Into<String>, hint: impl Into<String>) -> StsError {
    StsError { message: message.into(), hint: hint.into() }
}

impl GetSessionToken<'_> {
    fn region(&self) -> &str {
        if self.region.is_empty() { DEFAULT_REGION } else { self.region }
    }

    fn url(&self) -> Result<Url, StsError> {
        let typed = if self.endpoint.is_empty() {
            let region = self.region();
            let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
            format!("https://sts.{region}.{suffix}/")
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

    fn form(&self) -> String {
        let duration =
            self.duration_seconds.map_or(String::new(), |seconds| format!("&DurationSeconds={seconds}"));
        let mfa = self.mfa.map_or(String::new(), |(serial, code)| {
            format!("&SerialNumber={}&TokenCode={}", query::encode(serial), query::encode(code.expose()))
        });
        format!("Action=GetSessionToken&Version=2011-06-15{duration}{mfa}")
    }

    fn outgoing(&self, at: SystemTime, deadline: Option<Instant>) -> Result<Outgoing, StsError> {
        let url = self.url()?;
        let body = self.form();
        let mut headers = vec![
            ("content-type".to_owned(), "application/x-www-form-urlencoded; charset=utf-8".to_owned()),
            ("user-agent".to_owned(), USER_AGENT.to_owned()),
        ];
        let borrowed: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let settings = Settings::for_service("sts", self.region());
        let hash = sigv4::payload_hash(body.as_bytes());
        let request = Signable { method: "POST", url: &url, headers: &borrowed, payload_hash: &hash };
        let signed = sigv4::sign(&request, self.source, &settings, at)
            .map_err(|found| error(format!("couldn't sign the STS request: {found}"), found.hint()))?;
        headers.extend(signed.headers);
        let body = WireBody::Bytes(Bytes::from(body));
        Ok(Outgoing { method: "POST".to_owned(), url, headers, body, insecure: false, deadline })
    }

    /// Asks for a session; `at` dates the signature, and all is over at the deadline.
    pub(crate) async fn call(
        &self,
        transport: &Transport,
        at: SystemTime,
        deadline: Option<Instant>,
    ) -> Result<Credential, StsError> {
        let answer = transport.exchange(self.outgoing(at, deadline)?, None).await.map_err(|failure| {
            let (Failure::NotSent(found) | Failure::Network(found)) = failure;
            error(format!("can't reach STS: {}", found.message), found.hint)
        })?;
        let mut receiver = answer.body;
        let mut body = Vec::new();
        while let Some(piece) = receiver.next().await {
            body.extend_from_slice(&piece);
            if body.len() > MAX_STS_RESPONSE {
                return Err(error("the STS response is too long", "Check the identity's endpoint."));
            }
        }
        if let Some(why) = receiver.finish().cut {
            return Err(error(format!("can't reach STS: {why}"), "Try again."));
        }
        let text = String::from_utf8_lossy(&body);
        if answer.head.status == 200
            && let Some(session) = parse_session(&text)
        {
            return Ok(session);
        }
        Err(refusal(answer.head.status, &text))
    }
}

/// The credentials of a `GetSessionTokenResponse`. `None` for any other text.
pub(crate) fn parse_session(xml: &str) -> Option<Credential> {
    let document = roxmltree::Document::parse(xml).ok()?;
    if document.root_element().tag_name().name() != "GetSessionTokenResponse" {
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
        source: "STS GetSessionToken".to_owned(),
    })
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
fn refusal(status: u16, body: &str) -> StsError {
    let document = roxmltree::Document::parse(body).ok();
    let text = |name: &str| {
        let node = document.as_ref()?.descendants().find(|node| node.has_tag_name_local(name))?;
        node.text().map(|text| text.trim().to_owned())
    };
    match (text("Code"), text("Message")) {
        (Some(code), message) => {
            let hint = match code.as_str() {
                "InvalidClientTokenId" => "Check the access key of the source identity.",
                "SignatureDoesNotMatch" => {
                    "Check the secret key of the source identity, and this machine's clock."
                }
                "AccessDenied" if message.as_deref().is_some_and(|text| text.contains("MultiFactor")) => {
                    "Check the code and the identity's `mfa_serial`."
                }
                "AccessDenied" => "GetSessionToken requires long-term keys, and no policy may deny it.",
                "ExpiredToken" => "The source identity's own session has expired.",
                _ => "",
            };
            let message =
                message.filter(|text| !text.is_empty()).map_or(String::new(), |text| format!(": {text}"));
            error(format!("STS refused GetSessionToken with {status} {code}{message}"), hint)
        }
        (None, _) => error(
            format!("STS responded to GetSessionToken with {status} and no credentials"),
            "Check that the identity's endpoint is STS.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const ANSWER: &str = r#"<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetSessionTokenResult><Credentials>
    <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
    <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY</SecretAccessKey>
    <SessionToken>token+/=</SessionToken>
    <Expiration>2026-01-01T00:15:00Z</Expiration>
  </Credentials></GetSessionTokenResult>
</GetSessionTokenResponse>"#;

    #[test]
    fn a_session_is_read_from_the_answer() {
        let session = parse_session(ANSWER).unwrap();
        assert_eq!(session.access_key, "ASIAIOSFODNN7EXAMPLE");
        assert_eq!(session.session_token, Some(Secret::new("token+/=")));
        assert_eq!(session.expires_at, Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_226_500)));
        assert_eq!(parse_session("<a/>"), None);
        assert_eq!(parse_session(&ANSWER.replace("2026-01-01T", "soon")), None);
    }

    #[test]
    fn a_refusal_keeps_the_services_own_words() {
        let body = r#"<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
            <Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message>
            </Error></ErrorResponse>"#;
        assert_eq!(
            refusal(403, body).message,
            "STS refused GetSessionToken with 403 InvalidClientTokenId: The security token included in the request is invalid."
        );
        assert_eq!(
            refusal(500, "oops").message,
            "STS responded to GetSessionToken with 500 and no credentials"
        );
    }

    #[test]
    fn the_regional_endpoint_serves_where_none_is_given() {
        let source = Credential {
            access_key: "AKIDEXAMPLE".into(),
            secret_key: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            session_token: None,
            expires_at: None,
            source: String::new(),
        };
        let url = |endpoint, region| {
            let call =
                GetSessionToken { source: &source, duration_seconds: None, endpoint, region, mfa: None };
            call.url().unwrap().to_string()
        };
        assert_eq!(url("", ""), "https://sts.us-east-1.amazonaws.com/");
        assert_eq!(url("", "cn-north-1"), "https://sts.cn-north-1.amazonaws.com.cn/");
        assert_eq!(url(":9000", "eu-west-1"), "http://localhost:9000/");
    }
}
