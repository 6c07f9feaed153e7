//! What curl's flags mean, by the requests that leave and the files that are written.

use super::{OK, ok, send};
use crate::origin::Origin;

const MOVED: &[u8] =
    b"HTTP/1.1 302 Found\r\nlocation: /there\r\nset-cookie: r=1; Path=/\r\ncontent-length: 0\r\n\r\n";

fn failing(status: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\nno").into_bytes()
}

fn folder() -> (tempfile::TempDir, impl Fn(&str) -> String) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_owned();
    (folder, move |name: &str| root.join(name).to_str().unwrap().to_owned())
}

#[test]
fn data_of_all_kinds_is_joined_in_its_order() {
    let (_folder, path) = folder();
    std::fs::write(path("lines"), "a\r\nb\n{{c\0").unwrap();
    let (origin, file) = (ok(), format!("@{}", path("lines")));
    send(&[
        "--data-raw",
        "@r",
        "-d",
        &file,
        "--data-urlencode",
        "q=a b",
        "--data-binary",
        &file,
        &origin.url("/"),
    ])
    .assert()
    .code(0);
    assert_eq!(origin.requests()[0].body, b"@r&ab{{c&q=a%20b&a\r\nb\n{{c\0");
    let origin = ok();
    send(&["--json", "{\"a\":", "--json", "1}", &origin.url("/")]).assert().code(0);
    let came = &origin.requests()[0];
    assert_eq!(
        (came.body.as_slice(), came.header("content-type").as_deref()),
        (&b"{\"a\":1}"[..], Some("application/json"))
    );
    let origin = ok();
    send(&["-G", "-d", "a=1", "--url-query", "b=2 3", &origin.url("/?x")]).assert().code(0);
    assert_eq!(origin.requests()[0].target, "/?x&b=2%203&a=1");
}

#[test]
fn a_file_is_uploaded_under_its_name_without_a_type() {
    let (_folder, path) = folder();
    std::fs::write(path("up.bin"), b"\xff\n").unwrap();
    let origin = ok();
    send(&["-T", &path("up.bin"), &origin.url("/in/")]).assert().code(0);
    let came = &origin.requests()[0];
    assert_eq!(
        (came.method.as_str(), came.target.as_str(), came.body.as_slice()),
        ("PUT", "/in/up.bin", &b"\xff\n"[..])
    );
    assert_eq!(came.header("content-type"), None);
}

#[test]
fn an_uploaded_file_keeps_its_name_before_a_query_and_without_a_path() {
    let (_folder, path) = folder();
    std::fs::write(path("up.bin"), "x").unwrap();
    for (url, target) in [
        ("", "/up.bin"),
        ("/", "/up.bin"),
        ("/in/?a=/", "/in/up.bin?a=/"),
        ("?a=1", "/up.bin?a=1"),
        ("/in/#end", "/in/up.bin"),
        ("/in", "/in"),
        ("/in?a=/", "/in?a=/"),
    ] {
        let origin = ok();
        send(&["-T", &path("up.bin"), &origin.url(url)]).assert().code(0);
        assert_eq!(origin.requests()[0].target, target, "{url}");
    }
}

