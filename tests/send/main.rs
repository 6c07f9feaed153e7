//! `signpost send`, the real binary against a raw origin: exact output and exit codes.

#[path = "../home/mod.rs"]
mod home;
#[path = "../origin/mod.rs"]
mod origin;
#[cfg(unix)]
#[path = "../pty/mod.rs"]
mod pty;

mod curl;
mod expired;
mod leaving;
mod proxies;
mod sessions;

use std::path::PathBuf;

use assert_cmd::Command;
use signpost::core::credential::Secret;
use signpost::core::endpoint;
use signpost::core::sigv4::{Presented, RawRequest, payload_hash};

use home::made_here;
use origin::Origin;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const OK: &[u8] = b"HTTP/1.1 200 OK\r\nx-one: 1\r\ncontent-length: 3\r\n\r\nhi\n";

/// `signpost send`, with nothing from the environment, in an empty folder.
fn send(args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("signpost").unwrap();
    for name in [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "NO_PROXY",
        "no_proxy",
        "ALL_PROXY",
        "all_proxy",
    ] {
        command.env_remove(name);
    }
    // A home of nobody: no configuration, no workspace.
    let nowhere = nowhere();
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"] {
        command.env(name, &nowhere);
    }
    command.current_dir(std::env::temp_dir()).arg("send").args(args);
    command
}

fn nowhere() -> PathBuf {
    std::env::temp_dir().join("signpost-tests-nowhere")
}

fn ok() -> Origin {
    Origin::answering([OK.to_vec()])
}

#[test]
fn the_body_alone_goes_to_standard_output() {
    let origin = ok();
    send(&[&format!(":{}/x?y=1", origin.port())]).assert().code(0).stdout("hi\n").stderr("");
    let came = &origin.requests()[0];
    assert_eq!((came.method.as_str(), came.target.as_str()), ("GET", "/x?y=1"));
    assert_eq!(came.header("host").unwrap(), format!("localhost:{}", origin.port()));
    assert_eq!(came.header("accept").unwrap(), "*/*");
    assert_eq!(came.header("user-agent").unwrap(), concat!("signpost/", env!("CARGO_PKG_VERSION")));
    assert!(came.header("authorization").is_none());
}

#[test]
fn headers_are_included_on_request() {
    let shown = "HTTP/1.1 200 OK\nx-one: 1\ncontent-length: 3\n\nhi\n";
    send(&["-i", &ok().url("/")]).assert().code(0).stdout(shown).stderr("");
    let head = Origin::answering([b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n".to_vec()]);
    send(&["-I", &head.url("/")]).assert().code(0).stdout("HTTP/1.1 200 OK\ncontent-length: 9\n\n");
    assert_eq!(head.requests()[0].method, "HEAD");
}

#[test]
fn what_is_odd_about_an_answer_is_a_warning() {
    let odd = || {
        Origin::answering([
            b"HTTP/1.1 200 OK\r\ncontent-encoding: od\x80d\r\ncontent-length: 2\r\n\r\nhi".to_vec()
        ])
    };
    send(&[&odd().url("/")])
        .assert()
        .code(0)
        .stdout("hi")
        .stderr("warning: unknown content-encoding od\u{fffd}d: the body is shown encoded\n");
    send(&["-s", &odd().url("/")]).assert().code(0).stderr("");
    send(&["-H", "accept:", "http://127.0.0.1:9/"]).assert().code(3).stderr(
        "error: accept can't be left out: the HTTP library always sends it\n  \
         hint: Keep it enabled (*/* means the same as no accept), or add a header row with that name.\n",
    );
}

#[test]
fn a_failing_status_is_said_beside_the_body() {
    let origin = Origin::answering([b"HTTP/1.1 403 F\r\ncontent-length: 2\r\n\r\nno".to_vec()]);
    send(&[&origin.url("/")]).assert().code(0).stdout("no").stderr("HTTP/1.1 403 Forbidden\n");
}

#[test]
fn a_refusal_says_why_and_what_helps() {
    let body = r#"{"message":"Credential should be scoped to a valid region. "}"#;
    let head = "x-amzn-ErrorType: InvalidSignatureException\r\ncontent-type: application/json";
    let length = body.len();
    let answer = format!("HTTP/1.1 403 F\r\n{head}\r\ncontent-length: {length}\r\n\r\n{body}");
    let refusing = || Origin::answering([answer.clone().into_bytes()]);
    let said = send(&[&refusing().url("/")]).assert().code(0).stdout(body).get_output().stderr.clone();
    let said = String::from_utf8(said).unwrap();
    assert!(said.contains("why: ") && said.contains("region") && said.contains("  hint: "), "{said}");
    assert!(said.contains("`--region`") && !said.contains("tab"), "the command line has flags: {said}");
    send(&["-s", &refusing().url("/")]).assert().code(0).stderr("");
}

#[test]
fn the_body_goes_into_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("body");
    send(&["-o", path.to_str().unwrap(), &ok().url("/")]).assert().code(0).stdout("").stderr("");
    assert_eq!(std::fs::read(&path).unwrap(), b"hi\n");
    let missing = folder.path().join("no/body");
    send(&["-o", missing.to_str().unwrap(), &ok().url("/")]).assert().code(2).stdout("");
}

#[cfg(unix)]
#[test]
fn a_file_is_replaced_whole_or_not_at_all() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("body");
    std::fs::write(&path, "old").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    // A disk that is full: no file may grow, and the signal for it is ignored.
    let signpost = assert_cmd::cargo::cargo_bin("signpost");
    let script = format!("trap '' XFSZ; ulimit -f 0; {} send -o body {}", signpost.display(), ok().url("/"));
    let full = Command::new("sh").args(["-c", &script]).current_dir(folder.path()).assert().code(2);
    let said = String::from_utf8(full.get_output().stderr.clone()).unwrap();
    assert!(said.contains("couldn't write to body"), "{said}");
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    send(&["-o", path.to_str().unwrap(), &ok().url("/")]).assert().code(0);
    assert_eq!(std::fs::read(&path).unwrap(), b"hi\n");
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left behind");
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_takes_the_body_as_it_comes() {
    send(&["-o", "/dev/stdout", &ok().url("/")]).assert().code(0).stdout("hi\n");
    send(&["-o", "/dev/null", &ok().url("/")]).assert().code(0).stdout("");
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read(pipe).unwrap()
    });
    send(&["-o", pipe.to_str().unwrap(), &ok().url("/")]).assert().code(0);
    assert_eq!(reader.join().unwrap(), b"hi\n");
}

