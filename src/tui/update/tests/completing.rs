//! Words that are offered while typing.

use crate::core::request::Row;
use crate::core::request::fields::AuthField;
use crate::tui::effect::{Effect, TaskEffect};
use crate::tui::model::field::{Column, EditorField, Tab, Table};
use crate::tui::model::used_names::UsedNames;
use crate::tui::msg::Msg;
use crate::tui::testing::Screen;

/// A screen on which a new header is being typed.
fn new_header() -> Screen {
    let mut s = Screen::on("plain.toml");
    s.press("3");
    s.model.shown_mut().unwrap().tab = Tab::Headers;
    s.press("a");
    s
}

fn header(s: &Screen, row: usize) -> (String, String) {
    let row = &s.request().headers[row];
    (row.name.clone(), row.value.clone())
}

fn offered(s: &Screen) -> Vec<&str> {
    let completion = s.model.editing.as_ref().and_then(|editing| editing.completion.as_ref());
    completion.map_or(Vec::new(), |list| list.words.iter().map(|word| word.text.as_str()).collect())
}

#[test]
fn a_header_is_written_with_its_first_letters() {
    let mut s = new_header();
    s.text("conte");
    assert_eq!(offered(&s)[0], "content-type");
    s.text("nt-ty").press("right");
    assert_eq!(header(&s, 0).0, "content-type");
    // Its value offers the media types before a letter is typed.
    s.press("tab");
    assert!(s.shown().contains("application/json"), "{}", s.shown());
    s.text("form").press("down enter");
    assert_eq!(header(&s, 0).1, "application/x-www-form-urlencoded");
    assert!(s.model.editing.is_some(), "Enter took the word, and nothing else");
    s.press("enter");
    assert!(s.model.editing.is_none());
}

#[test]
fn what_is_typed_fast_stays_as_it_was_typed() {
    for (keys, ends) in [("tab", false), ("enter", true), ("down up enter", true)] {
        let mut s = new_header();
        s.text("acc").press(keys);
        assert_eq!(header(&s, 0), ("acc".into(), String::new()), "{keys}");
        assert_eq!(s.model.editing.is_none(), ends, "{keys}");
    }
    let mut s = new_header();
    s.text("accept").press("tab").text("application/j").press("tab").text("x-other");
    assert_eq!(header(&s, 0), ("accept".into(), "application/j".into()));
    assert_eq!(header(&s, 1).0, "x-other");
}

#[test]
fn a_marked_word_is_taken_on_the_way_to_the_next_field() {
    let mut s = new_header();
    s.text("cache").press("down tab").text("no-st").press("right enter");
    assert_eq!(header(&s, 0), ("cache-control".into(), "no-store".into()));
}

#[test]
fn escape_closes_the_list_and_stays_in_the_field() {
    let mut s = new_header();
    s.text("acc").press("esc");
    assert!(offered(&s).is_empty() && s.model.editing.is_some());
    s.press("left right");
    assert!(offered(&s).is_empty(), "the cursor alone doesn't open it again");
    s.text("e");
    assert!(offered(&s).contains(&"accept"));
    s.press("esc esc");
    assert!(s.model.editing.is_none());
    assert_eq!(header(&s, 0).0, "acce");
}

#[test]
fn the_cursor_inside_a_text_moves_right_and_takes_nothing() {
    let mut s = new_header();
    s.text("acc").press("left right right");
    assert_eq!(header(&s, 0).0, "accept", "at the end it does");
    let mut s = new_header();
    s.text("acc").press("home right");
    assert_eq!(header(&s, 0).0, "acc");
}

#[test]
fn a_list_of_values_is_continued_after_its_comma() {
    let mut s = new_header();
    s.text("accept-encoding").press("tab").text("gzip, z").press("right");
    assert_eq!(header(&s, 0).1, "gzip, zstd");
}

#[test]
fn the_command_opens_the_list_before_a_letter_is_typed_and_takes_its_first_word() {
    let mut s = new_header();
    assert!(offered(&s).is_empty());
    s.press("ctrl-space");
    assert_eq!(offered(&s)[0], "accept");
    s.press("ctrl-space");
    assert_eq!(header(&s, 0).0, "accept");
    assert!(offered(&s).is_empty());
}

#[test]
fn a_click_takes_the_word_under_it() {
    let mut s = new_header();
    s.text("content-t");
    let (x, y) = s.find("content-type");
    s.click(x + 3, y);
    assert_eq!(header(&s, 0).0, "content-type");
    assert!(s.model.editing.is_some());
}

