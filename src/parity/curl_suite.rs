//! curl's own tests of `--aws-sigv4`, sent by `signpost send`: the request that curl's authors recorded
//! is the one that leaves, signature included, or `docs/curl.md` says why not.
//!
//! The tests are curl's and aren't part of this repository: `SIGNPOST_CURL_SUITE` names a folder with
//! their files (`tests/data/test439` and so on in curl's sources). Without it nothing is compared.

use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::UNIX_EPOCH;

use clap::Parser as _;

use super::curl::{Came, read};
use crate::cli;
use crate::core::exchange::Event;
use crate::core::shell_quote;
use crate::engine::{Clocks, Engine};

/// Why a request differs from curl's, in the words of `docs/curl.md`.
const PROVIDER: &str = "another provider than `aws:amz`";
const NO_SECRET: &str = "an access key without a secret key";
const CONTROL: &str = "a control character in the access key";
const CROSS_ORIGIN: &str = "a signed request follows no redirect to another origin";
const NOT_UTF8: &str = "percent-encoded bytes in the query that aren't UTF-8";
const NO_COMMAND: &str = "tests a function of curl's source";

/// A test whose command is in its own file.
const IN_FILE: &str = "";

/// Each test, the arguments that its program in C stands for, and why we differ, if we do. In the
/// arguments, `URL` and `TO` are the two words of the test's command.
const TESTS: [(u32, &str, Option<&str>); 25] = [
    (439, IN_FILE, Some(NOT_UTF8)),
    (472, IN_FILE, None),
    (1933, "--aws-sigv4 xxx URL --connect-to TO", Some(PROVIDER)),
    (1934, "--aws-sigv4 xxx:yyy -u xxx:yyy URL --connect-to TO", Some(PROVIDER)),
    (1935, "--aws-sigv4 xxx:yyy:rrr -u xxx:yyy URL --connect-to TO", Some(PROVIDER)),
    (1936, "--aws-sigv4 xxx:yyy:rrr:sss -u xxx:yyy URL --connect-to TO", Some(PROVIDER)),
    (1937, "--aws-sigv4 provider1:provider2:region:service -d postData URL --connect-to TO", Some(PROVIDER)),
    (1938, "--aws-sigv4 provider1:provider2:region:service -d post URL --connect-to TO", Some(PROVIDER)),
    (1955, "--aws-sigv4 xxx -u xxx: URL --connect-to TO", Some(PROVIDER)),
    (1956, "--aws-sigv4 xxx -u xxx: URL --connect-to TO", Some(PROVIDER)),
    (1957, "--aws-sigv4 xxx -u xxx: URL --connect-to TO", Some(PROVIDER)),
    (1959, "--aws-sigv4 xxx -u xxx: URL --connect-to TO", Some(PROVIDER)),
    (1970, "--aws-sigv4 aws:amz:us-east-1:s3 -u xxx: -X PUT URL --connect-to TO", Some(NO_SECRET)),
    (1971, "--aws-sigv4 aws:amz:us-east-1:s3 -u xxx: -T /dev/null URL --connect-to TO", Some(NO_SECRET)),
    (1972, "--aws-sigv4 aws:amz:us-east-1:s3 -u xxx: -F foo=bar URL --connect-to TO", Some(NO_SECRET)),
    (1973, "--aws-sigv4 aws:amz:us-east-1:s3 -u xxx: -d post URL --connect-to TO", Some(NO_SECRET)),
    (1974, "--aws-sigv4 aws:amz:us-east-1:s3 -u xxx: URL --connect-to TO", Some(NO_SECRET)),
    (1975, "--aws-sigv4 aws:amz:us-east-1:s3 -u xxx: -X PUT URL --connect-to TO", Some(NO_SECRET)),
    (1976, IN_FILE, None),
    (
        1978,
        "--aws-sigv4 aws:amz:us-east-1:s3 -X PUT -H 'x-amz-meta-test: test2' -H 'some-other-header: value' \
         -H 'x-amz-meta-test: test1' -H 'duplicate-header: duplicate' -H 'x-amz-meta-test: test3' \
         -H 'X-amz-meta-test2: test2' -H 'x-amz-meta-blah: blah' -H 'x-Amz-meta-test2: test1' \
         -H 'x-amz-Meta-test2: test3' -H 'curr-header-no-colon: value' -H 'next-header-no-colon: value' \
         -H 'duplicate-header: duplicate' -H 'header-no-value;' -H 'header-no-value;' \
         -H 'header-some-no-value;' -H 'header-some-no-value: value' URL --connect-to TO",
        None,
    ),
    (1979, IN_FILE, Some(NO_COMMAND)),
    (1980, IN_FILE, Some(NO_COMMAND)),
    (3222, IN_FILE, Some(CONTROL)),
    (5026, IN_FILE, Some(CROSS_ORIGIN)),
    (5027, IN_FILE, None),
];

/// The text between `<name ...>` and `</name>`.
fn section<'a>(file: &'a str, name: &str) -> Option<&'a str> {
    let start = file.find(&format!("<{name}"))?;
    let from = start + file[start..].find('>')? + 1;
    let text = &file[from..from + file[from..].find(&format!("</{name}>"))?];
    Some(text.trim_matches('\n'))
}

/// Replaces the variables of curl's test files.
fn filled(text: &str, test: u32, port: u16) -> String {
    let mut text = text
        .replace("%HOSTIP", "127.0.0.1")
        .replace("%HTTPPORT", &port.to_string())
        .replace("%TESTNUMBER", &test.to_string())
        .replace("%AMP", "&");
    while let Some((start, end)) = text.find("%hex[").zip(text.find("]hex%")) {
        let bytes: Vec<u8> = percent_encoding::percent_decode_str(&text[start + 5..end]).collect();
        text.replace_range(start..end + 5, &String::from_utf8_lossy(&bytes));
    }
    text
}

