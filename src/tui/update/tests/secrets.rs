//! Secrets go to the private store; requests and drafts hold references.

use crate::core::credential::Secret;
use crate::core::request::fields::{AuthField, RequestField};
use crate::io::store::request_edit;
use crate::tui::effect::{DiskEffect, Effect, Target, TaskEffect};
use crate::tui::model::field::EditorField;
use crate::tui::model::overlay::{Ask, Overlay};
use crate::tui::msg::Msg;
use crate::tui::testing::Screen;

const SECRET: EditorField = EditorField::Line(RequestField::Auth(AuthField::SecretKey));
const TYPED: &str = "zyx/SECRET+key";

/// A screen in which a secret field is being edited, emptied.
fn typing(path: &str, field: EditorField) -> Screen {
    let mut s = Screen::on(path);
    s.model.shown_mut().unwrap().go_to(field);
    s.press("3 enter ctrl-a delete");
    s.take();
    s
}

/// What was asked to be kept: its name and text.
fn kept(effects: &[Effect]) -> Option<(String, String)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Disk(DiskEffect::KeepSecret { name, secret, .. }) => {
            Some((name.clone(), secret.expose().to_owned()))
        }
        _ => None,
    })
}

/// The store says that it has kept what it was asked to keep.
fn store_answers(s: &mut Screen, effects: &[Effect]) {
    for effect in effects {
        if let Effect::Disk(DiskEffect::KeepSecret { path, field, name, .. }) = effect {
            s.tell(Msg::SecretKept {
                path: path.clone(),
                field: *field,
                reference: format!("{{{{secret:{name}}}}}"),
                name: name.clone(),
            });
        }
    }
}

/// Every request that leaves the update, whatever for.
fn requests(effects: &[Effect]) -> String {
    let mut all = String::new();
    for effect in effects {
        let request = match effect {
            Effect::Task(TaskEffect::Send { target: Target { request, .. }, .. })
            | Effect::Task(TaskEffect::Preview { target: Target { request, .. } })
            | Effect::Task(TaskEffect::Renew { target: Target { request, .. }, .. })
            | Effect::Disk(DiskEffect::Save { request, .. })
            | Effect::Disk(DiskEffect::SaveOver { request, .. })
            | Effect::Task(TaskEffect::CopyCurl { target: Target { request, .. } })
            | Effect::Disk(DiskEffect::WriteDraft { request, .. }) => request,
            _ => continue,
        };
        let auth = &request.auth;
        for text in [
            &auth.sigv4.secret_key,
            &auth.sigv4.session_token,
            &auth.bearer.token,
            &auth.basic.password,
            &auth.api_key.value,
            &request.url,
            &request.body.text,
        ] {
            all.push_str(text);
            all.push('\n');
        }
    }
    all
}

#[test]
fn a_secret_never_reaches_the_request_or_a_draft() {
    let mut s = typing("api/keys.toml", SECRET);
    s.answers = false;
    s.text(TYPED);
    let mut effects = s.take();
    s.press("enter");
    effects.extend(s.take());
    assert_eq!(kept(&effects), Some(("api-keys.secret-key".into(), TYPED.into())));
    assert!(!requests(&effects).contains("zyx"));
    assert!(!format!("{:?}", s.model.open_requests).contains("zyx"));
    store_answers(&mut s, &effects);
    assert_eq!(s.request().auth.sigv4.secret_key, "{{secret:api-keys.secret-key}}");
    let effects = s.take();
    assert!(requests(&effects).contains("{{secret:api-keys.secret-key}}"));
    assert!(effects.iter().any(|e| matches!(e, Effect::Disk(DiskEffect::WriteDraft { .. }))));
    assert!(s.model.secrets.contains("api-keys.secret-key"));
    assert!(!s.shown().contains("zyx"));
}

#[test]
fn a_secret_gets_a_name_that_no_other_has() {
    let token = EditorField::Line(RequestField::Auth(AuthField::Token));
    // The store has one of the same name: of `api-token.toml`, or of what was called so before.
    let mut s = typing("api/token.toml", token);
    s.model.secrets.insert("api-token.token".into());
    s.text(TYPED).press("enter");
    assert_eq!(kept(&s.take()), Some(("api-token.token-2".into(), TYPED.into())));
    // Nothing has it yet, but another request waits for it.
    let mut s = typing("api/token.toml", token);
    let mut other = s.model.open_requests["api/token.toml"].clone();
    other.path = "api-token.toml".into();
    other.request.auth.bearer.token = "{{secret:api-token.token}}".into();
    s.model.open_requests.insert(other.path.clone(), other);
    s.text(TYPED).press("enter");
    assert_eq!(kept(&s.take()), Some(("api-token.token-2".into(), TYPED.into())));
}

