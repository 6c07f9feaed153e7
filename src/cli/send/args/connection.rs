//! Time limits, proxies, TLS, and where to connect.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{seconds, secret};
use crate::core::connect_to::{CurlConnectTo, given, part, port};
use crate::core::credential::Secret;
use crate::io::transport::{Route, TlsVersion};

/// Time limits, proxies, TLS, and where to connect.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(in crate::cli::send) struct ConnectionArgs {
    /// Time limit for the whole exchange
    #[arg(short = 'm', long, value_name = "SECONDS", value_parser = seconds)]
    pub(in crate::cli::send) max_time: Option<Duration>,
    /// Time limit for connecting
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(in crate::cli::send) connect_timeout: Option<Duration>,
    /// Proxy: http://, https://, socks4://, socks5:// or socks5h://; empty for none
    #[arg(short = 'x', long, value_name = "URL", value_parser = secret)]
    pub(in crate::cli::send) proxy: Option<Secret>,
    /// User name and password for the proxy
    #[arg(short = 'U', long, value_name = "USER:PASSWORD", value_parser = secret, requires = "proxy")]
    pub(in crate::cli::send) proxy_user: Option<Secret>,
    /// Hosts to reach without the proxy, separated by commas
    #[arg(long, value_name = "HOSTS")]
    pub(in crate::cli::send) noproxy: Option<String>,
    /// Skip verification of the server's certificate
    #[arg(short = 'k', long)]
    pub(in crate::cli::send) insecure: bool,
    /// Also trust the authorities in this file (PEM); repeatable
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli::send) cacert: Vec<PathBuf>,
    /// Client certificate (PEM)
    #[arg(short = 'E', long, value_name = "FILE")]
    pub(in crate::cli::send) cert: Option<PathBuf>,
    /// Private key of the client certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(in crate::cli::send) key: Option<PathBuf>,
    /// Use TLS 1.2 or later, which is the default
    #[arg(long = "tlsv1.2", aliases = ["tlsv1", "tlsv1.0", "tlsv1.1"])]
    pub(in crate::cli::send) tls12: bool,
    /// Use TLS 1.3 or later
    #[arg(long = "tlsv1.3")]
    pub(in crate::cli::send) tls13: bool,
    /// Use at most this version of TLS: 1.2 or 1.3
    #[arg(long, value_name = "VERSION", value_parser = tls)]
    pub(in crate::cli::send) tls_max: Option<TlsVersion>,
    /// Use HTTP/1.1
    #[arg(long = "http1.1", conflicts_with_all = ["http2", "http2_prior_knowledge"])]
    pub(in crate::cli::send) http1: bool,
    /// Use HTTP/2 if the server offers it over TLS, which is the default
    #[arg(long)]
    pub(in crate::cli::send) http2: bool,
    /// Use HTTP/2 without asking the server
    #[arg(long)]
    pub(in crate::cli::send) http2_prior_knowledge: bool,
    /// Reach a host and port at this address; repeatable
    #[arg(long, value_name = "HOST:PORT:ADDRESS", value_parser = resolve)]
    pub(in crate::cli::send) resolve: Vec<Route>,
    /// Reach a host and port at another; repeatable
    #[arg(long, value_name = "HOST1:PORT1:HOST2:PORT2", value_parser = connect_to, conflicts_with = "proxy")]
    pub(in crate::cli::send) connect_to: Vec<Route>,
    /// Connect to IPv4 addresses only
    #[arg(short = '4', long, conflicts_with = "ipv6")]
    pub(in crate::cli::send) ipv4: bool,
    /// Connect to IPv6 addresses only
    #[arg(short = '6', long)]
    pub(in crate::cli::send) ipv6: bool,
    /// Connect to this Unix domain socket
    #[arg(long, value_name = "PATH", conflicts_with = "proxy")]
    pub(in crate::cli::send) unix_socket: Option<PathBuf>,
}

fn tls(text: &str) -> Result<TlsVersion, String> {
    match text {
        "1.2" => Ok(TlsVersion::Tls12),
        "1.3" | "default" => Ok(TlsVersion::Tls13),
        _ => Err("use 1.2 or 1.3".to_owned()),
    }
}

fn resolve(text: &str) -> Result<Route, String> {
    let form = || "write it as HOST:PORT:ADDRESS".to_owned();
    let mut rest = text.trim_start_matches('+');
    let host = part(&mut rest).ok_or_else(form)?;
    let from = part(&mut rest).ok_or_else(form)?;
    // Further addresses are alternatives of the first.
    let address = rest.split(',').next().and_then(given).ok_or_else(form)?;
    let host = given(host).filter(|host| host != "*");
    Ok(Route { host, port: port(from)?, to_host: Some(address), to_port: None })
}

fn connect_to(text: &str) -> Result<Route, String> {
    let CurlConnectTo { host, port, to_host, to_port } = CurlConnectTo::parse(text)?;
    Ok(Route { host, port, to_host, to_port })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_read_as_curl_reads_them() {
        let route = |host: Option<&str>, port, to_host: Option<&str>, to_port| Route {
            host: host.map(str::to_owned),
            port,
            to_host: to_host.map(str::to_owned),
            to_port,
        };
        let one = Some("a.example");
        assert_eq!(resolve("a.example:443:127.0.0.1"), Ok(route(one, Some(443), Some("127.0.0.1"), None)));
        assert_eq!(resolve("*:80:[::1]"), Ok(route(None, Some(80), Some("::1"), None)));
        assert_eq!(connect_to("a.example:80:b:81"), Ok(route(one, Some(80), Some("b"), Some(81))));
        assert_eq!(connect_to("::[::1]:"), Ok(route(None, None, Some("::1"), None)));
        assert!(resolve("a.example:443").is_err() && connect_to("a:b:c:d").is_err());
    }
}
