//! Sends: started, reported, cancelled, replaced.

use crate::core::exchange::{Field, Outcome, Stage};
use crate::core::record::State;
use crate::core::request::fields::{AuthField, RequestField};
use crate::io::body::BodyView;
use crate::tui::effect::{Effect, ScreenEffect, TaskEffect};
use crate::tui::model::Pane;
use crate::tui::model::field::EditorField;
use crate::tui::model::response::ResponseTab;
use crate::tui::model::tree::LastSend;
use crate::tui::msg::{Msg, Report};
use crate::tui::rows::RowsFound;
use crate::tui::testing::{Screen, end, head, problem, sent};

fn body(bytes: &[u8]) -> Report {
    Report::Body(BodyView::from(bytes.to_vec()))
}

#[test]
fn a_send_goes_through_its_life() {
    let mut s = Screen::on("plain.toml");
    let id = s.send();
    assert_eq!(s.model.exchange().unwrap().record.state, State::Waiting(Stage::Connecting));
    s.tell(Msg::Send { id, report: Report::Stage(Stage::Waiting) });
    assert!(s.shown().contains("waiting for the response"), "{}", s.shown());
    s.tell(Msg::Send { id, report: Report::Sent(Box::new(sent())) });
    s.tell(Msg::Send {
        id,
        report: Report::Head(Box::new(head(200, &[("content-type", "application/json")]))),
    });
    assert_eq!(s.model.exchange().unwrap().record.state, State::Streaming);
    s.tell(Msg::Send { id, report: body(b"{\"a\": 1") });
    s.settle();
    assert!(s.shown().contains("\"a\""), "the first rows are shown while the rest comes: {}", s.shown());
    s.tell(Msg::Send { id, report: body(b"{\"a\": 1}") });
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(Outcome::Answered, 8))) });
    s.settle();
    let exchange = s.model.exchange().unwrap();
    assert!(!exchange.record.is_under_way());
    assert_eq!(&exchange.document.bytes[..], b"{\"a\": 1}");
    assert_eq!(s.model.tree.last_send("plain.toml"), Some(LastSend::Status(200)));
    assert!(s.shown().contains("200 OK"));
}

#[test]
fn cancelling_is_at_once_and_what_comes_after_is_dropped() {
    let mut s = Screen::on("plain.toml");
    let id = s.send();
    s.tell(Msg::Send { id, report: Report::Head(Box::new(head(200, &[]))) });
    s.tell(Msg::Send { id, report: body(b"half") });
    s.take();
    s.press("x");
    assert!(matches!(s.take()[..], [Effect::Task(TaskEffect::Cancel { id: cancelled })] if cancelled == id));
    assert!(s.shown().contains("cancelled"), "{}", s.shown());
    s.tell(Msg::Send { id, report: body(b"half and more") });
    s.tell(Msg::Send { id, report: Report::Head(Box::new(head(500, &[]))) });
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(Outcome::Answered, 13))) });
    let exchange = s.model.exchange().unwrap();
    assert_eq!(&exchange.document.bytes[..], b"half");
    assert_eq!(exchange.record.outcome(), Some(&Outcome::Cancelled));
    assert_eq!(s.model.tree.last_send("plain.toml"), Some(LastSend::Status(200)));
    s.press("x");
    assert!(s.take().is_empty());
}

#[test]
fn sending_again_cancels_the_first_and_drops_its_reports() {
    let mut s = Screen::on("plain.toml");
    let first = s.send();
    s.press("f5");
    let effects = s.take();
    assert!(effects.iter().any(|e| matches!(e, Effect::Task(TaskEffect::Cancel { id }) if *id == first)));
    let second = s.model.exchange().unwrap().record.id;
    assert_ne!(first, second);
    s.tell(Msg::Send { id: first, report: Report::Head(Box::new(head(500, &[]))) });
    let unknown = s.model.next_id();
    s.tell(Msg::Send { id: unknown, report: Report::Head(Box::new(head(500, &[]))) });
    assert!(s.model.exchange().unwrap().record.head.is_none());
    assert_eq!(s.model.tree.last_send("plain.toml"), None);
}

