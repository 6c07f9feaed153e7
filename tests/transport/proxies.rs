//! Proxies: what they are told, whom they serve, and that nobody learns their password.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;

use super::*;

/// Half of a password that must never be shown.
const PASSWORD: &str = "hunter2-of-the-proxy";

fn through(proxy: String) -> TransportSettings {
    TransportSettings { proxy: Proxy::Url(proxy), ..Default::default() }
}

#[test]
fn a_proxy_is_asked_for_the_whole_url() {
    let proxy = Origin::answering([OK.to_vec()]);
    let settings = through(format!("http://user:pass@127.0.0.1:{}", proxy.port()));
    let seen = send_with(&engine(settings), job(get("http://example.invalid/x?y=1")));
    assert_eq!(seen.text(), "ok");
    let came = &proxy.requests()[0];
    assert_eq!(came.target, "http://example.invalid/x?y=1");
    assert_eq!(came.header("proxy-authorization").as_deref(), Some("Basic dXNlcjpwYXNz"));
    assert_eq!(came.header("host").as_deref(), Some("example.invalid"));
}

/// What a SOCKS server was asked for.
#[derive(Debug, PartialEq)]
struct Asked {
    /// User name and password (RFC 1929), where they were wanted.
    login: Option<(String, String)>,
    /// The kind of address: 1 is IPv4, 3 a name, 4 IPv6.
    kind: u8,
    address: String,
}

/// A SOCKS 5 server (RFC 1928) that serves one connection, whatever its target, with bytes of its
/// own. `login` wants a user name and a password.
struct Socks {
    port: u16,
    asked: mpsc::Receiver<Asked>,
}

impl Socks {
    fn start(login: bool, reply: u8) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, asked) = mpsc::channel();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let login = greet(&mut stream, login);
            let [_, _, _, kind] = take(&mut stream);
            let address = match kind {
                1 => take::<4>(&mut stream).map(|byte| byte.to_string()).join("."),
                3 => text(&mut stream),
                _ => format!("{:?}", take::<16>(&mut stream)),
            };
            let _port: [u8; 2] = take(&mut stream);
            let _ = sender.send(Asked { login, kind, address });
            let _ = stream.write_all(&[5, reply, 0, 1, 0, 0, 0, 0, 0, 0]);
            if reply == 0 {
                let mut head = [0; 4096];
                let _ = stream.read(&mut head);
                let _ = stream.write_all(OK);
            }
        });
        Self { port, asked }
    }

    fn asked(&self) -> Asked {
        self.asked.recv_timeout(Duration::from_secs(10)).unwrap()
    }
}

/// The greeting, and the user name and password where `login` says so.
fn greet(stream: &mut TcpStream, login: bool) -> Option<(String, String)> {
    let [_, methods] = take(stream);
    let mut offered = vec![0; methods.into()];
    stream.read_exact(&mut offered).unwrap();
    let chosen = if login { 2 } else { 0 };
    assert!(offered.contains(&chosen), "{offered:?}");
    stream.write_all(&[5, chosen]).unwrap();
    login.then(|| {
        let [_version] = take(stream);
        let pair = (text(stream), text(stream));
        stream.write_all(&[1, 0]).unwrap();
        pair
    })
}

fn take<const N: usize>(stream: &mut TcpStream) -> [u8; N] {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).unwrap();
    bytes
}

