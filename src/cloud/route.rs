//! Which service a request is for.
//!
//! Owns the refusal of web pages and of foreign names, and the routes. Everything behind them but
//! functions is synchronous: the state is locked, asked and let go.

use http::Response;
use http::header::{HOST, HeaderValue, ORIGIN};
use hyper::body::Incoming;

use super::authenticate::{Authenticated, Wanted, authenticate, presented_service};
use super::body::Body;
use super::function::url::{self, Called};
use super::query::{self, Params};
use super::reply::{Member, Reply};
use super::request::Call;
use super::server::Cloud;
use super::state::Store;
use super::{iam, lambda, own, sts};
use crate::core::host;

/// Begins the path under which the function answers clients that cannot resolve its host.
const URL_PREFIX: &str = "/_url/";

/// What answers.
enum Place {
    /// The cloud itself.
    Own,
    Function(Called),
    /// A function URL that there is not.
    Nowhere,
    /// STS, IAM and Lambda.
    Services,
}

pub(super) async fn route(cloud: &Cloud, call: &mut Call, body: Incoming) -> Response<Body> {
    let place = match place(cloud, call) {
        Ok(place) => place,
        Err(reply) => return reply.into_response(),
    };
    if let Place::Function(called) = &place {
        return url::answer(cloud, called, call, body).await;
    }
    if let Err(reply) = cloud.reader.read(call, body).await {
        return reply.into_response();
    }
    let reply = match place {
        Place::Own => own::answer(cloud, call),
        Place::Services => control_plane(cloud, call).await,
        Place::Nowhere | Place::Function(_) => url::unknown(),
    };
    reply.into_response()
}

/// By host and path, if whoever asks may ask at all.
fn place(cloud: &Cloud, call: &Call) -> Result<Place, Reply> {
    let Some(host) = call.header("host").map(host::name) else {
        return Err(Reply::text(400, "the request has no Host header\n"));
    };
    // Of two, one would choose the function and both would be signed (RFC 9112, section 3.2).
    if call.headers.get_all(HOST).iter().nth(1).is_some() {
        return Err(Reply::text(400, "the request has more than one Host header\n"));
    }
    // Listening to others, it goes by its address; a name could be anybody's.
    let by_address = !cloud.address.ip().is_loopback() && host.parse::<std::net::IpAddr>().is_ok();
    if !is_loopback(&host) && !by_address {
        return Err(Reply::text(
            403,
            format!(
                "this cloud answers to localhost only, and the Host header says \"{}\"\n",
                host.escape_debug()
            ),
        ));
    }
    let find = |id: &str, region, path_at| {
        Called::find(&cloud.store.read(), id, region, path_at).map_or(Place::Nowhere, Place::Function)
    };
    let place = if call.path.starts_with(own::PREFIX) {
        Place::Own
    } else if let Some((id, region)) = function_host(&host) {
        find(id, Some(region), 0)
    } else if let Some(rest) = call.path.strip_prefix(URL_PREFIX) {
        let id = rest.split('/').next().unwrap_or_default();
        find(id, None, URL_PREFIX.len() + id.len())
    } else {
        Place::Services
    };
    // Web pages of other origins have no business here, but for what a function itself allows.
    match call.headers.get(ORIGIN) {
        Some(origin) if !may(origin, &place) => {
            Err(Reply::text(403, "this cloud does not answer web pages of other origins\n"))
        }
        _ => Ok(place),
    }
}

fn may(origin: &HeaderValue, place: &Place) -> bool {
    let invited = match place {
        Place::Function(called) => called.allows(origin),
        Place::Own | Place::Nowhere | Place::Services => false,
    };
    invited || is_ours(origin)
}

/// A page of this machine.
fn is_ours(origin: &HeaderValue) -> bool {
    let origin = origin.to_str().ok().and_then(|origin| ::url::Url::parse(origin).ok());
    origin.and_then(|origin| origin.host_str().map(|name| is_loopback(name.trim_matches(['[', ']']))))
        == Some(true)
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

/// By the service of the credential scope; where there is none, by path and version.
async fn control_plane(cloud: &Cloud, call: &Call) -> Reply {
    let store = &cloud.store;
    let service = presented_service(call).unwrap_or_else(|| guess_service(call).to_owned());
    match service.as_str() {
        "sts" => query_service(store, call, query::STS, sts::answer),
        "iam" => query_service(store, call, query::IAM, iam::answer),
        "lambda" => {
            let wanted = Wanted { service: "lambda", region: None, minutes: 5, no_presigned_body: false };
            let who = authenticate(&store.read(), call, &wanted);
            call.journal.authenticated(&who);
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
    let wanted = Wanted { service: service.name, region: None, minutes: 15, no_presigned_body: false };
    let who = authenticate(&store.read(), call, &wanted);
    call.journal.authenticated(&who);
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
    fn hosts() {
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
