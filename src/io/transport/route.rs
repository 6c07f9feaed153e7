//! Requests whose host is reached elsewhere.
//!
//! The HTTP library asks the resolver for addresses, and takes the port from the URL. So a route to
//! another port changes the port of the URL, and keeps the authority as the `host` header; a route to
//! another host is the resolver's ([`super::dns`]).

use super::{Outgoing, Reach};
use crate::core::sigv4;

/// The request with the port it's sent to.
pub(super) fn rerouted(mut outgoing: Outgoing, reach: &Reach) -> Outgoing {
    let Some(port) = reach.route(&outgoing.url).and_then(|route| route.to_port) else { return outgoing };
    if outgoing.url.port_or_known_default() == Some(port) {
        return outgoing;
    }
    if !outgoing.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        let host = sigv4::host(&outgoing.url).into_owned();
        outgoing.headers.insert(0, ("host".to_owned(), host));
    }
    // It can fail only for a URL without a host, which has no route.
    let _ = outgoing.url.set_port(Some(port));
    outgoing
}