/// A text after its length.
fn text(stream: &mut TcpStream) -> String {
    let [length] = take(stream);
    let mut bytes = vec![0; length.into()];
    stream.read_exact(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn socks5_resolves_here_and_socks5h_there() {
    let here = Socks::start(false, 0);
    let settings = through(format!("socks5://127.0.0.1:{}", here.port));
    let seen = send_with(&engine(settings), job(get("http://name.localhost/x")));
    assert_eq!(seen.text(), "ok", "{:?}", seen.outcome());
    assert_eq!(here.asked(), Asked { login: None, kind: 1, address: "127.0.0.1".into() });
    let there = Socks::start(false, 0);
    let settings = through(format!("socks5h://127.0.0.1:{}", there.port));
    let seen = send_with(&engine(settings), job(get("http://example.invalid/x")));
    assert_eq!(seen.text(), "ok", "{:?}", seen.outcome());
    assert_eq!(there.asked(), Asked { login: None, kind: 3, address: "example.invalid".into() });
}

#[test]
fn a_socks_server_gets_user_name_and_password() {
    let socks = Socks::start(true, 0);
    let settings = through(format!("socks5h://me:{PASSWORD}@127.0.0.1:{}", socks.port));
    let seen = send_with(&engine(settings), job(get("http://example.invalid/x")));
    assert_eq!(seen.text(), "ok", "{:?}", seen.outcome());
    assert_eq!(socks.asked().login, Some(("me".into(), PASSWORD.into())));
}

#[test]
fn a_proxy_that_refuses_is_named_and_its_password_is_not() {
    let refuses = || Origin::answering([b"HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n".to_vec()]);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (one, socks) = (refuses(), Socks::start(true, 5));
    for (scheme, port, host, said) in [
        (
            "http",
            one.port(),
            "https",
            "requires a user name and a password to connect to example.invalid:443",
        ),
        ("http", closed, "http", "refused the connection (to example.invalid:80)"),
        (
            "socks5h",
            socks.port,
            "http",
            "did not connect to example.invalid:80: SOCKS error: connection refused",
        ),
    ] {
        let settings = through(format!("{scheme}://me:{PASSWORD}@127.0.0.1:{port}"));
        let engine = engine(settings.clone());
        let seen = send_with(&engine, job(get(&format!("{host}://example.invalid/x"))));
        let problem = seen.network();
        assert!(problem.message.contains(&format!("the proxy 127.0.0.1:{port}")), "{problem:?}");
        assert!(problem.message.contains(said), "{problem:?}");
        assert!(!problem.hint.is_empty(), "{problem:?}");
        let transport = Transport::new(settings);
        // The library's client is made by then, and knows the proxy.
        let outgoing = Outgoing {
            method: "GET".into(),
            url: "http://example.invalid/".parse().unwrap(),
            headers: Vec::new(),
            body: WireBody::Bytes(Default::default()),
            insecure: false,
            route: None,
            deadline: None,
        };
        let failed = runtime().block_on(transport.exchange(outgoing, None)).err();
        let shown = format!("{:?} {problem:?} {transport:?} {failed:?}", seen.outcome());
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    assert_eq!(one.requests()[0].method, "CONNECT");
    let plain = refuses();
    let settings = through(format!("http://127.0.0.1:{}", plain.port()));
    let seen = send_with(&engine(settings), job(get("http://example.invalid/")));
    assert_eq!((seen.outcome(), seen.head().status), (&Outcome::Answered, 407));
}

#[test]
fn hosts_that_are_excepted_are_reached_directly() {
    let (proxy, origin) = (Origin::answering([OK.to_vec()]), Origin::answering([OK.to_vec()]));
    let settings = TransportSettings {
        no_proxy: vec!["direct.localhost".into()],
        ..through(format!("http://127.0.0.1:{}", proxy.port()))
    };
    let engine = engine(settings);
    let at = |host: &str| get(&format!("http://{host}:{}/x", origin.port()));
    assert_eq!(send_with(&engine, job(at("a.direct.localhost"))).text(), "ok");
    assert_eq!((origin.connections(), proxy.connections()), (1, 0));
    assert_eq!(send_with(&engine, job(at("other.localhost"))).text(), "ok");
    assert_eq!((origin.connections(), proxy.connections()), (1, 1));
}

#[test]
fn sts_is_asked_through_the_proxy_too() {
    let proxy = Origin::answering([sessions::session("2099-01-01T00:00:00Z"), OK.to_vec()]);
    let settings = through(format!("http://127.0.0.1:{}", proxy.port()));
    let identities = sessions::identities("http://sts.example.invalid/", Renew::Auto);
    let job = sessions::signed_by("session", "lambda", "http://example.invalid/x", identities);
    assert_eq!(send_with(&engine(settings), job).text(), "ok");
    let targets: Vec<_> = proxy.requests().into_iter().map(|request| request.target).collect();
    assert_eq!(targets, ["http://sts.example.invalid/", "http://example.invalid/x"]);
}