#[test]
fn rows_and_matches_of_an_earlier_question_are_dropped() {
    let mut s = Screen::on("plain.toml");
    let id = s.answered(200, &[("content-type", "application/json")], br#"{"a": 1}"#);
    let pretty = s.model.exchange().unwrap().document.index.clone().unwrap();
    let generation = s.model.exchange().unwrap().document.generation;
    s.press("4 p");
    s.tell(Msg::Indexed { id, generation, rows: RowsFound { index: pretty, begun: None } });
    assert!(s.model.exchange().unwrap().document.busy, "the pretty rows came too late");
    s.settle();
    assert_eq!(s.model.exchange().unwrap().document.index.as_ref().unwrap().len(), 1);
    s.press("/").text("a").press("enter");
    let never = std::sync::atomic::AtomicBool::new(false);
    let other = crate::core::document::Matches::find(b"zzz", "z", &never);
    s.tell(Msg::Found { id, query: "z".into(), matches: std::sync::Arc::new(other) });
    assert!(s.model.exchange().unwrap().view.search.as_ref().unwrap().matches.is_none());
}

#[test]
fn answers_reach_the_request_that_was_sent_though_another_is_shown() {
    let mut s = Screen::on("plain.toml");
    let id = s.send();
    s.open("post.toml");
    s.tell(Msg::Send { id, report: Report::Head(Box::new(head(404, &[]))) });
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(Outcome::Answered, 0))) });
    assert!(s.model.exchange().is_none());
    assert_eq!(s.model.tree.last_send("plain.toml"), Some(LastSend::Status(404)));
    s.open("plain.toml");
    assert_eq!(s.model.exchange().unwrap().record.head.as_ref().unwrap().status, 404);
}

#[test]
fn what_keeps_a_request_from_leaving_is_where_the_cursor_goes() {
    let mut s = Screen::on("api/keys.toml");
    let id = s.send();
    let missing = problem(Field::Auth(AuthField::Region), "no region", "Type one.");
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(Outcome::NotSent(vec![missing]), 0))) });
    assert_eq!(s.model.focus, Pane::Request);
    assert_eq!(
        s.model.shown().unwrap().field(),
        Some(EditorField::Line(RequestField::Auth(AuthField::Region)))
    );
    assert!(s.notice().contains("no region") && s.shown().contains("Type one."));
    assert_eq!(s.model.tree.last_send("api/keys.toml"), Some(LastSend::Failed));
}

#[test]
fn typing_is_not_interrupted_by_what_comes_back() {
    let mut s = Screen::on("plain.toml");
    let id = s.send();
    s.press("2 enter");
    let missing = problem(Field::Auth(AuthField::Region), "no region", "Type one.");
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(Outcome::NotSent(vec![missing]), 0))) });
    s.text("xy");
    assert_eq!(s.request().url, "https://example.com/xy");
    assert_eq!(s.model.edited_field(), Some(EditorField::Url));
    assert!(s.shown().contains("https://example.com/xy"), "{}", s.shown());
}

#[test]
fn what_was_not_sent_has_no_body_to_save() {
    let mut s = Screen::on("plain.toml");
    s.press("s");
    let id = s.model.exchange().unwrap().record.id;
    let problems = vec![problem(Field::Url, "the URL is empty", "")];
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(Outcome::NotSent(problems), 0))) });
    s.press("esc 4 o");
    assert!(s.model.overlays.is_empty());
    assert!(s.shown().contains("no body to save"), "{}", s.shown());
}

#[test]
fn another_environment_has_other_variables_and_keeps_what_was_typed() {
    let mut s = Screen::on("hello.toml");
    s.press("2 enter").text("x").press("esc");
    s.press("1 n").text("new").press("enter").text("https://n.example").press("esc");
    s.open("hello.toml");
    s.press("v").text("prod").press("enter");
    let preview = &s.model.shown().unwrap().preview;
    assert_eq!(preview.url.as_deref(), Some("https://prod.lambda-url.eu-west-1.on.aws/hello?q=1x"));
    assert_eq!(preview.region.as_ref().map(|(region, _)| region.as_str()), Some("eu-west-1"));
    // A request that was never saved is on no disk to be read from.
    assert_eq!(s.model.open_requests["new.toml"].request.url, "https://n.example");
    assert!(!s.shown().contains("no such file"), "{}", s.shown());
}

