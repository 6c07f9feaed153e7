//! Typing into fields.

use crate::core::request::Row;
use crate::core::request::fields::{ExpectField, RequestField, SendField};
use crate::tui::effect::{DiskEffect, Effect, ScreenEffect, Target, TaskEffect};
use crate::tui::model::field::{Column, EditorField, Tab, Table};
use crate::tui::model::overlay::{Confirm, Overlay};
use crate::tui::model::{NoticeKind, Pane};
use crate::tui::msg::Msg;
use crate::tui::testing::Screen;

/// A screen in which a field of the shown request is being edited.
fn editing(path: &str, field: EditorField) -> Screen {
    let mut s = Screen::on(path);
    if field == EditorField::Url {
        s.press("2 enter");
    } else {
        s.model.shown_mut().unwrap().go_to(field);
        s.press("3 enter");
    }
    assert_eq!(s.model.edited_field(), Some(field), "{}", s.shown());
    s.take();
    s
}

fn drafts(effects: &[Effect]) -> Vec<&str> {
    let urls = effects.iter().filter_map(|effect| match effect {
        Effect::Disk(DiskEffect::WriteDraft { request, .. }) => Some(request.url.as_str()),
        _ => None,
    });
    urls.collect()
}

#[test]
fn letters_are_text_and_reach_the_request_and_its_draft_at_once() {
    let mut s = editing("plain.toml", EditorField::Url);
    s.text("sqx");
    assert_eq!(s.request().url, "https://example.com/sqx");
    let effects = s.take();
    assert_eq!(drafts(&effects).last(), Some(&"https://example.com/sqx"));
    assert!(!effects.iter().any(|e| matches!(e, Effect::Task(TaskEffect::Send { .. }))));
    assert!(s.shown().contains("● not saved"));
}

#[test]
fn one_visit_to_a_field_is_one_step_of_undo() {
    let mut s = editing("plain.toml", EditorField::Url);
    s.text("one/two").press("esc");
    assert!(s.model.editing.is_none());
    s.press("u");
    assert_eq!(s.request().url, "https://example.com/");
    assert!(
        s.take().iter().any(|e| matches!(e, Effect::Disk(DiskEffect::RemoveDraft { .. }))),
        "nothing is left to keep"
    );
    s.press("U");
    assert_eq!(s.request().url, "https://example.com/one/two");
    s.press("u u");
    assert_eq!(s.notice(), "Nothing to undo");
}

#[test]
fn looking_at_a_field_changes_and_writes_nothing() {
    for path in ["hello.toml", "plain.toml", "post.toml"] {
        let mut s = editing(path, EditorField::Url);
        s.press("left left home end");
        assert!(s.take().is_empty(), "{path}");
        s.press("esc");
        assert!(!s.model.shown().unwrap().is_dirty());
    }
}

#[test]
fn what_is_typed_after_the_question_mark_becomes_rows_and_back() {
    let mut s = editing("hello.toml", EditorField::Url);
    assert_eq!(s.model.editing.as_ref().unwrap().editor.text(), "{{function_url}}/hello?q=1");
    s.text("2&name=a%20b").press("enter");
    let off = Row { off: true, ..Row::new("debug", "1") };
    assert_eq!(s.request().params, [Row::new("q", "12"), off, Row::new("name", "a b")]);
    assert_eq!(s.request().url, "{{function_url}}/hello");
    // And the other way: a row that is switched on shows in the URL.
    s.press("3");
    s.model.shown_mut().unwrap().go_to(EditorField::Cell(Table::Params, 1, Column::Value));
    s.press("space");
    assert!(s.shown().contains("hello?q=12&debug=1&name=a b"), "{}", s.shown());
}

#[test]
fn a_row_that_is_still_blank_is_no_part_of_the_url() {
    let mut s = editing("plain.toml", EditorField::Url);
    s.press("esc 3");
    s.model.shown_mut().unwrap().tab = Tab::Params;
    s.press("a esc 2 enter");
    assert_eq!(s.model.editing.as_ref().unwrap().editor.text(), "https://example.com/");
    s.text("x");
    assert_eq!(s.request().params, [Row::default()]);
}

