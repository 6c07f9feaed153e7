//! Programs that print a credential. Unix only: the programs here are shell scripts.

use signpost::io::credentials::process::{Process, TIME_LIMIT};

use super::*;

/// A program that runs this script, and the folder where it is.
struct Script {
    folder: tempfile::TempDir,
    command: String,
}

impl Script {
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a script.sh");
        std::fs::write(&path, script).unwrap();
        let command = format!("sh '{}' \"first 1\" second\\ 2", path.display());
        Self { folder, command }
    }

    fn process(&self) -> Process<'_> {
        Process {
            key: "credential_process",
            command: &self.command,
            named_by: "profile prod",
            time_limit: TIME_LIMIT,
        }
    }

    fn error(&self) -> String {
        let error = run(self.process().call(at(1_767_225_600), None)).unwrap_err();
        assert!(!error.hint.is_empty(), "{error}");
        error.message
    }
}

fn printing(json: &str) -> Script {
    Script::new(&format!("cat <<'END'\n{json}\nEND\n"))
}

const CREDENTIAL: &str = r#"{"Version": 1, "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
    "SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "SessionToken": "token",
    "Expiration": "2026-01-01T00:15:00Z", "AccountId": "123456789012"}"#;

#[test]
fn what_it_prints_is_the_credential() {
    let script = printing(CREDENTIAL);
    let credential = run(script.process().call(at(1_767_225_600), None)).unwrap();
    assert_eq!(credential.access_key, "ASIAIOSFODNN7EXAMPLE");
    assert_eq!(credential.session_token, Some(Secret::new("token")));
    assert_eq!(credential.expires_at, Some(at(1_767_226_500)));
    assert_eq!(credential.account_id.as_deref(), Some("123456789012"));
    assert_eq!(credential.source, "credential_process of profile prod");
    let lasting =
        printing(r#"{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "s"}"#);
    let credential = run(lasting.process().call(at(0), None)).unwrap();
    assert_eq!((credential.expires_at, credential.session_token), (None, None));
}

#[test]
fn its_arguments_are_split_without_a_shell_and_its_input_is_empty() {
    let script = Script::new(
        "dir=$(dirname \"$0\")\nprintf '%s\\n' \"$@\" > \"$dir/arguments\"\nread line || echo none > \"$dir/input\"\n\
         echo \"$SIGNPOST_CREDENTIAL_PROCESSES\" > \"$dir/ancestors\"\nexit 1\n",
    );
    let command = format!("{} $HOME '|' cat", script.command);
    let process = Process { command: &command, ..script.process() };
    assert!(run(process.call(at(0), None)).is_err());
    let written = |name| std::fs::read_to_string(script.folder.path().join(name)).unwrap();
    assert_eq!(written("arguments"), "first 1\nsecond 2\n$HOME\n|\ncat\n");
    assert_eq!(written("input"), "none\n");
    assert_eq!(written("ancestors").trim().len(), 16);
}

#[test]
fn a_failure_shows_its_standard_error_safely() {
    let script = Script::new("printf 'log in \\033[31mfirst\\n' >&2; exit 7");
    assert_eq!(
        script.error(),
        "the credential_process of profile prod failed with exit status: 7: log in ␛[31mfirst"
    );
    let flood = Script::new(
        "i=0; while [ $i -lt 3000 ]; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx >&2; i=$((i+1)); done; exit 1",
    );
    assert!(flood.error().len() < 500);
}

#[test]
fn rubbish_is_refused_and_not_quoted() {
    for (json, why) in [
        ("", "it's empty"),
        ("wJalr", "it isn't valid JSON (line 1, column 1)"),
        (r#"{"AccessKeyId": "a", "SecretAccessKey": "wJalr"}"#, "`Version` is missing"),
        (r#"{"Version": 2, "AccessKeyId": "a", "SecretAccessKey": "wJalr"}"#, "its `Version` isn't 1"),
        (r#"{"Version": "1", "AccessKeyId": "a", "SecretAccessKey": "wJalr"}"#, "its `Version` isn't 1"),
        (r#"{"Version": 1, "SecretAccessKey": "wJalr"}"#, "`AccessKeyId` is missing"),
        (
            r#"{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "wJalr", "Expiration": "soon"}"#,
            "its expiration isn't a time",
        ),
    ] {
        let message = printing(json).error();
        assert_eq!(message, format!("the credential_process of profile prod printed no credential: {why}"));
    }
    let expired = printing(&CREDENTIAL.replace("2026", "2020"));
    assert_eq!(
        expired.error(),
        "the credential_process of profile prod printed a credential that has expired"
    );
    let flood =
        Script::new("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done");
    assert!(flood.error().ends_with("it prints too much"));
}

#[test]
fn what_cannot_be_run_is_named() {
    for (command, said) in [
        ("", "is empty"),
        ("  ", "is empty"),
        ("sh 'x", "a quote isn't closed"),
        ("sh \\", "nothing follows the backslash"),
        ("/nowhere/at-all x", "couldn't run the credential_process of profile prod: No such file"),
    ] {
        let process =
            Process { key: "credential_process", command, named_by: "profile prod", time_limit: TIME_LIMIT };
        let error = run(process.call(at(0), None)).unwrap_err();
        assert!(error.message.contains(said), "{error}");
    }
}

/// The script opens a pipe for writing and keeps it open in a child; the end of the pipe shows that
/// both are gone.
#[test]
fn one_that_hangs_is_killed_with_what_it_started() {
    use std::io::Read as _;
    let script = Script::new("exec 3> \"$(dirname \"$0\")/pipe\"; echo started >&3; sleep 600 & wait");
    let pipe = script.folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        std::fs::File::open(pipe).unwrap().read_to_string(&mut text).unwrap();
        text
    });
    let process = Process { time_limit: Duration::from_millis(1500), ..script.process() };
    let error = run(process.call(at(0), None)).unwrap_err();
    assert_eq!(error.message, "the credential_process of profile prod didn't finish within 1.5 s");
    assert_eq!(reader.join().unwrap(), "started\n");
}