#[test]
fn data_makes_a_post_and_headers_are_taken_as_given() {
    let origin = ok();
    let url = origin.url("/");
    send(&["-d", "a=1", "-d", "b=2", "-H", "X-Own: v", "-H", "accept: text/html", "-H", "User-Agent:", &url])
        .assert()
        .code(0);
    let came = &origin.requests()[0];
    assert_eq!((came.method.as_str(), came.body.as_slice()), ("POST", &b"a=1&b=2"[..]));
    assert_eq!(came.header("content-type").unwrap(), "application/x-www-form-urlencoded");
    assert_eq!(came.header("accept").unwrap(), "text/html");
    assert_eq!(came.header("x-own").unwrap(), "v");
    assert!(came.header("user-agent").is_none());
}

#[test]
fn standard_input_and_files_are_sent_unaltered() {
    let bytes = b"line\r\n\0\xff {{x}}\n";
    let origin = ok();
    send(&["-X", "PUT", "--json", "@-", &origin.url("/")]).write_stdin(&bytes[..]).assert().code(0);
    let came = &origin.requests()[0];
    assert_eq!((came.method.as_str(), came.body.as_slice()), ("PUT", &bytes[..]));
    assert_eq!(came.header("content-type").unwrap(), "application/json");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.txt");
    std::fs::write(&path, bytes).unwrap();
    let origin = ok();
    let file = format!("f=@{};type=text/x", path.display());
    send(&["-F", "t=text", "-F", &file, &origin.url("/")]).assert().code(0);
    let body = origin.requests()[0].body.clone();
    assert!(body.windows(bytes.len()).any(|window| window == bytes));
    assert!(String::from_utf8_lossy(&body).contains("filename=\"part.txt\"\r\nContent-Type: text/x\r\n"));
    send(&["-d", "@no-such-file", "http://127.0.0.1:9/"]).assert().code(2).stdout("").stderr(
        "error: couldn't read no-such-file: No such file or directory (os error 2)\n  \
         hint: Give a readable file after @, or @- for standard input.\n",
    );
}

