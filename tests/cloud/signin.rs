//! Logging in by AWS Sign-In, as signpost itself does it, and what is refused.

use serde_json::{Value, json};
use signpost::io::credentials::login::Login;
use signpost::io::transport::{Transport, TransportSettings};

use super::client::{Answer, Draft};
use super::function_support::Site;

const ARN: &str = "arn:aws:iam::123456789012:user/alice";
const CONFIG: &str = r#"
[clock]
frozen = true
[signin]
user = "alice"
[[accounts]]
id = "123456789012"
[[accounts.users]]
name = "alice"
"#;
const PAGE: &str = "/v1/authorize?response_type=code&client_id=arn:aws:signin:::devtools/same-device&state=s\
                    &code_challenge_method=SHA-256&scope=openid&code_challenge=c\
                    &redirect_uri=http://127.0.0.1:1/oauth/callback";

async fn fetch(site: &Site, method: &str, url: &str) -> Answer {
    site.send(&Draft::new(method, url.to_owned(), "none")).await
}

async fn token(site: &Site, body: &Value, proof: Option<&str>) -> (u16, Value) {
    let body = body.to_string();
    let mut draft = Draft::new("POST", format!("{}/v1/token", site.0.info().endpoint), "none");
    draft.headers.extend(proof.map(|proof| ("dpop".into(), proof.into())));
    draft.body = body.as_bytes();
    let answer = site.send(&draft).await;
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

fn file(cache: &std::path::Path) -> (std::path::PathBuf, Value) {
    let entry = std::fs::read_dir(cache).unwrap().map(|entry| entry.unwrap().path());
    let path = entry.into_iter().find(|path| path.extension().is_some_and(|end| end == "json")).unwrap();
    let value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    (path, value)
}

#[tokio::test]
async fn a_login_gives_keys_that_are_refreshed_once_each_by_the_key_that_it_was_made_with() {
    let site = Site::open(CONFIG).await;
    let (cache, endpoint) = (tempfile::tempdir().unwrap(), site.0.info().endpoint.clone());
    let login = Login {
        profile: "console",
        session: ARN,
        region: "us-east-1",
        cache: cache.path(),
        endpoint: &endpoint,
    };
    let transport = Transport::new(TransportSettings::default());
    let now = std::time::SystemTime::now();
    let started = login.start_remote_login().unwrap();
    let shown = fetch(&site, "GET", started.url.as_str()).await;
    assert!(shown.body.contains("Log in as alice"), "{shown:?}");
    let pressed = fetch(&site, "POST", started.url.as_str()).await;
    let confirmation = pressed.header("location").unwrap().to_owned();
    let shown = fetch(&site, "GET", &confirmation).await.body;
    let code = shown.split("<pre>").nth(1).unwrap().split("</pre>").next().unwrap();
    for wrong in ["", "x", "c3RhdGU9YSZjb2RlPWI="] {
        assert!(login.finish_remote_login(&started, wrong, &transport, now).await.is_err(), "{wrong}");
    }
    let logged_in = login.finish_remote_login(&started, code, &transport, now).await.unwrap();
    assert!(logged_in.unsaved.is_none());
    let again = login.finish_remote_login(&started, code, &transport, now).await.unwrap_err();
    assert_eq!(again.message, "the code of the login has expired", "a code is used once");
    let who = site.send(&identity(&site).signed(&logged_in.value)).await;
    assert!(who.body.contains(ARN), "{who:?}");

    let (path, first) = file(cache.path());
    let refreshed = login.call(&transport, now + std::time::Duration::from_secs(840), None).await.unwrap();
    assert_ne!(refreshed.access_key, logged_in.value.access_key);
    let (_, second) = file(cache.path());
    assert_ne!(first["refreshToken"], second["refreshToken"]);
    // The old token again, with the same key.
    std::fs::write(&path, first.to_string()).unwrap();
    let used = login.call(&transport, now + std::time::Duration::from_secs(1000), None).await.unwrap_err();
    assert!(used.needs_login && used.message.ends_with("has expired"), "{used:?}");
    // Somebody else's key.
    let other = login.start_remote_login().unwrap();
    let pressed = fetch(&site, "POST", other.url.as_str()).await;
    let shown = fetch(&site, "GET", pressed.header("location").unwrap()).await.body;
    let code = shown.split("<pre>").nth(1).unwrap().split("</pre>").next().unwrap();
    login.finish_remote_login(&other, code, &transport, now).await.unwrap();
    let (path, mut stolen) = file(cache.path());
    stolen["refreshToken"] = second["refreshToken"].clone();
    std::fs::write(&path, stolen.to_string()).unwrap();
    let refused = login.call(&transport, now + std::time::Duration::from_secs(1000), None).await.unwrap_err();
    assert!(refused.message.contains("with 400 INVALID_REQUEST"), "{refused:?}");
}

fn identity<'a>(site: &Site) -> Draft<'a> {
    let url = format!("{}/?Action=GetCallerIdentity&Version=2011-06-15", site.0.info().endpoint);
    Draft::new("GET", url, "sts")
}

#[tokio::test]
async fn pages_and_tokens_of_nobody_are_refused() {
    let site = Site::open(CONFIG).await;
    let page = format!("{}{PAGE}", site.0.info().endpoint);
    assert_eq!(fetch(&site, "GET", &page).await.status, 200);
    for (part, wrong) in [
        ("same-device", "other"),
        ("code_challenge_method=SHA-256", "code_challenge_method=plain"),
        ("http://127.0.0.1:1/oauth/callback", "https://evil.example/oauth/callback"),
        ("http://127.0.0.1:1/oauth/callback", "http://127.0.0.1:1/elsewhere"),
        ("scope=openid", "scope=all"),
    ] {
        let answer = fetch(&site, "POST", &page.replace(part, wrong)).await;
        assert_eq!((answer.status, answer.header("location")), (400, None), "{wrong}");
    }
    let body = json!({ "clientId": "arn:aws:signin:::devtools/same-device", "grantType": "authorization_code",
        "code": "x", "codeVerifier": "y", "redirectUri": "http://127.0.0.1:1/oauth/callback" });
    for proof in [None, Some("x"), Some("e30.e30.e30")] {
        let (status, said) = token(&site, &body, proof).await;
        assert_eq!((status, &said["error"]), (400, &json!("INVALID_REQUEST")), "{proof:?}");
    }
    let undeclared = Site::open("").await;
    let page = format!("{}{PAGE}", undeclared.0.info().endpoint);
    assert_ne!(fetch(&undeclared, "GET", &page).await.status, 200);
}