#[test]
fn tab_goes_from_name_to_value_to_the_next_row() {
    let mut s = Screen::on("plain.toml");
    s.press("3 ]");
    s.model.shown_mut().unwrap().tab = Tab::Headers;
    s.press("a").text("x-one").press("tab").text("1").press("tab").text("x-two").press("tab");
    s.text("2").press("enter");
    assert_eq!(s.request().headers, [Row::new("x-one", "1"), Row::new("x-two", "2")]);
    assert!(s.model.editing.is_none());
}

#[test]
fn a_number_that_cannot_be_keeps_the_field_and_says_why() {
    let mut s = editing("plain.toml", EditorField::Line(RequestField::Expect(ExpectField::Status)));
    s.text("9x").press("enter");
    assert!(s.model.editing.is_some());
    assert!(s.notice().contains("not a number"), "{}", s.notice());
    assert_eq!(s.request().expect.status, None);
    // Neither sending nor going elsewhere loses it.
    s.take();
    s.press("f5");
    assert!(!s.take().iter().any(|e| matches!(e, Effect::Task(TaskEffect::Send { .. }))));
    s.press("alt-1");
    assert_eq!((s.model.focus, s.model.editing.is_some()), (Pane::Request, true));
    s.press("ctrl-a").text("204").press("enter");
    assert_eq!((s.request().expect.status, s.model.editing.is_none()), (Some(204), true));
}

#[test]
fn a_click_elsewhere_does_not_carry_an_open_field_away() {
    let mut s = editing("plain.toml", EditorField::Line(RequestField::Expect(ExpectField::Status)));
    s.text("9x");
    let (x, y) = s.find("POST");
    s.click(x, y);
    assert_eq!(s.model.current.as_deref(), Some("plain.toml"));
    assert!(s.model.editing.is_some());
    let (x, y) = s.find(" Headers ");
    s.click(x + 1, y);
    assert_eq!(s.model.shown().unwrap().tab, Tab::Expect);
}

#[test]
fn names_after_two_braces_are_completed() {
    let mut s = editing("plain.toml", EditorField::Url);
    s.press("ctrl-a").text("{{fun");
    assert!(s.shown().contains("function_url"), "{}", s.shown());
    s.press("tab");
    assert_eq!(s.request().url, "{{function_url}}");
    assert!(s.model.editing.as_ref().unwrap().completion.is_none());
    // Escape closes the list first, then the field.
    s.text("/{{sec");
    s.press("esc");
    assert!(s.model.editing.is_some());
    s.press("esc");
    assert!(s.model.editing.is_none());
}

#[test]
fn completing_inside_a_reference_does_not_double_its_end() {
    let mut s = editing("plain.toml", EditorField::Url);
    s.press("ctrl-a").text("{{fun}}/a").press("left left left left").press("backspace").text("n");
    s.press("enter");
    assert_eq!(s.request().url, "{{function_url}}/a");
    assert!(s.model.editing.as_ref().unwrap().completion.is_none());
    s.text("x");
    assert_eq!(s.request().url, "{{function_url}}x/a");
}

#[test]
fn a_paste_where_nothing_is_edited_is_never_keys() {
    for text in ["D", "y", "q", "gg", "sD\ny", "x\u{1b}:q\n"] {
        let mut s = Screen::new();
        let before = format!("{:?}", s.model.open_requests);
        s.paste(text);
        assert!(s.take().is_empty(), "{text:?}");
        assert!(s.model.overlays.is_empty() && !s.model.waiting.is_quitting());
        assert_eq!(format!("{:?}", s.model.open_requests), before);
        assert!(s.notice().contains("Nothing is being edited"));
        s.press("D").paste("y");
        assert!(s.take().is_empty() && s.model.overlays.len() == 1, "a question is not answered by a paste");
    }
}

