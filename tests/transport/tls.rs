//! TLS: who is trusted, what the certificate says, HTTP/2.

use std::sync::Arc;

use bytes::Bytes;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::*;

pub(super) type Authority = CertifiedIssuer<'static, KeyPair>;

pub(super) fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for these names, with its key.
fn certificate(authority: &Authority, names: &[&str], last_year: i32) -> (rcgen::Certificate, KeyPair) {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(last_year, 1, 1);
    params.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, authority).unwrap(), key)
}

/// A server that answers one connection after another with the protocol that was agreed on.
pub(super) struct Server {
    pub(super) port: u16,
    _runtime: tokio::runtime::Runtime,
}

impl Server {
    fn start(authority: &Authority, names: &[&str], last_year: i32, alpn: &str, ask_client: bool) -> Self {
        Self::answering(authority, names, last_year, alpn, ask_client, OK.to_vec())
    }

    /// The same, with this answer to what comes by HTTP/1.1.
    pub(super) fn answering(
        authority: &Authority,
        names: &[&str],
        last_year: i32,
        alpn: &str,
        ask_client: bool,
        answer: Vec<u8>,
    ) -> Self {
        let (certificate, key) = certificate(authority, names, last_year);
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let builder = ServerConfig::builder();
        let builder = if ask_client {
            let mut roots = RootCertStore::empty();
            roots.add(authority.der().clone()).unwrap();
            builder.with_client_cert_verifier(WebPkiClientVerifier::builder(roots.into()).build().unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let mut config = builder.with_single_cert(vec![certificate.der().clone()], key).unwrap();
        config.alpn_protocols = vec![alpn.into()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let runtime = super::runtime();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let h2 = alpn == "h2";
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, answer) = (acceptor.clone(), answer.clone());
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    if h2 { answer_h2(stream).await } else { answer_h1(stream, &answer).await }
                });
            }
        });
        Self { port, _runtime: runtime }
    }

    fn url(&self, host: &str) -> String {
        format!("https://{host}:{}/x", self.port)
    }
}

type Stream = tokio_rustls::server::TlsStream<tokio::net::TcpStream>;

async fn answer_h1(mut stream: Stream, answer: &[u8]) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut buffer = [0; 4096];
    let _ = stream.read(&mut buffer).await;
    let _ = stream.write_all(answer).await;
    let _ = stream.shutdown().await;
}

/// Answers with the request's host and authority, and a trailer.
async fn answer_h2(stream: Stream) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let host = request.headers().get("host").map(|host| host.to_str().unwrap().to_owned());
        let text = format!("{:?} {:?}", request.uri().authority().map(|a| a.host()), host);
        let mut head = http::Response::new(());
        if request.method() == http::Method::DELETE {
            // A lie.
            head.headers_mut().insert("content-length", http::HeaderValue::from_static("900"));
        }
        let mut body = respond.send_response(head, false).unwrap();
        body.send_data(Bytes::from(text), false).unwrap();
        let mut trailers = http::HeaderMap::new();
        trailers.insert("x-sum", http::HeaderValue::from_static("1"));
        body.send_trailers(trailers).unwrap();
    }
}

/// Settings that trust the authority, by a file.
pub(super) fn trusting(authority: &Authority, folder: &tempfile::TempDir) -> TransportSettings {
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, authority.pem()).unwrap();
    TransportSettings { ca_files: vec![path], ..TransportSettings::default() }
}

#[test]
fn an_authority_from_a_file_is_trusted_and_the_certificate_told() {
    let (authority, folder) = (authority(), tempfile::tempdir().unwrap());
    let server = Server::start(&authority, &["localhost", "127.0.0.1"], 2100, "http/1.1", false);
    let seen = send_with(&engine(trusting(&authority, &folder)), job(get(&server.url("localhost"))));
    assert_eq!(seen.text(), "ok");
    let certificate = seen.head().certificate.as_ref().unwrap();
    assert_eq!(certificate.names, ["localhost", "127.0.0.1"]);
    assert!(certificate.verified);
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(4_102_444_800);
    assert_eq!(certificate.not_after, end);
}

