//! A raw TCP origin: records the exact bytes that come and answers with the bytes it is given, one
//! answer a request, whatever they are.

#![allow(dead_code)] // Each test binary uses its own part.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub(crate) method: String,
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl Recorded {
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| String::from_utf8(value.clone()).unwrap())
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Manner {
    /// Answers and closes.
    Close,
    /// Answers and waits for the peer to close.
    Hold,
    /// Never answers.
    Silent,
    /// Gives the same answer to every request of a connection.
    Keep,
}

pub(crate) struct Origin {
    port: u16,
    shared: Arc<Mutex<Shared>>,
    received: mpsc::Receiver<()>,
    closed: mpsc::Receiver<()>,
}

#[derive(Default)]
struct Shared {
    requests: Vec<Recorded>,
    connections: usize,
}

impl Origin {
    /// Gives these answers, one a connection, and closes after each.
    pub(crate) fn answering(answers: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self::start(answers.into_iter().collect(), Manner::Close)
    }

    /// Gives this answer and leaves the connection open.
    pub(crate) fn holding(answer: Vec<u8>) -> Self {
        Self::start([answer].into(), Manner::Hold)
    }

    /// Gives this answer to every request, over connections that stay open.
    pub(crate) fn keeping(answer: Vec<u8>) -> Self {
        Self::start([answer].into(), Manner::Keep)
    }

    /// Reads a request and says nothing.
    pub(crate) fn silent() -> Self {
        Self::start([Vec::new()].into(), Manner::Silent)
    }

    fn start(mut answers: VecDeque<Vec<u8>>, manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Mutex::new(Shared::default()));
        let (sender, closed) = mpsc::channel();
        let (came, received) = mpsc::channel();
        let state = shared.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                state.lock().unwrap().connections += 1;
                let Some(recorded) = read(&mut stream) else { continue };
                state.lock().unwrap().requests.push(recorded);
                let _ = came.send(());
                let Some(answer) = answers.pop_front() else { return };
                if manner != Manner::Silent {
                    let _ = stream.write_all(&answer);
                }
                if manner == Manner::Keep {
                    while let Some(recorded) = read(&mut stream) {
                        state.lock().unwrap().requests.push(recorded);
                        let _ = stream.write_all(&answer);
                    }
                }
                if manner == Manner::Close {
                    let _ = stream.shutdown(std::net::Shutdown::Write);
                }
                // Ends when the peer closes: nothing may be lost to a reset.
                let _ = std::io::copy(&mut stream, &mut std::io::sink());
                let _ = sender.send(());
            }
        });
        Self { port, shared, received, closed }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self, target: &str) -> String {
        format!("http://127.0.0.1:{}{target}", self.port)
    }

    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.shared.lock().unwrap().requests.clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.lock().unwrap().connections
    }

    /// Waits until a request has come.
    pub(crate) fn has_received(&self) -> bool {
        self.received.recv_timeout(Duration::from_secs(10)).is_ok()
    }

    /// Waits until the peer has closed a connection.
    pub(crate) fn was_closed_by_peer(&self) -> bool {
        self.closed.recv_timeout(Duration::from_secs(10)).is_ok()
    }
}

fn read(stream: &mut TcpStream) -> Option<Recorded> {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        match stream.read(&mut buffer).ok()? {
            0 => return None,
            read => bytes.extend_from_slice(&buffer[..read]),
        }
    };
    let mut lines =
        bytes[..head_end].split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let line = String::from_utf8(lines.next()?.to_vec()).unwrap();
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers: Vec<_> = lines
        .map(|line| {
            let colon = line.iter().position(|byte| *byte == b':').unwrap();
            let name = String::from_utf8(line[..colon].to_vec()).unwrap().to_lowercase();
            (name, line[colon + 1..].trim_ascii().to_vec())
        })
        .collect();
    let mut recorded = Recorded { method, target, headers, body: bytes[head_end + 4..].to_vec() };
    let length = recorded.header("content-length").map_or(0, |length| length.parse().unwrap());
    while recorded.body.len() < length {
        match stream.read(&mut buffer).ok()? {
            0 => break,
            read => recorded.body.extend_from_slice(&buffer[..read]),
        }
    }
    Some(recorded)
}
