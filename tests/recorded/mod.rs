//! Plays an `http-traffic.json` of AWS's credential cases on loopback: every host of the recording is
//! routed here, with TLS where the recording has it, and each request must be the next recorded one.

#![allow(dead_code)] // Each test binary uses its own part.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use serde_json::Value;
use signpost::config::Proxy;
use signpost::io::transport::{Route, TransportSettings};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Headers that belong to the client that was recorded, or change with its clock.
const VOLATILE: [&str; 8] = [
    "authorization",
    "content-length",
    "content-type",
    "host",
    "user-agent",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-user-agent",
];

/// A recorded exchange; `response` is `None` where the connection failed.
struct Exchange {
    method: String,
    url: url::Url,
    headers: Vec<(String, String)>,
    body: String,
    response: Option<Response>,
}

struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

#[derive(Default)]
struct State {
    left: VecDeque<Exchange>,
    problems: Vec<String>,
}

/// A server that plays a recording.
pub(crate) struct Recorded {
    state: Arc<Mutex<State>>,
    plain_port: u16,
    tls_port: u16,
    authority: tempfile::NamedTempFile,
    _runtime: tokio::runtime::Runtime,
}

impl Recorded {
    /// Plays this file.
    pub(crate) fn play(traffic: &Path) -> Self {
        Self::start(&serde_json::from_slice(&std::fs::read(traffic).unwrap()).unwrap())
    }

    /// Plays these exchanges, in the form of such a file.
    pub(crate) fn start(traffic: &Value) -> Self {
        let left = exchanges(traffic);
        let names = left.iter().filter_map(|exchange| exchange.url.domain()).map(str::to_owned).collect();
        let (acceptor, authority) = tls(names);
        let state = Arc::new(Mutex::new(State { left, problems: Vec::new() }));
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let plain_port = listen(&runtime, None, &state);
        let tls_port = listen(&runtime, Some(acceptor), &state);
        Self { state, plain_port, tls_port, authority, _runtime: runtime }
    }

    /// Settings that lead every host here.
    pub(crate) fn settings(&self) -> TransportSettings {
        let mut settings = TransportSettings {
            ca_files: vec![self.authority.path().to_owned()],
            proxy: Proxy::Off,
            ..TransportSettings::default()
        };
        settings.reach.routes = [(80, self.plain_port), (443, self.tls_port)]
            .into_iter()
            .map(|(port, to_port)| Route {
                host: None,
                port: Some(port),
                to_host: Some("127.0.0.1".into()),
                to_port: Some(to_port),
            })
            .collect();
        settings
    }

    /// Makes sure that all recorded requests came, and no others.
    pub(crate) fn finish(self) {
        self.outcome().unwrap_or_else(|problem| panic!("{problem}"));
    }

