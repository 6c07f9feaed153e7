//! An error response, parsed once: who refused, and in which words.
//!
//! Owns the formats in which AWS's services return errors. Tolerates deviations: headers dropped by
//! a proxy, `message` for `Message`.

use std::time::{Duration, SystemTime};

use url::Url;

use super::{Certainty, Evidence, Finding, FindingId};
use crate::core::endpoint;
use crate::core::exchange::{Sent, SigningRecord};
use crate::core::local_cloud::FUNCTION_URL_PREFIX;
use crate::core::mask::Mask;

/// The longest quotation in a finding, in characters.
const LONGEST_QUOTE: usize = 400;

/// A response that takes longer says nothing about a clock.
const LONGEST_ROUND_TRIP: Duration = Duration::from_secs(900);

/// The longest XML that is parsed, in bytes; errors are far shorter.
const LONGEST_XML: usize = 64 * 1024;

/// Who responded, as far as it affects the meaning of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// A Lambda function URL.
    FunctionUrl,
    /// STS, IAM and other services that respond in XML.
    Query,
    /// Any other.
    Other,
}

/// An error response.
pub(super) struct Answer<'a> {
    pub(super) evidence: &'a Evidence<'a>,
    pub(super) family: Family,
    pub(super) status: u16,
    /// The type of the error, without namespace and URL: `x-amzn-ErrorType`, `__type` or `Code`.
    pub(super) kind: String,
    pub(super) message: Message,
    /// The request's URL.
    pub(super) url: Option<Url>,
    /// The URL by which the service knows itself: behind a proxy, the one that was signed for.
    pub(super) service_url: Option<Url>,
}

/// The error's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// It is missing, or wasn't found.
    Absent,
    /// It is `null`.
    Null,
    /// A text.
    Text(String),
}

impl<'a> Answer<'a> {
    pub(super) fn read(evidence: &'a Evidence<'a>) -> Self {
        let body = String::from_utf8_lossy(evidence.body);
        let url = evidence.sent.and_then(|sent| Url::parse(&sent.url).ok());
        let signed_for = evidence.sent.and_then(|sent| sent.signing.as_ref()?.signed_for.clone());
        let service_url = signed_for.or_else(|| url.clone());
        let xml = (evidence.body.len() <= LONGEST_XML && body.trim_start().starts_with('<'))
            .then(|| roxmltree::Document::parse(body.trim_start()).ok())
            .flatten();
        let code = element(xml.as_ref(), "Code");
        let json = serde_json::from_str::<serde_json::Value>(&body).ok();
        let member = |name: &str| json.as_ref().and_then(|json| json.get(name));
        let message = match member("message").or_else(|| member("Message")) {
            Some(serde_json::Value::String(text)) => Message::Text(text.clone()),
            Some(serde_json::Value::Null) => Message::Null,
            _ => element(xml.as_ref(), "Message").map_or(Message::Absent, Message::Text),
        };
        let kind = evidence
            .head
            .header("x-amzn-errortype")
            .map(str::to_owned)
            .or_else(|| member("__type").and_then(|kind| kind.as_str()).map(str::to_owned))
            .or_else(|| code.clone())
            .map(|kind| bare(&kind).to_owned())
            .unwrap_or_default();
        let service = evidence.sent.and_then(|sent| sent.signing.as_ref()).map(|s| s.service.as_str());
        let family = match &service_url {
            Some(url) if is_function_url(url, service) => Family::FunctionUrl,
            _ if code.is_some() => Family::Query,
            _ => Family::Other,
        };
        Self { evidence, family, status: evidence.head.status, kind, message, url, service_url }
    }

    pub(super) fn sent(&self) -> Option<&Sent> {
        self.evidence.sent
    }

    pub(super) fn signing(&self) -> Option<&SigningRecord> {
        self.sent()?.signing.as_ref()
    }

    /// Whether we know that no signature was sent.
    pub(super) fn is_unsigned(&self) -> bool {
        self.sent().is_some_and(|sent| {
            sent.signing.is_none()
                && !sent.headers.iter().any(|h| h.name.eq_ignore_ascii_case("authorization"))
        })
    }

