//! Sessions: minted, kept, renewed, adopted.

use signpost::io::store::secrets::{ProcessSecrets, SecretStore};

use signpost::core::question::{Answer, Asked, Question};
use signpost::engine::{Command, CredentialState, Renewal};

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
        mfa_serial: String::new(),
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
    for (renew, times) in [(Renew::Auto, 2), (Renew::Never, 1)] {
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
    let secrets = Arc::new(ProcessSecrets::new(store, []));
    Job { outside: secrets.clone(), sessions: secrets, ..job }
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
    for (renew, times) in [(Renew::Auto, 2), (Renew::Never, 1)] {
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

const SERIAL: &str = "arn:aws:iam::123456789012:mfa/alice";

/// The same identities, whose session needs the code of an MFA device.
fn with_mfa(endpoint: &str) -> Vec<Identity> {
    let mut declared = identities(endpoint, Renew::Auto);
    if let IdentityKind::GetSessionToken { mfa_serial, .. } = &mut declared[1].kind {
        *mfa_serial = SERIAL.into();
    }
    declared
}

async fn question(handle: &mut SendHandle) -> Asked {
    loop {
        match handle.events.recv().await.expect("a question") {
            Event::Ask(asked) => return asked,
            Event::Stage(_) => {}
            other => panic!("no question: {other:?}"),
        }
    }
}

fn code(asked: &Asked) -> Command {
    Command::Answer { id: asked.id, answer: Answer::MfaCode(Secret::new("123456")) }
}

#[test]
fn sends_at_the_same_time_ask_sts_once() {
    let answers = ["2020", "2099", "2099"].map(|year| session(&format!("{year}-01-01T00:00:00Z")));
    let sts = Origin::answering(answers);
    let origin = Origin::answering((0..9).map(|_| OK.to_vec()));
    let data = tempfile::tempdir().unwrap();
    let job = || {
        let declared = identities(&sts.url("/"), Renew::Auto);
        let store = SecretStore::open(data.path(), "workspace").unwrap();
        around(store, signed_by("session", "lambda", &origin.url("/"), declared))
    };
    // An earlier run left a session that has expired.
    assert_eq!(send_with(&engine(TransportSettings::default()), job()).text(), "ok");
    let engine = engine(TransportSettings::default());
    assert_eq!(engine.preview(&job()).signer.unwrap().state, CredentialState::Expired);
    runtime().block_on(async {
        let handles: Vec<_> = (0..8).map(|_| engine.open(job())).collect();
        for handle in handles {
            assert_eq!(gather(handle).await.text(), "ok");
        }
    });
    assert_eq!(sts.connections(), 2);
}

#[test]
fn a_session_asks_for_its_mfa_code_once_for_all_who_wait() {
    let sts = Origin::answering([session("2099-01-01T00:00:00Z")]);
    let origin = Origin::answering([OK.to_vec(), OK.to_vec()]);
    let engine = engine(TransportSettings::default());
    let job = || signed_by("session", "lambda", &origin.url("/"), with_mfa(&sts.url("/")));
    let state = || engine.preview(&job()).signer.expect("a signer").state;
    assert_eq!(state(), CredentialState::NeedsInput);
    runtime().block_on(async {
        let mut first = engine.open(job());
        let asked = question(&mut first).await;
        let expected = Question::MfaCode { identity: "session".into(), serial: SERIAL.into() };
        assert_eq!((&asked.question, state()), (&expected, CredentialState::NeedsInput));
        let mut second = engine.open(job());
        assert!(matches!(second.events.recv().await, Some(Event::Stage(_))), "it waits");
        first.commands.send(code(&asked)).await.unwrap();
        // Nobody answers for the second.
        for handle in [first, second] {
            assert_eq!(gather(handle).await.text(), "ok");
        }
    });
    assert_eq!((sts.connections(), state()), (1, CredentialState::Ready));
    let asked = String::from_utf8(sts.requests()[0].body.clone()).unwrap();
    let fields = "&SerialNumber=arn%3Aaws%3Aiam%3A%3A123456789012%3Amfa%2Falice&TokenCode=123456";
    assert!(asked.ends_with(fields), "{asked}");
}

#[test]
fn a_send_that_is_cancelled_at_its_question_leaves_it_to_the_next() {
    let sts = Origin::answering([session("2099-01-01T00:00:00Z")]);
    let origin = Origin::answering([OK.to_vec()]);
    let engine = engine(TransportSettings::default());
    let job = || signed_by("session", "lambda", &origin.url("/"), with_mfa(&sts.url("/")));
    runtime().block_on(async {
        let mut first = engine.open(job());
        question(&mut first).await;
        let mut second = engine.open(job());
        first.commands.send(Command::Cancel).await.unwrap();
        assert_eq!(gather(first).await.outcome(), &Outcome::Cancelled);
        question(&mut second).await;
        // Dropping is cancelling, too.
        drop(second);
        let mut third = engine.open(job());
        let asked = question(&mut third).await;
        third.commands.send(code(&asked)).await.unwrap();
        assert_eq!(gather(third).await.text(), "ok");
    });
    assert_eq!(sts.connections(), 1);
}

#[test]
fn a_question_that_nobody_answers_is_why_nothing_is_sent() {
    let sts = Origin::answering([]);
    let origin = Origin::answering([]);
    let engine = engine(TransportSettings::default());
    let job = signed_by("session", "lambda", &origin.url("/"), with_mfa(&sts.url("/")));
    let seen = runtime().block_on(async {
        let mut handle = engine.open(job.clone());
        let asked = question(&mut handle).await;
        let answer = Answer::Declined { message: "no terminal".into(), hint: "Give it.".into() };
        handle.commands.send(Command::Answer { id: asked.id, answer }).await.unwrap();
        gather(handle).await
    });
    let Outcome::NotSent(problems) = seen.outcome() else { panic!("{:?}", seen.outcome()) };
    assert_eq!((problems[0].message.as_str(), problems[0].hint.as_str()), ("no terminal", "Give it."));
    assert_eq!((sts.connections(), origin.connections()), (0, 0));
    assert_eq!(engine.preview(&job).signer.unwrap().state, CredentialState::Failed);
}

#[test]
fn a_renewal_asks_as_well() {
    let sts = Origin::answering([session("2099-01-01T00:00:00Z")]);
    let engine = engine(TransportSettings::default());
    let job = signed_by("session", "lambda", "http://127.0.0.1:1/", with_mfa(&sts.url("/")));
    let renewed = runtime().block_on(async {
        let mut handle = engine.renew("session", job);
        let Some(Renewal::Ask(asked)) = handle.events.recv().await else { panic!("no question") };
        handle.commands.send(code(&asked)).await.unwrap();
        match handle.events.recv().await {
            Some(Renewal::Done(renewed)) => renewed.unwrap(),
            other => panic!("not done: {other:?}"),
        }
    });
    assert_eq!(renewed.access_key, "ASIAIOSFODNN7EXAMPLE");
}
