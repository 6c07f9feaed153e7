//! Rows: their descriptions.

use crate::core::request::{Request, Row};
use crate::tui::model::field::{Column, EditorField, Tab, Table};
use crate::tui::testing::Screen;

fn row(name: &str, value: &str, description: &str) -> Row {
    Row { description: description.into(), ..Row::new(name, value) }
}

/// A screen of this size with a request of two query rows, the first one described.
fn described(width: u16, height: u16) -> Screen {
    let mut s = Screen::sized(width, height);
    let params = vec![row("q", "1", "the search words"), Row::new("page", "2")];
    let request = Request { url: "http://h/".into(), params, ..Request::default() };
    s.disk.insert("plain.toml".into(), request);
    s.open("plain.toml");
    s.model.shown_mut().unwrap().tab = Tab::Params;
    s.press("3");
    s
}

#[test]
fn a_wide_pane_has_a_column_for_descriptions() {
    for (width, height) in [(160, 45), (80, 24)] {
        let s = described(width, height);
        let shown = s.shown();
        let line = shown.lines().find(|line| line.contains("☑ q")).unwrap();
        assert!(line.contains("1") && line.contains("the search"), "{shown}");
        // In full, wherever its column is too narrow.
        assert!(shown.contains("the search words"), "{shown}");
    }
}

#[test]
fn a_narrow_pane_shows_the_description_of_the_current_row_below() {
    let s = described(50, 15);
    let shown = s.shown();
    let line = shown.lines().find(|line| line.contains("☑ q")).unwrap();
    assert!(!line.contains("search"), "{shown}");
    assert!(shown.contains("the search words"), "{shown}");
}

#[test]
fn a_description_is_reached_with_the_arrows_and_edited_at_every_size() {
    for (width, height) in [(160, 45), (80, 24), (60, 15), (50, 15)] {
        let mut s = described(width, height);
        s.press("j right");
        let cell = EditorField::Cell(Table::Params, 1, Column::Description);
        assert_eq!(s.model.shown().unwrap().field(), Some(cell));
        s.press("enter").text("from 1");
        assert!(s.shown().contains("from 1"), "{}", s.shown());
        s.press("esc left");
        assert_eq!(s.request().params[1], row("page", "2", "from 1"));
        s.press("u");
        assert_eq!(s.request().params[1], Row::new("page", "2"));
    }
}

#[test]
fn tab_goes_from_a_description_to_the_next_row() {
    let mut s = described(160, 45);
    s.press("D tab").text("x");
    assert_eq!(s.request().params[1].name, "pagex");
}

#[test]
fn a_description_stays_when_the_url_is_typed_and_is_never_sent() {
    let mut s = described(160, 45);
    s.press("2 enter").text("3").press("esc");
    assert_eq!(s.request().params, [row("q", "1", "the search words"), Row::new("page", "23")]);
    assert!(!s.model.shown().unwrap().preview.url.as_deref().unwrap_or_default().contains("search"));
}

/// A screen whose request has this URL and these path variables.
fn with_path(url: &str, path: &[(&str, &str)]) -> Screen {
    let mut s = Screen::sized(100, 30);
    let path = path.iter().map(|(name, value)| Row::new(*name, *value)).collect();
    s.disk.insert("plain.toml".into(), Request { url: url.into(), path, ..Request::default() });
    s.open("plain.toml");
    s.model.shown_mut().unwrap().tab = Tab::Params;
    s.press("2");
    s
}

#[test]
fn a_path_variable_that_is_typed_gets_a_row_and_tab_goes_to_its_value() {
    let mut s = with_path("", &[]);
    s.press("enter").text("http://h/users/:id/posts/:post-id");
    assert_eq!(s.request().path, [Row::new("id", ""), Row::new("post-id", "")]);
    assert!(s.shown().contains("Path variables"), "{}", s.shown());
    assert!(s.shown().contains(":post-id"), "{}", s.shown());
    s.press("tab").text("4/2").press("tab").text("7").press("esc");
    assert_eq!(s.request().path, [Row::new("id", "4/2"), Row::new("post-id", "7")]);
}

#[test]
fn enter_in_the_url_sends_nothing_while_a_path_variable_has_no_value() {
    let mut s = with_path("", &[]);
    s.press("enter").text("http://h/:id").press("enter");
    assert!(s.model.exchange().is_none());
    s.press("esc 3 j");
    assert!(s.shown().contains("the path variable id has no value"), "{}", s.shown());
}

#[test]
fn a_literal_name_stays_literal_until_it_is_given_a_value() {
    let mut s = with_path("http://h/:id", &[]);
    assert!(s.shown().contains("+ give :id a value"), "{}", s.shown());
    s.press("enter").text("/x").press("esc");
    assert_eq!(s.request().path, []);
    s.press("3 enter").text("42").press("esc");
    assert_eq!(s.request().path, [Row::new("id", "42")]);
    s.press("space");
    assert!(s.request().path[0].off);
    s.press("d");
    assert_eq!(s.request().path, []);
}

#[test]
fn renaming_in_the_url_or_in_the_row_keeps_the_value() {
    let mut s = with_path("http://h/:id", &[("id", "42")]);
    s.press("enter backspace backspace").text("user").press("esc");
    assert_eq!(
        (s.request().url.as_str(), &s.request().path[..]),
        ("http://h/:user", &[Row::new("user", "42")][..])
    );
    s.press("3 j left enter").text("-id").press("esc");
    assert_eq!(s.request().url, "http://h/:user-id");
    s.press("enter").text("!").press("esc");
    assert!(s.notice().contains("begins with a letter"), "{}", s.notice());
    s.press("backspace esc u");
    assert_eq!(s.request().url, "http://h/:user");
}
