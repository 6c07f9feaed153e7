//! Going on from a cell while the disk writes it: by Tab, the mouse or the editor.

use super::{FILE, screen};
use crate::io::store::workspace::FileEdit;
use crate::tui::effect::{DiskEffect, Effect, ScreenEffect};
use crate::tui::model::workspace_editor::WorkspaceCell;
use crate::tui::mouse::MouseKind;
use crate::tui::msg::Msg;
use crate::tui::testing::Screen;

/// A screen on the fields of an identity of this name.
fn with_identity(name: &str) -> Screen {
    let mut s = screen();
    s.press("] ] enter").text(name).press("enter").text("keys").press("enter");
    s
}

/// The name of the row under the cursor.
fn row(s: &Screen) -> Option<String> {
    s.model.workspace_row().and_then(|row| row.name().map(str::to_owned))
}

#[test]
fn tab_after_the_name_of_an_identity_asks_for_its_kind_and_types_nowhere_else() {
    let mut s = with_identity("alice");
    let alice = s.file("signpost.toml");
    s.press("a").text("bob").press("tab");
    assert!(s.model.editing.is_none() && s.model.overlays.len() == 1, "{}", s.shown());
    s.text("keys").press("enter");
    assert!(s.model.editing.is_none());
    let text = s.file("signpost.toml");
    assert!(text.starts_with(&alice) && text.contains("\n[identities.bob]\nkind = \"keys\"\n"), "{text}");
}

#[test]
fn tab_after_the_name_of_an_environment_chooses_it() {
    let mut s = screen();
    s.press("1 v").text("new").press("enter").text("dev").press("tab");
    assert!(s.model.editing.is_none(), "{}", s.shown());
    assert_eq!(s.model.environment.as_deref(), Some("dev"));
}

#[test]
fn tab_after_another_name_of_an_identity_goes_to_its_first_field_under_that_name() {
    let mut s = with_identity("alice");
    s.press("g g r ctrl-a").text("bob").press("tab");
    assert!(
        matches!(s.model.edited_cell(), Some(WorkspaceCell::Field { identity, field, .. })
            if identity == "bob" && field.key == "access_key"),
        "{:?}",
        s.model.edited_cell()
    );
    s.text("AKIAIOSFODNN7EXAMPLE").press("enter");
    let text = s.file("signpost.toml");
    assert!(
        text.contains("[identities.bob]\nkind = \"keys\"\naccess_key = \"AKIAIOSFODNN7EXAMPLE\"\n"),
        "{text}"
    );
    assert!(!text.contains("alice"), "{text}");
    s.press("enter shift-tab");
    assert!(matches!(s.model.edited_cell(), Some(WorkspaceCell::RenameIdentity(name)) if name == "bob"));
}

#[test]
fn the_file_opens_in_the_editor_once_the_cell_is_saved() {
    let mut s = screen();
    s.press("j enter ctrl-a").text("b.example");
    s.take();
    s.answers = false;
    s.press("alt-e");
    let effects = s.take();
    let opens = |effect: &Effect| matches!(effect, Effect::Screen(ScreenEffect::EditWorkspaceFile { .. }));
    assert!(!effects.iter().any(opens), "{effects:?}");
    let change = effects.into_iter().find_map(|effect| match effect {
        Effect::Disk(DiskEffect::ChangeWorkspace { change }) => Some(change),
        _ => None,
    });
    let change = change.expect("a change");
    let (file, after) = (change.file.clone(), Some(s.file("signpost.toml")));
    let edit = FileEdit { file, before: Some(FILE.to_owned()), after };
    s.tell(Msg::WorkspaceChanged { change, edit, secrets: Vec::new(), listed: Box::new(Msg::Tick) });
    assert!(s.take().iter().any(opens));
}

#[test]
fn the_wheel_leaves_the_cursor_on_the_cell_that_is_typed_into() {
    let mut s = screen();
    s.press("j enter");
    let (x, y) = s.find("token");
    s.mouse(MouseKind::WheelDown, x, y);
    assert_eq!(row(&s).as_deref(), Some("host"));
    s.press("esc");
    s.mouse(MouseKind::WheelDown, x, y);
    assert_eq!(row(&s).as_deref(), Some("token"));
}

#[test]
fn a_click_on_another_row_counts_after_the_cell_is_saved() {
    let mut s = screen();
    s.press("j enter ctrl-a").text("b.example");
    let (x, y) = s.find("token");
    s.click(x, y);
    assert!(s.file("signpost.toml").contains("host = \"b.example\""));
    assert_eq!((row(&s).as_deref(), s.model.editing.is_none()), (Some("token"), true));
    // An invalid text keeps its cell.
    s.press("r").text(" no name").click(x, y - 1);
    assert_eq!(s.typed(), "token no name");
}
