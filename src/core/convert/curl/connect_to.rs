//! curl's `--connect-to HOST1:PORT1:HOST2:PORT2` -> where one request connects.

use url::Url;

use crate::core::connect_to::{ConnectTo, CurlConnectTo};
use crate::core::request::Request;
use crate::core::resolve::complete_scheme;

/// Has a request connect where the first option that is for its URL says, and gives a note for each
/// other one.
pub(super) fn apply(options: Vec<String>, request: &mut Request) -> Vec<String> {
    let mut notes = Vec::new();
    for text in options {
        match read(&text, &request.url) {
            Read::To(to) if request.send.connect_to.is_empty() => request.send.connect_to = to.to_string(),
            Read::To(_) => notes.push(format!("--connect-to {text} was ignored: another one came first.")),
            Read::OtherUrl => notes.push(format!("--connect-to {text} isn't for this URL and was ignored.")),
            Read::Invalid => {
                notes.push(format!("--connect-to {text} isn't HOST1:PORT1:HOST2:PORT2 and was ignored."));
            }
        }
    }
    notes
}

/// What an option says about a URL.
#[derive(Debug, PartialEq, Eq)]
enum Read {
    /// Where the connection for the URL is made.
    To(ConnectTo),
    /// It's for another host or port.
    OtherUrl,
    Invalid,
}

fn read(text: &str, url: &str) -> Read {
    let Ok(option) = CurlConnectTo::parse(text) else { return Read::Invalid };
    let Ok(url) = Url::parse(&complete_scheme(url)) else { return Read::OtherUrl };
    let (Some(own_host), Some(own_port)) = (url.host_str(), url.port_or_known_default()) else {
        return Read::OtherUrl;
    };
    let own_host = own_host.trim_matches(['[', ']']);
    let to = ConnectTo {
        host: option.to_host.unwrap_or_else(|| own_host.to_owned()),
        port: option.to_port.unwrap_or(own_port),
    };
    let Ok(to) = ConnectTo::parse(&to.to_string()) else { return Read::Invalid };
    let fits = option.host.is_none_or(|host| host.eq_ignore_ascii_case(own_host))
        && option.port.is_none_or(|port| port == own_port);
    if fits { Read::To(to) } else { Read::OtherUrl }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_for_the_url_that_it_names() {
        let to = |text: &str| Read::To(ConnectTo::parse(text).unwrap());
        for (text, expected) in [
            ("h.example:443:127.0.0.1:8443", to("127.0.0.1:8443")),
            ("::[::1]:8443", to("[::1]:8443")),
            ("::tunnel:", to("tunnel:443")),
            (":443::8443", to("h.example:8443")),
            ("other:443:127.0.0.1:8443", Read::OtherUrl),
            ("h.example:80:127.0.0.1:8443", Read::OtherUrl),
            ("[::2]:443:127.0.0.1:8443", Read::OtherUrl),
            ("127.0.0.1:8443", Read::Invalid),
            ("::a/b:80", Read::Invalid),
            ("::a:0", Read::Invalid),
        ] {
            assert_eq!(read(text, "https://h.example/a"), expected, "{text}");
        }
        assert_eq!(read("[::1]:443::8443", "https://[::1]/a"), to("[::1]:8443"));
    }
}