#[test]
fn a_refusal_is_diagnosed_and_a_tab_can_be_copied() {
    let mut s = Screen::on("hello.toml");
    s.answered(403, &[("x-amzn-errortype", "AccessDeniedException")], br#"{"Message":"Forbidden"}"#);
    assert!(!s.model.exchange().unwrap().record.findings().is_empty());
    s.press("4 ] ]");
    assert_eq!(s.model.response_tab, ResponseTab::Diagnosis);
    s.press("y");
    assert!(matches!(&s.take()[..], [Effect::Screen(ScreenEffect::Copy { text, .. })] if !text.is_empty()));
}

#[test]
fn renewing_says_how_it_went() {
    let mut s = Screen::on("plain.toml");
    s.press("R");
    assert!(s.take().is_empty() && s.notice().contains("not signed by a session"));
    let id = s.model.next_id();
    s.tell(Msg::Renewed { id, identity: "session".into(), result: Ok(()) });
    assert!(s.notice().contains("fresh credentials"));
    let why = problem(Field::Request, "no answer", "Look at the network.");
    s.tell(Msg::Renewed { id, identity: "session".into(), result: Err(vec![why]) });
    assert!(s.notice().contains("no answer. Look at the network."));
}

#[test]
fn a_body_that_trickles_in_is_indexed_a_bounded_number_of_times() {
    let mut s = Screen::on("plain.toml");
    let id = s.send();
    s.tell(Msg::Send { id, report: Report::Head(Box::new(head(200, &[]))) });
    let mut whole = Vec::new();
    let mut asked = 0;
    for _ in 0..1000 {
        whole.extend_from_slice(b"0123456789\n");
        s.tell(Msg::Send { id, report: body(&whole) });
        let effects = s.take();
        asked += effects.iter().filter(|e| matches!(e, Effect::Task(TaskEffect::Index { .. }))).count();
        for effect in effects {
            if let Effect::Task(TaskEffect::Index { id, generation, wanted }) = effect {
                assert_eq!(wanted.begun.is_some(), asked > 1, "what was found is continued");
                let never = std::sync::atomic::AtomicBool::new(false);
                s.tell(Msg::Indexed { id, generation, rows: wanted.find(&never, |_| {}) });
            }
        }
    }
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(Outcome::Answered, whole.len() as u64))) });
    s.settle();
    assert!(asked < 15, "{asked}");
    assert_eq!(s.model.exchange().unwrap().document.index.as_ref().unwrap().len(), 1000);
}

#[test]
fn earlier_responses_stay_within_reach() {
    let mut s = Screen::on("hello.toml");
    for status in [500, 403, 200] {
        s.answered(status, &[], format!("body {status}").as_bytes());
    }
    s.press("4 (");
    assert!(s.shown().contains("2 of 3 ✗ 403") && s.shown().contains("body 403"), "{}", s.shown());
    s.press("(");
    assert!(s.shown().contains("1 of 3 ✗ 500") && s.shown().contains("body 500"), "{}", s.shown());
    s.press("(");
    assert!(s.notice().contains("no older response"));
    s.press(") )");
    assert!(s.shown().contains("✓ 200") && !s.shown().contains("of 3"), "{}", s.shown());
    s.press(")");
    assert!(s.notice().contains("no newer response"));
    // A new send shows its own response, whichever was shown before.
    s.press("( (");
    let id = s.send();
    assert_eq!(s.model.exchange().unwrap().record.id, id);
    let ids: Vec<_> = s.model.exchanges.all().map(|exchange| exchange.record.id).collect();
    assert!(ids.is_sorted() && ids.len() == 4, "{ids:?}");
}

#[test]
fn only_the_latest_responses_are_kept() {
    let mut s = Screen::on("hello.toml");
    for status in 200..215 {
        s.answered(status, &[], b"");
    }
    assert_eq!(s.model.exchanges.all().count(), 10);
    assert_eq!(s.model.exchange().unwrap().record.head.as_ref().unwrap().status, 214);
}
