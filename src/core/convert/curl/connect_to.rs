//! curl's `--connect-to HOST1:PORT1:HOST2:PORT2` -> where one request connects.

use url::Url;

use crate::core::connect_to::ConnectTo;
use crate::core::request::Request;
use crate::core::resolve::complete_scheme;

/// Has a request connect where the first option that is for its URL says, and gives a note for each
/// other one.
pub(super) fn apply(options: Vec<String>, request: &mut Request) -> Vec<String> {
    let mut notes = Vec::new();
    for text in options {
        match read(&text, &request.url) {
            Some(to) if request.send.connect_to.is_empty() => request.send.connect_to = to.to_string(),
            Some(_) | None => notes.push(format!("--connect-to {text} isn't for this URL and was ignored.")),
        }
    }
    notes
}

/// Where the connection for `url` is made; `None` if the option is for another host or port. An empty
/// part means any host or port before the second colon, and the URL's own after it.
fn read(text: &str, url: &str) -> Option<ConnectTo> {
    let url = Url::parse(&complete_scheme(url)).ok()?;
    let own_host = url.host_str()?;
    let own_port = url.port_or_known_default()?;
    let (host, rest) = match text.starts_with('[') {
        true => text.split_once("]:").map(|(host, rest)| (&text[..=host.len()], rest))?,
        false => text.split_once(':')?,
    };
    let (port, to) = rest.split_once(':')?;
    let fits = (host.is_empty() || host.eq_ignore_ascii_case(own_host))
        && (port.is_empty() || port.parse() == Ok(own_port));
    let (to_host, to_port) = to.rsplit_once(':')?;
    let to_host = if to_host.is_empty() { own_host } else { to_host };
    let to_port = if to_port.is_empty() { own_port.to_string() } else { to_port.to_owned() };
    ConnectTo::parse(&format!("{to_host}:{to_port}")).ok().filter(|_| fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_for_the_url_that_it_names() {
        for (text, expected) in [
            ("h.example:443:127.0.0.1:8443", Some("127.0.0.1:8443")),
            ("::[::1]:8443", Some("[::1]:8443")),
            ("::tunnel:", Some("tunnel:443")),
            (":443::8443", Some("h.example:8443")),
            ("other:443:127.0.0.1:8443", None),
            ("h.example:80:127.0.0.1:8443", None),
            ("[::2]:443:127.0.0.1:8443", None),
            ("127.0.0.1:8443", None),
        ] {
            let read = read(text, "https://h.example/a").map(|to| to.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }
}
