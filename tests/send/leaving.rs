//! What leaves by a redirect, what `--verbose` says of it, and what it hides; how long a body may be.

use super::*;

fn redirect(status: u16, to: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} Moved\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .into()
}

/// Standard error of a command that ends with this code.
fn said(command: &mut Command, code: i32) -> String {
    String::from_utf8(command.assert().code(code).get_output().stderr.clone()).unwrap()
}

#[test]
fn a_redirect_to_another_origin_says_what_stays_behind() {
    for status in [301, 302, 303, 307, 308] {
        let other = ok();
        let origin = Origin::answering([redirect(status, &other.url("/there"))]);
        let headers = ["-H", "PRIVATE-TOKEN: t", "-H", "X-Vault-Token: t", "-H", "Accept-Language: en"];
        let shown = said(send(&["-Lv", "-b", "a=b"]).args(headers).arg(origin.url("/")), 0);
        let line =
            "* left behind, as the redirect leads to another origin: PRIVATE-TOKEN, X-Vault-Token, cookie\n";
        assert!(shown.contains(line), "{status}: {shown}");
        let came = &other.requests()[0];
        for name in ["private-token", "x-vault-token", "cookie"] {
            assert!(came.header(name).is_none(), "{status} {name}");
        }
        assert_eq!(came.header("accept-language").as_deref(), Some("en"), "{status}");
        let here = Origin::answering([redirect(status, "/there"), OK.to_vec()]);
        let shown = said(&mut send(&["-Lv", "-b", "a=b", &here.url("/")]), 0);
        assert!(!shown.contains("left behind"), "{status}: {shown}");
        assert_eq!(here.requests()[1].header("cookie").as_deref(), Some("a=b"));
    }
}

#[test]
fn a_body_is_redirected_to_another_origin_only_with_the_flag() {
    for status in [307, 308] {
        let other = ok();
        let there = other.url("/there");
        let origin = Origin::answering([redirect(status, &there), redirect(status, &there)]);
        let args = ["-L", "-d", "a=1", &origin.url("/")];
        let expected = format!(
            "error: the body isn't redirected to another origin: {there}\n  \
             hint: Send it there with `--redirect-body` if you trust that URL.\n"
        );
        assert_eq!(said(&mut send(&args), 1), expected);
        assert_eq!(other.connections(), 0);
        send(&args).arg("--redirect-body").assert().code(0).stdout("hi\n");
        assert_eq!(other.requests()[0].body, b"a=1");
    }
}

/// Twice what it takes to be found anywhere in a text.
const HIDDEN: &str = "hidden-value";

/// A server that answers with a secret in its turn.
fn setting_a_cookie() -> Origin {
    let cookie = format!("set-cookie: sid={HIDDEN}");
    Origin::answering([
        format!("HTTP/1.1 200 OK\r\n{cookie}\r\nx-plain: 1\r\ncontent-length: 3\r\n\r\nhi\n").into()
    ])
}

#[test]
fn verbose_hides_every_secret_unless_asked() {
    let env = "{{env:HIDDEN}}";
    let url = |origin: &Origin, target: &str| format!("http://127.0.0.1:{}{target}", origin.port());
    let user = "AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    let sign_as = ["--sign-as", "https://abc123.execute-api.eu-west-1.amazonaws.com", "-u", user];
    let cases: [(&[&str], &str); 10] = [
        (&sign_as, "/bot{{env:HIDDEN}}/x?q={{env:HIDDEN}}"),
        (&["-H", "Authorization: Bearer hidden-value"], "/"),
        (&["-H", "x-api-key: hidden-value"], "/"),
        (&["-H", "PRIVATE-TOKEN: hidden-value"], "/"),
        (&["-b", "theme=dark; sid=hidden-value"], "/"),
        (&["-u", "me:hidden-value"], "/"),
        (&[], "/?access_token=hidden-value"),
        (&["-H", "X-Own: {{env:HIDDEN}}"], "/"),
        (&["-b", "own={{env:HIDDEN}}"], "/"),
        (&[], "/?q={{env:HIDDEN}}"),
    ];
    for (args, target) in cases {
        let origin = setting_a_cookie();
        let command = |more: &[&str], origin: &Origin| {
            let mut command = send(&["-v"]);
            command.args(more).args(args).arg(url(origin, target)).env("HIDDEN", HIDDEN);
            command
        };
        let shown = said(&mut command(&[], &origin), 0);
        assert!(!shown.contains(HIDDEN), "{args:?} {target}: {shown}");
        assert!(shown.contains("***") && shown.contains("< x-plain: 1\n"), "{shown}");
        assert!(shown.contains("* 3 bytes; "), "{shown}");
        let origin = setting_a_cookie();
        let shown = said(&mut command(&["--show-secrets"], &origin), 0);
        let in_request = shown.lines().filter(|line| line.starts_with('>')).any(|line| line.contains(HIDDEN));
        let encoded = args.contains(&"-u") && shown.contains("Basic bWU6aGlkZGVuLXZhbHVl");
        assert!((in_request || encoded) && !shown.contains("***"), "{args:?} {target}: {shown}");
    }
    let origin = ok();
    let url = format!("http://me:{env}@127.0.0.1:{}/", origin.port());
    let shown = said(send(&["-v", &url]).env("HIDDEN", HIDDEN), 0);
    assert!(!shown.contains(HIDDEN) && !shown.contains("bWU6aGlkZGVuLXZhbHVl"), "{shown}");
}

