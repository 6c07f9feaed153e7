//! HTTP: bytes in, bytes out, and which service a request is for.
//!
//! Owns the limits, the refusal of web pages, and the routes. Everything behind the routes is
//! synchronous: the state is locked, asked and let go.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State as Shared;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_TYPE, DATE, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::authenticate::{Wanted, authenticate, presented_service};
use super::clock::{self, Clock};
use super::query::{self, Params};
use super::reply::{Member, Reply};
use super::request::Call;
use super::state::Store;
use super::{function_url, iam, lambda, sts};

/// The path of the clock.
const CLOCK: &str = "/_signpost/clock";

/// Begins the path under which the function answers clients that cannot resolve its host.
const URL_PREFIX: &str = "/_url/";

/// How much of a body that is too large is still read, so that its sender gets to see the answer.
const MOST_DISCARDED: usize = 64 * 1024 * 1024;

#[derive(Clone)]
struct Cloud {
    store: Arc<Store>,
    clock: Clock,
}

/// Serves until `stopped` resolves, whichever way.
pub(super) async fn serve(
    listener: TcpListener,
    store: Arc<Store>,
    clock: Clock,
    stopped: oneshot::Receiver<()>,
) {
    let cloud = Cloud { store, clock };
    let router = Router::new().fallback(handle).with_state(cloud);
    let stop = async {
        let _ = stopped.await;
    };
    // axum goes on after a connection that could not be accepted, and never ends in an error.
    let _ = axum::serve(listener, router).with_graceful_shutdown(stop).await;
}

async fn handle(Shared(cloud): Shared<Cloud>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let body = read(body).await;
    let id = cloud.store.random.uuid();
    let reply = match body {
        Ok(body) => {
            let call = call(id.clone(), parts, body, &cloud.clock);
            route(&cloud.store, &cloud.clock, &call)
        }
        Err(reply) => reply,
    };
    respond(reply, &id, &cloud.clock)
}

/// Reads a body up to the limit.
async fn read(mut body: Body) -> Result<Bytes, Reply> {
    let mut bytes = BytesMut::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Reply::text(400, format!("the body broke off: {error}\n")))?;
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= function_url::MOST_BYTES {
            bytes.extend_from_slice(&data);
        } else if length > MOST_DISCARDED {
            break;
        }
    }
    if length > function_url::MOST_BYTES { Err(function_url::too_large()) } else { Ok(bytes.freeze()) }
}

fn call(id: String, parts: Parts, body: Bytes, clock: &Clock) -> Call {
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let mut headers = parts.headers;
    // A request line in absolute form outranks the header (RFC 9112, section 3.2.2).
    if let Some(authority) = parts.uri.authority()
        && let Ok(value) = HeaderValue::from_str(authority.as_str())
    {
        headers.insert(http::header::HOST, value);
    }
    Call {
        id,
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        target,
        headers,
        body,
        now: clock.now(),
        signature_now: clock.signature_now(),
    }
}

fn respond(reply: Reply, id: &str, clock: &Clock) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let mut set = |name: &str, value: &str| {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    };
    set(CONTENT_TYPE.as_str(), reply.content_type);
    set(DATE.as_str(), &httpdate::fmt_http_date(clock.signature_now()));
    set("x-amzn-RequestId", id);
    for (name, value) in &reply.headers {
        set(name, value);
    }
    response
}

fn route(store: &Store, clock: &Clock, call: &Call) -> Reply {
    let Some(host) = call.header("host").map(host_name) else {
        return Reply::text(400, "the request has no Host header\n");
    };
    if let Some(reply) = foreign(call, &host) {
        return reply;
    }
    if call.path.starts_with("/_signpost/") {
        return clock_route(clock, call);
    }
    if let Some((id, region)) = function_host(&host) {
        return function(store, call, id, Some(region));
    }
    if let Some(rest) = call.path.strip_prefix(URL_PREFIX) {
        let id = rest.split('/').next().unwrap_or_default();
        return function(store, call, id, None);
    }
    control_plane(store, call)
}

