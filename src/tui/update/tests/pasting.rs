//! Tab from field to field, and AWS keys that are pasted somewhere.

use crate::core::request::AuthKind;
use crate::core::request::fields::{AuthField, RequestField};
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::field::{Column, EditorField, Tab, Table};
use crate::tui::model::overlay::{Confirm, Overlay};
use crate::tui::model::{Model, Pane};
use crate::tui::testing::Screen;

const ACCESS_KEY: EditorField = EditorField::Line(RequestField::Auth(AuthField::AccessKey));
const SECRET_KEY: EditorField = EditorField::Line(RequestField::Auth(AuthField::SecretKey));
const TOKEN: EditorField = EditorField::Line(RequestField::Auth(AuthField::SessionToken));
const KEY: &str = "ASIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const SESSION: &str = "FwoGZXIvYXdzEHEaDEXAMPLEtokenEXAMPLEtokenEXAMPLE";

fn at(path: &str, field: EditorField) -> Screen {
    let mut s = Screen::on(path);
    s.model.shown_mut().unwrap().go_to(field);
    s.press("3 enter");
    s.take();
    s
}

fn edited(model: &Model) -> Option<EditorField> {
    model.edited_field()
}

/// The fields and texts that go to the private store.
fn kept(effects: &[Effect]) -> Vec<(Option<EditorField>, String)> {
    let kept = effects.iter().filter_map(|effect| match effect {
        Effect::Disk(DiskEffect::KeepSecret { field, secret, .. }) => {
            Some((*field, secret.expose().to_owned()))
        }
        _ => None,
    });
    kept.collect()
}

fn exports() -> String {
    format!(
        "export AWS_ACCESS_KEY_ID={KEY}\r export AWS_SECRET_ACCESS_KEY={SECRET}\rexport AWS_SESSION_TOKEN={SESSION}\r"
    )
}

#[test]
fn a_secret_typed_after_tab_is_typed_into_the_next_field() {
    let mut s = at("api/keys.toml", ACCESS_KEY);
    s.press("ctrl-a").text("AKIAI44QH8DHBEXAMPLE").press("tab");
    assert_eq!(edited(&s.model), Some(SECRET_KEY));
    s.text("wJalrXUtnFEMI").press("tab");
    assert_eq!(edited(&s.model), Some(TOKEN));
    assert_eq!(kept(&s.take()), [(Some(SECRET_KEY), "wJalrXUtnFEMI".into())]);
    assert_eq!(s.request().auth.sigv4.access_key, "AKIAI44QH8DHBEXAMPLE");
    s.press("shift-tab shift-tab");
    assert_eq!((edited(&s.model), s.model.overlays.len()), (Some(ACCESS_KEY), 0));
}

#[test]
fn tab_never_ends_typing_in_any_tab_and_shift_tab_goes_back_the_same_way() {
    for path in ["hello.toml", "post.toml", "api/keys.toml", "api/token.toml", "api/form.toml"] {
        for tab in Tab::ALL {
            let mut s = Screen::on(path);
            s.model.shown_mut().unwrap().tab = tab;
            s.press("2 enter");
            let mut visited = vec![EditorField::Url];
            for _ in 0..12 {
                s.press("tab");
                let Some(field) = edited(&s.model) else { panic!("{path} {tab:?} {visited:?}") };
                if field.is_multiline() || field == EditorField::Url {
                    break;
                }
                visited.push(field);
            }
            s.press("shift-tab");
            assert!(s.model.editing.is_some(), "{path} {tab:?}");
        }
    }
}

#[test]
fn tab_in_the_url_goes_to_the_first_field_of_the_tab_and_back() {
    let mut s = Screen::on("hello.toml");
    s.model.shown_mut().unwrap().tab = Tab::Params;
    s.press("2 enter tab");
    assert_eq!(edited(&s.model), Some(EditorField::Cell(Table::Params, 0, Column::Name)));
    assert_eq!(s.model.focus, Pane::Request);
    s.press("shift-tab");
    assert_eq!((edited(&s.model), s.model.focus), (Some(EditorField::Url), Pane::Url));
}

