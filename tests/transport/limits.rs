//! Where no answer comes: closed ports, unknown names, time limits.

use super::*;

#[test]
fn a_closed_port_and_an_unknown_name_are_named() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let seen = send(get(&format!(":{port}/x")));
    assert_eq!(seen.network().message, format!("connection refused by localhost:{port}"));
    let seen = send(get("http://no-such-host.invalid/"));
    assert!(seen.network().message.starts_with("the name no-such-host.invalid cannot be resolved"));
}

#[test]
fn time_limits_say_which_they_are() {
    let settings =
        TransportSettings { first_byte_timeout: Some(Duration::from_millis(50)), ..Default::default() };
    let silent = Origin::silent();
    let seen = send_with(&engine(settings), job(get(&silent.url("/"))));
    let said = format!("127.0.0.1:{} sent no first byte within 0.1 s", silent.port());
    assert_eq!(seen.network().message, said);
    let stuck = Origin::holding(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc".to_vec());
    let settings =
        TransportSettings { total_timeout: Some(Duration::from_millis(300)), ..Default::default() };
    let seen = send_with(&engine(settings), job(get(&stuck.url("/"))));
    assert_eq!((seen.text(), seen.cut()), ("abc", "the total time limit was reached before the body's end"));
}
