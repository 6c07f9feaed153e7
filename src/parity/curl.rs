//! A request copied as curl: what the real curl sends is what we send, or the command says why not.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

use crate::core::convert::curl;
use crate::core::credential::Secret;
use crate::core::exchange::HeaderOrigin;
use crate::core::request::{
    Auth, AuthKind, BasicAuth, BearerAuth, Body, BodyKind, Part, Plus, Request, Row, SendOptions,
};
use crate::core::resolve::{Context, resolve};
use crate::core::scope::{Scope, ValueSource};
use crate::core::wire::{LoadedBody, WireBody, WireRequest, wire};

/// How many requests are drawn.
const REQUESTS: u32 = 400;

/// A request as it came.
#[derive(Debug)]
pub(super) struct Came {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Came {
    fn values(&self, name: &str) -> Vec<&[u8]> {
        let same = self.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        same.map(|(_, value)| value.as_slice()).collect()
    }
}

pub(super) fn read(stream: &mut TcpStream) -> Option<Came> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 64 * 1024];
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
    };
    let head = bytes[..end].to_vec();
    let mut lines = head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let line = String::from_utf8_lossy(lines.next()?).into_owned();
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let header = |line: &[u8]| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        Some((String::from_utf8_lossy(&line[..colon]).into_owned(), line[colon + 1..].trim_ascii().to_vec()))
    };
    let mut came =
        Came { method, target, headers: lines.filter_map(header).collect(), body: bytes.split_off(end + 4) };
    let length = came.values("content-length").first().map_or("0".into(), |v| String::from_utf8_lossy(v));
    let length: usize = length.parse().unwrap();
    while came.body.len() < length {
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        came.body.extend_from_slice(&buffer[..read]);
    }
    Some(came)
}

/// A server that hands out each request and answers with an empty response.
fn listen() -> (u16, mpsc::Receiver<Came>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, came) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            if let Some(request) = read(&mut stream) {
                let _ =
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                if sender.send(request).is_err() {
                    return;
                }
            }
        }
    });
    (port, came)
}

/// The environment of both.
struct Environment;

const VARIABLES: [(&str, &str); 2] = [("TOKEN_OF_TEST", "t$o'k en"), ("PASSWORD_OF_TEST", "p\"a ss")];

impl ValueSource for Environment {
    fn secret(&self, _name: &str) -> Option<Secret> {
        None
    }

    fn env(&self, name: &str) -> Option<String> {
        VARIABLES.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned())
    }
}

fn ours(request: &Request) -> Option<WireRequest> {
    let context = Context {
        scope: &Scope::default(),
        inherited_auth: &Auth::default(),
        identities: &[],
        outside: &Environment,
    };
    wire(&resolve(request, &context).ok()?, LoadedBody::default()).ok()
}

fn nasty() -> impl Strategy<Value = String> {
    let text = "[a-z0-9 '\"\\\\$&=+%#@;,<>|{}()\\[\\]`!*?~^ü€\n\t:/.\u{1b}\u{9b}-]{0,14}";
    prop::string::string_regex(text).unwrap().prop_map(|text| text.replace("{{", "\\{{"))
}

/// As [`nasty`], on one line and without controls: what a URL and a header allow.
fn nasty_line() -> impl Strategy<Value = String> {
    nasty().prop_map(|text| text.replace(char::is_control, ""))
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[A-Za-z][A-Za-z0-9_.-]{0,8}", 1 => nasty()]
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((name(), nasty()).prop_map(|(name, value)| Row::new(name, value)), 0..3)
}

fn header_rows() -> impl Strategy<Value = Vec<Row>> {
    let row = ("X-[A-Za-z0-9]{1,5}|Accept|Referer", nasty_line());
    prop::collection::vec(row.prop_map(|(name, value)| Row::new(name, value)), 0..3)
}

fn body() -> impl Strategy<Value = Body> {
    let media = prop::option::of(Just("text/x".to_owned()));
    let part = (name(), nasty(), media).prop_map(|(name, value, content_type)| Part {
        name,
        value,
        content_type,
        ..Part::default()
    });
    let text = |kind| nasty().prop_map(move |text| Body { kind, text, ..Body::default() });
    prop_oneof![
        Just(Body::default()),
        text(BodyKind::Json),
        text(BodyKind::Text),
        rows().prop_map(|form| Body { kind: BodyKind::Form, form, ..Body::default() }),
        prop::collection::vec(part, 1..3).prop_map(|parts| Body {
            kind: BodyKind::Multipart,
            parts,
            ..Body::default()
        }),
    ]
}

fn auth() -> impl Strategy<Value = Auth> {
    let bearer = BearerAuth { token: "{{env:TOKEN_OF_TEST}}".into() };
    let basic = BasicAuth { username: "m'e".into(), password: "{{env:PASSWORD_OF_TEST}}".into() };
    prop_oneof![
        2 => Just(Auth { kind: AuthKind::None, ..Auth::default() }),
        1 => Just(Auth { kind: AuthKind::Bearer, bearer, ..Auth::default() }),
        1 => Just(Auth { kind: AuthKind::Basic, basic, ..Auth::default() }),
    ]
}

