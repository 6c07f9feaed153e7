//! `signpost cloud`: the real binary, its line of JSON, its folder, and how it refuses to start.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

fn start(args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_signpost"))
        .arg("cloud")
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What a cloud says when it listens.
fn line(child: &mut Child) -> Value {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[cfg(unix)]
fn stop(mut child: Child, signal: &str) -> String {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    said
}

/// Exit code and standard error of a cloud that does not start.
fn refused(args: &[&str]) -> (Option<i32>, String) {
    let output = start(args).wait_with_output().unwrap();
    assert!(output.stdout.is_empty());
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

fn written(folder: &Path, text: &str) -> String {
    let file = folder.join("cloud.toml");
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

#[cfg(unix)]
#[test]
fn it_prints_one_line_and_serves_until_a_signal() {
    let folder = tempfile::tempdir().unwrap();
    let config = written(
        folder.path(),
        r#"
[[accounts]]
id = "123456789012"
[[accounts.users]]
name = "made"
[[accounts.users]]
name = "declared"
keys = [{ access_key = "AKIAIOSFODNN7EXAMPLE", secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }]
[[functions]]
name = "Open_one"
url = { auth_type = "NONE" }
[[functions]]
name = "quiet"
region = "eu-west-1"
url = { off = true }
"#,
    );
    for signal in ["-INT", "-TERM"] {
        let mut child = start(&["--config", &config]);
        let info = line(&mut child);
        let endpoint = info["endpoint"].as_str().unwrap();
        let port = endpoint.strip_prefix("http://127.0.0.1:").unwrap();
        let users = info["accounts"][0]["users"].as_object().unwrap();
        assert_eq!(users.keys().collect::<Vec<_>>(), ["made"], "what is declared need not be told");
        assert_eq!(users["made"]["secret_access_key"].as_str().unwrap().len(), 40);
        let functions = info["functions"].as_array().unwrap();
        assert_eq!(functions.len(), 2);
        assert_eq!(functions[0]["function_arn"], "arn:aws:lambda:eu-west-1:123456789012:function:quiet");
        assert_eq!(functions[0].get("function_url"), None);
        assert_eq!(
            functions[1]["function_url"],
            format!("http://open-one.lambda-url.us-east-1.localhost:{port}")
        );
        assert_eq!(functions[1]["auth_type"], "NONE");
        assert_eq!(stop(child, signal), "");
    }
}

#[cfg(unix)]
#[test]
fn the_access_log_shows_no_credentials_of_other_schemes() {
    let mut child = start(&["--access-log"]);
    let info = line(&mut child);
    let address = info["endpoint"].as_str().unwrap().strip_prefix("http://").unwrap();
    for authorization in ["Bearer hidden-token", "Basic aGlkZGVuOnRva2Vu", "hidden-token"] {
        let mut stream = TcpStream::connect(address).unwrap();
        let request = format!(
            "GET /_url/demo/?access_token=hidden HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: {authorization}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    }
    // A line is written after its response.
    let lines = BufReader::new(child.stderr.as_mut().unwrap()).lines().take(3);
    let mut said: String = lines.map(|line| line.unwrap() + "\n").collect();
    said.push_str(&stop(child, "-TERM"));
    assert_eq!(said.matches(" 403 - IncompleteSignatureException: ").count(), 3, "{said}");
    assert!(!said.contains("hidden") && !said.contains("aGlkZGVu"), "{said}");
}

#[cfg(unix)]
#[test]
fn the_state_is_private_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let mut child = Command::new("sh")
        .args(["-c", "umask 000; exec \"$0\" cloud --state \"$1\"", env!("CARGO_BIN_EXE_signpost")])
        .arg(&state)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    line(&mut child);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&state), 0o700);
    let files: Vec<_> = std::fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.contains(&state.join("state.toml")), "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    stop(child, "-TERM");
}

#[cfg(unix)]
#[test]
fn a_state_file_that_is_not_a_regular_file_is_an_error_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    std::fs::create_dir(&state).unwrap();
    let file = state.join("state.toml");
    let args = ["--state", state.to_str().unwrap()];
    let refused_now = || {
        let (code, said) = refused(&args);
        assert_eq!(code, Some(2));
        assert!(said.contains("state.toml") && said.contains("isn't a regular file"), "{said}");
        std::fs::remove_file(&file).or_else(|_| std::fs::remove_dir(&file)).unwrap();
    };
    assert!(Command::new("mkfifo").arg(&file).status().unwrap().success());
    refused_now();
    std::os::unix::fs::symlink("/dev/zero", &file).unwrap();
    refused_now();
    std::fs::create_dir(&file).unwrap();
    refused_now();
}

#[cfg(unix)]
#[test]
fn the_state_is_saved_in_a_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("deep/state");
    let args = ["--state", state.to_str().unwrap()];
    let mut child = start(&args);
    let first = line(&mut child);
    stop(child, "-TERM");
    let file = state.join("state.toml");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let mut child = start(&args);
    let second = line(&mut child);
    assert_eq!(first["accounts"], second["accounts"]);
    stop(child, "-TERM");
    std::fs::write(&file, "region = 1\n").unwrap();
    let (code, said) = refused(&args);
    assert_eq!(code, Some(2));
    assert!(said.contains("state.toml: line 1: "), "{said}");
}

#[test]
fn a_mistake_is_reported_with_file_line_key_and_hint() {
    let folder = tempfile::tempdir().unwrap();
    let config = written(
        folder.path(),
        "[[accounts]]\nid = \"12\"\n\n[[functions]]\nname = \"f\"\nhandler = \"helo\"\n",
    );
    let (code, said) = refused(&["--config", &config]);
    assert_eq!(code, Some(2));
    assert_eq!(
        said,
        format!(
            "error: {config}, line 6: `functions[0].handler`: unknown variant `helo`\nhint: write one of `hello`, `echo`, `stream`, `slow`, `fail`, `status`\n"
        )
    );
    let config = written(folder.path(), "[[accounts]]\nid = \"12\"\n");
    let (_, said) = refused(&["--config", &config]);
    assert_eq!(
        said,
        format!(
            "error: {config}, line 2: `accounts[0].id`: `12` isn't a valid account id\nhint: write 12 digits\n"
        )
    );
    let missing = folder.path().join("none.toml");
    let (code, said) = refused(&["--config", missing.to_str().unwrap()]);
    assert_eq!(code, Some(2));
    assert!(
        said.starts_with(&format!("error: Couldn't read {}: ", missing.display())) && said.contains("hint: "),
        "{said}"
    );
}

#[test]
fn a_port_in_use_is_an_error_with_a_hint() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, said) = refused(&["--port", &port]);
    assert_eq!(code, Some(2));
    assert!(said.starts_with(&format!("error: Couldn't listen on 127.0.0.1 port {port}: ")), "{said}");
    assert!(said.ends_with("hint: choose another port with --port, or 0 for a free one\n"), "{said}");
}

