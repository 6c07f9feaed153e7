//! Who AWS says that a credential is: STS GetCallerIdentity
//! (<https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>).
//!
//! Owns the request and the parsing of its response. Refuses to send: the engine does.

use crate::core::endpoint;
use crate::core::request::{Auth, AuthKind, Body, BodyKind, Request, Row, Sigv4Auth};

/// The region of STS if none is configured.
const DEFAULT_REGION: &str = "us-east-1";

/// An account, and a user or role in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallerIdentity {
    /// The account.
    pub account: String,
    /// The ARN.
    pub arn: String,
    /// The unique id.
    pub user_id: String,
}

impl CallerIdentity {
    /// The user or role within the account: `user/alice` of `arn:aws:iam::123456789012:user/alice`.
    pub(crate) fn resource(&self) -> &str {
        self.arn.splitn(6, ':').nth(5).unwrap_or(&self.arn)
    }
}

/// The request that asks, signed as an identity. An empty `endpoint` means the regional one, an empty
/// `region` [`DEFAULT_REGION`]. `None` for a region that would lead to another host than AWS's.
pub(crate) fn request(identity: &str, endpoint: &str, region: &str) -> Option<Request> {
    let region = if region.is_empty() { DEFAULT_REGION } else { region };
    let url = if endpoint.is_empty() {
        if !endpoint::is_host_label(region) {
            return None;
        }
        format!("https://sts.{region}.{}/", endpoint::dns_suffix(region))
    } else {
        endpoint.to_owned()
    };
    let sigv4 = Sigv4Auth {
        identity: identity.replace("{{", "\\{{"),
        region: region.to_owned(),
        service: "sts".to_owned(),
        ..Sigv4Auth::default()
    };
    Some(Request {
        method: "POST".to_owned(),
        url,
        body: Body {
            kind: BodyKind::Form,
            form: vec![Row::new("Action", "GetCallerIdentity"), Row::new("Version", "2011-06-15")],
            ..Body::default()
        },
        auth: Auth { kind: AuthKind::AwsSigv4, sigv4, ..Auth::default() },
        ..Request::default()
    })
}

/// Code and message of an error of STS.
pub(crate) fn refusal(xml: &str) -> Option<String> {
    let document = roxmltree::Document::parse(xml).ok()?;
    let text = |name: &str| {
        let node = document.descendants().find(|node| node.is_element() && node.tag_name().name() == name)?;
        node.text().map(str::trim)
    };
    Some(format!("{}: {}", text("Code")?, text("Message").unwrap_or_default()))
}

/// The identity in a response of STS; `None` for any other text.
pub(crate) fn parse(xml: &str) -> Option<CallerIdentity> {
    let document = roxmltree::Document::parse(xml).ok()?;
    let text = |name: &str| {
        let node = document.descendants().find(|node| node.is_element() && node.tag_name().name() == name)?;
        node.text().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    Some(CallerIdentity { account: text("Account")?, arn: text("Arn")?, user_id: text("UserId")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_response_of_sts_is_read_and_nothing_else() {
        let xml = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
            <Arn>arn:aws:iam::123456789012:user/alice</Arn><UserId>AIDACKCEVSQ6C2EXAMPLE</UserId>\
            <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
        let found = parse(xml).unwrap();
        assert_eq!(found.arn, "arn:aws:iam::123456789012:user/alice");
        assert_eq!(
            (found.account.as_str(), found.user_id.as_str()),
            ("123456789012", "AIDACKCEVSQ6C2EXAMPLE")
        );
        assert_eq!(parse("{}"), None);
        assert_eq!(parse(&xml.replace("Account>", "No>")), None);
    }

    #[test]
    fn the_regional_endpoint_is_asked_where_none_is_configured() {
        assert_eq!(request("a", "", "").unwrap().url, "https://sts.us-east-1.amazonaws.com/");
        assert_eq!(request("a", "", "cn-north-1").unwrap().url, "https://sts.cn-north-1.amazonaws.com.cn/");
        assert_eq!(request("a", "http://127.0.0.1:9000", "eu-west-1").unwrap().url, "http://127.0.0.1:9000");
        assert_eq!(request("a", "", "evil.example/"), None, "the host would be another one");
    }
}
