//! What is on disk, whatever happens to the program or the disk.

use std::fs;
use std::path::PathBuf;

use portable_pty::CommandBuilder;

use crate::desk::{Desk, PLAIN, WIDE, holds, quit};
use crate::pty::ESC;

#[test]
fn what_was_typed_survives_a_kill_and_is_saved_beside_the_comments() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut pty = desk.open(WIDE);
    pty.press("2e-typed");
    pty.wait_for_all(&["http://127.0.0.1:9/a-typed", "● not saved"]);
    pty.wait_outside("a draft", || desk.drafts().iter().any(|draft| holds(draft, "/a-typed")));
    pty.signal("-KILL");
    pty.exit_code();
    assert_eq!(desk.read("a.toml"), PLAIN);

    let mut pty = desk.open(WIDE);
    pty.wait_for_all(&["http://127.0.0.1:9/a-typed", "● not saved"]);
    pty.press("w");
    pty.wait_for("Saved a.toml");
    pty.wait_until_gone("● not saved");
    assert_eq!(desk.read("a.toml"), PLAIN.replace("9/a", "9/a-typed"));
    quit(pty);
    assert_eq!(desk.drafts(), Vec::<PathBuf>::new());
}

#[test]
fn quitting_asks_once_where_something_is_not_saved() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut pty = desk.open(WIDE);
    pty.press(&format!("2e-typed{ESC}"));
    pty.wait_for_all(&["/a-typed", "enter Edit"]);
    pty.press("q");
    pty.wait_for("a.toml");
    pty.press(ESC);
    pty.wait_for("enter Edit");
    pty.press("\x03");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
    assert!(desk.drafts().iter().any(|draft| holds(draft, "/a-typed")));
}

#[test]
fn a_save_that_meets_another_change_shows_both_and_loses_neither() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut pty = desk.open(WIDE);
    pty.press(&format!("2e-mine{ESC}"));
    pty.wait_for_all(&["/a-mine", "enter Edit"]);
    let theirs = PLAIN.replace("9/a", "9/a-theirs");
    desk.write("a.toml", &theirs);
    pty.press("w");
    pty.wait_for_all(&["changed by somebody else", "9/a-theirs", "9/a-mine"]);
    assert_eq!(desk.read("a.toml"), theirs);
    // Later: nothing is written, and what was typed is still there.
    pty.press(ESC);
    pty.wait_until_gone("changed by somebody else");
    pty.wait_for_all(&["/a-mine", "● not saved"]);
    assert_eq!(desk.read("a.toml"), theirs);
    // Theirs; mine stays in undo.
    pty.press("w");
    pty.wait_for("changed by somebody else");
    pty.press("t");
    pty.wait_for("/a-theirs");
    pty.press("u");
    pty.wait_for("/a-mine");
    // Mine, over theirs.
    pty.press("w");
    pty.wait_for("Saved a.toml");
    assert_eq!(desk.read("a.toml"), PLAIN.replace("9/a", "9/a-mine"));
    quit(pty);
}

#[test]
fn a_file_that_does_not_parse_is_listed_with_its_line_and_never_written() {
    let broken = "method = \"GET\"\nurl = \n";
    let desk = Desk::new(&[("a.toml", PLAIN), ("broken.toml", broken)]);
    let mut pty = desk.open(WIDE);
    pty.wait_for_all(&["!    broken", "http://127.0.0.1:9/a"]);
    pty.press("j");
    pty.wait_for("broken.toml: line 2: ");
    // The request of before is no longer what the keys are about.
    assert!(!pty.shows("http://127.0.0.1:9/a"), "{}", pty.text());
    pty.press("s");
    pty.wait_for("No request is open");
    pty.press("w");
    quit(pty);
    assert_eq!(desk.read("broken.toml"), broken);
}

#[test]
fn a_full_disk_is_an_error_with_the_text_still_in_its_field() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut command = CommandBuilder::new("sh");
    // No file may grow beyond nothing; the signal for it is ignored, as on a disk that is full.
    command.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$1\"", env!("CARGO_BIN_EXE_signpost")]);
    command.arg(&desk.folder);
    let mut pty = desk.home.start(command, WIDE, &[]);
    pty.wait_for("s Send");
    pty.press(&format!("2e-typed{ESC}"));
    pty.wait_for_all(&["/a-typed", "enter Edit"]);
    pty.press("w");
    pty.wait_for("a.toml is not saved: ");
    assert!(pty.shows("http://127.0.0.1:9/a-typed") && pty.shows("● not saved"), "{}", pty.text());
    pty.press("\x03");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
    assert_eq!(desk.read("a.toml"), PLAIN);
    assert_eq!(fs::read_dir(&desk.folder).unwrap().count(), 2, "a temporary file was left behind");
}

