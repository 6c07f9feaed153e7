//! The mouse, the jump overlay, the stack of overlays, and other sizes.

use crate::tui::effect::{DiskEffect, Effect, TaskEffect};
use crate::tui::hit_test;
use crate::tui::model::Pane;
use crate::tui::model::field::{EditorField, Tab};
use crate::tui::model::overlay::{HitTarget, Overlay};
use crate::tui::model::response::ResponseTab;
use crate::tui::mouse::MouseKind;
use crate::tui::msg::Msg;
use crate::tui::testing::Screen;

fn answered() -> Screen {
    let mut s = Screen::on("hello.toml");
    let body: String = (0..200).map(|n| format!("line {n}\n")).collect();
    s.answered(200, &[("content-type", "text/plain")], body.as_bytes());
    s.take();
    s
}

fn is_at(s: &Screen, place: HitTarget) -> bool {
    let open = s.model.shown().unwrap();
    match place {
        HitTarget::Pane(pane) => s.model.focus == pane,
        HitTarget::TreeRow(row) => s.model.focus == Pane::Tree && s.model.tree.cursor() == row,
        HitTarget::Tab(tab) => s.model.focus == Pane::Request && open.tab == tab,
        HitTarget::ResponseTab(tab) => s.model.focus == Pane::Response && s.model.response_tab == tab,
        HitTarget::Field(EditorField::Url | EditorField::Method) => s.model.focus == Pane::Url,
        HitTarget::WorkspaceTab(tab) => s.model.workspace_editor.tab == tab,
        HitTarget::WorkspaceRow(row) => s.model.workspace_editor.line() == row,
        HitTarget::Field(field) => s.model.focus == Pane::Request && open.field() == Some(field),
    }
}

#[test]
fn a_click_goes_to_every_place() {
    let s = answered();
    let areas = s.model.areas().unwrap();
    let all = hit_test::all(&s.model, &areas);
    assert!(all.len() > 15, "{all:?}");
    for place in all {
        let mut s = answered();
        let area = hit_test::area(&s.model, &areas, place).unwrap();
        for x in [area.x, area.x + area.width / 2, area.right() - 1] {
            s.press("1");
            s.model.editing = None;
            s.click(x, area.y);
            let folder = matches!(place, HitTarget::TreeRow(row) if s.model.tree.at(row).unwrap().folder);
            if place == HitTarget::Field(EditorField::Url) && x == area.x {
                assert!(matches!(s.model.overlays[..], [Overlay::Pick(_)]), "the method is picked");
                s.press("esc");
                continue;
            }
            assert!(is_at(&s, place) || folder, "{place:?} at {x},{}: {}", area.y, s.shown());
            if matches!(place, HitTarget::TreeRow(_)) {
                break;
            }
        }
    }
}

#[test]
fn a_letter_goes_to_every_place() {
    let mut s = answered();
    s.press("f");
    let Some(Overlay::Jump(targets)) = s.model.overlays.last().cloned() else { panic!("no letters") };
    let mut letters: Vec<char> = targets.iter().map(|(letter, _)| *letter).collect();
    letters.sort_unstable();
    letters.dedup();
    assert_eq!(letters.len(), targets.len(), "each letter once");
    for (letter, place) in targets {
        let mut s = answered();
        s.press("f").text(&letter.to_string());
        assert!(s.model.overlays.is_empty());
        let folder = matches!(place, HitTarget::TreeRow(row) if s.model.tree.at(row).unwrap().folder);
        assert!(is_at(&s, place) || folder, "{letter} {place:?}");
    }
    // A letter without a target, and escape, only close.
    for key in ["esc", "0"] {
        let mut s = answered();
        s.press("f");
        s.press(key);
        assert!(s.model.overlays.is_empty() && s.model.focus == Pane::Tree);
    }
}

#[test]
fn a_second_click_edits_and_a_click_into_the_field_moves_the_cursor() {
    let mut s = Screen::on("plain.toml");
    let (x, y) = s.find("https://example.com/");
    s.click(x, y);
    assert!(s.model.focus == Pane::Url && s.model.editing.is_none());
    s.click(x, y);
    assert_eq!(s.model.edited_field(), Some(EditorField::Url));
    s.text("x").click(x + 2, y);
    assert!(s.model.editing.is_some());
    s.text("y");
    assert_eq!(s.request().url, "htytps://example.com/x");
}

#[test]
fn a_click_on_the_bottom_lines_or_the_method_does_what_they_say() {
    let mut s = answered();
    let last = s.model.size.1 - 1;
    let at = |s: &Screen, text: &str| s.lines()[usize::from(last)].find(text).map(|x| x as u16).unwrap();
    s.click(at(&s, "Send"), last);
    assert!(s.take().iter().any(|effect| matches!(effect, Effect::Task(TaskEffect::Send { .. }))));

    // The mark of editing shifts the keys.
    s.press("2 enter");
    s.click(at(&s, "End editing"), last);
    assert!(s.model.editing.is_none());

    let (_, who) = s.find("env: none");
    s.click(s.model.size.0 - 3, who);
    assert!(matches!(s.model.overlays[..], [Overlay::Pick(_)]), "{}", s.shown());
    // Keys of an overlay as well, and nothing below it.
    s.click(0, who);
    assert_eq!(s.model.overlays.len(), 1);
    s.click(at(&s, "Close"), last);
    assert!(s.model.overlays.is_empty());

    let (x, y) = s.find("GET  {{function_url}}");
    s.click(x, y);
    assert!(matches!(&s.model.overlays[..], [Overlay::Pick(picker)] if picker.title.contains("ethod")));
}

