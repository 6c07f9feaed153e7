//! Where no answer comes: closed ports, unknown names, time limits.

use super::*;

#[test]
fn a_closed_port_and_an_unknown_name_are_named() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let seen = send(get(&format!(":{port}/x")));
    assert_eq!(seen.network().message, format!("connection refused by localhost:{port}"));
    let seen = send(get("http://no-such-host.invalid/"));
    assert!(seen.network().message.starts_with("couldn't resolve no-such-host.invalid"));
}

#[test]
fn time_limits_say_which_they_are() {
    let settings =
        TransportSettings { first_byte_timeout: Some(Duration::from_millis(50)), ..Default::default() };
    let silent = Origin::silent();
    let seen = send_with(&engine(settings), job(get(&silent.url("/"))));
    let said = format!("127.0.0.1:{} sent no first byte within 50 ms", silent.port());
    assert_eq!(seen.network().message, said);
    let stuck = Origin::holding(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc".to_vec());
    let settings =
        TransportSettings { total_timeout: Some(Duration::from_millis(300)), ..Default::default() };
    let seen = send_with(&engine(settings), job(get(&stuck.url("/"))));
    assert_eq!(
        (seen.text(), seen.cut()),
        ("abc", "the total time limit was reached before the body was complete")
    );
}

/// A listener that takes no connection any more: its queue is full, so the system answers no knock.
#[cfg(target_os = "linux")]
struct Dead {
    port: u16,
    _listener: tokio::net::TcpListener,
    _queued: Vec<std::net::TcpStream>,
    _runtime: tokio::runtime::Runtime,
}

#[cfg(target_os = "linux")]
impl Dead {
    fn start() -> Self {
        let runtime = runtime();
        let listener = runtime.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
            socket.listen(1).unwrap()
        });
        let address = listener.local_addr().unwrap();
        let knock = || std::net::TcpStream::connect_timeout(&address, Duration::from_millis(100)).ok();
        let queued = std::iter::from_fn(knock).take(64).collect();
        Self { port: address.port(), _listener: listener, _queued: queued, _runtime: runtime }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_host_that_does_not_take_the_connection_is_given_up() {
    let dead = Dead::start();
    let settings = TransportSettings {
        connect_timeout: Some(Duration::from_millis(200)),
        first_byte_timeout: Some(Duration::from_secs(60)),
        ..Default::default()
    };
    let seen = send_with(&engine(settings), job(get(&format!("http://127.0.0.1:{}/", dead.port))));
    assert_eq!(seen.network().message, format!("no connection to 127.0.0.1:{} within 200 ms", dead.port));
    assert!(seen.network().hint.contains("firewall"), "{}", seen.network().hint);
    // The limit for the whole exchange holds here too, where it is the shorter one.
    let settings =
        TransportSettings { total_timeout: Some(Duration::from_millis(200)), ..Default::default() };
    let seen = send_with(&engine(settings), job(get(&format!("http://127.0.0.1:{}/", dead.port))));
    assert!(seen.network().message.contains("within the total time limit"), "{:?}", seen.network());
}

#[test]
fn the_limit_of_one_request_wins_over_the_configured_one() {
    let silent = Origin::silent();
    let settings = TransportSettings { total_timeout: None, first_byte_timeout: None, ..Default::default() };
    let mut request = get(&silent.url("/"));
    request.send.timeout_seconds = Some(1);
    let seen = send_with(&engine(settings), job(request));
    let said = format!("no response from 127.0.0.1:{} within the total time limit", silent.port());
    assert!(seen.network().message.starts_with(&said), "{:?}", seen.network());
}

#[test]
fn the_limit_for_the_whole_counts_asking_sts_too() {
    let sts = Origin::holding(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n<GetSession".to_vec());
    let origin = Origin::answering([]);
    let declared = sessions::identities(&sts.url("/"), Renew::Auto);
    let job = sessions::signed_by("session", "lambda", &origin.url("/"), declared);
    let settings =
        TransportSettings { total_timeout: Some(Duration::from_millis(300)), ..Default::default() };
    let seen = send_with(&engine(settings), job);
    let Outcome::NotSent(problems) = seen.outcome() else { panic!("{:?}", seen.outcome()) };
    assert_eq!(
        problems[0].message,
        "can't reach STS: the total time limit was reached before the body was complete"
    );
    assert_eq!(origin.connections(), 0);
}

/// Sends, and answers each question about a long body with yes as often as this.
fn send_past_limits(limit: u64, url: &str, yeses: usize) -> (Seen, Vec<(u64, u64)>) {
    let engine = engine(TransportSettings { body_limit: Some(limit), ..Default::default() });
    let job = job(get(url));
    runtime().block_on(async move {
        let mut handle = engine.open(job);
        let (mut seen, mut asked_at) = (Seen::default(), Vec::new());
        while let Some(event) = handle.events.recv().await {
            match event {
                Event::Ask(asked) => {
                    let Question::BodyLimit { limit, next } = asked.question else { panic!("{asked:?}") };
                    let declined = Answer::Declined { message: "no".into(), hint: String::new() };
                    let answer = if asked_at.len() < yeses { Answer::GoOn } else { declined };
                    asked_at.push((limit, next));
                    handle.commands.send(Command::Answer { id: asked.id, answer }).await.unwrap();
                }
                Event::Chunk(bytes) => seen.body.extend_from_slice(&bytes),
                Event::End(end) => seen.end = Some(*end),
                Event::Stage(_)
                | Event::Sent(_)
                | Event::Redirected(_)
                | Event::Head(_)
                | Event::Adopted { .. } => {}
            }
        }
        (seen, asked_at)
    })
}

#[test]
fn a_body_that_reaches_its_limit_waits_for_an_answer() {
    let body = vec![b'x'; 500_000];
    let answer = [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), body].concat();
    let origin = Origin::answering([answer.clone(), answer]);
    let (seen, asked_at) = send_past_limits(200_000, &origin.url("/"), 1);
    assert_eq!(asked_at, [(200_000, 400_000), (400_000, 800_000)]);
    assert_eq!((seen.body.len(), seen.outcome()), (400_000, &Outcome::BodyLimit(400_000)));
    assert_eq!(seen.end.as_ref().unwrap().body_bytes, 400_000);
    let (seen, asked_at) = send_past_limits(200_000, &origin.url("/"), 2);
    assert_eq!((seen.body.len(), seen.outcome(), asked_at.len()), (500_000, &Outcome::Answered, 2));
}

#[test]
fn the_total_leaves_out_what_a_question_took() {
    let origin = Origin::answering([OK.to_vec(), OK.to_vec()]);
    let engine = engine(TransportSettings { body_limit: Some(1), ..Default::default() });
    let jobs = [job(get(&origin.url("/"))), job(get(&origin.url("/")))];
    runtime().block_on(async move {
        let started = Instant::now();
        let [mut handle, mut meanwhile] = jobs.map(|job| engine.open(job));
        let mut held = Duration::ZERO;
        let mut timing = None;
        while let Some(event) = handle.events.recv().await {
            match event {
                Event::Ask(asked) => {
                    let asked_at = Instant::now();
                    // Something else happens before the reply.
                    while !matches!(meanwhile.events.recv().await, Some(Event::Ask(_)) | None) {}
                    held += asked_at.elapsed();
                    let answer = Answer::GoOn;
                    handle.commands.send(Command::Answer { id: asked.id, answer }).await.unwrap();
                }
                Event::End(end) => timing = Some(end.timing),
                Event::Stage(_)
                | Event::Sent(_)
                | Event::Redirected(_)
                | Event::Head(_)
                | Event::Chunk(_)
                | Event::Adopted { .. } => {}
            }
        }
        let timing = timing.unwrap();
        let asked = timing.asked.unwrap();
        assert!(asked >= held, "{asked:?} {held:?}");
        assert!(timing.total + asked <= started.elapsed(), "{timing:?}");
    });
    let origin = Origin::answering([OK.to_vec()]);
    assert_eq!(send(get(&origin.url("/"))).end.unwrap().timing.asked, None);
}

#[cfg(unix)]
#[test]
fn a_socket_that_cannot_be_connected_to_is_named_in_place_of_the_host() {
    use signpost::io::transport::Reach;
    let folder = tempfile::tempdir().unwrap();
    let said = |name: &str| {
        let reach = Reach { unix_socket: Some(folder.path().join(name)), ..Default::default() };
        let seen = send_with(
            &engine(TransportSettings { reach, ..Default::default() }),
            job(get("http://elsewhere.example/")),
        );
        seen.network().message.replace(folder.path().to_str().unwrap(), "")
    };
    assert_eq!(said("none.sock"), "the socket `/none.sock` doesn't exist");
    // The file outlives its listener.
    drop(std::os::unix::net::UnixListener::bind(folder.path().join("deaf.sock")).unwrap());
    assert_eq!(said("deaf.sock"), "connection refused by the socket `/deaf.sock`");
}
