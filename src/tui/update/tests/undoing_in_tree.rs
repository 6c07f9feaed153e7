//! What is done to the tree on disk is undone with one key, or stays as it is.

use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::msg::Msg;
use crate::tui::testing::Screen;

const A: &str = "name = \"Alpha one\"\nmethod = \"GET\"\nurl = \"https://a.example/\"\n";
const B: &str = "method = \"GET\"\nurl = \"https://b.example/\"\n";

fn screen() -> Screen {
    let files = [("signpost.toml", "# ours\n"), ("a.toml", A), ("b.toml", B), ("api/c.toml", B)];
    let mut s = Screen::on_disk((140, 40), &files);
    s.press("1 g g");
    while s.model.tree.current().is_some_and(|node| node.path != "a.toml") {
        s.press("j");
    }
    s
}

#[test]
fn a_rename_is_undone_with_the_file_s_own_name_and_the_one_that_is_shown() {
    let mut s = screen();
    s.press("r ctrl-a").text("Gamma ray").press("enter");
    assert!(s.file("Gamma-ray.toml").contains("name = \"Gamma ray\""));
    s.press("u");
    assert_eq!(s.file("a.toml"), A);
    assert!(!s.exists("Gamma-ray.toml"));
    assert_eq!(s.notice(), "Undone: Gamma-ray.toml is a.toml again");
    assert_eq!(s.model.current.as_deref(), Some("a.toml"));
    assert!(!s.model.shown().is_none_or(|open| open.is_dirty()));
    s.press("u");
    assert_eq!(s.notice(), "Nothing to undo in the tree");
    // What is open and changed goes along, and a later save reports no conflict.
    s.press("r ctrl-a").text("Beta").press("enter 2 enter end").text("x").press("esc 1 ctrl-z w");
    assert!(s.file("a.toml").contains("https://a.example/x"), "{}", s.notice());
    assert!(s.model.overlays.is_empty());
}

#[test]
fn a_move_of_several_is_one_step() {
    let mut s = screen();
    s.press("space space m").text("api").press("enter");
    assert!(s.exists("api/a.toml") && s.exists("api/b.toml"));
    s.press("u");
    assert_eq!((s.file("a.toml"), s.file("b.toml")), (A.to_owned(), B.to_owned()));
    assert_eq!(s.notice(), "Undone: 2 requests and folders are where they were");
}

#[test]
fn a_new_folder_is_shown_and_taken_back_unless_it_holds_something() {
    let mut s = screen();
    s.press("N").text("Later on").press("enter");
    assert_eq!(s.notice(), "The folder Later-on was made: u takes it back");
    assert_eq!(s.model.tree.current().map(|node| node.path.to_string()).as_deref(), Some("Later-on"));
    s.write("Later-on/mine.toml", B);
    s.press("u");
    assert_eq!(s.notice(), "Couldn't undo it: Later-on/ isn't empty any more, and stays");
    assert_eq!(s.file("Later-on/mine.toml"), B);
    s.remove("Later-on/mine.toml");
    s.press("u");
    assert_eq!(s.notice(), "Undone: the folder Later-on is in the trash");
    assert!(!s.exists("Later-on"));
}

#[test]
fn an_order_is_undone_to_the_letter_unless_its_file_has_changed() {
    let mut s = screen();
    s.press("}");
    let ordered = s.file("signpost.toml");
    assert!(ordered.contains("order = "), "{ordered}");
    s.write("signpost.toml", &format!("{ordered}# theirs\n"));
    s.press("u");
    assert_eq!(s.notice(), "Couldn't undo it: signpost.toml has changed since; nothing was undone");
    assert_eq!(s.file("signpost.toml"), format!("{ordered}# theirs\n"));
    s.write("signpost.toml", &ordered);
    s.press("u");
    assert_eq!(s.file("signpost.toml"), "# ours\n");
    assert_eq!(s.notice(), "Undone: the workspace's order");
}

#[test]
fn a_rename_whose_old_name_is_taken_stays() {
    let mut s = screen();
    s.press("r ctrl-a").text("Beta").press("enter");
    s.write("a.toml", B);
    s.press("u");
    assert_eq!(s.notice(), "Couldn't undo it: a.toml already exists; choose another name");
    assert_eq!((s.file("a.toml"), s.exists("Beta.toml")), (B.to_owned(), true));
    // It's tried once more, and then no longer stands in the way of what was done before.
    s.press("u");
    let dropped = "a.toml already exists; choose another name: this step can't be undone any more";
    assert_eq!(s.notice(), dropped);
    s.press("u");
    assert_eq!(s.notice(), "Nothing to undo in the tree");
}

#[test]
fn a_step_below_one_that_is_refused_twice_is_undone() {
    let mut s = screen();
    s.press("N").text("later").press("enter");
    s.press("g g");
    while s.model.tree.current().is_some_and(|node| node.path != "a.toml") {
        s.press("j");
    }
    s.press("r ctrl-a").text("Beta").press("enter");
    s.write("a.toml", B);
    s.press("u u u");
    assert_eq!(s.notice(), "Undone: the folder later is in the trash");
    assert!(s.exists("Beta.toml"));
}

#[test]
fn another_request_under_the_new_name_is_not_renamed() {
    let mut s = screen();
    s.press("r ctrl-a").text("beta").press("enter D y");
    assert!(!s.exists("beta.toml"));
    s.write("beta.toml", B);
    s.press("u");
    assert_eq!(s.notice(), "Undone: beta-2.toml is back");
    s.press("u");
    assert_eq!(s.notice(), "Couldn't undo it: beta.toml has changed since; nothing was undone");
    assert_eq!((s.file("beta.toml"), s.exists("a.toml")), (B.to_owned(), false));
}

#[test]
fn a_rename_is_undone_after_its_request_was_saved() {
    let mut s = screen();
    s.press("r ctrl-a").text("Beta").press("enter 2 enter end").text("x").press("esc w 1");
    assert!(s.file("Beta.toml").contains("https://a.example/x"), "{}", s.notice());
    s.press("u");
    assert_eq!(s.notice(), "Undone: Beta.toml is a.toml again");
    assert!(s.file("a.toml").contains("https://a.example/x") && s.file("a.toml").contains("Alpha one"));
}

#[test]
fn an_undo_waits_for_the_one_before_and_its_failure_keeps_their_order() {
    let mut s = screen();
    s.press("N").text("later").press("enter");
    s.press("N").text("last").press("enter");
    let done = s.model.rearranged.clone();
    s.take();
    s.answers = false;
    s.press("u u");
    let effects = s.take();
    let [Effect::Disk(DiskEffect::UndoInTree { steps })] = &effects[..] else { panic!("{effects:?}") };
    let (left, problem) = (steps.clone(), Some("it is locked".into()));
    s.tell(Msg::UndoneInTree { undone: Vec::new(), moved: Vec::new(), left, problem });
    assert!(!s.take().iter().any(|effect| matches!(effect, Effect::Disk(DiskEffect::UndoInTree { .. }))));
    assert_eq!((s.model.rearranged.clone(), s.notice()), (done, "Couldn't undo it: it is locked"));
}
