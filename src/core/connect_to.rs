//! `connect_to`: the host and port that a request's connection is made to, whatever its URL says.
//!
//! Owns how it's written. Refuses to connect, which is the transport's.

use std::fmt;

use super::exchange::{Field, Problem};
use super::request::fields::SendField;

/// A host and port to connect to. URL and `Host` stay, and so do server name (SNI) and certificate unless
/// the URL has an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConnectTo {
    /// A name or an address; an IPv6 address without its brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl ConnectTo {
    /// Reads `host:port` or `[address]:port`.
    ///
    /// # Errors
    /// A problem of the field `connect_to`.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let problem = || {
            Problem::new(
                Field::Send(SendField::ConnectTo),
                format!("`connect_to` isn't a host and a port: {text:?}"),
                "Write it as `127.0.0.1:8443`, `tunnel.example:443` or `[::1]:8443`.",
            )
        };
        let (host, port) = text.rsplit_once(':').ok_or_else(problem)?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(problem)?;
        let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        if !host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c)) {
            return Err(problem());
        }
        let host = match (bracketed, url::Host::parse(host)) {
            (Some(address), Ok(url::Host::Ipv6(_))) => address.to_owned(),
            (None, Ok(url::Host::Domain(name))) => name,
            (None, Ok(url::Host::Ipv4(address))) => address.to_string(),
            (Some(_) | None, Ok(_) | Err(_)) => return Err(problem()),
        };
        Ok(Self { host, port })
    }
}

impl fmt::Display for ConnectTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_and_a_port_go_round() {
        for text in ["127.0.0.1:8443", "[::1]:8443", "tunnel.example:443", "localhost:1"] {
            assert_eq!(ConnectTo::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn anything_else_is_a_problem_with_its_place() {
        for text in
            ["", "localhost", ":80", "a:", "a:0", "a:65536", "::1:80", "[::1]", "a/b:80", "http://a:80"]
        {
            let problem = ConnectTo::parse(text).unwrap_err();
            assert_eq!(problem.field, Field::Send(SendField::ConnectTo), "{text}");
        }
    }
}
