//! One exchange with a service that returns credentials.

use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;
use zeroize::Zeroizing;

use super::{CredentialError, error};
use crate::config::Proxy;
use crate::core::wire::{USER_AGENT, WireBody};
use crate::io::store::regular_file;
use crate::io::transport::{Failure, Outgoing, Transport, TransportSettings};

/// A response with credentials is a page; more than this is something else.
const MAX_RESPONSE: usize = 1 << 20;

/// A response, its body complete.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Zeroizing<Vec<u8>>,
}

/// A request with the program's user agent and these headers.
pub(super) fn outgoing<const N: usize>(
    method: &str,
    url: Url,
    headers: [(&str, &str); N],
    body: WireBody,
    deadline: Option<Instant>,
) -> Outgoing {
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let headers = headers.into_iter().chain([("user-agent", USER_AGENT)]).map(owned).collect();
    Outgoing { method: method.to_owned(), url, headers, body, insecure: false, route: None, deadline }
}

/// Sends a request and reads the whole response. `service` names the receiver in errors.
pub(super) async fn exchange(
    transport: &Transport,
    outgoing: Outgoing,
    service: &str,
) -> Result<Reply, CredentialError> {
    let response = transport.exchange(outgoing, None).await.map_err(|failure| match failure {
        Failure::NotSent(found) => error(format!("couldn't ask {service}: {}", found.message), found.hint),
        Failure::Network(found) => error(format!("can't reach {service}: {}", found.message), found.hint),
    })?;
    let mut receiver = response.body;
    let mut body = Zeroizing::new(Vec::new());
    while let Some(piece) = receiver.next().await {
        body.extend_from_slice(&piece);
        if body.len() > MAX_RESPONSE {
            return Err(error(format!("the response of {service} is too long"), "Check the endpoint."));
        }
    }
    if let Some(why) = receiver.finish().cut {
        return Err(error(format!("can't reach {service}: {why}"), "Try again."));
    }
    Ok(Reply { status: response.head.status, body })
}

/// A transport that uses no proxy, for services on this machine and its link: what a proxy reaches
/// under their addresses is its own machine's service, and it would see the token.
pub(super) fn direct(transport: &Transport) -> Transport {
    Transport::new(TransportSettings { proxy: Proxy::Off, ..transport.settings().clone() })
}

/// The deadline, or the end of this limit if that comes first.
pub(super) fn sooner(deadline: Option<Instant>, limit: Duration) -> Instant {
    let own = Instant::now() + limit;
    deadline.map_or(own, |deadline| deadline.min(own))
}

/// Whether the deadline has passed.
pub(super) fn is_over(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| deadline <= Instant::now())
}

/// Reads a small file of the user's on a thread that may wait.
pub(super) async fn read_file(path: &Path, limit: u64) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let path = path.to_owned();
    let read = tokio::task::spawn_blocking(move || regular_file::read(&path, limit));
    read.await.map_err(std::io::Error::other)?.map(Zeroizing::new)
}
