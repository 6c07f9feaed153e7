//! The workspace editor, driven by keys on a workspace that is really on disk.

use crate::core::scope::Source;
use crate::tui::effect::{Effect, ScreenEffect, TaskEffect};
use crate::tui::model::Pane;
use crate::tui::model::overlay::Overlay;
use crate::tui::model::workspace_editor::WorkspaceTab;
use crate::tui::testing::Screen;

mod cells;
mod typing;

const FILE: &str = "# Ours\nname = \"w\"\n\n[variables]\n# where it runs\nhost = \"a.example\" # here\n\
    token = \"{{secret:t}}\"\n\n# careful\n[environments.prod]\nproduction = true\nhost = \"prod.example\"\n";

const REQUEST: &str = "method = \"GET\"\nurl = \"https://{{host}}/\"\n";

fn screen() -> Screen {
    let files = [
        ("signpost.toml", FILE),
        ("hello.toml", REQUEST),
        ("api/list.toml", REQUEST),
        ("api/folder.toml", ""),
    ];
    let mut s = Screen::on_disk((140, 40), &files);
    s.press("5");
    assert_eq!(s.model.focus, Pane::Workspace);
    s
}

#[test]
fn a_value_is_edited_and_comments_stay() {
    let mut s = screen();
    s.press("j enter ctrl-a").text("b.example").press("enter");
    assert_eq!(s.file("signpost.toml"), FILE.replace("\"a.example\"", "\"b.example\""));
    assert!(s.notice().starts_with("`host` is saved in signpost.toml: u takes it back"), "{}", s.notice());
    assert!(s.shown().contains("b.example"));
    s.press("u");
    assert_eq!(s.file("signpost.toml"), FILE);
    assert_eq!(s.notice(), "Undone: `host` in signpost.toml");
    s.press("U");
    assert_eq!(s.file("signpost.toml"), FILE.replace("\"a.example\"", "\"b.example\""));
    s.press("u u");
    assert_eq!(s.notice(), "Nothing to undo");
}

#[test]
fn variables_are_added_renamed_and_deleted() {
    let mut s = screen();
    s.press("a").text("not a name").press("enter");
    assert!(s.notice().contains("isn't a valid variable name"), "{}", s.notice());
    s.press("ctrl-a").text("port").press("enter").text("8080").press("enter");
    assert_eq!(
        s.file("signpost.toml"),
        FILE.replace("{{secret:t}}\"\n", "{{secret:t}}\"\nport = \"8080\"\n")
    );
    assert_eq!(
        s.model.workspace_row().and_then(|row| row.name().map(str::to_owned)).as_deref(),
        Some("port")
    );
    s.press("r ctrl-a").text("door").press("enter d");
    assert_eq!(s.file("signpost.toml"), FILE);
    // In a folder and an environment, whose own rows come first.
    s.press("g g enter")
        .text("folder api")
        .press("enter a")
        .text("host")
        .press("enter")
        .text("f")
        .press("enter");
    assert_eq!(s.file("api/folder.toml"), "[variables]\nhost = \"f\"\n");
    assert!(s.shown().contains("folder api, overrides w"), "{}", s.shown());
    s.press("g g h");
    assert_eq!(s.model.workspace_editor.place, Source::Environment("prod".into()));
    s.press("a").text("production").press("enter");
    assert_eq!(s.notice(), "`production` is the mark of an environment");
}

#[test]
fn an_inherited_variable_is_overridden_and_not_deleted() {
    let mut s = screen();
    s.press("l j j");
    assert!(s.shown().contains("Declared in the workspace (signpost.toml)."), "{}", s.shown());
    s.press("d");
    assert_eq!(s.notice(), "`token` comes from the workspace");
    assert_eq!(s.file("signpost.toml"), FILE);
    s.press("enter").text("typed-secret").press("enter");
    let reference = "{{secret:prod.token}}";
    let text = s.file("signpost.toml");
    assert!(text.contains(&format!("host = \"prod.example\"\ntoken = \"{reference}\"\n")), "{text}");
    assert!(!text.contains("typed-secret") && !s.shown().contains("typed-secret"));
    assert_eq!(s.secret("prod.token").as_deref(), Some("typed-secret"));
}

