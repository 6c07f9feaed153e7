//! `connect_to`: the host and port that a request's connection is made to, whatever its URL says.
//!
//! Owns how it's written, here and in curl's options. Refuses to connect, which is the transport's.

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

/// curl's `--connect-to HOST1:PORT1:HOST2:PORT2`, whose parts may be empty. IPv6 addresses are without
/// their brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CurlConnectTo {
    /// Host of the URLs that it's for; `None` for any.
    pub(crate) host: Option<String>,
    /// Port of the URLs that it's for; `None` for any.
    pub(crate) port: Option<u16>,
    /// Host to connect to; `None` for the URL's.
    pub(crate) to_host: Option<String>,
    /// Port to connect to; `None` for the URL's.
    pub(crate) to_port: Option<u16>,
}

impl CurlConnectTo {
    /// Reads the option's value.
    ///
    /// # Errors
    /// What is wrong, or how it's written.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let form = || "write it as HOST1:PORT1:HOST2:PORT2".to_owned();
        let mut rest = text;
        let host = part(&mut rest).ok_or_else(form)?;
        let from = part(&mut rest).ok_or_else(form)?;
        let to = part(&mut rest).ok_or_else(form)?;
        Ok(Self { host: given(host), port: port(from)?, to_host: given(to), to_port: port(rest)? })
    }
}

/// The next part of a list that colons separate; brackets hold colons together, and are left out.
pub(crate) fn part<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let text = *rest;
    if let Some((address, after)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        *rest = after.strip_prefix(':').unwrap_or(after);
        return Some(address);
    }
    let (part, after) = text.split_once(':')?;
    *rest = after;
    Some(part)
}

/// A port; `None` if it's left out.
///
/// # Errors
/// It isn't one.
pub(crate) fn port(text: &str) -> Result<Option<u16>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| format!("{text:?} isn't a port"))
}

/// A host without brackets; `None` if it's left out.
pub(crate) fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.trim_matches(['[', ']']).to_owned())
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
