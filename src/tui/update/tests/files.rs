//! Requests on disk: opened, saved, renamed, deleted, and the keys that come before the disk does.

use crate::core::request::Request;
use crate::core::request::Row;
use crate::io::body::BodyView;
use crate::io::store::collections::{Collections, Rearranged};
use crate::io::store::request_file::unknown_keys;
use crate::tui::effect::{DiskEffect, Effect, ScreenEffect, Target, TaskEffect};
use crate::tui::model::Pane;
use crate::tui::model::overlay::{Confirm, Overlay};
use crate::tui::model::tree::Label;
use crate::tui::msg::Msg;
use crate::tui::testing::{Screen, loaded};

/// Types something into the URL of the shown request.
pub(super) fn changed(path: &str) -> Screen {
    let mut s = Screen::on(path);
    s.press("2 enter").text("x").press("esc");
    assert!(s.model.shown().unwrap().is_dirty());
    s.take();
    s
}

pub(super) fn saved(s: &mut Screen, path: &str, now: &str) {
    let request = s.model.open_requests[path].request.clone();
    s.disk.insert(now.to_owned(), request.clone());
    s.tell(Msg::Saved { path: path.into(), now: now.into(), loaded: loaded(&request) });
}

pub(super) fn undrafted(effects: &[Effect]) -> Vec<&str> {
    effects
        .iter()
        .filter_map(|e| {
            if let Effect::Disk(DiskEffect::RemoveDraft { path }) = e { Some(path.as_str()) } else { None }
        })
        .collect()
}

#[test]
fn a_save_clears_the_mark_and_the_draft() {
    let mut s = changed("plain.toml");
    s.press("w");
    let base = s.model.shown().unwrap().base.clone();
    assert!(
        matches!(&s.take()[..], [Effect::Disk(DiskEffect::Save { path, base: b, .. })] if path == "plain.toml" && *b == base)
    );
    assert_eq!(s.model.waiting.saves(), 1);
    saved(&mut s, "plain.toml", "plain.toml");
    assert_eq!((s.model.waiting.saves(), s.model.shown().unwrap().is_dirty()), (0, false));
    assert_eq!(undrafted(&s.take()), ["plain.toml"]);
    assert!(!s.shown().contains("not saved"));
    s.press("w");
    assert_eq!((s.take().len(), s.notice()), (0, "Nothing to save"));
}

#[test]
fn what_is_typed_while_a_save_is_under_way_stays_unsaved() {
    let mut s = changed("plain.toml");
    s.press("w");
    let before = s.request().clone();
    s.press("2 enter").text("more").press("esc");
    s.take();
    s.tell(Msg::Saved { path: "plain.toml".into(), now: "plain.toml".into(), loaded: loaded(&before) });
    assert!(s.model.shown().unwrap().is_dirty());
    assert!(undrafted(&s.take()).is_empty());
}

#[test]
fn saving_and_quitting_right_after_a_save_wait_for_it() {
    let mut s = changed("plain.toml");
    s.press("w w");
    assert_eq!(s.take().len(), 1, "a second save on the same base would quarrel with the first");
    saved(&mut s, "plain.toml", "plain.toml");
    assert_eq!(s.notice(), "Nothing to save");
    let mut s = changed("plain.toml");
    s.press("w q");
    assert!(!s.model.waiting.is_quitting() && s.model.overlays.is_empty());
    saved(&mut s, "plain.toml", "plain.toml");
    assert!(s.model.waiting.is_quitting(), "nothing is unsaved any more, so nothing is asked");
    let mut s = changed("plain.toml");
    s.press("w q D y");
    s.tell(Msg::NotSaved { path: "plain.toml".into(), problem: "the disk is full".into() });
    assert!(
        !s.model.waiting.is_quitting() && s.model.overlays.is_empty(),
        "keys after a failure are dropped"
    );
    assert!(s.notice().contains("the disk is full"));
}

