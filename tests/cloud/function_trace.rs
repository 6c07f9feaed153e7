//! Why a request was answered so, and the clock that can be moved and stopped.

use serde_json::{Value, json};
use signpost::core::sigv4::payload_hash;

use super::client::{Draft, form};
use super::function_support::{PUBLIC, Site};
use super::{DENIED, EXPIRED};

const ACCOUNT: &str = r#"
[[accounts]]
id = "123456789012"
[[accounts.users]]
name = "admin"
attached = ["arn:aws:iam::aws:policy/AdministratorAccess"]
[[accounts.users]]
name = "half"
[accounts.users.policies]
url = '''{"Version":"2012-10-17","Statement":{"Sid":"OnlyUrl","Effect":"Allow","Action":"lambda:InvokeFunctionUrl","Resource":"*"}}'''
"#;

#[tokio::test]
async fn a_trace_shows_the_signature_and_the_decision() {
    let site = Site::open(&format!("{ACCOUNT}\n[[functions]]\nname = \"one\"")).await;
    let allowed = site.signed(site.url("one", "/a?b=c")).await;
    let trace = site.trace(&allowed).await;
    assert_eq!(
        (&trace["status"], &trace["method"], &trace["target"]),
        (&json!(200), &json!("GET"), &json!("/a?b=c"))
    );
    assert_eq!(trace["caller"], "arn:aws:iam::123456789012:user/admin");
    let signature = &trace["signature"];
    assert_eq!((&signature["verdict"], &signature["error"]), (&json!("valid"), &Value::Null));
    let canonical = signature["canonical_request"].as_str().unwrap();
    assert!(canonical.starts_with("GET\n/a\nb=c\nhost:one.lambda-url.us-east-1.localhost:"), "{canonical}");
    assert!(signature["string_to_sign"].as_str().unwrap().starts_with("AWS4-HMAC-SHA256\n"));
    let decisions = trace["decisions"].as_array().unwrap();
    let told: Vec<_> =
        decisions.iter().map(|decision| (&decision["action"], &decision["decision"])).collect();
    assert_eq!(
        told,
        [
            (&json!("lambda:InvokeFunctionUrl"), &json!("allowed")),
            (&json!("lambda:InvokeFunction"), &json!("allowed"))
        ]
    );
    assert_eq!(decisions[0]["steps"][0]["policy"], "arn:aws:iam::aws:policy/AdministratorAccess");
    assert_eq!(trace["state_changed_since"], false);

    let half = super::client::keys(&site.0.info().accounts[0].users["half"]);
    let denied = site.send(&site.url("one", "/").signed(&half)).await;
    assert_eq!(denied.row(), (403, "AccessDeniedException", DENIED));
    let trace = site.trace(&denied).await;
    let outcome = |index: usize| &trace["decisions"][index]["decision"];
    assert_eq!((outcome(0), outcome(1)), (&json!("allowed"), &json!("implicit-deny")));
    assert_eq!(trace["decisions"][1]["steps"][0]["sid"], "OnlyUrl", "what was nearly enough");

    // A changed body: what the cloud signed can be compared with what the client did.
    let changed = site.url("one", "/").with(|draft| draft.method = "POST").signed(&half);
    let changed = site.send(&Draft { body: b"changed", ..changed }).await;
    let trace = site.trace(&changed).await;
    assert_eq!(trace["signature"]["verdict"], "refused");
    assert_eq!(trace["signature"]["error"], "InvalidSignatureException");
    let canonical = trace["signature"]["canonical_request"].as_str().unwrap();
    assert!(canonical.ends_with(&payload_hash(b"changed")), "{canonical}");
    assert_eq!(trace["decisions"], json!([]));
    assert_eq!(site.send(&site.own("trace/unknown")).await.status, 404);
}

#[tokio::test]
async fn a_trace_shows_no_secret() {
    let site = Site::open(&format!(
        "{ACCOUNT}\n[[functions]]\nname = \"one\"\n[[functions]]\nname = \"open\"\n{PUBLIC}"
    ))
    .await;
    let body = form(&[("Action", "GetSessionToken"), ("Version", "2011-06-15")]);
    let draft = Draft::new("POST", format!("http://127.0.0.1:{}/", site.port()), "sts").with(|draft| {
        draft.headers.push((super::client::FORM.0.into(), super::client::FORM.1.into()));
        draft.body = body.as_bytes();
    });
    let minted = site.signed(draft).await;
    let mut session = site.admin();
    session.access_key = minted.xml("AccessKeyId").into();
    session.secret_key = signpost::core::credential::Secret::new(minted.xml("SecretAccessKey"));
    let token = minted.xml("SessionToken").to_owned();
    session.session_token = Some(signpost::core::credential::Secret::new(token.clone()));
    let encoded = form(&[("t", &token)]).split_off(2);
    for location in ["headers", "query"] {
        let draft = site.url("one", "/").with(|draft| {
            if location == "query" {
                draft.settings.location = signpost::core::request::SignatureLocation::Query;
            }
            draft.headers.push(("cookie".into(), "hidden=cookie".into()));
        });
        let answer = site.send(&draft.signed(&session)).await;
        assert_eq!(answer.status, 200);
        let trace = site.trace(&answer).await.to_string();
        for secret in [&token, &encoded, session.secret_key.expose(), "hidden=cookie"] {
            assert!(!trace.contains(secret), "{location}: {trace}");
        }
        assert!(trace.contains("***"), "{trace}");
    }
    let bearer = site.url("open", "/").with(|draft| {
        draft.headers.push(("authorization".into(), "Bearer hidden".into()));
    });
    assert!(!site.trace(&site.send(&bearer).await).await.to_string().contains("hidden"));
}