#[test]
fn undo_brings_back_the_secret_that_was_replaced() {
    let mut s = typing("api/token.toml", EditorField::Line(RequestField::Auth(AuthField::Token)));
    for (typed, name) in [("first", "api-token.token"), ("second", "api-token.token-2")] {
        s.text(typed).press("enter");
        let effects = s.take();
        assert_eq!(kept(&effects), Some((name.into(), typed.into())));
        store_answers(&mut s, &effects);
        assert_eq!(s.request().auth.bearer.token, format!("{{{{secret:{name}}}}}"));
        if typed == "first" {
            s.press("enter ctrl-a delete");
        }
    }
    s.press("u");
    assert_eq!(s.request().auth.bearer.token, "{{secret:api-token.token}}");
}

#[test]
fn a_long_token_is_pasted_whole_and_masked() {
    let mut s = typing("api/token.toml", EditorField::Line(RequestField::Auth(AuthField::Token)));
    let token = "Ab1/".repeat(512);
    s.paste(&format!("{token}\r\n"));
    assert!(!s.shown().contains("Ab1/"), "{}", s.shown());
    assert!(s.shown().contains("••••"));
    s.press("enter");
    let effects = s.take();
    assert_eq!(kept(&effects).map(|(_, text)| text), Some(token));
    assert!(!requests(&effects).contains("Ab1/"));
}

#[test]
fn a_reference_stays_what_it_is_and_an_empty_text_clears() {
    let mut s = typing("api/token.toml", EditorField::Line(RequestField::Auth(AuthField::Token)));
    s.text("{{env:HOME}}").press("esc esc");
    assert_eq!(kept(&s.take()), None);
    assert_eq!(s.request().auth.bearer.token, "{{env:HOME}}");
    s.press("enter ctrl-a delete enter");
    assert_eq!(s.request().auth.bearer.token, "");
}

#[test]
fn a_secret_that_could_not_be_kept_stays_in_its_field() {
    let mut s = typing("api/keys.toml", SECRET);
    s.text(TYPED).press("enter");
    // Meanwhile the user is elsewhere, and types into something else.
    s.open("plain.toml");
    s.press("2 enter");
    s.tell(Msg::SecretNotKept {
        path: "api/keys.toml".into(),
        field: Some(SECRET),
        name: "api-keys.secret-key".into(),
        text: Secret::new(TYPED),
        problem: "the disk is full".into(),
    });
    assert!(!s.model.open_requests["plain.toml"].request.url.contains("zyx"));
    assert_eq!(s.model.current.as_deref(), Some("api/keys.toml"));
    assert_eq!((s.model.edited_field(), s.typed()), (Some(SECRET), TYPED.to_owned()));
    assert_eq!(s.notice(), "the disk is full");
    assert!(s.shown().contains("Secret key") && !s.shown().contains("zyx"), "{}", s.shown());
    s.take();
    s.press("enter");
    assert_eq!(kept(&s.take()).map(|(_, text)| text), Some(TYPED.into()));
}

#[test]
fn a_missing_secret_that_could_not_be_kept_is_asked_for_again() {
    let mut s = Screen::on("plain.toml");
    s.press("2 enter");
    s.tell(Msg::SecretNotKept {
        path: "plain.toml".into(),
        field: None,
        name: "gone".into(),
        text: Secret::new(TYPED),
        problem: "the disk is full".into(),
    });
    assert_eq!(s.request().url, "https://example.com/");
    assert!(
        matches!(&s.model.overlays[..], [Overlay::Ask(Ask::Secret(name), text)] if name == "gone" && text.text() == TYPED)
    );
    assert!(!s.shown().contains("zyx"));
}

#[test]
fn sending_saving_and_quitting_wait_for_the_store() {
    for (key, done) in [
        (
            "ctrl-r",
            (|s, e| {
                e.iter().any(|e| matches!(e, Effect::Task(TaskEffect::Send { .. })))
                    && !s.model.waiting.is_quitting()
            }) as Done,
        ),
        ("ctrl-s", |_, e| e.iter().any(|e| matches!(e, Effect::Disk(DiskEffect::Save { .. })))),
        ("ctrl-q", |s, _| matches!(s.model.overlays[..], [Overlay::Confirm(_)])),
    ] {
        let mut s = typing("api/token.toml", EditorField::Line(RequestField::Auth(AuthField::Token)));
        s.text(TYPED).press(key);
        let effects = s.take();
        assert!(kept(&effects).is_some() && effects.len() == 1, "{key}: {effects:?}");
        assert!(!s.model.waiting.is_quitting() && s.model.overlays.is_empty(), "{key}");
        store_answers(&mut s, &effects);
        let effects = s.take();
        assert!(done(&s, &effects), "{key}: {effects:?}");
        if key != "ctrl-q" {
            assert!(requests(&effects).contains("{{secret:api-token.token}}"));
        }
    }
}

type Done = fn(&Screen, &[Effect]) -> bool;

