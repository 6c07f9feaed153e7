//! What stands in front of a subcommand, and what is none: exact errors and exit codes.

use assert_cmd::Command;

fn signpost(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::cargo_bin("signpost").unwrap().args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_configuration_may_be_named_in_front_of_the_subcommand() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "[network]\nfirst_byte_timeout_seconds = \"soon\"\n").unwrap();
    let config = config.to_str().unwrap();
    let (code, before) = signpost(&["--config", config, "send", "http://127.0.0.1:1/"]);
    assert_eq!(
        (code, signpost(&["send", "--config", config, "http://127.0.0.1:1/"]).1),
        (Some(4), before.clone())
    );
    let first = before.lines().next().unwrap();
    assert!(first.starts_with(&format!("warning: {config}: line 2")), "{before}");
    assert!(before.lines().nth(1).unwrap().starts_with("  hint: "), "{before}");
    assert!(!before.contains('␊'), "{before}");
}

#[test]
fn what_is_no_subcommand_is_named() {
    let (code, error) = signpost(&["sned"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("sned is neither a folder nor a subcommand"), "{error}");
    let (code, error) = signpost(&["folder", "send", "http://127.0.0.1:1/"]);
    assert_eq!(code, Some(2));
    assert!(error.starts_with("error: folder is no subcommand\nhint: "), "{error}");
}
