//! A load in which every request is different and signed separately, for `benches/cloud.py`.
//!
//! ```sh
//! ACCESS_KEY=… SECRET_KEY=… cargo run --release --example signed_load -- URL SECONDS CONNECTIONS
//! ```
//!
//! Prints one JSON object: requests a second, median and 99th percentile in milliseconds. Anything
//! but a 200 ends it.

use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use signpost::core::credential::{Credential, Secret};
use signpost::core::sigv4::{self, Settings, Signable};
use url::Url;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, seconds, connections] = &arguments[..] else {
        return Err("usage: signed_load URL SECONDS CONNECTIONS, with ACCESS_KEY and SECRET_KEY".into());
    };
    let url = Url::parse(url)?;
    let credential = Credential {
        access_key: std::env::var("ACCESS_KEY")?,
        secret_key: Secret::new(std::env::var("SECRET_KEY")?),
        session_token: None,
        expires_at: None,
        account_id: None,
        source: String::new(),
    };
    let began = Instant::now();
    let until = began + Duration::from_secs(seconds.parse()?);
    let senders: Vec<_> = (0..connections.parse::<u32>()?)
        .map(|number| {
            let (url, credential) = (url.clone(), credential.clone());
            thread::spawn(move || send(&url, &credential, number, until))
        })
        .collect();
    let mut took = Vec::new();
    for sender in senders {
        took.extend(sender.join().map_err(|_| "a sender panicked")??);
    }
    let rate = took.len() as f64 / began.elapsed().as_secs_f64();
    took.sort_unstable();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    writeln!(
        io::stdout(),
        r#"{{"rate": {rate:.1}, "p50": {:.3}, "p99": {:.3}, "count": {}}}"#,
        at(0.5),
        at(0.99),
        took.len()
    )?;
    Ok(())
}

/// Sends on one connection until the time is up; returns how long each request took.
fn send(url: &Url, credential: &Credential, number: u32, until: Instant) -> Result<Vec<Duration>> {
    let settings = Settings::for_service("lambda", "us-east-1");
    let address = url.socket_addrs(|| None)?;
    let mut stream = TcpStream::connect(&address[..])?;
    stream.set_nodelay(true)?;
    let mut answers = BufReader::new(stream.try_clone()?);
    let host = sigv4::host(url).into_owned();
    let empty = sigv4::payload_hash(b"");
    let mut url = url.clone();
    let mut took = Vec::new();
    for count in 0_u64.. {
        let began = Instant::now();
        if began >= until {
            break;
        }
        url.set_query(Some(&format!("sender={number}&count={count}")));
        let request = Signable { method: "GET", url: &url, headers: &[], payload_hash: &empty };
        let signed = sigv4::sign(&request, credential, &settings, SystemTime::now())?;
        let target = &url[url::Position::BeforePath..];
        let mut head = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\n");
        for (name, value) in &signed.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes())?;
        read_answer(&mut answers)?;
        took.push(began.elapsed());
    }
    Ok(took)
}

/// Reads a response with a content-length, which must be a 200.
fn read_answer(answers: &mut impl BufRead) -> Result<()> {
    let mut line = String::new();
    let mut length = 0;
    answers.read_line(&mut line)?;
    if !line.starts_with("HTTP/1.1 200 ") {
        return Err(format!("answered {line:?}").into());
    }
    while line != "\r\n" {
        line.clear();
        answers.read_line(&mut line)?;
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
    io::copy(&mut answers.take(length), &mut io::sink())?;
    Ok(())
}
