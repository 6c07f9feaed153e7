//! `token --serve` and `exec --serve`: the real binary, its endpoint on loopback, and who gets what there.

#![cfg(unix)]

#[path = "home/mod.rs"]
mod home;
#[path = "origin/mod.rs"]
mod origin;
#[path = "pty/mod.rs"]
mod pty;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use portable_pty::CommandBuilder;
use serde_json::Value;
use tempfile::TempDir;

use origin::Origin;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const PAST: &str = "2020-01-01T00:00:00Z";
const FUTURE: &str = "2099-01-01T00:00:00Z";
/// A role that asks for a code each time.
const GUARDED: &str = "[profile guarded]\nrole_arn = arn:aws:iam::123456789012:role/Guarded\nregion = eu-west-1\n\
    source_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/alice\nduration_seconds = 7200\n";
const PROMPT: &str = "MFA code of arn:aws:iam::123456789012:mfa/alice for identity profile guarded:";
const CTRL_C: &str = "\x03";

/// The binary for a user whose profile `worker` is a role, which this STS gives, and nothing else of AWS.
fn signpost(home: &Path, sts: &Origin, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signpost"));
    let of_user = |name: &str| name.starts_with("AWS_") || name.to_ascii_lowercase().ends_with("_proxy");
    std::env::vars_os().filter(|(name, _)| of_user(&name.to_string_lossy())).for_each(|(name, _)| {
        command.env_remove(name);
    });
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
        command.env(name, home);
    }
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_ENDPOINT_URL_STS", sts.url("/"));
    command.current_dir(home).args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A user's home with the profile, and more in its config file.
fn home(more: &str) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    aws_files(home.path(), more);
    home
}

fn aws_files(home: &Path, more: &str) {
    fs::create_dir(home.join(".aws")).unwrap();
    let keys = format!("aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {SECRET}\n");
    let config = format!(
        "[profile base]\n{keys}[profile worker]\nrole_arn = arn:aws:iam::123456789012:role/Worker\n\
         source_profile = base\nregion = eu-west-1\n{more}"
    );
    fs::write(home.join(".aws/config"), config).unwrap();
}

/// A session as STS gives it.
fn session(token: &str, expires: &str) -> Vec<u8> {
    let body = format!(
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>\
         <SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>{token}</SessionToken>\
         <Expiration>{expires}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
    );
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into()
}

