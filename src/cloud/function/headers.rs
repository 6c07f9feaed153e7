//! Headers that belong to one connection, and headers that only the cloud may set.

use http::header::{self, HeaderMap, HeaderName};

/// Prefix of the headers that tell a proxied service who signed.
const CALLER_PREFIX: &str = "x-signpost-caller-";

/// The other headers that a proxied service gets from the cloud.
const FORWARDED: [&str; 4] = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-amzn-requestid"];

/// Removes every header that a service could mistake for one that the cloud sets. CGI, WSGI and PHP
/// read `-` and `_` as the same character, so the spelling doesn't matter.
pub(super) fn strip_reserved(headers: &mut HeaderMap) {
    let reserved: Vec<HeaderName> =
        headers.keys().filter(|name| is_caller(name) || is_forwarded(name)).cloned().collect();
    for name in reserved {
        headers.remove(name);
    }
}

/// Whether a service could read this name as one that says who signed.
pub(super) fn is_caller(name: &HeaderName) -> bool {
    name.as_str().replace('_', "-").starts_with(CALLER_PREFIX)
}

fn is_forwarded(name: &HeaderName) -> bool {
    FORWARDED.contains(&name.as_str().replace('_', "-").as_str())
}

/// Headers of a connection, not of a message (RFC 9110, section 7.6.1).
pub(super) fn is_hop_by_hop(name: &HeaderName) -> bool {
    const NAMES: [HeaderName; 7] = [
        header::CONNECTION,
        header::PROXY_AUTHENTICATE,
        header::PROXY_AUTHORIZATION,
        header::TE,
        header::TRAILER,
        header::TRANSFER_ENCODING,
        header::UPGRADE,
    ];
    NAMES.contains(name) || matches!(name.as_str(), "keep-alive" | "proxy-connection")
}

/// Removes the headers of the connection, including those that `Connection` names.
pub(super) fn strip_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| HeaderName::try_from(name.trim()).ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    let hop_by_hop: Vec<HeaderName> = headers.keys().filter(|name| is_hop_by_hop(name)).cloned().collect();
    for name in hop_by_hop {
        headers.remove(name);
    }
}
