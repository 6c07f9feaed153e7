//! Logging in to IAM Identity Center with a code.

use serde_json::{Value, json};
use signpost::io::credentials::sso::Sso;

use super::*;

/// SHA-1 of `dev`, the session.
const TOKEN_FILE: &str = "34c6fceca75e456f25e7e99531e2425c6c1de443.json";
const NOW: u64 = 1_767_225_600;

fn session<'a>(cache: &'a Path, oidc_endpoint: &'a str) -> Sso<'a> {
    Sso {
        session: "dev",
        start_url: "https://d-abc123.awsapps.com/start",
        region: "us-east-1",
        account_id: "",
        role_name: "",
        cache,
        role_cache: Path::new(""),
        portal_endpoint: "",
        oidc_endpoint,
    }
}

fn registered() -> Vec<u8> {
    let body = json!({"clientId": "client", "clientSecret": "client-secret", "clientSecretExpiresAt": 1_769_904_000});
    response("200 OK", &body.to_string())
}

fn device(page: &str) -> Vec<u8> {
    let body = json!({"deviceCode": "wJalr-device", "userCode": "ABCD-EFGH", "verificationUri": "https://example.com/",
        "verificationUriComplete": page, "expiresIn": 600, "interval": 0});
    response("200 OK", &body.to_string())
}

fn refused(code: &str) -> Vec<u8> {
    response("400 Bad Request", &json!({"error": code}).to_string())
}

#[test]
fn a_confirmed_code_writes_what_the_aws_cli_writes() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("sso/cache");
    let token =
        json!({"accessToken": "new", "expiresIn": 28_800, "refreshToken": "refresh", "tokenType": "Bearer"});
    let oidc = Origin::answering([
        registered(),
        device("https://d-abc123.awsapps.com/start/#/device?user_code=ABCD-EFGH"),
        refused("authorization_pending"),
        response("200 OK", &token.to_string()),
    ]);
    let (url, transport) = (oidc.url(""), transport());
    let session = session(&cache, &url);
    run(async {
        let login = session.start_login(&["sso:account:access"], &transport, at(NOW), None).await.unwrap();
        assert_eq!(login.code, "ABCD-EFGH");
        assert!(login.url.as_str().ends_with("user_code=ABCD-EFGH"));
        assert!(!format!("{login:?}").contains("wJalr"));
        session.finish_login(&login, &transport).await.unwrap();
    });
    let sent: Vec<(String, Value)> = oidc
        .requests()
        .into_iter()
        .map(|sent| (sent.target, serde_json::from_slice(&sent.body).unwrap()))
        .collect();
    let paths: Vec<_> = sent.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/client/register", "/device_authorization", "/token", "/token"]);
    assert_eq!(sent[0].1["scopes"], json!(["sso:account:access"]));
    assert_eq!(sent[1].1["startUrl"], "https://d-abc123.awsapps.com/start");
    assert_eq!(sent[3].1["deviceCode"], "wJalr-device");
    let mut written: Value = serde_json::from_slice(&std::fs::read(cache.join(TOKEN_FILE)).unwrap()).unwrap();
    // The time of the start, and what has passed since.
    let expires_at = written["expiresAt"].take();
    assert!(expires_at.as_str().unwrap().starts_with("2026-01-01T08:00:"), "{expires_at}");
    let expected = json!({
        "startUrl": "https://d-abc123.awsapps.com/start", "region": "us-east-1", "accessToken": "new",
        "expiresAt": null, "clientId": "client", "clientSecret": "client-secret",
        "registrationExpiresAt": "2026-02-01T00:00:00Z", "refreshToken": "refresh",
    });
    assert_eq!(written, expected);
}

#[test]
fn a_login_that_comes_to_nothing_says_why() {
    let folder = tempfile::tempdir().unwrap();
    for (code, said) in [
        ("access_denied", "the login to the SSO session `dev` was refused"),
        ("expired_token", "the login to the SSO session `dev` wasn't confirmed in time"),
        ("invalid_request", "refused the login to the SSO session `dev` with 400 invalid_request"),
    ] {
        let oidc = Origin::answering([registered(), device("https://example.com/x"), refused(code)]);
        let (url, transport) = (oidc.url(""), transport());
        let session = session(folder.path(), &url);
        let error = run(async {
            let login = session.start_login(&[], &transport, at(NOW), None).await.unwrap();
            session.finish_login(&login, &transport).await.unwrap_err()
        });
        assert!(error.message.contains(said), "{error}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn only_a_web_page_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    for page in ["file:///etc/passwd", "http://example.com/", "javascript:alert(1)", "x"] {
        let oidc = Origin::answering([registered(), device(page)]);
        let url = oidc.url("");
        let session = session(folder.path(), &url);
        let error = run(session.start_login(&[], &transport(), at(NOW), None)).unwrap_err();
        assert!(error.message.ends_with("returned a response without a page"), "{error}");
    }
}
