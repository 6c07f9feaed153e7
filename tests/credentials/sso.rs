//! Roles of IAM Identity Center: the AWS CLI's caches, refreshes, and the portal.

use std::io::{Read as _, Write as _};

use serde_json::{Value, json};
use signpost::io::credentials::role_cache::CachedRole;
use signpost::io::credentials::sso::Sso;

use super::*;

/// SHA-1 of `dev`, the session.
const TOKEN_FILE: &str = "34c6fceca75e456f25e7e99531e2425c6c1de443.json";
const NOW: u64 = 1_767_225_600;
const ROLE: &str = r#"{"roleCredentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","secretAccessKey":"s",
    "sessionToken":"t","expiration":1767226500000}}"#;
const INVALID_GRANT: &str =
    r#"{"error":"invalid_grant","error_description":"Invalid refresh token provided"}"#;

/// The AWS CLI's folder of tokens, with one of the session `dev`.
struct Cache(tempfile::TempDir);

impl Cache {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With a token that has this many seconds left, and can be refreshed.
    fn with_token(seconds: i64) -> Self {
        let cache = Self::new();
        cache.write(&token("old", seconds).to_string());
        cache
    }

    fn path(&self) -> PathBuf {
        self.0.path().join(TOKEN_FILE)
    }

    fn write(&self, text: &str) {
        std::fs::write(self.path(), text).unwrap();
    }

    fn read(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.path()).unwrap()).unwrap()
    }

    fn role<'a>(&'a self, portal: &'a str, oidc: &'a str) -> Sso<'a> {
        Sso {
            profile: "",
            session: "dev",
            start_url: "https://d-abc123.awsapps.com/start",
            region: "us-east-1",
            account_id: "123456789012",
            role_name: "Admin",
            cache: self.0.path(),
            role_cache: Path::new(""),
            portal_endpoint: portal,
            oidc_endpoint: oidc,
        }
    }
}