#[test]
fn names_used_before_are_offered_in_the_query() {
    let mut s = Screen::on("plain.toml");
    s.model.tree.go_to("hello.toml");
    s.open("hello.toml");
    s.press("1").open("plain.toml");
    s.press("2 enter").text("?de");
    let asked = |effect: &Effect| matches!(effect, Effect::Task(TaskEffect::ReadUsedNames { paths }) if paths.len() == 6);
    assert_eq!(s.take().iter().filter(|effect| asked(effect)).count(), 1, "once, and off the loop");
    let params = ["debug".to_owned(), "depth".to_owned()].into();
    s.tell(Msg::UsedNames(UsedNames { params, ..UsedNames::default() }));
    assert_eq!(offered(&s), ["debug=", "depth="]);
    s.press("right").text("1&dep").press("right").text("2").press("esc");
    assert_eq!(s.request().params, [Row::new("debug", "1"), Row::new("depth", "2")]);
    s.press("3");
    s.model.shown_mut().unwrap().tab = Tab::Params;
    s.press("a").text("ebu");
    assert_eq!(offered(&s), ["debug"]);
}

#[test]
fn a_name_that_is_being_typed_is_not_offered_to_itself() {
    let mut s = new_header();
    s.text("x-my-own");
    assert!(offered(&s).is_empty(), "{:?}", offered(&s));
    s.press("tab tab").text("x-my");
    assert_eq!(offered(&s), ["x-my-own"]);
}

#[test]
fn regions_and_services_are_offered_where_they_are_typed() {
    for (field, typed, word) in
        [(AuthField::Region, "eu-n", "eu-north-1"), (AuthField::Service, "secretsm", "secretsmanager")]
    {
        let mut s = Screen::on("hello.toml");
        s.press("3");
        s.model.shown_mut().unwrap().go_to(EditorField::Line(field.into()));
        s.press("enter").text(typed).press("right enter");
        let sigv4 = &s.request().auth.sigv4;
        assert!([&sigv4.region, &sigv4.service].contains(&&word.to_owned()), "{sigv4:?}");
    }
}

#[test]
fn references_show_their_source_and_no_secret() {
    let mut s = Screen::on("hello.toml");
    let layer = &mut s.model.shown_mut().unwrap().scope.layers[0];
    layer.values.insert("api_token".into(), "plainly-visible".into());
    s.press("2 enter ctrl-a").text("{{");
    let shown = s.shown();
    assert!(shown.contains("function_url") && shown.contains("(workspace)"), "{shown}");
    assert!(shown.contains("secret:stored") && shown.contains("env:HOME"), "{shown}");
    assert!(shown.contains("api_token") && !shown.contains("plainly-visible"), "{shown}");
    assert!(!shown.contains("/home/someone"), "{shown}");
    // A word that contains what was typed follows those that begin with it.
    s.text("url");
    assert_eq!(offered(&s), ["function_url"]);
    s.press("right");
    assert_eq!(s.request().url, "{{function_url}}");
}

#[test]
fn a_part_takes_a_media_type() {
    let mut s = Screen::on("api/form.toml");
    s.model.shown_mut().unwrap().request.body.kind = crate::core::request::BodyKind::Multipart;
    s.model.shown_mut().unwrap().go_to(EditorField::NewRow(Table::Parts));
    s.press("3 a").text("pic").press("tab").text("@a.png;type=image/p").press("right esc");
    assert_eq!(s.request().body.parts[0].content_type.as_deref(), Some("image/png"));
}

#[test]
fn the_list_stays_clear_of_the_text_at_every_size() {
    for (width, height) in [(160, 45), (120, 40), (80, 24), (60, 15)] {
        let mut s = Screen::sized(width, height);
        s.open("plain.toml");
        s.press("3");
        s.model.shown_mut().unwrap().tab = Tab::Headers;
        for _ in 0..30 {
            s.press("a").text("accep");
            assert!(!offered(&s).is_empty());
            let (x, y) = s.cursor().unwrap_or_else(|| panic!("no cursor at {width}x{height}"));
            let line = s.lines()[usize::from(y)].clone();
            assert!(line.contains("accep"), "{width}x{height} {x}:{y} {line:?}\n{}", s.shown());
            s.press("esc esc");
        }
        assert!(
            s.model
                .shown()
                .unwrap()
                .field()
                .is_some_and(|field| matches!(field, EditorField::Cell(Table::Headers, 29, Column::Name)))
        );
    }
}

#[test]
fn only_the_plain_keys_take_a_word() {
    for keys in ["shift-tab", "shift-enter", "alt-enter", "alt-tab"] {
        let mut s = Screen::on("plain.toml");
        s.press("2 enter ctrl-a").text("{{func").press(keys);
        assert_eq!(s.request().url, "{{func", "{keys}");
    }
}
