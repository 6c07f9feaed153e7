//! Credentials that have expired and that only a person can replace.

use signpost::core::question::Asked;
use signpost::engine::CredentialState;

use super::sessions::{identities, session, signed_by};
use super::*;

/// Ten sends at once as a session that has expired and that asks; their question gets this answer.
/// Returns how each ended, and how often STS was asked. A second question fails the test.
fn ten_sends(answer: &Answer) -> (Vec<Seen>, usize) {
    let answers = ["2020", "2099", "2099"].map(|year| session(&format!("{year}-01-01T00:00:00Z")));
    let sts = Origin::answering(answers);
    let origin = Origin::answering((0..11).map(|_| OK.to_vec()));
    let engine = engine(TransportSettings::default());
    let job = || signed_by("session", "lambda", &origin.url("/"), identities(&sts.url("/"), Renew::Ask));
    let state = || engine.preview(&job()).signer.unwrap().state;
    assert_eq!(send_with(&engine, job()).text(), "ok", "the first one is fetched without a question");
    assert_eq!(state(), CredentialState::Expired);
    let seen = runtime().block_on(async {
        let mut handles: Vec<_> = (0..10).map(|_| engine.open(job())).collect();
        // All of them have found that they need a credential before anybody is answered: the runtime
        // has one worker, which polls a send from its stage to the wait.
        for handle in &mut handles {
            assert!(matches!(handle.events.recv().await, Some(Event::Stage(_))));
        }
        let (asked, at) = first_question(&mut handles).await;
        assert_eq!(asked.question, Question::Expired { identity: "session".into() });
        assert_eq!(state(), CredentialState::NeedsInput);
        let command = Command::Answer { id: asked.id, answer: answer.clone() };
        handles[at].commands.send(command).await.unwrap();
        let mut seen = Vec::new();
        for handle in handles {
            seen.push(gather(handle).await);
        }
        seen
    });
    (seen, sts.connections())
}

pub(super) async fn first_question(handles: &mut [SendHandle]) -> (Asked, usize) {
    let waiting = handles.iter_mut().enumerate().map(|(at, handle)| {
        Box::pin(async move {
            loop {
                match handle.events.recv().await.expect("a question") {
                    Event::Ask(asked) => return (asked, at),
                    Event::Stage(_) => {}
                    other => panic!("no question: {other:?}"),
                }
            }
        })
    });
    futures_util::future::select_all(waiting).await.0
}

#[test]
fn ten_sends_of_an_expired_session_ask_once_and_fetch_once() {
    let (seen, fetched) = ten_sends(&Answer::Renew);
    assert_eq!(fetched, 2, "one for the first, one for the ten");
    assert!(seen.iter().all(|seen| seen.text() == "ok"));
}

#[test]
fn an_expired_session_is_sent_as_it_is_where_that_is_the_answer() {
    let (seen, fetched) = ten_sends(&Answer::AsItIs);
    assert_eq!(fetched, 1, "STS was asked again");
    let expired = SystemTime::UNIX_EPOCH + Duration::from_secs(1_577_836_800);
    for seen in seen {
        let signing = seen.sent[0].signing.clone().unwrap();
        assert_eq!((seen.text(), signing.expires_at), ("ok", Some(expired)));
    }
}

#[test]
fn nothing_is_sent_as_an_expired_session_where_nobody_says_so() {
    let declined = Answer::Declined { message: "no terminal".into(), hint: "Give a flag.".into() };
    let (seen, fetched) = ten_sends(&declined);
    assert_eq!(fetched, 1);
    for seen in seen {
        let Outcome::NotSent(problems) = seen.outcome() else { panic!("{:?}", seen.outcome()) };
        assert_eq!(
            (problems[0].message.as_str(), problems[0].hint.as_str()),
            ("no terminal", "Give a flag.")
        );
    }
}

#[test]
fn the_answer_for_one_send_does_not_hold_for_the_next() {
    let sts = Origin::answering([session("2020-01-01T00:00:00Z")]);
    let origin = Origin::answering((0..9).map(|_| OK.to_vec()));
    let engine = engine(TransportSettings::default());
    let job = || signed_by("session", "lambda", &origin.url("/"), identities(&sts.url("/"), Renew::Ask));
    assert_eq!(send_with(&engine, job()).text(), "ok");
    runtime().block_on(async {
        for _ in 0..2 {
            let mut handles = [engine.open(job())];
            let (asked, _) = first_question(&mut handles).await;
            let [handle] = handles;
            let command = Command::Answer { id: asked.id, answer: Answer::AsItIs };
            handle.commands.send(command).await.unwrap();
            assert_eq!(gather(handle).await.text(), "ok");
        }
    });
}

#[test]
fn what_was_asked_for_by_hand_is_renewed_without_a_question() {
    let sts = Origin::answering(["2020", "2099"].map(|year| session(&format!("{year}-01-01T00:00:00Z"))));
    let engine = engine(TransportSettings::default());
    let origin = Origin::answering([OK.to_vec()]);
    let job = signed_by("session", "lambda", &origin.url("/"), identities(&sts.url("/"), Renew::Ask));
    assert_eq!(send_with(&engine, job.clone()).text(), "ok");
    runtime().block_on(async {
        let mut handle = engine.fetch("session", job);
        match handle.events.recv().await {
            Some(signpost::engine::Renewal::Done(fetched)) => drop(fetched.unwrap()),
            other => panic!("not done: {other:?}"),
        }
    });
    assert_eq!(sts.connections(), 2);
}
