//! A wire form -> the request that leaves: signed at the last moment, and recorded as sent.

use std::time::SystemTime;

use base64::Engine as _;
use tokio::time::Instant;

use crate::core::credential::Secret;
use crate::core::exchange::{HeaderOrigin, NextRequest, Problem, Sent, SentHeader};
use crate::core::request::SendOptions;
use crate::core::sigv4;
use crate::core::wire::WireRequest;
use crate::io::transport::{Outgoing, Route};

use super::redirect::Followed;
use super::signing::Signing;

/// A request that is ready to leave, but for its signature, which is dated at the last moment.
pub(super) struct Departure {
    /// The form that is signed and sent.
    pub(super) wire: WireRequest,
    /// How it is sent.
    pub(super) send: SendOptions,
    /// Where the connection is made, if not to the URL's host.
    pub(super) route: Option<Route>,
    /// Secrets that took part, but for those of the signature.
    pub(super) secrets: Vec<Secret>,
    /// Who signs; `None` where nobody does.
    pub(super) signing: Option<Signing>,
    /// When the whole exchange must be over.
    pub(super) deadline: Option<Instant>,
}

impl Departure {
    /// Signs, and gives what is recorded and what is sent. `at` dates both.
    pub(super) fn leave(&self, at: SystemTime) -> Result<(Sent, Outgoing), Vec<Problem>> {
        let wire = &self.wire;
        let mut url = wire.url.clone();
        let mut headers = wire.headers.clone();
        let mut record = None;
        if let Some(signing) = &self.signing {
            let made = signing.sign(wire, at)?;
            headers.retain(|header| !made.signed.replaces(&header.name));
            let added = made.signed.headers.into_iter();
            headers.extend(added.map(|(name, value)| SentHeader { name, value, origin: HeaderOrigin::Auth }));
            url = made.signed.url;
            record = Some(made.record);
        }
        let defaults_host = !headers.iter().any(|header| header.name.eq_ignore_ascii_case("host"));
        if defaults_host {
            let value = sigv4::host(&url).into_owned();
            headers.insert(0, SentHeader { name: "host".into(), value, origin: HeaderOrigin::Default });
        }
        // HTTP/2, which only TLS leads to, has no Host; the library adds it where it is needed.
        let left_to_library = usize::from(defaults_host && url.scheme() == "https");
        let outgoing = Outgoing {
            method: wire.method.clone(),
            url: url.clone(),
            headers: headers[left_to_library..]
                .iter()
                .map(|header| (header.name.clone(), header.value.clone()))
                .collect(),
            body: wire.body.clone(),
            insecure: self.send.insecure,
            route: self.route.clone(),
            deadline: self.deadline,
        };
        let sent = Sent {
            method: wire.method.clone(),
            url: url.to_string(),
            secrets: self.masked(),
            headers,
            body_len: wire.body.len(),
            signing: record,
            at,
        };
        Ok((sent, outgoing))
    }

    /// The request that follows a redirect, without a signature.
    pub(super) fn unsigned(&self, next: Followed) -> NextRequest {
        let Followed { wire, left_behind } = next;
        NextRequest { wire, send: self.send.clone(), secrets: self.masked(), left_behind }
    }

    /// Everything that must be masked where the request is shown.
    pub(super) fn masked(&self) -> Vec<Secret> {
        let mut secrets = self.secrets.clone();
        if let Some(signing) = &self.signing {
            secrets.push(signing.credential.secret_key.clone());
            secrets.extend(signing.credential.session_token.clone());
        }
        // A user name and a password are one word on the wire.
        for header in &self.wire.headers {
            if let Some(pair) =
                header.value.strip_prefix("Basic ").filter(|_| header.origin == HeaderOrigin::Auth)
            {
                secrets.push(Secret::new(pair));
                let decoded = base64::engine::general_purpose::STANDARD.decode(pair).unwrap_or_default();
                let decoded = String::from_utf8_lossy(&decoded);
                secrets.extend(decoded.split_once(':').map(|(_, password)| Secret::new(password)));
            }
        }
        secrets.retain(|secret| !secret.is_empty());
        secrets
    }
}
