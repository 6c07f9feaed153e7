//! Sessions: minted, kept, renewed, adopted.

use signpost::io::store::secrets::{ProcessSecrets, SecretStore};

use super::*;

pub(super) fn session(expires: &str) -> Vec<u8> {
    let body = format!(
        "<GetSessionTokenResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetSessionTokenResult>\
         <Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\
         <SessionToken>minted</SessionToken><Expiration>{expires}</Expiration></Credentials>\
         </GetSessionTokenResult></GetSessionTokenResponse>"
    );
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into()
}

pub(super) fn identities(endpoint: &str, renew: Renew) -> Vec<Identity> {
    let alice = IdentityKind::Keys {
        access_key: "AKIDEXAMPLE".into(),
        secret_key: SECRET.into(),
        session_token: String::new(),
    };
    let session = IdentityKind::GetSessionToken {
        source: "alice".into(),
        duration_seconds: Some(900),
        endpoint: endpoint.into(),
        region: String::new(),
        renew,
    };
    vec![Identity { name: "alice".into(), kind: alice }, Identity { name: "session".into(), kind: session }]
}

pub(super) fn signed_by(identity: &str, service: &str, url: &str, identities: Vec<Identity>) -> Job {
    let sigv4 = Sigv4Auth {
        identity: identity.into(),
        region: "us-east-1".into(),
        service: service.into(),
        ..Sigv4Auth::default()
    };
    let auth = Auth { kind: AuthKind::AwsSigv4, sigv4, ..Auth::default() };
    Job { identities, ..job(Request { auth, ..get(url) }) }
}

#[test]
fn a_session_is_minted_once_and_signs_with_its_token() {
    let sts = Origin::answering([session("2099-01-01T00:00:00Z")]);
    let origin = Origin::answering([OK.to_vec(), OK.to_vec()]);
    let engine = engine(TransportSettings::default());
    let job = signed_by("session", "lambda", &origin.url("/"), identities(&sts.url("/"), Renew::Auto));
    assert_eq!(engine.known_credential("session", &job), None);
    for _ in 0..2 {
        assert_eq!(send_with(&engine, job.clone()).text(), "ok");
    }
    let asked = &sts.requests()[0];
    assert_eq!(asked.body, b"Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900");
    assert!(verifies(asked, "sts", &payload_hash(&asked.body)));
    assert_eq!(sts.connections(), 1);
    for request in origin.requests() {
        assert_eq!(request.header("x-amz-security-token").as_deref(), Some("minted"));
        assert!(verifies(&request, "lambda", &payload_hash(b"")));
    }
    let known = engine.known_credential("session", &job).unwrap().unwrap();
    assert_eq!(known.source, "STS GetSessionToken of keys of alice");
}

#[test]
fn an_expired_session_is_renewed_or_used_as_the_identity_says() {
    for (renew, times) in [(Renew::Auto, 2), (Renew::Ask, 1)] {
        let sts = Origin::answering([session("2020-01-01T00:00:00Z"), session("2020-01-01T00:00:00Z")]);
        let origin = Origin::answering([OK.to_vec(), OK.to_vec()]);
        let engine = engine(TransportSettings::default());
        let job = signed_by("session", "lambda", &origin.url("/"), identities(&sts.url("/"), renew));
        for _ in 0..2 {
            assert_eq!(send_with(&engine, job.clone()).text(), "ok");
        }
        assert_eq!(sts.connections(), times, "{renew:?}");
    }
}

#[test]
fn a_session_asked_for_by_hand_is_adopted() {
    let sts = Origin::answering([session("2099-01-01T00:00:00Z")]);
    let engine = engine(TransportSettings::default());
    let url = sts.url("/?Action=GetSessionToken&Version=2011-06-15");
    let job = signed_by("alice", "sts", &url, identities(&sts.url("/"), Renew::Ask));
    assert_eq!(send_with(&engine, job.clone()).adopted, ["session"]);
    let known = engine.known_credential("session", &job).unwrap().unwrap();
    assert_eq!(known.access_key, "ASIAIOSFODNN7EXAMPLE");
    let lambda = Origin::answering([session("2099-01-01T00:00:00Z")]);
    let job = signed_by("alice", "lambda", &lambda.url("/"), identities(&sts.url("/"), Renew::Ask));
    assert!(send_with(&engine, job).adopted.is_empty());
}

