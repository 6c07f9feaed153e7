//! What is seen while reading: where one is, what is still coming, what went wrong.

use ratatui::layout::Position;
use ratatui::style::{Color, Modifier};

use crate::config::theme::{Role, Theme, ThemeName};
use crate::core::exchange::{Field, Outcome};
use crate::io::body::BodyView;
use crate::tui::model::field::EditorField;
use crate::tui::mouse::MouseKind;
use crate::tui::msg::{Msg, Report};
use crate::tui::testing::{Screen, end, head, problem};

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

/// A screen with a response of this many numbers, the keys in the response.
fn numbers(count: usize) -> Screen {
    let mut s = Screen::on("plain.toml");
    let all: Vec<String> = (0..count).map(|n| n.to_string()).collect();
    s.answered(200, JSON, format!("[{}]", all.join(",")).as_bytes());
    s.press("4");
    s
}

/// The line that says how the body is looked at.
fn said(s: &Screen) -> String {
    let line = s.lines().into_iter().find(|line| line.contains(", pretty"));
    line.unwrap_or_else(|| panic!("no such line:\n{}", s.shown()))
}

#[test]
fn a_new_request_is_not_wrong_before_it_is_sent_and_then_says_what_to_do() {
    let mut s = Screen::on("plain.toml");
    s.press("ctrl-n");
    assert!(!s.shown().contains("URL is empty"), "{}", s.shown());
    s.press("esc");
    let id = s.send();
    let end = end(Outcome::NotSent(vec![problem(Field::Url, "the URL is empty", "Type one.")]), 0);
    s.tell(Msg::Send { id, report: Report::End(Box::new(end)) });
    assert!(s.shown().contains("✗ the URL is empty. Type one"), "{}", s.shown());
}

/// The text of the cells that are underlined outside the tree.
fn underlined(s: &Screen) -> String {
    let (cells, tree) = (s.draw(), s.model.areas().and_then(|areas| areas.tree).unwrap_or_default());
    let is_underlined = |place: &Position| cells[*place].modifier.contains(Modifier::UNDERLINED);
    let places = cells.area.positions().filter(|place| !tree.contains(*place));
    places.filter(is_underlined).map(|place| cells[place].symbol().to_owned()).collect()
}

#[test]
fn the_pair_of_brackets_at_the_cursor_stands_out() {
    let mut s = Screen::on("post.toml");
    s.press("3");
    s.model.shown_mut().unwrap().go_to(EditorField::BodyText);
    s.press("enter ctrl-a").text("[\"]\", {}]").press("home");
    assert_eq!(underlined(&s), "[]");
    s.press("end left");
    assert_eq!(underlined(&s), "[]", "the one under the cursor before the one before it");
    s.press("left");
    assert_eq!(underlined(&s), "{}");
    s.press("home right right");
    assert_eq!(underlined(&s), "", "a string holds no brackets");
}

#[test]
fn the_cursor_of_the_tree_is_seen_behind_the_name_too() {
    for theme in [ThemeName::Dark, ThemeName::Light] {
        let mut s = Screen::on("post.toml");
        s.model.use_theme(theme);
        let selection = match Theme::new(theme, &[]).style(Role::Selection).bg {
            crate::config::theme::Color::Rgb(r, g, b) => Color::Rgb(r, g, b),
            other => panic!("{other:?}"),
        };
        let (x, y) = s.find("POST post");
        let cells = s.draw();
        for column in x..x + 9 {
            assert_eq!(cells[(column, y)].bg, selection, "{theme:?} column {column}");
        }
        s.press("4");
        assert!(s.draw()[(x + 5, y)].modifier.contains(Modifier::UNDERLINED));
    }
}

#[test]
fn in_the_theme_without_colour_only_the_selection_is_reversed() {
    let mut s = Screen::on("plain.toml");
    s.answered(403, &[], b"");
    s.open("post.toml");
    s.model.use_theme(ThemeName::Mono);
    let (x, y) = s.find("✗403");
    assert!(!s.draw()[(x, y)].modifier.contains(Modifier::REVERSED));
}

#[test]
fn the_theme_follows_the_terminals_word_once_and_not_after_a_choice() {
    let mut s = Screen::new();
    s.tell(Msg::Background { light: true });
    assert_eq!(s.model.theme_name, ThemeName::Dark);
    s.model.theme_is_guess = true;
    s.tell(Msg::Background { light: true });
    assert_eq!(s.model.theme_name, ThemeName::Light);
    s.model.theme_is_guess = true;
    s.press("T").tell(Msg::Background { light: true });
    assert_eq!(s.model.theme_name, ThemeName::Dark);
}