#[test]
fn a_secret_of_one_letter_garbles_nothing() {
    for secret in ["b", "s", "1", " "] {
        let origin = ok();
        let shown = said(&mut send(&["-v", "-u", &format!("me:{secret}"), &origin.url("/path/s/b/1")]), 0);
        assert!(shown.contains("< HTTP/1.1 200 OK\n") && shown.contains("* 3 bytes; "), "{shown}");
        assert!(shown.contains("total "), "{shown}");
    }
}

#[test]
fn usage_errors_repeat_no_secret() {
    for args in [
        &["-H", "hidden-value", "http://127.0.0.1:9/"][..],
        &["--var", "hidden-value", "http://127.0.0.1:9/"],
        &["-F", "hidden-value", "http://127.0.0.1:9/"],
        &["--mfa-code", "hidden-value", "http://127.0.0.1:9/"],
        &["--session-tokn=hidden-value", "http://127.0.0.1:9/"],
        &["-H", "Authorization: Bearer", "hidden-value", "http://127.0.0.1:9/"],
        &["http://127.0.0.1:9/", "hidden-value"],
        &["-u", "hidden-value", "http://127.0.0.1:9/"],
        &["-x", "hidden-value://h", "http://127.0.0.1:9/"],
        &["http://me:hidden-value@127.0.0.1:notaport/"],
    ] {
        let output = send(args).assert().failure().get_output().clone();
        let shown = String::from_utf8(output.stderr).unwrap();
        assert!(shown.contains("error: ") && !shown.contains(HIDDEN), "{args:?}: {shown}");
    }
}

#[test]
fn a_body_longer_than_the_limit_is_stopped_and_names_the_flag() {
    let long = || {
        let body = vec![b'x'; 300_000];
        Origin::answering([[b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), body].concat()])
    };
    let stopped = send(&["--body-limit", "100 KiB", &long().url("/")]).assert().code(1);
    let output = stopped.get_output();
    assert_eq!(output.stdout.len(), 100 << 10);
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: the body is longer than the limit of 100 KiB\n  \
         hint: Raise it with `--body-limit SIZE`, or `[send] body_limit`; the part that arrived is shown.\n"
    );
    for limit in ["300000", "0", "1GiB"] {
        let whole = send(&["--body-limit", limit, &long().url("/")]).assert().code(0);
        assert_eq!(whole.get_output().stdout.len(), 300_000, "{limit}");
    }
    send(&["--body-limit", "1 GB", "http://127.0.0.1:9/"]).assert().code(2);

    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "[send]\nbody_limit = \"1 KiB\"\n").unwrap();
    let stopped = send(&["--config", config.to_str().unwrap(), &long().url("/")]).assert().code(1);
    assert_eq!(stopped.get_output().stdout.len(), 1024);
}

/// A body that would take over a terminal, or hide from its reader.
const HOSTILE: &[u8] =
    "begin \u{1b}]0;owned\u{7}\u{9b}31m\u{202e}\u{200b}\u{2028}\u{2029}\u{61c}\u{feff}\r end".as_bytes();

fn hostile() -> Origin {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", HOSTILE.len());
    Origin::answering([[head.as_bytes(), HOSTILE].concat()])
}

#[test]
fn a_body_is_byte_exact_in_a_pipe_and_in_a_file() {
    let piped = send(&[&hostile().url("/")]).assert().code(0);
    assert_eq!(piped.get_output().stdout, HOSTILE);
    let file = tempfile::NamedTempFile::new().unwrap();
    send(&["-o", file.path().to_str().unwrap(), &hostile().url("/")]).assert().code(0);
    assert_eq!(std::fs::read(file.path()).unwrap(), HOSTILE);
}

#[cfg(unix)]
#[test]
fn a_body_at_a_terminal_is_shown_and_never_obeyed() {
    let url = hostile().url("/");
    let home = pty::Home::new();
    let mut terminal = home.signpost_with(&["send".as_ref(), url.as_ref()], (120, 20), &[]);
    // The emulator leaves out what stands for C1 and for what nobody can see.
    terminal.wait_for("begin ␛]0;owned␇31m");
    terminal.wait_for("␍ end");
    let written = String::from_utf8(terminal.bytes.clone()).unwrap();
    let raw = |c: &char| !"\r\n".contains(*c) && signpost::core::visible::classify(*c).is_some();
    assert_eq!(written.chars().find(raw), None, "{written:?}");
}
