//! What everyday work shows: which tab holds what, what a name means, why something can't be sent.

use std::time::Duration;

use crate::config::theme::Role;
use crate::core::exchange::{Field, Outcome, Stage};
use crate::core::request::AuthKind;
use crate::tui::hit_test;
use crate::tui::model::field::Tab;
use crate::tui::model::overlay::HitTarget;
use crate::tui::model::response::ResponseTab;
use crate::tui::msg::{Msg, Report};
use crate::tui::testing::{Screen, end, head, problem, sent};
use crate::tui::view::style::Paint;

const SIZES: [(u16, u16); 3] = [(160, 45), (80, 24), (60, 15)];

#[test]
fn a_picker_stays_where_it_is_while_its_filter_is_typed() {
    for (width, height) in SIZES {
        let mut s = Screen::sized(width, height);
        s.press(":");
        let before = s.find("┏ Commands");
        for typed in ["s", "a", "v", "zzz"] {
            s.text(typed);
            assert_eq!(s.find("┏ Commands"), before, "{}", s.shown());
        }
    }
}

#[test]
fn the_timeline_shows_what_questions_took_apart_from_the_total() {
    let mut s = Screen::on("plain.toml");
    s.press("s");
    let id = s.model.exchange().unwrap().record.id;
    let mut ended = end(Outcome::Answered, 0);
    ended.timing.asked = Some(Duration::from_millis(14_900));
    s.tell(Msg::Send { id, report: Report::Head(Box::new(head(200, &[]))) });
    s.tell(Msg::Send { id, report: Report::End(Box::new(ended)) });
    s.press("4");
    s.model.response_tab = ResponseTab::Timeline;
    let shown = s.shown();
    let asked = shown.lines().find(|line| line.contains(" asked ")).unwrap_or_else(|| panic!("{shown}"));
    assert!(asked.contains("14.90 s") && asked.contains("not in the total"), "{asked}");
}

#[test]
fn how_a_request_is_sent_stands_under_settings_and_what_is_expected_under_expect() {
    for (width, height) in SIZES {
        let mut s = Screen::sized(width, height);
        s.press("3 [");
        assert_eq!(s.model.shown().unwrap().tab, Tab::Expect);
        assert!(s.shown().contains("Status is"), "{}", s.shown());
        assert!(!s.shown().contains("Certificate"), "{}", s.shown());
        s.press("] ]");
        for text in ["[Settings]", "Certificate", "Redirects", "Timeout (s)"] {
            assert!(s.shown().contains(text), "{text}\n{}", s.shown());
        }
        s.press("j enter down enter");
        assert_eq!(s.request().send.follow_redirects, Some(true));
        assert!(s.shown().contains("Settings•"), "{}", s.shown());
    }
}

#[test]
fn the_title_of_the_current_tab_is_shown_and_clicked_at_any_width() {
    for width in 40..170 {
        let mut s = Screen::sized(width, 24);
        s.press("3");
        for _ in Tab::ALL {
            s.press("]");
            let tab = s.model.shown().unwrap().tab;
            assert!(s.shown().contains(&format!("[{}", tab.title())), "{width}\n{}", s.shown());
            let areas = s.model.areas().unwrap();
            let area = hit_test::area(&s.model, &areas, HitTarget::Tab(tab)).unwrap();
            assert_eq!(s.find(&format!("[{}", tab.title())), (area.x, area.y), "{width}");
        }
        for tab in Tab::ALL.into_iter().filter(|_| width >= 60) {
            let areas = s.model.areas().unwrap();
            let area = hit_test::area(&s.model, &areas, HitTarget::Tab(tab)).unwrap();
            s.click(area.x + 1, area.y);
            assert_eq!(s.model.shown().unwrap().tab, tab, "{width}");
        }
    }
}

#[test]
fn an_invalid_file_says_in_the_place_of_the_response_what_is_wrong_where_and_what_opens_it() {
    for (width, height) in SIZES {
        let files = [("a.toml", "method = \"GET\"\nurl = nothing\n"), ("b.toml", "")];
        let mut s = Screen::on_disk((width, height), &files);
        s.press("1 g g enter 4");
        let (_, top) = s.find("Response");
        let below = s.lines().split_off(usize::from(top)).join("\n");
        assert!(below.contains("a.toml: line 2: "), "{}", s.shown());
        assert!(below.contains("E opens it in your editor."), "{}", s.shown());
        assert!(!s.shown().contains("response appears here"), "{}", s.shown());
        assert!(s.shown().contains("the request's file is invalid"), "{}", s.shown());
    }
}

