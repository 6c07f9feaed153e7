//! Logging in to Identity Center: by device code, by authorization code, and what a login gives.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use signpost::core::credential::{Credential, Secret};

use super::client::{Answer, Draft};
use super::function_support::Site;

const START_URL: &str = "https://d-1234567890.awsapps.com/start";
const CONFIG: &str = r#"
[sso]
user = "carol"
assignments = [{ role = "reader" }, { role = "writer" }]
[[accounts]]
id = "123456789012"
[[accounts.roles]]
name = "reader"
trust = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}'
[[accounts.roles]]
name = "writer"
trust = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}'
[[accounts.roles]]
name = "other"
trust = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}'
"#;

async fn fetch(site: &Site, method: &str, url: &str, token: Option<&str>) -> Answer {
    let mut draft = Draft::new(method, url.to_owned(), "none");
    draft.headers.extend(token.map(|token| ("x-amz-sso_bearer_token".into(), token.into())));
    site.send(&draft).await
}

async fn post(site: &Site, path: &str, body: &Value) -> (u16, Value) {
    let body = body.to_string();
    let mut draft = Draft::new("POST", format!("{}{path}", site.0.info().endpoint), "none");
    draft.body = body.as_bytes();
    let answer = site.send(&draft).await;
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

/// The fields that every request of a new client has.
async fn register(site: &Site, redirect: &str) -> Value {
    let given = json!({ "clientName": "test", "clientType": "public", "redirectUris": [redirect] });
    let (status, client) = post(site, "/client/register", &given).await;
    assert_eq!(status, 200, "{client}");
    json!({ "clientId": client["clientId"], "clientSecret": client["clientSecret"] })
}

fn with(base: &Value, further: Value) -> Value {
    let mut joined = base.as_object().unwrap().clone();
    joined.extend(further.as_object().unwrap().clone());
    Value::Object(joined)
}

async fn log_in(site: &Site) -> (Value, Value) {
    let client = register(site, "http://127.0.0.1/back").await;
    let (_, device) =
        post(site, "/device_authorization", &with(&client, json!({ "startUrl": START_URL }))).await;
    let page = device["verificationUriComplete"].as_str().unwrap();
    assert_eq!(fetch(site, "POST", page, None).await.status, 200);
    let grant = json!({ "grantType": DEVICE_GRANT, "deviceCode": device["deviceCode"] });
    let (status, token) = post(site, "/token", &with(&client, grant)).await;
    assert_eq!(status, 200, "{token}");
    (client, token)
}

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

#[tokio::test]
async fn a_device_code_becomes_a_token_when_the_button_was_pressed() {
    let site = Site::open(CONFIG).await;
    let client = register(&site, "http://127.0.0.1/back").await;
    let large = json!({ "clientName": "x".repeat(20_000), "clientType": "public" });
    assert_eq!(post(&site, "/client/register", &large).await.1["error"], "invalid_request");
    let other = with(&client, json!({ "startUrl": "https://other.awsapps.com/start" }));
    assert_eq!(post(&site, "/device_authorization", &other).await.1["error"], "invalid_request");
    let start = with(&client, json!({ "startUrl": format!("{START_URL}#/") }));
    let (_, device) = post(&site, "/device_authorization", &start).await;
    let grant = with(&client, json!({ "grantType": DEVICE_GRANT, "deviceCode": device["deviceCode"] }));
    let pending = post(&site, "/token", &grant).await;
    assert_eq!((pending.0, &pending.1["error"]), (400, &json!("authorization_pending")));

    let page = device["verificationUriComplete"].as_str().unwrap();
    let shown = fetch(&site, "GET", page, None).await;
    assert!(shown.body.contains(device["userCode"].as_str().unwrap()), "{shown:?}");
    assert_eq!(site.trace(&shown).await["target"], "/device?user_code=***");
    assert!(shown.body.contains("Log in as carol") && !shown.body.contains("src="), "{shown:?}");
    assert!(shown.header("content-security-policy").is_some_and(|policy| policy.contains("'none'")));
    assert_eq!(post(&site, "/token", &grant).await.0, 400, "looking isn't approving");
    assert_eq!(fetch(&site, "POST", page, None).await.status, 200);
    let foreign = register(&site, "http://127.0.0.1/back").await;
    let stolen = with(&foreign, json!({ "grantType": DEVICE_GRANT, "deviceCode": device["deviceCode"] }));
    assert_eq!(post(&site, "/token", &stolen).await.1["error"], "invalid_grant");
    let (status, token) = post(&site, "/token", &grant).await;
    assert_eq!((status, &token["tokenType"], &token["expiresIn"]), (200, &json!("Bearer"), &json!(3600)));
    assert_eq!(post(&site, "/token", &grant).await.1["error"], "invalid_grant", "it is used up");

    let (_, late) = post(&site, "/device_authorization", &start).await;
    site.advance(600).await;
    let grant = with(&client, json!({ "grantType": DEVICE_GRANT, "deviceCode": late["deviceCode"] }));
    assert_eq!(post(&site, "/token", &grant).await.1["error"], "expired_token");
    let wrong = json!({ "clientId": client["clientId"], "clientSecret": "x", "grantType": "refresh_token" });
    let refused = post(&site, "/token", &wrong).await;
    assert_eq!((refused.0, &refused.1["error"]), (401, &json!("invalid_client")));
}

#[tokio::test]
async fn an_authorization_code_needs_its_verifier_and_is_valid_once() {
    let site = Site::open(CONFIG).await;
    let client = register(&site, "http://127.0.0.1/back").await;
    let (verifier, back) = ("a-verifier-that-nobody-guesses", "http://127.0.0.1:49152/back");
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let authorize = |redirect: &str| {
        let fields = [
            ("response_type", "code"),
            ("client_id", client["clientId"].as_str().unwrap()),
            ("redirect_uri", redirect),
            ("state", "s t"),
            ("code_challenge_method", "S256"),
            ("code_challenge", &challenge),
        ];
        format!("{}/authorize?{}", site.0.info().endpoint, super::client::form(&fields))
    };
    for redirect in ["https://evil.example/back", "http://127.0.0.1:49152/other", "http://evil.example/back"]
    {
        let refused = fetch(&site, "POST", &authorize(redirect), None).await;
        assert!(refused.status == 400 && refused.header("location").is_none(), "{redirect}: {refused:?}");
    }
    assert_eq!(fetch(&site, "GET", &authorize(back), None).await.status, 200);
    let code = async || {
        let sent = fetch(&site, "POST", &authorize(back), None).await;
        assert_eq!(sent.status, 302, "{sent:?}");
        let location = sent.header("location").unwrap().to_owned();
        let code = location.strip_prefix("http://127.0.0.1:49152/back?code=").unwrap();
        code.strip_suffix("&state=s+t").unwrap().to_owned()
    };
    let grant = |code: &str, verifier: &str| {
        let grant = json!({ "grantType": "authorization_code", "code": code, "codeVerifier": verifier, "redirectUri": back });
        with(&client, grant)
    };
    let first = code().await;
    assert_eq!(post(&site, "/token", &grant(&first, "other")).await.1["error"], "invalid_grant");
    assert_eq!(post(&site, "/token", &grant(&first, verifier)).await.1["error"], "invalid_grant");
    let (status, token) = post(&site, "/token", &grant(&code().await, verifier)).await;
    assert!(status == 200 && token["refreshToken"].is_string(), "{token}");
}

#[tokio::test]
async fn a_login_gives_the_keys_of_assigned_roles_until_it_ends() {
    let site = Site::open(CONFIG).await;
    let (client, token) = log_in(&site).await;
    let access = token["accessToken"].as_str().unwrap().to_owned();
    let portal = |path: &str| format!("{}{path}", site.0.info().endpoint);
    let accounts = fetch(&site, "GET", &portal("/assignment/accounts"), Some(&access)).await;
    assert!(accounts.body.contains(r#""accountId":"123456789012""#), "{accounts:?}");
    let page = portal("/assignment/roles?account_id=123456789012&max_result=1");
    let roles: Value = serde_json::from_str(&fetch(&site, "GET", &page, Some(&access)).await.body).unwrap();
    assert_eq!((&roles["roleList"][0]["roleName"], &roles["nextToken"]), (&json!("reader"), &json!("1")));
    let next = fetch(&site, "GET", &format!("{page}&next_token=1"), Some(&access)).await;
    assert!(next.body.contains("writer") && next.body.contains(r#""nextToken":null"#), "{next:?}");

    let keys =
        |role: &str| portal(&format!("/federation/credentials?account_id=123456789012&role_name={role}"));
    assert_eq!(fetch(&site, "GET", &keys("other"), Some(&access)).await.status, 403);
    assert_eq!(fetch(&site, "GET", &keys("reader"), None).await.status, 401);
    let got = fetch(&site, "GET", &keys("reader"), Some(&access)).await;
    let body: Value = serde_json::from_str(&got.body).unwrap();
    let text = |name: &str| body["roleCredentials"][name].as_str().unwrap().to_owned();
    let reader = Credential {
        access_key: text("accessKeyId"),
        secret_key: Secret::new(text("secretAccessKey")),
        session_token: Some(Secret::new(text("sessionToken"))),
        expires_at: None,
        account_id: None,
        source: "test".into(),
    };
    let me = site.sts(&reader, "GetCallerIdentity", &[]).await;
    assert_eq!(me.xml("Arn"), "arn:aws:sts::123456789012:assumed-role/reader/carol");
    assert!(!site.trace(&got).await.to_string().contains(&access), "the token isn't in the trace");

    site.advance(3600).await;
    assert_eq!(fetch(&site, "GET", &keys("reader"), Some(&access)).await.status, 401, "it has expired");
    let refresh =
        with(&client, json!({ "grantType": "refresh_token", "refreshToken": token["refreshToken"] }));
    let (status, renewed) = post(&site, "/token", &refresh).await;
    assert_eq!(status, 200, "{renewed}");
    let access = renewed["accessToken"].as_str().unwrap();
    assert_eq!(fetch(&site, "GET", &keys("reader"), Some(access)).await.status, 200);
    assert_eq!(fetch(&site, "POST", &portal("/logout"), Some(access)).await.status, 200);
    assert_eq!(fetch(&site, "GET", &keys("reader"), Some(access)).await.status, 401);
    assert_eq!(post(&site, "/token", &refresh).await.1["error"], "invalid_grant");

    let (client, token) = log_in(&site).await;
    site.advance(8 * 3600).await;
    let refresh =
        with(&client, json!({ "grantType": "refresh_token", "refreshToken": token["refreshToken"] }));
    assert_eq!(post(&site, "/token", &refresh).await.1["error"], "invalid_grant", "a login ends");
}

#[tokio::test]
async fn without_a_declaration_nobody_logs_in() {
    let site = Site::open(super::accounts::TWO_ACCOUNTS).await;
    let register = fetch(&site, "POST", &format!("{}/client/register", site.0.info().endpoint), None).await;
    assert_ne!(register.status, 200, "{register:?}");
}
