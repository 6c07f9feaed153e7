//! The credentials endpoint of a container.

use serde_json::Value;
use signpost::io::credentials::container::Container;

use super::*;

const CREDENTIAL: &str = r#"{"RoleArn":"arn:aws:iam::123456789012:role/task","AccessKeyId":"ASIAIOSFODNN7EXAMPLE",
    "SecretAccessKey":"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY","Token":"token","Expiration":"2026-01-01T00:15:00Z"}"#;

fn container<'a>(full_uri: &'a str, token: &'a Secret, token_file: &'a Path) -> Container<'a> {
    Container { relative_uri: "", full_uri, token, token_file }
}

/// All 11 cases. Their messages are those of the Rust SDK; ours only have to refuse the same.
#[test]
fn awss_cases_of_the_uri_hold() {
    let Some(file) = suite("ecs-tests.json") else { return };
    let cases: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let cases = cases["tests"].as_array().unwrap();
    assert_eq!(cases.len(), 11);
    for case in cases {
        let variable = |name: &str| case["env"][name].as_str().unwrap_or_default();
        let container = Container {
            relative_uri: variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
            full_uri: variable("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
            token: &Secret::default(),
            token_file: Path::new(""),
        };
        let url = container.url().ok().map(|url| url.to_string());
        assert_eq!(url.as_deref(), case["result"]["Ok"].as_str(), "{}", case["docs"]);
    }
}

#[test]
fn plain_http_goes_to_this_machine_and_to_awss_addresses_alone() {
    let token = Secret::default();
    let refused = |uri: &str| container(uri, &token, Path::new("")).url().is_err();
    for uri in [
        "http://127.0.0.2/",
        "http://[::1]:8080/",
        "http://x.localhost/",
        "https://example.com/",
        "http://0x7f.1/",
    ] {
        assert!(!refused(uri), "{uri}");
    }
    for uri in [
        "http://example.com/",
        "http://169.254.169.254/",
        "http://127.0.0.1@example.com/",
        "http://127.0.0.1.example.com/",
        "http://localhost.example.com/",
        "http://169.254.170.2.example.com/",
        "http://[::ffff:192.0.2.1]/",
        "http://0.0.0.0/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "not a uri",
    ] {
        assert!(refused(uri), "{uri}");
    }
    // A relative URI can't change the host.
    let relative = Container { relative_uri: "@example.com/", ..container("", &token, Path::new("")) };
    assert_eq!(relative.url().unwrap().host_str(), Some("169.254.170.2"));
}

#[test]
fn the_token_of_the_file_counts_more_and_is_read_each_time() {
    let origin = Origin::answering([(); 3].map(|()| response("200 OK", CREDENTIAL)));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let (url, token) = (origin.url("/v2?a=1"), Secret::new("Bearer variable"));
    for text in ["first", "second"] {
        std::fs::write(&file, text).unwrap();
        let credential = run(container(&url, &token, &file).call(&transport(), at(0), None)).unwrap();
        assert_eq!(credential.expires_at, Some(at(1_767_226_500)));
        assert_eq!(credential.source, "container role");
    }
    run(container(&url, &token, Path::new("")).call(&transport(), at(0), None)).unwrap();
    let sent = origin.requests();
    let tokens: Vec<_> = sent.iter().map(|request| request.header("authorization").unwrap()).collect();
    assert_eq!(tokens, ["first", "second", "Bearer variable"]);
    assert_eq!(
        (sent[0].target.as_str(), sent[0].header("accept").as_deref()),
        ("/v2?a=1", Some("application/json"))
    );
}

#[test]
fn a_token_with_a_line_break_is_not_sent() {
    let origin = Origin::answering([]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let (url, token) = (origin.url("/"), Secret::new("wJalr\nx: y"));
    let error = run(container(&url, &token, Path::new("")).call(&transport(), at(0), None)).unwrap_err();
    assert_eq!(error.message, "the token of AWS_CONTAINER_AUTHORIZATION_TOKEN contains a line break");
    for text in ["token\n", "token\r"] {
        std::fs::write(&file, text).unwrap();
        let error = run(container(&url, &token, &file).call(&transport(), at(0), None)).unwrap_err();
        assert!(error.message.contains("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"), "{error}");
    }
    assert_eq!(origin.connections(), 0);
}

#[test]
fn what_isnt_ready_is_asked_again_and_a_refusal_isnt() {
    let busy = response("503 Busy", "");
    let origin =
        Origin::answering([busy.clone(), response("200 OK", "<html>"), response("200 OK", CREDENTIAL)]);
    let (url, token) = (origin.url("/"), Secret::new("wJalr"));
    assert!(run(container(&url, &token, Path::new("")).call(&transport(), at(0), None)).is_ok());
    assert_eq!(origin.requests().len(), 3);

    let origin = Origin::answering([busy.clone(), busy.clone(), busy.clone(), busy]);
    let url = origin.url("/");
    let error = run(container(&url, &token, Path::new("")).call(&transport(), at(0), None)).unwrap_err();
    assert_eq!(error.message, "the container credentials endpoint refused with 503");
    assert_eq!(origin.requests().len(), 3);

    let body = r#"{"code":"AccessDenied","message":"no\u009b role"}"#;
    let origin = Origin::answering([response("403 Forbidden", body)]);
    let url = origin.url("/");
    let error = run(container(&url, &token, Path::new("")).call(&transport(), at(0), None)).unwrap_err();
    let said = "the container credentials endpoint refused with 403: AccessDenied: no\u{fffd} role";
    assert_eq!(error.message, said);
    assert!(!format!("{error:?}{:?}", container(&url, &token, Path::new(""))).contains("wJalr"));
}

#[test]
fn recorded_endpoints_are_played() {
    for (case, relative_uri, full_uri) in [
        ("ecs_credentials", "/v2/credentials/52b19262-e7aa-4f56-a1cd-b958dcde8f3b", ""),
        ("eks_pod_identity_credentials", "", "http://169.254.170.23/v1/credentials"),
    ] {
        let Some(folder) = suite(&format!("default-credential-provider-chain/{case}")) else { return };
        let recorded = Recorded::play(&folder.join("http-traffic.json"));
        let token = Secret::default();
        let container = Container { relative_uri, ..container(full_uri, &token, Path::new("")) };
        let credential = run(container.call(&Transport::new(recorded.settings()), at(0), None)).unwrap();
        recorded.finish();
        is_expected(&credential, &folder);
    }
}
