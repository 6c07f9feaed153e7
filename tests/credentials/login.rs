//! Sessions of `aws login`.

use std::io::{Read as _, Write as _};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use signpost::core::credential::Credential;
use signpost::io::credentials::login::Login;
use signpost::io::credentials::{CredentialError, LoggedIn};

use super::*;

const SESSION: &str = "arn:aws:sts::012345678910:assumed-role/Admin/admin";
/// SHA-256 of the session.
const FILE: &str = "4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255.json";
/// 2025-11-19T00:00:00Z, the time of AWS's cases.
const NOW: u64 = 1_763_510_400;
/// The key of AWS's cases.
const KEY: &str = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIPt/u8InPLpQeQLJTvVX+sNDzni8vMDMt3Liu+nMBigfoAoGCCqGSM49\n\
    AwEHoUQDQgAEILkGG7rNOnxiIJlMgimY1UPP8eDMFP0DAY6WGjngP4bvTAiUCQ/I\nffut2379uP+OBCm2ovGpBOJRgrl1RspUOQ==\n\
    -----END EC PRIVATE KEY-----\n";

fn login<'a>(cache: &'a Path, endpoint: &'a str) -> Login<'a> {
    Login { profile: "console", session: SESSION, region: "us-east-1", cache, endpoint }
}

fn file(key: &str, expires_at: &str) -> Value {
    json!({
        "accessToken": {"accessKeyId": key, "secretAccessKey": "wJalr", "sessionToken": "t",
            "accountId": "012345678901", "expiresAt": expires_at},
        "clientId": "arn:aws:signin:::devtools/same-device", "refreshToken": "first", "idToken": "id",
        "dpopKey": KEY, "unknown": [1],
    })
}

fn write(folder: &Path, value: &Value) {
    std::fs::write(folder.join(FILE), value.to_string()).unwrap();
}

fn read(folder: &Path, name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
}

fn refreshed(key: &str) -> Vec<u8> {
    let access_token = json!({"accessKeyId": key, "secretAccessKey": "s", "sessionToken": "t"});
    let body = json!({"accessToken": access_token, "refreshToken": "second", "expiresIn": 900,
        "tokenType": "aws_sigv4"});
    response("200 OK", &body.to_string())
}

/// Verifies a proof and gives its claims.
fn claims(proof: &str) -> Value {
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let (signed, signature) = proof.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decode(header)).unwrap();
    assert_eq!((&header["typ"], &header["alg"]), (&json!("dpop+jwt"), &json!("ES256")));
    let coordinate = |name: &str| decode(header["jwk"][name].as_str().unwrap());
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    key.verify(signed.as_bytes(), &decode(signature)).unwrap();
    serde_json::from_slice(&decode(claims)).unwrap()
}

/// All 8 cases.
#[test]
fn awss_cases_hold() {
    let Some(path) = suite("login-provider-test-cases.json") else { return };
    let cases: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(cases.as_array().unwrap().len(), 8);
    for case in cases.as_array().unwrap() {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in case["cacheContents"].as_object().unwrap() {
            std::fs::write(folder.path().join(name), content.to_string()).unwrap();
        }
        let exchange = &case["mockApiCalls"][0];
        let reply = match exchange["responseCode"].as_u64() {
            Some(status) => response(&format!("{status} X"), "{}"),
            None => response("200 OK", &exchange["response"]["tokenOutput"].to_string()),
        };
        let origin = Origin::answering([reply]);
        let endpoint = origin.url("");
        let result = run(login(folder.path(), &endpoint).call(&transport(), at(NOW), None));
        let outcomes = case["outcomes"].as_array().unwrap();
        is_outcome(&result, &outcomes[0]);
        if let Some(kept) = outcomes.get(1) {
            assert_eq!(read(folder.path(), FILE), kept[FILE]);
        }
        let sent: Vec<Value> =
            origin.requests().iter().map(|sent| serde_json::from_slice(&sent.body).unwrap()).collect();
        let expected: Vec<Value> =
            exchange.get("request").map(|request| request["tokenInput"].clone()).into_iter().collect();
        assert_eq!(sent, expected, "{}", case["documentation"]);
    }
}

