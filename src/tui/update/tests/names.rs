//! Names of requests: what is typed for a new one, and renaming.

use crate::io::store::collections::Collections;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::overlay::{Ask, Overlay};
use crate::tui::model::tree::LastSend;
use crate::tui::msg::{Moved, Msg, Report};
use crate::tui::testing::{Screen, head};
use crate::tui::update::tests::files::{changed, saved, undrafted};

fn drafted(effects: &[Effect]) -> Vec<&str> {
    effects
        .iter()
        .filter_map(|e| {
            if let Effect::Disk(DiskEffect::WriteDraft { path, .. }) = e { Some(path.as_str()) } else { None }
        })
        .collect()
}

#[test]
fn a_rename_moves_what_is_open_and_its_draft() {
    let mut s = changed("api/token.toml");
    let id = s.send();
    let moved = Moved { from: "api".into(), to: "v2".into(), loaded: None };
    s.tell(Msg::Moved { moved: vec![moved], undo: Vec::new(), problem: None });
    let effects = s.take();
    assert_eq!(s.model.current.as_deref(), Some("v2/token.toml"));
    assert_eq!(s.model.shown().unwrap().path, "v2/token.toml");
    assert_eq!((undrafted(&effects), drafted(&effects)), (vec!["api/token.toml"], vec!["v2/token.toml"]));
    assert!(matches!(effects.last(), Some(Effect::Disk(DiskEffect::List))));
    s.tell(Msg::Send { id, report: Report::Head(Box::new(head(204, &[]))) });
    assert_eq!(s.model.tree.last_send("v2/token.toml"), Some(LastSend::Status(204)));
    assert_eq!(s.model.exchange().unwrap().record.head.as_ref().unwrap().status, 204);
    assert!(!s.model.open_requests.contains_key("api/token.toml"));
}

#[test]
fn a_request_that_was_never_saved_can_be_renamed_copied_and_deleted() {
    let mut s = Screen::new();
    s.press("1 n").text("new").press("enter").text("https://n.example").press("esc 1");
    s.take();
    s.press("r ctrl-a").text("better").press("enter");
    assert_eq!(s.model.current.as_deref(), Some("better.toml"));
    let effects = s.take();
    assert_eq!((undrafted(&effects), drafted(&effects)), (vec!["new.toml"], vec!["better.toml"]));
    s.list();
    s.press("d");
    assert_eq!(s.model.current.as_deref(), Some("better-2.toml"));
    assert_eq!(s.request().url, "https://n.example");
    s.press("1 D y");
    let effects = s.take();
    assert!(!effects.iter().any(|e| matches!(e, Effect::Disk(DiskEffect::Delete { .. }))), "{effects:?}");
    assert_eq!(undrafted(&effects), ["better-2.toml"]);
    s.list();
    assert!(s.model.tree.shown().all(|node| node.path != "better-2.toml"));
    assert!(s.model.open_requests.contains_key("better.toml"));
}

#[test]
fn a_new_request_stands_in_the_folder_that_was_typed() {
    let mut s = Screen::new();
    s.press("G h h");
    s.press("1 n ctrl-a").text("deep/er/one").press("enter esc");
    assert_eq!(s.model.current.as_deref(), Some("deep/er/one.toml"));
    assert_eq!(s.model.tree.current().map(|node| node.path.as_str()), Some("deep/er/one.toml"));
    let shown: Vec<_> = s.model.tree.shown().map(|node| node.path.clone()).collect();
    assert!(shown.ends_with(&["deep".into(), "deep/er".into(), "deep/er/one.toml".into()]), "{shown:?}");
}

#[test]
fn no_name_makes_a_request_without_one() {
    for typed in ["/", "///", "..", "a/../b", " / "] {
        let mut s = Screen::new();
        s.press("n ctrl-a").text(typed).press("enter");
        if let Some(path) = s.model.open_requests.keys().find(|path| *path != "hello.toml") {
            let parts: Vec<&str> = path.split('/').collect();
            assert!(
                parts.iter().all(|part| !part.is_empty() && *part != ".toml" && !part.starts_with("..")),
                "{path}"
            );
        }
    }
}

#[test]
fn a_new_request_takes_its_final_name_at_the_save() {
    let mut s = Screen::new();
    s.press("n ctrl-a").text("Two words").press("enter").text("https://n.example").press("esc w");
    let path = s.model.current.clone().unwrap();
    assert!(s.take().iter().any(|e| matches!(e, Effect::Disk(DiskEffect::Save { base: None, .. }))));
    saved(&mut s, &path, "two-words-2.toml");
    assert_eq!(s.model.current.as_deref(), Some("two-words-2.toml"));
    assert_eq!(s.notice(), "Saved two-words-2.toml");
    assert!(s.take().iter().any(|e| matches!(e, Effect::Disk(DiskEffect::List))));
}

#[test]
fn a_new_request_whose_name_cannot_be_seen_or_listed_is_asked_for_again() {
    let deep = format!("{}/new", ["d"; 40].join("/"));
    for (name, why) in [("a\u{200b}", "U+200B"), (&deep, "32 deep")] {
        let mut s = Screen::on("plain.toml");
        s.press("1 n ctrl-a").text(name).press("enter");
        assert!(s.notice().contains(why), "{}", s.notice());
        assert!(matches!(&s.model.overlays[..], [Overlay::Ask(_, text)] if text.text() == name));
        assert_eq!(s.model.current.as_deref(), Some("plain.toml"));
    }
    let mut s = Screen::on("plain.toml");
    s.press("1 n ctrl-a").text("Cargo").press("enter");
    assert_eq!(s.model.current.as_deref(), Some("_Cargo.toml"));
}