/// A Host header's name without its port, in lower case.
fn host_name(host: &str) -> String {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

fn is_loopback(name: &str) -> bool {
    let literal = name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    literal || name == "localhost" || name.ends_with(".localhost")
}

/// `<id>.lambda-url.<region>.localhost`
fn function_host(host: &str) -> Option<(&str, &str)> {
    let (id, rest) = host.split_once(".lambda-url.")?;
    Some((id, rest.strip_suffix(".localhost")?))
}

/// Web pages of other origins have no business here, nor has a name that somebody else's resolver
/// points at this address.
fn foreign(call: &Call, host: &str) -> Option<Reply> {
    if !is_loopback(host) {
        return Some(Reply::text(
            403,
            format!(
                "this cloud answers to localhost only, and the Host header says \"{}\"\n",
                host.escape_debug()
            ),
        ));
    }
    let origin = call.headers.get("origin")?;
    let ours = origin
        .to_str()
        .ok()
        .and_then(|origin| url::Url::parse(origin).ok())
        .and_then(|origin| origin.host_str().map(|name| is_loopback(name.trim_matches(['[', ']']))))
        .unwrap_or(false);
    (!ours).then(|| Reply::text(403, "this cloud does not answer web pages of other origins\n"))
}

fn function(store: &Store, call: &Call, id: &str, region: Option<&str>) -> Reply {
    let state = store.read();
    let Some(function) = state.function_by_url(id) else { return function_url::unknown() };
    if region.is_some_and(|region| region != function.region) {
        return function_url::unknown();
    }
    let wanted =
        Wanted { service: "lambda", region: Some(&function.region), minutes: 5, no_presigned_body: true };
    match authenticate(&state, call, &wanted) {
        Ok(who) => function_url::answer(&state, function, &who, call.now, &store.random),
        Err(refusal) => function_url::refused(&refusal),
    }
}

/// By the service of the credential scope; where there is none, by path and version.
fn control_plane(store: &Store, call: &Call) -> Reply {
    let service = presented_service(call).unwrap_or_else(|| guess_service(call).to_owned());
    match service.as_str() {
        "sts" => query_service(store, call, query::STS, sts::answer),
        "iam" => query_service(store, call, query::IAM, iam::answer),
        "lambda" => {
            let wanted = Wanted { service: "lambda", region: None, minutes: 5, no_presigned_body: false };
            let who = authenticate(&store.read(), call, &wanted);
            match who {
                Ok(who) => lambda::answer(store, call, &who),
                Err(refusal) => refusal.json(),
            }
        }
        other => {
            let message = format!(
                "The local cloud does not implement the service \"{other}\". It has sts, iam and lambda."
            );
            Reply::error(501, "NotImplementedException", Member::Lower, Some(&message))
        }
    }
}

fn guess_service(call: &Call) -> &'static str {
    if call.path.starts_with(lambda::PREFIX) {
        return "lambda";
    }
    match Params::read(call).get("Version") {
        Some(version) if version == query::IAM.version => "iam",
        _ => "sts",
    }
}

type QueryAnswer = fn(&Store, &Call, &super::authenticate::Authenticated) -> Result<Reply, query::Error>;

fn query_service(store: &Store, call: &Call, service: query::Service, answer: QueryAnswer) -> Reply {
    let wanted = Wanted { service: service.name, region: None, minutes: 15, no_presigned_body: false };
    let who = authenticate(&store.read(), call, &wanted);
    let reply = match who {
        Ok(who) => answer(store, call, &who),
        Err(refusal) => Err(query::Error::refused(&refusal)),
    };
    reply.unwrap_or_else(|error| error.reply(service, call))
}

/// What a POST to the clock may say.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    advance_seconds: Option<i64>,
    skew_seconds: Option<i64>,
}

fn clock_route(clock: &Clock, call: &Call) -> Reply {
    match (call.method.as_str(), call.path.as_str()) {
        ("GET", CLOCK) => {}
        ("POST", CLOCK) => match serde_json::from_slice::<Move>(&call.body) {
            Ok(Move { advance_seconds, skew_seconds }) => {
                advance_seconds.into_iter().for_each(|seconds| clock.advance(seconds));
                skew_seconds.into_iter().for_each(|seconds| clock.set_skew(seconds));
            }
            Err(error) => {
                return Reply::text(
                    400,
                    format!(
                        "{error}; the clock takes {{\"advance_seconds\": N}} and {{\"skew_seconds\": N}}\n"
                    ),
                );
            }
        },
        (_, CLOCK) => return Reply::text(405, "the clock takes GET and POST\n"),
        _ => return Reply::text(404, format!("there is only {CLOCK} here\n")),
    }
    let state = serde_json::json!({
        "now": clock::iso(clock.now()),
        "advanced_seconds": clock.advanced_seconds(),
        "skew_seconds": clock.skew_seconds(),
    });
    Reply::json(200, state.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        assert_eq!(
            host_name("Demo.lambda-url.us-east-1.localhost:9000"),
            "demo.lambda-url.us-east-1.localhost"
        );
        assert_eq!(host_name("[::1]:80"), "::1");
        assert_eq!(function_host("demo.lambda-url.us-east-1.localhost"), Some(("demo", "us-east-1")));
        assert_eq!(function_host("demo.lambda-url.us-east-1.on.aws"), None);
        for (name, loopback) in [
            ("127.0.0.1", true),
            ("127.1.2.3", true),
            ("::1", true),
            ("localhost", true),
            ("sts.localhost", true),
            ("10.0.0.1", false),
            ("evil.example", false),
            ("localhost.evil.example", false),
            ("", false),
        ] {
            assert_eq!(is_loopback(name), loopback, "{name}");
        }
    }
}
