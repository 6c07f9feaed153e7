//! From what a function returned to the HTTP response: payload format 2.0, buffered or streamed.
//!
//! Owns parsing the returned payload. Refuses payloads that can't become a response.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE};
use http::{Response, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::mpsc;

use super::headers::is_hop_by_hop;
use super::outcome::InvocationError;
use crate::cloud::body::{BodyChunk, ResponseBody};

/// The content type of a stream that begins with status and headers.
pub(in crate::cloud) const INTEGRATION: &str = "application/vnd.awslambda.http-integration-response";

/// Separates the prelude of a stream from its body.
const PRELUDE_SEPARATOR: [u8; 8] = [0; 8];

/// The longest prelude, in bytes.
const MAX_PRELUDE_BYTES: usize = 65_536;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
pub(in crate::cloud) const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The known members of a returned object; others are ignored.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ResponsePayload {
    status_code: Value,
    headers: Option<Map<String, Value>>,
    cookies: Option<Vec<String>>,
    body: Value,
    is_base64_encoded: bool,
}

/// The response from a returned payload.
pub(in crate::cloud) fn buffered(payload: Bytes) -> Result<Response<ResponseBody>, InvocationError> {
    let first = payload.iter().find(|byte| !byte.is_ascii_whitespace());
    let invalid =
        |error: serde_json::Error| InvocationError::InvalidResponse(format!("invalid JSON: {error}"));
    match first {
        Some(b'"') => {
            let text: String = serde_json::from_slice(&payload).map_err(invalid)?;
            Ok(plain(text.into(), JSON))
        }
        Some(b'{') => {
            let object: Map<String, Value> = serde_json::from_slice(&payload).map_err(invalid)?;
            if !object.contains_key("statusCode") {
                return Ok(plain(payload, JSON));
            }
            taken_apart(Value::Object(object))
        }
        _ => {
            serde_json::from_slice::<serde::de::IgnoredAny>(&payload).map_err(invalid)?;
            Ok(plain(payload, JSON))
        }
    }
}

fn plain(body: Bytes, kind: HeaderValue) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::of(body));
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn taken_apart(answer: Value) -> Result<Response<ResponseBody>, InvocationError> {
    let mut parts: ResponsePayload = serde_json::from_value(answer)
        .map_err(|error| InvocationError::InvalidResponse(error.to_string()))?;
    let body: Bytes = match std::mem::take(&mut parts.body) {
        Value::Null => Bytes::new(),
        Value::String(text) if parts.is_base64_encoded => STANDARD
            .decode(text)
            .map_err(|error| {
                InvocationError::InvalidResponse(format!("the body isn't valid base64: {error}"))
            })?
            .into(),
        Value::String(text) => text.into(),
        other => other.to_string().into(),
    };
    let mut response = Response::new(ResponseBody::of(body));
    head(parts, &mut response)?;
    response.headers_mut().entry(CONTENT_TYPE).or_insert(JSON);
    Ok(response)
}

/// Sets status, headers and cookies.
fn head(parts: ResponsePayload, response: &mut Response<ResponseBody>) -> Result<(), InvocationError> {
    *response.status_mut() = status(&parts.status_code)?;
    let headers = response.headers_mut();
    for (name, value) in parts.headers.unwrap_or_default() {
        let value = match value {
            Value::Null => continue,
            Value::String(text) => text,
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Array(_) | Value::Object(_) => {
                return Err(InvocationError::InvalidResponse(format!(
                    "the header {name:?} isn't a string or a number"
                )));
            }
        };
        set(headers, &name, &value)?;
    }
    for cookie in parts.cookies.unwrap_or_default() {
        let value = HeaderValue::from_str(&cookie).map_err(|_| {
            InvocationError::InvalidResponse(
                "a cookie contains characters that aren't allowed in a header".to_owned(),
            )
        })?;
        headers.append(SET_COOKIE, value);
    }
    Ok(())
}

fn status(code: &Value) -> Result<StatusCode, InvocationError> {
    let number = match code {
        Value::Null => return Ok(StatusCode::OK),
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number
        .and_then(|code| u16::try_from(code).ok())
        .filter(|code| (200..600).contains(code))
        .and_then(|code| StatusCode::from_u16(code).ok())
        .ok_or_else(|| InvocationError::InvalidResponse(format!("statusCode is {code}, expected 200 to 599")))
}

fn set(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), InvocationError> {
    let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) else {
        return Err(InvocationError::InvalidResponse(format!("the header {name:?} isn't a valid header")));
    };
    // The server sets the body's length and the headers of the connection.
    if !is_hop_by_hop(&name) && name != CONTENT_LENGTH {
        headers.insert(name, value);
    }
    Ok(())
}

/// A stream as a response: its head comes before its body if its type says so.
pub(in crate::cloud) async fn streamed(
    kind: Option<&str>,
    mut pieces: mpsc::Receiver<BodyChunk>,
) -> Result<Response<ResponseBody>, InvocationError> {
    if !kind.is_some_and(|kind| kind.starts_with(INTEGRATION)) {
        let kind = kind.and_then(|kind| HeaderValue::from_str(kind).ok()).unwrap_or(OCTETS);
        let mut response = Response::new(ResponseBody::resumed(Bytes::new(), pieces));
        response.headers_mut().insert(CONTENT_TYPE, kind);
        return Ok(response);
    }
    let broken =
        || InvocationError::InvalidResponse("the stream ended inside its prelude (no eight NULs)".to_owned());
    let mut prelude = BytesMut::new();
    let at = loop {
        match pieces.recv().await {
            Some(BodyChunk::Data(bytes)) => prelude.extend_from_slice(&bytes),
            Some(BodyChunk::End) | None => return Err(broken()),
        }
        match memchr::memmem::find(&prelude, &PRELUDE_SEPARATOR) {
            Some(at) => break at,
            None if prelude.len() > MAX_PRELUDE_BYTES => {
                return Err(InvocationError::InvalidResponse(format!(
                    "the prelude is longer than {MAX_PRELUDE_BYTES} bytes"
                )));
            }
            None => {}
        }
    };
    let rest = prelude.split_off(at + PRELUDE_SEPARATOR.len()).freeze();
    prelude.truncate(at);
    let parts = serde_json::from_slice(&prelude).map_err(|error| {
        InvocationError::InvalidResponse(format!(
            "the prelude isn't valid JSON with statusCode and headers: {error}"
        ))
    })?;
    let mut response = Response::new(ResponseBody::resumed(rest, pieces));
    head(parts, &mut response)?;
    response.headers_mut().entry(CONTENT_TYPE).or_insert(OCTETS);
    Ok(response)
}

#[cfg(test)]
mod tests;