#[test]
fn a_paste_in_a_field_is_text_in_one_step() {
    let mut s = editing("plain.toml", EditorField::Url);
    s.paste("items/1\r\n");
    assert_eq!(s.request().url, "https://example.com/items/1");
    s.press("ctrl-z esc");
    assert_eq!(s.request().url, "https://example.com/");
}

#[test]
fn a_pasted_curl_command_offers_to_become_a_request() {
    let mut s = Screen::new();
    s.paste("curl -X PUT https://api.example.com/v1/items -H 'a: b' -d '{\"n\": 1}'");
    assert!(matches!(s.model.overlays[..], [Overlay::Confirm(Confirm::Curl(..))]));
    assert!(s.shown().contains("https://api.example.com/v1/items"));
    s.press("n");
    assert_eq!(s.model.current.as_deref(), Some("hello.toml"));
    s.paste("curl -X PUT https://api.example.com/v1/items -H 'a: b' -d '{\"n\": 1}'").press("y");
    assert_eq!(s.model.current.as_deref(), Some("put-items.toml"));
    assert_eq!((s.request().method.as_str(), s.request().body.text.as_str()), ("PUT", "{\"n\": 1}"));
    assert!(s.model.shown().unwrap().is_dirty());
    assert_eq!(s.model.tree.current().map(|node| node.path.as_str()), Some("put-items.toml"));
}

#[test]
fn a_curl_command_that_cannot_be_read_says_why() {
    let mut s = Screen::new();
    s.paste("curl -H 'unclosed https://x");
    assert!(s.model.overlays.is_empty());
    assert_eq!(s.model.notice.as_ref().map(|notice| notice.kind), Some(NoticeKind::Bad));
}

#[test]
fn the_external_editor_brings_a_body_back_as_one_step() {
    let mut s = Screen::on("post.toml");
    s.press("3");
    s.model.shown_mut().unwrap().go_to(EditorField::BodyText);
    s.press("E");
    let Some(Effect::Screen(ScreenEffect::Edit { field, text, extension })) = s.take().pop() else {
        panic!("no editor")
    };
    assert_eq!((field, extension), (EditorField::BodyText, "json"));
    assert_eq!(text, s.request().body.text);
    s.tell(Msg::Edited { field, text: Ok("{}\n".into()) });
    assert_eq!(s.request().body.text, "{}\n");
    s.press("u");
    assert_eq!(s.request().body.text, text);
    s.tell(Msg::Edited { field, text: Err("vi: not found".into()) });
    assert_eq!((s.notice(), s.request().body.text.as_str()), ("vi: not found", text.as_str()));
}

#[test]
fn a_plus_in_the_url_asks_what_it_means() {
    let mut s = Screen::on("plain.toml");
    s.press("2 enter").text("?q=a+b").press("esc 3");
    s.model.shown_mut().unwrap().go_to(EditorField::Line(RequestField::Send(SendField::Plus)));
    assert!(s.shown().contains("A + in the URL  ‹ means a plus ›"), "{}", s.shown());
    s.press("right");
    assert_eq!(s.request().params, [Row::new("q", "a b")]);
    assert!(s.shown().contains("‹ means a space ›"));
    s.press("u");
    assert_eq!(s.request().params, [Row::new("q", "a+b")]);
}

#[test]
fn a_body_takes_lines_and_tabs() {
    let mut s = editing("post.toml", EditorField::BodyText);
    s.press("ctrl-a").text("{\n").press("tab").text("\"a\": 1\n}");
    s.press("esc");
    assert_eq!(s.request().body.text, "{\n    \"a\": 1\n  }");
    assert!(s.model.editing.is_none());
}

