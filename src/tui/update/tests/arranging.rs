//! Marks, order by hand, and moving into folders: through keys, with the files that are there
//! afterwards.

use std::collections::BTreeSet;
use std::fs;

use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::Pane;
use crate::tui::model::overlay::{Ask, Confirm, Overlay};
use crate::tui::mouse::MouseKind;
use crate::tui::msg::Msg;
use crate::tui::testing::Screen;

/// A screen on a real folder with the requests f/d, a, b and c.
fn desk() -> Screen {
    let files = ["f/d.toml", "a.toml", "b.toml", "c.toml"].map(|path| (path, "url = \"x\"\n"));
    let mut s = Screen::on_disk((120, 40), &files);
    s.press("1");
    s
}

/// The rows of the tree.
fn rows(s: &Screen) -> Vec<String> {
    s.model.tree.nodes().iter().map(|node| node.path.to_string()).collect()
}

fn exists(s: &Screen, path: &str) -> bool {
    s.folder().join(path).exists()
}

fn under_cursor(s: &Screen) -> &str {
    s.model.tree.current().map_or("", |node| node.path.as_str())
}

/// Somebody else changes the folder, and the screen sees it.
fn changed(s: &mut Screen) {
    s.tell(Msg::DiskChanged { paths: BTreeSet::new(), anything: true });
}

#[test]
fn the_order_is_changed_by_hand_and_written_next_to_the_requests() {
    let mut s = desk();
    assert_eq!(rows(&s), ["f", "f/d.toml", "a.toml", "b.toml", "c.toml"]);
    s.press("G { {");
    assert_eq!(rows(&s), ["f", "f/d.toml", "c.toml", "a.toml", "b.toml"]);
    assert_eq!(under_cursor(&s), "c.toml");
    assert_eq!(s.file("signpost.toml"), "order = [\"f\", \"c\", \"a\"]\n");
    s.press("{");
    assert_eq!(rows(&s)[0], "c.toml");
    // Nothing is above the first, and nothing below the last.
    s.press("{");
    assert_eq!(rows(&s), ["c.toml", "f", "f/d.toml", "a.toml", "b.toml"]);
    s.press("shift-down shift-down shift-down shift-down");
    assert_eq!(rows(&s), ["f", "f/d.toml", "a.toml", "b.toml", "c.toml"]);
    // What was never saved has no place yet.
    s.press("n").text("new").press("enter esc 1 {");
    assert!(s.notice().contains("before it is saved"), "{}", s.notice());
}

#[test]
fn marked_rows_are_moved_together_into_a_folder_that_is_picked() {
    let mut s = desk();
    s.press("g g j j space space");
    let shown = s.shown();
    assert!(
        shown.contains("2 marked") && shown.contains("◆ GET  a") && shown.contains("◆ GET  b"),
        "{shown}"
    );
    s.press("m");
    let shown = s.shown();
    assert!(
        shown.contains("Move 2 requests and folders into a folder") && shown.contains("new folder…"),
        "{shown}"
    );
    s.press("enter");
    assert_eq!(rows(&s), ["f", "f/a.toml", "f/b.toml", "f/d.toml", "c.toml"]);
    assert!(exists(&s, "f/a.toml") && exists(&s, "f/b.toml") && !exists(&s, "a.toml"));
    assert_eq!((s.notice(), s.model.tree.marks()), ("2 moved to f/", 0));
    // Back to the workspace.
    s.press("g g j m").text("/");
    s.press("enter");
    assert!(exists(&s, "a.toml") && !exists(&s, "f/a.toml"));
}

#[test]
fn a_new_folder_is_made_by_the_picker_or_by_what_is_typed() {
    let mut s = desk();
    s.press("G m").text("new f").press("enter");
    assert!(matches!(s.model.overlays[..], [Overlay::Ask(Ask::MoveIntoNew(_), _)]));
    s.text("deep/er one").press("enter");
    assert!(exists(&s, "deep/er-one/c.toml"));
    s.press("G m").text("zzz");
    assert!(s.shown().contains("enter makes this folder"), "{}", s.shown());
    s.press("enter");
    assert!(exists(&s, "zzz/b.toml"));
    // A folder that wouldn't be listed is asked for again.
    s.press("G m").text("new f").press("enter").text(&["d"; 40].join("/")).press("enter");
    assert!(s.notice().contains("32 deep"), "{}", s.notice());
    assert!(matches!(s.model.overlays[..], [Overlay::Ask(Ask::MoveIntoNew(_), _)]));
}

#[test]
fn a_folder_is_not_offered_itself_what_is_in_it_or_where_it_is() {
    let mut s = desk();
    s.press("g g m");
    let Some(Overlay::Pick(picker)) = s.model.overlays.last() else { panic!("no picker") };
    assert_eq!(picker.shown().map(|item| item.label.as_str()).collect::<Vec<_>>(), ["new folder…"]);
}

