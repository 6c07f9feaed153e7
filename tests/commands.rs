//! `init`, `man`, `completions` and `__complete`, the real binary: files, exact output, exit codes.

use std::path::Path;

use assert_cmd::Command;

fn signpost(home: &Path, folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("signpost").unwrap();
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"] {
        command.env(name, home);
    }
    command.current_dir(folder).args(args);
    command
}

#[test]
fn a_workspace_is_made_once_and_its_request_can_be_sent() {
    let home = tempfile::tempdir().unwrap();
    let made = "New workspace in api:\n  .gitignore\n  hello.toml\n  signpost.toml\n\
                Send its request with `signpost send hello` there, or open it with `signpost`.\n";
    signpost(home.path(), home.path(), &["init", "api"]).assert().code(0).stdout(made).stderr("");
    let folder = home.path().join("api");
    let text = "name = \"api\"\n\n[variables]\nbase_url = \"https://example.com\"\n";
    assert_eq!(std::fs::read_to_string(folder.join("signpost.toml")).unwrap(), text);
    assert_eq!(std::fs::read_to_string(folder.join(".gitignore")).unwrap(), ".signpost-trash/\n");
    let sent = signpost(home.path(), &folder, &["send", "--dry-run", "hello"]).assert().code(0).stderr("");
    let sent = String::from_utf8(sent.get_output().stdout.clone()).unwrap();
    assert!(sent.starts_with("> GET https://example.com/\n"), "{sent}");
    let trusted = signpost(home.path(), &folder, &["trust", "--list"]).assert().code(0);
    assert!(String::from_utf8(trusted.get_output().stdout.clone()).unwrap().contains("made here"));
    let place = folder.canonicalize().unwrap().join("signpost.toml");
    let refused = format!(
        "error: {} already exists\nhint: choose another folder; nothing was written\n",
        place.display()
    );
    signpost(home.path(), &folder, &["init"]).assert().code(2).stdout("").stderr(refused);
}

#[test]
fn every_subcommand_has_its_page() {
    let home = tempfile::tempdir().unwrap();
    let pages = home.path().join("man1");
    let folder = pages.to_str().unwrap();
    signpost(home.path(), home.path(), &["man", "--dir", folder]).assert().code(0).stdout("").stderr("");
    let mut names: Vec<_> = std::fs::read_dir(&pages)
        .unwrap()
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected = [
        "can",
        "cloud",
        "completions",
        "demo",
        "exec",
        "filter",
        "identities",
        "init",
        "login",
        "man",
        "send",
        "sign",
        "token",
        "trust",
        "whoami",
    ];
    let expected: Vec<_> =
        expected.iter().map(|name| format!("signpost-{name}.1")).chain(["signpost.1".into()]).collect();
    assert_eq!(names, expected);
    let send = std::fs::read_to_string(pages.join("signpost-send.1")).unwrap();
    assert!(send.contains(".TH signpost-send 1") && send.contains("aws\\-sigv4"), "{send}");
    assert!(send.contains(".SH SYNOPSIS\n") && send.contains("[OPTIONS] [REQUEST|URL]"), "{send}");
    for section in
        [".SH NOTES", ".SH EXAMPLES\n.nf\nsignpost send hello/get\\-hello\n", ".SH EXIT STATUS\n0 a"]
    {
        assert!(send.contains(section), "{section}\n{send}");
    }
    assert!(!send.contains("EXTRA"), "{send}");
    signpost(home.path(), home.path(), &["man", "send"]).assert().code(0).stdout(send);
    let unknown = "error: no subcommand is named `sedn`\nhint: did you mean `signpost man send`?\n";
    signpost(home.path(), home.path(), &["man", "sedn"]).assert().code(2).stderr(unknown);
}

#[test]
fn names_of_the_workspace_are_completed() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("api");
    std::fs::create_dir_all(folder.join("users")).unwrap();
    let workspace = "[environments.prod]\n[environments.test]\n[identities.alice]\nkind = \"keys\"\n\
                     access_key = \"AKIAIOSFODNN7EXAMPLE\"\nsecret_key = \"{{secret:KEY}}\"\n";
    std::fs::write(folder.join("signpost.toml"), workspace).unwrap();
    for name in ["users/get.toml", "hello.toml"] {
        std::fs::write(folder.join(name), "url = \":1/\"\n").unwrap();
    }
    for (words, names) in [
        (vec!["send", ""], "users/get\nhello\n"),
        (vec!["send", "-s", "u"], "users/get\n"),
        (vec!["send", "--env", ""], "prod\ntest\n"),
        (vec!["send", "--env", "=", "t"], "test\n"),
        (vec!["send", "--env=p"], "--env=prod\n"),
        (vec!["send", "--identity", "a"], "alice\n"),
        (vec!["send", "-o", ""], ""),
        (vec!["send", "--"], ""),
        (vec!["sign", ""], ""),
        (vec![], ""),
    ] {
        let mut command = signpost(home.path(), &folder, &["__complete", "--"]);
        command.args(&words).assert().code(0).stdout(names).stderr("");
    }
}

#[test]
fn the_scripts_ask_for_names() {
    let home = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let script = signpost(home.path(), home.path(), &["completions", shell]).assert().code(0);
        let script = String::from_utf8(script.get_output().stdout.clone()).unwrap();
        assert!(script.contains("signpost __complete -- "), "{shell}");
    }
}