/// Status and body of the response of an endpoint on this port.
fn get(port: u16, line: &str, host: &str, token: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let head =
        format!("{line} HTTP/1.1\r\nhost: {host}\r\nauthorization: {token}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("cache-control: no-store"), "{head}");
    (head[9..12].parse().unwrap(), serde_json::from_str(body).unwrap())
}

/// A program that serves, and what it printed.
struct Serving {
    child: Child,
    port: u16,
    token: String,
}

impl Serving {
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let mut value = |name: &str| {
            let line = lines.next().unwrap().unwrap();
            line.strip_prefix(&format!("export {name}=")).unwrap_or_else(|| panic!("{line}")).to_owned()
        };
        let uri: url::Url = value("AWS_CONTAINER_CREDENTIALS_FULL_URI").parse().unwrap();
        assert_eq!((uri.host_str(), uri.path()), (Some("127.0.0.1"), "/credentials"));
        let token = value("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        Self { child, port: uri.port().unwrap(), token }
    }

    /// Status and body of a response.
    fn get(&self, line: &str, host: &str, token: &str) -> (u16, Value) {
        get(self.port, line, host, token)
    }

    fn credential(&self) -> (u16, Value) {
        self.get("GET /credentials", "127.0.0.1", &self.token)
    }

    /// Stops it as Ctrl-C does; returns what it said on standard error.
    fn stop(mut self) -> String {
        assert!(
            Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap().success()
        );
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        said
    }
}

#[test]
fn whoever_has_the_token_gets_the_credential_and_nobody_else() {
    let sts = Origin::answering([session("first", FUTURE)]);
    let home = home("");
    let log = home.path().join("log");
    let log = log.to_str().unwrap();
    let args = ["--log", log, "--log-level", "debug", "token", "--serve", "--profile", "worker"];
    let serving = Serving::start(signpost(home.path(), &sts, &args));
    let (status, given) = serving.credential();
    assert_eq!(status, 200);
    let expected = serde_json::json!({
        "AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": SECRET, "Token": "first", "Expiration": FUTURE,
    });
    assert_eq!(given, expected);
    let token = serving.token.clone();
    let port = serving.port;
    for (line, host, token, status) in [
        ("GET /credentials", format!("localhost:{port}"), token.as_str(), 200),
        ("GET /credentials", "attacker.example".into(), &token, 403),
        ("GET /credentials", format!("127.0.0.1.attacker.example:{port}"), &token, 403),
        ("GET http://attacker.example/credentials", "127.0.0.1".into(), &token, 403),
        ("GET /credentials", "127.0.0.1".into(), "", 401),
        ("GET /credentials", "127.0.0.1".into(), &token[1..], 401),
        ("GET /credentials", "127.0.0.1".into(), &token.to_uppercase(), 401),
        ("POST /credentials", "127.0.0.1".into(), &token, 405),
        ("GET /other", "127.0.0.1".into(), &token, 404),
    ] {
        let (found, body) = serving.get(line, &host, token);
        assert_eq!(found, status, "{line} {host} {token}");
        assert!(status == 200 || body["code"].is_string() && body["message"].is_string(), "{body}");
        assert!(status == 200 || !body.to_string().contains(SECRET), "{body}");
    }
    assert_eq!(serving.stop(), "");
    assert_eq!(sts.requests().len(), 1);
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains("started"), "{log}");
    assert!(!log.contains(&token) && !log.contains(SECRET), "{log}");
}

#[test]
fn an_expired_credential_is_renewed_once_for_all_who_ask() {
    let sts = Origin::answering([session("old", PAST), session("older", PAST), session("new", FUTURE)]);
    let home = home("");
    let serving = Serving::start(signpost(home.path(), &sts, &["token", "--serve", "--profile", "worker"]));
    std::thread::scope(|scope| {
        let asked: Vec<_> = (0..8).map(|_| scope.spawn(|| serving.credential())).collect();
        for asked in asked {
            let (status, given) = asked.join().unwrap();
            assert_eq!((status, &given["Token"]), (200, &"new".into()));
        }
    });
    assert_eq!(serving.stop(), "");
    assert_eq!(sts.requests().len(), 3);
}

#[test]
fn why_there_is_none_is_said_to_both_sides_without_a_secret() {
    let refusal =
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
    let refusal = format!("HTTP/1.1 403 Forbidden\r\ncontent-length: {}\r\n\r\n{refusal}", refusal.len());
    let sts = Origin::answering([session("old", PAST), session("older", PAST), refusal.into()]);
    let home = home("");
    let serving = Serving::start(signpost(home.path(), &sts, &["token", "--serve", "--profile", "worker"]));
    let (status, body) = serving.credential();
    assert_eq!(status, 400);
    assert_eq!(body["code"], "CredentialsUnavailable");
    assert_eq!(body["message"], "STS refused AssumeRole with 403 AccessDenied: no");
    let said = serving.stop();
    assert!(said.contains("error: identity profile worker: STS refused AssumeRole with 403"), "{said}");
    assert!(!said.contains(SECRET), "{said}");
}

