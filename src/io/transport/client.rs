//! HTTP clients, one for each way of connecting.

use std::path::Path;

use reqwest::tls::{Certificate, Identity};
use reqwest::{Client, ClientBuilder, NoProxy};

use super::trace::TimedConnect;
use super::{
    HttpVersion, Outgoing, Protocol, Reach, Route, TlsVersion, TransportSettings, dns, failure, outside,
};
use crate::config::Proxy;
use crate::core::exchange::Problem;

/// What tells clients apart; requests that agree in it share connections.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ClientKey {
    /// A TLS connection may be made. Without it the trust store is not even read, which is most of
    /// what starting a client costs.
    tls: bool,
    /// Certificates are not verified.
    insecure: bool,
    /// HTTP/1.1 only: a Host that differs from the authority isn't valid in HTTP/2.
    http1: bool,
    /// No proxy is used.
    direct: bool,
    /// Where the request's own `connect_to` leads: no other request may use its connections.
    route: Option<Route>,
}

impl ClientKey {
    /// True where it is known that no proxy is used.
    pub(super) fn is_direct(&self) -> bool {
        self.direct
    }

    pub(super) fn of(outgoing: &Outgoing, settings: &TransportSettings) -> Self {
        let direct = outgoing.route.is_some()
            || match settings.proxy {
                Proxy::Off => true,
                Proxy::Environment => {
                    is_loopback(&outgoing.url) || is_excepted(&outgoing.url, &settings.no_proxy)
                }
                Proxy::Url(_) => is_excepted(&outgoing.url, &settings.no_proxy),
            };
        Self {
            tls: outgoing.url.scheme() == "https" || (!direct && proxy_speaks_tls(settings)),
            insecure: outgoing.insecure,
            http1: settings.protocol.http == HttpVersion::Http1
                || outgoing.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")),
            direct,
            route: outgoing.route.clone(),
        }
    }

    /// How hosts are reached.
    fn reach(&self, settings: &TransportSettings) -> Reach {
        let mut reach = settings.reach.clone();
        // The resolver doesn't know ports: first, so that no route of the same host's other ports counts.
        reach.routes.splice(0..0, self.route.clone());
        reach
    }
}

/// Whether a URL leads to this machine, whatever a resolver says.
pub(crate) fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => dns::is_localhost(name),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// True when the host, or a name above it, is in the list.
fn is_excepted(url: &url::Url, list: &[String]) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    list.iter().map(|name| name.trim().trim_start_matches("*.").trim_start_matches('.')).any(|name| {
        let above = host.len().checked_sub(name.len() + 1).and_then(|at| host.get(at..));
        let above = above.and_then(|tail| tail.strip_prefix('.'));
        name == "*"
            || host.eq_ignore_ascii_case(name)
            || above.is_some_and(|tail| tail.eq_ignore_ascii_case(name))
    })
}

/// True when plain http may travel through a proxy that is itself reached over TLS.
fn proxy_speaks_tls(settings: &TransportSettings) -> bool {
    let https = |proxy: &str| proxy.trim_start().to_ascii_lowercase().starts_with("https:");
    match &settings.proxy {
        Proxy::Off => false,
        Proxy::Url(proxy) => https(proxy),
        Proxy::Environment => ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
            .iter()
            .any(|name| std::env::var(name).is_ok_and(|proxy| https(&proxy))),
    }
}

/// Makes a client, or says which setting keeps it from being made.
pub(super) fn build(key: &ClientKey, settings: &TransportSettings) -> Result<Client, Problem> {
    let mut builder = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .http1_max_headers(512)
        .tls_info(true)
        .dns_resolver(dns::Resolver(key.reach(settings)))
        .connector_layer(TimedConnect);
    if let Some(limit) = settings.connect_timeout {
        builder = builder.connect_timeout(limit);
    }
    builder = offer(builder, key, settings.protocol);
    if let Some(socket) = &settings.reach.unix_socket {
        builder = through_socket(builder, socket)?;
    }
    if key.direct {
        builder = builder.no_proxy();
    } else if let Proxy::Url(proxy) = &settings.proxy {
        builder = builder.proxy(explicit_proxy(proxy)?);
    }
    if key.insecure {
        builder = builder.tls_danger_accept_invalid_certs(true);
    }
    if key.tls {
        for path in &settings.ca_files {
            builder = builder.tls_certs_merge(authorities(path)?);
        }
        if let Some(identity) = client_identity(settings)? {
            builder = builder.identity(identity);
        }
    } else {
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| {
        outside(
            format!("couldn't create the HTTP client: {}", failure::root(&error)),
            "Check the TLS settings.",
        )
    })
}