#[test]
fn a_url_is_signed_with_the_keys_of_the_environment() {
    let origin = ok();
    let url = format!("http://abc.lambda-url.eu-west-1.localhost:{}/a:b?x=1", origin.port());
    let mut command = send(&["--service", "lambda", "-d", "{}", &url]);
    command.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", SECRET);
    command.env("AWS_SESSION_TOKEN", "token").assert().code(0).stderr("");
    let came = &origin.requests()[0];
    let headers: Vec<_> =
        came.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
    let raw = RawRequest { method: &came.method, target: &came.target, headers: &headers };
    let presented = Presented::parse(&raw).unwrap().unwrap();
    assert_eq!(presented.scope().unwrap().region.as_deref(), Some("eu-west-1"));
    let rules = endpoint::defaults("lambda");
    assert!(presented.verify(&Secret::new(SECRET), &raw, &payload_hash(b"{}"), &rules).unwrap().matches);
    assert_eq!(came.header("x-amz-security-token").unwrap(), "token");
}

#[test]
fn curls_own_flags_sign_too() {
    let origin = ok();
    let user = format!("AKIDEXAMPLE:{SECRET}");
    send(&[
        "--aws-sigv4",
        "aws:amz:us-east-2:es",
        "-u",
        &user,
        "-H",
        "X-Amz-Security-Token: t",
        &origin.url("/"),
    ])
    .assert()
    .code(0);
    let came = &origin.requests()[0];
    let authorization = came.header("authorization").unwrap();
    assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"), "{authorization}");
    assert!(authorization.contains("/us-east-2/es/aws4_request"), "{authorization}");
    assert_eq!(came.headers.iter().filter(|(name, _)| name == "x-amz-security-token").count(), 1);
    let origin = ok();
    send(&["-u", "me:pass", &origin.url("/")]).assert().code(0);
    assert_eq!(origin.requests()[0].header("authorization").unwrap(), "Basic bWU6cGFzcw==");
}

#[test]
fn nothing_is_sent_without_a_credential_and_every_reason_is_given() {
    let origin = Origin::answering([]);
    send(&["--service", "lambda", "-H", "bad name: x", &origin.url("/{{nope}}")])
        .assert()
        .code(3)
        .stdout("")
        .stderr(
            "error: URL: unknown variable {{nope}}\n  \
         hint: Declare it under `[variables]`, in an environment, or with `--var`.\n\
         error: header 1: \"bad name\" isn't a valid header name\n  \
         hint: Use letters, digits and -, without spaces.\n\
         error: auth access_key: the environment variable AWS_ACCESS_KEY_ID isn't set\n  \
         hint: Set it, or sign as a profile with `--profile NAME`.\n\
         error: auth secret_key: the environment variable AWS_SECRET_ACCESS_KEY isn't set\n  \
         hint: Set it, or sign as a profile with `--profile NAME`.\n",
        );
    assert_eq!(origin.connections(), 0);
}

#[test]
fn an_aws_host_that_is_not_signed_for_warns() {
    let origin = ok();
    let url = format!("http://abc.lambda-url.eu-west-1.localhost:{}/", origin.port());
    send(&[&url]).assert().code(0).stdout("hi\n").stderr(
        "warning: the host belongs to AWS (lambda), but the request isn't signed\n  \
         hint: Give --service lambda, or --identity NAME, to sign it.\n",
    );
    send(&["-s", &ok().url("/")]).assert().code(0).stderr("");
}

#[test]
fn verbose_shows_both_sides_with_secrets_masked() {
    let origin = ok();
    let user = format!("AKIDEXAMPLE:{SECRET}");
    let token = ["--session-token", "to/ken="];
    let output = send(&["-v", "--service", "lambda", "--region", "us-east-1", "-u", &user])
        .args(token)
        .args(["--presign", "60", &origin.url("/x")])
        .assert()
        .code(0);
    let shown = String::from_utf8(output.get_output().stderr.clone()).unwrap();
    assert!(
        shown.contains("* signed with AKIDEXAMPLE (keys of this request) for lambda in us-east-1\n"),
        "{shown}"
    );
    assert!(shown.contains("X-Amz-Security-Token=***"), "{shown}");
    assert!(shown.contains("> user-agent: signpost/"), "{shown}");
    assert!(shown.contains("< HTTP/1.1 200 OK\n< x-one: 1\n"), "{shown}");
    assert!(shown.contains("* 3 bytes; "), "{shown}");
    assert!(!shown.contains("to/ken") && !shown.contains("to%2Fken") && !shown.contains(SECRET), "{shown}");
}

