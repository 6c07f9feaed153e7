//! Which proxy `signpost send` takes: that of the environment, of the configuration, or of the command
//! line; and that none of them tells its password.

use super::*;

const URL: &str = "http://example.invalid/x";

fn proxy_url(proxy: &Origin) -> String {
    format!("http://me:hunter2@127.0.0.1:{}", proxy.port())
}

#[test]
fn the_environment_names_a_proxy_and_who_needs_none() {
    let proxy = Origin::answering([OK.to_vec(), OK.to_vec()]);
    send(&[URL]).env("http_proxy", proxy_url(&proxy)).assert().code(0).stdout("hi\n").stderr("");
    let came = &proxy.requests()[0];
    assert_eq!(came.target, URL);
    assert_eq!(came.header("proxy-authorization").as_deref(), Some("Basic bWU6aHVudGVyMg=="));
    for (name, value) in [("NO_PROXY", "other, example.invalid"), ("no_proxy", "*")] {
        let mut command = send(&[URL]);
        command.env("http_proxy", proxy_url(&proxy)).env(name, value);
        let said = command.assert().code(4).get_output().stderr.clone();
        let said = String::from_utf8(said).unwrap();
        assert!(said.starts_with("error: couldn't resolve example.invalid"), "{said}");
    }
    // A proxy elsewhere could not reach what is here.
    let here = ok();
    send(&[&here.url("/")]).env("http_proxy", proxy_url(&proxy)).assert().code(0);
    assert_eq!((here.connections(), proxy.connections()), (1, 1));
}

#[test]
fn the_command_line_wins_over_the_configuration() {
    let (configured, given) = (ok(), ok());
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    std::fs::write(&config, format!("[network]\nproxy = \"{}\"\n", proxy_url(&configured))).unwrap();
    let send = |args: &[&str]| {
        let mut command = Command::cargo_bin("signpost").unwrap();
        command.args(["send", "--config", config.to_str().unwrap()]).args(args).arg(URL).assert()
    };
    send(&[]).code(0).stdout("hi\n");
    send(&["-x", &proxy_url(&given)]).code(0).stdout("hi\n");
    assert_eq!((configured.connections(), given.connections()), (1, 1));
    for none in [["-x", ""], ["--noproxy", "example.invalid"]] {
        send(&none).code(4).stdout("");
    }
    assert_eq!((configured.connections(), given.connections()), (1, 1));
}

#[test]
fn what_was_signed_passes_a_proxy() {
    let proxy = ok();
    let user = format!("AKIDEXAMPLE:{SECRET}");
    send(&["-v", "-x", &proxy_url(&proxy), "-u", &user, "--service", "lambda", "--region", "us-east-1"])
        .arg("http://example.invalid/a:b?x=1")
        .assert()
        .code(0);
    let came = &proxy.requests()[0];
    let headers: Vec<_> =
        came.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
    let target = came.target.strip_prefix("http://example.invalid").unwrap();
    let raw = RawRequest { method: &came.method, target, headers: &headers };
    let presented = Presented::parse(&raw).unwrap().unwrap();
    let rules = endpoint::defaults("lambda");
    assert!(presented.verify(&Secret::new(SECRET), &raw, &payload_hash(b""), &rules).unwrap().matches);
}

#[test]
fn no_error_tells_a_proxys_password() {
    let refusing = Origin::answering([b"HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n".to_vec()]);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (proxy, url, code) in [
        (proxy_url(&refusing), "https://example.invalid/", 4),
        (format!("http://me:hunter2@127.0.0.1:{port}"), URL, 4),
        ("socks5h://me:hunter2@127.0.0.1:1".to_owned(), URL, 4),
        ("http://me:hunter2@no-such-proxy.invalid:1".to_owned(), URL, 4),
        ("gopher://me:hunter2@127.0.0.1".to_owned(), URL, 3),
        ("http://me:hunter2@:80:80".to_owned(), URL, 3),
        ("me:hunter2".to_owned(), URL, 3),
    ] {
        let output = send(&["-v", "-x", &proxy, url]).assert().code(code).get_output().clone();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("error: ") && said.contains("  hint: "), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}
