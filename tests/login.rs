//! `signpost login`, and what asks for a login: the real binary, with a local cloud's Identity Center and
//! sign-in. Whoever logs in is the test.

#![cfg(target_os = "linux")]

#[path = "pty/mod.rs"]
mod pty;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const CLOUD: &str = r#"
[sso]
user = "carol"
assignments = [{ role = "worker" }, { role = "auditor" }]
[signin]
user = "alice"
[[accounts]]
id = "123456789012"
[[accounts.users]]
name = "alice"
[[accounts.roles]]
name = "worker"
trust = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}}'
[[accounts.roles]]
name = "auditor"
trust = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}}'
"#;
const CONFIG: &str = "\
[sso-session work]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
[profile dev]
sso_session = work
sso_account_id = 123456789012
sso_role_name = worker
region = us-east-1
[profile console]
login_session = arn:aws:iam::123456789012:user/alice
region = us-east-1
[profile stranger]
login_session = arn:aws:iam::123456789012:user/bob
region = us-east-1
[profile keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";
const WORKER: &str = "arn:aws:sts::123456789012:assumed-role/worker/carol";
const ALICE: &str = "arn:aws:iam::123456789012:user/alice";

/// A user with AWS files, and a cloud to log in to.
struct User {
    home: pty::Home,
    cloud: Child,
    endpoint: String,
    _config: TempDir,
}

impl Drop for User {
    fn drop(&mut self) {
        let _ = self.cloud.kill();
        let _ = self.cloud.wait();
    }
}

impl User {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("cloud.toml");
        fs::write(&config, CLOUD).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_signpost"));
        command.args(["cloud", "--config"]).arg(&config).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut cloud = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(cloud.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        let home = pty::Home::new();
        fs::create_dir(home.path().join(".aws")).unwrap();
        fs::write(home.path().join(".aws/config"), CONFIG).unwrap();
        let endpoint = line["endpoint"].as_str().unwrap().to_owned();
        Self { home, cloud, endpoint, _config: folder }
    }

    /// The binary without a terminal, a display and anything of AWS but the cloud.
    fn signpost(&self, args: &[&str]) -> Command {
        let mut command = Command::new("setsid");
        command.arg("--wait").arg(env!("CARGO_BIN_EXE_signpost")).args(args);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "BROWSER", "http_proxy"] {
            command.env_remove(name);
        }
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
            command.env(name, self.home.path());
        }
        command.env("AWS_ENDPOINT_URL", &self.endpoint).env("AWS_EC2_METADATA_DISABLED", "true");
        command.current_dir(self.home.path()).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Whose credential a profile has, or what the refusal says.
    fn whoami(&self, profile: &str) -> Result<String, String> {
        let output = self.signpost(&["whoami", "--profile", profile]).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() {
            return Ok(text(&output.stdout).lines().next().unwrap_or_default().to_owned());
        }
        assert_eq!(output.status.code(), Some(3));
        Err(text(&output.stderr))
    }
}