#[test]
fn the_network_has_its_own_exit_code() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    send(&[&format!(":{port}")]).assert().code(4).stdout("").stderr(format!(
        "error: connection refused by localhost:{port}\n  hint: Check the port, and that the server is running.\n"
    ));
    let cut = Origin::answering([b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc".to_vec()]);
    send(&[&cut.url("/")]).assert().code(4).stdout("abc").stderr(
        "error: the connection was closed after 3 of 9 bytes (content-length)\n  \
         hint: The part that arrived is shown.\n",
    );
}

#[test]
fn redirects_are_followed_on_request() {
    let moved = b"HTTP/1.1 302 Found\r\nlocation: /there\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let origin = Origin::answering([moved.to_vec(), moved.to_vec(), OK.to_vec()]);
    send(&[&origin.url("/")]).assert().code(0).stdout("");
    send(&["-L", &origin.url("/")]).assert().code(0).stdout("hi\n");
    assert_eq!(origin.requests()[2].target, "/there");
}

#[test]
fn a_plus_is_what_the_author_says() {
    let origin = Origin::answering([OK.to_vec(), OK.to_vec()]);
    send(&[&origin.url("/a+b?q=1+2")]).assert().code(0);
    send(&["--plus-as-space", &origin.url("/a+b?q=1+2")]).assert().code(0);
    let targets: Vec<_> = origin.requests().into_iter().map(|request| request.target).collect();
    assert_eq!(targets, ["/a+b?q=1%2B2", "/a+b?q=1%202"]);
}

#[test]
fn variables_are_given_by_hand() {
    let origin = ok();
    send(&["--var", "id=a b", "--var", "q=1", &origin.url("/{{id}}?q={{q}}")]).assert().code(0);
    assert_eq!(origin.requests()[0].target, "/a%20b?q=1");
    send(&["--var", "id", "http://h"])
        .assert()
        .code(2)
        .stderr("error: --var 1 has no =\n  hint: Write it as --var NAME=VALUE.\n");
}

#[test]
#[cfg(unix)]
fn a_reader_that_goes_away_is_no_failure() {
    let body = vec![b'x'; 4 << 20];
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let origin = Origin::answering([[head.as_bytes(), &body].concat()]);
    let signpost = assert_cmd::cargo::cargo_bin("signpost");
    let script = format!("set -o pipefail; {} send {} | head -c 1", signpost.display(), origin.url("/"));
    Command::new("bash").args(["-c", &script]).assert().code(0).stdout("x").stderr("");
}

/// A workspace with a request in a folder.
fn workspace(origin: &Origin) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "signpost.toml",
        &format!(
            "[variables]\nbase = \"http://nowhere.invalid\"\n[environments.test]\nbase = \"{}\"\n\
             [auth]\nkind = \"aws-sigv4\"\nidentity = \"alice\"\nregion = \"us-east-1\"\nservice = \"lambda\"\n\
             [identities.alice]\nkind = \"keys\"\naccess_key = \"AKIDEXAMPLE\"\nsecret_key = \"{{{{env:ALICE}}}}\"\n\
             [identities.bob]\nkind = \"keys\"\naccess_key = \"AKIDBOB\"\nsecret_key = \"{{{{env:ALICE}}}}\"\n",
            origin.url("")
        ),
    );
    write("sub/folder.toml", "[[headers]]\nname = \"X-Folder\"\nvalue = \"{{v}}\"\n[variables]\nv = \"1\"\n");
    write(
        "sub/get.toml",
        "method = \"GET\"\nurl = \"{{base}}/x\"\n[auth]\nkind = \"inherit\"\n[expect]\nstatus = 201\n",
    );
    write("sub/broken.toml", "method = \n");
    made_here(folder.path(), &nowhere());
    folder
}

#[test]
fn unknown_keys_of_a_saved_request_are_a_warning() {
    let origin = ok();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("get.toml");
    let url = origin.url("/");
    std::fs::write(folder.path().join("signpost.toml"), "").unwrap();
    std::fs::write(&file, format!("url = \"{url}\"\n[body]\nkind = \"form\"\nform = []\n[expext]\n"))
        .unwrap();
    let workspace = folder.path().to_str().unwrap();
    let warning = format!(
        "warning: {0}:4: unknown key `body.form`\n  hint: Known here: kind, literal, text, fields, parts, file.\nwarning: {0}:5: unknown key `expext`\n  hint: Did you mean `expect`?\n",
        file.display()
    );
    send(&["--workspace", workspace, "get"]).assert().code(0).stdout("hi\n").stderr(warning);
}

