//! Messages of engine and disk: a sent request, a response, a file.

use std::time::Duration;

use super::{TOKEN, now};
use crate::core::credential::{Credential, Secret};
use crate::core::exchange::{
    End, Field, Head, HeaderOrigin, NextRequest, Outcome, Problem, Sent, SentHeader, SigningRecord, Timing,
};
use crate::core::request::{Request, SendOptions};
use crate::core::sigv4::{self, Settings, Signable};
use crate::core::wire::{WireBody, WireRequest};
use crate::io::store::atomic::Stamp;
use crate::io::store::{Loaded, request_edit};

/// The record of a request that was signed with a session token.
pub(crate) fn sent() -> Sent {
    let url = "https://abc.lambda-url.us-east-1.on.aws/hello?q=1";
    let credential = Credential {
        access_key: "ASIAIOSFODNN7EXAMPLE".into(),
        secret_key: Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        session_token: Some(Secret::new(TOKEN)),
        expires_at: Some(now() + Duration::from_secs(840)),
        account_id: None,
        source: "GetSessionToken".into(),
    };
    let settings = Settings::for_service("lambda", "us-east-1");
    let hash = sigv4::payload_hash(b"");
    let parsed = url.parse().expect("a URL");
    let signable =
        Signable { method: "GET", url: &parsed, headers: &[("accept", "*/*")], payload_hash: &hash };
    let signed = sigv4::sign(&signable, &credential, &settings, now()).expect("a signature");
    let author = SentHeader { name: "accept".into(), value: "*/*".into(), origin: HeaderOrigin::Author };
    let own = signed.headers.iter().map(|(name, value)| SentHeader {
        name: name.clone(),
        value: value.clone(),
        origin: HeaderOrigin::Auth,
    });
    Sent {
        method: "GET".into(),
        url: url.into(),
        headers: std::iter::once(author).chain(own).collect(),
        body_len: 0,
        signing: Some(SigningRecord {
            steps: signed.steps,
            identity: Some("session".into()),
            access_key: credential.access_key.clone(),
            source: credential.source.clone(),
            signed_for: None,
            has_token: true,
            expires_at: credential.expires_at,
            region: "us-east-1".into(),
            service: "lambda".into(),
        }),
        secrets: vec![Secret::new(TOKEN)],
        at: now(),
    }
}

/// The head of a response.
pub(crate) fn head(status: u16, headers: &[(&str, &str)]) -> Head {
    Head {
        status,
        protocol: "HTTP/1.1".into(),
        headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        remote: Some(([127, 0, 0, 1], 443).into()),
        direct: true,
        certificate: None,
        timing: timing(),
    }
}

/// A signed request that stopped at a redirect to this URL.
pub(crate) fn redirected(target: &str) -> Outcome {
    let wire = WireRequest {
        method: "GET".into(),
        url: target.parse().expect("a URL"),
        headers: Vec::new(),
        body: WireBody::Bytes(bytes::Bytes::new()),
    };
    let next =
        NextRequest { wire, send: SendOptions::default(), secrets: Vec::new(), left_behind: Vec::new() };
    Outcome::RedirectRefused { next: Box::new(next), signed: true }
}

fn timing() -> Timing {
    let ms = Duration::from_millis;
    Timing {
        sign: Some(Duration::from_micros(300)),
        resolve: Some(ms(4)),
        connect: Some(ms(20)),
        first_byte: Some(ms(60)),
        download: Some(ms(16)),
        asked: None,
        total: ms(100),
    }
}

/// The end of a send.
pub(crate) fn end(outcome: Outcome, body_bytes: u64) -> End {
    End { timing: timing(), wire_bytes: body_bytes, body_bytes, ..End::of(outcome) }
}

/// A problem.
pub(crate) fn problem(field: Field, message: &str, hint: &str) -> Problem {
    Problem::new(field, message, hint)
}

/// A file after a save.
pub(crate) fn loaded(request: &Request) -> Box<Loaded> {
    let text = request_edit::update("", request);
    let stamp = Stamp::of(text.as_bytes());
    Box::new(Loaded { request: request.clone(), text, stamp })
}