#[tokio::test]
async fn credentials_of_other_schemes_are_quoted_to_who_sent_them_and_in_no_trace() {
    let site =
        Site::open(&format!("[[functions]]\nname = \"one\"\n[[functions]]\nname = \"open\"\n{PUBLIC}")).await;
    for (value, quoted, traced) in [
        ("Bearer hidden-token", "'Bearer hidden-token'.", "Authorization header: 'Bearer ***'."),
        ("Bearer hidden=token", "Authorization=Bearer", "Authorization=***"),
        ("Basic aGlkZGVuOnRva2Vu", "'aGlkZGVuOnRva2Vu' not a", "'***' not a valid key=value pair"),
        ("Basic aGlkZGVuLXRva2VuOg==", "Authorization=Basic", "Authorization=***"),
        ("hidden-token", "Authorization=hidden-token", "Authorization=***"),
    ] {
        for name in ["one", "open"] {
            let draft = site.url(name, "/?access_token=hidden-query&token=hidden-query&x=shown");
            let draft = draft.with(|draft| draft.headers.push(("authorization".into(), value.into())));
            let answer = site.send(&draft).await;
            let trace = site.trace(&answer).await;
            assert_eq!(trace["target"], "/?access_token=***&token=***&x=shown");
            for secret in ["hidden", "aGlkZGVu"] {
                assert!(!trace.to_string().contains(secret), "{value}: {trace}");
            }
            if name == "one" {
                assert!(answer.body.contains(quoted), "{value}: {answer:?}");
                let message = trace["signature"]["message"].as_str().unwrap();
                assert!(message.contains(traced), "{value}: {message}");
            } else {
                for secret in ["hidden", "aGlkZGVu"] {
                    assert!(!answer.body.contains(secret), "{value}: {answer:?}");
                }
            }
        }
    }
    // Where a query is signed, the canonical request shows it masked too.
    let answer = site.signed(site.url("one", "/?api_key=hidden-query&x=shown")).await;
    let trace = site.trace(&answer).await;
    let canonical = trace["signature"]["canonical_request"].as_str().unwrap();
    assert!(canonical.starts_with("GET\n/\napi_key=***&x=shown\n"), "{canonical}");
}

#[tokio::test]
async fn the_last_thousand_requests_have_traces() {
    let site = Site::open(&format!("[[functions]]\nname = \"open\"\n{PUBLIC}")).await;
    let first = site.send(&site.url("open", "/")).await;
    site.trace(&first).await;
    for _ in 0..1000 {
        site.send(&site.url("open", "/")).await;
    }
    let id = first.header("x-amzn-requestid").unwrap();
    assert_eq!(site.send(&site.own(&format!("trace/{id}"))).await.status, 404);
}

#[tokio::test]
async fn the_clock_can_be_set_and_stopped() {
    let site = Site::open("[[functions]]\nname = \"one\"").await;
    let clock = async |change: &str| -> (u16, Value) {
        let draft = site.own("clock").with(|draft| {
            if !change.is_empty() {
                draft.method = "POST";
            }
        });
        let answer = site.send(&Draft { body: change.as_bytes(), ..draft }).await;
        (answer.status, serde_json::from_str(&answer.body).unwrap_or_default())
    };
    let (_, frozen) = clock(r#"{"frozen_at":"2030-01-01T00:00:00Z"}"#).await;
    assert_eq!((&frozen["now"], &frozen["frozen"]), (&json!("2030-01-01T00:00:00Z"), &json!(true)));
    assert_eq!(clock("").await.1["now"], "2030-01-01T00:00:00Z", "it stands still");
    let (_, moved) = clock(r#"{"advance_seconds":3600}"#).await;
    assert!(moved["now"].as_str().is_some_and(|now| now.starts_with("2030-01-01T0")), "{moved}");
    assert_eq!(clock(r#"{"freeze":false}"#).await.1["frozen"], false);
    let (_, set) = clock(r#"{"now":"2031-06-01T00:00:00Z","freeze":true,"skew_seconds":5}"#).await;
    assert!(set["now"].as_str().is_some_and(|now| now.starts_with("2031-0")), "{set}");
    assert_eq!((&set["frozen"], &set["skew_seconds"]), (&json!(true), &json!(5)));
    for bad in [r#"{"now":"soon"}"#, r#"{"freeze":false,"frozen_at":"2030-01-01T00:00:00Z"}"#, "[]", "{"] {
        assert_eq!(clock(bad).await.0, 400, "{bad}");
    }
    // Signatures are dated by real clocks, and so are still good; a session is not.
    assert_eq!(site.signed(site.url("one", "/")).await.status, 200);
    let body = form(&[("Action", "GetSessionToken"), ("Version", "2011-06-15"), ("DurationSeconds", "900")]);
    let draft = Draft::new("POST", format!("http://127.0.0.1:{}/", site.port()), "sts").with(|draft| {
        draft.headers.push((super::client::FORM.0.into(), super::client::FORM.1.into()));
        draft.body = body.as_bytes();
    });
    let minted = site.signed(draft).await;
    let mut session = site.admin();
    session.access_key = minted.xml("AccessKeyId").into();
    session.secret_key = signpost::core::credential::Secret::new(minted.xml("SecretAccessKey"));
    session.session_token = Some(signpost::core::credential::Secret::new(minted.xml("SessionToken")));
    assert_eq!(site.send(&site.url("one", "/").signed(&session)).await.status, 200);
    assert_eq!(clock(r#"{"advance_seconds":901}"#).await.0, 200);
    let expired = site.send(&site.url("one", "/").signed(&session)).await;
    assert_eq!(expired.row(), (403, "ExpiredTokenException", EXPIRED));
}
