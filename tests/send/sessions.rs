//! Sessions that outlive the process which asked for them.

use std::process::Stdio;

use tempfile::TempDir;

use super::*;
#[cfg(unix)]
use crate::pty::Home;

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
    made_here(folder.path(), home.path());
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
    send(&["--renew", "http://127.0.0.1:9/"])
        .assert()
        .code(2)
        .stdout("")
        .stderr("error: no session to renew: no identity signs this request\n  hint: Leave out --renew.\n");
}

/// The workspace with one session that needs the code of an MFA device.
fn workspace_with_mfa(endpoint: &str) -> TempDir {
    let folder = workspace(endpoint, &["guarded".to_owned()]);
    let file = folder.path().join("signpost.toml");
    let text =
        std::fs::read_to_string(&file).unwrap() + "mfa_serial = \"arn:aws:iam::123456789012:mfa/alice\"\n";
    std::fs::write(file, text).unwrap();
    folder
}

#[test]
fn the_mfa_code_of_the_command_line_goes_to_sts() {
    let sts = Origin::answering([session(), session()]);
    let origin = Origin::answering([OK.to_vec(), OK.to_vec()]);
    let (folder, home) = (workspace_with_mfa(&sts.url("/")), tempfile::tempdir().unwrap());
    made_here(folder.path(), home.path());
    for renew in [&[][..], &["--renew"]] {
        let mut command = send_as("guarded", &folder, &home, &origin.url("/"));
        let output = command.args(["--mfa-code", "123 456"]).args(renew).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    for request in sts.requests() {
        assert!(request.body.ends_with(b"%3Amfa%2Falice&TokenCode=123456"), "{:?}", request.body);
    }
    assert_eq!(sts.connections(), 2);
    send(&["--mfa-code", "12345", "http://127.0.0.1:9/"]).assert().code(2);
}

/// `setsid` takes the terminal away that the test may have been started from.
#[cfg(target_os = "linux")]
#[test]
fn without_a_terminal_a_missing_mfa_code_is_refused_by_its_flag() {
    let (sts, origin) = (Origin::answering([]), Origin::answering([]));
    let (folder, home) = (workspace_with_mfa(&sts.url("/")), tempfile::tempdir().unwrap());
    made_here(folder.path(), home.path());
    let signpost = send_as("guarded", &folder, &home, &origin.url("/"));
    let mut command = std::process::Command::new("setsid");
    command.arg("--wait").arg(signpost.get_program()).args(signpost.get_args());
    command.envs(signpost.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.current_dir(folder.path()).stdin(Stdio::null()).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(3), &b""[..]));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: identity guarded: its session needs an MFA code, but no terminal is available\n  \
         hint: Give it with --mfa-code CODE.\n"
    );
    assert_eq!((sts.connections(), origin.connections()), (0, 0));
}

#[cfg(unix)]
#[test]
fn an_mfa_code_is_asked_for_at_the_terminal() {
    let sts = Origin::answering([session()]);
    let origin = Origin::answering([OK.to_vec()]);
    let folder = workspace_with_mfa(&sts.url("/"));
    let (root, url) = (folder.path().as_os_str(), origin.url("/"));
    let words = ["--identity", "guarded", "--service", "lambda", "--region", "us-east-1", &url];
    let args: Vec<&std::ffi::OsStr> = ["send".as_ref(), "--workspace".as_ref(), root]
        .into_iter()
        .chain(words.iter().map(|word| (*word).as_ref()))
        .collect();
    let home = Home::new();
    made_here(folder.path(), home.path());
    let mut terminal = home.signpost_with(&args, (120, 20), &[("ALICE", SECRET.as_ref())]);
    terminal.wait_for("MFA code of arn:aws:iam::123456789012:mfa/alice for identity guarded:");
    terminal.press("12\r");
    terminal.wait_for("An MFA code has six digits.");
    terminal.press("123456\r");
    terminal.wait_for("hi");
    assert!(sts.requests()[0].body.ends_with(b"&TokenCode=123456"));
}