/// Sets the versions of HTTP and TLS.
fn offer(builder: ClientBuilder, key: &ClientKey, protocol: Protocol) -> ClientBuilder {
    let version = |version| match version {
        TlsVersion::Tls12 => reqwest::tls::Version::TLS_1_2,
        TlsVersion::Tls13 => reqwest::tls::Version::TLS_1_3,
    };
    let builder = match protocol.http {
        HttpVersion::Http2 => builder.http2_prior_knowledge(),
        HttpVersion::Negotiated | HttpVersion::Http1 if key.http1 => builder.http1_only(),
        HttpVersion::Negotiated | HttpVersion::Http1 => builder,
    };
    let builder = match protocol.tls_min {
        Some(lowest) => builder.tls_version_min(version(lowest)),
        None => builder,
    };
    match protocol.tls_max {
        Some(highest) => builder.tls_version_max(version(highest)),
        None => builder,
    }
}

#[cfg(unix)]
fn through_socket(builder: ClientBuilder, socket: &Path) -> Result<ClientBuilder, Problem> {
    Ok(builder.unix_socket(socket))
}

#[cfg(not(unix))]
fn through_socket(_: ClientBuilder, _: &Path) -> Result<ClientBuilder, Problem> {
    Err(outside("this system has no Unix domain sockets", "Leave out `--unix-socket`."))
}

/// The proxy that the settings name and that such a client uses; that of the environment is the
/// library's affair.
pub(super) fn named_proxy(key: &ClientKey, settings: &TransportSettings) -> Option<url::Url> {
    match &settings.proxy {
        Proxy::Url(proxy) if !key.direct => proxy_url(proxy).ok(),
        Proxy::Url(_) | Proxy::Off | Proxy::Environment => None,
    }
}

fn proxy_url(text: &str) -> Result<url::Url, url::ParseError> {
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    url::Url::parse(&with_scheme)
}

fn explicit_proxy(text: &str) -> Result<reqwest::Proxy, Problem> {
    const SCHEMES: [&str; 5] = ["http", "https", "socks4", "socks5", "socks5h"];
    let hint = "Write it as http://host:port or socks5h://host:port.";
    // The text may hold a password, so it is not repeated.
    let url =
        proxy_url(text).map_err(|error| outside(format!("the proxy isn't a valid URL: {error}"), hint))?;
    if !SCHEMES.contains(&url.scheme()) {
        return Err(outside("the proxy's scheme isn't supported", hint));
    }
    let proxy = reqwest::Proxy::all(url).map_err(|error| {
        outside(format!("the proxy settings are invalid: {}", failure::root(&error)), hint)
    })?;
    Ok(proxy.no_proxy(NoProxy::from_env()))
}

fn authorities(path: &Path) -> Result<Vec<Certificate>, Problem> {
    let pem = read(path)?;
    let hint = "It must be PEM: -----BEGIN CERTIFICATE-----.";
    match Certificate::from_pem_bundle(&pem) {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(outside(format!("{} contains no certificate", path.display()), hint)),
        Err(error) => Err(outside(
            format!("couldn't parse {} as certificates: {}", path.display(), failure::root(&error)),
            hint,
        )),
    }
}

fn client_identity(settings: &TransportSettings) -> Result<Option<Identity>, Problem> {
    let Some(cert) = &settings.client_cert else { return Ok(None) };
    let mut pem = read(cert)?;
    if let Some(key) = &settings.client_key {
        pem.push(b'\n');
        pem.extend(read(key)?);
    }
    Identity::from_pem(&pem).map(Some).map_err(|error| {
        outside(
            format!("the client certificate {} is invalid: {}", cert.display(), failure::root(&error)),
            "It must be PEM, with its private key in the same file or in `client_key`.",
        )
    })
}

fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    std::fs::read(path).map_err(|error| failure::file(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_under_an_excepted_one_are_excepted_too() {
        let excepted = |host: &str| {
            let list =
                ["example.com".to_owned(), ".corp".to_owned(), "10.0.0.1".to_owned(), "::1".to_owned()];
            is_excepted(&url::Url::parse(&format!("http://{host}/")).unwrap(), &list)
        };
        for host in ["example.com", "a.EXAMPLE.com", "x.corp", "10.0.0.1:80", "[::1]"] {
            assert!(excepted(host), "{host}");
        }
        for host in ["notexample.com", "example.org", "com", "10.0.0.11"] {
            assert!(!excepted(host), "{host}");
        }
    }
}
