//! Colours, and what is seen without them.

use ratatui::style::{Color, Modifier};

use crate::config::theme::ThemeName;
use crate::core::request::fields::{AuthField, RequestField};
use crate::tui::model::field::{EditorField, Tab};
use crate::tui::testing::Screen;
use crate::tui::view::tests::{THEMED, auth, fine, forbidden};

#[test]
fn sixteen_only_uses_the_terminals_own_colours() {
    for state in THEMED {
        let mut s = Screen::sized(120, 40);
        s.model.use_theme(ThemeName::Sixteen);
        state(&mut s);
        for cell in s.draw().content() {
            for color in [cell.fg, cell.bg] {
                assert!(matches!(color, Color::Reset | Color::Indexed(0..=15)), "{color:?}");
            }
        }
    }
}

#[test]
fn mono_has_no_colours_and_the_same_text() {
    for state in THEMED {
        let mut s = Screen::sized(120, 40);
        state(&mut s);
        let coloured = s.shown();
        s.model.use_theme(ThemeName::Mono);
        assert_eq!(s.shown(), coloured);
        for cell in s.draw().content() {
            assert_eq!((cell.fg, cell.bg, cell.underline_color), (Color::Reset, Color::Reset, Color::Reset));
        }
    }
}

#[test]
fn focus_status_and_selection_are_visible_without_colour() {
    let mut s = Screen::sized(120, 40);
    s.model.use_theme(ThemeName::Mono);
    // Focus: only the border of the focused pane is thick.
    for (key, corner) in [("1", "┏ sample"), ("2", "┏ Say hello"), ("3", "┏ Params"), ("4", "┏ Response")]
    {
        s.press(key);
        let shown = s.shown();
        assert!(shown.contains(corner) || shown.contains(&corner.replace("┏ ", "┏[")), "{key}: {shown}");
        assert_eq!(shown.matches('┏').count(), 1);
    }
    // Selection: the line under the cursor is reversed.
    s.press("1");
    let (x, y) = s.find("GET  Say hello");
    assert!(s.draw()[(x, y)].modifier.contains(Modifier::REVERSED));
    assert!(!s.draw()[(x, y + 1)].modifier.contains(Modifier::REVERSED));
    // Status: a word, and another mark for a refusal.
    fine(&mut s);
    assert!(s.shown().contains("✓ 200 OK") && s.shown().contains("✓200"), "{}", s.shown());
    let ok = s.find("✓ 200 OK");
    forbidden(&mut s);
    assert!(s.shown().contains("✗ 403 Forbidden") && s.shown().contains("✗403"));
    assert!(s.draw()[ok].modifier.contains(Modifier::REVERSED));
}

#[test]
fn a_region_with_a_reference_shows_its_value() {
    let mut s = Screen::on("hello.toml");
    s.model.workspace.variables.insert("region".into(), "eu-north-1".into());
    auth(&mut s);
    s.model.shown_mut().unwrap().go_to(EditorField::Line(RequestField::Auth(AuthField::Region)));
    s.press("enter").text("{{region}}").press("esc");
    let (x, y) = s.find("= eu-north-1");
    assert!(s.lines()[usize::from(y)].contains("Region          {{region}}  = eu-north-1"), "{}", s.shown());
    assert!(s.draw()[(x, y)].fg == s.draw()[s.find("Service")].fg, "it is dim as labels are");
}

#[test]
fn the_text_of_a_body_is_marked_when_focused() {
    let mut s = Screen::on("post.toml");
    s.press("3");
    s.model.shown_mut().unwrap().go_to(EditorField::BodyText);
    assert!(s.shown().contains("› {"), "{}", s.shown());
    let before = s.find("\"name\"");
    s.press("enter");
    assert_eq!(s.find("\"name\""), before, "the text stays where it is");
    s.press("esc k");
    assert!(s.shown().contains("› Body") && !s.shown().contains("› {"), "{}", s.shown());
}

#[test]
fn a_problem_is_marked_in_its_field_with_the_reason() {
    let mut s = Screen::on("plain.toml");
    s.press("2 enter ctrl-u").text("https://exa mple.com/{{nobody}}").press("esc");
    let border = s.lines()[2].clone();
    assert!(border.contains("✗ ") && border.contains("nobody"), "{}", s.shown());
    s.open("post.toml");
    s.press("3");
    s.model.shown_mut().unwrap().go_to(EditorField::BodyText);
    s.press("enter").text("{{gone}}").press("esc");
    assert!(s.shown().lines().any(|line| line.contains("━ ✗") || line.contains("┗ ✗")), "{}", s.shown());
    s.open("hello.toml");
    s.press("3");
    s.model.shown_mut().unwrap().tab = Tab::Headers;
    s.press("a").text("bad name").press("tab").text("x").press("esc");
    let (_, y) = s.find("☑ bad name");
    assert!(s.lines()[usize::from(y)].contains('✗'), "{}", s.shown());
    assert!(s.lines()[usize::from(y) + 3].contains("bad name"), "{}", s.shown());
}
