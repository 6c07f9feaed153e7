//! Which service a request is for.
//!
//! Owns the routes. Refuses web pages of other origins and foreign host names. All services but
//! functions are synchronous: the state is locked, read and released.

use http::Response;
use http::header::{HOST, HeaderValue, ORIGIN};
use hyper::body::Incoming;

use super::authenticate::{Requirements, authenticate, presented_service};
use super::body::ResponseBody;
use super::caller::Authenticated;
use super::function_url::{self, CalledUrl};
use super::query::{self, Params};
use super::reply::{Member, Reply};
use super::request::Call;
use super::server_context::ServerContext;
use super::state::{MachineKind, Store};
use super::{admin, iam, lambda, metadata, signin, sso, sts};
use crate::core::host;
use crate::core::local_cloud::{ADMIN_PREFIX, FUNCTION_URL_PREFIX};

/// What handles a request.
enum Route {
    /// The cloud's admin endpoints.
    Admin,
    Function(CalledUrl),
    Metadata(MachineKind),
    Login(sso::Endpoint),
    SignIn(signin::Endpoint),
    /// A function URL that doesn't exist.
    UnknownFunction,
    /// STS, IAM and Lambda.
    Services,
}

pub(super) async fn route(cloud: &ServerContext, call: &mut Call, body: Incoming) -> Response<ResponseBody> {
    let route = match find_route(cloud, call) {
        Ok(route) => route,
        Err(reply) => return reply.into_response(),
    };
    if let Route::Function(called) = &route {
        return function_url::answer(cloud, called, call, body).await;
    }
    if let Err(error) = cloud.reader.read(call, body).await {
        return Reply::from(error).into_response();
    }
    let reply = match route {
        Route::Admin => admin::answer(cloud, call),
        Route::Metadata(kind) => metadata::answer(cloud, kind, call),
        Route::Login(endpoint) => sso::answer(cloud, endpoint, call),
        Route::SignIn(endpoint) => signin::answer(cloud, endpoint, call),
        Route::Services => control_plane(cloud, call).await,
        Route::UnknownFunction | Route::Function(_) => function_url::unknown(),
    };
    reply.into_response()
}

/// The route by host and path.
///
/// # Errors
/// The response to a request that isn't served at all.
fn find_route(cloud: &ServerContext, call: &Call) -> Result<Route, Reply> {
    let Some(host) = call.header("host").map(host::name) else {
        return Err(Reply::text(400, "the request has no Host header\n"));
    };
    // With two, one would select the function while both are signed (RFC 9112, section 3.2).
    if call.headers.get_all(HOST).iter().nth(1).is_some() {
        return Err(Reply::text(400, "the request has more than one Host header\n"));
    }
    if call.headers.get_all(ORIGIN).iter().nth(1).is_some() {
        return Err(Reply::text(400, "the request has more than one Origin header\n"));
    }
    // Beyond loopback only the address is accepted; a name could be rebound by anyone.
    let by_address = !cloud.address.ip().is_loopback() && host.parse::<std::net::IpAddr>().is_ok();
    if !is_loopback(&host) && !by_address {
        return Err(Reply::text(
            403,
            format!("this cloud serves localhost only, but the Host header is \"{}\"\n", host.escape_debug()),
        ));
    }
    let find = |id: &str, region, path_at| {
        CalledUrl::find(&cloud.store.read(), id, region, path_at)
            .map_or(Route::UnknownFunction, Route::Function)
    };
    let route = if call.path.starts_with(ADMIN_PREFIX) {
        Route::Admin
    } else if let Some((id, region)) = function_host(&host) {
        find(id, Some(region), 0)
    } else if let Some(rest) = call.path.strip_prefix(FUNCTION_URL_PREFIX) {
        let id = rest.split('/').next().unwrap_or_default();
        find(id, None, FUNCTION_URL_PREFIX.len() + id.len())
    } else {
        let state = cloud.store.read();
        let metadata = metadata::find(&state, &call.path).map(Route::Metadata);
        let login = sso::find(&state, &call.path).map(Route::Login);
        let signin = signin::find(&state, &call.path).map(Route::SignIn);
        metadata.or(login).or(signin).unwrap_or(Route::Services)
    };
    // Web pages of other origins are refused, unless the function's CORS allows them.
    match call.headers.get(ORIGIN) {
        Some(origin) if !may(origin, &route) => {
            Err(Reply::text(403, "this cloud doesn't serve web pages of other origins\n"))
        }
        _ => Ok(route),
    }
}

fn may(origin: &HeaderValue, route: &Route) -> bool {
    let invited = match route {
        Route::Function(called) => called.allows(origin),
        Route::Admin
        | Route::Metadata(_)
        | Route::Login(_)
        | Route::SignIn(_)
        | Route::UnknownFunction
        | Route::Services => false,
    };
    invited || is_ours(origin)
}

/// Whether the origin is a page that an HTTP server on this machine sent.
fn is_ours(origin: &HeaderValue) -> bool {
    let Some(origin) = origin.to_str().ok().and_then(|origin| ::url::Url::parse(origin).ok()) else {
        return false;
    };
    matches!(origin.scheme(), "http" | "https")
        && origin.host_str().is_some_and(|name| is_loopback(name.trim_matches(['[', ']'])))
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

/// Routed by the service of the credential scope, or else by path and version.
async fn control_plane(cloud: &ServerContext, call: &Call) -> Reply {
    let store = &cloud.store;
    let service = presented_service(call).unwrap_or_else(|| guess_service(call).to_owned());
    match service.as_str() {
        "sts" => query_service(store, call, query::STS, sts::answer),
        "iam" => query_service(store, call, query::IAM, iam::answer),
        "lambda" => {
            let required = Requirements {
                service: "lambda",
                region: None,
                max_skew_minutes: 5,
                no_presigned_body: false,
            };
            let who = authenticate(&store.read(), call, &required);
            match who {
                Ok(who) => lambda::answer(cloud, call, &who).await,
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
    if lambda::is_path(&call.path) {
        return "lambda";
    }
    match Params::read(call).get("Version") {
        Some(version) if version == query::IAM.version => "iam",
        _ => "sts",
    }
}

type QueryAnswer = fn(&Store, &Call, &Authenticated) -> Result<Reply, query::Error>;

fn query_service(store: &Store, call: &Call, service: query::Service, answer: QueryAnswer) -> Reply {
    if service.name == "sts"
        && let Some(reply) = sts::unsigned(store, call)
    {
        return reply.unwrap_or_else(|error| error.reply(service, call));
    }
    let required =
        Requirements { service: service.name, region: None, max_skew_minutes: 15, no_presigned_body: false };
    let who = authenticate(&store.read(), call, &required);
    let reply = match who {
        Ok(who) => answer(store, call, &who),
        Err(refusal) => Err(query::Error::refused(&refusal)),
    };
    reply.unwrap_or_else(|error| error.reply(service, call))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_recognised() {
        assert_eq!(
            host::name("Demo.lambda-url.us-east-1.localhost:9000"),
            "demo.lambda-url.us-east-1.localhost"
        );
        assert_eq!(host::name("[::1]:80"), "::1");
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