/// The text area looks at the whole text at every key; nothing else does: nothing that holds it
/// leaves the update, until typing pauses.
#[test]
fn keys_in_a_large_body_leave_the_whole_text_alone_until_a_pause() {
    let mut s = Screen::on("post.toml");
    let large = "{\"id\": 1, \"name\": \"some text\"},\n".repeat(30_000);
    s.model.shown_mut().unwrap().request.body.text = large.clone();
    s.model.shown_mut().unwrap().saved = Some(s.request().clone());
    s.press("3");
    s.model.shown_mut().unwrap().go_to(EditorField::BodyText);
    s.press("enter");
    s.take();
    s.answers = false;
    s.text("typed");
    assert_eq!(s.take().len(), 0);
    assert_eq!(s.request().body.text.len(), large.len());
    assert!(s.shown().contains("● not saved") && s.shown().contains("typed{\"id\""), "{}", s.shown());
    s.pause();
    assert_eq!(s.request().body.text, format!("typed{large}"));
    let effects = s.take();
    assert!(
        matches!(
            &effects[..],
            [Effect::Task(TaskEffect::Preview { .. }), Effect::Disk(DiskEffect::WriteDraft { .. })]
        ),
        "{}",
        effects.len()
    );
    s.press("right left");
    assert_eq!(s.model.next_change(), None, "the cursor alone has moved");
}

#[test]
fn what_was_typed_last_is_sent_saved_and_kept() {
    for (keys, wanted) in [
        (
            "f5",
            (|e| matches!(e, Effect::Task(TaskEffect::Send { target: Target { request: r, .. }, .. }) if r.body.text == "xa\nb"))
                as fn(&Effect) -> bool,
        ),
        (
            "ctrl-s",
            |e| matches!(e, Effect::Disk(DiskEffect::Save { request, .. }) if request.body.text == "xa\nb"),
        ),
        (
            "ctrl-c",
            |e| matches!(e, Effect::Disk(DiskEffect::WriteDraft { request: r, .. }) if r.body.text == "xa\nb"),
        ),
        (
            "esc",
            |e| matches!(e, Effect::Disk(DiskEffect::WriteDraft { request: r, .. }) if r.body.text == "xa\nb"),
        ),
    ] {
        let mut s = editing("post.toml", EditorField::BodyText);
        s.press("ctrl-a").paste("a\nb").press("ctrl-home");
        s.pause();
        s.take();
        s.text("x").press(keys);
        let effects = s.take();
        assert!(effects.iter().any(wanted), "{keys}: {effects:?}");
    }
}

#[test]
fn a_redirect_that_is_followed_leaves_what_is_typed_alone() {
    let mut s = Screen::on("plain.toml");
    let id = s.send();
    s.press("2 enter").text("typed");
    let refused = crate::tui::testing::redirected("https://elsewhere.example/x");
    let end = crate::tui::testing::end(refused, 0);
    s.tell(Msg::Send { id, report: crate::tui::msg::Report::End(Box::new(end)) });
    s.press("y").text("zzz");
    assert_eq!(s.model.current.as_deref(), Some("plain.toml"));
    s.press("esc");
    assert_eq!(s.request().url, "https://example.com/typedzzz");
}

#[test]
fn a_curl_command_pasted_into_the_url_offers_the_same_and_its_line_ends_do_not_matter() {
    for line_end in ["\n", "\r\n", "\r"] {
        let mut s = editing("plain.toml", EditorField::Url);
        let command =
            ["curl -X PUT https://api.example.com/v1/items \\", "  -H 'a: b' \\", "  -d '{\"n\": 1}'"];
        s.paste(&command.join(line_end));
        assert!(matches!(s.model.overlays[..], [Overlay::Confirm(Confirm::Curl(..))]), "{line_end:?}");
        assert!(s.model.editing.is_none());
        assert_eq!(s.request().url, "https://example.com/", "the URL stays");
        s.press("y");
        assert_eq!(s.request().url, "https://api.example.com/v1/items", "{line_end:?}");
        assert_eq!(s.request().headers[0], Row::new("a", "b"), "{line_end:?}");
        assert_eq!(s.request().body.text, "{\"n\": 1}", "{line_end:?}");
    }
    let mut s = editing("post.toml", EditorField::BodyText);
    s.paste("curl https://h\rsecond\r\nthird");
    assert!(s.model.overlays.is_empty(), "a body may be about curl");
    s.press("esc");
    assert!(s.request().body.text.contains("curl https://h\nsecond\nthird"), "{:?}", s.request().body.text);
}