#[test]
fn a_secret_that_was_not_kept_is_not_sent_either() {
    let mut s = typing("api/token.toml", EditorField::Line(RequestField::Auth(AuthField::Token)));
    s.text(TYPED).press("ctrl-r");
    s.take();
    s.tell(Msg::SecretNotKept {
        path: "api/token.toml".into(),
        field: Some(EditorField::Line(RequestField::Auth(AuthField::Token))),
        name: "api-token.token".into(),
        text: Secret::new(TYPED),
        problem: "no".into(),
    });
    s.press("ctrl-a delete").text("{{secret:stored}}").press("enter");
    assert!(!s.take().iter().any(|e| matches!(e, Effect::Task(TaskEffect::Send { .. }))));
}

#[test]
fn coming_back_to_a_field_before_the_store_answers_loses_nothing() {
    let mut s = typing("api/token.toml", EditorField::Line(RequestField::Auth(AuthField::Token)));
    s.text(TYPED).press("enter enter");
    assert!(s.model.editing.is_some());
    let effects = s.take();
    store_answers(&mut s, &effects);
    s.press("esc");
    assert_eq!(s.request().auth.bearer.token, "{{secret:api-token.token}}");
}

#[test]
fn a_secret_of_a_request_that_is_not_shown_any_more_reaches_it_and_its_draft() {
    let mut s = typing("api/token.toml", EditorField::Line(RequestField::Auth(AuthField::Token)));
    s.text(TYPED).press("enter");
    let effects = s.take();
    s.open("plain.toml");
    store_answers(&mut s, &effects);
    let drafted = s
        .take()
        .iter()
        .any(|e| matches!(e, Effect::Disk(DiskEffect::WriteDraft { path, .. }) if path == "api/token.toml"));
    assert!(drafted);
    s.open("api/token.toml");
    assert_eq!(s.request().auth.bearer.token, "{{secret:api-token.token}}");
}

#[test]
fn a_revealed_secret_is_shown_and_masked_again() {
    let mut s = Screen::on("api/token.toml");
    s.model.shown_mut().unwrap().request.auth.bearer.token = "from-a-file".into();
    s.model.shown_mut().unwrap().go_to(EditorField::Line(RequestField::Auth(AuthField::Token)));
    s.press("3");
    assert!(!s.shown().contains("from-a-file"));
    s.press("*");
    assert!(s.shown().contains("from-a-file"));
    s.press("*");
    assert!(!s.shown().contains("from-a-file"));
}

#[test]
fn renaming_waits_for_the_store_and_the_reference_arrives() {
    let mut s = Screen::on("plain.toml");
    s.press("1 n").text("new").press("enter").text("https://n.example").press("esc");
    s.model.shown_mut().unwrap().request.auth.kind = crate::core::request::AuthKind::Bearer;
    s.model.shown_mut().unwrap().go_to(EditorField::Line(RequestField::Auth(AuthField::Token)));
    s.press("3 enter").text(TYPED).press("enter");
    let effects = s.take();
    assert!(kept(&effects).is_some());
    // All of this is typed before the store has answered.
    s.press("1 r ctrl-a").text("renamed").press("enter");
    assert!(s.model.open_requests.contains_key("new.toml"));
    store_answers(&mut s, &effects);
    let renamed = &s.model.open_requests["renamed.toml"].request;
    assert!(renamed.auth.bearer.token.starts_with("{{secret:new"), "{}", renamed.auth.bearer.token);
    assert!(!s.model.waiting.is_behind());
}

#[test]
fn no_secret_of_a_pasted_curl_command_stays_in_the_request() {
    let command = "curl -b 'session=ZYXcookie' -H 'x-api-key: ZYXkey' \
                   'https://me:ZYXpass@example.com/?access_token=ZYXtoken&X-Amz-Signature=ZYXsignature'";
    let mut s = Screen::new();
    s.tell(Msg::Paste(command.into()));
    let shown = s.shown();
    assert!(!shown.contains("ZYX"), "{shown}");
    assert!(shown.contains("To the private store: password in the URL, parameter"), "{shown}");
    s.press("y");
    let effects = s.take();
    assert!(!requests(&effects).contains("ZYX"), "{}", requests(&effects));
    let request = request_edit::update("", s.request());
    assert!(!request.contains("ZYX") && request.matches("{{secret:").count() == 5, "{request}");
    let kept: Vec<_> = effects.iter().filter(|effect| kept(std::slice::from_ref(effect)).is_some()).collect();
    assert_eq!(kept.len(), 5, "{kept:?}");
}

#[test]
fn two_secrets_of_one_name_in_a_pasted_command_get_a_name_each() {
    let mut s = Screen::new();
    s.tell(Msg::Paste("curl -H 'x-api-key: ZYXone' -H 'x-api-key: ZYXtwo' https://example.com/get".into()));
    s.press("y");
    let effects = s.take();
    let mut names: Vec<_> = effects
        .iter()
        .filter_map(|effect| kept(std::slice::from_ref(effect)))
        .map(|(name, _)| name)
        .collect();
    names.dedup();
    assert_eq!(names.len(), 2, "{names:?}");
}