/// The words of a command; curl's tests quote with `"`, ours with `'`.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, ' ' | '\n') => words.push(String::new()),
            (_, c) => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn arguments(test: u32, given: &str, file: &str, port: u16) -> Vec<String> {
    let command = words(&filled(section(file, "command").unwrap_or_default(), test, port));
    if given == IN_FILE {
        return command;
    }
    let place = |word: String| match word.as_str() {
        "URL" => command[0].clone(),
        "TO" => command[1].clone(),
        _ => word,
    };
    words(given).into_iter().map(place).collect()
}

/// Answers the first request with the redirect of the test, if it has one.
fn server(file: &str) -> (u16, mpsc::Receiver<Came>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let location = section(file, "data")
        .and_then(|reply| reply.lines().find_map(|line| line.strip_prefix("Location: ")));
    let mut location = location.map(str::to_owned);
    let (sender, came) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let Some(request) = read(&mut stream) else { continue };
            let head = match location.take() {
                Some(location) => format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\n"),
                None => "HTTP/1.1 200 OK\r\n".to_owned(),
            };
            let _ =
                stream.write_all(format!("{head}content-length: 0\r\nconnection: close\r\n\r\n").as_bytes());
            if sender.send(request).is_err() {
                return;
            }
        }
    });
    (port, came)
}

/// What left, or why nothing did.
fn sent(arguments: &[String], came: &mpsc::Receiver<Came>) -> Result<Vec<Came>, String> {
    let all = ["signpost", "send"].into_iter().map(str::to_owned).chain(arguments.iter().cloned());
    let parsed = cli::Args::try_parse_from(all).map_err(|error| error.to_string())?;
    let Some(cli::Command::Send(args)) = parsed.command else { return Err("another command".into()) };
    let (job, settings) = cli::send::job_and_settings(&args)?;
    let clocks = Clocks { expiry: Arc::new(|| UNIX_EPOCH), signing: Arc::new(|| UNIX_EPOCH) };
    let engine = Engine::with_clocks(clocks, settings);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let end = runtime.block_on(async {
        let mut handle = engine.open(job);
        while let Some(event) = handle.events.recv().await {
            if let Event::End(end) = event {
                return format!("{:?}", end.outcome);
            }
        }
        "no end".to_owned()
    });
    let requests: Vec<_> = came.try_iter().collect();
    if requests.is_empty() { Err(end) } else { Ok(requests) }
}

/// Headers that a program chooses for itself, and those that say how a body is sent.
const OWN: [&str; 6] =
    ["user-agent", "accept", "accept-encoding", "content-length", "proxy-connection", "content-type"];

/// Request line and headers in a form that doesn't depend on order and case of names.
fn comparable(line: &str, headers: impl Iterator<Item = (String, String)>, strip_signature: bool) -> String {
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, _)| !OWN.contains(&name.as_str()))
        .map(|(name, value)| {
            let end = value.find("Signature=").filter(|_| strip_signature).unwrap_or(value.len());
            format!("{name}: {}\n", value[..end].split_whitespace().collect::<Vec<_>>().join(" "))
        })
        .collect();
    headers.sort();
    format!("{line}\n{}", headers.concat())
}

fn expected(file: &str, test: u32, port: u16, strip_signature: bool) -> Vec<String> {
    let recorded = filled(section(file, "protocol").unwrap_or_default(), test, port);
    let requests = recorded.split("\n\n").filter(|request| request.contains(" HTTP/1.1"));
    let parsed = requests.map(|request| {
        let (line, headers) = request.split_once('\n').unwrap();
        let headers = headers.lines().filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
        comparable(line, headers, strip_signature)
    });
    parsed.collect()
}

/// Sends one test. Gives what differs, `None` where nothing does.
fn difference(folder: &Path, test: u32, given: &str) -> Option<String> {
    let file = std::fs::read_to_string(folder.join(format!("test{test}"))).unwrap();
    let (port, came) = server(&filled(&file, test, 0));
    let arguments = arguments(test, given, &file, port);
    let requests = match sent(&arguments, &came) {
        Ok(requests) => requests,
        Err(error) => return Some(error),
    };
    let strip_signature = file.contains("Signature=stripped");
    let ours: Vec<_> = requests
        .iter()
        .map(|came| {
            let line = format!("{} {} HTTP/1.1", came.method, came.target);
            let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
            comparable(
                &line,
                came.headers.iter().map(|(name, value)| (name.clone(), text(value))),
                strip_signature,
            )
        })
        .collect();
    let theirs = expected(&file, test, port, strip_signature);
    let shown = || shell_quote::quote(&arguments.join(" "));
    (ours != theirs).then(|| format!("{}\nours {ours:#?}\ncurl's {theirs:#?}", shown()))
}

#[test]
fn curls_own_tests_leave_as_curl_recorded_them() {
    let document = include_str!("../../docs/curl.md");
    for (test, _, reason) in TESTS {
        let listed = reason.is_none_or(|reason| {
            document.lines().any(|line| line.contains(reason) && line.contains(&test.to_string()))
        });
        assert!(listed, "docs/curl.md doesn't list test {test}");
    }
    let Some(folder) = std::env::var_os("SIGNPOST_CURL_SUITE") else { return };
    let mut wrong = Vec::new();
    for (test, given, reason) in TESTS {
        match (reason, difference(Path::new(&folder), test, given)) {
            (None, Some(found)) => wrong.push(format!("test {test}: {found}")),
            (Some(reason), None) => {
                wrong.push(format!("test {test} is the same; remove its reason: {reason}"))
            }
            (None, None) | (Some(_), Some(_)) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