fn is_outcome(result: &Result<Credential, signpost::io::credentials::CredentialError>, expected: &Value) {
    match (result, expected["result"].as_str().unwrap()) {
        (Ok(credential), "credentials") => {
            assert_eq!(credential.access_key, expected["accessKeyId"]);
            assert_eq!(credential.secret_key.expose(), expected["secretAccessKey"]);
            assert_eq!(credential.session_token.as_ref().unwrap().expose(), expected["sessionToken"]);
            let expires_at = match expected["expiresAt"].as_str().unwrap() {
                "2025-11-19T00:15:00Z" => at(NOW + 900),
                "3025-09-14T04:05:45Z" => at(33_314_731_545),
                other => panic!("{other}"),
            };
            assert_eq!(credential.expires_at, Some(expires_at));
            assert_eq!(credential.account_id.as_deref(), expected["accountId"].as_str());
        }
        (Err(error), "error") => assert!(!error.hint.is_empty(), "{error}"),
        (result, expected) => panic!("expected {expected}, got {result:?}"),
    }
}

#[test]
fn a_refresh_proves_the_key_rotates_the_token_and_keeps_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let origin = Origin::answering([refreshed("ASIAIOSFODNN7EXAMPLE")]);
    write(folder.path(), &file("old", "2025-11-19T00:04:59Z"));
    let endpoint = origin.url("");
    let credential = run(login(folder.path(), &endpoint).call(&transport(), at(NOW), None)).unwrap();
    assert_eq!(
        (credential.access_key.as_str(), credential.source.as_str()),
        ("ASIAIOSFODNN7EXAMPLE", "aws login")
    );
    let sent = &origin.requests()[0];
    assert_eq!((sent.target.as_str(), sent.header("authorization")), ("/v1/token", None));
    let claims = claims(&sent.header("dpop").unwrap());
    assert_eq!((&claims["htm"], &claims["htu"]), (&json!("POST"), &json!(origin.url("/v1/token"))));
    assert_eq!(claims["iat"], NOW);
    assert_eq!(claims["jti"].as_str().unwrap().len(), 32);
    let mut expected = file("ASIAIOSFODNN7EXAMPLE", "2025-11-19T00:15:00Z");
    expected["accessToken"]["secretAccessKey"] = "s".into();
    expected["refreshToken"] = "second".into();
    assert_eq!(read(folder.path(), FILE), expected);
}

#[test]
fn a_session_that_lasts_is_not_refreshed_and_two_at_once_refresh_once() {
    let folder = tempfile::tempdir().unwrap();
    let origin = Origin::answering([refreshed("new")]);
    let endpoint = origin.url("");
    let (login, transport) = (login(folder.path(), &endpoint), transport());
    write(folder.path(), &file("old", "2025-11-19T00:05:01Z"));
    assert_eq!(run(login.call(&transport, at(NOW), None)).unwrap().access_key, "old");
    assert_eq!(origin.connections(), 0);
    let (one, two) = run(async {
        tokio::join!(login.call(&transport, at(NOW + 60), None), login.call(&transport, at(NOW + 60), None))
    });
    assert_eq!((one.unwrap().access_key, two.unwrap().access_key), ("new".into(), "new".into()));
    assert_eq!(origin.requests().len(), 1);
}

/// As the AWS CLI does at the same moment: the file changes, and then the refresh token is used up.
#[test]
fn a_refresh_token_that_somebody_else_used_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &file("old", "2020-01-01T00:00:00Z"));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let path = folder.path().to_owned();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        write(&path, &file("theirs", "2025-11-19T00:15:00Z"));
        stream.write_all(&response("401 Unauthorized", r#"{"error":"TOKEN_EXPIRED"}"#)).unwrap();
    });
    let credential = run(login(folder.path(), &endpoint).call(&transport(), at(NOW), None)).unwrap();
    server.join().unwrap();
    assert_eq!(credential.access_key, "theirs");
}

