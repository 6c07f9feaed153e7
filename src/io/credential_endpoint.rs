//! A container credentials endpoint on loopback, from which any SDK takes a credential and takes it again
//! before it expires
//! (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>).
//!
//! Owns who may ask: whoever has the token, and by a loopback name, so that no page in a browser can
//! (DNS rebinding). Refuses to listen elsewhere, to log, and to fetch a credential: its source does.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::core::credential::Secret;
use crate::core::{hex, host};

/// Where the credential is.
const PATH: &str = "/credentials";
/// Random bytes of the token.
const TOKEN_BYTES: usize = 32;
/// Concurrent connections; further ones wait.
const MAX_CONNECTIONS: usize = 64;
/// How long the head of a request may take, and how long a connection may be idle.
const HEAD_LIMIT: Duration = Duration::from_secs(10);
/// Before the next connection is accepted, if one couldn't be.
const PAUSE: Duration = Duration::from_millis(100);

/// An endpoint that listens.
#[derive(Debug)]
pub struct CredentialEndpoint {
    listener: TcpListener,
    port: u16,
    token: Secret,
}

impl CredentialEndpoint {
    /// Listens on this port of 127.0.0.1, 0 for a free one, with a new token.
    ///
    /// # Errors
    /// The port can't be bound, or the system gives no random numbers.
    pub async fn bind(port: u16) -> std::io::Result<Self> {
        let mut token = [0; TOKEN_BYTES];
        getrandom::fill(&mut token).map_err(std::io::Error::other)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port, token: Secret::new(hex::encode(token)) })
    }

    /// The variables by which an SDK finds it.
    pub fn variables(&self) -> [(&'static str, String); 2] {
        [
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("http://127.0.0.1:{}{PATH}", self.port)),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", self.token.expose().to_owned()),
        ]
    }

    /// Serves until this is dropped. `source` gives the JSON of the credential, or why there is none, in a
    /// text without secrets; it finishes even if the client has given up, so that the next one finds it.
    pub async fn serve<F>(self, source: impl Fn() -> F + Clone + Send + Sync + 'static)
    where
        F: Future<Output = Result<Value, String>> + Send + 'static,
    {
        let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        let mut connections = JoinSet::new();
        loop {
            let accepted = async {
                // Never closed.
                let room = Arc::clone(&room).acquire_owned().await.ok();
                (room, self.listener.accept().await)
            };
            tokio::select! {
                (room, accepted) = accepted => match accepted {
                    Ok((stream, _)) => {
                        let connection = connection(stream, self.token.clone(), source.clone());
                        connections.spawn(async move {
                            connection.await;
                            drop(room);
                        });
                    }
                    Err(_) => tokio::time::sleep(PAUSE).await,
                },
                // A panic in one connection ends only that connection.
                Some(_) = connections.join_next() => {}
            }
        }
    }
}

async fn connection<F>(
    stream: TcpStream,
    token: Secret,
    source: impl Fn() -> F + Clone + Send + Sync + 'static,
) where
    F: Future<Output = Result<Value, String>> + Send + 'static,
{
    let service = service_fn(move |request| {
        let (token, source) = (token.clone(), source.clone());
        async move {
            let response = match refused(&request, &token) {
                Some(refusal) => refusal,
                None => credential(source).await,
            };
            Ok::<_, Infallible>(response)
        }
    });
    // An error is the client's: it went away, or sent invalid HTTP and got a 400.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_LIMIT)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// The response to a request that gets no credential.
fn refused<B>(request: &Request<B>, token: &Secret) -> Option<Response<Full<Bytes>>> {
    let named = request.uri().authority().map(|authority| authority.as_str().as_bytes());
    let named = named.or_else(|| request.headers().get(HOST).map(HeaderValue::as_bytes));
    let is_loopback = |named: &[u8]| {
        let named = std::str::from_utf8(named).unwrap_or_default();
        ["127.0.0.1", "localhost"].contains(&host::name(named).as_str())
    };
    if !named.is_some_and(is_loopback) {
        return Some(error(StatusCode::FORBIDDEN, "AccessDenied", "The Host isn't 127.0.0.1."));
    }
    if request.method() != Method::GET {
        let message = "The credentials endpoint accepts GET only.";
        return Some(error(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message));
    }
    let given = request.headers().get(AUTHORIZATION).map_or(&b""[..], HeaderValue::as_bytes);
    if verify_slices_are_equal(given, token.expose().as_bytes()).is_err() {
        let message = "The Authorization header isn't the endpoint's token.";
        return Some(error(StatusCode::UNAUTHORIZED, "AccessDenied", message));
    }
    (request.uri().path() != PATH)
        .then(|| error(StatusCode::NOT_FOUND, "NotFound", "The credential is at /credentials."))
}

async fn credential<F>(source: impl Fn() -> F) -> Response<Full<Bytes>>
where
    F: Future<Output = Result<Value, String>> + Send + 'static,
{
    match tokio::spawn(source()).await {
        Ok(Ok(credential)) => response(StatusCode::OK, &credential),
        Ok(Err(message)) => error(StatusCode::BAD_REQUEST, "CredentialsUnavailable", &message),
        // A bug, which has been reported as a panic.
        Err(_) => {
            error(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "Fetching the credential failed.")
        }
    }
}

/// An error in the form that SDKs read.
fn error(status: StatusCode, code: &str, message: &str) -> Response<Full<Bytes>> {
    response(status, &json!({ "code": code, "message": message }))
}

fn response(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
