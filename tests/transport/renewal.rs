//! Renewal before expiry, with a clock that the tests hold.

use std::sync::Mutex;

use signpost::core::identity::AssumedRole;
use signpost::core::question::Answer;
use signpost::engine::{Clocks, Command, CredentialState, Renewal};

use super::sessions::{identities, session, signed_by};
use super::*;

/// 2026-01-01T00:00:00Z in Unix seconds.
const START: u64 = 1_767_225_600;

/// A clock that stands where it is put, in seconds after [`START`].
#[derive(Clone)]
struct Held(Arc<Mutex<u64>>);

impl Held {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(0)))
    }

    fn put(&self, seconds: u64) {
        *self.0.lock().unwrap() = seconds;
    }

    fn engine(&self) -> Engine {
        let own = self.clone();
        let expiry =
            Arc::new(move || SystemTime::UNIX_EPOCH + Duration::from_secs(START + *own.0.lock().unwrap()));
        let clocks = Clocks { expiry, signing: Arc::new(SystemTime::now) };
        Engine::with_clocks(clocks, TransportSettings::default())
    }
}

const REFUSED: &[u8] = b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n";

/// Sends once as `session`, which is fetched for it.
fn used(engine: &Engine, sts: &Origin, renew: Renew) -> Job {
    let origin = Origin::answering([OK.to_vec()]);
    let job = signed_by("session", "lambda", &origin.url("/"), identities(&sts.url("/"), renew));
    assert_eq!(send_with(engine, job.clone()).text(), "ok");
    job
}

fn renew_due(engine: &Engine) -> Vec<Result<(), String>> {
    let renewed = runtime().block_on(engine.renew_due());
    renewed.into_iter().map(|one| one.result.map_err(|problems| problems[0].message.clone())).collect()
}

fn left(engine: &Engine, job: &Job) -> Option<u64> {
    let known = engine.known_credential("session", job)?.unwrap();
    known.expires_at?.duration_since(engine.now()).ok().map(|left| left.as_secs())
}

#[test]
fn a_session_that_was_used_is_renewed_in_its_last_five_minutes() {
    let (clock, at) = (Held::new(), ["2026-01-01T00:15:00Z", "2026-01-01T00:30:00Z"]);
    let (sts, engine) = (Origin::answering(at.map(session)), clock.engine());
    assert_eq!(engine.next_renewal(), None, "nothing was used");
    let job = used(&engine, &sts, Renew::Auto);
    assert_eq!(engine.next_renewal(), Some(Duration::from_secs(600)));
    clock.put(599);
    assert_eq!((renew_due(&engine), sts.connections()), (vec![], 1));
    clock.put(600);
    runtime().block_on(engine.renew_next());
    assert_eq!((left(&engine, &job), engine.next_renewal()), (Some(1200), Some(Duration::from_secs(900))));
}

#[test]
fn where_a_renewal_fails_the_old_session_is_used_and_the_next_attempt_waits() {
    let clock = Held::new();
    let answers = [session("2026-01-01T00:15:00Z"), REFUSED.to_vec(), session("2026-01-01T00:30:00Z")];
    let (sts, engine) = (Origin::answering(answers), clock.engine());
    let job = used(&engine, &sts, Renew::Auto);
    clock.put(700);
    let failed = renew_due(&engine).remove(0).unwrap_err();
    assert!(failed.starts_with("STS responded to GetSessionToken with 503"), "{failed}");
    let signer = engine.preview(&job).signer.unwrap();
    assert_eq!((signer.state, signer.failure.unwrap().message), (CredentialState::Ready, failed));
    assert_eq!((left(&engine, &job), engine.next_renewal()), (Some(200), Some(Duration::from_secs(60))));
    clock.put(759);
    assert_eq!(renew_due(&engine), []);
    // A clock that is set back makes no pause.
    clock.put(650);
    assert_eq!(engine.next_renewal(), Some(Duration::ZERO));
    clock.put(760);
    assert_eq!((renew_due(&engine), sts.connections()), (vec![Ok(())], 3));
    assert_eq!(engine.preview(&job).signer.unwrap().failure, None);
}

