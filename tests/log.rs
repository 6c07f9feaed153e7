//! The log: off by default, where the flags say, and without anything private.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use assert_cmd::Command;

fn signpost(home: &Path) -> Command {
    let mut command = Command::cargo_bin("signpost").unwrap();
    command.env_clear().env("HOME", home).current_dir(home);
    command
}

fn files_below(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files_below(&path) } else { 1 }).sum()
}

#[test]
fn nothing_is_logged_unless_asked_for() {
    let home = tempfile::tempdir().unwrap();
    signpost(home.path()).args(["send", "http://127.0.0.1:1/"]).assert().failure();
    assert_eq!(files_below(home.path()), 0);
}

#[test]
fn a_named_file_is_appended_to_and_is_the_owners_alone() {
    let home = tempfile::tempdir().unwrap();
    for runs in 1..=2 {
        signpost(home.path()).args(["--log", "run.log", "man"]).assert().success();
        let log = fs::read_to_string(home.path().join("run.log")).unwrap();
        let version = format!("INFO started version=\"{}\"", env!("CARGO_PKG_VERSION"));
        assert_eq!(log.matches(&version).count(), runs, "{log}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(home.path().join("run.log")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_level_alone_logs_into_the_state_folder() {
    let home = tempfile::tempdir().unwrap();
    signpost(home.path()).args(["--log-level", "debug", "man"]).assert().success();
    let folder = home.path().join(".local/state/signpost");
    let [file] = &fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()).collect::<Vec<_>>()[..] else {
        panic!("one file a day")
    };
    let name = file.file_name().into_string().unwrap();
    assert!(name.starts_with("signpost.") && name.ends_with(".log"), "{name}");
    assert!(fs::read_to_string(file.path()).unwrap().contains("started"));
}

#[test]
fn a_send_is_logged_without_what_is_private() {
    let home = tempfile::tempdir().unwrap();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/private-path?private-query=1", server.local_addr().unwrap());
    let served = thread::spawn(move || {
        let (mut stream, _) = server.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 12\r\n\r\nprivate-body").unwrap();
    });
    signpost(home.path())
        .args(["--log", "run.log", "--log-level", "debug", "send", "-H", "x-key: private-header", &url])
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        .args(["--service", "lambda", "--region", "us-east-1"])
        .assert()
        .success();
    served.join().unwrap();
    let log = fs::read_to_string(home.path().join("run.log")).unwrap();
    for said in ["request leaves", "127.0.0.1", "signed=true", "status=403", "bytes=12", "complete"] {
        assert!(log.contains(said), "{said}: {log}");
    }
    for private in ["private", "wJalr", "AKIA", "Signature"] {
        assert!(!log.contains(private), "{private}: {log}");
    }
}

#[test]
fn a_log_that_cannot_be_written_is_named() {
    let home = tempfile::tempdir().unwrap();
    let assert = signpost(home.path()).args(["--log", "missing/run.log", "man"]).assert().code(2);
    let error = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(error.starts_with("error: couldn't open the log missing/run.log: "), "{error}");
    let assert = signpost(home.path()).args(["--log-level", "loud", "man"]).assert().code(2);
    let error = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(error.contains("use off, error, warn, info or debug"), "{error}");
}
