//! What others change on disk while the screen is open.

use std::collections::BTreeSet;

use crate::config::{Config, ResponsePlace};
use crate::core::file_problem::FileProblem;
use crate::core::scope::Source;
use crate::core::workspace::{Part, Workspace, WorkspaceProblem};
use crate::io::store::config_file::LoadedConfig;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::tree::Label;
use crate::tui::msg::Msg;
use crate::tui::testing::{Screen, nodes, workspace};

/// Tells the screen that files changed, and lists what the disk holds now.
fn changed(s: &mut Screen, paths: &[&str]) {
    s.take();
    let paths: BTreeSet<String> = paths.iter().map(|path| (*path).to_owned()).collect();
    s.tell(Msg::DiskChanged { paths, anything: false });
    assert!(s.take().contains(&DiskEffect::List.into()));
    s.list();
}

fn written(s: &mut Screen, path: &str, url: &str) {
    let mut request = s.disk["plain.toml"].clone();
    request.url = url.to_owned();
    s.disk.insert(path.to_owned(), request);
    changed(s, &[path]);
}

fn listed(s: &mut Screen, workspace: Workspace) {
    let paths: Vec<String> = s.disk.keys().cloned().collect();
    let nodes = nodes(paths.iter().map(String::as_str));
    s.tell(Msg::Listed { workspace: Box::new(workspace), nodes });
}

#[test]
fn a_new_file_appears_and_the_cursor_stays() {
    let mut s = Screen::on("plain.toml");
    written(&mut s, "pulled.toml", "https://pulled.example/");
    assert!(s.shown().contains("pulled"), "{}", s.shown());
    assert_eq!(s.model.tree.current().map(|node| node.path.as_str()), Some("plain.toml"));
    assert_eq!(s.model.current.as_deref(), Some("plain.toml"));
}

#[test]
fn an_open_request_takes_the_new_text() {
    let mut s = Screen::on("plain.toml");
    written(&mut s, "plain.toml", "https://new.example/");
    assert_eq!(s.request().url, "https://new.example/");
    assert!(!s.model.shown().unwrap().is_dirty());
    assert_eq!(s.notice(), "plain.toml has changed on disk and was read again");
    // Our own saves are noticed as well, and change nothing.
    s.model.notice = None;
    changed(&mut s, &["plain.toml"]);
    assert!(s.model.notice.is_none());
}

#[test]
fn one_that_is_not_saved_keeps_what_was_typed_is_marked_and_asks_at_the_save() {
    let mut s = Screen::on("plain.toml");
    let base = s.model.shown().unwrap().base.clone();
    s.press("2 enter").text("x").press("esc");
    written(&mut s, "plain.toml", "https://new.example/");
    assert_eq!(s.request().url, "https://example.com/x");
    assert!(s.shown().contains("● not saved, changed on disk"), "{}", s.shown());
    assert!(s.notice().contains("plain.toml changed on disk; your edits are kept"));
    s.take();
    s.press("w");
    let effects = s.take();
    let [Effect::Disk(DiskEffect::Save { base: saved, .. })] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(*saved, base, "the store finds another text there and asks");
}

#[test]
fn a_field_that_is_only_open_takes_the_new_text_when_it_is_left() {
    let mut s = Screen::on("plain.toml");
    s.press("2 enter");
    written(&mut s, "plain.toml", "https://new.example/");
    assert!(s.model.editing.is_some());
    assert_eq!(s.request().url, "https://example.com/");
    s.press("esc");
    assert_eq!(s.request().url, "https://new.example/");
}

#[test]
fn a_deleted_file_closes_its_request_unless_something_was_typed() {
    let mut s = Screen::on("plain.toml");
    s.disk.remove("plain.toml");
    changed(&mut s, &["plain.toml"]);
    assert_eq!(s.notice(), "plain.toml was deleted on disk");
    assert!(!s.model.open_requests.contains_key("plain.toml"));
    assert_eq!(s.model.current.as_deref(), Some("api/form.toml"), "the nearest is shown");

    let mut s = Screen::on("plain.toml");
    s.press("2 enter").text("x").press("esc");
    s.disk.remove("plain.toml");
    changed(&mut s, &["plain.toml"]);
    assert!(s.notice().contains("was deleted on disk; what you changed is kept, w saves it anew"));
    assert_eq!(s.request().url, "https://example.com/x");
    assert!(s.take().iter().any(|e| matches!(e, Effect::Disk(DiskEffect::WriteDraft { base: None, .. }))));
    s.press("w");
    let effects = s.take();
    assert!(effects.iter().any(|e| matches!(e, Effect::Disk(DiskEffect::Save { base: None, .. }))));
}

