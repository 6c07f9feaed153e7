//! Text that is selected with the mouse.

use crate::tui::effect::{Effect, ScreenEffect, TaskEffect};
use crate::tui::model::field::EditorField;
use crate::tui::model::response::ResponseTab;
use crate::tui::mouse::MouseKind;
use crate::tui::testing::Screen;

const BODY: &[u8] = br#"{"name":"first value","items":[1,2,3],"SecretAccessKey":"wJalrXUtnFEMI/K7MDENG"}"#;

fn answered() -> Screen {
    let mut s = Screen::on("plain.toml");
    s.answered(200, &[("content-type", "application/json"), ("x-one", "alpha beta")], BODY);
    s.press("4");
    s.take();
    s
}

/// Drags from the start of one text on the screen to the end of another.
fn drag(s: &mut Screen, from: &str, to: &str) {
    let (x, y) = s.find(from);
    let (to_x, to_y) = s.find(to);
    let end = to_x + u16::try_from(to.len()).unwrap() - 1;
    s.click(x, y).mouse(MouseKind::Drag, end, to_y).mouse(MouseKind::Release, end, to_y);
}

/// What the copy key copies.
fn copied(s: &mut Screen) -> String {
    s.press("y");
    match s.take().pop() {
        Some(Effect::Task(TaskEffect::CopySelection { body, index, bytes, mask })) => {
            index.selected_text(bytes, &body, mask)
        }
        Some(Effect::Screen(ScreenEffect::Copy { text, .. })) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_drag_over_the_body_selects_and_the_copy_key_copies_it() {
    let mut s = answered();
    drag(&mut s, "first", "value");
    assert_eq!(copied(&mut s), "first value");
    drag(&mut s, "\"items\"", "2,");
    assert_eq!(copied(&mut s), "\"items\": [\n    1,\n    2,");
    // Backwards it is the same.
    let (x, y) = s.find("value");
    let (to_x, to_y) = s.find("first");
    s.click(x + 4, y).mouse(MouseKind::Drag, to_x, to_y).mouse(MouseKind::Release, to_x, to_y);
    assert_eq!(copied(&mut s), "first value");
}

#[test]
fn the_selection_stays_on_its_text_however_the_body_is_laid_out() {
    let mut s = answered();
    drag(&mut s, "first", "value");
    for keys in ["p", "p", "p", "Z", "j"] {
        s.press(keys);
        s.settle();
        let text = copied(&mut s);
        assert!(text == "first value" || text == "66 69 72 73 74 20 76 61 6c 75 65", "{keys}: {text}");
    }
    s.press("esc y");
    assert!(matches!(&s.take()[..], [Effect::Task(TaskEffect::CopyBody { .. })]), "Esc took it away");
}

#[test]
fn a_masked_secret_stays_masked_in_what_is_copied() {
    let mut s = answered();
    drag(&mut s, "\"SecretAccessKey\"", "}");
    let masked = copied(&mut s);
    assert!(masked.contains("SecretAccessKey") && !masked.contains("FEMI"), "{masked}");
    s.press("*");
    assert!(copied(&mut s).contains("wJalrXUtnFEMI/K7MDENG"));
}

#[test]
fn a_double_click_selects_a_word_and_a_triple_one_a_row() {
    let mut s = answered();
    let (x, y) = s.find("first");
    s.click(x + 1, y).mouse(MouseKind::Release, x + 1, y).click(x + 1, y);
    s.mouse(MouseKind::Release, x + 1, y);
    assert_eq!(copied(&mut s), "first");
    s.click(x + 1, y).mouse(MouseKind::Release, x + 1, y);
    assert_eq!(copied(&mut s), "\"name\": \"first value\",");
    // A single one elsewhere takes the selection away.
    s.click(x + 9, y).mouse(MouseKind::Release, x + 9, y);
    assert_eq!(s.model.selection, None);
}

#[test]
fn lines_of_the_other_tabs_are_selected_as_they_are_seen() {
    let mut s = answered();
    s.model.response_tab = ResponseTab::Headers;
    drag(&mut s, "alpha", "beta");
    assert_eq!(copied(&mut s), "alpha beta");
    let (x, y) = s.find("application/json");
    s.click(x, y).mouse(MouseKind::Release, x, y).click(x, y).mouse(MouseKind::Release, x, y);
    assert_eq!(copied(&mut s), "application/json");
    // Another tab has other lines.
    s.model.response_tab = ResponseTab::Timeline;
    assert!(!copied(&mut s).contains("application/json"));
}

#[test]
fn a_drag_beyond_the_pane_scrolls_it() {
    let mut s = Screen::on("plain.toml");
    let rows: Vec<String> = (0..500).map(|n| n.to_string()).collect();
    s.answered(200, &[("content-type", "application/json")], format!("[{}]", rows.join(",")).as_bytes());
    s.press("4");
    let (x, y) = s.find("  3,");
    s.click(x + 2, y);
    for _ in 0..100 {
        s.mouse(MouseKind::Drag, x + 2, 39);
    }
    s.mouse(MouseKind::Release, x + 2, 39);
    assert!(s.model.exchange().unwrap().view.scroll >= 99);
    let text = copied(&mut s);
    assert!(text.starts_with("3,\n  4,") && text.lines().count() > 100, "{}", text.lines().count());
}

#[test]
fn another_response_has_no_selection() {
    let mut s = answered();
    drag(&mut s, "first", "value");
    s.answered(200, &[("content-type", "application/json")], b"{\"other\": 1}");
    s.press("4 y");
    assert!(matches!(&s.take()[..], [Effect::Task(TaskEffect::CopyBody { .. })]));
}

#[test]
fn text_is_selected_and_copied_in_the_field_that_is_edited() {
    let mut s = Screen::on("plain.toml");
    s.press("2 enter");
    let (x, y) = s.find("example.com/");
    let drag = |s: &mut Screen, from: u16, to: u16| {
        s.click(x + from, y).mouse(MouseKind::Drag, x + to, y).mouse(MouseKind::Release, x + to, y);
    };
    drag(&mut s, 0, 7);
    s.press("alt-c");
    assert!(matches!(&s.take()[..], [Effect::Screen(ScreenEffect::Copy { text, .. })] if text == "example"));
    s.text("other");
    assert_eq!(s.request().url, "https://other.com/");
    // A click puts the cursor there, and a double click selects the word.
    s.click(x, y).mouse(MouseKind::Release, x, y);
    s.text("x");
    assert_eq!(s.request().url, "https://xother.com/");
    s.click(x + 2, y).mouse(MouseKind::Release, x + 2, y).click(x + 2, y).mouse(MouseKind::Release, x + 2, y);
    s.text("z");
    assert_eq!(s.request().url, "https://z.com/");
    assert_eq!(s.model.edited_field(), Some(EditorField::Url));
}

#[test]
fn a_masked_secret_is_not_copied_out_of_its_field() {
    use crate::core::request::fields::AuthField;
    let mut s = Screen::on("api/token.toml");
    s.press("3");
    s.model.shown_mut().unwrap().go_to(AuthField::Token.into());
    s.press("enter").text("a-token-that-is-typed").press("alt-c");
    assert!(s.take().is_empty());
    assert!(s.notice().contains("isn't copied"), "{}", s.notice());
    s.model.revealed = true;
    s.press("alt-c");
    assert!(matches!(&s.take()[..], [Effect::Screen(ScreenEffect::Copy { .. })]));
}