#[test]
fn the_tree_follows_its_content_and_is_resized_by_key_and_by_dragging() {
    let width = |s: &Screen| s.model.areas().unwrap().tree.unwrap().width;
    let mut s = Screen::sized(200, 40);
    assert_eq!(width(&s), 38);
    s.disk.get_mut("plain.toml").unwrap().name = Some("Permit everything on the function of the demo".into());
    s.model.tree.outdate_labels();
    s.list();
    assert!(width(&s) > 50);
    assert!(s.shown().contains("GET  Permit everything on the function of the demo"));
    let before = width(&s);
    s.press("<");
    assert_eq!(width(&s), before - 4);
    s.press("> >");
    assert_eq!(width(&s), before + 4);
    s.click(before + 4, 10).mouse(MouseKind::Drag, 69, 12).mouse(MouseKind::Release, 69, 12);
    assert_eq!(width(&s), 70);
    s.mouse(MouseKind::Drag, 20, 12);
    assert_eq!(width(&s), 70);
}

#[test]
fn a_network_failure_is_said_once_and_explained() {
    let mut s = Screen::on("plain.toml");
    s.answered(200, &[], b"");
    assert!(s.shown().contains("✓200"));
    let id = s.send();
    assert!(!s.shown().contains("✓200"));
    let refused = problem(Field::Url, "example.com:443 refused the connection", "Check the port.");
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(Outcome::Network(refused), 0))) });
    assert_eq!(s.shown().matches("refused the connection").count(), 1);
    assert!(s.shown().contains("✗ no response") && s.shown().contains("✗ --"));
    s.press("4 ] ]");
    assert!(s.shown().contains("cause   example.com:443 refused the connection"));
    assert!(s.shown().contains("hint    Check the port."));
}

#[test]
fn a_failure_of_another_request_is_said_with_its_name() {
    let mut s = Screen::on("plain.toml");
    let id = s.send();
    s.open("post.toml");
    let refused = problem(Field::Url, "the connection was refused", "");
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(Outcome::Network(refused), 0))) });
    assert_eq!(s.notice(), "plain: the connection was refused");
}

#[test]
fn the_last_search_is_replaced_by_typing() {
    let mut s = numbers(100);
    s.press("/").text("12").press("enter");
    s.settle();
    s.press("/").text("34").press("enter");
    s.settle();
    assert!(said(&s).contains("/34: 1/1"), "{}", said(&s));
    s.press("/ end ctrl-u").text("9").press("enter");
    s.settle();
    assert!(said(&s).contains("/9: "), "{}", said(&s));
}

#[test]
fn what_authenticates_an_unsigned_request_is_said() {
    let s = Screen::on("api/token.toml");
    assert!(s.shown().contains("● bearer token"));
    let mut s = Screen::on("api/form.toml");
    assert!(s.shown().contains("○ unsigned"));
    s.model.shown_mut().unwrap().inherited.0.kind = crate::core::request::AuthKind::Bearer;
    assert!(s.shown().contains("● bearer token  from signpost.toml"));
}

#[test]
fn undo_says_what_it_took_back_and_shows_it() {
    let mut s = Screen::on("hello.toml");
    s.press("3 ] ] ] space [ 4 u");
    assert_eq!(s.notice(), "Undone: header accept");
    assert!(s.shown().contains("[Headers 1]"));
    s.press("U");
    assert_eq!(s.notice(), "Redone: header accept");
    s.open("post.toml");
    s.press("2 enter").text("x").press("esc u");
    assert_eq!(s.notice(), "Undone: URL");
}

#[test]
fn the_row_on_the_screen_is_said_with_its_share_and_a_bar() {
    let mut s = numbers(10_000);
    assert!(said(&s).contains("row 1 of 10,002 (0 %)"), "{}", said(&s));
    assert!(s.shown().contains(" ↓ 9,"));
    let (x, top) = s.find("█");
    s.press("G");
    assert!(said(&s).contains("(100 %)"), "{}", said(&s));
    assert!(!s.shown().contains('↓'));
    assert!(s.find("█").1 > top && s.find("█").0 == x);
    s.press("g r").text("5,000").press("enter");
    assert!(said(&s).contains("row 5,000 of"), "{}", said(&s));
    s.press("g r").text("50%").press("enter");
    assert!(said(&s).contains("(50 %)"), "{}", said(&s));
    s.press("g r").text("many").press("enter");
    assert!(s.notice().contains("neither a row nor a percentage"));
}

#[test]
fn a_body_that_is_still_formatted_is_not_called_invalid_and_its_end_is_followed() {
    let mut s = Screen::on("plain.toml");
    let id = s.send();
    s.tell(Msg::Send { id, report: Report::Head(Box::new(head(200, JSON))) });
    let all: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
    let body = format!("[{}]", all.join(",")).into_bytes();
    s.tell(Msg::Send { id, report: Report::Body(BodyView::from(body[..2000].to_vec())) });
    s.settle();
    s.press("4 G");
    s.tell(Msg::Send { id, report: Report::Body(BodyView::from(body.clone())) });
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(Outcome::Answered, body.len() as u64))) });
    let generation = s.model.exchange().unwrap().document.generation;
    s.tell(Msg::Indexing { id, generation, done: body.len() as u64 / 2 });
    let line = said(&s);
    assert!(line.contains("formatting 49 %") && !line.contains("not valid"), "{line}");
    s.settle();
    assert!(s.shown().contains("  999\n") || s.shown().contains("  999 "), "{}", s.shown());
    assert!(said(&s).contains("of 1,002 (100 %)"), "{}", said(&s));
}

