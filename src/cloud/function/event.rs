//! From a request to the event of a function: payload format 2.0.
//!
//! Owns the event's members and which bodies travel as base64. Refuses to know who may call.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads>

use std::net::IpAddr;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, USER_AGENT};
use serde::Serialize;
use serde_json::{Map, Value};

use super::headers::{is_caller, is_hop_by_hop};
use crate::cloud::clock::log_time;

/// The input of an event.
pub(in crate::cloud) struct EventInput<'a> {
    pub(in crate::cloud) request_id: &'a str,
    /// The value of `X-Amzn-Trace-Id`.
    pub(in crate::cloud) trace_id: &'a str,
    pub(in crate::cloud) method: &'a str,
    /// Still percent-encoded, without the prefix of the form by path.
    pub(in crate::cloud) path: &'a str,
    pub(in crate::cloud) query: &'a str,
    pub(in crate::cloud) protocol: &'static str,
    pub(in crate::cloud) headers: &'a HeaderMap,
    pub(in crate::cloud) body: &'a [u8],
    pub(in crate::cloud) peer: IpAddr,
    pub(in crate::cloud) port: u16,
    pub(in crate::cloud) url_id: &'a str,
    /// The function's host, without a port.
    pub(in crate::cloud) domain: &'a str,
    /// Who signed; `None` if the URL needs no signature.
    pub(in crate::cloud) identity: Option<&'a Identity>,
    pub(in crate::cloud) now: SystemTime,
}

/// Who signed a request, as in an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::cloud) struct Identity {
    pub(in crate::cloud) access_key: String,
    pub(in crate::cloud) account_id: String,
    /// `AIDA…`, or `AROA…:session`.
    pub(in crate::cloud) caller_id: String,
    pub(in crate::cloud) cognito_identity: Option<()>,
    pub(in crate::cloud) principal_org_id: Option<String>,
    pub(in crate::cloud) user_arn: String,
    pub(in crate::cloud) user_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    version: &'static str,
    route_key: &'static str,
    raw_path: &'a str,
    raw_query_string: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<String>,
    headers: Map<String, Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    query_string_parameters: Map<String, Value>,
    request_context: Context<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Context<'a> {
    account_id: &'a str,
    api_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorizer: Option<Authorizer<'a>>,
    domain_name: &'a str,
    domain_prefix: &'a str,
    http: Http<'a>,
    request_id: &'a str,
    route_key: &'static str,
    stage: &'static str,
    time: String,
    time_epoch: u64,
}

#[derive(Serialize)]
struct Authorizer<'a> {
    iam: &'a Identity,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Http<'a> {
    method: &'a str,
    path: &'a str,
    protocol: &'static str,
    source_ip: String,
    user_agent: String,
}

/// The event as JSON.
pub(in crate::cloud) fn event(source: &EventInput<'_>) -> Vec<u8> {
    let (body, is_base64_encoded) = body(source);
    let event = Event {
        version: "2.0",
        route_key: "$default",
        raw_path: source.path,
        raw_query_string: source.query,
        cookies: cookies(source.headers),
        headers: headers(source),
        query_string_parameters: parameters(source.query),
        request_context: context(source),
        body,
        is_base64_encoded,
    };
    // Strings, numbers and maps with string keys always have a JSON form.
    serde_json::to_vec(&event).unwrap_or_default()
}

fn context<'a>(source: &'a EventInput<'_>) -> Context<'a> {
    let since = source.now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Context {
        // As recorded from AWS: an unsigned request has no account.
        account_id: source.identity.map_or("anonymous", |identity| &identity.account_id),
        api_id: source.url_id,
        authorizer: source.identity.map(|iam| Authorizer { iam }),
        domain_name: source.domain,
        domain_prefix: source.url_id,
        http: Http {
            method: source.method,
            path: source.path,
            protocol: source.protocol,
            source_ip: source.peer.to_string(),
            user_agent: source
                .headers
                .get(USER_AGENT)
                .map(|value| text(value.as_bytes()))
                .unwrap_or_default(),
        },
        request_id: source.request_id,
        route_key: "$default",
        stage: "$default",
        time: log_time(source.now),
        time_epoch: u64::try_from(since.as_millis()).unwrap_or_default(),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Names in lower case, duplicates joined with `,`, and what Lambda's front end adds. The
/// function gets every header of the signature but `authorization`.
fn headers(source: &EventInput<'_>) -> Map<String, Value> {
    let signed = |name: &http::HeaderName| source.identity.is_some() && *name == AUTHORIZATION;
    let mut map = Map::new();
    for name in source.headers.keys() {
        if *name == COOKIE || is_hop_by_hop(name) || is_caller(name) || signed(name) {
            continue;
        }
        let values: Vec<_> =
            source.headers.get_all(name).iter().map(|value| text(value.as_bytes())).collect();
        let mut value = values.join(",");
        if *name == HOST {
            source.domain.clone_into(&mut value);
        }
        map.insert(name.as_str().to_owned(), Value::String(value));
    }
    let mut set = |name: &str, value: String| map.insert(name.to_owned(), Value::String(value));
    set("x-amzn-trace-id", source.trace_id.to_owned());
    set("x-forwarded-for", source.peer.to_string());
    set("x-forwarded-port", source.port.to_string());
    set("x-forwarded-proto", "http".to_owned());
    map
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(COOKIE).iter().map(|value| text(value.as_bytes()));
    let mut cookies = Vec::new();
    for value in values {
        cookies.extend(value.split(';').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned));
    }
    cookies
}

/// Decoded, the values of one name joined with `,`.
fn parameters(query: &str) -> Map<String, Value> {
    let mut map = Map::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match map.get_mut(&*name) {
            Some(Value::String(joined)) => {
                joined.push(',');
                joined.push_str(&value);
            }
            _ => {
                map.insert(name.into_owned(), Value::String(value.into_owned()));
            }
        }
    }
    map
}

/// Valid text is passed as text, everything else as base64. A form counts as binary (recorded).
fn body(source: &EventInput<'_>) -> (Option<String>, bool) {
    if source.body.is_empty() {
        return (None, false);
    }
    let kind = source.headers.get(CONTENT_TYPE).map(|value| text(value.as_bytes()).to_ascii_lowercase());
    let is_text =
        kind.is_some_and(|kind| ["text", "json", "xml", "javascript"].iter().any(|part| kind.contains(part)));
    match std::str::from_utf8(source.body) {
        Ok(text) if is_text => (Some(text.to_owned()), false),
        _ => (Some(STANDARD.encode(source.body)), true),
    }
}
