//! Roles and federated users, by STS.

use signpost::core::endpoint;
use signpost::core::sigv4::{Presented, RawRequest, payload_hash};
use signpost::io::credentials::assume_role::AssumeRole;
use signpost::io::credentials::federation_token::FederationToken;
use signpost::io::credentials::web_identity::WebIdentity;

use super::*;

const ROLE: &str = "arn:aws:iam::123456789012:role/deploy/Admin";

fn minted(action: &str) -> Vec<u8> {
    let user = match action {
        "GetFederationToken" => {
            "<FederatedUser><Arn>arn:aws:sts::123456789012:federated-user/bob</Arn></FederatedUser>"
        }
        "GetSessionToken" => "",
        _ => "<AssumedRoleUser><Arn>arn:aws:sts::210987654321:assumed-role/Admin/s</Arn></AssumedRoleUser>",
    };
    let body = format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result>{user}<Credentials>\
         <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\
         <SessionToken>token</SessionToken><Expiration>2026-01-01T00:15:00Z</Expiration></Credentials>\
         </{action}Result></{action}Response>"
    );
    response("200 OK", &body)
}

fn refused(code: &str, message: &str) -> Vec<u8> {
    let body = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         </ErrorResponse>"
    );
    response("403 Forbidden", &body)
}

fn assume<'a>(source: &'a Credential, endpoint: &'a str) -> AssumeRole<'a> {
    AssumeRole {
        source,
        role_arn: ROLE,
        session_name: "",
        external_id: "",
        policy: "",
        tags: &[],
        transitive_tags: &[],
        source_identity: "",
        duration_seconds: None,
        endpoint,
        region: "eu-west-1",
        mfa: None,
    }
}

