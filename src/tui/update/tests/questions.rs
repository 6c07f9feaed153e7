//! What a send asks: codes, logins, production, expired credentials, redirects and long bodies.

use std::time::Duration;

use crate::core::exchange::Outcome;
use crate::core::question::{Answer, Asked, Question, QuestionId};
use crate::core::wire_request::WireBody;
use crate::tui::effect::{DiskEffect, Effect, ScreenEffect, Target, TaskEffect};
use crate::tui::model::overlay::{Ask, Confirm, Overlay};
use crate::tui::msg::{Msg, Report};
use crate::tui::testing::{Screen, end, head, now, redirected, sent};

fn sends(s: &mut Screen) -> Vec<crate::core::names::RequestPath> {
    let effects = s.take().into_iter();
    effects
        .filter_map(|e| {
            if let Effect::Task(TaskEffect::Send { target: Target { path, .. }, .. }) = e {
                Some(path)
            } else {
                None
            }
        })
        .collect()
}

#[tokio::test]
async fn a_missing_secret_is_asked_for_by_name_and_kept() {
    let mut s = Screen::on("api/keys.toml");
    s.model.shown_mut().unwrap().request.auth.sigv4.secret_key = "{{secret:lost}}".into();
    let id = s.send();
    let end = s.engine_end().await;
    s.tell(Msg::Send { id, report: Report::End(end) });
    assert!(matches!(&s.model.overlays[..], [Overlay::Ask(Ask::Secret(name), _)] if name == "lost"));
    s.text("hunter2");
    assert!(!s.shown().contains("hunter2"));
    s.take();
    s.press("enter");
    let effects = s.take();
    let Some(Effect::Disk(DiskEffect::KeepSecret { field: None, name, secret, .. })) = effects.first() else {
        panic!()
    };
    assert_eq!((name.as_str(), secret.expose()), ("lost", "hunter2"));
}

#[test]
fn production_asks_before_each_send() {
    let mut s = Screen::on("plain.toml");
    s.press("v").text("prod").press("enter");
    assert!(s.shown().contains("PRODUCTION"));
    s.take();
    s.press("s");
    assert!(
        matches!(&s.model.overlays[..], [Overlay::Confirm(Confirm::SendProduction(name))] if name == "prod")
    );
    let shown = s.shown();
    for words in ["Send in the environment prod?", "GET https://example.com/"] {
        assert!(shown.contains(words), "{shown}");
    }
    assert!(sends(&mut s).is_empty());
    s.press("n s y");
    assert_eq!(sends(&mut s), ["plain.toml"]);
    s.model.config.behavior.confirm_production = false;
    s.press("s");
    assert_eq!(sends(&mut s), ["plain.toml"]);
}

#[test]
fn production_asks_with_the_method_and_where_the_url_leads() {
    let mut s = Screen::on("hello.toml");
    s.press("v").text("prod").press("enter s");
    let shown = s.shown();
    for words in ["GET {{function_url}}/hello", "to https://prod.lambda-url.eu-west-1.on.aws"] {
        assert!(shown.contains(words), "{shown}");
    }
}

#[test]
fn a_redirect_that_was_refused_is_followed_by_what_the_engine_made_of_it() {
    let mut s = Screen::on("hello.toml");
    let id = s.send();
    s.open("plain.toml");
    s.tell(Msg::Send { id, report: Report::Head(Box::new(head(302, &[]))) });
    let refused = redirected("https://elsewhere.example/x");
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(refused.clone(), 0))) });
    assert!(s.shown().contains("https://elsewhere.example/x"));
    s.take();
    s.press("y");
    let effects = s.take();
    let Outcome::RedirectRefused { next, .. } = refused else { panic!("not refused") };
    let followed = effects.iter().find_map(|effect| match effect {
        Effect::Task(TaskEffect::Follow { id, next }) => Some((*id, next.clone())),
        _ => None,
    });
    let (follow, sent) = followed.expect("a request");
    assert_eq!(sent, next, "nothing of the request or its folders is added");
    assert_eq!(s.model.current.as_deref(), Some("plain.toml"));
    s.open("hello.toml");
    s.tell(Msg::Send { id: follow, report: Report::Head(Box::new(head(200, &[]))) });
    assert_eq!(s.model.exchange().unwrap().record.head.as_ref().unwrap().status, 200);
}

