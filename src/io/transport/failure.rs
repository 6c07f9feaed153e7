//! What went wrong on the network, in sentences with a hint.
//!
//! Owns one function for each layer: name, connection, TLS, proxy, socket, HTTP. Errors of libraries
//! are distinguished by type, and by text only where the type is private.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::dns::NameError;
use super::trace::Trace;
use super::{TransportSettings, outside};
use crate::core::exchange::Problem;
use crate::core::units;

mod tls;

/// What the system says where the server closed the connection.
const CLOSED: [ErrorKind; 3] =
    [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe, ErrorKind::ConnectionAborted];

/// Why there is no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The request did not leave.
    NotSent(Problem),
    /// It left, or tried to.
    Network(Problem),
}

/// Where a request was going, for the texts.
pub(super) struct Target {
    /// `host:port`.
    authority: String,
    /// `host:port` of the proxy in use, so that the texts don't blame the target.
    proxy: Option<String>,
    /// The Unix domain socket in use, which takes the place of both.
    socket: Option<PathBuf>,
}

impl Target {
    /// Where a URL leads, through this socket or this proxy, if any.
    pub(super) fn of(url: &Url, proxy: Option<&Url>, socket: Option<&Path>) -> Self {
        Self { authority: authority(url), proxy: proxy.map(authority), socket: socket.map(Path::to_owned) }
    }

    fn name(&self) -> String {
        match (&self.socket, &self.proxy) {
            (Some(socket), _) => format!("{} (through the socket `{}`)", self.authority, socket.display()),
            (None, Some(proxy)) => format!("{} (through the proxy {proxy})", self.authority),
            (None, None) => self.authority.clone(),
        }
    }
}

/// Host and port, without the user name and password that may stand before them.
fn authority(url: &Url) -> String {
    let port =
        url.port_or_known_default().unwrap_or(if url.scheme().starts_with("socks") { 1080 } else { 0 });
    format!("{}:{port}", url.host_str().unwrap_or_default())
}

/// Everything beneath an error, itself first.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        // An io::Error made from another error shows that one's source as its own.
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

/// The innermost text of an error.
pub(super) fn root(error: &(dyn Error + 'static)) -> String {
    chain(error).last().unwrap_or(error).to_string()
}

fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    chain(error).find_map(|error| error.downcast_ref())
}

