//! The engine against a raw origin: what leaves, byte for byte, and what is made of answers that
//! lie.

#[path = "../origin/mod.rs"]
mod origin;

mod answers;
mod ca_bundle;
mod chains;
mod elsewhere;
mod expired;
mod limits;
mod local_cloud;
mod logins;
mod lying;
mod profile_roles;
mod proxies;
mod redirects;
mod renewal;
mod sending;
mod sessions;
mod tls;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use signpost::config::Proxy;
use signpost::core::credential::Secret;
use signpost::core::endpoint;
use signpost::core::exchange::{End, Event, Field, Head, NextRequest, Outcome, Problem, Redirect, Sent};
use signpost::core::identity::{Identity, IdentityKind, Renew};
use signpost::core::question::{Answer, Question};
use signpost::core::request::{
    Auth, AuthKind, Body, BodyKind, Part, Request, Row, SignatureLocation, Sigv4Auth,
};
use signpost::core::scope::{Nothing, Scope};
use signpost::core::sigv4::{Presented, RawRequest, UNSIGNED_PAYLOAD, payload_hash};
use signpost::core::trust::Trust;
use signpost::core::wire::{Piece, WireBody};
use signpost::engine::{Command, Engine, Job, Origin as Provenance, SendHandle};
use signpost::io::transport::{Failure, Outgoing, Transport, TransportSettings};

use origin::{Origin, Recorded};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

#[derive(Default)]
struct Seen {
    sent: Vec<Sent>,
    redirects: Vec<Redirect>,
    head: Option<Head>,
    body: Vec<u8>,
    largest: usize,
    adopted: Vec<String>,
    end: Option<End>,
}

impl Seen {
    fn head(&self) -> &Head {
        self.head.as_ref().unwrap()
    }

    fn outcome(&self) -> &Outcome {
        &self.end.as_ref().unwrap().outcome
    }

    fn cut(&self) -> &str {
        match self.outcome() {
            Outcome::Cut(why) => why,
            other => panic!("not cut: {other:?}"),
        }
    }

    fn network(&self) -> &Problem {
        match self.outcome() {
            Outcome::Network(problem) => problem,
            other => panic!("no network failure: {other:?}"),
        }
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

fn engine(settings: TransportSettings) -> Engine {
    Engine::with_settings(Arc::new(SystemTime::now), settings)
}

fn job(request: Request) -> Job {
    Job {
        request,
        scope: Scope::default(),
        inherited_auth: Auth::default(),
        identities: Vec::new(),
        blocked: Vec::new(),
        outside: Arc::new(Nothing),
        sessions: Arc::new(Nothing),
        root: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
        trust: Trust::MadeHere,
        given: BTreeSet::new(),
    }
}

fn get(url: &str) -> Request {
    Request { url: url.into(), ..Request::default() }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Sends and gathers every report, in a task as the screen has it.
fn send_with(engine: &Engine, job: Job) -> Seen {
    send_in(&runtime(), engine, job)
}

/// The same in a runtime that lives on, and the connections with it.
fn send_in(runtime: &tokio::runtime::Runtime, engine: &Engine, job: Job) -> Seen {
    let engine = engine.clone();
    runtime.block_on(async move { gather(engine.open(job)).await })
}

/// Sends what the engine made of a redirect and gathers every report.
fn follow_with(engine: &Engine, next: NextRequest) -> Seen {
    let engine = engine.clone();
    runtime().block_on(async move { gather(engine.follow(next)).await })
}

async fn gather(mut handle: SendHandle) -> Seen {
    let mut seen = Seen::default();
    while let Some(event) = handle.events.recv().await {
        assert!(seen.end.is_none(), "a report after the end");
        match event {
            Event::Stage(_) => {}
            Event::Ask(asked) => panic!("nobody answers {asked:?}"),
            Event::Sent(sent) => seen.sent.push(*sent),
            Event::Redirected(redirect) => seen.redirects.push(*redirect),
            Event::Head(head) => seen.head = Some(*head),
            Event::Chunk(bytes) => {
                seen.largest = seen.largest.max(bytes.len());
                seen.body.extend_from_slice(&bytes[..bytes.len().min(1 << 20)]);
            }
            Event::Adopted { identity, .. } => seen.adopted.push(identity),
            Event::End(end) => seen.end = Some(*end),
        }
    }
    seen
}

fn send(request: Request) -> Seen {
    send_with(&engine(TransportSettings::default()), job(request))
}

fn answer(bytes: impl Into<Vec<u8>>) -> Seen {
    let origin = Origin::answering([bytes.into()]);
    send(get(&origin.url("/")))
}

fn inline(service: &str, token: &str) -> Auth {
    let sigv4 = Sigv4Auth {
        access_key: "AKIDEXAMPLE".into(),
        secret_key: SECRET.into(),
        session_token: token.into(),
        region: "us-east-1".into(),
        service: service.into(),
        ..Sigv4Auth::default()
    };
    Auth { kind: AuthKind::AwsSigv4, sigv4, ..Auth::default() }
}

/// What a server does with the bytes that came.
fn verifies(recorded: &Recorded, service: &str, hash: &str) -> bool {
    let headers: Vec<_> = recorded.headers.iter().map(|(n, v)| (n.as_str(), v.as_slice())).collect();
    let raw = RawRequest { method: &recorded.method, target: &recorded.target, headers: &headers };
    let presented = Presented::parse(&raw).unwrap().expect("a signature");
    let rules = endpoint::defaults(service);
    presented.verify(&Secret::new(SECRET), &raw, hash, &rules).unwrap().matches
}

fn encoded(encoding: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Compresses with one of the encodings that are asked for.
fn compress(encoding: &str, text: &[u8]) -> Vec<u8> {
    use async_compression::tokio::bufread::{BrotliEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
    use tokio::io::AsyncReadExt as _;
    runtime().block_on(async {
        let mut out = Vec::new();
        match encoding {
            "gzip" => GzipEncoder::new(text).read_to_end(&mut out).await,
            "br" => BrotliEncoder::new(text).read_to_end(&mut out).await,
            "zstd" => ZstdEncoder::new(text).read_to_end(&mut out).await,
            _ => ZlibEncoder::new(text).read_to_end(&mut out).await,
        }
        .unwrap();
        out
    })
}
