//! Lambda's Runtime API for one process.
//!
//! Owns its four calls. Refuses web pages: the `Host` must be the address that the process got,
//! and there must be no `Origin`.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_TYPE, HOST, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::runtime_process::RuntimeProcess;
use super::{FunctionOutput, Invocation, InvocationError};
use crate::cloud::body::{BodyChunk, ResponseBody};
use crate::cloud::function::MAX_STREAMED_BYTES;
use crate::cloud::limits::MAX_PAYLOAD_BYTES;

const API_PREFIX: &str = "/2018-06-01/runtime/";

/// Header that marks a streamed response.
const RESPONSE_MODE: &str = "lambda-runtime-function-response-mode";

/// Header or trailer with the error's type.
const ERROR_TYPE: &str = "lambda-runtime-function-error-type";

/// Bytes of an error report that are read.
const MAX_ERROR_REPORT_BYTES: usize = 1 << 20;

/// Serves one process until dropped.
pub(super) async fn serve(listener: TcpListener, address: String, process: Arc<RuntimeProcess>) {
    let mut connections = JoinSet::new();
    let address: Arc<str> = address.into();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                // Small responses shouldn't be delayed; an error only makes them slower.
                let _ = stream.set_nodelay(true);
                let (process, address) = (Arc::clone(&process), Arc::clone(&address));
                let service = service_fn(move |request| {
                    let (process, address) = (Arc::clone(&process), Arc::clone(&address));
                    async move { Ok::<_, std::convert::Infallible>(answer(&process, &address, request).await) }
                });
                let mut builder = http1::Builder::new();
                // A process may keep its connection for any time.
                builder.timer(TokioTimer::new()).header_read_timeout(None);
                // After an error the process sees its connection close.
                connections.spawn(async move {
                    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn answer(
    process: &RuntimeProcess,
    address: &str,
    request: Request<Incoming>,
) -> Response<ResponseBody> {
    let (parts, body) = request.into_parts();
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(|host| host != address) || parts.headers.contains_key(ORIGIN) {
        return refuse(StatusCode::FORBIDDEN, "Forbidden", "this is the Runtime API of one process");
    }
    let segments: Vec<&str> =
        parts.uri.path().strip_prefix(API_PREFIX).map(|rest| rest.split('/').collect()).unwrap_or_default();
    match (&parts.method, segments.as_slice()) {
        (&Method::GET, ["invocation", "next"]) => event(&process.next().await),
        (&Method::POST, ["invocation", id, "response"]) => response(process, id, &parts, body).await,
        (&Method::POST, ["invocation", id, "error"]) => {
            let failure = report(&parts.headers, body).await;
            match process.answering(id) {
                Some(waiting) => {
                    // An error means that nobody waits any more.
                    let _ = waiting.send(Err(failure));
                    process.answered(id);
                    accepted()
                }
                None => unknown_id(),
            }
        }
        (&Method::POST, ["init", "error"]) => {
            let failure = report(&parts.headers, body).await;
            process.set_init_error(format!("startup failed: {failure}"));
            accepted()
        }
        _ => refuse(StatusCode::NOT_FOUND, "NotFound", "no such Runtime API endpoint"),
    }
}

fn event(invocation: &Invocation) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::of(invocation.event.clone()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set("lambda-runtime-aws-request-id", &invocation.id);
    set("lambda-runtime-deadline-ms", &invocation.deadline_ms.to_string());
    set("lambda-runtime-invoked-function-arn", &invocation.function.arn);
    set("lambda-runtime-trace-id", &invocation.trace_id);
    response
}

async fn response(
    process: &RuntimeProcess,
    id: &str,
    parts: &Parts,
    body: Incoming,
) -> Response<ResponseBody> {
    let Some(waiting) = process.answering(id) else { return unknown_id() };
    let streaming = parts.headers.get(RESPONSE_MODE).is_some_and(|mode| mode.as_bytes() == b"streaming");
    let reply = if streaming {
        let (sender, pieces) = mpsc::channel(8);
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).map(str::to_owned);
        let _ = waiting.send(Ok(FunctionOutput::Stream { kind, pieces }));
        hand_on(body, &sender).await;
        accepted()
    } else {
        match collect(body, MAX_PAYLOAD_BYTES).await {
            Ok(payload) => {
                let _ = waiting.send(Ok(FunctionOutput::Payload(payload)));
                accepted()
            }
            Err(failure) => {
                let text = failure.to_string();
                let _ = waiting.send(Err(failure));
                refuse(StatusCode::PAYLOAD_TOO_LARGE, "Function.ResponseSizeTooLarge", &text)
            }
        }
    };
    process.answered(id);
    reply
}

/// Forwards chunks as they arrive. Without [`BodyChunk::End`] the client sees that it was cut off.
async fn hand_on(mut body: Incoming, sender: &mpsc::Sender<BodyChunk>) {
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return };
        match frame.into_data() {
            Ok(data) => {
                length += data.len();
                if length > MAX_STREAMED_BYTES {
                    return;
                }
                // If nobody reads any more, the rest of the body is read and dropped.
                let _ = sender.send(BodyChunk::Data(data)).await;
            }
            Err(frame) => {
                if frame.trailers_ref().is_some_and(|trailers| trailers.contains_key(ERROR_TYPE)) {
                    return;
                }
            }
        }
    }
    let _ = sender.send(BodyChunk::End).await;
}

/// An error report, as runtimes send it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Report {
    error_message: Option<String>,
    error_type: Option<String>,
}

async fn report(headers: &HeaderMap, body: Incoming) -> InvocationError {
    let body = collect(body, MAX_ERROR_REPORT_BYTES).await.unwrap_or_default();
    let report: Report = serde_json::from_slice(&body).unwrap_or_default();
    let header = || headers.get(ERROR_TYPE).and_then(|kind| kind.to_str().ok()).map(str::to_owned);
    InvocationError::Function {
        kind: report.error_type.or_else(header).unwrap_or_else(|| "an error".to_owned()),
        message: report.error_message.unwrap_or_else(|| "no message".to_owned()),
    }
}

/// Reads a body. One that is too large is read and dropped, so that its sender sees the response.
async fn collect(mut body: Incoming, most: usize) -> Result<Bytes, InvocationError> {
    let mut bytes = BytesMut::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|_| InvocationError::Exited("the process cut off its response".to_owned()))?;
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= most {
            bytes.extend_from_slice(&data);
        }
    }
    if length > most { Err(InvocationError::TooLarge(most)) } else { Ok(bytes.freeze()) }
}

fn accepted() -> Response<ResponseBody> {
    json(StatusCode::ACCEPTED, &serde_json::json!({ "status": "OK" }))
}

fn unknown_id() -> Response<ResponseBody> {
    refuse(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID")
}

fn refuse(status: StatusCode, kind: &str, message: &str) -> Response<ResponseBody> {
    json(status, &serde_json::json!({ "errorMessage": message, "errorType": kind }))
}

fn json(status: StatusCode, body: &serde_json::Value) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::of(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
