//! Requests that are signed for another URL than the one they call, or connect elsewhere.

use super::*;
use signpost::core::request::fields::{AuthField, SendField};
use signpost::io::transport::{Reach, Route};

const API: &str = "abc123.execute-api.eu-west-1.amazonaws.com";

/// What came, as a proxy passes it on: with its own Host, and a path prefix.
fn passed_on(mut recorded: Recorded) -> Recorded {
    recorded.target = format!("/prod{}", recorded.target);
    let host = recorded.headers.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("host"));
    host.expect("a host").1 = API.into();
    recorded
}

fn signed_as_api(url: &str) -> Request {
    let mut auth = inline("", "");
    auth.sigv4.region.clear();
    auth.sigv4.sign_as = format!("https://{API}/prod/");
    Request { auth, ..get(url) }
}

#[test]
fn a_signature_is_for_the_host_and_path_that_a_proxy_passes_on() {
    let proxy = Origin::answering([OK.to_vec()]);
    let seen = send(signed_as_api(&proxy.url("/users/a%20b?q=1")));
    assert_eq!(seen.head().status, 200, "{:?}", seen.outcome());
    let came = proxy.requests().remove(0);
    assert_eq!(came.target, "/users/a%20b?q=1");
    let host = came.headers.iter().find(|(name, _)| name == "host").map(|(_, value)| value.as_slice());
    assert_eq!(host, Some(proxy.url("").trim_start_matches("http://").trim_end_matches('/').as_bytes()));
    assert!(!verifies(&came, "execute-api", &payload_hash(b"")), "the called host is signed");
    assert!(verifies(&passed_on(came), "execute-api", &payload_hash(b"")));
    let signing = seen.sent[0].signing.as_ref().unwrap();
    assert_eq!((signing.region.as_str(), signing.service.as_str()), ("eu-west-1", "execute-api"));
    let signed_for = signing.signed_for.as_ref().map(|url| url.as_str());
    assert_eq!(signed_for, Some(&*format!("https://{API}/prod/users/a%20b")));
}

#[test]
fn a_presigned_query_goes_to_the_called_host() {
    let proxy = Origin::answering([OK.to_vec()]);
    let mut request = signed_as_api(&proxy.url("/users?q=1"));
    request.auth.sigv4.location = SignatureLocation::Query;
    let seen = send(request);
    assert_eq!(seen.head().status, 200, "{:?}", seen.outcome());
    let came = proxy.requests().remove(0);
    assert!(came.target.starts_with("/users?q=1&X-Amz-Algorithm="), "{}", came.target);
    assert!(verifies(&passed_on(came), "execute-api", &payload_hash(b"")));
}

