//! Every known refusal of function URLs, with AWS's exact bodies, and of other services.

use std::time::{Duration, SystemTime};

use super::*;
use crate::core::credential::Secret;
use crate::core::exchange::{HeaderOrigin, SentHeader, SigningRecord, Timing};
use crate::core::finding::Fix;
use crate::core::identity::{IdentityKind, Renew};
use crate::core::sigv4::{Steps, UNSIGNED_PAYLOAD};

const URL: &str = "https://abcdefg.lambda-url.us-east-1.on.aws/";
const LONG: &str = r#"{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}"#;
const MISMATCH: &str = r#"{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}"#;
const INVALID: &str = r#"{"message":"The security token included in the request is invalid."}"#;
const EXPIRED: &str = r#"{"message":"The security token included in the request is expired"}"#;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600)
}

fn record() -> SigningRecord {
    SigningRecord {
        steps: Steps {
            algorithm: "AWS4-HMAC-SHA256",
            canonical_request: String::new(),
            string_to_sign: String::new(),
            credential_scope: String::new(),
            signed_headers: "host;x-amz-date".into(),
            payload_hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".into(),
            amz_date: "20260101T000000Z".into(),
            signature: String::new(),
        },
        identity: Some("alice".into()),
        access_key: "AKIAIOSFODNN7EXAMPLE".into(),
        source: "keys of alice".into(),
        signed_for: None,
        has_token: false,
        expires_at: None,
        region: "us-east-1".into(),
        service: "lambda".into(),
    }
}

/// A send and its response, modified by each case.
struct Case {
    sent: Sent,
    head: Head,
    body: String,
    identity: Option<Identity>,
}

impl Case {
    fn new(status: u16, kind: &str, body: &str) -> Self {
        let mut headers = vec![("date".to_owned(), httpdate::fmt_http_date(now()))];
        if !kind.is_empty() {
            headers.push(("x-amzn-ErrorType".to_owned(), kind.to_owned()));
        }
        Self {
            sent: Sent {
                method: "GET".into(),
                url: URL.into(),
                headers: Vec::new(),
                body_len: 0,
                signing: Some(record()),
                secrets: Vec::new(),
                at: now(),
            },
            head: Head {
                status,
                protocol: "HTTP/1.1".into(),
                headers,
                remote: None,
                direct: true,
                certificate: None,
                timing: Timing::default(),
            },
            body: body.into(),
            identity: None,
        }
    }

