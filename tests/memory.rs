//! The memory used by bodies: a gigabyte of gzip in a megabyte, and what stops it; long files.
//!
//! Separate from other tests, since it measures the memory of whole processes, as reported by
//! Linux.

#![cfg(target_os = "linux")]

mod origin;

use std::io::Read;
use std::process::{Command, Stdio};

use origin::Origin;

/// How much is unpacked before such a body is stopped, in bytes.
const STOPPED: usize = 512 << 20;
/// The most memory that may ever be resident, in KiB.
const MEMORY: u64 = 80 * 1024;

/// An answer whose body is 1 GiB of zeros, as gzip: one member (RFC 1952) after another.
fn bomb() -> Vec<u8> {
    const MEMBERS: usize = 16;
    let member = gzip((1 << 30) / MEMBERS);
    let length = member.len() * MEMBERS;
    assert!(length < 2 << 20, "{length}");
    let mut answer =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n").into_bytes();
    (0..MEMBERS).for_each(|_| answer.extend_from_slice(&member));
    answer
}

/// So many zeros, never held.
fn gzip(zeros: usize) -> Vec<u8> {
    use tokio::io::AsyncReadExt as _;
    let zeros = tokio::io::BufReader::new(tokio::io::repeat(0).take(zeros as u64));
    let mut encoder = async_compression::tokio::bufread::GzipEncoder::new(zeros);
    let mut packed = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(encoder.read_to_end(&mut packed)).unwrap();
    packed
}

/// The most memory that a process ever had resident, in KiB.
fn most_memory(process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}

#[test]
fn a_bomb_is_stopped_and_never_held() {
    let origin = Origin::answering([bomb(), bomb()]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_signpost"))
        .args(["send", &origin.url("/")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // What is not read yet is more than a pipe holds, so the process is still there to be looked at.
    let (mut out, mut buffer) = (child.stdout.take().unwrap(), vec![0; 1 << 20]);
    let mut unread = STOPPED - (1 << 20);
    while unread > 0 {
        let room = unread.min(buffer.len());
        let read = out.read(&mut buffer[..room]).unwrap();
        assert!(read > 0 && buffer[..read].iter().all(|byte| *byte == 0));
        unread -= read;
    }
    let memory = most_memory(&child.id().to_string());
    let rest = std::io::copy(&mut out, &mut std::io::sink()).unwrap();
    assert!(rest < 2 << 20, "{rest}");
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.starts_with("error: stopped at 512 MiB: "), "{said}");
    assert!(said.contains("of gzip unpack to more than 500 times as much"), "{said}");
    assert!(memory < MEMORY, "{memory} KiB");

    // The way of the screen, into a body that is mapped and not held.
    let said = into_a_body(&origin.url("/"));
    assert!(said.starts_with("stopped at 512 MiB: "), "{said}");
    let memory = most_memory("self");
    assert!(memory < MEMORY, "{memory} KiB");
}

#[test]
fn long_files_are_sent_and_not_held() {
    const LONG: u64 = 192 << 20;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.bin");
    std::fs::File::create(&path).unwrap().set_len(LONG).unwrap();
    for upload in [
        ["--data-binary".to_owned(), format!("@{}", path.display())],
        ["-F".into(), format!("f=@{}", path.display())],
    ] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let mut child = Command::new(env!("CARGO_BIN_EXE_signpost"))
            .args(["send", "--service", "lambda", "--region", "us-east-1", "-u", "AKIDEXAMPLE:secret"])
            .args(&upload)
            .arg(&url)
            .spawn()
            .unwrap();
        // Takes it all, and lets the child wait for its answer.
        let (mut stream, _) = listener.accept().unwrap();
        let (mut came, mut buffer) = (0, vec![0; 1 << 20]);
        while came < LONG {
            let read = stream.read(&mut buffer).unwrap();
            assert!(read > 0, "{came} bytes came of {upload:?}");
            came += read as u64;
        }
        let memory = most_memory(&child.id().to_string());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(memory < MEMORY, "{memory} KiB for {upload:?}");
    }
}

/// Sends through the engine into the body of an answer, and tells why it was cut.
fn into_a_body(url: &str) -> String {
    use signpost::core::exchange::{Event, Outcome};
    let engine = signpost::engine::Engine::new(std::sync::Arc::new(std::time::SystemTime::now));
    let job = signpost::engine::Job {
        request: signpost::core::request::Request { url: url.to_owned(), ..Default::default() },
        scope: Default::default(),
        inherited_auth: Default::default(),
        identities: Vec::new(),
        blocked: Vec::new(),
        outside: std::sync::Arc::new(signpost::core::scope::Nothing),
        sessions: std::sync::Arc::new(signpost::core::scope::Nothing),
        root: std::path::PathBuf::new(),
        trust: signpost::core::trust::Trust::MadeHere,
        given: Default::default(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut handle = engine.open(job);
        let mut body = signpost::io::body::BodyWriter::new();
        while let Some(event) = handle.events.recv().await {
            match event {
                Event::Chunk(chunk) => body.append(&chunk).unwrap(),
                Event::End(end) => {
                    assert!((STOPPED..STOPPED + (1 << 20)).contains(&body.len()), "{}", body.len());
                    let Outcome::Cut(why) = end.outcome else { panic!("{:?}", end.outcome) };
                    return why;
                }
                Event::Stage(_)
                | Event::Ask(_)
                | Event::Sent(_)
                | Event::Redirected(_)
                | Event::Head(_)
                | Event::Adopted { .. } => {}
            }
        }
        panic!("no end")
    })
}