#[test]
fn what_cannot_be_served_says_so() {
    let sts = Origin::answering([session("first", FUTURE)]);
    let home = home("");
    let refused = |args: &[&str]| {
        let output = signpost(home.path(), &sts, args).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let said = refused(&["token", "--serve", "--profile", "base"]);
    assert_eq!(
        said,
        "error: the keys of profile base are long-term: there is nothing to renew\n  hint: Leave out --serve.\n"
    );
    let said = refused(&["token", "--serve", "--profile", "worker", "--format", "process"]);
    assert!(said.starts_with("error: `--format process` can't describe an endpoint"), "{said}");
    assert!(refused(&["token", "--port", "1", "--profile", "worker"]).contains("--serve"));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = refused(&["token", "--serve", "--profile", "worker", "--port", &port]);
    assert!(said.starts_with(&format!("error: couldn't listen on 127.0.0.1 port {port}: ")), "{said}");
}

#[test]
fn a_command_takes_the_credential_from_the_endpoint_and_ends_as_it_ends() {
    // The default profile, which would come first, is hidden from the command.
    let default = format!(
        "[default]\nregion = us-west-2\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = {SECRET}\n"
    );
    let home = home(&default);
    let sts = Origin::answering((0..4).map(|_| session("first", FUTURE)));
    let binary = env!("CARGO_BIN_EXE_signpost");
    let exec = |command: &[&str]| {
        let args = [&["exec", "--serve", "--profile", "worker", "--"], command].concat();
        let mut run = signpost(home.path(), &sts, &args);
        run.env("AWS_PROFILE", "base").env("AWS_ACCESS_KEY_ID", "AKIAI44QH8DHBEXAMPLE");
        run.env("AWS_SECRET_ACCESS_KEY", SECRET).output().unwrap()
    };
    let output = exec(&[binary, "token", "--format", "json"]);
    assert!(output.status.success(), "{output:?}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&found["session_token"], &found["source"]), (&"first".into(), &"container role".into()));
    let print = "echo $AWS_REGION ${AWS_SECRET_ACCESS_KEY-none} ${AWS_PROFILE-none}; exit 7";
    let output = exec(&["sh", "-c", print]);
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(7), &b"eu-west-1 none none\n"[..]));
    assert_eq!(exec(&["sh", "-c", "kill -TERM $$"]).status.code(), Some(128 + 15));
    let output = exec(&["no-such-command"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stderr.starts_with(b"error: couldn't start `no-such-command`"), "{output:?}");
}

#[test]
fn ending_it_ends_the_command() {
    let sts = Origin::answering([session("first", FUTURE)]);
    let home = home("");
    let command = "trap 'echo ended; exit 3' TERM; echo started; \
                   while :; do read line <&3; echo got $line; done 3<&0";
    let args = ["exec", "--serve", "--profile", "worker", "--", "sh", "-c", command];
    let mut child = signpost(home.path(), &sts, &args).stdin(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "started");
    let id = child.id().to_string();
    let signal =
        |name: &str| assert!(Command::new("kill").args([name, id.as_str()]).status().unwrap().success());
    // An interrupt is for the command, and this one got none.
    signal("-INT");
    child.stdin.as_mut().unwrap().write_all(b"on\n").unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "got on");
    signal("-TERM");
    // Some shells finish reading first; others have ended by now.
    drop(child.stdin.take());
    assert!(lines.any(|line| line.unwrap() == "ended"));
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

/// The binary at a terminal, for a user with the profile `guarded`.
fn at_terminal(home: &pty::Home, sts: &Origin, args: &[&str]) -> pty::Pty {
    let mut command = CommandBuilder::new(args[0]);
    command.args(&args[1..]);
    let sts = sts.url("/");
    let env = [("AWS_EC2_METADATA_DISABLED", "true".as_ref()), ("AWS_ENDPOINT_URL_STS", sts.as_ref())];
    home.start(command, (200, 24), &env)
}

fn guarded_home() -> pty::Home {
    let home = pty::Home::new();
    aws_files(home.path(), GUARDED);
    home
}

/// What is asked of the endpoint that a terminal shows.
fn endpoint(terminal: &mut pty::Pty) -> impl Fn() -> (u16, Value) + Sync + use<> {
    let value = |text: &str, name: &str| {
        let mut lines = text.lines();
        lines.find_map(|line| Some(line.trim().strip_prefix("export ")?.strip_prefix(name)?[1..].to_owned()))
    };
    terminal.wait_until("both variables", |text| {
        value(text, "AWS_CONTAINER_AUTHORIZATION_TOKEN").is_some_and(|token| token.len() == 64)
    });
    let text = terminal.text();
    let uri: url::Url = value(&text, "AWS_CONTAINER_CREDENTIALS_FULL_URI").unwrap().parse().unwrap();
    let token = value(&text, "AWS_CONTAINER_AUTHORIZATION_TOKEN").unwrap();
    move || get(uri.port().unwrap(), "GET /credentials", "127.0.0.1", &token)
}

#[test]
fn ctrl_c_ends_what_asks_for_a_code() {
    let sts = Origin::answering([]);
    let home = guarded_home();
    for words in [
        &["whoami", "--profile", "guarded"][..],
        &["token", "--profile", "guarded", "--show-secrets"],
        &["token", "--profile", "guarded", "--serve"],
        &["exec", "--profile", "guarded", "--", "true"],
        &["sign", "--profile", "guarded", "--service", "sts", "--region", "eu-west-1", "https://h.example/"],
    ] {
        let mut terminal = at_terminal(&home, &sts, &[&[env!("CARGO_BIN_EXE_signpost")], words].concat());
        terminal.wait_for(PROMPT);
        terminal.press(CTRL_C);
        assert_eq!(terminal.exit_code(), 130, "{words:?}");
    }
}

const SERVE: [&str; 6] =
    [env!("CARGO_BIN_EXE_signpost"), "token", "--serve", "--profile", "guarded", "--mfa-code=123456"];

#[test]
fn a_valid_credential_is_served_while_its_renewal_waits_for_a_person() {
    let soon = time::OffsetDateTime::now_utc() + Duration::from_secs(12);
    let soon = soon.replace_nanosecond(0).unwrap();
    let soon = soon.format(&time::format_description::well_known::Rfc3339).unwrap();
    let sts = Origin::answering([session("first", &soon), session("second", FUTURE)]);
    let home = guarded_home();
    let mut terminal = at_terminal(&home, &sts, &SERVE);
    let credential = endpoint(&mut terminal);
    let is_served = |token: &str| {
        let (status, given) = credential();
        status == 200 && given["Token"] == token
    };
    terminal.wait_while_doing(PROMPT, || assert!(is_served("first")));
    assert!(is_served("first") && is_served("first"));
    terminal.press("123456\r");
    terminal.wait_outside("the renewed credential", || is_served("second"));
    assert_eq!(terminal.text().matches(PROMPT).count(), 1);
    terminal.press(CTRL_C);
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn an_expired_credential_whose_renewal_waits_for_a_person_is_refused_with_the_reason() {
    let sts = Origin::answering([session("old", PAST), session("older", PAST)]);
    let home = guarded_home();
    let mut terminal = at_terminal(&home, &sts, &SERVE);
    let credential = endpoint(&mut terminal);
    std::thread::scope(|scope| {
        let asked: Vec<_> = (0..3).map(|_| scope.spawn(&credential)).collect();
        for asked in asked {
            let (status, body) = asked.join().unwrap();
            assert_eq!((status, &body["code"]), (400, &"CredentialsUnavailable".into()));
            assert!(body["message"].as_str().unwrap().contains("waiting for an MFA code"), "{body}");
        }
    });
    terminal.wait_for(PROMPT);
    assert_eq!(terminal.text().matches(PROMPT).count(), 1);
    terminal.press(CTRL_C);
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn a_background_job_says_that_it_cannot_ask() {
    let sts = Origin::answering([]);
    let home = guarded_home();
    let job = format!(
        "set -m; '{}' token --serve --profile guarded > out & wait $!; echo code $?",
        env!("CARGO_BIN_EXE_signpost")
    );
    let mut terminal = at_terminal(&home, &sts, &["sh", "-c", &job]);
    terminal.wait_for_all(&[
        "its session needs an MFA code, and signpost runs in the background",
        "--mfa-code CODE",
        "code 3",
    ]);
}
