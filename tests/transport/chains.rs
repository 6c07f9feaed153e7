//! Chains that start in a process, a profile or the environment, and assume roles.

use signpost::core::aws_environment::AwsEnvironment;
use signpost::core::identity::AssumedRole;
use signpost::core::question::{Answer, Question};
use signpost::engine::{Command, CredentialState};
use signpost::io::store::aws_files::AwsStore;

use super::sessions::signed_by;
use super::*;

fn role_session(expires: &str) -> Vec<u8> {
    let body = format!(
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>\
         <SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>role</SessionToken>\
         <Expiration>{expires}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
    );
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into()
}

fn role(source: &str, sts: &Origin) -> Identity {
    let role = AssumedRole {
        source: source.into(),
        role_arn: "arn:aws:iam::123456789012:role/Auditor".into(),
        endpoint: sts.url("/"),
        duration_seconds: Some(7200),
        ..AssumedRole::default()
    };
    Identity { name: "auditor".into(), kind: IdentityKind::AssumeRole(Box::new(role)) }
}

fn keys() -> Identity {
    let kind = IdentityKind::Keys {
        access_key: "AKIDEXAMPLE".into(),
        secret_key: SECRET.into(),
        session_token: String::new(),
    };
    Identity { name: "alice".into(), kind }
}

#[cfg(unix)]
#[test]
fn sends_at_the_same_time_run_one_process_and_assume_one_role() {
    let folder = tempfile::tempdir().unwrap();
    let (ran, output) = (folder.path().join("ran"), folder.path().join("keys"));
    let json = format!(
        "{{\"Version\":1,\"AccessKeyId\":\"ASIAIOSFODNN7EXAMPLE\",\"SecretAccessKey\":\"{SECRET}\",\"SessionToken\":\"t\"}}"
    );
    std::fs::write(&output, json).unwrap();
    let command = format!("sh -c 'echo ran >> {}; cat {}'", ran.display(), output.display());
    let sts = Origin::answering([role_session("2099-01-01T00:00:00Z")]);
    let origin = Origin::answering((0..9).map(|_| OK.to_vec()));
    let tool = Identity { name: "tool".into(), kind: IdentityKind::Process { command } };
    let identities = vec![tool, role("tool", &sts)];
    let engine = engine(TransportSettings::default());
    let job = || signed_by("auditor", "lambda", &origin.url("/"), identities.clone());
    let state = || engine.preview(&job()).signer.expect("a signer").state;
    assert_eq!(state(), CredentialState::Unfetched);
    assert!(!ran.exists(), "a preview runs nothing");
    runtime().block_on(async {
        let handles: Vec<_> = (0..8).map(|_| engine.open(job())).collect();
        for handle in handles {
            assert_eq!(gather(handle).await.text(), "ok");
        }
    });
    assert_eq!(std::fs::read_to_string(&ran).unwrap(), "ran\n");
    assert_eq!((sts.connections(), state()), (1, CredentialState::Ready));
    let asked = String::from_utf8(sts.requests()[0].body.clone()).unwrap();
    assert!(asked.contains("DurationSeconds=3600"), "a session assumes a role for an hour: {asked}");
    let known = engine.known_credential("auditor", &job()).unwrap().unwrap();
    assert_eq!(known.source, "role Auditor (an hour, from a session) of credential_process of identity tool");
}

#[test]
fn a_role_asks_for_its_code_and_keeps_what_was_configured_with_keys() {
    let sts = Origin::answering([role_session("2099-01-01T00:00:00Z")]);
    let origin = Origin::answering([OK.to_vec()]);
    let mut auditor = role("alice", &sts);
    if let IdentityKind::AssumeRole(role) = &mut auditor.kind {
        role.mfa_serial = "arn:aws:iam::123456789012:mfa/alice".into();
    }
    let engine = engine(TransportSettings::default());
    let job = signed_by("auditor", "lambda", &origin.url("/"), vec![keys(), auditor]);
    runtime().block_on(async {
        let mut handle = engine.open(job.clone());
        let asked = loop {
            match handle.events.recv().await.expect("a question") {
                Event::Ask(asked) => break asked,
                Event::Stage(_) => {}
                other => panic!("no question: {other:?}"),
            }
        };
        let serial = "arn:aws:iam::123456789012:mfa/alice".into();
        assert_eq!(asked.question, Question::MfaCode { identity: "auditor".into(), serial });
        let answer = Answer::MfaCode(Secret::new("123456"));
        handle.commands.send(Command::Answer { id: asked.id, answer }).await.unwrap();
        assert_eq!(gather(handle).await.text(), "ok");
    });
    let asked = String::from_utf8(sts.requests()[0].body.clone()).unwrap();
    assert!(asked.contains("DurationSeconds=7200") && asked.contains("TokenCode=123456"), "{asked}");
    assert_eq!(
        engine.known_credential("auditor", &job).unwrap().unwrap().source,
        "role Auditor of keys of alice"
    );
}

#[test]
fn the_aws_files_are_read_when_a_profile_signs_and_again_when_they_have_changed() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    let file = home.path().join(".aws/credentials");
    let store = AwsStore::new(AwsEnvironment::new([("HOME".to_owned(), home.path().display().to_string())]));
    let engine = engine(TransportSettings::default()).with_aws(store.clone());
    let origin = Origin::answering([OK.to_vec(), OK.to_vec()]);
    let prod = Identity { name: "prod".into(), kind: IdentityKind::Profile { profile: "prod".into() } };
    let job = |identity| signed_by(identity, "lambda", &origin.url("/"), vec![keys(), prod.clone()]);
    assert_eq!(send_with(&engine, job("alice")).text(), "ok");
    assert!(store.known().is_none(), "keys need no files");
    let preview = engine.preview(&job("prod"));
    assert_eq!((preview.signer.unwrap().state, preview.problems), (CredentialState::Unfetched, vec![]));
    let seen = send_with(&engine, job("prod"));
    let Outcome::NotSent(problems) = seen.outcome() else { panic!("{:?}", seen.outcome()) };
    assert_eq!(problems[0].message, "no AWS profile is named `prod`");
    assert_eq!(engine.preview(&job("prod")).problems[0].message, "no AWS profile is named `prod`");
    let keys =
        format!("[prod]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {SECRET}\n");
    std::fs::write(file, keys).unwrap();
    assert_eq!(send_with(&engine, job("prod")).text(), "ok");
    assert_eq!(
        engine.preview(&job("prod")).signer.unwrap().credential.unwrap().source,
        "keys of profile prod"
    );
}
