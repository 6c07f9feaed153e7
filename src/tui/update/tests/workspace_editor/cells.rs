//! Typing into the workspace editor's cells: the keys of the request's rows.

use super::{FILE, REQUEST, screen};
use crate::core::scope::Source;
use crate::tui::model::Pane;
use crate::tui::model::workspace_editor::WorkspaceCell;
use crate::tui::testing::Screen;

/// The line of the screen that holds a text.
fn line_with(s: &mut Screen, text: &str) -> String {
    let shown = s.shown();
    shown.lines().find(|line| line.contains(text)).unwrap_or_default().to_owned()
}

#[test]
fn a_cell_is_typed_into_where_it_stands() {
    let mut s = screen();
    s.press("j enter ctrl-a").text("b.example");
    assert!(s.model.overlays.is_empty());
    let line = line_with(&mut s, "b.example");
    assert!(line.contains("host"), "{}", s.shown());
    assert!(s.shown().contains("`host` in the workspace. In the file: a.example"), "{}", s.shown());
    assert_eq!(s.file("signpost.toml"), FILE, "nothing is written before the cell is left");
    s.press("esc");
    assert_eq!(s.file("signpost.toml"), FILE.replace("\"a.example\"", "\"b.example\""));
}

#[test]
fn tab_goes_from_name_to_value_and_on_and_every_cell_is_saved() {
    let mut s = screen();
    s.press("a").text("port").press("tab").text("8080").press("tab");
    assert_eq!(s.model.edited_cell(), Some(&WorkspaceCell::NewVariable(Source::Workspace)));
    s.text("user").press("tab").text("me").press("esc");
    let added = "{{secret:t}}\"\nport = \"8080\"\nuser = \"me\"\n";
    assert_eq!(s.file("signpost.toml"), FILE.replace("{{secret:t}}\"\n", added));
    // A new name first, then the value of the same row.
    s.press("g g j r ctrl-a").text("server").press("tab ctrl-a").text("c.example").press("esc");
    assert!(
        s.file("signpost.toml").contains("\nserver = \"c.example\" # here\n"),
        "{}",
        s.file("signpost.toml")
    );
    // Back, without a change.
    let before = s.file("signpost.toml");
    s.press("enter shift-tab");
    assert!(
        matches!(s.model.edited_cell(), Some(WorkspaceCell::RenameVariable { name, .. }) if name == "server")
    );
    s.press("esc");
    assert_eq!(s.file("signpost.toml"), before);
}

#[test]
fn esc_keeps_a_name_as_in_the_request_s_rows_and_an_empty_one_adds_nothing() {
    let mut s = screen();
    s.press("a esc");
    assert_eq!(s.file("signpost.toml"), FILE);
    s.press("a").text("port").press("esc");
    assert!(s.file("signpost.toml").contains("\nport = \"\"\n"));
    assert_eq!(s.notice().split(':').next(), Some("`port` is saved in signpost.toml"));
    s.press("ctrl-z");
    assert_eq!((s.file("signpost.toml"), s.notice()), (FILE.to_owned(), "Undone: `port` in signpost.toml"));
}

#[test]
fn a_wrong_text_is_said_next_to_its_row_and_stays() {
    let mut s = screen();
    s.press("a").text("not a name");
    let line = line_with(&mut s, "not a name");
    assert!(line.contains("✗ `not a name` isn't a valid variable name"), "{line}");
    s.press("enter");
    assert_eq!(s.typed(), "not a name");
    s.press("tab");
    assert_eq!(s.typed(), "not a name");
    s.press("4");
    assert_eq!(s.typed(), "not a name4", "keys are text as long as it's typed");
    // Left twice without a change, the row is as it was.
    s.press("esc");
    assert_eq!(s.typed(), "not a name4");
    s.press("esc");
    assert!(s.model.editing.is_none());
    assert_eq!((s.file("signpost.toml"), s.notice()), (FILE.to_owned(), "Nothing was changed"));
}

#[test]
fn what_the_disk_refuses_is_still_typed() {
    let mut s = screen();
    s.press("a").text("port").press("tab").text("8080");
    s.write_unseen("signpost.toml", "name = \n");
    s.press("tab");
    assert_eq!(s.typed(), "8080");
    assert!(s.shown().contains("✗ signpost.toml:1: invalid TOML"), "{}", s.shown());
    s.write("signpost.toml", FILE);
    s.press("enter");
    assert!(s.file("signpost.toml").contains("\nport = \"8080\"\n"));
}

#[test]
fn what_others_change_meanwhile_leaves_the_typed_text_alone() {
    let mut s = screen();
    s.press("j j enter ctrl-a").text("{{secret:other}}");
    s.write("signpost.toml", &FILE.replace("host = \"a", "aaa = \"1\"\nbbb = \"2\"\nhost = \"a"));
    let line = line_with(&mut s, "{{secret:other}}");
    assert!(line.contains("token"), "the row has moved, and the text with it: {}", s.shown());
    // Its environment is gone: the text waits for a decision.
    s.press("esc g g l j enter ctrl-a").text("x");
    let theirs = "name = \"w\"\n";
    s.write("signpost.toml", theirs);
    assert_eq!(s.typed(), "x");
    s.press("enter");
    assert_eq!((s.file("signpost.toml").as_str(), s.typed().as_str()), (theirs, "x"));
    assert_eq!(s.notice(), "`host` isn't in the file any more");
}

