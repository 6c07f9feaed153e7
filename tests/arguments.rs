//! Arguments before a subcommand, and unknown ones: exact errors and exit codes.

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
    assert!(
        error == "error: `sned` is neither a folder nor a subcommand\nhint: did you mean `signpost send`?\n",
        "{error}"
    );
    let (code, error) = signpost(&["folder", "send", "http://127.0.0.1:1/"]);
    assert_eq!(code, Some(2));
    assert!(error.starts_with("error: `folder` isn't a subcommand\nhint: "), "{error}");
}

#[test]
fn an_argument_that_an_error_quotes_cannot_reach_the_terminal() {
    let argument = "\u{1b}]0;title\u{7}\u{1b}[2J\u{202e}\u{9b}";
    let flag = format!("--{argument}");
    let value = format!("--port={argument}");
    let refused_by_clap = [vec![flag.as_str()], vec!["send", &flag], vec!["cloud", &value]];
    let refused_by_us = [
        vec![argument],
        vec![argument, "send", "http://127.0.0.1:1/"],
        vec!["send", argument],
        vec!["sign", argument],
        vec!["cloud", "--config", argument],
        vec!["can", "--config", argument, "alice", "s3:GetObject", "*"],
    ];
    let run = |arguments: &[&str]| {
        let (code, error) = signpost(arguments);
        assert!(code.is_some_and(|code| code != 0), "{error}");
        let obeyed = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!error.is_empty() && !error.contains(obeyed), "{error:?}");
        error
    };
    for arguments in &refused_by_clap {
        run(arguments);
    }
    for arguments in &refused_by_us {
        // Some messages quote with Rust's escapes, which are visible too.
        let error = run(arguments);
        assert!(error.contains("␛]0;title␇␛[2J\u{fffd}\u{fffd}") || error.contains("\\u{1b}"), "{error:?}");
    }
}

#[test]
fn a_url_and_a_mistyped_subcommand_say_what_is_meant() {
    for (arguments, said) in [
        (
            vec!["https://me:secret@example.com/x?a=1", "-d", "b"],
            "error: the screen takes nothing else next to the URL `https://me:***@example.com/x?a=1`\n\
             hint: send it with `signpost send 'https://me:***@example.com/x?a=1'`, which takes options of a request\n",
        ),
        (
            vec!["sned", "x"],
            "error: `sned` is neither a folder nor a subcommand\nhint: did you mean `signpost send`?\n",
        ),
        (
            vec!["--log-levle", "debug"],
            "error: unknown option `--log-levle` for `signpost`\nhint: did you mean `--log-level`?\n",
        ),
    ] {
        assert_eq!(signpost(&arguments), (Some(2), said.to_owned()));
    }
}
