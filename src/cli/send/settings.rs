//! The configuration under the arguments.

use std::time::Duration;

use url::Url;

use super::Usage;
use super::args::SendArgs;
use crate::config::{Config, Proxy};
use crate::io::transport::{Addresses, HttpVersion, Protocol, Reach, TlsVersion, TransportSettings};

/// How a request travels. A URL follows redirects when asked to, as with curl; a saved request as
/// configured.
pub(super) fn of(args: &SendArgs, config: &Config, saved: bool) -> Result<TransportSettings, Usage> {
    let base = TransportSettings::from(config);
    let (connection, redirects) = (&args.connection, &args.redirects);
    let unlimited = |limit: Duration| (!limit.is_zero()).then_some(limit);
    let no_proxy = connection.noproxy.as_ref().map(|hosts| hosts.split(',').map(str::to_owned).collect());
    let max_redirects = redirects.max_redirs.map(|most| u32::try_from(most).unwrap_or(u32::MAX));
    let kept = [(301, redirects.post301), (302, redirects.post302), (303, redirects.post303)];
    Ok(TransportSettings {
        connect_timeout: connection.connect_timeout.map_or(base.connect_timeout, unlimited),
        total_timeout: connection.max_time.map_or(base.total_timeout, unlimited),
        proxy: proxy(args)?.unwrap_or(base.proxy),
        no_proxy: no_proxy.unwrap_or(base.no_proxy),
        ca_files: if connection.cacert.is_empty() { base.ca_files } else { connection.cacert.clone() },
        client_cert: connection.cert.clone().or(base.client_cert),
        client_key: if connection.cert.is_some() { connection.key.clone() } else { base.client_key },
        follow_redirects: base.follow_redirects && saved,
        max_redirects: max_redirects.unwrap_or(base.max_redirects),
        body_limit: args.output.body_limit.map_or(base.body_limit, |bytes| (bytes > 0).then_some(bytes)),
        redirect_body: redirects.redirect_body || redirects.location_trusted,
        redirect_credentials: redirects.location_trusted,
        keep_post: kept.into_iter().filter(|(_, keep)| *keep).map(|(status, _)| status).collect(),
        protocol: protocol(args),
        reach: reach(args),
        ..base
    })
}

fn proxy(args: &SendArgs) -> Result<Option<Proxy>, Usage> {
    let Some(proxy) = &args.connection.proxy else {
        // A route is for direct connections.
        let routed = !args.connection.connect_to.is_empty() || args.connection.unix_socket.is_some();
        return Ok(routed.then_some(Proxy::Off));
    };
    let text = match proxy.expose() {
        "" => return Ok(Some(Proxy::Off)),
        text => text.to_owned(),
    };
    let Some(user) = &args.connection.proxy_user else { return Ok(Some(Proxy::Url(text))) };
    let (name, password) = user.expose().split_once(':').unwrap_or((user.expose(), ""));
    let text = if text.contains("://") { text } else { format!("http://{text}") };
    let mut url = Url::parse(&text).map_err(|error| {
        Usage::new(format!("the proxy isn't a valid URL: {error}"), "Write it as http://host:port.")
    })?;
    let set = url.set_username(name).and_then(|()| url.set_password(Some(password)));
    set.map_err(|()| Usage::new("the proxy's URL takes no user name", "Write it as http://host:port."))?;
    Ok(Some(Proxy::Url(url.into())))
}

fn protocol(args: &SendArgs) -> Protocol {
    let connection = &args.connection;
    let lowest = match (connection.tls13, connection.tls12) {
        (true, _) => Some(TlsVersion::Tls13),
        (false, true) => Some(TlsVersion::Tls12),
        (false, false) => None,
    };
    let http = match (connection.http1, connection.http2_prior_knowledge) {
        (true, _) => HttpVersion::Http1,
        (false, true) => HttpVersion::Http2,
        (false, false) => HttpVersion::Negotiated,
    };
    Protocol { http, tls_min: lowest, tls_max: connection.tls_max }
}

fn reach(args: &SendArgs) -> Reach {
    let connection = &args.connection;
    let addresses = match (connection.ipv4, connection.ipv6) {
        (true, _) => Addresses::V4,
        (false, true) => Addresses::V6,
        (false, false) => Addresses::All,
    };
    let routes = connection.connect_to.iter().chain(&connection.resolve).cloned().collect();
    Reach { addresses, routes, unix_socket: connection.unix_socket.clone() }
}