prop_compose! {
    fn drawn()(
        method in prop::sample::select(vec!["GET", "post", "PUT", "DELETE", "HEAD", "PATCH", ""]),
        address in ("[/]?", nasty_line(), prop::option::of(nasty_line())),
        params in rows(),
        headers in header_rows(),
        body in body(),
        auth in auth(),
        plus in prop::sample::select(vec![Plus::Literal, Plus::Space]),
    ) -> Request {
        let (slash, path, query) = address;
        let query = query.map_or(String::new(), |query| format!("?{query}"));
        Request {
            method: method.into(),
            // Without the slash a host or a port is often none.
            url: format!("{slash}{path}{query}"),
            params,
            headers,
            body,
            auth,
            send: SendOptions { plus, ..SendOptions::default() },
            ..Request::default()
        }
    }
}

/// A form's pairs, or the body with the boundary of a multipart form taken out.
fn meaning(content_type: &str, body: &[u8]) -> Vec<u8> {
    if content_type == "application/x-www-form-urlencoded" {
        return format!("{:?}", url::form_urlencoded::parse(body).collect::<Vec<_>>()).into_bytes();
    }
    let boundary = content_type.split_once("boundary=").map(|(_, boundary)| boundary);
    match boundary {
        Some(boundary) => String::from_utf8_lossy(body).replace(boundary, "BOUNDARY").into_bytes(),
        None => body.to_vec(),
    }
}

fn assert_equal(ours: &WireRequest, came: &Came, command: &str) {
    let target = &ours.url[url::Position::BeforePath..url::Position::AfterQuery];
    assert_eq!((came.method.as_str(), came.target.as_str()), (ours.method.as_str(), target), "{command}");
    for header in ours.headers.iter().filter(|header| header.origin != HeaderOrigin::Default) {
        let values = came.values(&header.name);
        assert!(values.contains(&header.value.as_bytes()), "{}: {values:?} {command}", header.name);
    }
    let media = ours.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-type"));
    let media = media.map_or("", |header| &header.value);
    let came_as = came.values("content-type").first().map_or("".into(), |v| String::from_utf8_lossy(v));
    let kind = |media: &str| media.split("boundary").next().unwrap_or_default().to_owned();
    assert_eq!(kind(&came_as), kind(media), "{command}");
    let WireBody::Bytes(body) = &ours.body else { panic!("nothing is streamed") };
    let (came, ours) = (meaning(&came_as, &came.body), meaning(media, body));
    assert_eq!(String::from_utf8_lossy(&came), String::from_utf8_lossy(&ours), "{command}");
}

#[cfg(unix)]
#[test]
fn curl_sends_what_we_send_or_the_command_says_why_not() {
    if Command::new("curl").arg("--version").output().is_err() {
        // Not everybody has it.
        return;
    }
    let (port, requests) = listen();
    let config = Config { failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(
        config.clone(),
        prop::test_runner::TestRng::deterministic_rng(config.rng_algorithm),
    );
    let (mut equal, mut named) = (0, 0);
    while equal + named < REQUESTS {
        let mut request = drawn().new_tree(&mut runner).unwrap().current();
        request.url = format!("http://127.0.0.1:{port}{}", request.url);
        let command = curl::export(&request, &request.auth, ("", ""), |_| None);
        // Another host is nobody's to ask.
        let here =
            |wire: &WireRequest| wire.url.host_str() == Some("127.0.0.1") && wire.url.port() == Some(port);
        let Some(ours) = ours(&request).filter(here) else { continue };
        if command.starts_with('#') {
            named += 1;
            continue;
        }
        let script = format!("{command} --silent --max-time 10");
        let output = Command::new("bash").args(["-c", &script]).envs(VARIABLES).output().unwrap();
        assert!(output.status.success(), "{:?}\n{command}\n{request:?}", output.status);
        assert_equal(&ours, &requests.recv().unwrap(), &command);
        assert!(requests.try_recv().is_err(), "two requests: {command}");
        equal += 1;
    }
    assert!(named < REQUESTS / 4, "{equal} equal, {named} named");
}

#[test]
fn a_url_is_never_an_option() {
    let request = Request { url: "-Kevil.curlrc".into(), ..Request::default() };
    let command = curl::export(&request, &request.auth, ("", ""), |_| None);
    assert_eq!(command, "curl --globoff \\\n  --url http://-kevil.curlrc/");
    let odd = Request { url: "http://[::1/ x".into(), ..Request::default() };
    let command = curl::export(&odd, &odd.auth, ("", ""), |_| None);
    assert!(command.starts_with("# signpost doesn't send this: invalid URL"), "{command}");
    let reference = Request { url: "{{env:BASE}}/x".into(), ..Request::default() };
    let command = curl::export(&reference, &reference.auth, ("", ""), |_| None);
    assert!(command.ends_with("--url \"$BASE\"/x"), "{command}");
}