#[test]
fn keys_pasted_into_the_access_key_are_shown_masked_and_put_where_they_belong() {
    let mut s = at("api/keys.toml", ACCESS_KEY);
    s.paste(&exports());
    assert!(matches!(s.model.overlays[..], [Overlay::Confirm(Confirm::AwsKeys(_))]));
    let shown = s.shown();
    assert!(shown.contains(KEY) && shown.contains("Session token"), "{shown}");
    assert!(!shown.contains("wJalr") && !shown.contains("FwoG"), "{shown}");
    s.press("y");
    let effects = s.take();
    assert_eq!(kept(&effects), [(Some(SECRET_KEY), SECRET.to_owned()), (Some(TOKEN), SESSION.to_owned())]);
    assert_eq!(s.request().auth.sigv4.access_key, KEY);
    assert!(!format!("{:?}", s.model.overlays).contains("wJalr"));
}

#[test]
fn keys_pasted_while_nothing_is_edited_sign_the_request() {
    for key in ["1", "2", "3", "4"] {
        let mut s = Screen::on("hello.toml");
        s.press(key);
        s.paste(&format!("{{\"AccessKeyId\": \"{KEY}\", \"SecretAccessKey\": \"{SECRET}\"}}"));
        s.press("y");
        assert_eq!(kept(&s.take()).len(), 1);
        let auth = &s.request().auth;
        assert_eq!((auth.kind, auth.sigv4.identity.as_str()), (AuthKind::AwsSigv4, ""));
        assert_eq!(auth.sigv4.access_key, KEY);
    }
}

#[test]
fn keys_pasted_without_a_request_make_one() {
    let mut s = Screen::empty((100, 30));
    s.paste(&exports());
    s.press("y");
    assert_eq!(s.request().auth.sigv4.access_key, KEY);
}

#[test]
fn keys_pasted_into_a_body_can_stay_text() {
    let mut s = at("post.toml", EditorField::BodyText);
    let body = format!("{{\"AccessKeyId\": \"{KEY}\", \"SecretAccessKey\": \"{SECRET}\"}}");
    s.press("ctrl-a").paste(&body);
    s.press("n esc");
    assert_eq!(s.request().body.text, body);
    let mut s = at("api/keys.toml", ACCESS_KEY);
    s.paste(&exports());
    s.press("n");
    assert_eq!(
        (s.request().auth.sigv4.access_key.as_str(), edited(&s.model)),
        ("AKIAIOSFODNN7EXAMPLE", Some(ACCESS_KEY))
    );
}

#[test]
fn white_space_in_an_access_key_is_a_problem_of_the_field() {
    let mut s = at("api/keys.toml", ACCESS_KEY);
    s.press("ctrl-a").text("export AWS_X=AKIA").press("esc");
    let problems = &s.model.shown().unwrap().preview.problems;
    assert!(problems.iter().any(|problem| problem.message.contains("white space")), "{problems:?}");
}

#[test]
fn keys_pasted_over_a_text_that_is_dropped_say_so() {
    let files = [("signpost.toml", "name = \"w\"\n"), ("a.toml", "url = \"https://a.example/\"\n")];
    for (name, typed) in [("api_secret", "half-typed"), ("no name", "")] {
        let mut s = Screen::on_disk((140, 40), &files);
        s.press("5 a").text(name);
        if !typed.is_empty() {
            s.press("tab").text(typed);
        }
        s.paste(&exports());
        s.answers = false;
        s.press("y");
        assert_eq!(s.notice(), "The pasted keys sign this request; what was being typed is dropped");
        assert!(s.model.editing.is_none());
        assert!(!s.file("signpost.toml").contains(name), "{}", s.file("signpost.toml"));
    }
}