#[test]
fn renaming_edits_the_name_that_is_shown() {
    let mut s = Screen::on("hello.toml");
    s.press("1 r");
    assert!(matches!(&s.model.overlays[..], [Overlay::Ask(_, text)] if text.text() == "Say hello"));
    s.press("enter");
    assert!(s.take().is_empty(), "the same name changes nothing");
    s.press("r ctrl-a").text("Bee / bee").press("enter");
    let renamed = DiskEffect::Rename { path: "hello.toml".into(), name: "Bee / bee".into() };
    assert_eq!(s.take(), [renamed.into()]);
}

/// Renames a file on disk as the disk's thread does, and tells the screen.
fn renamed_on_disk(s: &mut Screen, collections: &Collections, name: &str) -> String {
    let from = s.model.current.clone().unwrap();
    let to = collections.rename(&from, name).unwrap();
    let loaded = collections.load(&to).unwrap();
    s.disk.insert(to.clone(), loaded.request.clone());
    s.disk.remove(&*from);
    let moved = Moved { from, to: to.clone().into(), loaded: Some(Box::new(loaded)) };
    s.tell(Msg::Moved { moved: vec![moved], undo: Vec::new(), problem: None });
    s.list();
    to
}

#[test]
fn a_renamed_request_is_saved_without_a_conflict_and_keeps_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let collections = Collections::new(folder.path());
    for dirty in [false, true] {
        let mut s = if dirty { changed("plain.toml") } else { Screen::on("plain.toml") };
        let request = s.disk["plain.toml"].clone();
        let base = s.model.shown().unwrap().base.clone().unwrap();
        std::fs::write(folder.path().join("plain.toml"), &*base).unwrap();
        let to = renamed_on_disk(&mut s, &collections, "Bee bee");
        assert_eq!((&*to, s.model.request_name(&to).as_str()), ("Bee-bee.toml", "Bee bee"));
        assert_eq!(s.model.shown().unwrap().is_dirty(), dirty);
        s.press("2 enter").text("y").press("esc w");
        let effects = s.take();
        let save = effects.iter().find_map(|effect| match effect {
            Effect::Disk(DiskEffect::Save { path, request, base }) => Some((path, request, base.as_ref()?)),
            _ => None,
        });
        let (path, now, base) = save.expect("a save");
        let saved = collections.save(path, base, now).unwrap();
        assert_eq!(saved.request.name.as_deref(), Some("Bee bee"));
        assert_ne!(saved.request.url, request.url);
        s.press("1 u");
        assert_eq!(s.request().name.as_deref(), Some("Bee bee"), "undo is about what was edited");
        std::fs::remove_file(folder.path().join(&to)).unwrap();
    }
}

#[test]
fn what_somebody_else_wrote_before_a_rename_is_still_a_conflict() {
    let folder = tempfile::tempdir().unwrap();
    let collections = Collections::new(folder.path());
    std::fs::write(folder.path().join("plain.toml"), "url = \"https://theirs.example/\"\n").unwrap();
    let mut s = changed("plain.toml");
    let base = s.model.shown().unwrap().base.clone();
    renamed_on_disk(&mut s, &collections, "Bee bee");
    assert_eq!(s.model.shown().unwrap().base, base);
}

#[test]
fn a_new_request_keeps_the_name_that_was_typed() {
    let mut s = Screen::new();
    s.press("n").text("deep/Say hello?").press("enter esc");
    assert_eq!(s.model.current.as_deref(), Some("deep/Say-hello.toml"));
    assert_eq!(s.request().name.as_deref(), Some("Say hello?"));
    s.press("1 r ctrl-a").text("plain one").press("enter");
    assert_eq!(s.model.current.as_deref(), Some("deep/plain-one.toml"));
    assert_eq!(s.request().name.as_deref(), Some("plain one"));
    s.press("r ctrl-a").text("short").press("enter");
    assert_eq!((s.model.current.as_deref(), s.request().name.as_deref()), (Some("deep/short.toml"), None));
}

#[test]
fn prompts_for_new_paths_name_the_folder_they_start_in() {
    let mut s = Screen::on("api/token.toml");
    for (key, what) in [("n", "New request in api/"), ("N", "New folder in api/")] {
        s.press("1").press(key);
        assert!(s.shown().contains(what), "{}", s.shown());
        s.press("esc");
    }
    s.press("1 N").text("deep").press("enter");
    assert_eq!(s.take(), [DiskEffect::CreateFolder { path: "api/deep".into() }.into()]);
    s.press("N").text("/top").press("enter");
    assert_eq!(s.take(), [DiskEffect::CreateFolder { path: "top".into() }.into()]);
    s.press("n").text("/one").press("enter esc");
    assert_eq!(s.model.current.as_deref(), Some("one.toml"));
}

#[test]
fn what_cannot_be_renamed_is_asked_for_again() {
    let mut s = Screen::on("plain.toml");
    let ask = Ask::Rename("plain.toml".into());
    let problem = "users.toml already exists; choose another name".to_owned();
    s.tell(Msg::AskAgain { ask: ask.clone(), text: "users".into(), problem });
    assert!(
        matches!(&s.model.overlays[..], [Overlay::Ask(again, text)] if *again == ask && text.text() == "users")
    );
    assert!(s.notice().contains("already exists"));
}
