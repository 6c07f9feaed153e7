//! One key or table changes, and nothing else of the file.

use super::*;
use crate::core::scope::Source;

const FILE: &str = "# ours\nname = \"w\"\n\n[variables]\n# the host\nhost = \"a\" # here\nport = \"80\"\n\n\
    # live!\n[environments.prod]\nproduction = true\nhost = \"b\"\n\n[auth]\nkind = \"none\"\n";

fn set(value: &str, before: Option<&str>) -> Edit {
    Edit::Set { value: NewValue::Text(value.into()), before: before.map(str::to_owned) }
}

fn variable(source: Source, name: &str, edit: Edit) -> WorkspaceChange {
    WorkspaceChange::variable(&source, name, edit).unwrap()
}

fn edited(text: &str, change: &WorkspaceChange) -> Result<String, String> {
    edit(text, change, &mut |name, _| Ok(name.to_owned())).map_err(|error| error.to_string())
}

#[test]
fn one_value_changes_and_everything_around_it_stays() {
    let changed = edited(FILE, &variable(Source::Workspace, "host", set("c", Some("a")))).unwrap();
    assert_eq!(changed, FILE.replace("host = \"a\" # here", "host = \"c\" # here"));
    let prod = || Source::Environment("prod".into());
    let added = edited(FILE, &variable(prod(), "new", set("x", None))).unwrap();
    assert_eq!(added, FILE.replace("host = \"b\"\n", "host = \"b\"\nnew = \"x\"\n"));
    let renamed = edited(FILE, &variable(Source::Workspace, "host", Edit::Rename("base".into()))).unwrap();
    assert_eq!(renamed, FILE.replace("host = \"a\" # here", "base = \"a\" # here"));
    let removed = edited(FILE, &variable(Source::Workspace, "port", Edit::Remove)).unwrap();
    assert_eq!(removed, FILE.replace("port = \"80\"\n", ""));
}

#[test]
fn a_file_without_the_section_gets_it() {
    let first = edited("", &variable(Source::Workspace, "host", set("a", None))).unwrap();
    assert_eq!(first, "[variables]\nhost = \"a\"\n");
    let environment = WorkspaceChange::named("environments", "dev", None, Edit::Add(Vec::new()));
    assert_eq!(edited(&first, &environment).unwrap(), format!("{first}\n[environments.dev]\n"));
}

#[test]
fn environments_are_copied_renamed_and_removed_whole() {
    let change = |edit| WorkspaceChange::named("environments", "prod", None, edit);
    let copied = edited(FILE, &change(Edit::Copy("stage".into()))).unwrap();
    let stage = "\n[environments.stage]\nproduction = true\nhost = \"b\"\n";
    assert_eq!(copied, FILE.replace("\n[auth]", &format!("{stage}\n[auth]")));
    let renamed = edited(FILE, &change(Edit::Rename("live".into()))).unwrap();
    assert_eq!(renamed, FILE.replace("environments.prod", "environments.live"));
    let removed = edited(FILE, &change(Edit::Remove)).unwrap();
    assert!(!removed.contains("environments") && removed.contains("[auth]") && removed.contains("# ours"));
    assert_eq!(edited(FILE, &change(Edit::Copy("prod".into()))).unwrap_err(), "`prod` already exists");
}

#[test]
fn what_names_an_identity_in_the_file_follows_its_new_name() {
    let file = "[auth]\nidentity = \"a\" # us\n\n[identities.a]\nkind = \"keys\"\n\n[identities.b]\nsource = \"a\"\n";
    let change = WorkspaceChange::named("identities", "a", None, Edit::Rename("c".into()));
    assert_eq!(edited(file, &change).unwrap(), file.replace("\"a\"", "\"c\"").replace(".a]", ".c]"));
}

#[test]
fn a_value_that_somebody_else_changed_is_not_overwritten() {
    let change = |before| variable(Source::Workspace, "host", set("c", before));
    let error = edited(FILE, &change(Some("seen"))).unwrap_err();
    assert_eq!(error, "`host` has changed on disk meanwhile; look at it and try again");
    assert!(edited(FILE, &change(None)).is_err());
    assert!(edited("[variables]\n", &change(Some("a"))).unwrap_err().contains("any more"));
    let error = edited("a = \n", &change(None)).unwrap_err();
    assert!(error.starts_with("signpost.toml:1: invalid TOML"), "{error}");
}

#[test]
fn undo_brings_the_text_back_unless_it_changed_since() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signpost.toml");
    std::fs::write(&file, FILE).unwrap();
    let change = variable(Source::Workspace, "port", Edit::Remove);
    let done = apply(folder.path(), &change, &mut |name, _| Ok(name.to_owned())).unwrap();
    restore(folder.path(), &done, false).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), FILE);
    restore(folder.path(), &done, true).unwrap();
    std::fs::write(&file, "name = \"other\"\n").unwrap();
    assert!(matches!(restore(folder.path(), &done, false), Err(EditError::ChangedSince(_))));
    let new = variable(Source::Workspace, "host", set("a", None));
    std::fs::remove_file(&file).unwrap();
    let done = apply(folder.path(), &new, &mut |name, _| Ok(name.to_owned())).unwrap();
    restore(folder.path(), &done, false).unwrap();
    assert!(!file.exists());
}

#[test]
fn a_secret_is_kept_before_the_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let secret = NewValue::Secret { name: "token".into(), secret: Secret::new("s3cret") };
    let change = variable(Source::Workspace, "token", Edit::Set { value: secret, before: None });
    let mut keep = |name: &str, secret: &Secret| {
        assert_eq!(secret.expose(), "s3cret");
        std::fs::write(folder.path().join("signpost.toml"), "id = \"0123456789\"\n").unwrap();
        Ok(format!("{name}-2"))
    };
    let done = apply(folder.path(), &change, &mut keep).unwrap();
    let text = "id = \"0123456789\"\n\n[variables]\ntoken = \"{{secret:token-2}}\"\n";
    assert_eq!(done.after.as_deref(), Some(text));
}
