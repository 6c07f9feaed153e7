//! Name resolution: timed, and with `*.localhost` on loopback.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::time::Instant;

use super::trace::Trace;

/// A name that the resolver does not know.
#[derive(Debug, thiserror::Error)]
#[error("couldn't resolve {host}: {reason}")]
pub(super) struct NameError {
    pub(super) host: String,
    pub(super) reason: std::io::Error,
}

/// The system's resolver, but for names that are loopback by definition
/// (<https://www.rfc-editor.org/rfc/rfc6761#section-6.3>), which not every system knows.
pub(super) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let trace = Trace::current();
        let started = Instant::now();
        let host = name.as_str().to_owned();
        Box::pin(async move {
            let addresses: Addrs = if is_localhost(&host) {
                let loopback = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
                Box::new(loopback.into_iter().map(|ip| SocketAddr::new(ip, 0)))
            } else {
                let found = tokio::net::lookup_host((host.as_str(), 0)).await.map(Vec::from_iter);
                Box::new(found.map_err(|reason| NameError { host, reason })?.into_iter())
            };
            if let Some(trace) = trace {
                trace.resolved(started.elapsed());
            }
            Ok(addresses)
        })
    }
}

/// `localhost` and everything under it, with or without the final dot.
pub(super) fn is_localhost(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or_default();
    last.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use super::is_localhost;

    #[test]
    fn only_whole_labels_are_localhost() {
        for host in ["localhost", "LOCALHOST", "a.localhost", "x.lambda-url.us-east-1.localhost."] {
            assert!(is_localhost(host), "{host}");
        }
        for host in ["notlocalhost", "localhost.example", "", "."] {
            assert!(!is_localhost(host), "{host}");
        }
    }
}
