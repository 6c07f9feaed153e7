//! Sessions that outlive the process which asked for them.

use std::process::Stdio;

use tempfile::TempDir;

use super::*;

/// A workspace with these identities, all of them sessions of alice.
fn workspace(endpoint: &str, sessions: &[String]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "id = \"sessions-workspace\"\n[identities.alice]\nkind = \"keys\"\n\
                    access_key = \"AKIDEXAMPLE\"\nsecret_key = \"{{env:ALICE}}\"\n"
        .to_owned();
    for name in sessions {
        text.push_str(&format!(
            "[identities.{name}]\nkind = \"get-session-token\"\nsource = \"alice\"\nendpoint = \"{endpoint}\"\n"
        ));
    }
    std::fs::write(folder.path().join("signpost.toml"), text).unwrap();
    folder
}

fn session() -> Vec<u8> {
    let body = format!(
        "<GetSessionTokenResponse><GetSessionTokenResult><Credentials>\
         <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\
         <SessionToken>minted</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>\
         </Credentials></GetSessionTokenResult></GetSessionTokenResponse>"
    );
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into()
}

/// `signpost send` as a session, in a home of its own.
fn send_as(session: &str, folder: &TempDir, home: &TempDir, url: &str) -> std::process::Command {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("signpost"));
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"] {
        command.env(name, home.path());
    }
    command.current_dir(folder.path()).env("ALICE", SECRET).env_remove("http_proxy");
    command.args(["send", "--identity", session, "--service", "lambda", "--region", "us-east-1", url]);
    command
}

#[test]
fn many_processes_at_once_keep_each_its_session() {
    let names: Vec<_> = (0..6).map(|number| format!("s{number}")).collect();
    let sts = Origin::answering((0..7).map(|_| session()));
    let origin = Origin::answering((0..13).map(|_| OK.to_vec()));
    let (folder, home) = (workspace(&sts.url("/"), &names), tempfile::tempdir().unwrap());
    let start = |name: &String| {
        send_as(name, &folder, &home, &origin.url("/")).stdout(Stdio::null()).spawn().unwrap()
    };
    // All at once, and all once more: nobody's session is lost, so STS is not asked again.
    for _ in 0..2 {
        let children: Vec<_> = names.iter().map(start).collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        assert_eq!(sts.connections(), names.len());
    }
    assert!(
        send_as("s0", &folder, &home, &origin.url("/"))
            .arg("--renew")
            .stdout(Stdio::null())
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(sts.connections(), names.len() + 1);
    let tokens: Vec<_> =
        origin.requests().iter().filter_map(|request| request.header("x-amz-security-token")).collect();
    assert_eq!(tokens, vec!["minted"; 13]);
}

#[test]
fn what_is_no_session_cannot_be_renewed() {
    send(&["--renew", "http://127.0.0.1:9/"]).assert().code(2).stdout("").stderr(
        "error: there is no session to renew: no identity signs this request\n  hint: Leave out --renew.\n",
    );
}