    fn signing(mut self, change: impl FnOnce(&mut SigningRecord)) -> Self {
        change(self.sent.signing.as_mut().unwrap());
        self
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn unsigned(self) -> Self {
        self.with(|case| case.sent.signing = None)
    }

    fn findings(&self) -> Vec<Finding> {
        diagnose(&Evidence {
            sent: Some(&self.sent),
            head: &self.head,
            body: self.body.as_bytes(),
            identity: self.identity.as_ref(),
            now: now(),
            trace: None,
        })
    }

    /// The one finding.
    fn finding(&self) -> Finding {
        let mut findings = self.findings();
        assert_eq!(findings.len(), 1, "{}: {findings:#?}", self.body);
        findings.remove(0)
    }
}

#[test]
fn each_refusal_of_a_function_url_has_its_own_finding() {
    use Certainty::{Certain, Likely, Possible};
    let forbidden = |body| Case::new(403, "AccessDeniedException", body);
    let invalid = |body| Case::new(403, "InvalidSignatureException", body);
    let unrecognized = || Case::new(403, "UnrecognizedClientException", INVALID);
    let temporary = |case: Case, has_token| {
        case.signing(|signing| {
            signing.access_key = "ASIAIOSFODNN7EXAMPLE".into();
            signing.has_token = has_token;
        })
    };
    let table = [
        (forbidden(r#"{"Message":"Forbidden"}"#).unsigned(), "unsigned", Certain),
        (forbidden(LONG), "denied", Certain),
        (forbidden(r#"{"Message":"Forbidden"}"#), "denied", Likely),
        (forbidden(LONG).unsigned(), "no-public-policy", Likely),
        (forbidden(r#"{"Message":null}"#), "unknown-function-url", Certain),
        (forbidden(r#"{"Message":null}"#).unsigned(), "unknown-function-url", Certain),
        (invalid(MISMATCH), "signature-mismatch", Likely),
        (
            invalid(MISMATCH).signing(|s| s.steps.payload_hash = UNSIGNED_PAYLOAD.into()),
            "unsigned-payload",
            Certain,
        ),
        (
            invalid(MISMATCH).with(|case| {
                case.sent.url = format!("{URL}?X-Amz-Signature=0");
                case.sent.body_len = 2;
            }),
            "presigned-body",
            Certain,
        ),
        (unrecognized(), "unknown-key", Likely),
        (temporary(unrecognized(), false), "missing-token", Certain),
        (temporary(unrecognized(), true), "wrong-token", Likely),
        (unrecognized().signing(|s| s.has_token = true), "token-with-long-term-key", Certain),
        (temporary(Case::new(403, "ExpiredTokenException", EXPIRED), true), "expired-token", Likely),
        (
            invalid(r#"{"message":"Credential should be scoped to a valid region. "}"#)
                .signing(|s| s.region = "eu-west-1".into()),
            "wrong-region",
            Certain,
        ),
        (
            invalid(r#"{"message":"Credential should be scoped to correct service: 'lambda'. "}"#)
                .signing(|s| s.service = "execute-api".into()),
            "wrong-service",
            Certain,
        ),
        (
            invalid(
                r#"{"message":"Signature expired: 20260101T000000Z is now earlier than 20260101T000500Z (20260101T001000Z - 5 min.)"}"#,
            ),
            "clock-behind",
            Likely,
        ),
        (
            invalid(
                r#"{"message":"Signature not yet current: 20260101T001000Z is still later than 20260101T000500Z (20260101T000000Z + 5 min.)"}"#,
            ),
            "clock-ahead",
            Likely,
        ),
        (
            invalid(
                r#"{"message":"'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."}"#,
            ),
            "host-not-signed",
            Certain,
        ),
        (
            Case::new(
                403,
                "IncompleteSignatureException",
                r#"{"message":"'abc' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer abc'."}"#,
            ),
            "malformed-signature",
            Likely,
        ),
        (Case::new(502, "", "Internal Server Error"), "function-error", Likely),
        (
            Case::new(
                429,
                "",
                r#"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#,
            ),
            "throttled",
            Certain,
        ),
        (Case::new(429, "", r#"{"Message":"Rate Exceeded."}"#), "throttled", Likely),
        (Case::new(413, "", "{}"), "request-too-large", Likely),
        (Case::new(403, "", "<html>a proxy says no</html>"), "forbidden", Possible),
    ];
    for (case, id, certainty) in table {
        let finding = case.finding();
        assert_eq!((finding.id.as_str(), finding.certainty), (id, certainty), "{}", case.body);
        let hint = (!finding.hint.is_empty()).then_some(&finding.hint);
        assert!(hint.is_some() || !finding.fixes.is_empty(), "nothing helps: {finding:#?}");
        for sentence in std::iter::once(&finding.cause).chain(hint) {
            assert!(sentence.ends_with('.') && !sentence.contains(". "), "one sentence: {sentence}");
        }
        assert_eq!(finding.evidence[0], format!("status: {}", case.head.status));
        assert!(finding.evidence.contains(&format!("body: {}", case.body)), "{finding:#?}");
    }
}

#[test]
fn errors_are_recognized_without_their_header() {
    for (body, id) in [
        (INVALID, "unknown-key"),
        (EXPIRED, "expired-token"),
        (MISMATCH, "signature-mismatch"),
        (r#"{"message":"Forbidden"}"#, "denied"),
        (r#"{"Message":"The security token included in the request is expired"}"#, "expired-token"),
        (
            r#"{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'abc='."}"#,
            "malformed-signature",
        ),
    ] {
        assert_eq!(Case::new(403, "", body).finding().id.as_str(), id, "{body}");
    }
    let typed = Case::new(403, "", r#"{"__type":"com.amazonaws#ExpiredTokenException"}"#);
    assert_eq!(typed.finding().id, FindingId::ExpiredToken);
}

#[test]
fn a_denied_request_comes_with_the_commands_that_allow_it() {
    let denied = Case::new(403, "AccessDeniedException", LONG)
        .with(|case| case.sent.url = URL.replace("us-east-1", "eu-west-1"))
        .finding();
    assert_eq!(
        denied.cause,
        "The signature is good, and no policy lets alice call this function URL, or one denies it."
    );
    assert_eq!(
        denied.commands().collect::<Vec<_>>(),
        [
            "aws lambda add-permission --region eu-west-1 --function-name FUNCTION --statement-id call-url --action lambda:InvokeFunctionUrl --principal arn:aws:iam::ACCOUNT:user/USER --function-url-auth-type AWS_IAM",
            "aws lambda add-permission --region eu-west-1 --function-name FUNCTION --statement-id invoke-via-url --action lambda:InvokeFunction --principal arn:aws:iam::ACCOUNT:user/USER --invoked-via-function-url",
            r#"aws iam put-user-policy --user-name USER --policy-name call-function-url --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["lambda:InvokeFunctionUrl","lambda:InvokeFunction"],"Resource":"arn:aws:lambda:eu-west-1:ACCOUNT:function:FUNCTION"}]}'"#,
        ]
    );
}

#[test]
fn an_expired_session_is_certain_if_we_know_its_expiry() {
    let case = Case::new(403, "ExpiredTokenException", EXPIRED).signing(|signing| {
        signing.identity = Some("session".into());
        signing.expires_at = Some(now() - Duration::from_secs(60));
    });
    let finding = case.finding();
    assert_eq!(finding.certainty, Certainty::Certain);
    assert_eq!(finding.cause, "The temporary credentials of session expired 60 s ago.");
    let case = case.with(|case| {
        case.identity = Some(Identity {
            name: "session".into(),
            kind: IdentityKind::GetSessionToken {
                source: "alice".into(),
                duration_seconds: Some(900),
                endpoint: String::new(),
                region: String::new(),
                mfa_serial: String::new(),
                renew: Renew::Ask,
            },
        });
    });
    let finding = case.finding();
    assert_eq!(finding.hint, "Renewing asks STS for new credentials with the keys of alice.");
    assert_eq!(finding.fixes, [Fix::Renew("session".into())]);
}

#[test]
fn a_wrong_clock_is_measured() {
    let body = r#"{"message":"Signature expired: 20260101T000000Z is now earlier than 20260101T000500Z (20260101T001000Z - 5 min.)"}"#;
    let date = httpdate::fmt_http_date(now() + Duration::from_secs(600));
    let late = |case: &mut Case| case.head.headers[0].1.clone_from(&date);
    let behind = Case::new(403, "InvalidSignatureException", body).with(late).finding();
    assert_eq!((behind.id, behind.certainty), (FindingId::ClockBehind, Certainty::Certain));
    assert_eq!(behind.cause, "The signature's date is 10 min behind the server's clock.");

    let hidden = Case::new(403, "InvalidSignatureException", MISMATCH).with(late).findings();
    assert_eq!(
        hidden.iter().map(|f| f.id).collect::<Vec<_>>(),
        [FindingId::SignatureMismatch, FindingId::ClockSkew]
    );
    assert_eq!(hidden[1].cause, "This machine's clock is 10 min behind the server's.");
    assert_eq!(hidden[1].evidence, [format!("date: {date}")]);
    // Half of the time until the response came is the way back.
    let slow = Case::new(403, "InvalidSignatureException", MISMATCH).with(late);
    let slow = slow.with(|case| case.head.timing.first_byte = Some(Duration::from_secs(240)));
    assert_eq!(slow.findings()[1].cause, "This machine's clock is 8 min behind the server's.");
    let cached = |case: &mut Case| case.head.headers.push(("age".into(), "17280".into()));
    let delayed = |case: &mut Case| case.head.timing.first_byte = Some(Duration::from_secs(960));
    for says_nothing in [cached as fn(&mut Case), delayed] {
        let case = Case::new(403, "InvalidSignatureException", MISMATCH).with(late).with(says_nothing);
        assert_eq!(case.finding().id, FindingId::SignatureMismatch);
    }

    let url = Case::new(403, "InvalidSignatureException", body)
        .with(|case| case.sent.url = format!("{URL}?X-Amz-Signature=0"));
    assert_eq!(url.finding().id, FindingId::PresignedUrlExpired);
}

#[test]
fn errors_in_xml_are_diagnosed() {
    let xml = |code: &str, message: &str| {
        format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    <Type>Sender</Type>\n    <Code>{code}</Code>\n    <Message>{message}</Message>\n  </Error>\n</ErrorResponse>\n"
        )
    };
    let case = |status, code, message, service: &str| {
        Case::new(status, "", &xml(code, message))
            .with(|case| case.sent.url = format!("https://{service}.us-east-1.amazonaws.com/"))
            .signing(|signing| signing.service = service.into())
    };
    let invalid = "The security token included in the request is invalid";
    let temporary = |case: Case| {
        case.signing(|signing| {
            signing.access_key = "ASIAIOSFODNN7EXAMPLE".into();
            signing.has_token = true;
        })
    };
    let table = [
        (case(403, "InvalidClientTokenId", invalid, "sts"), "unknown-key"),
        (temporary(case(403, "InvalidClientTokenId", invalid, "iam")), "session-calls-iam"),
        (
            case(403, "ExpiredToken", "The security token included in the request is expired", "sts"),
            "expired-token",
        ),
        (
            temporary(case(
                403,
                "AccessDenied",
                "Cannot call GetSessionToken with session credentials",
                "sts",
            )),
            "session-asks-for-session",
        ),
        (
            case(
                403,
                "AccessDenied",
                "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: iam:PutUserPolicy on resource: user alice with an explicit deny in an identity-based policy",
                "iam",
            ),
            "explicit-deny",
        ),
        (
            case(
                403,
                "AccessDenied",
                "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: iam:PutUserPolicy on resource: user alice because no identity-based policy allows the iam:PutUserPolicy action",
                "iam",
            ),
            "not-authorized",
        ),
        (
            case(
                403,
                "SignatureDoesNotMatch",
                "Credential should be scoped to a valid region, not &apos;x&apos;.",
                "sts",
            )
            .signing(|signing| signing.region = "x".into()),
            "wrong-region",
        ),
        (
            case(400, "MissingAuthenticationToken", "Request is missing Authentication Token", "sts")
                .unsigned(),
            "unsigned",
        ),
    ];
    for (case, id) in table {
        assert_eq!(case.finding().id.as_str(), id, "{}", case.body);
    }
}

#[test]
fn other_refusals_get_a_general_finding_and_successes_none() {
    for (status, id) in [(401, "unauthorized"), (404, "not-found"), (429, "throttled"), (503, "server-error")]
    {
        let case = Case::new(status, "", "").with(|case| case.sent.url = "https://example.com/".into());
        assert_eq!(case.finding().id.as_str(), id);
    }
    for status in [200, 204, 302, 400] {
        assert_eq!(Case::new(status, "", "").findings(), [], "{status}");
    }
}

#[test]
fn evidence_is_masked_and_short() {
    let secret = Secret::new("IQoJb3JpZ2luX2VjEXAMPLETOKEN");
    let mut case = Case::new(403, "", &format!("{} {}", secret.expose(), "x".repeat(2000)));
    case.sent.secrets = vec![secret.clone()];
    case.sent.headers = vec![SentHeader {
        name: "x-amz-security-token".into(),
        value: secret.expose().into(),
        origin: HeaderOrigin::Auth,
    }];
    let finding = case.finding();
    assert!(!format!("{finding:?}").contains(secret.expose()));
    assert!(finding.evidence.iter().all(|line| line.chars().count() < 420));
}

proptest::proptest! {
    #[test]
    fn no_body_panics(status in 100_u16..600, kind in "\\PC{0,20}", body in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let mut case = Case::new(status, &kind, "");
        let evidence = Evidence { sent: Some(&case.sent), head: &case.head, body: &body, identity: None, now: now(), trace: None };
        let _ = diagnose(&evidence);
        case.body = String::from_utf8_lossy(&body).into_owned();
        let _ = diagnose(&Evidence { sent: None, body: format!("<Code>{}", case.body).as_bytes(), ..evidence });
    }
}