fn io_kind(error: &(dyn Error + 'static)) -> Option<ErrorKind> {
    chain(error).filter_map(|error| error.downcast_ref::<io::Error>()).map(io::Error::kind).last()
}

/// The server closed the connection before any of its response came.
pub(super) fn closed_early(error: &reqwest::Error) -> bool {
    io_kind(error).is_some_and(|kind| CLOSED.contains(&kind)) || ends_without_response(error)
}

fn ends_without_response(error: &reqwest::Error) -> bool {
    // An end within the head is an error of hyper's own, and one within a chunk's size an io::Error.
    find::<hyper::Error>(error).is_some_and(hyper::Error::is_incomplete_message)
        || root(error).contains("unexpected EOF")
}

/// Names what kept a response from coming, asking the layers from the outside in.
pub(super) fn classify(error: &reqwest::Error, target: &Target, settings: &TransportSettings) -> Failure {
    if error.is_builder() {
        return Failure::NotSent(cannot_be_sent(root(error)));
    }
    let name = target.name();
    let problem = of_unix_socket(error, target)
        .or_else(|| unknown_name(error))
        .or_else(|| connect_timeout(error, &name, settings))
        .or_else(|| tls::problem(error, &name))
        .or_else(|| of_proxy(error, target))
        .or_else(|| of_socket(error, &name))
        .unwrap_or_else(|| of_http(error, &name));
    Failure::Network(problem)
}

fn unknown_name(error: &reqwest::Error) -> Option<Problem> {
    let found = find::<NameError>(error)?;
    // The resolver's texts begin with what was tried, which the sentence already says.
    let reason = found.reason.to_string();
    let reason = reason.rsplit(": ").next().unwrap_or(&reason);
    Some(outside(
        format!("couldn't resolve {}: {reason}", found.host),
        "Check the spelling, the network and the VPN.",
    ))
}

fn connect_timeout(error: &reqwest::Error, name: &str, settings: &TransportSettings) -> Option<Problem> {
    let limit = settings.connect_timeout.filter(|_| error.is_timeout() && error.is_connect())?;
    Some(outside(
        format!("no connection to {name} within {}", units::limit(limit)),
        "Check host and port, and whether a firewall or VPN blocks the connection.",
    ))
}

/// What a proxy refuses. The library's errors for this are private types, so their texts decide.
fn of_proxy(error: &reqwest::Error, target: &Target) -> Option<Problem> {
    let (proxy, to) = (target.proxy.as_deref()?, &target.authority);
    let text = root(error);
    let (message, hint) = if text.contains("proxy authorization required") {
        (
            format!("the proxy {proxy} requires a user name and a password to connect to {to}"),
            "Add them to the proxy's URL: http://user:password@host:port.",
        )
    } else if text.contains("tunnel error") || text.contains("SOCKS error") {
        (
            format!("the proxy {proxy} did not connect to {to}: {text}"),
            "Check the target's host and port, and the proxy's rules.",
        )
    } else if error.is_connect() && io_kind(error) == Some(ErrorKind::ConnectionRefused) {
        (
            format!("the proxy {proxy} refused the connection (to {to})"),
            "Check the proxy's port, and that it's running.",
        )
    } else {
        return None;
    };
    Some(outside(message, hint))
}

/// Why a Unix domain socket can't be connected to. The host isn't to blame: it isn't even looked up.
fn of_unix_socket(error: &reqwest::Error, target: &Target) -> Option<Problem> {
    let socket = target.socket.as_deref().filter(|_| error.is_connect())?.display();
    let (message, hint) = match io_kind(error)? {
        ErrorKind::NotFound => (
            format!("the socket `{socket}` doesn't exist"),
            "Check its path, and that the server is running.",
        ),
        ErrorKind::ConnectionRefused => {
            (format!("connection refused by the socket `{socket}`"), "Check that its server is running.")
        }
        ErrorKind::PermissionDenied => {
            (format!("permission denied for the socket `{socket}`"), "Check the socket's permissions.")
        }
        _ => (format!("no connection to the socket `{socket}`: {}", root(error)), "Check the socket's path."),
    };
    Some(outside(message, hint))
}

/// What the operating system says of the connection.
fn of_socket(error: &reqwest::Error, name: &str) -> Option<Problem> {
    let (message, hint) = match io_kind(error) {
        Some(ErrorKind::ConnectionRefused) => {
            (format!("connection refused by {name}"), "Check the port, and that the server is running.")
        }
        Some(kind) if CLOSED.contains(&kind) => (
            format!("{name} closed the connection without responding"),
            "Check the scheme, http or https, and the server's log.",
        ),
        Some(ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) => {
            (format!("{name} is unreachable from this network"), "Check the network, the VPN and the proxy.")
        }
        Some(ErrorKind::TimedOut) => {
            (format!("the connection to {name} timed out"), "Try again, or check the network.")
        }
        _ if error.is_connect() => {
            (format!("no connection to {name}: {}", root(error)), "Check host, port and proxy.")
        }
        _ => return None,
    };
    Some(outside(message, hint))
}

/// What is wrong with the response itself.
fn of_http(error: &reqwest::Error, name: &str) -> Problem {
    if ends_without_response(error) {
        return outside(
            format!("{name} closed the connection without a response"),
            "Check the scheme, http or https, and the server's log.",
        );
    }
    match find::<hyper::Error>(error).and_then(invalid_head) {
        Some(what) => outside(
            format!("{name} sent an invalid response: {what}"),
            "The server or a proxy sent it; capture the raw bytes to see which.",
        ),
        None => outside(
            format!("{name} sent an invalid HTTP response: {}", root(error)),
            "Check the port and the scheme, http or https.",
        ),
    }
}

/// What is wrong with the head of a response, of which the library hands out no byte.
fn invalid_head(error: &hyper::Error) -> Option<&'static str> {
    if error.is_parse_too_large() {
        // hyper says the same of a length that no number holds.
        return Some("its headers are too many or too long, or its `content-length` is too large");
    }
    if error.is_parse_status() {
        return Some("its status isn't a number of three digits");
    }
    if !error.is_parse() {
        return None;
    }
    // hyper tells these apart by nothing but their texts.
    match error.to_string().as_str() {
        "invalid HTTP header parsed" => Some("a header line has no colon, or contains a control character"),
        "invalid content-length parsed" => Some("`content-length` isn't a number, or two values conflict"),
        "unexpected transfer-encoding parsed" => Some("its `transfer-encoding` is invalid here"),
        _ => None,
    }
}

/// No byte of a response came in time.
pub(super) fn no_first_byte(target: &Target, limit: Duration) -> Problem {
    outside(
        format!("{} sent no first byte within {}", target.name(), units::limit(limit)),
        "Raise the first-byte time limit if the server needs longer.",
    )
}

/// The total time limit was reached before a response came.
pub(super) fn too_long(target: &Target, trace: &Trace) -> Problem {
    outside(
        format!(
            "no response from {} within the total time limit ({})",
            target.name(),
            units::duration(trace.elapsed())
        ),
        "Raise the total time limit.",
    )
}

pub(super) fn cannot_be_sent(what: String) -> Problem {
    outside(format!("{what} can't be sent"), "Change it in the request.")
}

pub(super) fn file(path: &Path, error: &io::Error) -> Problem {
    outside(format!("{}: {error}", path.display()), "Check the path and its permissions.")
}

/// What ended a body before its end.
pub(super) fn cut(error: &reqwest::Error, received: u64, promised: Option<u64>) -> String {
    let text = root(error);
    // hyper's "end of file before message length reached" is a private type.
    let closed = ends_without_response(error)
        || text.contains("end of file before message length reached")
        || matches!(
            io_kind(error),
            Some(ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted)
        );
    match (closed, promised) {
        (true, Some(promised)) => {
            format!("the connection was closed after {received} of {promised} bytes (content-length)")
        }
        (true, None) => {
            format!("the connection was closed after {received} bytes, before the end of the body")
        }
        (false, Some(promised)) => {
            format!("the body was truncated after {received} of {promised} bytes (content-length): {text}")
        }
        (false, None) => format!("the body was truncated after {received} bytes: {text}"),
    }
}
