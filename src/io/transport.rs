//! A wire form (signed or not) -> the answer's head and a stream of its body, timed.
//!
//! Owns connections, TLS, proxies, time limits and decoding. Refuses to add, drop or re-encode
//! anything of the request, to follow redirects and to know about signing.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use url::Url;

use crate::core::exchange::{Event, Head, Problem, Stage};
use crate::core::wire::{Piece, WireBody};

mod body;
mod certificate;
mod client;
mod dns;
mod failure;
mod route;
mod settings;
mod trace;
mod upload;

pub use body::{BodyEnd, Receiver};
pub(crate) use client::is_loopback;
pub use failure::Failure;
pub use settings::{Addresses, HttpVersion, Protocol, Reach, Route, TlsVersion, TransportSettings};

use client::ClientKey;
use trace::Trace;

/// A request in the very form in which it leaves, secrets and all.
#[derive(Clone)]
pub struct Outgoing {
    /// Method.
    pub method: String,
    /// URL.
    pub url: Url,
    /// Headers, in order.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: WireBody,
    /// Skip verification of the server's certificate.
    pub insecure: bool,
    /// Where the connection is made, if not to the URL's host. It counts for the origin that it names,
    /// unless the settings route that elsewhere, and no proxy is used then.
    pub route: Option<Route>,
    /// When the whole exchange must be over.
    pub deadline: Option<Instant>,
}

/// An answer whose head has come.
#[derive(Debug)]
pub struct Answer {
    /// Status line, headers and the connection.
    pub head: Head,
    /// The body, still to be read.
    pub body: Receiver,
}

/// Sends requests. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Transport {
    settings: Arc<TransportSettings>,
    clients: Arc<Mutex<HashMap<ClientKey, reqwest::Client>>>,
}

impl std::fmt::Debug for Transport {
    /// The library's clients are left out: they would print their proxies.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transport").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Transport {
    /// A transport with these settings. Nothing is read or opened before the first request.
    pub fn new(settings: TransportSettings) -> Self {
        Self { settings: Arc::new(settings), clients: Arc::default() }
    }

    /// A transport that also trusts the authorities in this file; the same one without a file. It shares no
    /// connections with this one.
    #[must_use]
    pub fn trusting(&self, ca_file: Option<&Path>) -> Self {
        let Some(ca_file) = ca_file else { return self.clone() };
        let mut settings = TransportSettings::clone(&self.settings);
        settings.ca_files.push(ca_file.to_owned());
        Self::new(settings)
    }

    /// The settings.
    pub fn settings(&self) -> &TransportSettings {
        &self.settings
    }

    /// Sends a request and waits for the head of its answer. Stages are reported to `progress`
    /// where somebody listens. Dropping the future closes the connection.
    pub async fn exchange(
        &self,
        mut outgoing: Outgoing,
        progress: Option<mpsc::Sender<Event>>,
    ) -> Result<Answer, Failure> {
        let trace = Arc::new(Trace::new(progress));
        let deadline = outgoing.deadline;
        let insecure = outgoing.insecure;
        outgoing.route = route::own(&outgoing, &self.settings.reach);
        let key = ClientKey::of(&outgoing, &self.settings);
        let proxy = client::named_proxy(&key, &self.settings);
        let socket = self.settings.reach.unix_socket.as_deref();
        let target = failure::Target::of(&outgoing.url, proxy.as_ref(), socket);
        let outgoing = route::rerouted(outgoing, &self.settings.reach).map_err(Failure::NotSent)?;
        // A port that isn't the URL's needs a `host` header, which HTTP/2 hasn't.
        let key = ClientKey::of(&outgoing, &self.settings);
        let direct = key.is_direct();
        let client = self.client(key)?;
        let mut request = request(outgoing, &trace).await?;
        let response = loop {
            let spare = repeatable(&request);
            trace.stage(Stage::Waiting);
            let answer = tokio::select! {
                answer = trace::CURRENT.scope(trace.clone(), client.execute(request)) => answer,
                limit = self.first_byte(&trace) => {
                    return Err(Failure::Network(failure::no_first_byte(&target, limit)));
                }
                () = until(deadline) => return Err(Failure::Network(failure::too_long(&target, &trace))),
            };
            match (answer, spare) {
                // It lay idle, and the other side closed it while this request was on its way.
                (Err(error), Some(spare)) if trace.on_old_connection() && failure::closed_early(&error) => {
                    request = spare;
                }
                (answer, _) => {
                    break answer.map_err(|error| failure::classify(&error, &target, &self.settings))?;
                }
            }
        };
        let head = Head {
            status: response.status().as_u16(),
            protocol: format!("{:?}", response.version()),
            headers: texts(response.headers()),
            remote: response.remote_addr(),
            direct,
            certificate: response
                .extensions()
                .get::<reqwest::tls::TlsInfo>()
                .and_then(|info| certificate::read(info.peer_certificate()?, !insecure)),
            timing: trace.at_head(),
        };
        let body = Receiver::new(response, &head, deadline);
        Ok(Answer { head, body })
    }