#[test]
fn what_ended_a_session_is_said_without_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let expired = file("old", "2020-01-01T00:00:00Z");
    for (status, body, message, hint) in [
        ("401 X", r#"{"error":"TOKEN_EXPIRED"}"#, "has expired", "Run `signpost login console`."),
        ("403 X", r#"{"error":"USER_CREDENTIALS_CHANGED"}"#, "has expired", "Run `signpost login console`."),
        (
            "403 X",
            r#"{"error":"INSUFFICIENT_PERMISSIONS"}"#,
            "with 403 INSUFFICIENT_PERMISSIONS",
            "Allow `signin:CreateOAuth2Token` in the user's or role's policy.",
        ),
        ("200 OK", "{}", "AWS Sign-In returned no credential", "Check the configured endpoint."),
    ] {
        write(folder.path(), &expired);
        let origin = Origin::answering([response(status, body)]);
        let endpoint = origin.url("");
        let error = run(login(folder.path(), &endpoint).call(&transport(), at(NOW), None)).unwrap_err();
        assert!(error.message.contains(message), "{error}");
        assert_eq!(error.hint, hint);
        assert_eq!(read(folder.path(), FILE), expired);
    }
    let broken = json!({"accessToken": expired["accessToken"], "clientId": "c", "refreshToken": "wJalr",
        "dpopKey": "-----BEGIN EC PRIVATE KEY-----\nwJalr\n-----END EC PRIVATE KEY-----"});
    write(folder.path(), &broken);
    let error =
        run(login(folder.path(), "http://127.0.0.1:1").call(&transport(), at(NOW), None)).unwrap_err();
    assert!(error.message.ends_with("is incomplete: `dpopKey` isn't a key"), "{error}");
    assert!(!format!("{error:?}").contains("wJalr"));
}

/// Logs in with a pasted code, for which the service returns this.
fn pasted(folder: &Path, reply: &Value) -> Result<LoggedIn<Credential>, CredentialError> {
    let origin = Origin::answering([response("200 OK", &reply.to_string())]);
    let endpoint = origin.url("");
    let login = login(folder, &endpoint);
    let started = login.start_remote_login().unwrap();
    let (_, state) = started.url.query_pairs().find(|(name, _)| name == "state").unwrap();
    let shown = STANDARD.encode(format!("state={state}&code=abc"));
    run(login.finish_remote_login(&started, &shown, &transport(), at(NOW)))
}

fn logged_in(access_token: &Value) -> Value {
    let claims = URL_SAFE_NO_PAD.encode(json!({"sub": SESSION}).to_string());
    json!({"accessToken": access_token, "refreshToken": "first", "expiresIn": 900,
        "tokenType": "aws_sigv4", "idToken": format!("e30.{claims}.e30")})
}

#[test]
fn a_login_that_gives_no_session_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for access_token in [json!("text"), json!([1]), json!(1), Value::Null] {
        let error = pasted(folder.path(), &logged_in(&access_token)).unwrap_err();
        assert_eq!(error.message, "AWS Sign-In returned no session", "{access_token}");
    }
}

#[test]
fn a_login_is_written_with_the_lock_of_a_refresh() {
    let access_token = json!({"accessKeyId": "new", "secretAccessKey": "s", "sessionToken": "t"});
    let folder = tempfile::tempdir().unwrap();
    // Where nothing was before.
    assert_eq!(pasted(folder.path(), &logged_in(&access_token)).unwrap().unsaved, None);
    assert_eq!(read(folder.path(), FILE)["accessToken"]["accessKeyId"], "new");
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(format!(".signpost-{}.lock", FILE.trim_end_matches(".json"))))
        .unwrap();
    let unsaved = pasted(folder.path(), &logged_in(&access_token)).unwrap().unsaved.unwrap();
    assert!(unsaved.message.starts_with("couldn't lock "), "{unsaved}");
}
