//! Requests whose host is reached elsewhere.
//!
//! The HTTP library asks the resolver for addresses, and takes the port from the URL. So a route to
//! another port changes the port of the URL, and keeps the authority as the `host` header; a route to
//! another host is the resolver's ([`super::dns`]), unless the URL has an address.

use std::borrow::Cow;

use url::Url;

use super::{Outgoing, Reach, Route, outside};
use crate::core::exchange::Problem;
use crate::core::sigv4;

/// The request's own route, if it's for this URL and the settings have none.
pub(super) fn own(outgoing: &Outgoing, reach: &Reach) -> Option<Route> {
    let unrouted = reach.route(&outgoing.url).is_none() && reach.unix_socket.is_none();
    outgoing.route.clone().filter(|route| unrouted && route.fits(&outgoing.url))
}

/// The request with the port it's sent to, and the host if its URL has an address.
///
/// # Errors
/// The URL can't have that host or port.
pub(super) fn rerouted(mut outgoing: Outgoing, reach: &Reach) -> Result<Outgoing, Problem> {
    let Some(route) = reach.route(&outgoing.url).or(outgoing.route.as_ref()).cloned() else {
        return Ok(outgoing);
    };
    let port = route.to_port.filter(|port| outgoing.url.port_or_known_default() != Some(*port));
    let is_name = matches!(outgoing.url.host(), Some(url::Host::Domain(_)));
    // An address isn't looked up.
    let host = route.to_host.as_deref().filter(|_| !is_name);
    if port.is_none() && host.is_none() {
        return Ok(outgoing);
    }
    if !outgoing.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        let host = sigv4::host(&outgoing.url).into_owned();
        outgoing.headers.insert(0, ("host".to_owned(), host));
    }
    if let Some(port) = port {
        outgoing.url.set_port(Some(port)).map_err(|()| cannot_connect(&outgoing.url, &port.to_string()))?;
    }
    if let Some(host) = host {
        let in_url = in_url(host);
        outgoing.url.set_host(Some(&in_url)).map_err(|_| cannot_connect(&outgoing.url, host))?;
    }
    Ok(outgoing)
}

/// A host as a URL has it: an IPv6 address in brackets.
fn in_url(host: &str) -> Cow<'_, str> {
    let is_bare = host.contains(':') && !host.starts_with('[');
    if is_bare { Cow::Owned(format!("[{host}]")) } else { Cow::Borrowed(host) }
}

fn cannot_connect(url: &Url, to: &str) -> Problem {
    let host = url.host_str().unwrap_or_default();
    outside(format!("can't connect to {to} in place of {host}"), "Check `connect_to` or `--connect-to`.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::wire::WireBody;

    fn rerouted_to(to_host: &str) -> Result<Outgoing, Problem> {
        let url = Url::parse("http://192.0.2.1/a").unwrap();
        let route = Route { host: None, port: None, to_host: Some(to_host.into()), to_port: Some(81) };
        let outgoing = Outgoing {
            method: "GET".into(),
            url,
            headers: Vec::new(),
            body: WireBody::Bytes(bytes::Bytes::new()),
            insecure: false,
            route: Some(route),
            deadline: None,
        };
        rerouted(outgoing, &Reach::default())
    }

    #[test]
    fn an_address_is_replaced_by_any_host() {
        for (to, url) in [
            ("127.0.0.1", "http://127.0.0.1:81/a"),
            ("::1", "http://[::1]:81/a"),
            ("[::1]", "http://[::1]:81/a"),
            ("tunnel.example", "http://tunnel.example:81/a"),
        ] {
            let outgoing = rerouted_to(to).unwrap();
            assert_eq!(outgoing.url.as_str(), url);
            assert_eq!(outgoing.headers, [("host".to_owned(), "192.0.2.1".to_owned())]);
        }
    }

    #[test]
    fn a_host_that_no_url_has_stops_the_send() {
        for to in ["::g", "a b", ""] {
            let problem = rerouted_to(to).map(|outgoing| outgoing.url).unwrap_err();
            assert_eq!(problem.message, format!("can't connect to {to} in place of 192.0.2.1"));
        }
    }
}
