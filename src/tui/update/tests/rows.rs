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