/// A question that waits for an MFA code.
fn mfa(id: u64) -> Asked {
    let question = Question::MfaCode { identity: "session".into(), serial: "mfa/alice".into() };
    Asked { id: QuestionId(id), question }
}

#[test]
fn a_question_of_a_send_is_answered_on_the_screen() {
    let mut s = Screen::on("hello.toml");
    let id = s.send();
    s.tell(Msg::Send { id, report: Report::Ask(mfa(3)) });
    assert!(s.shown().contains("MFA code of mfa/alice for session"), "{}", s.shown());
    s.take();
    for wrong in ["", "12x"] {
        s.text(wrong).press("enter");
        assert!(s.take().is_empty() && s.notice().contains("six digits"));
    }
    s.press("backspace backspace backspace").text("123456").press("enter");
    assert!(matches!(
        &s.take()[..],
        [Effect::Task(TaskEffect::Answer { id: send, question: QuestionId(3), answer: Answer::MfaCode(code) })]
            if *send == id && code.expose() == "123456"
    ));
    assert!(s.model.overlays.is_empty());
}

#[test]
fn closing_a_question_cancels_what_asked_it_and_its_other_questions() {
    let mut s = Screen::on("hello.toml");
    let id = s.send();
    s.tell(Msg::Send { id, report: Report::Ask(mfa(0)) }).tell(Msg::Send { id, report: Report::Ask(mfa(1)) });
    s.take();
    s.press("esc");
    assert!(
        matches!(&s.take()[..], [Effect::Task(TaskEffect::Cancel { id: cancelled })] if *cancelled == id)
    );
    assert!(s.model.overlays.is_empty());
    assert_eq!(s.model.exchange().unwrap().record.outcome(), Some(&Outcome::Cancelled));
    // One that was on its way asks nobody any more.
    s.tell(Msg::Send { id, report: Report::Ask(mfa(2)) });
    assert!(s.model.overlays.is_empty());
    // A renewal has no exchange; its question is closed as well.
    let renewal = s.model.next_id();
    s.tell(Msg::Ask { id: renewal, asked: mfa(0) });
    s.press("esc");
    assert!(matches!(&s.take()[..], [Effect::Task(TaskEffect::Cancel { id })] if *id == renewal));
}

/// A question that waits for a login.
fn login() -> Asked {
    let question = Question::OpenUrl {
        session: "the SSO session `dev`".into(),
        url: "https://d-1234567890.awsapps.com/start/#/device?user_code=ABCD-EFGH".into(),
        code: "ABCD-EFGH".into(),
        expires: now() + Duration::from_secs(600),
    };
    Asked { id: QuestionId(0), question }
}

#[test]
fn a_login_is_shown_until_the_send_goes_on() {
    let mut s = Screen::on("hello.toml");
    let id = s.send();
    s.tell(Msg::Send { id, report: Report::Ask(login()) });
    for shown in ["Nobody is logged in to the SSO session `dev`", "within 10 min", "ABCD-EFGH", "awsapps.com"]
    {
        assert!(s.shown().contains(shown), "{shown}: {}", s.shown());
    }
    s.take();
    s.press("b");
    assert!(
        matches!(&s.take()[..], [Effect::Task(TaskEffect::OpenPage { url })] if url.contains("/device?"))
    );
    s.press("u");
    assert!(
        matches!(&s.take()[..], [Effect::Screen(ScreenEffect::Copy { text, .. })] if text.contains("/device?"))
    );
    // Enter alone ends nothing.
    s.press("enter");
    assert_eq!(s.model.overlays.len(), 1);
    s.tell(Msg::Send { id, report: Report::Sent(Box::new(sent())) });
    assert!(s.model.overlays.is_empty());
    assert!(s.model.exchange().unwrap().record.is_under_way());
}