#[test]
fn headers_come_from_flags_and_files() {
    let (_folder, path) = folder();
    std::fs::write(path("headers"), "X-A: 1\n\nX-B: 2\n").unwrap();
    let origin = ok();
    send(&[
        "-H",
        &format!("@{}", path("headers")),
        "-e",
        "http://from/",
        "-r",
        "0-5",
        "--oauth2-bearer",
        "t",
    ])
    .args(["-z", "2026-01-31", &origin.url("/")])
    .assert()
    .code(0);
    let came = &origin.requests()[0];
    for (name, value) in [
        ("x-a", "1"),
        ("x-b", "2"),
        ("referer", "http://from/"),
        ("range", "bytes=0-5"),
        ("authorization", "Bearer t"),
        ("if-modified-since", "Sat, 31 Jan 2026 00:00:00 GMT"),
    ] {
        assert_eq!(came.header(name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(came.header("accept-encoding"), None, "part of an encoded body can't be decoded");
}

#[test]
fn cookies_are_read_from_and_written_to_files() {
    let (_folder, path) = folder();
    let origin = Origin::answering([MOVED.to_vec(), OK.to_vec()]);
    send(&["-sSL", "-c", &path("jar"), "-b", "own=2", &origin.url("/")]).assert().code(0).stderr("");
    assert_eq!(origin.requests()[0].header("cookie").as_deref(), Some("own=2"));
    let text = "# Netscape HTTP Cookie File\n\n127.0.0.1\tFALSE\t/\tFALSE\t0\tr\t1\n";
    assert_eq!(std::fs::read_to_string(path("jar")).unwrap(), text);
    let origin = ok();
    send(&["-b", &path("jar"), "-b", "own=2", &origin.url("/")]).assert().code(0);
    assert_eq!(origin.requests()[0].header("cookie").as_deref(), Some("own=2; r=1"));
    let origin = ok();
    send(&["-b", &path("missing"), &origin.url("/")]).assert().code(0).stderr("");
    assert_eq!(origin.requests()[0].header("cookie"), None);
}

#[test]
fn output_goes_where_it_is_sent() {
    let (folder, path) = folder();
    let origin = Origin::answering([MOVED.to_vec(), OK.to_vec()]);
    send(&["-sSfL", "-O", "-D", "heads", "-w", "%{http_code} %{num_redirects} %{size_download}\\n"])
        .arg(origin.url("/name.txt?x"))
        .current_dir(folder.path())
        .assert()
        .code(0)
        .stdout("200 1 3\n")
        .stderr("");
    assert_eq!(std::fs::read(path("name.txt")).unwrap(), b"hi\n");
    let heads = "HTTP/1.1 302 Found\r\nlocation: /there\r\nset-cookie: r=1; Path=/\r\ncontent-length: 0\r\n\r\n\
                 HTTP/1.1 200 OK\r\nx-one: 1\r\ncontent-length: 3\r\n\r\n";
    assert_eq!(std::fs::read_to_string(path("heads")).unwrap(), heads);
    let named = b"HTTP/1.1 200 OK\r\ncontent-disposition: attachment; filename=\"../given\"\r\ncontent-length: 1\r\n\r\nx";
    let origin = Origin::answering([named.to_vec()]);
    send(&["-OJ", "--output-dir", "deep/in", "--create-dirs", &origin.url("/n")])
        .current_dir(folder.path())
        .assert()
        .code(0);
    assert_eq!(std::fs::read(path("deep/in/given")).unwrap(), b"x");
    let nameless = "error: the URL has no file name for -O\n  hint: Name the file with `-o FILE`.\n";
    send(&["-O", &ok().url("/")]).assert().code(2).stderr(nameless);
}

#[test]
fn a_download_is_resumed_and_never_destroyed() {
    let (_folder, path) = folder();
    let part = b"HTTP/1.1 206 Partial Content\r\ncontent-length: 2\r\n\r\nlo".to_vec();
    let over = b"HTTP/1.1 416 Range Not Satisfiable\r\ncontent-length: 0\r\n\r\n".to_vec();
    std::fs::write(path("file"), "hel").unwrap();
    let origin = Origin::answering([part]);
    send(&["-C", "-", "-o", &path("file"), &origin.url("/")]).assert().code(0);
    assert_eq!(origin.requests()[0].header("range").as_deref(), Some("bytes=3-"));
    let origin = Origin::answering([over]);
    send(&["-s", "-C", "-", "-o", &path("file"), &origin.url("/")]).assert().code(2).stderr("");
    assert_eq!(std::fs::read(path("file")).unwrap(), b"hello");
}

#[test]
fn an_error_status_fails_where_that_is_asked_for() {
    let bad = || Origin::answering([failing("404 Not Found")]);
    let error = "error: the response has status 404\n";
    send(&["-f", &bad().url("/")]).assert().code(1).stdout("").stderr(error);
    send(&["--fail-with-body", &bad().url("/")]).assert().code(1).stdout("no").stderr(error);
    send(&["-sf", &bad().url("/")]).assert().code(1).stdout("").stderr("");
    send(&["-sSf", &bad().url("/")]).assert().code(1).stdout("").stderr(error);
    send(&["-s", "http://127.0.0.1:1/"]).assert().code(4).stdout("").stderr("");
}

#[test]
fn a_transient_status_is_retried_and_its_body_not_shown() {
    let origin = Origin::answering([failing("503 Busy"), OK.to_vec()]);
    let said = "warning: the response has status 503\nwarning: retrying in 0 s (1 more)\n";
    send(&["--retry", "2", "--retry-delay", "0", "-w", " %{num_retries}", &origin.url("/")])
        .assert()
        .code(0)
        .stdout("hi\n 1")
        .stderr(said);
    let origin = Origin::answering([failing("404 Not Found")]);
    send(&["-s", "--retry", "2", "--retry-delay", "0", &origin.url("/")]).assert().code(0).stdout("no");
    assert_eq!(origin.requests().len(), 1);
}

#[test]
fn a_host_is_reached_where_the_flags_say() {
    let origin = ok();
    let to = format!("a.example:80:127.0.0.1:{}", origin.port());
    send(&["--connect-to", &to, "http://a.example/x"]).assert().code(0);
    let came = &origin.requests()[0];
    assert_eq!((came.target.as_str(), came.header("host").as_deref()), ("/x", Some("a.example")));
    let origin = ok();
    let at = format!("a.example:{}:127.0.0.1", origin.port());
    send(&["-4", "--resolve", &at, &format!("http://a.example:{}/", origin.port())]).assert().code(0);
    assert_eq!(origin.requests()[0].header("host"), Some(format!("a.example:{}", origin.port())));
}

#[test]
fn redirects_keep_post_and_credentials_where_that_is_asked_for() {
    let other = ok();
    let moved = format!("HTTP/1.1 302 F\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", other.url("/"));
    let origin = Origin::answering([moved.into_bytes()]);
    send(&["--location-trusted", "--post302", "-u", "me:pass", "-d", "a", &origin.url("/")]).assert().code(0);
    let came = &other.requests()[0];
    assert_eq!((came.method.as_str(), came.body.as_slice()), ("POST", &b"a"[..]));
    assert_eq!(came.header("authorization").as_deref(), Some("Basic bWU6cGFzcw=="));
    assert_eq!(came.header("host"), Some(format!("127.0.0.1:{}", other.port())));
}

#[test]
fn a_dry_run_prints_the_request_and_sends_nothing() {
    let origin = ok();
    let printed = format!(
        "> POST {}?token=***\n> host: 127.0.0.1:{}\n> content-type: application/x-www-form-urlencoded\n\
         > authorization: Basic ***\n> accept: */*\n> accept-encoding: gzip, br, zstd\n> user-agent: signpost/{}\n\
         > (3 bytes)\n",
        origin.url("/"),
        origin.port(),
        env!("CARGO_PKG_VERSION"),
    );
    let url = origin.url("/?token=secret");
    send(&["--dry-run", "-u", "me:password", "-d", "a=1", &url]).assert().code(0).stdout(printed).stderr("");
    assert_eq!(origin.connections(), 0);
    let missing = "error: auth access_key";
    let refused = send(&["--dry-run", "--service", "s3", "--region", "us-east-1", &url]).assert().code(3);
    assert!(String::from_utf8(refused.get_output().stderr.clone()).unwrap().starts_with(missing));
}

#[test]
fn keys_are_taken_as_awscurl_and_curl_take_them() {
    let given: [&[&str]; 4] = [
        &["--access_key", "AKIDEXAMPLE", "--secret_key", super::SECRET],
        &["--access-key", "AKIDEXAMPLE", "--secret-key", super::SECRET, "--security_token", "token"],
        &["-u", &format!("AKIDEXAMPLE:{}", super::SECRET), "--session_token", "token"],
        &["--aws-sigv4", "aws:amz"],
    ];
    for (index, keys) in given.iter().enumerate() {
        let origin = ok();
        let user = if index == 3 { "AKIDEXAMPLE:secret@" } else { "" };
        let url = format!("http://{user}127.0.0.1:{}/", origin.port());
        send(&["--service", "s3", "--region", "eu-west-1", &url]).args(*keys).assert().code(0);
        let came = &origin.requests()[0];
        let signed = came.header("authorization").unwrap();
        assert!(
            signed.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
                && signed.contains("/eu-west-1/s3/"),
            "{signed}"
        );
        assert_eq!(came.header("x-amz-security-token").is_some(), matches!(index, 1 | 2));
    }
}

#[test]
fn flags_are_read_from_a_file_and_lose_to_those_of_the_command_line() {
    let (_folder, path) = folder();
    let origin = ok();
    let text = format!("# flags\nurl = \"{}\"\n-X PUT\nheader: \"X-A: 1\"\nsilent\n", origin.url("/k"));
    std::fs::write(path("flags"), text).unwrap();
    send(&["-K", &path("flags"), "-X", "PATCH"]).assert().code(0);
    let came = &origin.requests()[0];
    assert_eq!((came.method.as_str(), came.target.as_str()), ("PATCH", "/k"));
    assert_eq!(came.header("x-a").as_deref(), Some("1"));
}

#[test]
fn what_is_not_supported_is_named_with_what_is() {
    for (flag, said) in [
        (
            "-sSZ",
            "error: `signpost send` has no `-Z`\nhint: Requests are sent one after another: separate them with `--next`.\n",
        ),
        (
            "--retry=often",
            "error: invalid value 'often' for '--retry <NUMBER>': use a whole number up to 4294967295\n\nFor more information, try '--help'.\n",
        ),
        ("--dta=secret", "error: unknown option `--dta` for `signpost send`\nhint: did you mean `--data`?\n"),
        (
            "--no-location",
            "error: `signpost send` has no `--no-location`\nhint: it is off unless `--location` is given\n",
        ),
        (
            "secret",
            "error: unexpected argument `***` for `signpost send`\nhint: separate requests with `--next`; a value that contains spaces needs quotes\n",
        ),
    ] {
        send(&["http://127.0.0.1:1/", flag]).assert().code(2).stdout("").stderr(said);
    }
    let provider = send(&["--aws-sigv4", "goog:storage", "http://127.0.0.1:1/"]).assert().code(2);
    let said = String::from_utf8(provider.get_output().stderr.clone()).unwrap();
    assert!(said.contains("the provider must be aws:amz"), "{said}");
    send(&["--path-as-is", "http://127.0.0.1:1/a/../b"]).assert().code(2).stderr(
        "error: a path with `.` or `..` segments can't be sent as it is\n  hint: URLs are sent as the URL standard resolves them; write the path without dot segments.\n",
    );
}

#[cfg(unix)]
#[test]
fn a_terminal_gets_formatted_json_and_no_binary() {
    use std::ffi::OsStr;
    let body = |media: &str, body: &[u8]| {
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: {media}\r\ncontent-length: {}\r\n\r\n", body.len());
        Origin::answering([[head.as_bytes(), body].concat()])
    };
    let home = crate::pty::Home::new();
    let json = body("application/json", b"{\"a\":[1]}");
    let args = ["send".into(), json.url("/")];
    let args: Vec<&OsStr> = args.iter().map(|arg: &String| OsStr::new(arg)).collect();
    let mut terminal = home.signpost(&args, (60, 10));
    terminal.wait_for("  \"a\": [");
    let binary = body("image/png", b"\x89PNG\r\n\x1a\n\0\0\0\r");
    let args = ["send".into(), binary.url("/")];
    let args: Vec<&OsStr> = args.iter().map(|arg: &String| OsStr::new(arg)).collect();
    let mut terminal = home.signpost(&args, (100, 10));
    terminal.wait_for("the body is binary");
    terminal.wait_for("-o FILE");
}

#[test]
fn requests_behind_next_have_their_own_flags_and_share_a_connection() {
    let (_folder, path) = folder();
    std::fs::write(path("a"), "1").unwrap();
    let origin = Origin::keeping(OK.to_vec());
    send(&[
        "-s",
        "-d",
        "a=1",
        "-H",
        "x-one: 1",
        "-o",
        &path("one"),
        &origin.url("/1"),
        "--next",
        "-T",
        &path("a"),
        &origin.url("/in/"),
        "-:",
        "-w",
        "%{time_connect} %{http_code}\n",
        &origin.url("/3"),
    ])
    .assert()
    .code(0);
    let came = origin.requests();
    let lines: Vec<_> = came.iter().map(|came| format!("{} {}", came.method, came.target)).collect();
    assert_eq!(lines, ["POST /1", "PUT /in/a", "GET /3"]);
    assert_eq!(came[0].header("x-one").as_deref(), Some("1"));
    assert_eq!(came[2].header("x-one"), None);
    assert_eq!(std::fs::read(path("one")).unwrap(), b"hi\n");
    assert_eq!(origin.connections(), 1);
}

#[test]
fn a_part_is_sent_under_the_name_and_type_it_is_given() {
    let (_folder, path) = folder();
    std::fs::write(path("a.txt"), "x").unwrap();
    let origin = ok();
    let file = format!("f=@{};filename=\"b;c\\\".bin\";type=text/plain;charset=utf-8", path("a.txt"));
    send(&["-F", &file, "-F", "t=hi;filename=t.txt", &origin.url("/")]).assert().code(0);
    let body = String::from_utf8(origin.requests()[0].body.clone()).unwrap();
    assert!(
        body.contains(
            "name=\"f\"; filename=\"b;c%22.bin\"\r\nContent-Type: text/plain;charset=utf-8\r\n\r\nx\r\n"
        ),
        "{body}"
    );
    assert!(body.contains("name=\"t\"; filename=\"t.txt\"\r\n\r\nhi\r\n"), "{body}");
}
