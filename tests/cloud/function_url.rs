//! Every refusal of the function URL in AWS's words, and what is verified.

use std::time::{Duration, SystemTime};

use signpost::core::credential::{Credential, Secret};
use signpost::core::request::SignatureLocation;

use super::client::{Cloud, Draft};
use super::{FORBIDDEN, HELLO};

const MISMATCH: &str = r#"{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}"#;
const INVALID_TOKEN: &str = r#"{"message":"The security token included in the request is invalid."}"#;
#[tokio::test]
async fn every_refusal_of_the_function_url() {
    let cloud = Cloud::start().await;
    cloud.permit().await;
    let alice = cloud.alice();
    let signed = |draft: Draft<'static>| draft.signed(&alice);
    let url = |path: &str| cloud.function(path);
    let port = cloud.port();
    let session = cloud.session().await;
    let other = |change: fn(&mut Credential)| {
        let mut who = alice.clone();
        change(&mut who);
        who
    };
    let authorization = |draft: &mut Draft<'_>, change: fn(&str) -> String| {
        let header = draft.headers.iter_mut().find(|(name, _)| name == "authorization").unwrap();
        header.1 = change(&header.1);
    };

    let unknown = Draft::new("GET", format!("http://other.lambda-url.us-east-1.localhost:{port}/"), "lambda");
    let elsewhere =
        Draft::new("GET", format!("http://demo.lambda-url.eu-west-1.localhost:{port}/"), "lambda");
    let table: Vec<(&str, Draft<'_>, &str, &str)> = vec![
        ("unknown id", signed(unknown), "AccessDeniedException", r#"{"Message":null}"#),
        ("another region's id", signed(elsewhere), "AccessDeniedException", r#"{"Message":null}"#),
        (
            "wrong secret",
            url("/").signed(&other(|who| who.secret_key = Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"))),
            "InvalidSignatureException",
            MISMATCH,
        ),
        (
            "changed body",
            signed(url("/").with(|draft| draft.method = "POST")).with(|draft| draft.body = b"changed"),
            "InvalidSignatureException",
            MISMATCH,
        ),
        (
            "changed path",
            signed(url("/a")).with(|draft| draft.url = format!("{}b", draft.url)),
            "InvalidSignatureException",
            MISMATCH,
        ),
        (
            "unsigned payload",
            signed(url("/").with(|draft| {
                draft.headers.push(("x-amz-content-sha256".into(), "UNSIGNED-PAYLOAD".into()));
            })),
            "InvalidSignatureException",
            MISMATCH,
        ),
        (
            "unknown key",
            url("/").signed(&other(|who| who.access_key = "AKIAIOSFODNN7EXAMPLE".into())),
            "UnrecognizedClientException",
            INVALID_TOKEN,
        ),
        (
            "no token",
            url("/").signed(&session).with(|draft| draft.headers.retain(|(n, _)| n != "x-amz-security-token")),
            "UnrecognizedClientException",
            INVALID_TOKEN,
        ),
        (
            "a token with a long-term key",
            url("/").signed(&other(|who| who.session_token = Some(Secret::new("token")))),
            "UnrecognizedClientException",
            INVALID_TOKEN,
        ),
        (
            "wrong region",
            signed(url("/").with(|draft| draft.settings.region = "eu-west-1".into())),
            "InvalidSignatureException",
            r#"{"message":"Credential should be scoped to a valid region. "}"#,
        ),
        (
            "wrong service",
            signed(url("/").with(|draft| draft.settings.service = "execute-api".into())),
            "InvalidSignatureException",
            r#"{"message":"Credential should be scoped to correct service: 'lambda'. "}"#,
        ),
        (
            "host not signed",
            signed(url("/"))
                .with(|draft| authorization(draft, |header| header.replace("SignedHeaders=host;", "SignedHeaders="))),
            "InvalidSignatureException",
            r#"{"message":"'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."}"#,
        ),
        (
            "another scheme",
            url("/").with(|draft| draft.headers.push(("authorization".into(), "Bearer abc".into()))),
            "IncompleteSignatureException",
            r#"{"message":"'abc' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer abc'."}"#,
        ),
        (
            "an empty signature",
            url("/").with(|draft| draft.headers.push(("authorization".into(), "AWS4-HMAC-SHA256".into()))),
            "IncompleteSignatureException",
            r#"{"message":"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256"}"#,
        ),
        (
            "a short scope",
            signed(url("/"))
                .with(|draft| authorization(draft, |_| "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101, SignedHeaders=host, Signature=0".into())),
            "IncompleteSignatureException",
            r#"{"message":"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIAIOSFODNN7EXAMPLE/20260101'"}"#,
        ),
    ];
    for (case, draft, kind, body) in table {
        assert_eq!(cloud.unsigned(&draft).await.row(), (403, kind, body), "{case}");
    }
}

#[tokio::test]
async fn dates_are_checked_by_real_time_and_skew() {
    let cloud = Cloud::start().await;
    cloud.permit().await;
    let alice = cloud.alice();
    let now = SystemTime::now();
    let at = |at: SystemTime| cloud.function("/").with(|draft| draft.at = at).signed(&alice);

    let old = cloud.unsigned(&at(now - Duration::from_secs(310))).await;
    assert_eq!((old.status, old.header("x-amzn-errortype")), (403, Some("InvalidSignatureException")));
    assert!(old.body.starts_with(r#"{"message":"Signature expired: "#), "{old:?}");
    assert!(old.body.contains(" is now earlier than ") && old.body.ends_with(r#" - 5 min.)"}"#), "{old:?}");

    let future = cloud.unsigned(&at(now + Duration::from_secs(320))).await;
    assert!(future.body.starts_with(r#"{"message":"Signature not yet current: "#), "{future:?}");
    assert!(future.body.contains(" is still later than ") && future.body.ends_with(r#" + 5 min.)"}"#));

    assert_eq!(cloud.unsigned(&at(now - Duration::from_secs(280))).await.status, 200);
    assert_eq!(cloud.move_clock(r#"{"skew_seconds": 600}"#).await.status, 200);
    let skewed = cloud.unsigned(&at(now)).await;
    assert!(skewed.body.starts_with(r#"{"message":"Signature expired: "#), "{skewed:?}");
    let date = httpdate::parse_http_date(skewed.header("date").unwrap()).unwrap();
    assert!(date.duration_since(now).unwrap() > Duration::from_secs(590), "Date shows the server's clock");

    // Query services give 15 minutes.
    let form = "Action=GetCallerIdentity&Version=2011-06-15";
    assert_eq!(cloud.as_user(&alice, cloud.query("sts", form)).await.status, 200);
    cloud.move_clock(r#"{"skew_seconds": 1000}"#).await;
    let late = cloud.as_user(&alice, cloud.query("sts", form)).await;
    assert_eq!((late.status, late.xml("Code")), (403, "SignatureDoesNotMatch"));
    assert!(late.xml("Message").ends_with(" - 15 min.)"), "{late:?}");
}

#[tokio::test]
async fn presigned_urls_expire_by_the_clock_of_the_cloud() {
    let cloud = Cloud::start().await;
    cloud.permit().await;
    let alice = cloud.alice();
    let presigned = cloud
        .function("/a:b?x=%3D&y")
        .with(|draft| draft.settings.location = SignatureLocation::Query)
        .signed(&alice);
    assert_eq!(cloud.unsigned(&presigned).await.row(), (200, "", HELLO));
    let with_body = cloud
        .function("/")
        .with(|draft| {
            draft.method = "POST";
            draft.body = b"{}";
            draft.settings.location = SignatureLocation::Query;
        })
        .signed(&alice);
    assert_eq!(cloud.unsigned(&with_body).await.row(), (403, "InvalidSignatureException", MISMATCH));
    cloud.move_clock(r#"{"advance_seconds": 901}"#).await;
    let expired = cloud.unsigned(&presigned).await;
    assert!(expired.body.starts_with(r#"{"message":"Signature expired: "#), "{expired:?}");
}

#[tokio::test]
async fn awkward_urls_are_verified_as_sent() {
    let cloud = Cloud::start().await;
    cloud.permit().await;
    let by_path = cloud.0.info().function_url_path.clone();
    for path in ["/a:b/(c)!*'", "/%E4%BD%A0?b=2&a=%3D&a=1&k", "/a%2Fb/", "/a//b/../c", "/?x=a%20b%2Bc"] {
        let answer = cloud.as_user(&cloud.alice(), cloud.function(path)).await;
        assert_eq!(answer.row(), (200, "", HELLO), "{path}");
        let draft = Draft::new("GET", format!("{by_path}{path}"), "lambda");
        assert_eq!(cloud.as_user(&cloud.alice(), draft).await.row(), (200, "", HELLO), "{by_path}{path}");
    }
    let draft = Draft::new("GET", by_path, "lambda");
    assert_eq!(cloud.unsigned(&draft).await.row(), (403, "AccessDeniedException", FORBIDDEN));
}