#[test]
fn a_send_in_the_last_minute_uses_the_old_session_where_none_can_be_fetched() {
    let clock = Held::new();
    let (sts, engine) =
        (Origin::answering([session("2026-01-01T00:15:00Z"), REFUSED.to_vec()]), clock.engine());
    let job = used(&engine, &sts, Renew::Auto);
    clock.put(870);
    let origin = Origin::answering([OK.to_vec()]);
    let again = Job { request: Request { url: origin.url("/"), ..job.request.clone() }, ..job };
    assert_eq!(send_with(&engine, again).text(), "ok");
    assert_eq!(sts.connections(), 2);
}

#[test]
fn what_only_a_person_can_replace_and_what_has_expired_is_left_alone() {
    for renew in [Renew::Ask, Renew::Never] {
        let (clock, sts) = (Held::new(), Origin::answering([session("2026-01-01T00:15:00Z")]));
        let engine = clock.engine();
        used(&engine, &sts, renew);
        clock.put(700);
        assert_eq!((engine.next_renewal(), renew_due(&engine)), (None, vec![]), "{renew:?}");
    }
    let (clock, sts) = (Held::new(), Origin::answering([session("2026-01-01T00:15:00Z")]));
    let engine = clock.engine();
    used(&engine, &sts, Renew::Auto);
    // The computer slept past the end: the next send fetches a session.
    clock.put(5_000);
    assert_eq!((engine.next_renewal(), renew_due(&engine)), (None, vec![]));
}

#[test]
fn a_short_life_is_renewed_at_its_half() {
    let (clock, sts) = (Held::new(), Origin::answering([session("2026-01-01T00:03:20Z")]));
    let engine = clock.engine();
    used(&engine, &sts, Renew::Auto);
    assert_eq!(engine.next_renewal(), Some(Duration::from_secs(100)));
}

#[test]
fn however_short_the_lives_attempts_are_a_second_apart() {
    let clock = Held::new();
    let sts = Origin::answering(["2026-01-01T00:15:00Z", "2026-01-01T00:10:01Z"].map(session));
    let engine = clock.engine();
    used(&engine, &sts, Renew::Auto);
    clock.put(600);
    assert_eq!(renew_due(&engine), vec![Ok(())]);
    assert_eq!(engine.next_renewal(), Some(Duration::from_secs(1)), "half of its life is shorter");
}

#[test]
fn an_identity_that_was_changed_or_removed_is_not_renewed() {
    let clock = Held::new();
    let declared = |sts: &Origin, renew| identities(&sts.url("/"), renew);
    for renew in [Some(Renew::Ask), None] {
        let (sts, engine) = (Origin::answering([session("2026-01-01T00:15:00Z")]), clock.engine());
        let job = used(&engine, &sts, Renew::Auto);
        engine.renew_only_declared(&job);
        assert!(engine.next_renewal().is_some());
        let identities = renew.map_or(Vec::new(), |renew| declared(&sts, renew));
        engine.renew_only_declared(&Job { identities, ..job });
        assert_eq!(engine.next_renewal(), None);
    }
    // A send notices a change, too.
    let (sts, engine) = (Origin::answering([session("2026-01-01T00:15:00Z")]), clock.engine());
    let job = used(&engine, &sts, Renew::Auto);
    let origin = Origin::answering([OK.to_vec()]);
    let request = Request { url: origin.url("/"), ..job.request.clone() };
    assert_eq!(
        send_with(&engine, Job { request, identities: declared(&sts, Renew::Ask), ..job }).text(),
        "ok"
    );
    assert_eq!((engine.next_renewal(), sts.connections()), (None, 1));
}