fn time(seconds: i64) -> String {
    let at = 1_767_225_600 + seconds;
    let (day, second) = (at.div_euclid(86_400), at.rem_euclid(86_400));
    // Days around 2026-01-01.
    let date = match day - 20_454 {
        0 => "2026-01-01",
        -1 => "2025-12-31",
        other => panic!("{other}"),
    };
    format!("{date}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

fn token(access: &str, seconds: i64) -> Value {
    json!({
        "startUrl": "https://d-abc123.awsapps.com/start", "region": "us-east-1", "accessToken": access,
        "expiresAt": time(seconds), "clientId": "client", "clientSecret": "client-secret",
        "registrationExpiresAt": "2026-02-01T00:00:00Z", "refreshToken": format!("{access}-refresh"),
        "scopes": ["sso:account:access"],
    })
}

fn refreshed() -> Vec<u8> {
    let body = json!({"accessToken": "new", "expiresIn": 3600, "refreshToken": "new-refresh", "tokenType": "Bearer"});
    response("200 OK", &body.to_string())
}

fn call(role: &Sso<'_>) -> Result<Credential, signpost::io::credentials::CredentialError> {
    run(role.call(&transport(), at(NOW), None))
}

fn bearer(portal: &Origin) -> String {
    portal.requests()[0].header("x-amz-sso_bearer_token").unwrap()
}

#[test]
fn a_token_that_lasts_asks_for_the_role_whatever_follows_it_in_the_file() {
    let portal = Origin::answering([response("200 OK", ROLE)]);
    let (cache, url) = (Cache::new(), portal.url(""));
    cache.write(&format!("{}\"}}tail", token("old", 3600)));
    let credential = call(&cache.role(&url, "http://127.0.0.1:1")).unwrap();
    assert_eq!(credential.source, "SSO role Admin");
    assert_eq!(credential.expires_at, Some(at(1_767_226_500)));
    assert_eq!(credential.account_id.as_deref(), Some("123456789012"));
    let sent = &portal.requests()[0];
    assert_eq!(sent.target, "/federation/credentials?role_name=Admin&account_id=123456789012");
    assert_eq!((bearer(&portal).as_str(), sent.header("authorization")), ("old", None));
}

#[test]
fn a_token_about_to_expire_is_refreshed_and_the_file_keeps_the_rest() {
    let portal = Origin::answering([response("200 OK", ROLE)]);
    let oidc = Origin::answering([refreshed()]);
    let (cache, portal_url, oidc_url) = (Cache::with_token(600), portal.url(""), oidc.url("/"));
    call(&cache.role(&portal_url, &oidc_url)).unwrap();
    let sent = &oidc.requests()[0];
    let body: Value = serde_json::from_slice(&sent.body).unwrap();
    let expected = json!({"clientId": "client", "clientSecret": "client-secret", "grantType": "refresh_token",
        "refreshToken": "old-refresh"});
    assert_eq!((sent.target.as_str(), body), ("/token", expected));
    assert_eq!(bearer(&portal), "new");
    assert_eq!(cache.read(), token("new", 3600));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(cache.path()).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

/// One refresh is served; whoever waits for the lock finds the refreshed token.
#[test]
fn two_at_once_refresh_once() {
    let portal = Origin::answering([response("200 OK", ROLE), response("200 OK", ROLE)]);
    let oidc = Origin::answering([refreshed()]);
    let (cache, portal_url, oidc_url) = (Cache::with_token(-60), portal.url(""), oidc.url(""));
    let (role, transport) = (cache.role(&portal_url, &oidc_url), transport());
    let (one, two) = run(async {
        tokio::join!(role.call(&transport, at(NOW), None), role.call(&transport, at(NOW), None))
    });
    assert_eq!((one.is_ok(), two.is_ok()), (true, true));
    assert_eq!((oidc.requests().len(), portal.requests().len()), (1, 2));
}

/// As the AWS CLI does at the same moment: the file changes, and then the refresh token is used up.
#[test]
fn a_refresh_token_that_somebody_else_used_is_read_again() {
    let portal = Origin::answering([response("200 OK", ROLE)]);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let oidc_url = format!("http://{}", listener.local_addr().unwrap());
    let cache = Cache::with_token(-60);
    let path = cache.path();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        std::fs::write(path, token("theirs", 3600).to_string()).unwrap();
        stream.write_all(&response("400 Bad Request", INVALID_GRANT)).unwrap();
    });
    let portal_url = portal.url("");
    call(&cache.role(&portal_url, &oidc_url)).unwrap();
    server.join().unwrap();
    assert_eq!(bearer(&portal), "theirs");
    assert_eq!(cache.read(), token("theirs", 3600));
}

#[test]
fn a_refused_refresh_matters_once_the_token_has_expired() {
    for (refusal, seconds, said) in [
        (INVALID_GRANT, 600, None),
        (INVALID_GRANT, -60, Some("the SSO session `dev` has expired")),
        (r#"{"error":"slow_down"}"#, 600, None),
        (
            r#"{"error":"slow_down"}"#,
            -60,
            Some("refused to refresh the SSO session `dev` with 400 slow_down"),
        ),
    ] {
        let portal = Origin::answering([response("200 OK", ROLE)]);
        let oidc = Origin::answering([response("400 Bad Request", refusal)]);
        let (cache, portal_url, oidc_url) = (Cache::with_token(seconds), portal.url(""), oidc.url(""));
        let result = call(&cache.role(&portal_url, &oidc_url));
        match (result, said) {
            (Ok(_), None) => assert_eq!(bearer(&portal), "old"),
            (Err(error), Some(said)) => {
                assert!(error.message.contains(said), "{error}");
                assert_eq!(error.hint, "Run `signpost login --sso-session dev`.");
                assert!(!format!("{error:?}").contains("old-refresh"));
            }
            (result, _) => panic!("{result:?}"),
        }
        assert_eq!(cache.read(), token("old", seconds));
    }
}

#[test]
fn a_file_that_cannot_be_replaced_is_not_refreshed() {
    let portal = Origin::answering([response("200 OK", ROLE)]);
    let oidc = Origin::answering([]);
    let (portal_url, oidc_url) = (portal.url(""), oidc.url(""));
    for seconds in [600, -60] {
        let cache = Cache::with_token(seconds);
        let lock = format!(".signpost-{}.lock", TOKEN_FILE.trim_end_matches(".json"));
        std::fs::create_dir(cache.0.path().join(lock)).unwrap();
        let result = call(&cache.role(&portal_url, &oidc_url));
        assert_eq!(result.is_ok(), seconds > 0, "{result:?}");
    }
    assert_eq!(oidc.connections(), 0);
}

#[test]
fn what_a_login_would_fix_names_the_login() {
    let (nowhere, cache) = ("http://127.0.0.1:1", Cache::new());
    let error = call(&cache.role(nowhere, nowhere)).unwrap_err();
    assert_eq!(error.message, "nobody is logged in to the SSO session `dev`");
    assert_eq!(error.hint, "Run `signpost login --sso-session dev`.");
    assert!(error.needs_login);
    let legacy = Sso { profile: "old", session: "", ..cache.role(nowhere, nowhere) };
    let error = call(&legacy).unwrap_err();
    assert_eq!(error.hint, "Run `signpost login old`.");
    assert_eq!(error.message, "nobody is logged in to the SSO session `https://d-abc123.awsapps.com/start`");
    for (text, said) in [
        ("", "it's empty"),
        ("wJalr", "it isn't valid JSON (line 1, column 1)"),
        ("[]", "it isn't a JSON object"),
        ("{}", "is incomplete"),
        (r#"{"accessToken": "wJalr", "expiresAt": "soon"}"#, "is incomplete"),
        (r#"{"accessToken": "wJalr", "expiresAt": "2020-06-17T10:02:08UTC"}"#, "has expired"),
    ] {
        cache.write(text);
        let error = call(&cache.role(nowhere, nowhere)).unwrap_err();
        assert!(error.message.contains(said) && !error.message.contains("wJalr"), "{error}");
        assert!(!error.hint.is_empty());
    }
    for (status, body, said) in [
        (
            "401 Unauthorized",
            r#"{"message":"Session token not found or invalid"}"#,
            "has expired or was revoked",
        ),
        (
            "403 Forbidden",
            r#"{"message":"No access"}"#,
            "role Admin in account 123456789012 with 403: No access",
        ),
    ] {
        cache.write(&token("old", 3600).to_string());
        let portal = Origin::answering([response(status, body)]);
        let url = portal.url("");
        let error = call(&cache.role(&url, nowhere)).unwrap_err();
        assert!(error.message.contains(said), "{error}");
    }
}

#[test]
fn a_role_that_the_aws_cli_has_fetched_is_used_while_it_lasts() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = "http://127.0.0.1:1";
    let cache = Cache::new();
    let write = |name: &str, expiration: &str| {
        let value = json!({"ProviderType": "sso", "Credentials": {"AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
            "SecretAccessKey": "s", "SessionToken": "t", "Expiration": expiration}});
        std::fs::write(folder.path().join(name), value.to_string()).unwrap();
    };
    // The name that botocore gives it.
    let name = "0ea119dbd3219681460f3bfcf586d8a3ff62b1ab.json";
    let role = Sso { role_cache: folder.path(), ..cache.role(nowhere, nowhere) };
    write(name, "2026-01-01T00:15:00Z");
    assert_eq!(call(&role).unwrap().source, "SSO role Admin, cached by the AWS CLI");
    write(name, "2026-01-01T00:14:59Z");
    assert!(call(&role).unwrap_err().message.starts_with("nobody is logged in"));

    let admin = CachedRole { role_arn: "arn:aws:iam::123456789012:role/Admin", ..CachedRole::default() };
    assert_eq!(run(admin.read(folder.path(), at(NOW))), None);
    write("51e7b105b5040ce662656c8dc6ab4de70c4de7ad.json", "2026-01-01T01:00:00UTC");
    let credential = run(admin.read(folder.path(), at(NOW))).unwrap();
    assert_eq!(credential.source, "role Admin, cached by the AWS CLI");
    let other = CachedRole { external_id: "x", ..admin };
    assert_eq!(run(other.read(folder.path(), at(NOW))), None);
}

#[test]
fn recorded_portals_are_played() {
    for (case, session, start_url, region, account_id, role_name) in [
        (
            "default-credential-provider-chain/sso_assume_role",
            "",
            "https://ssotest.awsapps.com/start",
            "us-east-2",
            "123456789",
            "MySsoRole",
        ),
        (
            "profile-provider/sso_credentials",
            "dev",
            "https://d-abc123.awsapps.com/start",
            "us-east-1",
            "012345678901",
            "SampleRole",
        ),
    ] {
        let Some(folder) = suite(case) else { return };
        let recorded = Recorded::play(&folder.join("http-traffic.json"));
        let cache = folder.join("fs/home/.aws/sso/cache");
        let role = Sso {
            profile: "",
            session,
            start_url,
            region,
            account_id,
            role_name,
            cache: &cache,
            role_cache: Path::new(""),
            portal_endpoint: "",
            oidc_endpoint: "",
        };
        let credential = run(role.call(&Transport::new(recorded.settings()), at(0), None)).unwrap();
        recorded.finish();
        is_expected(&credential, &folder);
    }
}