/// The pairs of the form that came first, in order.
fn form(origin: &Origin) -> Vec<(String, String)> {
    url::form_urlencoded::parse(&origin.requests()[0].body).into_owned().skip(2).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_role_is_assumed_with_all_that_it_is_given() {
    let origin = Origin::answering([minted("AssumeRole")]);
    let (source, endpoint, code) = (keys(), origin.url("/"), Secret::new("123456"));
    let role = AssumeRole {
        session_name: "alice@example.com",
        external_id: "partner/1",
        policy: r#"{"Version":"2012-10-17"}"#,
        tags: &[("team".into(), "a b".into()), ("empty".into(), String::new())],
        transitive_tags: &["team".into()],
        source_identity: "alice",
        duration_seconds: Some(900),
        mfa: Some(("arn:aws:iam::123456789012:mfa/alice", &code)),
        ..assume(&source, &endpoint)
    };
    let session = run(role.call(&transport(), at(1_767_225_600), None)).unwrap();
    assert_eq!(session.access_key, "ASIAIOSFODNN7EXAMPLE");
    assert_eq!(session.expires_at, Some(at(1_767_226_500)));
    assert_eq!(session.source, "role Admin");
    assert_eq!(session.account_id.as_deref(), Some("210987654321"));
    let expected = pairs(&[
        ("RoleArn", ROLE),
        ("RoleSessionName", "alice@example.com"),
        ("Policy", r#"{"Version":"2012-10-17"}"#),
        ("DurationSeconds", "900"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "a b"),
        ("Tags.member.2.Key", "empty"),
        ("Tags.member.2.Value", ""),
        ("TransitiveTagKeys.member.1", "team"),
        ("ExternalId", "partner/1"),
        ("SerialNumber", "arn:aws:iam::123456789012:mfa/alice"),
        ("TokenCode", "123456"),
        ("SourceIdentity", "alice"),
    ]);
    assert_eq!(form(&origin), expected);
}

#[test]
fn what_is_empty_is_left_out_and_the_request_is_signed_for_the_region() {
    let origin = Origin::answering([minted("AssumeRole")]);
    let (source, endpoint) = (keys(), origin.url("/"));
    run(assume(&source, &endpoint).call(&transport(), at(1_767_225_600), None)).unwrap();
    let expected = pairs(&[("RoleArn", ROLE), ("RoleSessionName", "signpost-session-1767225600")]);
    assert_eq!(form(&origin), expected);
    let sent = &origin.requests()[0];
    let headers: Vec<_> = sent.headers.iter().map(|(n, v)| (n.as_str(), v.as_slice())).collect();
    let raw = RawRequest { method: "POST", target: "/", headers: &headers };
    let presented = Presented::parse(&raw).unwrap().expect("a signature");
    let hash = payload_hash(&sent.body);
    let verdict = presented.verify(&Secret::new(SECRET), &raw, &hash, &endpoint::defaults("sts")).unwrap();
    assert!(verdict.matches);
    assert!(sent.header("authorization").unwrap().contains("/20260101/eu-west-1/sts/aws4_request"));
}

#[test]
fn a_refusal_says_what_to_allow() {
    let source = keys();
    for (code, message, hint) in [
        ("AccessDenied", "User: u is not authorized to perform: sts:AssumeRole", "trust policy"),
        (
            "AccessDenied",
            "MultiFactorAuthentication failed with invalid MFA one time pass code.",
            "`mfa_serial`",
        ),
        (
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration",
            "shorter duration",
        ),
        ("ValidationError", "DurationSeconds exceeds the 1 hour session limit for roles", "one hour"),
        ("ExpiredToken", "The security token included in the request is expired", "has expired"),
        ("RegionDisabledException", "STS is not activated in this region", "Activate STS"),
    ] {
        let origin = Origin::answering([refused(code, message)]);
        let endpoint = origin.url("/");
        let error = run(assume(&source, &endpoint).call(&transport(), at(0), None)).unwrap_err();
        assert_eq!(error.message, format!("STS refused AssumeRole with 403 {code}: {message}"));
        assert!(error.hint.contains(hint), "{}", error.hint);
    }
}

#[test]
fn a_long_refusal_with_control_characters_is_one_safe_line() {
    let origin = Origin::answering([refused("AccessDenied", &format!("&#x9b;x\n{}", "y".repeat(5000)))]);
    let (source, endpoint) = (keys(), origin.url("/"));
    let error = run(assume(&source, &endpoint).call(&transport(), at(0), None)).unwrap_err();
    assert!(error.message.len() < 500 && !error.message.contains(['\n', '\u{9b}']), "{}", error.message);
}

#[test]
fn a_token_of_a_file_assumes_a_role_without_a_signature() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token.jwt");
    let origin =
        Origin::answering([minted("AssumeRoleWithWebIdentity"), minted("AssumeRoleWithWebIdentity")]);
    let endpoint = origin.url("/");
    let role = WebIdentity {
        role_arn: ROLE,
        session_name: "ci",
        token_file: &file,
        policy: "",
        duration_seconds: None,
        endpoint: &endpoint,
        region: "",
    };
    for token in ["first", "second"] {
        std::fs::write(&file, format!("{token}\n")).unwrap();
        let session = run(role.call(&transport(), at(0), None)).unwrap();
        assert_eq!(session.source, "role Admin");
    }
    let sent = origin.requests();
    assert_eq!(sent[0].header("authorization"), None);
    for (request, token) in sent.iter().zip(["first", "second"]) {
        let body = String::from_utf8(request.body.clone()).unwrap();
        assert!(body.ends_with(&format!("&RoleSessionName=ci&WebIdentityToken={token}")), "{body}");
    }
    for text in [&b""[..], b"two words", b"\xff", &[b'x'; 20_001]] {
        std::fs::write(&file, text).unwrap();
        let error = run(role.call(&transport(), at(0), None)).unwrap_err();
        assert!(error.message.contains("token.jwt"), "{error}");
    }
    std::fs::remove_file(&file).unwrap();
    let error = run(role.call(&transport(), at(0), None)).unwrap_err();
    assert!(error.message.starts_with("couldn't read the web identity token file"), "{error}");
    assert_eq!(origin.requests().len(), 2);
}

#[test]
fn a_federated_user_has_a_name_and_a_policy() {
    let origin = Origin::answering([minted("GetFederationToken"), minted("AssumeRole")]);
    let (source, endpoint) = (keys(), origin.url("/"));
    let user = FederationToken {
        source: &source,
        name: "bob",
        policy: "{}",
        tags: &[],
        duration_seconds: Some(3600),
        endpoint: &endpoint,
        region: "",
    };
    let session = run(user.call(&transport(), at(0), None)).unwrap();
    assert_eq!(session.source, "federated user bob");
    assert_eq!(session.account_id.as_deref(), Some("123456789012"));
    assert_eq!(form(&origin), pairs(&[("Name", "bob"), ("Policy", "{}"), ("DurationSeconds", "3600")]));
    // The response to another action isn't taken for one.
    let error = run(user.call(&transport(), at(0), None)).unwrap_err();
    assert_eq!(error.message, "STS responded to GetFederationToken with 200 and no credentials");
}

/// AWS's recordings of requests to the real endpoints.
#[test]
fn recorded_web_identities_are_played() {
    for (case, region, session_name) in [
        ("web_identity_token_profile", "us-east-1", ""),
        ("web_identity_token_env", "eu-west-1", "test-session"),
    ] {
        let Some(folder) = suite(&format!("default-credential-provider-chain/{case}")) else { return };
        let recorded = Recorded::play(&folder.join("http-traffic.json"));
        let file = folder.join("fs/token.jwt");
        let identity = WebIdentity {
            role_arn: ROLE,
            session_name,
            token_file: &file,
            policy: "",
            duration_seconds: None,
            endpoint: "",
            region,
        };
        let session = run(identity.call(&Transport::new(recorded.settings()), at(0), None)).unwrap();
        recorded.finish();
        is_expected(&session, &folder);
    }
}