fn role(expires: &str) -> Vec<u8> {
    let text = String::from_utf8(session(expires)).unwrap();
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    let body = body.replace("GetSessionToken", "AssumeRole");
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A send as a role whose source is a session with MFA.
fn as_auditor(sts: &Origin, origin: &Origin) -> Job {
    let mut declared = identities(&sts.url("/"), Renew::Auto);
    if let IdentityKind::GetSessionToken { mfa_serial, .. } = &mut declared[1].kind {
        *mfa_serial = "arn:aws:iam::123456789012:mfa/alice".into();
    }
    let auditor = AssumedRole {
        source: "session".into(),
        role_arn: "arn:aws:iam::123456789012:role/Auditor".into(),
        endpoint: sts.url("/"),
        ..AssumedRole::default()
    };
    declared.push(Identity { name: "auditor".into(), kind: IdentityKind::AssumeRole(Box::new(auditor)) });
    signed_by("auditor", "lambda", &origin.url("/"), declared)
}

/// Sends, and gives this answer to every question. How it ended, and how many questions there were.
fn send_answering(engine: &Engine, job: Job, answer: &Answer) -> (Outcome, usize) {
    runtime().block_on(async {
        let (mut handle, mut questions) = (engine.open(job), 0);
        loop {
            match handle.events.recv().await.expect("an end") {
                Event::Ask(asked) => {
                    questions += 1;
                    let command = Command::Answer { id: asked.id, answer: answer.clone() };
                    handle.commands.send(command).await.unwrap();
                }
                Event::End(end) => return (end.outcome, questions),
                _ => {}
            }
        }
    })
}

fn mfa_code() -> Answer {
    Answer::MfaCode(Secret::new("123456"))
}

#[test]
fn a_role_is_renewed_with_an_mfa_session_that_lasts_and_not_without() {
    let clock = Held::new();
    let sts = Origin::answering([
        session("2026-01-01T00:40:00Z"),
        role("2026-01-01T00:15:00Z"),
        role("2026-01-01T00:45:00Z"),
    ]);
    let origin = Origin::answering([OK.to_vec()]);
    let (engine, job) = (clock.engine(), as_auditor(&sts, &origin));
    send_answering(&engine, job.clone(), &mfa_code());
    clock.put(600);
    // While the session's code is asked for, the renewal waits for nobody.
    let runtime = runtime();
    runtime.block_on(async {
        let mut asking = engine.renew("session", job);
        assert!(matches!(asking.events.recv().await, Some(Renewal::Ask(_))));
        assert_eq!(engine.renew_due().await, []);
    });
    drop(runtime);
    clock.put(660);
    assert_eq!((renew_due(&engine), sts.connections()), (vec![Ok(())], 3), "with the MFA session");
    clock.put(2_400);
    assert_eq!((engine.next_renewal(), renew_due(&engine)), (None, vec![]), "that session has expired");
}

#[test]
fn nobody_is_asked_for_a_code_while_the_role_lasts_and_nothing_is_sent_without_one_after() {
    let clock = Held::new();
    let sts = Origin::answering([session("2026-01-01T00:10:00Z"), role("2026-01-01T00:15:00Z")]);
    let origin = Origin::answering([OK.to_vec(), OK.to_vec()]);
    let (engine, job) = (clock.engine(), as_auditor(&sts, &origin));
    assert_eq!(send_answering(&engine, job.clone(), &mfa_code()), (Outcome::Answered, 1));
    clock.put(720);
    assert_eq!(send_answering(&engine, job.clone(), &mfa_code()), (Outcome::Answered, 0));
    clock.put(1_000);
    let declined = Answer::Declined { message: "not now".into(), hint: String::new() };
    let (outcome, questions) = send_answering(&engine, job, &declined);
    let Outcome::NotSent(problems) = outcome else { panic!("{outcome:?}") };
    assert_eq!((problems[0].message.as_str(), questions), ("not now", 1));
    assert_eq!((sts.connections(), origin.requests().len()), (2, 2));
}