/// What STS returns, as documented.
const SESSION: &str = "<GetSessionTokenResponse><GetSessionTokenResult><Credentials>\
    <SessionToken>FwoGZXIvYXdzEXAMPLETOKENthatMustNotBeSeen</SessionToken>\
    <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY</SecretAccessKey>\
    <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>\
    </Credentials></GetSessionTokenResult></GetSessionTokenResponse>";

#[test]
fn credentials_in_a_response_are_masked_in_every_layout_until_they_are_revealed() {
    let json = r#"{"roleCredentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","secretAccessKey":"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY","sessionToken":"FwoGZXIvYXdzEXAMPLETOKENthatMustNotBeSeen"}}"#;
    for (kind, body) in [("text/xml", SESSION), ("application/json", json)] {
        for wrap in [false, true] {
            let mut s = Screen::on("plain.toml");
            s.answered(200, &[("content-type", kind)], body.as_bytes());
            s.press("4 z");
            if wrap {
                s.press("Z");
                s.settle();
            }
            for layout in ["pretty", "raw", "hex"] {
                let shown = s.shown();
                for secret in ["wJalr", "CYEXAMPLEKEY", "FwoG", "77 4a 61 6c", "MustNot"] {
                    assert!(!shown.contains(secret), "{kind}, {layout}, {wrap}: {secret}\n{shown}");
                }
                assert!(shown.contains("••••") && (layout != "pretty" || shown.contains("ASIAIOSFODNN7")));
                s.press("p");
                s.settle();
            }
            s.press("*");
            assert!(s.shown().contains("FwoGZXIvYXdzEXAMPLETOKEN"));
        }
    }
}

#[test]
fn hex_fits_its_pane_and_scrolls_sideways() {
    let mut s = Screen::sized(80, 24);
    s.open("plain.toml");
    s.answered(200, &[("content-type", "image/png")], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    s.press("4");
    assert!(s.shown().contains("89 50 4e 47 0d 0a 1a 0a  00 00 00 0d 49 48 44 52  .PNG........IHDR"));
    s.tell(Msg::Resize(60, 24));
    assert!(!s.shown().contains("IHDR"));
    s.press("l l l l l l");
    assert!(s.shown().contains("52  .PNG........IHDR"), "{}", s.shown());
    s.press("Z");
    s.settle();
    assert!(s.shown().contains("00000008  00 00 00 0d 49 48 44 52  ....IHDR"), "{}", s.shown());
}

#[test]
fn a_long_value_goes_on_indented_and_its_comma_is_never_alone() {
    for length in 40..70 {
        let mut s = Screen::sized(60, 24);
        s.open("plain.toml");
        let body = format!("{{\"key\":\"{}\",\"next\":1}}", "x".repeat(length));
        s.answered(200, JSON, body.as_bytes());
        s.press("4 Z");
        s.settle();
        let lines = s.lines();
        let row = lines.iter().position(|line| line.contains("\"key\"")).unwrap();
        let after = lines[row + 1].trim_matches(['┃', '█']);
        assert!(after.starts_with("      ") || after.contains("\"next\""), "{length}: {after}");
        assert!(!lines.iter().any(|line| line.trim_matches(['┃', ' ']) == ","), "{length}\n{}", s.shown());
    }
}

#[test]
fn the_timeline_names_signing_and_a_kept_connection() {
    let mut s = Screen::on("hello.toml");
    let id = s.send();
    let mut head = head(200, &[]);
    (head.timing.resolve, head.timing.connect) = (None, None);
    let end = crate::core::exchange::End { timing: head.timing, ..end(Outcome::Answered, 0) };
    s.tell(Msg::Send { id, report: Report::Head(Box::new(head)) });
    s.tell(Msg::Send { id, report: Report::End(Box::new(end)) });
    s.press("4 [");
    assert!(s.shown().contains("sign") && s.shown().contains("0.3 ms"));
    assert!(s.shown().contains("kept from an earlier send"));
}

#[test]
fn the_seconds_of_a_send_are_shown_and_nothing_wakes_the_screen_in_between() {
    let mut s = Screen::on("plain.toml");
    assert_eq!(s.model.next_change(), None);
    s.send();
    assert!(s.shown().contains("… connecting  x cancels"));
    assert_eq!(s.model.next_change(), Some(std::time::Duration::from_secs(1)));
    s.pause();
    assert!(s.shown().contains("… connecting 1 s  x cancels"));
    s.pause();
    assert!(s.shown().contains("… connecting 2 s"));
    s.open("post.toml");
    assert_eq!(s.model.next_change(), None);
}