    /// Whether the signature is in the query.
    pub(super) fn is_presigned(&self) -> bool {
        self.url.as_ref().is_some_and(|url| url.query_pairs().any(|(name, _)| name == "X-Amz-Signature"))
    }

    /// The error's message; empty if there is none.
    pub(super) fn text(&self) -> &str {
        match &self.message {
            Message::Text(text) => text,
            Message::Absent | Message::Null => "",
        }
    }

    pub(super) fn says(&self, part: &str) -> bool {
        self.text().to_ascii_lowercase().contains(&part.to_ascii_lowercase())
    }

    /// Service and region according to the host of the service.
    pub(super) fn inferred(&self) -> Option<endpoint::Inferred> {
        endpoint::infer(self.service_url.as_ref()?.host_str()?)
    }

    /// The region of the host, or else the one that was signed for.
    pub(super) fn region(&self) -> Option<String> {
        self.inferred()
            .and_then(|inferred| inferred.region)
            .or_else(|| self.signing().map(|signing| signing.region.clone()))
            .filter(|region| !region.is_empty())
    }

    /// How far the server's clock (its `Date` header) is ahead of ours, in seconds; negative if it
    /// is behind. `None` if the date says nothing about it: from a cache, or too long ago.
    pub(super) fn server_ahead_seconds(&self) -> Option<i64> {
        let head = self.evidence.head;
        let took = head.timing.first_byte.unwrap_or_default();
        if head.header("age").is_some() || took > LONGEST_ROUND_TRIP {
            return None;
        }
        let date = httpdate::parse_http_date(head.header("date")?).ok()?;
        // As NTP has it (RFC 5905, section 8): a response is dated about halfway.
        let halfway = self.sent()?.at.checked_add(took / 2)?;
        Some(seconds_between(halfway, date))
    }

    /// A finding that quotes status, error type and body.
    pub(super) fn finding(
        &self,
        id: FindingId,
        certainty: Certainty,
        cause: impl Into<String>,
        hint: impl Into<String>,
    ) -> Finding {
        let mut evidence = vec![format!("status: {}", self.status)];
        if let Some(kind) = self.evidence.head.header("x-amzn-errortype") {
            evidence.push(format!("x-amzn-errortype: {kind}"));
        }
        let body = String::from_utf8_lossy(self.evidence.body);
        let body = Mask::new(self.sent().map_or(&[], |sent| &sent.secrets)).text(body.trim());
        if !body.is_empty() {
            let quote: String = body.chars().take(LONGEST_QUOTE).collect();
            let more = if quote.len() < body.len() { "…" } else { "" };
            evidence.push(format!("body: {quote}{more}"));
        }
        Finding { id, certainty, cause: cause.into(), evidence, hint: hint.into(), fixes: Vec::new() }
    }
}

/// `Kind` of `com.example#Kind` and `Kind:http://…`.
fn bare(kind: &str) -> &str {
    let kind = kind.rsplit('#').next().unwrap_or(kind);
    kind.split(':').next().unwrap_or(kind).trim()
}

/// The local cloud also serves function URLs under a path.
fn is_function_url(url: &Url, service: Option<&str>) -> bool {
    let host = url.host_str().unwrap_or_default();
    let by_path =
        url.path().starts_with(FUNCTION_URL_PREFIX) && service.is_none_or(|service| service == "lambda");
    host.contains(".lambda-url.") || by_path
}

/// The text of the first element of this name. `None` if the XML is invalid, truncated or longer
/// than any error.
fn element(xml: Option<&roxmltree::Document<'_>>, name: &str) -> Option<String> {
    let node = xml?.descendants().find(|node| node.tag_name().name() == name)?;
    node.text().map(str::to_owned)
}

/// The time from `from` to `to`; negative if `to` is earlier.
pub(super) fn seconds_between(from: SystemTime, to: SystemTime) -> i64 {
    let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    match to.duration_since(from) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}
