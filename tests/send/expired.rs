//! Sessions that have expired and ask before they are renewed.

use std::process::{Output, Stdio};

use tempfile::TempDir;

use super::*;
#[cfg(unix)]
use crate::pty::Home;

/// A workspace whose identity `session` asks before it is renewed.
fn workspace(endpoint: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "id = \"expired-workspace\"\n[identities.alice]\nkind = \"keys\"\naccess_key = \"AKIDEXAMPLE\"\n\
         secret_key = \"{{{{env:ALICE}}}}\"\n[identities.session]\nkind = \"get-session-token\"\n\
         source = \"alice\"\nrenew = \"ask\"\nendpoint = \"{endpoint}\"\n"
    );
    std::fs::write(folder.path().join("signpost.toml"), text).unwrap();
    folder
}

fn session(year: u16) -> Vec<u8> {
    let body = format!(
        "<GetSessionTokenResponse><GetSessionTokenResult><Credentials>\
         <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\
         <SessionToken>of-{year}</SessionToken><Expiration>{year}-01-01T00:00:00Z</Expiration>\
         </Credentials></GetSessionTokenResult></GetSessionTokenResponse>"
    );
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into()
}

const WHO: [&str; 6] = ["--identity", "session", "--service", "lambda", "--region", "us-east-1"];

/// `signpost send` as the session, without a terminal.
#[cfg(target_os = "linux")]
fn without_terminal(folder: &TempDir, home: &TempDir, flags: &[&str], url: &str) -> Output {
    let mut command = std::process::Command::new("setsid");
    command.arg("--wait").arg(assert_cmd::cargo::cargo_bin("signpost")).arg("send");
    command.args(WHO).args(flags).arg(url).current_dir(folder.path());
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"] {
        command.env(name, home.path());
    }
    command.env("ALICE", SECRET).env_remove("http_proxy").stdin(Stdio::null()).output().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_terminal_an_expired_session_is_refused_by_the_flags_that_say_what_to_do() {
    let sts = Origin::answering([session(2020), session(2099)]);
    let origin = Origin::answering((0..4).map(|_| OK.to_vec()));
    let (folder, home) = (workspace(&sts.url("/")), tempfile::tempdir().unwrap());
    made_here(folder.path(), home.path());
    let send = |flags: &[&str]| without_terminal(&folder, &home, flags, &origin.url("/"));
    let first = send(&[]);
    assert!(first.status.success(), "{first:?}");
    let refused = send(&[]);
    assert_eq!((refused.status.code(), refused.stdout.as_slice()), (Some(3), &b""[..]));
    assert_eq!(
        String::from_utf8_lossy(&refused.stderr),
        "error: identity session: its credential has expired, and no terminal is available to ask at\n  \
         hint: Renew it with --renew, or send with it as it is with --as-it-is.\n"
    );
    assert_eq!((sts.connections(), origin.connections()), (1, 1));
    assert!(send(&["--as-it-is"]).status.success());
    assert!(send(&["--renew"]).status.success());
    assert!(send(&[]).status.success(), "the new session is kept");
    let tokens: Vec<_> =
        origin.requests().iter().filter_map(|request| request.header("x-amz-security-token")).collect();
    assert_eq!(tokens, ["of-2020", "of-2020", "of-2099", "of-2099"]);
    assert_eq!(send(&["--renew", "--as-it-is"]).status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn at_the_terminal_an_expired_session_is_renewed_sent_as_it_is_or_not_sent() {
    let sts = Origin::answering([session(2020), session(2099)]);
    let origin = Origin::answering((0..3).map(|_| OK.to_vec()));
    let folder = workspace(&sts.url("/"));
    let (home, url) = (Home::new(), origin.url("/"));
    made_here(folder.path(), home.path());
    let start = || {
        let root = folder.path().as_os_str();
        let before: [&std::ffi::OsStr; 3] = ["send".as_ref(), "--workspace".as_ref(), root];
        let words = WHO.iter().copied().chain([url.as_str()]).map(AsRef::as_ref);
        let args: Vec<&std::ffi::OsStr> = before.into_iter().chain(words).collect();
        home.signpost_with(&args, (120, 20), &[("ALICE", SECRET.as_ref())])
    };
    let mut first = start();
    first.wait_for("hi");
    for (keys, shows) in [("c\r", "and the send was cancelled"), ("x\rs\r", "hi"), ("r\r", "hi")] {
        let mut terminal = start();
        terminal.wait_for("The credential of identity session has expired: (r)enew it, (s)end as it is");
        terminal.press(keys);
        terminal.wait_for(shows);
    }
    let tokens: Vec<_> =
        origin.requests().iter().filter_map(|request| request.header("x-amz-security-token")).collect();
    assert_eq!(tokens, ["of-2020", "of-2020", "of-2099"]);
}