#[test]
fn a_request_that_never_left_is_not_called_sent() {
    let refused = || {
        let problem = problem(Field::Request, "connection refused by localhost:1", "Check the port.");
        Report::End(Box::new(end(Outcome::Network(problem), 0)))
    };
    for (stage, ended, heading) in [
        (Stage::Connecting, false, "Request, not sent yet"),
        (Stage::Connecting, true, "Request, not sent: there was no connection"),
        (Stage::Waiting, false, "Request as sent"),
        (Stage::Waiting, true, "Request as sent"),
    ] {
        let mut s = Screen::sized(160, 60);
        let id = s.send();
        s.tell(Msg::Send { id, report: Report::Sent(Box::new(sent())) });
        s.tell(Msg::Send { id, report: Report::Stage(stage) });
        if ended {
            s.tell(Msg::Send { id, report: refused() });
        }
        s.press("4 ] ] ]");
        assert!(s.shown().contains(heading), "{heading}\n{}", s.shown());
        assert!(!s.shown().contains("As it left"));
    }
}

#[test]
fn long_values_of_a_signature_break_between_words() {
    for width in [60, 80, 100, 120, 160, 200] {
        let mut s = Screen::sized(width, 60);
        s.answered(200, &[], b"");
        s.press("4 ] ] ] z");
        let shown = s.shown();
        for word in ["GetSessionToken", "AWS4-HMAC-SHA256", "x-amz-security-token", "aws4_request"] {
            let whole = shown.matches(word).count();
            assert!(whole >= 1, "{word} at {width}\n{shown}");
        }
        let ends_within = |line: &str| {
            let line = line.trim_end_matches(['┃', '█', '│', ' ']);
            line.ends_with("aws4_re") || line.ends_with("aws4_reques") || line.ends_with("/aw")
        };
        assert!(!s.lines().iter().any(|line| ends_within(line)), "{width}\n{shown}");
    }
}

#[test]
fn the_footer_names_the_key_that_shows_a_name_where_the_field_has_one() {
    for (width, height) in SIZES {
        let mut s = Screen::sized(width, height);
        s.press("2");
        assert!(s.shown().contains("V Show variable"), "{}", s.shown());
        s.press("V");
        assert!(s.shown().contains("function_url"), "{}", s.shown());
        s.press("esc 3 ] ]");
        assert!(!s.shown().contains("V Show variable"), "{}", s.shown());
    }
}

#[test]
fn the_key_that_signs_stays_on_a_narrow_line() {
    for (width, words) in [
        (160, "unsigned: Lambda function URL in us-east-1 wants a signature, I signs it"),
        (80, "unsigned: Lambda function URL in us-east-1, I signs it"),
        (60, "unsigned, I signs it"),
    ] {
        let mut s = Screen::sized(width, 24);
        s.press("ctrl-n").text("https://abc.lambda-url.us-east-1.on.aws/").press("esc");
        assert!(s.shown().contains(words), "{}", s.shown());
    }
}

#[test]
fn a_new_request_inherits_and_says_nothing_about_authentication() {
    let auth = "[auth]\nkind = \"basic\"\nusername = \"me\"\n";
    let mut s = Screen::on_disk((120, 40), &[("team/folder.toml", auth), ("team/a.toml", "")]);
    s.press("1 n").text("new").press("enter").text("https://example.com").press("esc");
    assert_eq!(s.request().auth.kind, AuthKind::Inherit);
    assert!(!s.shown().contains("Auth•"), "{}", s.shown());
    s.press("w");
    assert!(!s.file("team/new.toml").contains("auth"), "{}", s.file("team/new.toml"));
}

#[test]
fn a_match_looks_the_same_on_the_row_that_is_chosen() {
    let mut s = Screen::sized(120, 40);
    s.press("ctrl-f").text("example");
    let (x, y) = s.find("URL");
    let line = &s.lines()[usize::from(y)];
    let at = line[..line.find("example").unwrap()].chars().count();
    let paint = Paint::new(&s.model.theme);
    let cells = s.draw();
    assert_eq!(cells[(u16::try_from(at).unwrap(), y)].bg, paint.role(Role::Match).bg.unwrap());
    assert_eq!(cells[(x, y)].bg, paint.role(Role::Selection).bg.unwrap(), "around it, the row is chosen");
}