#[test]
fn the_wheel_scrolls_what_is_under_it() {
    let mut s = answered();
    let (x, y) = s.find("line 0");
    s.mouse(MouseKind::WheelDown, x, y);
    assert_eq!(s.model.exchange().unwrap().view.scroll, 3);
    assert_eq!(s.model.focus, Pane::Tree, "the wheel moves no focus");
    for _ in 0..200 {
        s.mouse(MouseKind::WheelDown, x, y);
    }
    assert!(s.shown().contains("line 199"), "{}", s.shown());
    for _ in 0..200 {
        s.mouse(MouseKind::WheelUp, x, y);
    }
    assert!(s.shown().contains("line 0"));
}

#[test]
fn the_mouse_does_not_reach_below_an_overlay() {
    let mut s = answered();
    s.press("?");
    let focus = s.model.focus;
    for (x, y) in [(0, 0), (70, 10), (139, 39)] {
        s.click(x, y);
    }
    assert!(matches!(s.model.overlays[..], [Overlay::Help(_)]));
    assert_eq!(s.model.focus, focus);
    assert!(s.take().is_empty());
}

#[test]
fn overlays_are_a_stack_and_close_one_by_one() {
    let mut s = Screen::on("plain.toml");
    s.press("2 enter").text("x").press("f1");
    assert!(s.model.editing.is_some());
    s.tell(Msg::FileExists { file: "a".into(), body: crate::io::body::BodyView::default() });
    s.tell(Msg::FileExists { file: "b".into(), body: crate::io::body::BodyView::default() });
    assert_eq!(s.model.overlays.len(), 3);
    s.press("n");
    assert!(s.shown().contains("a exists"));
    s.press("esc");
    assert!(matches!(s.model.overlays[..], [Overlay::Help(_)]));
    s.press("q");
    assert!(s.model.overlays.is_empty() && !s.model.waiting.is_quitting());
    // The field below is still being edited.
    s.text("q");
    assert_eq!(s.request().url, "https://example.com/xq");
}

#[test]
fn help_ends_where_its_text_ends() {
    let mut s = Screen::new();
    s.press("? G");
    let bottom = s.shown();
    s.press("k");
    assert_ne!(s.shown(), bottom, "one step up shows at once");
    s.press("G");
    assert_eq!(s.shown(), bottom);
    s.press("g g");
    assert!(matches!(s.model.overlays[..], [Overlay::Help(0)]));
}

#[test]
fn another_size_keeps_cursor_and_text_in_view() {
    let mut s = answered();
    s.open("plain.toml");
    s.tell(Msg::Resize(120, 10));
    assert!(s.lines()[1..9].iter().any(|line| line.contains("plain")), "{}", s.shown());
    s.tell(Msg::Resize(10, 4));
    assert!(s.shown().contains("signpost"), "{}", s.shown());
    s.press("2 enter").text("x");
    s.tell(Msg::Resize(80, 24));
    assert_eq!(s.request().url, "https://example.com/x");
    assert!(s.shown().contains("https://example.com/x"));
}

#[test]
fn another_width_wraps_a_body_anew() {
    let mut s = Screen::on("plain.toml");
    s.answered(200, &[("content-type", "text/plain")], "word ".repeat(100).as_bytes());
    s.press("4 Z");
    s.settle();
    let rows = |s: &Screen| s.model.exchange().unwrap().document.index.as_ref().unwrap().len();
    let wide = rows(&s);
    s.tell(Msg::Resize(60, 40));
    s.settle();
    assert!(rows(&s) > wide, "{} {wide}", rows(&s));
}

#[test]
fn tabs_show_from_their_top() {
    let mut s = answered();
    s.press("4 ] G ]");
    assert_eq!(s.model.response_scroll, 0);
    assert_eq!(s.model.response_tab, ResponseTab::Diagnosis);
    s.press("3");
    s.model.shown_mut().unwrap().tab = Tab::Params;
    s.press("j j [ ]");
    assert_eq!(s.model.shown().unwrap().line(), 2, "a request's tab keeps its cursor");
}

#[test]
fn a_click_waits_for_the_request_that_is_being_read_as_a_key_does() {
    let mut s = Screen::on("plain.toml");
    s.press("3").model.shown_mut().unwrap().tab = Tab::Headers;
    let new_header = s.find("+ add a header");
    s.press("1");
    s.take();
    s.answers = false;
    s.press("k");
    let effects = s.take();
    let open = effects
        .iter()
        .find(|e| matches!(e, Effect::Disk(DiskEffect::Open { .. })))
        .expect("a request is read");
    s.click(new_header.0, new_header.1).click(new_header.0, new_header.1);
    assert_eq!((s.model.focus, s.model.editing.is_none()), (Pane::Tree, true));
    assert!(
        s.model.open_requests["plain.toml"].request.headers.is_empty(),
        "the click was meant for the other"
    );
    let answer = s.answer(open).unwrap();
    s.answers = true;
    s.tell(answer);
    assert_ne!(s.model.current.as_deref(), Some("plain.toml"));
    assert!(s.model.editing.is_some() && s.request().headers.len() == 1, "{}", s.shown());
    // The tree is walked meanwhile.
    s.press("esc 1");
    s.answers = false;
    s.press("k");
    let row = s.find("plain");
    s.click(row.0, row.1);
    assert_eq!(s.model.tree.current().map(|node| node.path.as_str()), Some("plain.toml"));
}