#[test]
fn a_refusal_of_sts_stops_the_send_with_its_words() {
    let body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
    let sts =
        Origin::answering([format!("HTTP/1.1 403 F\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into()]);
    let origin = Origin::answering([]);
    let job = signed_by("session", "lambda", &origin.url("/"), identities(&sts.url("/"), Renew::Auto));
    let seen = send_with(&engine(TransportSettings::default()), job);
    let Outcome::NotSent(problems) = seen.outcome() else { panic!("{:?}", seen.outcome()) };
    assert_eq!(problems[0].message, "STS refused GetSessionToken with 403 AccessDenied: no");
    assert_eq!(origin.connections(), 0);
}

/// The same job with this private store around it.
fn around(store: SecretStore, job: Job) -> Job {
    Job { outside: Arc::new(ProcessSecrets::new(store, [])), ..job }
}

#[test]
fn a_kept_session_serves_the_next_run_and_none_that_was_asked_for_otherwise() {
    let data = tempfile::tempdir().unwrap();
    let open = || SecretStore::open(data.path(), "workspace").unwrap();
    let asked = |identities: Vec<Identity>, sts: &Origin| {
        let origin = Origin::answering([OK.to_vec()]);
        let job = around(open(), signed_by("session", "lambda", &origin.url("/"), identities));
        // Another engine each time, as in another process.
        assert_eq!(send_with(&engine(TransportSettings::default()), job).text(), "ok");
        assert_eq!(origin.requests()[0].header("x-amz-security-token").as_deref(), Some("minted"));
        sts.connections()
    };
    let sts = Origin::answering((0..9).map(|_| session("2099-01-01T00:00:00Z")));
    let declared = || identities(&sts.url("/"), Renew::Auto);
    let changed = |change: fn(&mut IdentityKind)| {
        let mut declared = declared();
        declared.iter_mut().for_each(|identity| change(&mut identity.kind));
        declared
    };
    assert_eq!(asked(declared(), &sts), 1);
    assert_eq!(asked(declared(), &sts), 1, "kept");
    let other_keys = changed(|kind| {
        if let IdentityKind::Keys { access_key, .. } = kind {
            *access_key = "AKIAI44QH8DHBEXAMPLE".into();
        }
    });
    assert_eq!(asked(other_keys, &sts), 2, "other long-term keys");
    let longer = changed(|kind| {
        if let IdentityKind::GetSessionToken { duration_seconds, .. } = kind {
            *duration_seconds = Some(901);
        }
    });
    assert_eq!(asked(longer, &sts), 3, "another duration");
    let elsewhere = changed(|kind| {
        if let IdentityKind::GetSessionToken { region, .. } = kind {
            *region = "eu-west-1".into();
        }
    });
    assert_eq!(asked(elsewhere, &sts), 4, "another region");
    let mut renamed = declared();
    renamed[1].name = "other".into();
    let job = signed_by("other", "lambda", "http://localhost:1/", renamed);
    let known = engine(TransportSettings::default()).known_credential("other", &around(open(), job));
    assert_eq!(known, None, "another identity");
    assert_eq!(asked(declared(), &sts), 4, "the first is still there");
}

#[test]
fn a_kept_session_that_is_over_is_renewed_or_used_as_the_identity_says() {
    for (renew, times) in [(Renew::Auto, 2), (Renew::Ask, 1)] {
        let data = tempfile::tempdir().unwrap();
        let sts = Origin::answering((0..2).map(|_| session("2020-01-01T00:00:00Z")));
        for _ in 0..2 {
            let origin = Origin::answering([OK.to_vec()]);
            let job = signed_by("session", "lambda", &origin.url("/"), identities(&sts.url("/"), renew));
            let job = around(SecretStore::open(data.path(), "workspace").unwrap(), job);
            assert_eq!(send_with(&engine(TransportSettings::default()), job).text(), "ok");
        }
        assert_eq!(sts.connections(), times, "{renew:?}");
    }
}
