//! What went wrong on the network, in sentences with a hint.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Duration;

use url::Url;

use super::dns::NameError;
use super::trace::Trace;
use super::{TransportSettings, outside};
use crate::core::exchange::Problem;

/// Why there is no answer.
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
    /// `host:port` of the proxy that stands between, so that the texts do not blame the target.
    proxy: Option<String>,
}

impl Target {
    /// Where a URL leads, by way of this proxy, if any.
    pub(super) fn of(url: &Url, proxy: Option<&Url>) -> Self {
        Self { authority: authority(url), proxy: proxy.map(authority) }
    }

    fn name(&self) -> String {
        match &self.proxy {
            Some(proxy) => format!("{} (through the proxy {proxy})", self.authority),
            None => self.authority.clone(),
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

fn io_kind(error: &(dyn Error + 'static)) -> Option<ErrorKind> {
    chain(error).filter_map(|error| error.downcast_ref::<io::Error>()).map(io::Error::kind).last()
}

/// The other side closed the connection before any of its answer came.
pub(super) fn closed_early(error: &reqwest::Error) -> bool {
    let closed = [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe, ErrorKind::ConnectionAborted];
    io_kind(error).is_some_and(|kind| closed.contains(&kind)) || ends_without_answer(&root(error))
}

fn ends_without_answer(text: &str) -> bool {
    text.contains("connection closed before message completed") || text.contains("unexpected EOF")
}

/// Names what kept an answer from coming.
pub(super) fn classify(error: &reqwest::Error, target: &Target, settings: &TransportSettings) -> Failure {
    let name = target.name();
    if error.is_builder() {
        return Failure::NotSent(cannot_be_sent(root(error)));
    }
    if let Some(found) = chain(error).find_map(|error| error.downcast_ref::<NameError>()) {
        return Failure::Network(unknown_name(found));
    }
    if error.is_timeout() && error.is_connect() {
        let limit = settings.connect_timeout.unwrap_or_default();
        return Failure::Network(outside(
            format!("no connection to {name} within {}", seconds(limit)),
            "Check host and port, and whether a firewall or VPN stands between.",
        ));
    }
    let text = root(error);
    if let Some(found) = tls(&text, &name) {
        return Failure::Network(found);
    }
    if let Some(found) = target.proxy.as_deref().and_then(|proxy| of_proxy(proxy, error, &text, target)) {
        return Failure::Network(found);
    }
    let (message, hint) = match io_kind(error) {
        Some(ErrorKind::ConnectionRefused) => {
            (format!("connection refused by {name}"), "Check the port, and whether the server runs.")
        }
        Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted) => (
            format!("{name} closed the connection before it answered"),
            "Check the scheme, http or https, and the server's log.",
        ),
        Some(ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) => (
            format!("{name} cannot be reached from this network"),
            "Check the network, the VPN and the proxy.",
        ),
        Some(ErrorKind::TimedOut) => {
            (format!("the connection to {name} timed out"), "Try again, or check the network.")
        }
        _ if error.is_connect() => {
            (format!("no connection to {name}: {text}"), "Check host, port and proxy.")
        }
        _ if ends_without_answer(&text) => (
            format!("{name} closed the connection without an answer"),
            "Check the scheme, http or https, and the server's log.",
        ),
        _ => match broken_head(&text) {
            Some(what) => (
                format!("{name} answered, but no answer can be read: {what}"),
                "The fault is the server's, or that of what stands between: look at the bytes that it sends.",
            ),
            None => (
                format!("{name} gave no valid HTTP answer: {text}"),
                "Check the port and the scheme, http or https.",
            ),
        },
    };
    Failure::Network(outside(message, hint))
}

fn unknown_name(found: &NameError) -> Problem {
    // The resolver's texts begin with what was tried, which the sentence already says.
    let reason = found.reason.to_string();
    let reason = reason.rsplit(": ").next().unwrap_or(&reason);
    outside(
        format!("the name {} cannot be resolved: {reason}", found.host),
        "Check its spelling, the network and the VPN.",
    )
}

/// What is wrong with the head of an answer, by hyper's texts. The library gives none of its bytes.
fn broken_head(text: &str) -> Option<&'static str> {
    Some(match text {
        "invalid HTTP header parsed" => {
            "a header line has no colon, or holds a control character, which no header may"
        }
        "invalid content-length parsed" => "its content-length is no number, or there are two that differ",
        "unexpected transfer-encoding parsed" => "its transfer-encoding is none that HTTP/1 knows here",
        "invalid HTTP status-code parsed" => "its status is no number of three digits",
        "message head is too large" => "its headers are too many or too long",
        _ => return None,
    })
}

/// What a proxy itself refuses.
fn of_proxy(proxy: &str, error: &reqwest::Error, text: &str, target: &Target) -> Option<Problem> {
    let to = &target.authority;
    let (message, hint) = if text.contains("proxy authorization required") {
        (
            format!("the proxy {proxy} wants a user name and a password before it connects to {to}"),
            "Write them into the proxy's URL: http://user:password@host:port.",
        )
    } else if text.contains("tunnel error") || text.contains("SOCKS error") {
        (
            format!("the proxy {proxy} did not connect to {to}: {text}"),
            "Check the target's host and port, and what the proxy allows.",
        )
    } else if error.is_connect() && io_kind(error) == Some(ErrorKind::ConnectionRefused) {
        (
            format!("connection refused by the proxy {proxy}, on the way to {to}"),
            "Check the proxy's port, and whether it runs.",
        )
    } else {
        return None;
    };
    Some(outside(message, hint))
}

/// The texts of rustls and of webpki for what goes wrong most.
fn tls(text: &str, name: &str) -> Option<Problem> {
    let certificate = text.strip_prefix("invalid peer certificate: ");
    let (message, hint) = match certificate {
        Some(why) if why.contains("UnknownIssuer") => (
            format!("the certificate of {name} is signed by an authority that is not trusted"),
            "Name that authority's certificate as CA file, or turn verification off for this request.",
        ),
        Some(why) if why.starts_with("certificate expired") || why.contains("Expired") => (
            format!("the certificate of {name} has expired ({why})"),
            "Have it renewed, or turn verification off for this request.",
        ),
        Some(why) if why.starts_with("certificate not valid yet") || why.contains("NotValidYet") => {
            (format!("the certificate of {name} is not valid yet ({why})"), "Check this machine's clock.")
        }
        Some(why) if why.starts_with("certificate not valid for name") || why.contains("NotValidForName") => {
            (
                format!("the certificate of {name} is for another host ({why})"),
                "Use a host name that it lists.",
            )
        }
        Some(why) => (
            format!("the certificate of {name} is not accepted: {why}"),
            "Have it corrected, or turn verification off for this request.",
        ),
        None if text.contains("InvalidContentType") || text.contains("corrupt message") => {
            (format!("{name} does not speak TLS"), "Use http:// or another port.")
        }
        None if text.contains("fatal alert") => (
            format!("{name} ended the TLS handshake: {text}"),
            "It may ask for a client certificate, or for another TLS version.",
        ),
        None => return None,
    };
    Some(outside(message, hint))
}

/// No byte of an answer came in time.
pub(super) fn no_first_byte(target: &Target, limit: Duration) -> Problem {
    outside(
        format!("{} sent no first byte within {}", target.name(), seconds(limit)),
        "Raise the first-byte time limit if the server needs longer.",
    )
}

/// The whole exchange took too long, before an answer came.
pub(super) fn too_long(target: &Target, trace: &Trace) -> Problem {
    outside(
        format!(
            "no answer from {} within the total time limit ({})",
            target.name(),
            seconds(trace.elapsed())
        ),
        "Raise the total time limit.",
    )
}

pub(super) fn cannot_be_sent(what: String) -> Problem {
    outside(format!("{what} cannot be sent"), "Change it in the request.")
}

pub(super) fn file(path: &Path, error: &io::Error) -> Problem {
    outside(format!("{}: {error}", path.display()), "Check the path and its permissions.")
}

/// What ended a body too early, where the head had promised more.
pub(super) fn cut(error: &reqwest::Error, received: u64, promised: Option<u64>) -> String {
    let text = root(error);
    let closed = text.contains("unexpected EOF")
        || text.contains("end of file before message length reached")
        || text.contains("connection closed before message completed")
        || matches!(
            io_kind(error),
            Some(ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted)
        );
    match (closed, promised) {
        (true, Some(promised)) => {
            format!(
                "the connection was closed after {received} of the {promised} bytes that content-length promised"
            )
        }
        (true, None) => format!("the connection was closed after {received} bytes, before the body's end"),
        (false, Some(promised)) => format!(
            "the body broke off after {received} of the {promised} bytes that content-length promised: {text}"
        ),
        (false, None) => format!("the body broke off after {received} bytes: {text}"),
    }
}

pub(super) fn seconds(limit: Duration) -> String {
    if limit.subsec_nanos() == 0 {
        format!("{} s", limit.as_secs())
    } else {
        format!("{:.1} s", limit.as_secs_f64())
    }
}
