//! Writing a request: scratch requests, JSON, rows as text, and what Enter in the URL does.

use crate::config::command::Command;
use crate::core::request::{BodyKind, Row};
use crate::tui::effect::{DiskEffect, Effect, ScreenEffect, TaskEffect};
use crate::tui::model::Pane;
use crate::tui::model::field::{Column, EditorField, Tab, Table};
use crate::tui::msg::Msg;
use crate::tui::testing::Screen;

fn sends(s: &mut Screen) -> usize {
    s.take().iter().filter(|effect| matches!(effect, Effect::Task(TaskEffect::Send { .. }))).count()
}

/// A request whose JSON body is being edited, with the cursor at its end.
fn body(text: &str) -> Screen {
    let mut s = Screen::on("post.toml");
    s.model.shown_mut().unwrap().request.body.text = text.into();
    s.model.shown_mut().unwrap().go_to(EditorField::BodyText);
    s.press("3 enter ctrl-end");
    s
}

#[test]
fn a_scratch_request_is_sent_by_enter_and_named_when_it_is_saved() {
    for key in ["ctrl-n", "2 enter"] {
        let mut s = Screen::empty((100, 30));
        s.press(key).text("https://example.com/api/users?page=2").press("enter");
        assert_eq!(sends(&mut s), 1, "{key}");
        assert_eq!(s.request().params, [Row::new("page", "2")]);
        s.press("w");
        assert!(s.shown().contains("get-users"), "{}", s.shown());
        s.press("ctrl-a").text("mine").press("enter");
        let saved = s.take().into_iter().find_map(|effect| match effect {
            Effect::Disk(DiskEffect::Save { path, base: None, .. }) => Some(path),
            _ => None,
        });
        assert_eq!(saved.as_deref(), Some("mine.toml"), "{key}");
        assert_eq!(s.model.current.as_deref(), Some("mine.toml"));
    }
}

#[test]
fn a_scratch_request_may_be_named_untitled() {
    let mut s = Screen::empty((100, 30));
    s.press("ctrl-n").text("https://example.com/").press("esc w ctrl-a").text("untitled").press("enter");
    assert!(s.model.overlays.is_empty());
    assert!(s.take().iter().any(|effect| matches!(effect, Effect::Disk(DiskEffect::Save { .. }))));
}

#[test]
fn a_pasted_url_opens_a_scratch_request() {
    let mut s = Screen::new();
    s.tell(Msg::Paste("https://example.com/?a=1\n".into()));
    assert_eq!(s.model.current.as_deref(), Some("untitled.toml"));
    assert_eq!((s.request().url.as_str(), s.request().params.len()), ("https://example.com/", 1));
}

#[test]
fn enter_in_the_url_sends_only_what_is_written() {
    let mut s = Screen::on("plain.toml");
    s.press("2 enter").text("x").press("enter");
    assert_eq!(sends(&mut s), 1);
    s.model.shown_mut().unwrap().request.method = "POST".into();
    s.press("2 enter").text("y").press("enter");
    assert_eq!(sends(&mut s), 0);
    s.model.shown_mut().unwrap().request.body.kind = BodyKind::Json;
    s.press("2 enter").press("enter");
    assert_eq!(sends(&mut s), 1);
    s.press("2 enter").press("ctrl-a delete enter");
    assert_eq!(sends(&mut s), 0);
    s.press("2 enter").text("https://example.com/").press("esc");
    assert_eq!(sends(&mut s), 0);
}

#[test]
fn an_aws_host_without_a_signature_says_so_at_once() {
    let mut s = Screen::sized(140, 30);
    s.open("plain.toml");
    s.press("2 enter ctrl-a").text("https://abc.lambda-url.us-east-1.on.aws/");
    let wanted = "unsigned: Lambda function URL in us-east-1 wants a signature, I signs it";
    assert!(s.shown().contains(wanted), "{}", s.shown());
    s.press("ctrl-a").text("https://example.com/");
    assert!(!s.shown().contains("wants a signature"));
}

#[test]
fn a_json_body_says_where_it_is_invalid_as_it_is_typed() {
    let mut s = body("{\"a\": 1,");
    s.text("}");
    s.press("esc");
    let warnings = &s.model.shown().unwrap().preview.warnings;
    assert!(
        warnings.iter().any(|w| w.message.contains("key must be a string at line 1 column 9")),
        "{warnings:?}"
    );
    assert!(s.shown().contains("isn't valid JSON"), "{}", s.shown());
}

#[test]
fn a_json_body_is_formatted_while_it_is_edited_or_not() {
    let mut s = body("{\"a\": {{function_url}}}");
    s.press("alt-j esc");
    assert_eq!(s.request().body.text, "{\n  \"a\": {{function_url}}\n}");
    s.press("u");
    assert_eq!(s.request().body.text, "{\"a\": {{function_url}}}");
    s.press("F");
    assert_eq!(s.request().body.text, "{\n  \"a\": {{function_url}}\n}");
    let mut s = body("{\"a\"");
    s.press("alt-j");
    assert!(s.notice().contains("line 1 column"), "{}", s.notice());
}

