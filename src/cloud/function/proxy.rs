//! A function that is an HTTP server on this machine: AWS_IAM in front of any local service.
//!
//! Owns the headers that tell the service who calls, which clients can't set. Refuses to forward the
//! signature: with it the service would get a session token.

use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, EXPECT, HOST, HeaderMap, HeaderValue};
use http::{Request, Response, Uri};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::mpsc;

use super::event::Identity;
use super::headers::{strip_hop_by_hop, strip_reserved};
use super::outcome::InvocationError;
use crate::cloud::body::{BodyChunk, ResponseBody};
use crate::cloud::request::Call;

/// A pool of connections to services.
pub(in crate::cloud) type Client = legacy::Client<HttpConnector, ResponseBody>;

pub(in crate::cloud) fn client() -> Client {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(Duration::from_secs(5)));
    legacy::Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(64)
        .build(connector)
}

/// A service behind a proxy.
pub(in crate::cloud) struct Service<'a> {
    pub(in crate::cloud) url: &'a str,
    /// Seconds within which the response must begin, and each chunk of it arrive.
    pub(in crate::cloud) timeout: u64,
    pub(in crate::cloud) client: &'a Client,
}

impl Service<'_> {
    /// Forwards a request, and streams the response back.
    pub(in crate::cloud) async fn forward(
        &self,
        call: &Call,
        path: &str,
        body: ResponseBody,
        identity: Option<&Identity>,
    ) -> Result<Response<ResponseBody>, InvocationError> {
        let Self { url: base, timeout, client } = *self;
        let unreachable = |reason: String| InvocationError::Unreachable { url: base.to_owned(), reason };
        let uri = target(base, path, &call.query, identity.is_some()).map_err(unreachable)?;
        let mut request = Request::new(body);
        *request.method_mut() = call.method.parse().map_err(|_| unreachable("invalid method".to_owned()))?;
        *request.headers_mut() = headers(call, identity, &uri);
        *request.uri_mut() = uri;
        let patience = Duration::from_secs(timeout);
        let response = tokio::time::timeout(patience, client.request(request))
            .await
            .map_err(|_| InvocationError::TimedOut(timeout))?
            .map_err(|error| unreachable(reason(&error)))?;
        let (mut parts, body) = response.into_parts();
        strip_hop_by_hop(&mut parts.headers);
        Ok(Response::from_parts(parts, paced(body, patience)))
    }
}

/// The innermost cause is the most specific.
fn reason(error: &legacy::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// The request's path and query below the service's URL.
fn target(base: &str, path: &str, query: &str, signed: bool) -> Result<Uri, String> {
    let base: Uri = base.trim_end_matches('/').parse().map_err(|error| format!("invalid URL: {error}"))?;
    if base.scheme_str() != Some("http") || base.query().is_some() {
        return Err("the URL must start with http:// and have no query".to_owned());
    }
    let query: Vec<&str> = query.split('&').filter(|pair| !(signed && is_signature(pair))).collect();
    let query = query.join("&");
    let mark = if query.is_empty() { "" } else { "?" };
    let prefix = base.path().trim_end_matches('/');
    let authority = base.authority().map_or("", |authority| authority.as_str());
    format!("http://{authority}{prefix}{path}{mark}{query}").parse().map_err(|error| format!("{error}"))
}

/// A query parameter of a presigned URL.
fn is_signature(pair: &str) -> bool {
    pair.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"))
}

fn headers(call: &Call, identity: Option<&Identity>, uri: &Uri) -> HeaderMap {
    const SIGNATURE: [&str; 5] = [
        "x-amz-date",
        "x-amz-security-token",
        "x-amz-content-sha256",
        "x-amz-region-set",
        "x-amz-decoded-content-length",
    ];
    let mut headers = call.headers.clone();
    strip_hop_by_hop(&mut headers);
    headers.remove(EXPECT);
    strip_reserved(&mut headers);
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set("x-forwarded-for", &call.peer.to_string());
    set("x-forwarded-proto", "http");
    set("x-forwarded-host", call.header("host").unwrap_or_default());
    set("x-amzn-requestid", &call.id);
    if let Some(identity) = identity {
        set("x-signpost-caller-arn", &identity.user_arn);
        set("x-signpost-caller-account", &identity.account_id);
        set("x-signpost-caller-user-id", &identity.user_id);
        set("x-signpost-caller-access-key", &identity.access_key);
        headers.remove(AUTHORIZATION);
        for name in SIGNATURE {
            headers.remove(name);
        }
    }
    if let Some(authority) =
        uri.authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok())
    {
        headers.insert(HOST, authority);
    }
    headers
}

/// A body each of whose chunks must arrive in time.
fn paced(body: Incoming, patience: Duration) -> ResponseBody {
    if hyper::body::Body::is_end_stream(&body) {
        return ResponseBody::empty();
    }
    let (sender, paced) = ResponseBody::channel();
    tokio::spawn(pump(body, sender, Some(patience)));
    paced
}

/// A request's body, forwarded as it arrives.
pub(in crate::cloud) fn unread(body: Incoming) -> ResponseBody {
    if hyper::body::Body::is_end_stream(&body) {
        return ResponseBody::empty();
    }
    let (sender, unread) = ResponseBody::channel();
    tokio::spawn(pump(body, sender, None));
    unread
}

/// Forwards chunks as fast as they are read. Without [`BodyChunk::End`] the reader sees that the body
/// was cut off.
async fn pump(mut body: Incoming, sender: mpsc::Sender<BodyChunk>, patience: Option<Duration>) {
    loop {
        let frame = match patience {
            Some(patience) => tokio::time::timeout(patience, body.frame()).await.ok(),
            None => Some(body.frame().await),
        };
        let piece = match frame {
            Some(Some(Ok(frame))) => BodyChunk::Data(frame.into_data().unwrap_or_else(|_| Bytes::new())),
            Some(None) => BodyChunk::End,
            Some(Some(Err(_))) | None => return,
        };
        let over = matches!(piece, BodyChunk::End);
        if sender.send(piece).await.is_err() || over {
            return;
        }
    }
}
