//! A local cloud's trace: asked of whoever responds from loopback without a proxy, and nobody else.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use super::*;

const REFUSAL: &[u8] = b"HTTP/1.1 403 Forbidden\r\nx-amzn-requestid: f1-03\r\ncontent-length: 2\r\n\r\nno";

fn through(proxy: u16) -> TransportSettings {
    TransportSettings { proxy: Proxy::Url(format!("http://127.0.0.1:{proxy}")), ..Default::default() }
}

fn signed_for_iam(url: &str) -> Job {
    job(Request { auth: inline("iam", ""), ..get(url) })
}

#[test]
fn a_local_cloud_is_asked_why_it_refused() {
    let cloud = Origin::answering([REFUSAL.to_vec(), OK.to_vec()]);
    send_with(&engine(TransportSettings::default()), signed_for_iam(&cloud.url("/")));
    let targets: Vec<_> = cloud.requests().into_iter().map(|came| came.target).collect();
    assert_eq!(targets, ["/", "/_signpost/trace/f1-03"]);
}

#[test]
fn nobody_behind_a_proxy_on_loopback_is_asked() {
    let proxy = Origin::answering([REFUSAL.to_vec(), OK.to_vec()]);
    let seen = send_with(&engine(through(proxy.port())), signed_for_iam("http://iam.amazonaws.com/"));
    assert_eq!(seen.head().status, 403);
    assert!(seen.head().remote.is_some_and(|remote| remote.ip().is_loopback()));
    assert_eq!(proxy.requests().len(), 1, "a second request left");
}

/// A proxy that connects to this port, whatever it is asked for, and counts its tunnels.
fn tunnelling_to(server: u16) -> (u16, Arc<std::sync::atomic::AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let tunnels = Arc::<std::sync::atomic::AtomicUsize>::default();
    let count = Arc::clone(&tunnels);
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte).is_ok_and(|read| read > 0) {
                head.push(byte[0]);
            }
            assert!(head.starts_with(b"CONNECT iam.amazonaws.com:443"), "{}", String::from_utf8_lossy(&head));
            count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let mut server = TcpStream::connect(("127.0.0.1", server)).unwrap();
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            let (mut up, mut down) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut up, &mut server));
            std::thread::spawn(move || std::io::copy(&mut down, &mut client));
        }
    });
    (port, tunnels)
}

#[test]
fn nobody_behind_a_tunnel_on_loopback_is_asked() {
    let (authority, folder) = (tls::authority(), tempfile::tempdir().unwrap());
    let server =
        tls::Server::answering(&authority, &["iam.amazonaws.com"], 2100, "http/1.1", false, REFUSAL.to_vec());
    let (proxy, tunnels) = tunnelling_to(server.port);
    let settings =
        TransportSettings { ca_files: tls::trusting(&authority, &folder).ca_files, ..through(proxy) };
    let seen = send_with(&engine(settings), signed_for_iam("https://iam.amazonaws.com/"));
    assert_eq!(seen.head().status, 403, "{:?}", seen.outcome());
    assert_eq!(tunnels.load(std::sync::atomic::Ordering::SeqCst), 1, "a second connection was made");
    assert!(!seen.head().direct);
}

#[test]
fn behind_a_route_to_loopback_only_a_url_of_loopback_is_asked() {
    for (host, asked) in [("iam.amazonaws.com", 1), ("iam.localhost", 2)] {
        let server = Origin::answering([REFUSAL.to_vec(), OK.to_vec()]);
        let mut job = signed_for_iam(&format!("http://{host}/"));
        job.request.send.connect_to = format!("127.0.0.1:{}", server.port());
        let seen = send_with(&engine(TransportSettings::default()), job);
        assert_eq!(seen.head().status, 403, "{:?}", seen.outcome());
        assert_eq!(server.requests().len(), asked, "{host}");
    }
}