#[test]
fn quitting_with_something_unsaved_asks_once_and_names_it() {
    let mut s = changed("plain.toml");
    s.press("q");
    assert!(matches!(s.model.overlays[..], [Overlay::Confirm(Confirm::Quit)]));
    assert!(s.shown().contains("plain.toml"));
    s.press("esc");
    assert!(!s.model.waiting.is_quitting() && s.model.overlays.is_empty());
    s.press("q y");
    assert!(s.model.waiting.is_quitting());
    let mut clean = Screen::new();
    clean.press("q");
    assert!(clean.model.waiting.is_quitting());
    let mut told = changed("plain.toml");
    told.tell(Msg::Terminate);
    assert!(told.model.waiting.is_quitting(), "quitting at once does not ask");
}

#[test]
fn secrets_in_rows_and_the_url_are_shown_before_they_are_saved_and_go_to_the_private_store() {
    let open = || {
        let mut s = Screen::on("plain.toml");
        let request = &mut s.model.shown_mut().unwrap().request;
        request.url = "https://me:pass@example.com/".into();
        request.headers = vec![Row::new("Authorization", "Bearer abc"), Row::new("accept", "*/*")];
        s.press("w");
        let places = ["password in the URL", "header Authorization"].map(str::to_owned);
        assert!(
            matches!(&s.model.overlays[..], [Overlay::Confirm(Confirm::ClearSecrets(found))] if *found == places)
        );
        assert!(s.take().is_empty());
        s
    };
    let mut s = open();
    s.press("y");
    let kept: Vec<_> = s
        .take()
        .into_iter()
        .filter(|effect| matches!(effect, Effect::Disk(DiskEffect::KeepSecret { .. })))
        .collect();
    assert_eq!(kept.len(), 2);
    assert_eq!(s.model.waiting.saves(), 0, "it is saved once the store has them");
    for effect in &kept {
        let Effect::Disk(DiskEffect::KeepSecret { path, field, name, .. }) = effect else { panic!() };
        let reference = format!("{{{{secret:{name}}}}}");
        s.tell(Msg::SecretKept { path: path.clone(), field: *field, reference, name: name.clone() });
    }
    let saved = s.take().into_iter().find_map(|effect| match effect {
        Effect::Disk(DiskEffect::Save { request, .. }) => Some(request),
        _ => None,
    });
    let saved = saved.expect("a save");
    assert_eq!(saved.url, "https://me:{{secret:plain.url-password}}@example.com/");
    assert_eq!(saved.headers[0].value, "Bearer {{secret:plain.authorization}}");
    assert_eq!(saved.headers[1].value, "*/*");

    // Who insists may have them in the file.
    let mut s = open();
    s.press("n");
    assert!(s.model.overlays.is_empty() && s.take().is_empty());
    s.press("w c");
    let effects = s.take();
    assert!(
        matches!(&effects[..], [Effect::Disk(DiskEffect::Save { request, .. })] if request.headers[0].value == "Bearer abc")
    );
}

fn conflict(s: &mut Screen) {
    s.press("w");
    s.take();
    s.tell(Msg::Conflict {
        path: "plain.toml".into(),
        theirs: "method = \"GET\"\nurl = \"https://theirs.example/\"\n".into(),
        ours: "method = \"GET\"\nurl = \"https://example.com/x\"\n".into(),
    });
}

#[test]
fn a_conflict_shows_both_and_enter_alone_decides_nothing() {
    let mut s = changed("plain.toml");
    conflict(&mut s);
    let shown = s.shown();
    assert!(shown.contains("- theirs url = \"https://theirs.example/\""), "{shown}");
    assert!(shown.contains("+ yours  url = \"https://example.com/x\""), "{shown}");
    s.press("enter");
    assert_eq!((s.model.overlays.len(), s.take().len(), s.model.waiting.saves()), (1, 0, 0));
    s.press("esc");
    assert_eq!((s.model.overlays.len(), s.take().len()), (0, 0));
    assert!(s.model.shown().unwrap().is_dirty());
}

#[test]
fn a_conflict_keeps_ours_over_theirs() {
    let mut s = changed("plain.toml");
    conflict(&mut s);
    s.press("o");
    assert!(
        matches!(&s.take()[..], [Effect::Disk(DiskEffect::SaveOver { path, request, theirs })] if path == "plain.toml" && !theirs.is_empty() && request.url.ends_with('x'))
    );
    assert_eq!(s.model.waiting.saves(), 1);
    saved(&mut s, "plain.toml", "plain.toml");
    assert!(!s.model.shown().unwrap().is_dirty());
}