    /// The same, without a panic.
    ///
    /// # Errors
    /// What came and wasn't recorded, or what never came.
    pub(crate) fn outcome(self) -> Result<(), String> {
        let state = self.state.lock().unwrap();
        let left: Vec<_> = state.left.iter().map(|exchange| exchange.url.as_str()).collect();
        match (&state.problems[..], &left[..]) {
            ([], []) => Ok(()),
            ([], left) => Err(format!("never requested: {left:?}")),
            (problems, _) => Err(problems.join("\n")),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn headers(value: &Value) -> Vec<(String, String)> {
    let pair = |(name, values): (&String, &Value)| (name.to_lowercase(), text(&values[0]));
    value.as_object().into_iter().flatten().map(pair).collect()
}

fn exchanges(traffic: &Value) -> VecDeque<Exchange> {
    let mut found: BTreeMap<u64, Exchange> = BTreeMap::new();
    for event in traffic["events"].as_array().unwrap() {
        let id = event["connection_id"].as_u64().unwrap();
        let action = &event["action"];
        if let Some(request) = action["Request"]["request"].as_object() {
            let exchange = Exchange {
                method: text(&request["method"]),
                url: text(&request["uri"]).parse().unwrap(),
                headers: headers(&request["headers"]),
                body: String::new(),
                response: None,
            };
            assert!(found.insert(id, exchange).is_none(), "one request for each connection");
            continue;
        }
        let exchange = found.get_mut(&id).unwrap();
        if let Some(response) = action["Response"]["response"]["Ok"].as_object() {
            let status = u16::try_from(response["status"].as_u64().unwrap()).unwrap();
            exchange.response =
                Some(Response { status, headers: headers(&response["headers"]), body: String::new() });
        }
        let data = text(&action["Data"]["data"]["Utf8"]);
        match &mut exchange.response {
            Some(response) => response.body.push_str(&data),
            None => exchange.body.push_str(&data),
        }
    }
    found.into_values().collect()
}

fn tls(mut names: Vec<String>) -> (TlsAcceptor, tempfile::NamedTempFile) {
    names.push("localhost".into());
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let mut params = CertificateParams::new(names).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2100, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), authority.pem()).unwrap();
    (TlsAcceptor::from(Arc::new(config)), file)
}

fn listen(
    runtime: &tokio::runtime::Runtime,
    acceptor: Option<TlsAcceptor>,
    state: &Arc<Mutex<State>>,
) -> u16 {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let port = listener.local_addr().unwrap().port();
    let state = Arc::clone(state);
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, state) = (acceptor.clone(), Arc::clone(&state));
            tokio::spawn(async move {
                match acceptor {
                    Some(acceptor) => {
                        let Ok(stream) = acceptor.accept(stream).await else { return };
                        answer(stream, "https", &state).await;
                    }
                    None => answer(stream, "http", &state).await,
                }
            });
        }
    });
    port
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, scheme: &str, state: &Mutex<State>) {
    let Some(request) = read(&mut stream, scheme).await else { return };
    let response = {
        let mut state = state.lock().unwrap();
        let expected = state.left.pop_front();
        let differs = match &expected {
            Some(expected) => difference(expected, &request),
            None => Some("nothing more was recorded".to_owned()),
        };
        match differs {
            None => expected.and_then(|expected| expected.response),
            Some(why) => {
                let problem = format!("{} {}: {why}", request.method, request.url);
                state.problems.push(problem.clone());
                Some(Response { status: 599, headers: Vec::new(), body: problem })
            }
        }
    };
    let Some(Response { status, headers, body }) = response else { return };
    let kept = |name: &str| !["connection", "content-length", "transfer-encoding"].contains(&name);
    let headers: String = headers
        .into_iter()
        .filter(|(name, _)| kept(name))
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n");
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body.as_bytes()).await;
    let _ = stream.shutdown().await;
}

fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// What of a request differs from the recorded one.
fn difference(expected: &Exchange, request: &Exchange) -> Option<String> {
    let place =
        |url: &url::Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.path().to_owned());
    if (expected.method.as_str(), place(&expected.url)) != (&request.method, place(&request.url)) {
        return Some(format!("expected {} {}", expected.method, expected.url));
    }
    let query = |url: &url::Url| pairs(url.query().unwrap_or_default());
    if query(&expected.url) != query(&request.url) {
        return Some(format!("expected the query of {}", expected.url));
    }
    let steady = expected.headers.iter().filter(|(name, _)| !VOLATILE.contains(&name.as_str()));
    for header in steady {
        if !request.headers.contains(header) {
            return Some(format!("the header {} is missing or differs", header.0));
        }
    }
    let same_body = match (json(&expected.body), json(&request.body)) {
        (Some(expected), Some(got)) => expected == got,
        // Role and token were replaced in the recordings, and differ from the files of their case.
        _ => shape(&expected.body) == shape(&request.body),
    };
    (!same_body).then(|| format!("expected the body {}, got {}", expected.body, request.body))
}

fn pairs(text: &str) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// The action and version of a form, and the names of its other parameters.
fn shape(text: &str) -> BTreeMap<String, String> {
    let mut pairs = pairs(text);
    let others = pairs.iter_mut().filter(|(name, _)| !["Action", "Version"].contains(&name.as_str()));
    others.for_each(|(_, value)| value.clear());
    pairs
}

async fn read(stream: &mut (impl AsyncRead + Unpin), scheme: &str) -> Option<Exchange> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some(request) = parse(&text, scheme) {
            return Some(request);
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

/// A request, if it is complete.
fn parse(text: &str, scheme: &str) -> Option<Exchange> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?);
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let header = |name: &str| headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    if body.len() < header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0) {
        return None;
    }
    let url = format!("{scheme}://{}{target}", header("host")?).parse().unwrap();
    Some(Exchange { method, url, body: body.to_owned(), headers, response: None })
}