#[test]
fn a_file_that_broke_is_not_sent_as_it_was() {
    let mut s = Screen::on("plain.toml");
    s.tell(Msg::NotOpened { path: "plain.toml".into(), problem: "line 2: a merge conflict".into() });
    assert!(s.notice().contains("line 2: a merge conflict"));
    assert!(matches!(s.model.tree.label("plain.toml"), Some(Label::Broken(_))));
    s.take();
    s.press("s");
    assert!(s.take().is_empty() && s.notice().contains("No request is open"), "{}", s.notice());
    // Once it's fixed it is back.
    written(&mut s, "plain.toml", "https://fixed.example/");
    assert_eq!(s.request().url, "https://fixed.example/");
}

#[test]
fn what_the_workspace_file_says_now_holds_at_once() {
    let mut s = Screen::on("hello.toml");
    let mut now = workspace();
    now.variables.insert("function_url".into(), "https://other.example".into());
    let staging = crate::core::workspace::Environment { name: "staging".into(), ..Default::default() };
    now.environments.push(staging);
    listed(&mut s, now.clone());
    assert_eq!(s.model.shown().unwrap().scope.get("function_url").unwrap().0, "https://other.example");
    s.press("v");
    assert!(s.shown().contains("staging"));
    s.press("esc");
    s.model.environment = Some("staging".into());
    now.environments.pop();
    listed(&mut s, now);
    assert_eq!(s.model.environment, None);
    assert!(s.notice().contains("`staging` is no longer in signpost.toml"));
}

#[test]
fn a_broken_workspace_file_stays_visible_until_it_is_fixed() {
    let mut s = Screen::on("hello.toml");
    let problem = FileProblem {
        file: "signpost.toml".into(),
        line: Some(3),
        message: "git has left a merge conflict here".into(),
        hint: String::new(),
    };
    let part = Part::File(Source::Workspace);
    let broken = Workspace { problems: vec![WorkspaceProblem { part, problem }], ..workspace() };
    s.model.environment = Some("prod".into());
    listed(&mut s, broken);
    s.press("j j");
    assert!(s.shown().contains("! 1 problem"), "{}", s.shown());
    assert_eq!(s.model.environment.as_deref(), Some("prod"), "what was read before still counts");
    s.press("!");
    assert!(s.shown().contains("signpost.toml:3: git has left a merge conflict here"));
    s.press("esc");
    listed(&mut s, workspace());
    assert!(!s.shown().contains("! 1 problem"));
}

#[test]
fn the_configuration_is_read_again() {
    let mut s = Screen::new();
    let mut config = Config::default();
    config.layout.response = ResponsePlace::Below;
    let loaded = |config: &Config| {
        Msg::ConfigRead(Box::new(LoadedConfig { config: config.clone(), ..LoadedConfig::default() }))
    };
    s.tell(loaded(&config));
    assert_eq!(s.model.response_side, ResponsePlace::Below);
    assert_eq!(s.notice(), "The configuration was read again");
    config.network.proxy = crate::config::Proxy::Off;
    s.tell(loaded(&config));
    assert!(s.notice().contains("from the next start"));
    let (_, problems) = crate::config::parse("[layout]\nno_such = 1\n");
    s.tell(Msg::ConfigRead(Box::new(LoadedConfig { problems, ..LoadedConfig::default() })));
    assert!(s.shown().contains("! 1 problem"));
    s.press("!");
    assert!(s.shown().contains("no_such"), "{}", s.shown());
}

#[test]
fn every_mistake_of_the_configuration_is_in_a_list_that_stays_until_it_is_corrected() {
    let mut s = Screen::new();
    let mistakes =
        "[layout]\nno_such = 1\nresponse = \"left\"\n[behavior]\nwrap = \"yes\"\n[colour]\na = 1\n";
    let (config, problems) = crate::config::parse(mistakes);
    let count = problems.len();
    assert!(count >= 4, "{problems:?}");
    let loaded = LoadedConfig { config, problems, ..LoadedConfig::default() };
    s.tell(Msg::ConfigRead(Box::new(loaded)));
    assert!(s.notice().starts_with(&format!("{count} problems (! lists them). First: ")), "{}", s.notice());
    for _ in 0..2 {
        s.press("j ! g g");
        let shown = s.shown();
        assert!(
            shown.contains("no_such") && shown.contains("behavior.wrap") && shown.contains("colour"),
            "{shown}"
        );
        s.press("esc");
    }
    assert!(s.shown().contains(&format!("! {count} problems")), "the title of the tree goes on saying so");
    s.tell(Msg::ConfigRead(Box::new(LoadedConfig::default())));
    assert!(!s.shown().contains("problems"));
}
