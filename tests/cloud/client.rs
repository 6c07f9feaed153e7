//! A small client that signs with the library and speaks raw HTTP/1.1, and a cloud for it to talk to.

use std::time::SystemTime;

use signpost::cloud::{self, Options, Running, UserInfo};
use signpost::core::credential::{Credential, Secret};
use signpost::core::sigv4::{Settings, Signable, payload_hash, sign};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

pub(crate) const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

pub(crate) struct Cloud(pub(crate) Running);

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Status, error type and body: what the function URL's table has.
    pub(crate) fn row(&self) -> (u16, &str, &str) {
        (self.status, self.header("x-amzn-errortype").unwrap_or(""), &self.body)
    }

    /// The text of the first XML element of this name.
    pub(crate) fn xml(&self, name: &str) -> &str {
        let (_, rest) = self.body.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("{self:?}"));
        rest.split_once("</").unwrap().0
    }
}

/// What is signed, and what is then sent.
pub(crate) struct Draft<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: &'a [u8],
    pub(crate) settings: Settings,
    pub(crate) at: SystemTime,
}

impl Cloud {
    pub(crate) async fn start() -> Self {
        Self(cloud::serve(Options::default()).await.unwrap())
    }

    pub(crate) fn admin(&self) -> Credential {
        keys(&self.0.info().users.admin)
    }

    pub(crate) fn alice(&self) -> Credential {
        keys(&self.0.info().users.alice)
    }

    pub(crate) fn port(&self) -> u16 {
        Url::parse(&self.0.info().endpoint).unwrap().port().unwrap()
    }

    /// A request to the function URL.
    pub(crate) fn function(&self, path: &str) -> Draft<'static> {
        Draft::new("GET", format!("{}{path}", self.0.info().function_url), "lambda")
    }

    /// A call of a query service.
    pub(crate) fn query<'a>(&self, service: &str, form: &'a str) -> Draft<'a> {
        let mut draft = Draft::new("POST", format!("{}/", self.0.info().endpoint), service);
        draft.headers.push((FORM.0.into(), FORM.1.into()));
        draft.body = form.as_bytes();
        draft
    }

    pub(crate) fn lambda<'a>(&self, method: &'a str, path: &str, body: &'a str) -> Draft<'a> {
        let url = format!("{}/2015-03-31/functions/{path}", self.0.info().endpoint);
        let mut draft = Draft::new(method, url, "lambda");
        draft.body = body.as_bytes();
        draft
    }

    pub(crate) async fn as_user(&self, who: &Credential, draft: Draft<'_>) -> Answer {
        self.unsigned(&draft.signed(who)).await
    }

    pub(crate) async fn unsigned(&self, draft: &Draft<'_>) -> Answer {
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
        head.push_str(&format!("content-length: {}\r\n\r\n", draft.body.len()));
        self.raw(&[head.as_bytes(), draft.body].concat()).await
    }

    pub(crate) async fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port())).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub(crate) async fn move_clock(&self, body: &str) -> Answer {
        let mut draft = Draft::new("POST", format!("{}/_signpost/clock", self.0.info().endpoint), "none");
        draft.body = body.as_bytes();
        self.unsigned(&draft).await
    }

    pub(crate) async fn put_policy(&self, policy: &str) -> Answer {
        let form = form(&[
            ("Action", "PutUserPolicy"),
            ("Version", "2010-05-08"),
            ("UserName", "alice"),
            ("PolicyName", "call-hello"),
            ("PolicyDocument", policy),
        ]);
        self.as_user(&self.admin(), self.query("iam", &form)).await
    }

    pub(crate) async fn session(&self) -> Credential {
        let form = "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900";
        let answer = self.as_user(&self.alice(), self.query("sts", form)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        Credential {
            access_key: answer.xml("AccessKeyId").into(),
            secret_key: Secret::new(answer.xml("SecretAccessKey")),
            session_token: Some(Secret::new(answer.xml("SessionToken"))),
            expires_at: None,
            account_id: None,
            source: "test".into(),
        }
    }

    /// Lets alice call the function.
    pub(crate) async fn permit(&self) {
        let arn = &self.0.info().function_arn;
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["lambda:InvokeFunctionUrl","lambda:InvokeFunction"],"Resource":"{arn}"}}]}}"#
        );
        assert_eq!(self.put_policy(&policy).await.status, 200);
    }
}

impl<'a> Draft<'a> {
    pub(crate) fn new(method: &'a str, url: String, service: &str) -> Self {
        Self {
            method,
            url,
            headers: Vec::new(),
            body: b"",
            settings: Settings::for_service(service, "us-east-1"),
            at: SystemTime::now(),
        }
    }

    pub(crate) fn signed(mut self, who: &Credential) -> Self {
        let url = Url::parse(&self.url).unwrap();
        let headers: Vec<_> = self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let signable = Signable {
            method: self.method,
            url: &url,
            headers: &headers,
            payload_hash: &payload_hash(self.body),
        };
        let signed = sign(&signable, who, &self.settings, self.at).unwrap();
        self.headers.extend(signed.headers);
        self.url = signed.url.into();
        self
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

pub(crate) fn keys(user: &UserInfo) -> Credential {
    Credential {
        access_key: user.access_key_id.clone(),
        secret_key: user.secret_access_key.clone(),
        session_token: None,
        expires_at: None,
        account_id: None,
        source: "test".into(),
    }
}

pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
