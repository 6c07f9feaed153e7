//! `signpost demo --serve`: one line of JSON, then a cloud until it is stopped.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

fn start(args: &[&str]) -> Child {
    let program = env!("CARGO_BIN_EXE_signpost");
    Command::new(program)
        .arg("demo")
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[cfg(unix)]
#[test]
fn it_prints_one_line_and_ends_well_when_told_to() {
    for signal in ["-INT", "-TERM"] {
        let mut child = start(&["--serve"]);
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let info: serde_json::Value = serde_json::from_str(&line).unwrap();
        let names: Vec<_> = info.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            names,
            ["endpoint", "region", "account", "function_url", "function_url_path", "function_arn", "users"]
        );
        let endpoint = info["endpoint"].as_str().unwrap();
        let port = endpoint.strip_prefix("http://127.0.0.1:").unwrap();
        assert_eq!(info["function_url"], format!("http://demo.lambda-url.us-east-1.localhost:{port}"));
        assert_eq!(info["function_url_path"], format!("{endpoint}/_url/demo"));
        assert_eq!(info["function_arn"], "arn:aws:lambda:us-east-1:123456789012:function:hello");
        for name in ["admin", "alice"] {
            let user = &info["users"][name];
            assert_eq!(user["arn"], format!("arn:aws:iam::123456789012:user/{name}"));
            assert!(user["access_key_id"].as_str().unwrap().starts_with("AKIA"));
            assert_eq!(user["secret_access_key"].as_str().unwrap().len(), 40);
        }
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
    }
}

#[test]
fn a_port_that_is_taken_is_an_error_with_its_hint() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = start(&["--serve", "--port", &port]).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with(&format!("error: Couldn't listen on 127.0.0.1 port {port}: ")), "{error}");
    assert!(error.ends_with("hint: omit --port to use a free one\n"), "{error}");
}

#[test]
fn each_demo_keeps_and_revives_its_own_workspace() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("kept");
    let keep = |args: &[&str]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_signpost"))
            .env("HOME", home.path())
            .env("XDG_DATA_HOME", home.path())
            .args(["demo", "--serve", "--keep"])
            .arg(&folder)
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if !line.is_empty() {
            child.kill().unwrap();
        }
        let mut error = String::new();
        child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
        child.wait().unwrap();
        (line, error)
    };
    let endpoint = |line: &str| {
        let info: serde_json::Value = serde_json::from_str(line).unwrap();
        info["endpoint"].as_str().unwrap().to_owned()
    };
    let (first, _) = keep(&["--roles"]);
    let (second, _) = keep(&["--roles"]);
    assert_ne!(endpoint(&first), endpoint(&second));
    let text = std::fs::read_to_string(folder.join("signpost.toml")).unwrap();
    assert!(text.contains(&endpoint(&second)) && !text.contains(&endpoint(&first)), "{text}");
    assert!(!text.contains('@') && text.contains("[identities.auditor]"), "{text}");
    // The other demo would leave this one's users without their keys.
    let (line, error) = keep(&[]);
    assert_eq!(line, "");
    assert!(error.contains("isn't from this demo and won't be overwritten"), "{error}");
}
