//! Logging in to IAM Identity Center, with a code or in a browser.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use signpost::io::credentials::sso::Sso;

use super::*;

/// SHA-1 of `dev`, the session.
pub(crate) const TOKEN_FILE: &str = "34c6fceca75e456f25e7e99531e2425c6c1de443.json";
pub(crate) const NOW: u64 = 1_767_225_600;

fn session<'a>(cache: &'a Path, oidc_endpoint: &'a str) -> Sso<'a> {
    at_endpoints(cache, "", oidc_endpoint)
}

/// The session `dev` at these endpoints of portal and login.
pub(crate) fn at_endpoints<'a>(cache: &'a Path, portal_endpoint: &'a str, oidc_endpoint: &'a str) -> Sso<'a> {
    Sso {
        profile: "",
        session: "dev",
        start_url: "https://d-abc123.awsapps.com/start",
        region: "us-east-1",
        account_id: "",
        role_name: "",
        cache,
        role_cache: Path::new(""),
        portal_endpoint,
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

fn granted() -> Vec<u8> {
    let token =
        json!({"accessToken": "new", "expiresIn": 28_800, "refreshToken": "refresh", "tokenType": "Bearer"});
    response("200 OK", &token.to_string())
}

fn refused(code: &str) -> Vec<u8> {
    response("400 Bad Request", &json!({"error": code}).to_string())
}

/// What came: paths and bodies.
fn sent(oidc: &Origin) -> Vec<(String, Value)> {
    let parts = |sent: origin::Recorded| (sent.target, serde_json::from_slice(&sent.body).unwrap());
    oidc.requests().into_iter().map(parts).collect()
}

#[test]
fn a_confirmed_code_writes_what_the_aws_cli_writes() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("sso/cache");
    let oidc = Origin::answering([
        registered(),
        device("https://d-abc123.awsapps.com/start/#/device?user_code=ABCD-EFGH"),
        refused("authorization_pending"),
        granted(),
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
    let sent = sent(&oidc);
    let paths: Vec<_> = sent.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/client/register", "/device_authorization", "/token", "/token"]);
    assert_eq!(sent[0].1["scopes"], json!(["sso:account:access"]));
    assert_eq!(sent[1].1["startUrl"], "https://d-abc123.awsapps.com/start");
    assert_eq!(sent[3].1["deviceCode"], "wJalr-device");
    is_written(&cache);
}

/// Makes sure that the AWS CLI's file has this login.
fn is_written(cache: &Path) {
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

/// Requests something as a browser does, and gives the status line.
fn browse(url: &url::Url) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", url.port().unwrap())).unwrap();
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    stream.write_all(format!("GET {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response.lines().next().unwrap_or_default().to_owned()
}

/// The callback with these parameters, and the state of the login.
fn callback(page: &url::Url, state: Option<&str>, name: &str, value: &str) -> url::Url {
    let parameter =
        |wanted: &str| page.query_pairs().find(|(name, _)| name == wanted).unwrap().1.into_owned();
    let mut url: url::Url = parameter("redirect_uri").parse().unwrap();
    let own = parameter("state");
    url.query_pairs_mut().append_pair(name, value).append_pair("state", state.unwrap_or(&own));
    url
}

#[test]
fn a_browser_brings_the_code_of_its_own_login_alone() {
    let folder = tempfile::tempdir().unwrap();
    let oidc = Origin::answering([registered(), granted()]);
    let (endpoint, transport) = (oidc.url(""), transport());
    let session = session(folder.path(), &endpoint);
    let scopes = ["sso:account:access"];
    let login = run_in(async |runtime| {
        let login = session.start_browser_login(&scopes, &transport, at(NOW), None).await.unwrap();
        let page = login.url.clone();
        let browser = runtime.spawn_blocking(move || {
            // Somebody else's code, no code, and something else.
            assert_eq!(browse(&callback(&page, Some("other"), "code", "forged")), "HTTP/1.1 404 Not Found");
            assert_eq!(browse(&callback(&page, None, "x", "y")), "HTTP/1.1 404 Not Found");
            assert_eq!(browse(&callback(&page, None, "code", "a b+c")), "HTTP/1.1 200 OK");
        });
        session.finish_browser_login(&login, &transport).await.unwrap();
        browser.await.unwrap();
        login
    });
    is_written(folder.path());
    let sent = sent(&oidc);
    assert_eq!(sent[0].1["redirectUris"], json!(["http://127.0.0.1/oauth/callback"]));
    let exchange = &sent[1].1;
    assert_eq!((&exchange["code"], &exchange["grantType"]), (&json!("a b+c"), &json!("authorization_code")));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(exchange["codeVerifier"].as_str().unwrap()));
    let query: std::collections::BTreeMap<_, _> = login.url.query_pairs().into_owned().collect();
    assert_eq!(query["code_challenge"], challenge);
    assert_eq!(query["redirect_uri"], exchange["redirectUri"]);
    let shown = format!("{login:?}");
    assert!(!shown.contains(exchange["codeVerifier"].as_str().unwrap()), "{shown}");
}

#[test]
fn a_login_that_was_refused_in_the_browser_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let oidc = Origin::answering([registered()]);
    let (endpoint, transport) = (oidc.url(""), transport());
    let session = session(folder.path(), &endpoint);
    let error = run_in(async |runtime| {
        let login = session.start_browser_login(&[], &transport, at(NOW), None).await.unwrap();
        let page = login.url.clone();
        let browser =
            runtime.spawn_blocking(move || browse(&callback(&page, None, "error", "access_denied")));
        let error = session.finish_browser_login(&login, &transport).await.unwrap_err();
        assert_eq!(browser.await.unwrap(), "HTTP/1.1 200 OK");
        error
    });
    assert_eq!(error.message, "the login to the SSO session `dev` was refused");
}

fn run_in<T>(test: impl AsyncFnOnce(tokio::runtime::Handle) -> T) -> T {
    run(async { test(tokio::runtime::Handle::current()).await })
}