#[test]
fn certificates_that_are_not_accepted_say_why() {
    let (authority, folder) = (authority(), tempfile::tempdir().unwrap());
    let trusting = engine(trusting(&authority, &folder));
    let strict = engine(TransportSettings::default());
    let good = Server::start(&authority, &["localhost"], 2100, "http/1.1", false);
    let old = Server::start(&authority, &["localhost"], 2021, "http/1.1", false);
    for (engine, url, said) in [
        (&strict, good.url("localhost"), "is signed by an untrusted authority"),
        (&trusting, old.url("localhost"), "has expired"),
        (&trusting, good.url("127.0.0.1"), "is for another host"),
    ] {
        let seen = send_with(engine, job(get(&url)));
        assert!(seen.network().message.contains(said), "{:?}", seen.network());
        assert!(!seen.network().hint.is_empty());
        let mut request = get(&url);
        request.send.insecure = true;
        let seen = send_with(engine, job(request));
        assert_eq!(seen.text(), "ok");
        assert!(!seen.head().certificate.as_ref().unwrap().verified);
    }
}

#[test]
fn a_client_certificate_is_shown_to_who_asks() {
    let (authority, folder) = (authority(), tempfile::tempdir().unwrap());
    let server = Server::start(&authority, &["localhost"], 2100, "http/1.1", true);
    let settings = trusting(&authority, &folder);
    let seen = send_with(&engine(settings.clone()), job(get(&server.url("localhost"))));
    assert!(!seen.network().message.is_empty());
    let (certificate, key) = certificate(&authority, &["me"], 2100);
    let (cert_file, key_file) = (folder.path().join("me.pem"), folder.path().join("me.key"));
    std::fs::write(&cert_file, certificate.pem()).unwrap();
    std::fs::write(&key_file, key.serialize_pem()).unwrap();
    let settings = TransportSettings { client_cert: Some(cert_file), client_key: Some(key_file), ..settings };
    let seen = send_with(&engine(settings), job(get(&server.url("localhost"))));
    assert_eq!(seen.text(), "ok");
}

#[test]
fn http_2_is_spoken_where_it_is_offered() {
    let (authority, folder) = (authority(), tempfile::tempdir().unwrap());
    let server = Server::start(&authority, &["localhost"], 2100, "h2", false);
    let request = Request { auth: inline("lambda", "t"), ..get(&server.url("localhost")) };
    let seen = send_with(&engine(trusting(&authority, &folder)), job(request));
    assert_eq!(seen.head().protocol, "HTTP/2.0");
    assert_eq!(seen.text(), "Some(\"localhost\") None");
    assert_eq!(seen.end.as_ref().unwrap().trailers, [("x-sum".to_owned(), "1".to_owned())]);
}

#[test]
fn files_that_are_no_certificates_stop_the_send() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, "nothing").unwrap();
    for (file, said) in
        [(path.clone(), "contains no certificate"), (folder.path().join("gone"), "No such file")]
    {
        let settings = TransportSettings { ca_files: vec![file], ..TransportSettings::default() };
        let seen = send_with(&engine(settings), job(get("https://localhost:1/")));
        let Outcome::NotSent(problems) = seen.outcome() else { panic!("{:?}", seen.outcome()) };
        assert!(problems[0].message.contains(said), "{problems:?}");
    }
}

#[test]
fn plain_http_on_a_tls_port_and_the_other_way_round() {
    let authority = authority();
    let server = Server::start(&authority, &["localhost"], 2100, "http/1.1", false);
    let seen = send(get(&format!("http://localhost:{}/", server.port)));
    assert!(!seen.network().hint.is_empty());
    let plain = Origin::answering([OK.to_vec()]);
    // The origin waits for a line that TLS never sends; only the start of the handshake comes.
    let settings =
        TransportSettings { connect_timeout: Some(Duration::from_millis(200)), ..Default::default() };
    let seen = send_with(&engine(settings), job(get(&format!("https://localhost:{}/", plain.port()))));
    assert_eq!(seen.network().message, format!("no connection to localhost:{} within 200 ms", plain.port()));
}

#[test]
fn a_proxy_may_be_reached_over_tls() {
    let (authority, folder) = (authority(), tempfile::tempdir().unwrap());
    let server = Server::start(&authority, &["localhost"], 2100, "http/1.1", false);
    let proxy = Proxy::Url(format!("https://localhost:{}", server.port));
    let strict = TransportSettings { proxy: proxy.clone(), ..Default::default() };
    let seen = send_with(&engine(strict), job(get("http://example.invalid/x")));
    assert!(seen.network().message.contains("untrusted authority"), "{:?}", seen.network());
    let settings = TransportSettings { proxy, ..trusting(&authority, &folder) };
    let seen = send_with(&engine(settings), job(get("http://example.invalid/x")));
    assert_eq!(seen.text(), "ok", "{:?}", seen.outcome());
}