#[test]
fn enter_in_a_json_body_keeps_the_indentation() {
    let mut s = body("{");
    s.text("\n\"a\": [\n1\n]\n}").press("esc");
    assert_eq!(s.request().body.text, "{\n  \"a\": [\n    1\n  ]\n}");
}

#[test]
fn several_headers_or_pairs_pasted_into_a_cell_become_rows() {
    let mut s = Screen::on("plain.toml");
    s.model.shown_mut().unwrap().tab = Tab::Headers;
    s.press("3 a").paste("Accept: a/b\r\nX-One: 1\r\n");
    assert_eq!(s.request().headers, [Row::new("Accept", "a/b"), Row::new("X-One", "1")]);
    s.model.shown_mut().unwrap().tab = Tab::Params;
    s.press("a").paste("a=1&b=x%20y");
    assert_eq!(s.request().params, [Row::new("a", "1"), Row::new("b", "x y")]);
    s.press("u");
    assert!(s.request().params.len() < 2);
}

#[test]
fn rows_are_edited_as_a_text_and_read_back() {
    let mut s = Screen::on("hello.toml");
    s.model.shown_mut().unwrap().go_to(EditorField::Cell(Table::Params, 0, Column::Value));
    s.press("3 E");
    let Some(Effect::Screen(ScreenEffect::Edit { field, text, .. })) = s.take().pop() else {
        panic!("no editor opens")
    };
    assert_eq!(text, "q=1\n# debug=1\n");
    s.tell(Msg::Edited { field, text: Ok("q=2\ndebug=1\n# new=\n".into()) });
    let off = Row { off: true, ..Row::new("new", "") };
    assert_eq!(s.request().params, [Row::new("q", "2"), Row::new("debug", "1"), off]);
}

#[test]
fn a_copy_is_shown_once_it_is_listed() {
    let mut s = Screen::on("plain.toml");
    let copy = s.disk["plain.toml"].clone();
    s.disk.insert("plain-copy.toml".into(), copy);
    let nodes = crate::tui::testing::nodes(["plain.toml", "plain-copy.toml"]);
    let listed = Msg::Listed { workspace: Box::new(crate::tui::testing::workspace()), nodes };
    s.tell(Msg::Duplicated { path: "plain-copy.toml".into(), listed: Box::new(listed) });
    assert_eq!(s.model.current.as_deref(), Some("plain-copy.toml"));
}

#[test]
fn keys_that_do_not_expire_are_not_renewed() {
    let mut s = Screen::on("hello.toml");
    s.take();
    s.press("R");
    assert_eq!(s.notice(), "The keys of alice don't expire: nothing was renewed");
    assert!(!s.take().iter().any(|effect| matches!(effect, Effect::Task(TaskEffect::Renew { .. }))));
}

#[test]
fn a_body_is_saved_under_the_name_of_its_url() {
    let mut s = Screen::on("plain.toml");
    s.press("2 enter").text("api/users?page=2").press("esc");
    s.answered(200, &[("content-type", "application/json")], b"{}");
    s.press("4 o");
    assert!(s.shown().contains("users.json"), "{}", s.shown());
}

#[test]
fn the_palette_finds_commands_by_title() {
    let mut s = Screen::new();
    s.press(":").text("scratch").press("enter");
    assert_eq!(s.model.current.as_deref(), Some("untitled.toml"));
    assert_eq!(Command::Scratch.info().title, "Scratch request");
}

#[test]
fn a_url_of_the_command_line_is_a_scratch_request_next_to_what_was_open() {
    let mut s = Screen::on("plain.toml");
    s.tell(Msg::OpenUrl("abc.lambda-url.us-east-1.on.aws/hello?q=1".into()));
    assert_eq!(s.model.current.as_deref(), Some("untitled.toml"));
    assert_eq!(s.request().url, "abc.lambda-url.us-east-1.on.aws/hello");
    assert!(s.shown().contains("abc.lambda-url.us-east-1.on.aws/hello?q=1"), "{}", s.shown());
    assert_eq!((s.model.focus, s.model.editing.is_some()), (Pane::Url, false));
    s.press("s");
    assert!(s.take().iter().any(|effect| matches!(effect, Effect::Task(TaskEffect::Send { .. }))));
}

#[test]
fn braces_in_a_body_offer_the_choice_to_send_them_as_they_are() {
    let mut s = Screen::on("post.toml");
    s.model.shown_mut().unwrap().tab = Tab::Body;
    assert!(!s.shown().contains("{{names}}"), "{}", s.shown());
    s.model.shown_mut().unwrap().go_to(EditorField::BodyText);
    s.press("3 enter ctrl-a").text("{\"q\": \"{{ me { id } }}\"}").press("esc");
    assert!(s.shown().contains("‹ replaced ›"), "{}", s.shown());
    // The cursor stays on the text.
    assert_eq!(s.model.shown().unwrap().field(), Some(EditorField::BodyText));
    s.press("V");
    assert!(s.request().body.literal);
    assert!(s.shown().contains("‹ sent as they are ›"), "{}", s.shown());
    s.press("enter").text("{{x").press("alt-v esc");
    assert!(!s.request().body.literal);
    s.press("k right");
    assert!(s.request().body.literal);
    s.press("u");
    assert!(!s.request().body.literal);
}