/// Sends a request to a server on loopback; gives the response and where it leads.
fn browse(method: &str, url: &str) -> (String, Option<String>) {
    let url: url::Url = url.parse().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", url.port().unwrap())).unwrap();
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let head = format!(
        "{method} {target} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let location = response.lines().find_map(|line| line.strip_prefix("location: ")).map(str::to_owned);
    (response, location)
}

/// Presses the button of the page, and goes where the browser is sent.
fn press_button(page: &str) {
    let (response, location) = browse("POST", page);
    match location {
        Some(callback) => assert!(browse("GET", &callback).0.starts_with("HTTP/1.1 200"), "{callback}"),
        None => assert!(response.contains("Request approved"), "{response}"),
    }
}

/// The page that a program shows on standard error.
fn page(child: &mut Child) -> String {
    let mut lines = BufReader::new(child.stderr.as_mut().unwrap());
    loop {
        let mut line = String::new();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "no page");
        if line.trim().starts_with("http") {
            return line.trim().to_owned();
        }
    }
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_login_is_kept_for_later_runs_whichever_way_it_was_made() {
    for (arguments, display, code) in [
        (&["login", "dev"][..], None, true),
        (&["login", "--sso-session", "work"], None, true),
        (&["login", "dev", "--no-browser"], Some(":0"), false),
        (&["login", "dev", "--use-device-code", "--no-browser"], Some(":0"), true),
    ] {
        let user = User::new();
        let refused = user.whoami("dev").unwrap_err();
        assert_eq!(
            refused,
            "error: identity profile dev: nobody is logged in to the SSO session `work`\n  \
             hint: Run `signpost login dev`.\n"
        );
        let mut command = user.signpost(arguments);
        command.envs(display.map(|display| ("DISPLAY", display)));
        let mut child = command.spawn().unwrap();
        let page = page(&mut child);
        assert_eq!(page.contains("user_code="), code, "{page}");
        press_button(&page);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(out(&output).starts_with("Logged in to the SSO session `work`; valid for "), "{output:?}");
        assert_eq!(user.whoami("dev").unwrap(), WORKER);
    }
}

#[test]
fn a_login_as_the_aws_cli_makes_it_with_aws_login() {
    let user = User::new();
    let hint = "hint: Run `signpost login console`.";
    assert!(user.whoami("console").unwrap_err().contains(hint));
    let mut command = user.signpost(&["login", "console", "--no-browser"]);
    let mut child = command.env("DISPLAY", ":0").spawn().unwrap();
    press_button(&page(&mut child));
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(user.whoami("console").unwrap(), ALICE);
}

#[test]
fn the_browser_that_is_named_gets_the_page() {
    let user = User::new();
    let (browser, seen) = (user.home.path().join("browser"), user.home.path().join("seen"));
    assert!(Command::new("mkfifo").arg(&seen).status().unwrap().success());
    fs::write(&browser, format!("#!/bin/sh\nprintf %s \"$1\" > {}\n", seen.display())).unwrap();
    fs::set_permissions(&browser, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut child = user.signpost(&["login", "dev"]).env("BROWSER", &browser).spawn().unwrap();
    let page = page(&mut child);
    let (sender, opened) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(fs::read_to_string(seen)));
    assert_eq!(opened.recv_timeout(std::time::Duration::from_secs(30)).unwrap().unwrap(), page);
    press_button(&page);
    assert!(child.wait_with_output().unwrap().status.success());
}

#[test]
fn somebody_else_is_not_logged_in() {
    let user = User::new();
    let mut command = user.signpost(&["login", "stranger", "--no-browser"]);
    let mut child = command.env("DISPLAY", ":0").spawn().unwrap();
    press_button(&page(&mut child));
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(
        said.contains("logged in, but the profile is for `arn:aws:iam::123456789012:user/bob`"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_logged_in_to_is_refused_in_a_sentence() {
    let user = User::new();
    for (arguments, code, said) in [
        (&["login", "keys"][..], 2, "profile `keys` has credentials that nobody logs in for"),
        (&["login", "nobody"], 2, "no AWS profile is named `nobody`"),
        (
            &["login", "--sso-session", "wrok"],
            2,
            "no SSO session is named `wrok`\n  hint: Did you mean `work`?",
        ),
        (&["login"], 2, "no AWS profile is named `default`"),
        (&["login", "dev", "--remote"], 3, "the SSO session `work` has no login with a pasted code"),
        (&["login", "console", "--use-device-code"], 3, "--remote"),
        (&["login", "console", "--remote"], 3, "has to be pasted at a terminal, and none is available"),
        // Nobody's browser reaches this machine's loopback.
        (&["login", "console", "--no-browser"], 3, "has to be pasted at a terminal, and none is available"),
    ] {
        let output = user.signpost(arguments).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        assert!(stderr.contains(said), "{said}: {stderr}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_login_that_cannot_be_saved_says_so() {
    let user = User::new();
    fs::write(user.home.path().join(".aws/sso"), "a file where the folder should be").unwrap();
    let mut child = user.signpost(&["login", "dev"]).spawn().unwrap();
    press_button(&page(&mut child));
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("error: logged in to the SSO session `work`, but couldn't"), "{said}");
}

#[test]
fn the_roles_of_a_session_are_listed_after_a_login() {
    let user = User::new();
    let refused = user.signpost(&["identities", "--sso-session", "work"]).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(3));
    assert!(said.contains("hint: Run `signpost login --sso-session work`."), "{said}");
    let mut child = user.signpost(&["login", "--sso-session", "work"]).spawn().unwrap();
    press_button(&page(&mut child));
    assert!(child.wait_with_output().unwrap().status.success());
    let listed = user.signpost(&["identities", "--sso-session", "work"]).output().unwrap();
    assert_eq!(
        out(&listed),
        "sso  worker   sso  123456789012  account-123456789012\n\
         sso  auditor  sso  123456789012  account-123456789012\n"
    );
}

/// Without colours and wrapping: the terminal is wide.
const SIZE: (u16, u16) = (400, 24);

impl User {
    fn at_terminal(&self, args: &[&str]) -> pty::Pty {
        let args: Vec<&std::ffi::OsStr> = args.iter().map(std::ffi::OsStr::new).collect();
        let env = [("AWS_ENDPOINT_URL", self.endpoint.as_ref()), ("SSH_TTY", "/dev/pts/0".as_ref())];
        self.home.signpost_with(&args, SIZE, &env)
    }
}

/// The page that is on the screen.
fn page_on(screen: &pty::Pty) -> String {
    let text = screen.text();
    let line = text.lines().map(str::trim).find(|line| line.starts_with("http")).unwrap();
    line.to_owned()
}

#[test]
fn what_needs_a_login_asks_for_it_at_the_terminal_and_goes_on() {
    let user = User::new();
    let mut terminal = user.at_terminal(&["whoami", "--profile", "dev"]);
    terminal.wait_for_all(&["to log in to the SSO session `work`", "Code: "]);
    press_button(&page_on(&terminal));
    terminal.wait_for(WORKER);
    assert_eq!(terminal.exit_code(), 0);
    assert_eq!(user.whoami("dev").unwrap(), WORKER);
}

#[test]
fn a_login_that_cannot_be_saved_serves_the_run() {
    let user = User::new();
    fs::write(user.home.path().join(".aws/sso"), "a file where the folder should be").unwrap();
    let mut terminal = user.at_terminal(&["whoami", "--profile", "dev"]);
    terminal.wait_for("Code: ");
    press_button(&page_on(&terminal));
    terminal.wait_for_all(&[WORKER, "login not saved"]);
}

#[test]
fn a_code_from_another_machine_is_pasted_at_the_terminal() {
    let user = User::new();
    let mut terminal = user.at_terminal(&["login", "console", "--remote"]);
    terminal.wait_for("Code that the page shows:");
    let (_, location) = browse("POST", &page_on(&terminal));
    let (shown, _) = browse("GET", &location.unwrap());
    let code = shown.split("<pre>").nth(1).unwrap().split("</pre>").next().unwrap();
    terminal.press(&format!("{code}\r"));
    terminal.wait_for("Logged in to the login session");
    assert_eq!(user.whoami("console").unwrap(), ALICE);
}
