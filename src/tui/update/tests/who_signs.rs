//! Who signs, in full: asked of STS by a key, once.

use crate::core::caller_identity::CallerIdentity;
use crate::core::exchange::{Field, Problem};
use crate::tui::effect::{Effect, TaskEffect};
use crate::tui::msg::Msg;
use crate::tui::testing::Screen;

/// What STS says of the signer that is shown.
fn said(s: &Screen, result: Result<CallerIdentity, Vec<Problem>>) -> Msg {
    let signer = s.model.shown().unwrap().preview.signer.as_ref().unwrap();
    let access_key = signer.credential.as_ref().unwrap().access_key.clone();
    Msg::Caller { chain: signer.chain.clone(), access_key, result }
}

fn asks(s: &mut Screen) -> usize {
    s.take().iter().filter(|effect| matches!(effect, Effect::Task(TaskEffect::AskCaller { .. }))).count()
}

fn alice() -> CallerIdentity {
    CallerIdentity {
        account: "123456789012".into(),
        arn: "arn:aws:iam::123456789012:user/alice".into(),
        user_id: "AIDACKCEVSQ6C2EXAMPLE".into(),
    }
}

#[test]
fn sts_is_asked_once_by_a_key_and_its_words_stay_on_the_line() {
    let mut s = Screen::on("hello.toml");
    s.take();
    assert!(!s.shown().contains("123456789012"), "nobody asked");
    s.press("@");
    assert_eq!(asks(&mut s), 1);
    assert!(s.shown().contains("asking STS…"), "{}", s.shown());
    let said = said(&s, Ok(alice()));
    s.tell(said);
    for words in ["arn:aws:iam::123456789012:user/alice", "AIDACKCEVSQ6C2EXAMPLE", "keys of alice", "never"] {
        assert!(s.shown().contains(words), "{words}: {}", s.shown());
    }
    s.press("esc");
    assert!(s.shown().contains("● alice  123456789012 user/alice  "), "{}", s.shown());
    s.press("@");
    assert_eq!(asks(&mut s), 0, "it is known");
}

#[test]
fn why_sts_did_not_say_is_shown_in_whole_and_it_is_asked_again() {
    let mut s = Screen::on("hello.toml");
    s.press("@");
    let problem =
        Problem::new(Field::Request, "STS responded to GetCallerIdentity with 403", "Check the key.");
    let said = said(&s, Err(vec![problem]));
    s.take();
    s.tell(said);
    assert!(s.shown().contains("STS responded to GetCallerIdentity with 403"), "{}", s.shown());
    s.press("esc @");
    assert_eq!(asks(&mut s), 1);
}

#[test]
fn what_sts_says_late_is_not_shown_for_another_signer() {
    let mut s = Screen::on("hello.toml");
    s.press("@ esc");
    let said = said(&s, Ok(alice()));
    let signer = s.model.shown_mut().unwrap().preview.signer.as_mut().unwrap();
    signer.chain = "another way".into();
    s.press("@");
    s.tell(said);
    assert!(s.shown().contains("asking STS…") && !s.shown().contains("123456789012"), "{}", s.shown());
}

#[test]
fn what_sts_said_of_a_key_is_not_shown_for_another() {
    let mut s = Screen::on("hello.toml");
    let said = said(&s, Ok(alice()));
    s.tell(said);
    assert!(s.shown().contains("123456789012"), "{}", s.shown());
    s.take();
    let signer = s.model.shown_mut().unwrap().preview.signer.as_mut().unwrap();
    signer.credential.as_mut().unwrap().access_key = "ASIAIOSFODNN7EXAMPLE".into();
    assert!(!s.shown().contains("123456789012"), "{}", s.shown());
    s.press("@");
    assert_eq!(asks(&mut s), 1);
}

#[test]
fn why_a_credential_could_not_be_fetched_is_shown_in_whole() {
    let mut s = Screen::on("hello.toml");
    let signer = s.model.shown_mut().unwrap().preview.signer.as_mut().unwrap();
    signer.credential = None;
    signer.failure =
        Some(Problem::new(Field::Request, "STS refused AssumeRole with 403", "Check the trust policy."));
    s.take();
    s.press("@");
    assert_eq!(asks(&mut s), 0, "there is nothing to ask with");
    for words in ["STS refused AssumeRole with 403", "Check the trust policy."] {
        assert!(s.shown().contains(words), "{words}: {}", s.shown());
    }
}

#[test]
fn nobody_is_asked_about_where_nobody_signs() {
    let mut s = Screen::on("plain.toml");
    s.take();
    s.press("@");
    assert_eq!((asks(&mut s), s.notice()), (0, "Nobody signs this request"));
}