#[test]
fn one_that_cannot_be_moved_stays_and_the_reason_is_said() {
    let mut s = desk();
    fs::write(s.folder().join("f/a.toml"), "url = \"x\"\n").unwrap();
    changed(&mut s);
    s.press("G k k space space");
    s.press("m").text("f");
    s.press("enter");
    assert!(exists(&s, "a.toml") && exists(&s, "f/b.toml"));
    assert!(s.notice().contains("f/a.toml already exists"), "{}", s.notice());
}

#[test]
fn marked_rows_are_deleted_after_one_question_and_come_back_at_once() {
    let mut s = desk();
    // What is in a marked folder goes with it.
    s.press("g g space space space");
    s.press("D");
    let Some(Overlay::Confirm(Confirm::Delete(paths))) = s.model.overlays.last() else { panic!() };
    assert_eq!(paths[..], ["f", "a.toml"]);
    assert!(s.shown().contains("Move 2 to the trash: f, a.toml?"), "{}", s.shown());
    s.press("y");
    assert_eq!(rows(&s), ["b.toml", "c.toml"]);
    assert!(s.notice().contains("2 are in the trash: u takes them back"));
    assert_eq!(s.model.tree.marks(), 0);
    s.press("u");
    assert_eq!(rows(&s), ["f", "f/d.toml", "a.toml", "b.toml", "c.toml"]);
    assert!(exists(&s, "f/d.toml") && exists(&s, "a.toml"));
}

#[test]
fn escape_takes_the_marks_away_and_a_mark_of_what_is_gone_goes() {
    let mut s = desk();
    s.press("G space");
    assert_eq!(s.model.tree.targets(), ["c.toml"]);
    s.press("esc");
    assert_eq!(s.model.tree.marks(), 0);
    assert!(!s.shown().contains('◆'));
    s.press("G space");
    fs::remove_file(s.folder().join("c.toml")).unwrap();
    changed(&mut s);
    assert_eq!(s.model.tree.marks(), 0);
}

#[test]
fn a_move_into_a_folder_keeps_what_was_never_saved() {
    let mut s = desk();
    s.press("n").text("new").press("enter").text("https://n.example").press("esc 1");
    s.press("m").text("f");
    s.press("enter");
    assert_eq!(s.model.current.as_deref(), Some("f/new.toml"));
    assert!(!exists(&s, "f/new.toml") && s.model.shown().unwrap().is_dirty());
}

#[test]
fn the_mouse_selects_opens_and_folds_in_the_tree() {
    let mut s = Screen::on("hello.toml");
    let (x, y) = s.find("plain");
    s.click(x, y);
    assert_eq!((s.model.current.as_deref(), s.model.focus), (Some("plain.toml"), Pane::Tree));
    s.click(x, y);
    assert_eq!(s.model.focus, Pane::Request, "a double click opens");
    // Two clicks far apart aren't a double click.
    s.click(x, y);
    s.wait(std::time::Duration::from_secs(1));
    s.click(x, y);
    assert_eq!(s.model.focus, Pane::Tree);
    let (x, y) = s.find("▾ api");
    s.click(x + 3, y);
    assert!(!s.model.tree.is_folded("api"), "a click on its name goes there");
    s.click(x + 3, y);
    assert!(s.model.tree.is_folded("api"), "a double click folds it");
    s.click(x, y);
    assert!(!s.model.tree.is_folded("api"), "a click on the arrow unfolds it");
    s.mouse(MouseKind::WheelDown, x, y);
    assert!(s.model.tree.cursor() < s.model.tree.shown().len());
    // The arrow moves with the marks.
    s.press("space");
    let (x, y) = s.find("▾ api");
    s.click(x, y);
    assert!(s.model.tree.is_folded("api"));
}

#[test]
fn duplicating_opens_the_copy() {
    let mut s = desk();
    s.press("G d");
    assert_eq!((under_cursor(&s), s.model.current.as_deref()), ("c-2.toml", Some("c-2.toml")));
    assert!(exists(&s, "c-2.toml"));
}

#[test]
fn several_that_were_never_saved_move_at_once_with_one_listing() {
    let mut s = desk();
    for name in ["new", "other"] {
        s.press("G n").text(name).press("enter").text("https://n.example").press("esc 1");
    }
    let at = |s: &Screen, path: &str| rows(s).iter().position(|row| row == path).unwrap();
    let (first, last) = (at(&s, "new.toml"), at(&s, "other.toml"));
    s.press("g g");
    for row in 0..=last {
        s.press(if [first, last].contains(&row) { "space" } else { "j" });
    }
    assert_eq!(s.model.tree.marks(), 2);
    s.press("m").text("f");
    s.answers = false;
    s.press("enter");
    let listings = s.take().into_iter().filter(|effect| *effect == Effect::from(DiskEffect::List));
    assert_eq!(listings.count(), 1);
    assert_eq!(s.notice(), "2 moved to f/");
    assert!(["f/new.toml", "f/other.toml"].iter().all(|path| s.model.open_requests.contains_key(*path)));
}

#[test]
fn a_folder_that_was_not_chosen_leaves_nothing_to_move() {
    let mut s = desk();
    s.press("G m esc").press("k m").text("f");
    s.press("enter");
    assert!(exists(&s, "f/b.toml") && exists(&s, "c.toml"));
}