#[test]
fn sts_is_trusted_by_the_same_authorities() {
    let (authority, folder) = (authority(), tempfile::tempdir().unwrap());
    let answer = sessions::session("2099-01-01T00:00:00Z");
    let sts = Server::answering(&authority, &["localhost"], 2100, "http/1.1", false, answer);
    let origin = Origin::answering([OK.to_vec()]);
    let declared = sessions::identities(&sts.url("localhost"), Renew::Auto);
    let job = sessions::signed_by("session", "lambda", &origin.url("/"), declared);
    let seen = send_with(&engine(TransportSettings::default()), job.clone());
    let Outcome::NotSent(problems) = seen.outcome() else { panic!("{:?}", seen.outcome()) };
    assert!(problems[0].message.contains("untrusted authority"), "{problems:?}");
    assert_eq!(send_with(&engine(trusting(&authority, &folder)), job).text(), "ok");
    assert_eq!(origin.requests()[0].header("x-amz-security-token").as_deref(), Some("minted"));
}

#[test]
fn an_http_2_body_that_is_shorter_than_promised_shows_what_came() {
    let (authority, folder) = (authority(), tempfile::tempdir().unwrap());
    let server = Server::start(&authority, &["localhost"], 2100, "h2", false);
    let request = Request { method: "DELETE".into(), ..get(&server.url("localhost")) };
    let seen = send_with(&engine(trusting(&authority, &folder)), job(request));
    assert_eq!((seen.head().status, seen.text()), (200, "Some(\"localhost\") None"));
    assert!(seen.cut().starts_with("the body was truncated after 22 of 900 bytes "), "{}", seen.cut());
}

/// A proxy that tunnels one connection, and hands out what it was asked for.
fn tunnel() -> (u16, std::sync::mpsc::Receiver<String>) {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, asked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte).is_ok_and(|read| read == 1) {
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let target = head.split(' ').nth(1).unwrap().to_owned();
        sender.send(head).unwrap();
        let mut server = std::net::TcpStream::connect(target).unwrap();
        client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
        let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        std::thread::spawn(move || std::io::copy(&mut from, &mut to));
        let _ = std::io::copy(&mut server, &mut client);
    });
    (port, asked)
}

#[test]
fn tls_passes_a_tunnel_and_the_proxy_sees_neither_path_nor_signature() {
    let (authority, folder) = (authority(), tempfile::tempdir().unwrap());
    let server = Server::start(&authority, &["localhost"], 2100, "h2", false);
    let (port, _asked) = tunnel();
    let proxy = Proxy::Url(format!("http://127.0.0.1:{port}"));
    let strict = TransportSettings { proxy, ..Default::default() };
    let seen = send_with(&engine(strict), job(get(&server.url("localhost"))));
    assert!(seen.network().message.contains("untrusted authority"), "{:?}", seen.network());
    for alpn in ["http/1.1", "h2"] {
        let server = Server::start(&authority, &["localhost"], 2100, alpn, false);
        let (port, asked) = tunnel();
        let settings = TransportSettings {
            proxy: Proxy::Url(format!("http://user:pass@127.0.0.1:{port}")),
            ..trusting(&authority, &folder)
        };
        let request = Request { auth: inline("lambda", "t"), ..get(&server.url("localhost")) };
        let seen = send_with(&engine(settings), job(request));
        assert_eq!(seen.outcome(), &Outcome::Answered, "{alpn}");
        assert_eq!(seen.head().protocol == "HTTP/2.0", alpn == "h2");
        // The library verifies the certificate, and hands it out for direct connections alone.
        assert_eq!(seen.head().certificate, None);
        let asked = asked.recv().unwrap();
        assert!(asked.starts_with(&format!("CONNECT localhost:{} HTTP/1.1\r\n", server.port)), "{asked}");
        let lower = asked.to_lowercase();
        assert!(lower.contains("proxy-authorization: basic dxnlcjpwyxnz\r\n"), "{asked}");
        assert!(
            !lower.contains("/x") && !lower.contains("\r\nauthorization") && !lower.contains("x-amz"),
            "{asked}"
        );
    }
}