#[test]
fn a_conflict_takes_theirs_and_leaves_ours_in_undo() {
    let mut s = changed("plain.toml");
    conflict(&mut s);
    s.disk.get_mut("plain.toml").unwrap().url = "https://theirs.example/".into();
    s.press("t");
    assert_eq!(s.request().url, "https://theirs.example/");
    assert!(!s.model.shown().unwrap().is_dirty());
    assert_eq!(undrafted(&s.take()), ["plain.toml"]);
    s.press("u");
    assert_eq!(s.request().url, "https://example.com/x");
}

#[test]
fn a_delete_goes_to_the_trash_and_undo_brings_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let collections = Collections::new(folder.path().to_owned());
    let (path, _) = collections.create_request("", "plain", &Request::default()).unwrap();
    let mut s = changed("plain.toml");
    s.press("1 D y");
    let effects = s.take();
    let [Effect::Disk(DiskEffect::Delete { paths })] = &effects[..] else { panic!("{effects:?}") };
    let trashed = vec![collections.delete(&paths[0]).unwrap()];
    let steps: Vec<_> = trashed.iter().cloned().map(Rearranged::Deleted).collect();
    s.disk.remove(&path);
    s.tell(Msg::Deleted { trashed: trashed.clone(), problem: None });
    assert!(s.notice().contains("u takes it back"));
    assert_eq!(undrafted(&s.take()), ["plain.toml"]);
    s.list();
    // The cursor stays where it was, on what is there now.
    assert_eq!(s.model.current.as_deref(), Some("api/form.toml"));
    s.take();
    s.press("u");
    assert!(
        matches!(&s.take()[..], [Effect::Disk(DiskEffect::UndoInTree { steps: back })] if *back == steps)
    );
    s.press("u");
    assert_eq!(s.notice(), "Nothing to undo in the tree");
}

#[test]
fn a_file_that_does_not_parse_is_named_and_is_not_taken_for_the_one_before() {
    let mut s = Screen::on("post.toml");
    s.answers = false;
    s.press("j");
    s.press("j s");
    let [Effect::Disk(DiskEffect::Open { path, .. })] = &s.take()[..] else { panic!() };
    let path = path.clone();
    s.tell(Msg::NotOpened { path: path.clone(), problem: "line 3: no such key".into() });
    assert!(
        !s.take().iter().any(|e| matches!(e, Effect::Task(TaskEffect::Send { .. }))),
        "the one before is not sent in its place"
    );
    assert_eq!(s.model.tree.label(&path), Some(&Label::Broken("line 3: no such key".into())));
    s.press("esc");
    let shown = s.shown();
    assert!(shown.contains(&format!("{path} is invalid: E opens it")), "{shown}");
    assert!(shown.contains("line 3: no such key"), "the reason stays when the notice is gone: {shown}");
    s.press("E");
    assert!(
        matches!(&s.take()[..], [Effect::Screen(ScreenEffect::EditFile { path: edited, .. })] if *edited == path)
    );
}

#[test]
fn keys_that_come_before_the_disk_act_on_what_was_meant() {
    let mut s = Screen::on("hello.toml");
    s.answered(200, &[], b"x");
    s.take();
    s.answers = false;
    // On to the next request, send it, and edit its URL, all before it was read.
    s.press("j s 2 enter").text("zz").press("enter");
    let effects = s.take();
    assert!(
        matches!(&effects[..], [Effect::Disk(DiskEffect::Open { path, .. })] if path == "post.toml"),
        "{effects:?}"
    );
    assert_eq!(s.model.open_requests["hello.toml"].request.url, "{{function_url}}/hello");
    let answer = s.answer(&effects[0]).unwrap();
    s.tell(answer);
    let sent = s.take().into_iter().find_map(|e| {
        if let Effect::Task(TaskEffect::Send { target: Target { path, .. }, .. }) = e {
            Some(path)
        } else {
            None
        }
    });
    assert_eq!(sent.as_deref(), Some("post.toml"));
    assert_eq!(s.request().url, "{{function_url}}/itemszz");
    assert_eq!(s.model.open_requests["hello.toml"].request.url, "{{function_url}}/hello");
    assert_eq!(s.model.focus, Pane::Url);
}