#[test]
fn environments_are_made_copied_renamed_marked_and_deleted() {
    let mut s = screen();
    s.press("] a").text("prod").press("enter");
    assert_eq!(s.notice(), "The environment `prod` already exists");
    s.press("ctrl-a").text("dev").press("enter");
    assert_eq!(s.file("signpost.toml"), format!("{FILE}\n[environments.dev]\n"));
    s.press("g g y enter p");
    let copy = "\n[environments.prod-2]\nproduction = false\nhost = \"prod.example\"\n";
    assert_eq!(s.file("signpost.toml"), format!("{FILE}{copy}\n[environments.dev]\n"));
    // What is chosen keeps to its environment under another name.
    s.press("v").text("prod-2").press("enter r ctrl-a").text("stage").press("enter");
    assert_eq!(s.model.environment.as_deref(), Some("stage"));
    s.press("d");
    assert!(s.shown().contains("Delete the environment stage from signpost.toml?"));
    s.press("n d y");
    assert_eq!(s.model.environment, None);
    assert_eq!(s.file("signpost.toml"), format!("{FILE}\n[environments.dev]\n"));
    s.press("u");
    assert!(s.file("signpost.toml").contains("[environments.stage]"));
}

#[test]
fn the_picker_makes_an_environment_and_shows_what_is_on_disk_now() {
    let mut s = screen();
    s.press("1 v");
    s.write("signpost.toml", &format!("{FILE}\n[environments.later]\n"));
    assert!(s.shown().contains("later") && s.shown().contains("new environment…"), "{}", s.shown());
    s.press("G").press("esc v").text("new env").press("enter").text("fresh").press("enter");
    assert_eq!(s.model.environment.as_deref(), Some("fresh"));
    assert_eq!(s.model.focus, Pane::Workspace);
    assert_eq!(s.model.workspace_editor.place, Source::Environment("fresh".into()));
    assert!(s.file("signpost.toml").ends_with("[environments.later]\n\n[environments.fresh]\n"));
}

#[test]
fn a_change_by_somebody_else_is_not_overwritten() {
    let mut s = screen();
    s.press("j enter ctrl-a").text("mine");
    let theirs = FILE.replace("a.example", "theirs.example");
    s.write_unseen("signpost.toml", &theirs);
    s.press("enter");
    assert_eq!(s.file("signpost.toml"), theirs);
    assert_eq!(s.notice(), "`host` has changed on disk meanwhile; look at it and try again");
    assert!(s.shown().contains("theirs.example"), "what is there now is shown");
    // What others change elsewhere in the file stays.
    s.write_unseen("signpost.toml", &theirs.replace("# Ours", "# Theirs"));
    assert_eq!(s.typed(), "mine", "what was typed is still there");
    s.press("enter");
    assert_eq!(
        s.file("signpost.toml"),
        theirs.replace("# Ours", "# Theirs").replace("theirs.example", "mine")
    );
}

#[test]
fn a_broken_file_is_shown_until_it_is_fixed() {
    let mut s = screen();
    s.write("signpost.toml", "name = \n");
    s.press("g g");
    assert!(s.shown().contains("✗ signpost.toml:1: invalid TOML"), "{}", s.shown());
    s.press("j enter ctrl-a").text("x").press("enter");
    assert!(s.notice().starts_with("signpost.toml:1: invalid TOML"), "{}", s.notice());
    assert_eq!(s.file("signpost.toml"), "name = \n");
    s.press("esc !");
    assert!(
        matches!(s.model.overlays.last(), Some(Overlay::Text { text, .. }) if text.contains("signpost.toml:1"))
    );
    s.press("esc E");
    assert_eq!(s.take(), [Effect::Screen(ScreenEffect::EditWorkspaceFile { file: "signpost.toml".into() })]);
    s.write("signpost.toml", FILE);
    assert!(!s.shown().contains("invalid TOML"));
}

#[test]
fn the_editor_is_left_for_the_pane_that_it_was_opened_from() {
    let mut s = screen();
    s.press("esc");
    assert_eq!(s.model.focus, Pane::Tree);
    s.press("3 5 ]");
    assert_eq!(s.model.workspace_editor.tab, WorkspaceTab::Environments);
    s.press("esc");
    assert_eq!(s.model.focus, Pane::Request);
    s.press("5 J");
    assert_eq!(s.model.focus, Pane::Request);
}