#[cfg(unix)]
#[test]
fn listening_beyond_loopback_warns() {
    let mut child = start(&["--listen", "0.0.0.0"]);
    let port = line(&mut child)["endpoint"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
    let said = stop(child, "-TERM");
    assert_eq!(said, format!("warning: 0.0.0.0:{port} is reachable from other machines\n"));
}

#[cfg(unix)]
#[test]
fn every_request_is_logged_to_standard_error() {
    use std::io::Write;

    let folder = tempfile::tempdir().unwrap();
    let config = written(
        folder.path(),
        "[[functions]]\nname = \"open\"\nprogram = [\"sh\", \"-c\", \"printf 'from \\\\033[31mit\\\\n' >&2; exit 3\"]\nurl = { auth_type = \"NONE\" }\n\
         policy = '{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"lambda:*\",\"Resource\":\"*\"}}'\n\
         [[functions]]\nname = \"shut\"\n",
    );
    let mut child = start(&["--access-log", "--config", &config]);
    let info = line(&mut child);
    let address = info["endpoint"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut next = || log.next().unwrap().unwrap();
    let ask = |path: &str| {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let id = answer.lines().find_map(|line| line.strip_prefix("x-amzn-requestid: ")).unwrap();
        id.to_owned()
    };
    let id = ask("/_url/shut/a%20b");
    let why = "MissingAuthenticationTokenException: Missing Authentication Token";
    assert_eq!(next(), format!("{id} GET {address} /_url/shut/a%20b 403 - {why}"));
    let id = ask("/_url/open");
    assert_eq!(next(), "open: from ␛[31mit", "nothing that a terminal would obey");
    let ended = "sh ended with exit status: 3; last line of standard error: from ␛[31mit";
    assert_eq!(next(), format!("{id} GET {address} /_url/open 502 - {ended}"));
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
