//! HTTP: connections, and what every response carries.
//!
//! Owns connections and their limits. Which service a request is for is [`route`]'s.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{DATE, HOST, HeaderValue};
use http::request::Parts;
use http::{Request, Response, Version};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::task::JoinSet;

use super::body::ResponseBody;
use super::clock::http_date;
use super::journal::Journal;
use super::limits::{Limits, MAX_HEAD_BYTES};
use super::request::Call;
use super::route::route;
use super::server_context::ServerContext;

/// How long responses may still take after the cloud has been stopped.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(1);

/// Pause after a connection couldn't be accepted, for example because too many files are open.
const ACCEPT_RETRY: Duration = Duration::from_millis(50);

/// Serves until `stopped` resolves or its sender is dropped.
pub(super) async fn serve(
    listener: TcpListener,
    cloud: ServerContext,
    limits: Limits,
    mut stopped: oneshot::Receiver<()>,
) {
    let cloud = Arc::new(cloud);
    let room = Arc::new(Semaphore::new(limits.connections));
    let (stopping, stop) = watch::channel(());
    let mut connections = JoinSet::new();
    loop {
        let accepted = async {
            // Never closed.
            let room = Arc::clone(&room).acquire_owned().await.ok();
            (room, listener.accept().await)
        };
        tokio::select! {
            (room, accepted) = accepted => match accepted {
                Ok((stream, peer)) => {
                    let connection = connection(Arc::clone(&cloud), limits, stream, peer.ip(), stop.clone());
                    connections.spawn(async move {
                        connection.await;
                        drop(room);
                    });
                }
                Err(_) => tokio::time::sleep(ACCEPT_RETRY).await,
            },
            // A panic in one connection ends only that connection.
            Some(_) = connections.join_next() => {}
            _ = &mut stopped => break,
        }
    }
    drop((listener, stop));
    // An error means that there is no connection left.
    let _ = stopping.send(());
    let remaining = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(SHUTDOWN_GRACE, remaining).await;
}

async fn connection(
    cloud: Arc<ServerContext>,
    limits: Limits,
    stream: TcpStream,
    peer: IpAddr,
    mut stop: watch::Receiver<()>,
) {
    // Without it, small responses are only slower.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let cloud = Arc::clone(&cloud);
        async move { Ok::<_, Infallible>(handle(&cloud, peer, request).await) }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_header_size(MAX_HEAD_BYTES)
        // A client that has sent everything may close its half and still read the response.
        .half_close(true)
        .auto_date_header(false);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // An error is the client's: it went away, or sent invalid HTTP and got a 400.
    tokio::select! {
        _ = &mut connection => return,
        _ = stop.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn handle(cloud: &ServerContext, peer: IpAddr, request: Request<Incoming>) -> Response<ResponseBody> {
    let (parts, body) = request.into_parts();
    let mut call = call(cloud, peer, parts);
    let mut response = route(cloud, &mut call, body).await;
    let headers = response.headers_mut();
    if let Ok(date) = HeaderValue::try_from(http_date(call.signature_now)) {
        headers.insert(DATE, date);
    }
    if let Ok(id) = HeaderValue::from_str(&call.id) {
        headers.insert("x-amzn-requestid", id);
    }
    let status = response.status().as_u16();
    cloud.log.line(|| {
        let (host, journal) = (call.header("host").unwrap_or("-"), &call.journal);
        let (who, why) = (journal.who(), journal.why());
        format!("{} {} {host} {} {status} {who} {why}", call.id, call.method, call.path)
    });
    cloud.trace.keep(call, status);
    response
}

fn call(cloud: &ServerContext, peer: IpAddr, parts: Parts) -> Call {
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let mut headers = parts.headers;
    // A request line in absolute form takes precedence over the header (RFC 9112, section 3.2.2).
    if let Some(authority) = parts.uri.authority()
        && let Ok(value) = HeaderValue::from_str(authority.as_str())
    {
        headers.insert(HOST, value);
    }
    Call {
        id: cloud.store.random.uuid(),
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        target,
        protocol: if parts.version == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" },
        headers,
        body: Bytes::new(),
        permit: None,
        peer,
        now: cloud.clock.now(),
        signature_now: cloud.clock.signature_now(),
        journal: Arc::new(Journal::default()),
    }
}
