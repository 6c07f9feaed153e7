//! A cloud with functions of the test's own, and a client that takes an answer as it comes.

use signpost::cloud::{self, FunctionInfo, Limits, Listing, Running, Setup};
use signpost::core::credential::Credential;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

use super::client::{Answer, Draft, keys};

/// A resource policy that lets everybody call a URL without a signature.
pub(crate) const PUBLIC: &str = r#"
policy = '''{"Version":"2012-10-17","Statement":[
  {"Sid":"a","Effect":"Allow","Principal":"*","Action":["lambda:InvokeFunctionUrl","lambda:InvokeFunction"],"Resource":"*"}]}'''
url = { auth_type = "NONE" }
"#;

pub(crate) struct Site(pub(crate) Running<Listing>);

impl Site {
    /// The demo's account with these functions in place of its own.
    pub(crate) async fn open(functions: &str) -> Self {
        Self::with(functions, Limits::default()).await
    }

    pub(crate) async fn with(functions: &str, limits: Limits) -> Self {
        let setup = Setup { config: functions.to_owned(), limits, ..Setup::default() };
        Self(cloud::load(setup).await.unwrap_or_else(|error| panic!("{error:?}")))
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.address().port()
    }

    /// May call everything.
    pub(crate) fn admin(&self) -> Credential {
        keys(&self.0.info().accounts[0].users["admin"])
    }

    pub(crate) fn info(&self, name: &str) -> &FunctionInfo {
        self.0.info().functions.iter().find(|function| function.function_name == name).unwrap()
    }

    /// A request to a function's URL.
    pub(crate) fn url<'a>(&self, name: &str, path: &str) -> Draft<'a> {
        let url = self.info(name).function_url.as_ref().unwrap();
        Draft::new("GET", format!("{url}{path}"), "lambda")
    }

    pub(crate) fn own<'a>(&self, path: &str) -> Draft<'a> {
        Draft::new("GET", format!("http://127.0.0.1:{}/_signpost/{path}", self.port()), "none")
    }

    /// Signed by the administrator.
    pub(crate) async fn signed(&self, draft: Draft<'_>) -> Answer {
        self.send(&draft.signed(&self.admin())).await
    }

    pub(crate) async fn send(&self, draft: &Draft<'_>) -> Answer {
        let bytes = self.raw(&request(draft)).await;
        answer(&bytes)
    }

    /// Sends bytes and takes what comes until the connection ends.
    pub(crate) async fn raw(&self, request: &[u8]) -> Vec<u8> {
        let mut stream = self.connect().await;
        stream.write_all(request).await.unwrap();
        let mut bytes = Vec::new();
        // A reset ends an answer as well as a close does.
        let _ = stream.read_to_end(&mut bytes).await;
        bytes
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port())).await.unwrap()
    }

    /// The trace of the request that this answers.
    pub(crate) async fn trace(&self, answer: &Answer) -> serde_json::Value {
        let id = answer.header("x-amzn-requestid").unwrap();
        let trace = self.send(&self.own(&format!("trace/{id}"))).await;
        assert_eq!(trace.status, 200, "{trace:?}");
        serde_json::from_str(&trace.body).unwrap()
    }
}

/// A request as its bytes.
pub(crate) fn request(draft: &Draft<'_>) -> Vec<u8> {
    let url = Url::parse(&draft.url).unwrap();
    let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let target = &draft.url[draft.url.find(&host).unwrap() + host.len()..];
    let target = if target.is_empty() { "/" } else { target };
    let mut head = format!("{} {target} HTTP/1.1\r\nconnection: close\r\n", draft.method);
    if !draft.headers.iter().any(|(name, _)| name == "host") {
        head.push_str(&format!("host: {host}\r\n"));
    }
    for (name, value) in &draft.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !draft.body.is_empty() {
        head.push_str(&format!("content-length: {}\r\n", draft.body.len()));
    }
    [head.as_bytes(), b"\r\n", draft.body].concat()
}

/// An answer as text, its chunks joined.
pub(crate) fn answer(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    let chunked = head.lines().any(|line| line.eq_ignore_ascii_case("transfer-encoding: chunked"));
    let body = if chunked { joined(body) } else { body.to_owned() };
    Answer { status, head: head.to_owned(), body }
}

fn joined(chunks: &str) -> String {
    let (mut whole, mut rest) = (String::new(), chunks);
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        let Some(data) = after.get(..length) else { break };
        whole.push_str(data);
        rest = after.get(length + 2..).unwrap_or_default();
    }
    whole
}
