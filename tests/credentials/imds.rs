//! The EC2 instance metadata service. Its address is always loopback here, or nothing is sent.

use serde_json::Value;
use signpost::io::credentials::imds::Imds;
use tokio::time::{Instant, timeout};

use super::*;

const CREDENTIAL: &str = r#"{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIAIOSFODNN7EXAMPLE",
    "SecretAccessKey":"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY","Token":"token","Expiration":"2026-01-01T00:15:00Z"}"#;

fn imds(endpoint: &str) -> Imds<'_> {
    Imds { disabled: false, endpoint, mode: "" }
}

/// Where the cases have it, the setting of a `[default]` profile.
fn of_profile(case: &Value, key: &str) -> Option<String> {
    let line = case["fs"]["config"].as_str()?.lines().find_map(|line| line.split_once(" = "))?;
    (line.0 == key).then(|| line.1.to_owned())
}

/// All 14 cases. Their messages are those of the Rust SDK; ours only have to refuse the same.
#[test]
fn awss_cases_of_endpoint_and_mode_hold() {
    let Some(file) = suite("imds-config/imds-endpoint-tests.json") else { return };
    let cases: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let cases = cases["tests"].as_array().unwrap();
    assert_eq!(cases.len(), 14);
    for case in cases {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let setting = |explicit: &str, variable: &str, key: &str| {
            let found = text(&case[explicit]).or_else(|| text(&case["env"][variable]));
            found.or_else(|| of_profile(case, key)).unwrap_or_default()
        };
        let endpoint = setting(
            "endpoint_override",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            "ec2_metadata_service_endpoint",
        );
        let mode = setting(
            "mode_override",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
            "ec2_metadata_service_endpoint_mode",
        );
        let imds = Imds { disabled: false, endpoint: &endpoint, mode: &mode };
        let url = imds.token_url().ok().map(|url| url.to_string());
        assert_eq!(url.as_deref(), case["result"]["Ok"].as_str(), "{}", case["docs"]);
    }
}

#[test]
fn a_session_is_opened_for_role_and_credential() {
    let origin =
        Origin::answering(["session==", "Web-Role\n", CREDENTIAL].map(|body| response("200 OK", body)));
    let url = origin.url("/");
    let credential = run(imds(&url).call(&transport(), at(0), None)).unwrap();
    assert_eq!(
        (credential.source.as_str(), credential.expires_at),
        ("instance role Web-Role", Some(at(1_767_226_500)))
    );
    let sent = origin.requests();
    let lines: Vec<_> = sent.iter().map(|sent| format!("{} {}", sent.method, sent.target)).collect();
    assert_eq!(
        lines,
        [
            "PUT /latest/api/token",
            "GET /latest/meta-data/iam/security-credentials/",
            "GET /latest/meta-data/iam/security-credentials/Web-Role"
        ]
    );
    assert_eq!(sent[0].header("x-aws-ec2-metadata-token-ttl-seconds").unwrap(), "21600");
    assert_eq!(sent[2].header("x-aws-ec2-metadata-token").unwrap(), "session==");
}

#[test]
fn what_isnt_there_says_so() {
    let ok = |body: &str| response("200 OK", body);
    let trust = r#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot assume the role x."}"#;
    for (responses, message) in [
        (vec![response("403 Forbidden", "")], "refused a session with 403"),
        (vec![response("404 Not Found", "")], "refused a session with 404"),
        (vec![ok("<html>\n</html>")], "returned no session token"),
        (vec![ok("t"), response("404 Not Found", "")], "the EC2 instance has no role"),
        (vec![ok("t"), ok("../../user-data")], "the EC2 instance has no role"),
        (vec![ok("t"), ok("x"), ok(trust)], "AssumeRoleUnauthorizedAccess EC2 cannot assume the role x."),
        (vec![ok("t"), ok("x"), ok("{}")], "of the role x: `AccessKeyId` is missing"),
    ] {
        let count = responses.len();
        let origin = Origin::answering(responses);
        let url = origin.url("/");
        let error = run(imds(&url).call(&transport(), at(0), None)).unwrap_err();
        assert!(error.message.contains(message), "{error}");
        assert_eq!(origin.requests().len(), count);
    }
}

#[test]
fn a_service_that_is_silent_costs_a_second_and_a_disabled_one_nothing() {
    let origin = Origin::silent();
    let url = origin.url("/");
    let started = Instant::now();
    // Well below any longer limit, and far enough above a second for a busy machine.
    let most = Duration::from_secs(3);
    let called = run(async { timeout(most, imds(&url).call(&transport(), at(0), None)).await });
    let error = called.expect("it gives up after a second").unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(5), "{error}");
    assert!(error.message.starts_with("can't reach the EC2 instance metadata service"), "{error}");
    assert!(error.hint.contains("choose a profile"));
    let disabled = Imds { disabled: true, ..imds(&url) };
    let error = run(disabled.call(&transport(), at(0), None)).unwrap_err();
    assert!(error.message.contains("AWS_EC2_METADATA_DISABLED"));
    assert_eq!(origin.connections(), 1);
}

#[test]
fn the_recorded_service_is_played() {
    let Some(folder) = suite("default-credential-provider-chain/imds_default_chain_success") else { return };
    let recorded = Recorded::play(&folder.join("http-traffic.json"));
    let service = imds("");
    let credential = run(service.call(&Transport::new(recorded.settings()), at(0), None)).unwrap();
    recorded.finish();
    is_expected(&credential, &folder);
}