#[test]
fn a_secret_is_masked_while_it_is_typed_and_afterwards() {
    let mut s = screen();
    s.press("a").text("api_secret").press("tab");
    s.paste("hunter2-hunter2");
    assert!(s.shown().contains("•••") && !s.shown().contains("hunter2"), "{}", s.shown());
    assert!(!format!("{:?}", s.model.editing).contains("hunter2"));
    s.press("esc");
    assert!(!s.file("signpost.toml").contains("hunter2") && !s.shown().contains("hunter2"));
    assert_eq!(s.secret("api-secret").as_deref(), Some("hunter2-hunter2"));
    // What the file says is left out of what can be logged.
    let before = Some("hunter2-hunter2".to_owned());
    let cell = WorkspaceCell::Value { place: Source::Workspace, name: "api_secret".into(), before };
    assert!(!format!("{cell:?}").contains("hunter2"));
}

#[test]
fn names_are_offered_with_their_source_in_a_value() {
    let mut s = screen();
    s.press("a").text("url").press("tab").text("https://{{ho");
    assert!(s.shown().contains("a.example  (workspace)"), "{}", s.shown());
    s.press("tab").text("/x").press("esc");
    assert!(
        s.file("signpost.toml").contains("\nurl = \"https://{{host}}/x\"\n"),
        "{}",
        s.file("signpost.toml")
    );
}

#[test]
fn another_pane_is_entered_once_the_cell_is_saved() {
    let mut s = screen();
    s.press("j enter ctrl-a").text("b.example").press("alt-2");
    assert_eq!(s.model.focus, Pane::Url);
    assert!(s.file("signpost.toml").contains("b.example"));
    s.press("5 enter end").text("x").press("ctrl-s");
    assert!(s.file("signpost.toml").contains("b.examplex"));
}

#[test]
fn undoing_a_value_for_this_run_says_which() {
    let mut s = screen();
    s.press("j o ctrl-a").text("now.example").press("tab esc u");
    assert_eq!(s.notice(), "Undone: `host` for this run");
    assert!(s.model.overrides.is_empty());
}

#[test]
fn typing_works_without_any_request() {
    let mut s = Screen::on_disk((60, 15), &[("signpost.toml", "[variables]\nhost = \"a\"\n")]);
    s.press("5 j enter ctrl-a").text("b");
    assert!(s.shown().contains("End editing"), "{}", s.shown());
    s.press("esc");
    assert_eq!(s.file("signpost.toml"), "[variables]\nhost = \"b\"\n");
    let mut s = Screen::on_disk((60, 15), &[("signpost.toml", ""), ("hello.toml", REQUEST)]);
    s.press("5 a").text("no name").press("enter");
    assert!(s.shown().contains("isn't a valid variable name"), "{}", s.shown());
}

#[test]
fn pasted_keys_go_to_the_fields_of_the_identity_that_is_edited() {
    let mut s = screen();
    s.press("] ] enter").text("alice").press("enter").text("keys").press("enter enter");
    s.paste(
        "export AWS_ACCESS_KEY_ID=ASIAIOSFODNN7EXAMPLE\rexport \
         AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\r\
         export AWS_SESSION_TOKEN=IQoJb3JpZ2luX2VjEXAMPLETOKEN\r",
    );
    let identity = "\n[identities.alice]\nkind = \"keys\"\naccess_key = \"ASIAIOSFODNN7EXAMPLE\"\n\
        secret_key = \"{{secret:alice.secret-key}}\"\nsession_token = \"{{secret:alice.session-token}}\"\n";
    assert!(s.file("signpost.toml").ends_with(identity), "{}", s.file("signpost.toml"));
    assert_eq!(s.secret("alice.secret-key").as_deref(), Some("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
    assert!(!s.shown().contains("wJalr") && !s.shown().contains("IQoJb3"), "{}", s.shown());
    // Other keys have no token; together they are one step.
    let before = s.file("signpost.toml");
    s.press("enter");
    s.paste(
        "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\r\
         export AWS_SECRET_ACCESS_KEY=je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\r",
    );
    let text = s.file("signpost.toml");
    assert!(text.contains("access_key = \"AKIAIOSFODNN7EXAMPLE\"\n"), "{text}");
    assert!(!text.contains("session_token"), "{text}");
    assert_eq!(s.secret("alice.secret-key-2").as_deref(), Some("je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"));
    s.press("u");
    assert_eq!(s.file("signpost.toml"), before);
}

#[test]
fn what_is_typed_into_another_field_is_saved_with_the_pasted_keys() {
    let identity = "[identities.alice]\nkind = \"keys\"\naccess_key = \"\"\nsecret_key = \"\"\n";
    let mut s = Screen::on_disk((140, 40), &[("signpost.toml", identity), ("hello.toml", REQUEST)]);
    s.press("5 ] ] g g j j j j enter").text("IQoJb3JpZ2luX2VjEXAMPLETOKEN");
    assert!(
        matches!(s.model.edited_cell(), Some(WorkspaceCell::Field { field, .. }) if field.key == "session_token")
    );
    s.paste("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\r");
    assert_eq!(s.secret("alice.session-token").as_deref(), Some("IQoJb3JpZ2luX2VjEXAMPLETOKEN"));
    assert_eq!(s.secret("alice.secret-key").as_deref(), Some("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
    // What the disk refuses opens the cell again.
    s.press("k k enter").text("AKIA");
    s.write_unseen("signpost.toml", "name = \n");
    s.paste("AWS_SECRET_ACCESS_KEY=je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\r");
    assert_eq!(s.typed(), "AKIA");
    assert!(s.notice().contains("invalid TOML"), "{}", s.notice());
}