#[test]
fn walking_on_does_not_wait_and_leaves_nothing_behind() {
    let mut s = Screen::on("hello.toml");
    s.answers = false;
    s.press("j j j j J G");
    let opens: Vec<Effect> =
        s.take().into_iter().filter(|e| matches!(e, Effect::Disk(DiskEffect::Open { .. }))).collect();
    assert!(opens.len() >= 4);
    for effect in &opens {
        let answer = s.answer(effect).unwrap();
        s.tell(answer);
    }
    assert_eq!(s.model.current.as_deref(), Some("plain.toml"));
    assert_eq!(s.model.open_requests.keys().collect::<Vec<_>>(), ["plain.toml"]);
    assert!(s.model.waiting == crate::tui::model::waiting::Waiting::default());
}

#[test]
fn leaving_at_once_waits_for_nothing() {
    let mut s = Screen::on("hello.toml");
    s.answers = false;
    s.press("j s ctrl-c");
    assert!(s.model.waiting.is_quitting());
}

#[test]
fn a_body_file_that_exists_asks_before_it_is_overwritten() {
    let mut s = Screen::on("plain.toml");
    s.answered(200, &[], b"hello");
    let hello = || BodyView::from(b"hello".to_vec());
    let save = |overwrite| {
        let (file, body) = ("response.bin".to_owned(), hello());
        Effect::Disk(DiskEffect::SaveBody { file, body, overwrite })
    };
    s.press("4 o enter");
    assert_eq!(s.take(), [save(false)]);
    // Another response is on the screen when the disk replies, and then another request.
    s.answered(200, &[], b"other");
    s.open("hello.toml");
    s.answered(200, &[], b"third");
    s.tell(Msg::FileExists { file: "response.bin".into(), body: hello() });
    assert!(s.shown().contains("response.bin exists"));
    s.press("y");
    assert_eq!(s.take(), [save(true)]);
}

#[test]
fn unknown_keys_are_reported_when_a_request_is_opened_and_when_they_change() {
    let mut s = Screen::on("hello.toml");
    let unknown =
        |key: &str, line: usize| unknown_keys(&format!("{}[send]\n{key} = 1\n", "\n".repeat(line - 2)));
    s.answers = false;
    s.press("j");
    s.take();
    let opened = |s: &Screen, unknown_keys| {
        let mut opened = s.opened("post.toml", &s.disk["post.toml"].clone());
        opened.unknown_keys = unknown_keys;
        Msg::Opened(Box::new(opened))
    };
    s.tell(opened(&s, unknown("timeout_second", 7)));
    assert_eq!(
        s.notice(),
        "post.toml, line 7: unknown key `send.timeout_second`. Did you mean `timeout_seconds`?"
    );
    // The same file is read again, for example after another environment was chosen.
    s.model.notice = None;
    s.tell(opened(&s, unknown("timeout_second", 7)));
    assert!(s.model.notice.is_none());
    let both = [unknown("colour", 3), unknown("timeout_second", 7)].concat();
    s.tell(opened(&s, both));
    assert_eq!(
        s.notice(),
        "post.toml, line 3: unknown key `send.colour`. \
         Known here: insecure, follow_redirects, timeout_seconds, connect_to, without, plus. (1 more)"
    );
}

#[test]
fn a_draft_that_was_never_saved_is_no_broken_file() {
    let mut s = Screen::sized(140, 40);
    s.press("1 n").text("new").press("enter").text("https://n.example").press("esc");
    s.take();
    s.answers = false;
    s.tell(Msg::Resize(140, 39));
    let asked = s.take().iter().any(
        |e| matches!(e, Effect::Disk(DiskEffect::Labels { paths }) if paths.iter().any(|p| p == "new.toml")),
    );
    assert!(!asked, "the disk is asked for what it does not hold");
    s.tell(Msg::Labels(Vec::new()));
    assert!(s.shown().contains("GET  new ●"), "{}", s.shown());
}
