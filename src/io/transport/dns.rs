//! Name resolution: timed, and with `*.localhost` on loopback.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::time::Instant;

use super::trace::Trace;
use super::{Addresses, Reach};

/// A name that the resolver does not know.
#[derive(Debug, thiserror::Error)]
#[error("couldn't resolve {host}: {reason}")]
pub(super) struct NameError {
    pub(super) host: String,
    pub(super) reason: std::io::Error,
}

/// The system's resolver, but for names that are loopback by definition
/// (<https://www.rfc-editor.org/rfc/rfc6761#section-6.3>), which not every system knows, and for
/// those that the settings route elsewhere.
pub(super) struct Resolver(pub(super) Reach);

impl Resolver {
    /// The name to look up in place of this one. Ports aren't known here: a name has one target.
    fn target<'a>(&'a self, host: &'a str) -> &'a str {
        let meant = |own: &Option<String>| own.as_ref().is_none_or(|own| own.eq_ignore_ascii_case(host));
        let route = self.0.routes.iter().find(|route| meant(&route.host));
        route.and_then(|route| route.to_host.as_deref()).unwrap_or(host)
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let trace = Trace::current();
        let started = Instant::now();
        let host = self.target(name.as_str()).to_owned();
        let addresses = self.0.addresses;
        Box::pin(async move {
            let mut found: Vec<_> = if is_localhost(&host) {
                let loopback = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
                loopback.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect()
            } else {
                let found = tokio::net::lookup_host((host.as_str(), 0)).await.map(Vec::from_iter);
                found.map_err(|reason| NameError { host: host.clone(), reason })?
            };
            found.retain(|address| match addresses {
                Addresses::All => true,
                Addresses::V4 => address.is_ipv4(),
                Addresses::V6 => address.is_ipv6(),
            });
            if found.is_empty() {
                let reason = std::io::Error::other("it has no address of the kind that was asked for");
                return Err(NameError { host, reason }.into());
            }
            if let Some(trace) = trace {
                trace.resolved(started.elapsed());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
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