#[test]
fn a_refusal_is_read_as_that_of_the_service_behind_the_proxy() {
    let body = r#"{"message":"Credential should be scoped to a valid region."}"#;
    let refusal = format!("HTTP/1.1 403 Forbidden\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let proxy = Origin::answering([refusal.into_bytes()]);
    let mut request = signed_as_api(&proxy.url("/"));
    request.auth.sigv4.region = "us-east-1".into();
    let end = send(request).end.unwrap();
    let cause = &end.findings[0].cause;
    assert_eq!(cause, "The request was signed for us-east-1, but the host is in eu-west-1.");
}

#[test]
fn a_wrong_sign_as_or_connect_to_stops_the_send_at_its_field() {
    let origin = Origin::answering([]);
    let mut request = signed_as_api(&origin.url("/"));
    request.auth.sigv4.sign_as = "https://api.example.com/?a=b".into();
    request.send.connect_to = "localhost".into();
    let Outcome::NotSent(problems) = send(request).outcome().clone() else { panic!("sent") };
    let fields: Vec<_> = problems.iter().map(|problem| problem.field.clone()).collect();
    assert_eq!(fields, [Field::Auth(AuthField::SignAs), Field::Send(SendField::ConnectTo)]);
    assert_eq!(origin.connections(), 0);
}

#[test]
fn a_connection_is_made_elsewhere_and_the_request_keeps_its_host() {
    let origin = Origin::answering([OK.to_vec()]);
    let nowhere = Origin::answering([]);
    // A proxy isn't asked.
    let proxy = Proxy::Url(format!("http://127.0.0.1:{}", nowhere.port()));
    let engine = engine(TransportSettings { proxy, ..TransportSettings::default() });
    for (host, sent) in [("api.example.invalid", "api.example.invalid"), ("192.0.2.1:81", "192.0.2.1:81")] {
        let origin = if host.starts_with('a') { &origin } else { &Origin::answering([OK.to_vec()]) };
        let mut request = get(&format!("http://{host}/a"));
        request.send.connect_to = format!("localhost:{}", origin.port());
        let seen = send_with(&engine, job(request));
        assert_eq!(seen.head().status, 200, "{:?}", seen.outcome());
        let came = origin.requests().remove(0);
        let host = came.headers.iter().find(|(name, _)| name == "host").map(|(_, value)| value.clone());
        assert_eq!(host.as_deref(), Some(sent.as_bytes()));
    }
    assert_eq!(nowhere.connections(), 0);
}

#[test]
fn a_route_of_the_settings_for_another_port_leaves_the_requests_own() {
    let origin = Origin::answering([OK.to_vec()]);
    let host = "api.example.invalid";
    let other = Route {
        host: Some(host.to_owned()),
        port: Some(9999),
        to_host: Some("nowhere.example.invalid".to_owned()),
        to_port: None,
    };
    let reach = Reach { routes: vec![other], ..Reach::default() };
    let engine = engine(TransportSettings { reach, ..TransportSettings::default() });
    let mut request = get(&format!("http://{host}/a"));
    request.send.connect_to = format!("localhost:{}", origin.port());
    let seen = send_with(&engine, job(request));
    assert_eq!(seen.head().status, 200, "{:?}", seen.outcome());
}

#[test]
fn an_address_is_reached_at_an_ipv6_address() {
    // Not every machine has IPv6.
    let Ok(listener) = std::net::TcpListener::bind("[::1]:0") else { return };
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut head = [0; 1024];
        let read = std::io::Read::read(&mut client, &mut head).unwrap();
        std::io::Write::write_all(&mut client, OK).unwrap();
        String::from_utf8_lossy(&head[..read]).to_lowercase()
    });
    let mut request = get("http://192.0.2.1/a");
    request.send.connect_to = format!("[::1]:{port}");
    request.send.timeout_seconds = Some(10);
    let seen = send(request);
    assert_eq!(seen.head().status, 200, "{:?}", seen.outcome());
    assert!(server.join().unwrap().contains("host: 192.0.2.1\r\n"));
}

#[test]
fn tls_verifies_the_name_of_the_url() {
    let (authority, folder) = (tls::authority(), tempfile::tempdir().unwrap());
    let name = "abc.execute-api.eu-west-1.amazonaws.com";
    let server = tls::Server::answering(&authority, &[name], 2100, "http/1.1", false, OK.to_vec());
    let engine = engine(tls::trusting(&authority, &folder));
    let to = |url: &str| {
        let mut request = get(url);
        request.send.connect_to = format!("127.0.0.1:{}", server.port);
        send_with(&engine, job(request))
    };
    assert_eq!(to(&format!("https://{name}/")).head().status, 200);
    assert!(to("https://other.example.invalid/").network().message.contains("certificate"));
}

#[test]
fn a_redirect_to_another_origin_connects_as_usual() {
    let other = Origin::answering([OK.to_vec()]);
    let redirect =
        format!("HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", other.url("/b"));
    let origin = Origin::answering([redirect.into_bytes()]);
    let mut request = get("http://api.example.invalid/a");
    request.send.connect_to = format!("127.0.0.1:{}", origin.port());
    let seen = send(request);
    assert_eq!(seen.head().status, 200, "{:?}", seen.outcome());
    assert_eq!((origin.requests().len(), other.requests()[0].target.as_str()), (1, "/b"));
}

#[test]
fn connections_made_elsewhere_serve_no_other_request() {
    let runtime = runtime();
    let engine = engine(TransportSettings::default());
    let own = Origin::answering([OK.to_vec()]);
    let elsewhere = Origin::answering([OK.to_vec()]);
    let url = own.url("/");
    let mut request = get(&url);
    request.send.connect_to = format!("127.0.0.1:{}", elsewhere.port());
    assert_eq!(send_in(&runtime, &engine, job(request)).head().status, 200);
    assert_eq!(send_in(&runtime, &engine, job(get(&url))).head().status, 200);
    assert_eq!((own.requests().len(), elsewhere.requests().len()), (1, 1));
}
