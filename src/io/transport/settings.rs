//! How requests travel, as plain data.
//!
//! Owns the defaults, which are those of the configuration. Refuses to act on them.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::config::{Config, Proxy};
use crate::core::connect_to::ConnectTo;

/// How requests travel; plain data, made from the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportSettings {
    /// Limit for name resolution, TCP and TLS together; `None` means no limit.
    pub connect_timeout: Option<Duration>,
    /// Limit from the request's being sent to the first byte of the answer.
    pub first_byte_timeout: Option<Duration>,
    /// Time limit for the whole exchange.
    pub total_timeout: Option<Duration>,
    /// Which proxy. That of the environment or the system is never used for loopback addresses.
    pub proxy: Proxy,
    /// Hosts that are reached without any proxy: addresses, and names with everything under them.
    pub no_proxy: Vec<String>,
    /// Files with certificates (PEM) of authorities that are trusted beside the system's.
    pub ca_files: Vec<PathBuf>,
    /// Client certificate (PEM), with its chain.
    pub client_cert: Option<PathBuf>,
    /// Its private key (PEM); `None` when it stands in the same file.
    pub client_key: Option<PathBuf>,
    /// How many redirects are followed.
    pub max_redirects: u32,
    /// Whether redirects are followed, unless the request says otherwise.
    pub follow_redirects: bool,
    /// How long a body may grow, in bytes once decoded, before somebody is asked; `None` means no
    /// limit.
    pub body_limit: Option<u64>,
    /// Whether a redirect may take the body to another origin without a question.
    pub redirect_body: bool,
    /// Whether a redirect may take credentials, and a signature, to another origin.
    pub redirect_credentials: bool,
    /// Statuses among 301, 302 and 303 after which a POST stays a POST.
    pub keep_post: Vec<u16>,
    /// Which versions of HTTP and TLS are offered.
    pub protocol: Protocol,
    /// How hosts are reached.
    pub reach: Reach,
}

/// Which versions of HTTP and TLS are offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Protocol {
    /// HTTP.
    pub http: HttpVersion,
    /// The lowest version of TLS.
    pub tls_min: Option<TlsVersion>,
    /// The highest version of TLS.
    pub tls_max: Option<TlsVersion>,
}

/// Which versions of HTTP are offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HttpVersion {
    /// HTTP/2 over TLS where the server offers it, else HTTP/1.1.
    #[default]
    Negotiated,
    /// HTTP/1.1 only.
    Http1,
    /// HTTP/2 without asking the server.
    Http2,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsVersion {
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3.
    Tls13,
}

/// How hosts are reached, where that isn't left to the system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Which addresses are connected to.
    pub addresses: Addresses,
    /// Hosts that are reached elsewhere; the first that fits counts. Not for requests through a
    /// proxy.
    pub routes: Vec<Route>,
    /// A Unix domain socket to connect to, whatever the URL says.
    pub unix_socket: Option<PathBuf>,
}

/// Which addresses are connected to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Addresses {
    /// All of them.
    #[default]
    All,
    /// Those of IPv4.
    V4,
    /// Those of IPv6.
    V6,
}

/// A host and port that are reached elsewhere; TLS and the `host` header keep the URL's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    /// The host of a URL; `None` for every host.
    pub host: Option<String>,
    /// The port of a URL; `None` for every port.
    pub port: Option<u16>,
    /// Name or address to connect to; `None` for the same.
    pub to_host: Option<String>,
    /// Port to connect to; `None` for the same.
    pub to_port: Option<u16>,
}

impl Route {
    /// How the origin of this URL is reached at `to`.
    pub fn of(url: &Url, to: ConnectTo) -> Self {
        Self {
            host: url.host_str().map(str::to_owned),
            port: url.port_or_known_default(),
            to_host: Some(to.host),
            to_port: Some(to.port),
        }
    }

    /// True where it is meant for this URL.
    pub(super) fn fits(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let same_host = self.host.as_ref().is_none_or(|own| own.eq_ignore_ascii_case(host));
        same_host && (self.port.is_none() || self.port == url.port_or_known_default())
    }
}

impl Reach {
    /// The route of a URL, if it has one.
    pub(super) fn route(&self, url: &Url) -> Option<&Route> {
        self.routes.iter().find(|route| route.fits(url))
    }
}

impl Default for TransportSettings {
    fn default() -> Self {
        Self::from(&Config::default())
    }
}

impl From<&Config> for TransportSettings {
    fn from(config: &Config) -> Self {
        let network = &config.network;
        let limit = |seconds: u64| (seconds > 0).then(|| Duration::from_secs(seconds));
        Self {
            connect_timeout: limit(network.connect_timeout_seconds),
            first_byte_timeout: limit(network.first_byte_timeout_seconds),
            total_timeout: limit(network.total_timeout_seconds),
            proxy: network.proxy.clone(),
            no_proxy: network.no_proxy.clone(),
            ca_files: network.ca_files.clone(),
            client_cert: network.client_cert.clone(),
            client_key: network.client_key.clone(),
            max_redirects: network.max_redirects,
            follow_redirects: network.follow_redirects,
            body_limit: config.send.body_limit,
            redirect_body: false,
            redirect_credentials: false,
            keep_post: Vec::new(),
            protocol: Protocol::default(),
            reach: Reach::default(),
        }
    }
}