#[test]
fn an_identity_is_made_field_by_field_and_its_secret_is_kept() {
    let mut s = screen();
    s.press("] ] enter").text("alice").press("enter").text("keys").press("enter");
    s.press("enter").text("AKIAIOSFODNN7EXAMPLE").press("enter j enter");
    s.paste("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    assert!(!s.shown().contains("wJalr"), "{}", s.shown());
    s.press("enter");
    let identity = "\n[identities.alice]\nkind = \"keys\"\naccess_key = \"AKIAIOSFODNN7EXAMPLE\"\n\
        secret_key = \"{{secret:alice.secret-key}}\"\n";
    let text = s.file("signpost.toml");
    assert!(text.ends_with(identity), "{text}");
    assert_eq!(s.secret("alice.secret-key").as_deref(), Some("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
    // A session of it; its other fields are left out until they are typed.
    s.press("a").text("alice").press("enter");
    assert_eq!(s.notice(), "The identity `alice` already exists");
    s.press("ctrl-a")
        .text("short")
        .press("enter")
        .text("session")
        .press("enter j enter")
        .text("soon")
        .press("enter");
    assert_eq!(s.notice(), "`duration_seconds` is a whole number");
    s.press("ctrl-a").text("60").press("enter");
    assert!(s.shown().contains("`duration_seconds` can't be 60"), "{}", s.shown());
    s.press("enter ctrl-a").text("900").press("enter");
    let session =
        "\n[identities.short]\nkind = \"get-session-token\"\nsource = \"alice\"\nduration_seconds = 900\n";
    assert!(s.file("signpost.toml").ends_with(&format!("{identity}{session}")));
    s.press("d");
    assert!(s.file("signpost.toml").ends_with("source = \"alice\"\n"));
    s.press("k d");
    assert_eq!(s.notice(), "An identity of this kind needs `source`");
    // What names an identity in the file follows it.
    s.press("g g h r ctrl-a").text("bob").press("enter");
    assert!(
        s.file("signpost.toml").contains("[identities.bob]")
            && s.file("signpost.toml").contains("source = \"bob\"")
    );
    s.press("g g d y");
    assert!(!s.file("signpost.toml").contains("[identities.bob]"));
    s.press("u");
    assert!(s.file("signpost.toml").contains("[identities.bob]"));
}

#[test]
fn the_picker_of_identities_ends_with_a_new_one_that_signs_the_request() {
    let mut s = screen();
    s.press("esc I").text("new id").press("enter").text("me").press("enter").text("keys").press("enter");
    assert_eq!(s.request().auth.sigv4.identity, "me");
    assert_eq!((s.model.focus, s.model.workspace_editor.tab), (Pane::Workspace, WorkspaceTab::Identities));
    assert!(s.file("signpost.toml").contains("[identities.me]\nkind = \"keys\"\naccess_key = \"\"\n"));
}

#[test]
fn a_value_for_this_run_comes_first_and_reaches_no_file() {
    let mut s = screen();
    s.press("j o ctrl-a").text("now.example").press("enter");
    assert_eq!(s.notice(), "1 value for this run; nothing is saved");
    assert!(s.shown().contains("workspace, overridden by this run"), "{}", s.shown());
    assert!(s.shown().contains("env: none +1 this run"), "{}", s.shown());
    assert_eq!(s.file("signpost.toml"), FILE);
    s.press("esc v").text("prod").press("enter");
    let scope = &s.model.shown().unwrap().scope;
    assert_eq!(scope.get("host"), Some(("now.example", &Source::ThisRun)));
    let target = |s: &mut Screen| {
        s.press("c");
        s.take().into_iter().find_map(|effect| match effect {
            Effect::Task(TaskEffect::CopyCurl { target }) => Some(target),
            _ => None,
        })
    };
    let with = target(&mut s).expect("a request");
    assert_eq!(with.overrides["host"], "now.example");
    assert!(!format!("{with:?}").contains("now.example"), "secrets may be among the values");
    assert!(!format!("{:?}", s.model.overrides).contains("now.example"));
    // Another one, masked by its name; then both are taken back.
    s.press("5 g g h a").text("api_token").press("enter").text("t-o-k").press("enter");
    assert!(!s.shown().contains("t-o-k") && s.shown().contains("••••••••"), "{}", s.shown());
    assert_eq!(s.model.workspace_editor.place, Source::ThisRun);
    assert!(!format!("{:?}", s.model.workspace_editor.undo).contains("now.example"));
    s.press("u u");
    assert!(s.model.overrides.is_empty());
    assert_eq!(s.model.shown().unwrap().scope.get("host").map(|(value, _)| value), Some("prod.example"));
    s.press("U");
    assert_eq!(s.model.overrides["host"], "now.example");
    assert_eq!(s.file("signpost.toml"), FILE);
}

#[test]
fn a_name_in_a_field_shows_its_value_and_opens_its_place() {
    let mut s = screen();
    s.press("2 V");
    assert!(s.shown().contains("a.example  (workspace)"), "{}", s.shown());
    s.press("enter");
    assert_eq!(s.model.focus, Pane::Workspace);
    assert_eq!(
        s.model.workspace_row().and_then(|row| row.name().map(str::to_owned)).as_deref(),
        Some("host")
    );
    // While typing, too; a name that has no value is offered where it can get one.
    s.press("2 enter end").text("{{secret:none}}{{new}}").press("alt-v");
    assert!(s.shown().contains("isn't in the private store yet"), "{}", s.shown());
    assert!(matches!(s.model.overlays.last(), Some(Overlay::Pick(picker)) if picker.selected() == 2));
    s.press("enter");
    assert_eq!((s.model.focus, s.model.editing.is_none()), (Pane::Workspace, true));
    s.press("3 V");
    assert_eq!(s.notice(), "This field has no {{name}}");
}

#[test]
fn an_empty_folder_is_set_up_as_init_does() {
    let mut s = Screen::on_disk((140, 40), &[]);
    crate::tui::update::offer_set_up(&mut s.model);
    assert!(s.shown().contains("Set up a workspace in this folder: its name"), "{}", s.shown());
    s.press("ctrl-a").text("my api").press("enter");
    assert_eq!(
        s.file("signpost.toml"),
        "name = \"my api\"\n\n[variables]\nbase_url = \"https://example.com\"\n"
    );
    assert_eq!(s.file(".gitignore"), ".signpost-trash/\n");
    assert_eq!(s.request().url, "{{base_url}}/");
    assert_eq!(s.notice(), "New workspace my api: 5 opens its variables");
    // Declined, nothing is written.
    let mut s = Screen::on_disk((80, 24), &[]);
    crate::tui::update::offer_set_up(&mut s.model);
    s.press("esc");
    assert!(s.take().is_empty() && s.model.overlays.is_empty());
}

#[test]
fn undoing_a_rename_or_a_deletion_chooses_the_environment_again() {
    let mut s = screen();
    let chosen = |s: &Screen| (s.model.environment.clone(), s.model.workspace_editor.place.clone());
    let of = |name: &str| (Some(name.to_owned()), Source::Environment(name.to_owned()));
    s.press("v").text("prod").press("enter ] g g enter");
    assert_eq!(chosen(&s), of("prod"));
    s.press("] g g r ctrl-a").text("stage").press("enter");
    assert_eq!(chosen(&s), of("stage"));
    s.press("u");
    assert_eq!(chosen(&s), of("prod"));
    s.press("U");
    assert_eq!(chosen(&s), of("stage"));
    s.press("g g d y");
    assert_eq!(chosen(&s), (None, Source::Workspace));
    s.press("u");
    assert_eq!(chosen(&s), of("stage"));
    assert_eq!(s.notice(), "Undone: environment `stage` in signpost.toml");
    let scope = &s.model.shown().unwrap().scope;
    assert_eq!(scope.get("host").map(|(value, _)| value), Some("prod.example"));
    // What the user has chosen since is kept.
    s.press("a").text("other").press("enter v").text("other").press("enter u u");
    assert_eq!(s.model.environment.as_deref(), None, "the one that was chosen is gone again");
    s.press("v").text("prod").press("enter U");
    assert_eq!(chosen(&s), of("stage"));
}

#[test]
fn a_value_that_is_masked_in_its_row_is_masked_while_it_is_edited() {
    let key = "[variables]\nlicense_key = \"plainly-visible\"\n";
    let mut s = Screen::on_disk((140, 40), &[("signpost.toml", key), ("hello.toml", REQUEST)]);
    s.press("5 j");
    assert!(s.shown().contains("license_key") && !s.shown().contains("plainly-visible"), "{}", s.shown());
    s.press("enter");
    assert!(!s.shown().contains("plainly-visible"), "{}", s.shown());
    s.press("esc * enter");
    assert!(s.shown().contains("plainly-visible"), "{}", s.shown());
}

#[test]
fn a_variable_does_not_get_a_name_that_another_one_has_there() {
    let mut s = screen();
    s.press("a").text("host").press("enter");
    assert_eq!(s.notice(), "`host` already exists");
    assert_eq!(s.typed(), "host", "its name can be changed, and no value is asked for");
    s.press("esc g g j r ctrl-a").text("token").press("enter");
    assert_eq!(s.notice(), "`token` already exists");
    s.press("ctrl-a").text("host").press("enter");
    assert!(s.model.editing.is_none(), "its own name may stay");
    assert_eq!(s.file("signpost.toml"), FILE);
    // In an environment, one that the workspace has is overridden.
    s.press("g g l a").text("token").press("enter").text("{{secret:p}}").press("enter");
    assert!(s.file("signpost.toml").ends_with("host = \"prod.example\"\ntoken = \"{{secret:p}}\"\n"));
    // For this run, too.
    s.press("g g h h a").text("port").press("enter").text("1").press("enter");
    assert_eq!(s.model.workspace_editor.place, Source::ThisRun);
    s.press("a").text("port").press("enter");
    assert_eq!(s.notice(), "`port` already exists");
    assert_eq!(s.model.overrides["port"], "1");
}

#[test]
fn the_offer_to_set_up_a_folder_keeps_what_was_said_before() {
    let mut s = Screen::on_disk((80, 24), &[]);
    s.model.say(crate::tui::model::NoticeKind::Bad, "`theme.name` isn't a theme");
    crate::tui::update::offer_set_up(&mut s.model);
    assert_eq!(s.notice(), "`theme.name` isn't a theme");
}
