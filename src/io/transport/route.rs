//! Requests whose host is reached elsewhere.
//!
//! The HTTP library asks the resolver for addresses, and takes the port from the URL. So a route to
//! another port changes the port of the URL, and keeps the authority as the `host` header; a route to
//! another host is the resolver's ([`super::dns`]), unless the URL has an address.

use super::{Outgoing, Reach, Route};
use crate::core::sigv4;

/// The request's own route, if it's for this URL and the settings have none.
pub(super) fn own(outgoing: &Outgoing, reach: &Reach) -> Option<Route> {
    let unrouted = reach.route(&outgoing.url).is_none() && reach.unix_socket.is_none();
    outgoing.route.clone().filter(|route| unrouted && route.fits(&outgoing.url))
}

/// The request with the port it's sent to.
pub(super) fn rerouted(mut outgoing: Outgoing, reach: &Reach) -> Outgoing {
    let Some(route) = reach.route(&outgoing.url).or(outgoing.route.as_ref()).cloned() else {
        return outgoing;
    };
    let port = route.to_port.filter(|port| outgoing.url.port_or_known_default() != Some(*port));
    let is_name = matches!(outgoing.url.host(), Some(url::Host::Domain(_)));
    // An address isn't looked up.
    let host = route.to_host.as_deref().filter(|_| !is_name);
    if port.is_none() && host.is_none() {
        return outgoing;
    }
    if !outgoing.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        let host = sigv4::host(&outgoing.url).into_owned();
        outgoing.headers.insert(0, ("host".to_owned(), host));
    }
    // Neither changes a URL that it doesn't fit: the request then goes where the URL says.
    if let Some(port) = port {
        let _ = outgoing.url.set_port(Some(port));
    }
    if let Some(host) = host {
        let _ = outgoing.url.set_host(Some(host));
    }
    outgoing
}