#[test]
fn closing_a_login_cancels_what_waits_for_it() {
    let mut s = Screen::on("hello.toml");
    let id = s.send();
    s.tell(Msg::Send { id, report: Report::Ask(login()) });
    s.take();
    s.press("esc");
    assert!(
        matches!(&s.take()[..], [Effect::Task(TaskEffect::Cancel { id: cancelled })] if *cancelled == id)
    );
    let renewal = s.model.next_id();
    s.tell(Msg::Ask { id: renewal, asked: login() });
    assert_eq!(s.model.overlays.len(), 1);
    s.tell(Msg::Renewed { id: renewal, identity: "dev".into(), result: Ok(()) });
    assert!(s.model.overlays.is_empty());
}

#[test]
fn an_expired_credential_is_renewed_sent_as_it_is_or_keeps_the_request_from_being_sent() {
    let question = || Question::Expired { identity: "session".into() };
    for (key, answer) in [("y", Some(Answer::Renew)), ("s", Some(Answer::AsItIs)), ("n", None), ("esc", None)]
    {
        let mut s = Screen::on("hello.toml");
        let id = s.send();
        let asked = Asked { id: QuestionId(3), question: question() };
        s.tell(Msg::Send { id, report: Report::Ask(asked) });
        for words in ["The credential of session has expired.", "y renew it and send", "s send as it is"] {
            assert!(s.shown().contains(words), "{words}: {}", s.shown());
        }
        s.take();
        s.press(key);
        let expected = match answer {
            Some(answer) => TaskEffect::Answer { id, question: QuestionId(3), answer },
            None => TaskEffect::Cancel { id },
        };
        assert_eq!(s.take(), [expected.into()], "{key}");
        assert!(s.model.overlays.is_empty());
    }
    let mut s = Screen::on("hello.toml");
    let id = s.send();
    s.tell(Msg::Send { id, report: Report::Ask(Asked { id: QuestionId(0), question: question() }) });
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(Outcome::Cancelled, 0))) });
    assert!(s.model.overlays.is_empty(), "nobody waits any more");
}

#[test]
fn a_redirect_names_what_goes_along_and_what_stays() {
    let mut s = Screen::on("hello.toml");
    let id = s.send();
    let Outcome::RedirectRefused { mut next, .. } = redirected("https://elsewhere.example/x") else {
        panic!("not refused")
    };
    next.wire.body = WireBody::Bytes("a=1".into());
    next.left_behind = vec!["X-Vault-Token".into(), "cookie".into()];
    let refused = Outcome::RedirectRefused { next, signed: false };
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(refused, 0))) });
    for words in [
        "The request was redirected to",
        "Its body (3 B) would go along.",
        "Left behind: X-Vault-Token, cookie.",
    ] {
        assert!(s.shown().contains(words), "{words}: {}", s.shown());
    }
}

#[test]
fn a_body_at_its_limit_asks_whether_to_read_on() {
    let asked =
        || Asked { id: QuestionId(4), question: Question::BodyLimit { limit: 2 << 30, next: 4 << 30 } };
    for (key, goes_on) in [("y", true), ("n", false), ("esc", false)] {
        let mut s = Screen::on("hello.toml");
        let id = s.send();
        s.tell(Msg::Send { id, report: Report::Head(Box::new(head(200, &[]))) });
        s.tell(Msg::Send { id, report: Report::Ask(asked()) });
        assert!(s.shown().contains("The body is longer than 2 GiB."), "{}", s.shown());
        s.take();
        s.press(key);
        let [Effect::Task(TaskEffect::Answer { id: send, question: QuestionId(4), answer })] = &s.take()[..]
        else {
            panic!("{key}: no answer")
        };
        assert_eq!((*send, *answer == Answer::GoOn), (id, goes_on), "{key}");
        assert!(s.model.exchange().unwrap().record.is_under_way() && s.model.overlays.is_empty());
        let over = end(Outcome::BodyLimit(2 << 30), 0);
        s.tell(Msg::Send { id, report: Report::End(Box::new(over)) });
        assert!(s.notice().contains("2 GiB"), "{}", s.notice());
    }
    let mut s = Screen::on("hello.toml");
    let id = s.send();
    s.tell(Msg::Send { id, report: Report::Ask(asked()) });
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(Outcome::Cancelled, 0))) });
    assert!(s.model.overlays.is_empty(), "nobody waits any more");
}