#[test]
fn a_saved_request_brings_what_it_inherits() {
    let created = b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n";
    let origin = Origin::answering([created.to_vec(), created.to_vec(), OK.to_vec()]);
    let folder = workspace(&origin);
    let send = |args: &[&str]| {
        let mut command = send(args);
        command.current_dir(folder.path()).env("ALICE", SECRET);
        command
    };
    send(&["--env", "test", "sub/get"]).assert().code(0).stderr("");
    send(&["--env", "test", "--identity", "bob", "--var", "v=2", "sub/get.toml"]).assert().code(0).stderr("");
    let came = origin.requests();
    assert_eq!((came[0].target.as_str(), came[0].header("x-folder").unwrap()), ("/x", "1".to_owned()));
    assert!(came[0].header("authorization").unwrap().contains("Credential=AKIDEXAMPLE/"));
    assert!(came[1].header("authorization").unwrap().contains("Credential=AKIDBOB/"));
    assert_eq!(came[1].header("x-folder").unwrap(), "2");
    send(&["--env", "test", "sub/get"])
        .assert()
        .code(1)
        .stdout("hi\n")
        .stderr("error: expected status 201, got 200\n");
}

#[test]
fn a_saved_request_that_cannot_be_had_is_wrong_usage() {
    let folder = workspace(&Origin::answering([]));
    let send = |args: &[&str]| {
        let mut command = send(args);
        command.current_dir(folder.path());
        command.assert()
    };
    send(&["--env", "prod", "sub/get"])
        .code(2)
        .stderr("error: no environment is named \"prod\"\n  hint: Choose one of these: test.\n");
    send(&["sub/gett"]).code(2).stderr(
        "error: \"sub/gett\" isn't a saved request or a URL\n  \
         hint: Give the path of a request from here or from the workspace's folder, or a URL.\n",
    );
    let broken = send(&["sub/broken"]).code(2);
    let said = String::from_utf8(broken.get_output().stderr.clone()).unwrap();
    assert!(said.contains("broken.toml:1: "), "{said}");
    send(&["--env", "test", "sub/get"]).code(3).stderr(
        "error: identity alice: the environment variable ALICE isn't set\n  hint: Set it before signpost starts.\n",
    );
}

#[test]
fn a_broken_part_of_the_workspace_is_a_warning_and_stops_only_who_needs_it() {
    let created = b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n";
    let origin = Origin::answering([created.to_vec()]);
    let folder = workspace(&origin);
    let file = folder.path().join("signpost.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}[identities.carol]\nkind = \"key\"\n")).unwrap();
    let line = text.lines().count() + 2;
    let root = folder.path().canonicalize().unwrap();
    let warning = format!(
        "warning: {}:{line}: `identities.carol.kind` can't be \"key\"\n  hint: Did you mean \"keys\"? It is one of \"keys\", \"get-session-token\", \"get-federation-token\", \"assume-role\", \"profile\", \"environment\", \"process\" or \"anonymous\".\n",
        root.join("signpost.toml").display()
    );
    let send = |args: &[&str]| {
        let mut command = send(args);
        command.current_dir(&root).env("ALICE", SECRET);
        command.assert()
    };
    send(&["--env", "test", "sub/get"]).code(0).stderr(warning.clone());
    let refused = send(&["--env", "test", "--identity", "carol", "sub/get"]).code(2);
    let said = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
    let error = format!("error: signpost.toml:{line}: `identities.carol.kind` can't be");
    assert!(said.starts_with(&warning) && said.contains(&error), "{said}");
    assert_eq!(origin.requests().len(), 1);
}

#[test]
#[cfg(unix)]
fn an_interrupt_cancels() {
    let origin = Origin::silent();
    let signpost = assert_cmd::cargo::cargo_bin("signpost");
    let mut child = std::process::Command::new(signpost).args(["send", &origin.url("/")]).spawn().unwrap();
    assert!(origin.has_received());
    Command::new("kill").args(["-INT", &child.id().to_string()]).assert().success();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(origin.was_closed_by_peer());
}

#[test]
fn completions_and_the_manual_are_printed() {
    let signpost = |args: &[&str]| Command::cargo_bin("signpost").unwrap().args(args).assert().code(0);
    let script = signpost(&["completions", "bash"]).get_output().stdout.clone();
    assert!(String::from_utf8(script).unwrap().contains("--aws-sigv4"));
    let page = signpost(&["man"]).get_output().stdout.clone();
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains(".TH signpost") && page.contains("signpost\\-send"), "{page}");
}

#[test]
fn a_short_secret_garbles_no_header_name() {
    let output = send(&["-v", "--service", "lambda", "--region", "us-east-1"])
        .args(["-u", &format!("AKIDEXAMPLE:{SECRET}"), "--session-token", "to", &ok().url("/")])
        .assert()
        .code(0);
    let shown = String::from_utf8(output.get_output().stderr.clone()).unwrap();
    assert!(shown.contains("> x-amz-security-token: ***\n"), "{shown}");
}