    fn client(&self, key: ClientKey) -> Result<reqwest::Client, Failure> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let client = client::build(&key, &self.settings).map_err(Failure::NotSent)?;
        clients.insert(key, client.clone());
        Ok(client)
    }

    /// Ends when nothing was sent and nothing has come for the limit.
    async fn first_byte(&self, trace: &Trace) -> Duration {
        let Some(limit) = self.settings.first_byte_timeout else {
            return std::future::pending().await;
        };
        loop {
            let at = trace.last_sign_of_life() + limit;
            if at <= Instant::now() {
                return limit;
            }
            tokio::time::sleep_until(at).await;
        }
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// The same once more, where sending it twice does what sending it once does (RFC 9110, section
/// 9.2.2; QUERY: RFC 10008), and RFC 9112, section 9.3.1, lets a client do so.
fn repeatable(request: &reqwest::Request) -> Option<reqwest::Request> {
    let is_idempotent = request.method().is_idempotent() || request.method().as_str() == "QUERY";
    is_idempotent.then(|| request.try_clone()).flatten()
}

/// Names and values as text; bytes that aren't UTF-8 are replaced.
fn texts(headers: &http::HeaderMap) -> Vec<(String, String)> {
    let text = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    headers.iter().map(text).collect()
}

/// Methods that give a body a meaning, and so say its length even if it's empty (RFC 9110, 8.6).
const METHODS_WITH_BODY: [&str; 4] = ["POST", "PUT", "PATCH", "QUERY"];

/// The library's form of a request.
async fn request(outgoing: Outgoing, trace: &Arc<Trace>) -> Result<reqwest::Request, Failure> {
    let cannot = |what: String| Failure::NotSent(failure::cannot_be_sent(what));
    let method = http::Method::from_bytes(outgoing.method.as_bytes())
        .map_err(|_| cannot(format!("the method {:?}", outgoing.method)))?;
    let mut request = reqwest::Request::new(method, outgoing.url);
    for (name, value) in &outgoing.headers {
        let header = http::HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| cannot(format!("the header name {name:?}")))?;
        let value = http::HeaderValue::from_bytes(value.as_bytes())
            .map_err(|_| cannot(format!("the value of the header {name}")))?;
        request.headers_mut().append(header, value);
    }
    match outgoing.body {
        WireBody::Bytes(bytes) if bytes.is_empty() => {
            // The library says nothing of an empty body, and some servers answer 411 to that.
            let is_said = request.headers().contains_key(http::header::CONTENT_LENGTH);
            if METHODS_WITH_BODY.contains(&request.method().as_str()) && !is_said {
                request.headers_mut().insert(http::header::CONTENT_LENGTH, 0.into());
            }
        }
        WireBody::Bytes(bytes) => *request.body_mut() = Some(bytes.into()),
        WireBody::Streamed { pieces, .. } => {
            // The length is known, so nothing is sent in chunks.
            let len: u64 = pieces.iter().map(Piece::len).sum();
            request.headers_mut().insert(http::header::CONTENT_LENGTH, len.into());
            *request.body_mut() = Some(upload::stream(pieces, trace.clone()).await?);
        }
    }
    Ok(request)
}

/// A problem that belongs to no field of the request.
fn outside(message: impl Into<String>, hint: impl Into<String>) -> Problem {
    Problem::new(crate::core::exchange::Field::Request, message, hint)
}