#[test]
fn a_folder_that_cannot_be_written_into_is_an_error_with_the_text_still_in_its_field() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    fs::create_dir(desk.folder.join("sub")).unwrap();
    desk.write("sub/b.toml", PLAIN);
    let mut pty = desk.open(WIDE);
    pty.wait_for("b");
    pty.press("/b\r");
    pty.wait_for(" sub/b ");
    pty.press(&format!("2e-typed{ESC}"));
    pty.wait_for_all(&["/a-typed", "enter Edit"]);
    // Where the folder was there is a file now; permissions would not stop a superuser's test.
    fs::remove_dir_all(desk.folder.join("sub")).unwrap();
    desk.write("sub", "in the way");
    pty.press("w");
    pty.wait_for("sub/b.toml is not saved: ");
    assert!(pty.shows("http://127.0.0.1:9/a-typed") && pty.shows("● not saved"), "{}", pty.text());
    pty.press("\x03");
    assert_eq!(pty.exit_code(), 0);
}

#[test]
fn what_others_write_is_on_the_screen_at_once() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut pty = desk.open(WIDE);
    pty.wait_for("http://127.0.0.1:9/a");
    // Nobody knows when the watching begins: what is written before that would go unnoticed.
    pty.wait_while_doing("pulled", || desk.write("pulled.toml", PLAIN));
    desk.write("a.toml", &PLAIN.replace("9/a", "9/theirs"));
    pty.wait_for("http://127.0.0.1:9/theirs");
    desk.write("a.toml", &format!("<<<<<<< HEAD\n{PLAIN}=======\n{PLAIN}>>>>>>> other\n"));
    pty.wait_for("line 1: git has left a merge conflict here");
    desk.write("a.toml", PLAIN);
    pty.wait_for("http://127.0.0.1:9/a ");
    desk.write("signpost.toml", "name = \n");
    pty.wait_for("! 1 problem");
    desk.write("signpost.toml", "name = \"the desk\"\n[environments.staging]\n");
    pty.wait_until_gone("! 1 problem");
    pty.press("v");
    pty.wait_for("staging");
    pty.press(ESC);
    pty.wait_until_gone("staging");
    fs::remove_file(desk.folder.join("pulled.toml")).unwrap();
    pty.wait_until_gone("pulled");
    quit(pty);
}

#[test]
fn a_workspace_opens_as_it_was_left() {
    let desk = Desk::new(&[("a.toml", PLAIN), ("b.toml", PLAIN)]);
    fs::create_dir(desk.folder.join("f")).unwrap();
    desk.write("f/z.toml", PLAIN);
    desk.write("signpost.toml", "name = \"the desk\"\norder = [\"a\", \"b\"]\n[environments.staging]\n");
    let mut pty = desk.open(WIDE);
    pty.press("j");
    pty.wait_for("┌ b ");
    pty.press("vstaging\r");
    pty.wait_for("env: staging");
    // A narrower tree, and the cursor on a folder while a request is shown.
    pty.press("<1j");
    pty.wait_for("▾ f");
    quit(pty);
    let mut pty = desk.open(WIDE);
    pty.wait_for_all(&["env: staging", "┌ b "]);
    quit(pty);
    // What is gone is no reason to complain.
    fs::remove_file(desk.folder.join("b.toml")).unwrap();
    let mut pty = desk.open(WIDE);
    pty.wait_for("┌ ");
    assert!(!pty.shows("✗") && !pty.shows("deleted"), "{}", pty.text());
    quit(pty);
}

#[test]
fn a_url_on_the_command_line_opens_a_scratch_request() {
    let desk = Desk::new(&[("a.toml", PLAIN)]);
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_signpost"));
    command.arg("127.0.0.1:9/hello?name=ann");
    command.cwd(&desk.folder);
    let mut pty = desk.home.start(command, WIDE, &[]);
    pty.wait_for_all(&["127.0.0.1:9/hello?name=ann", "untitled", "the desk"]);
    pty.press("w");
    pty.wait_for("Save: the path of the request");
    pty.press("\r");
    pty.wait_for("Saved get-hello.toml");
    assert!(desk.read("get-hello.toml").contains("127.0.0.1:9/hello"));
    quit(pty);
}
