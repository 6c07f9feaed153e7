//! The latest requests, kept to explain the response to each.
//!
//! Owns how many are kept, and the trace that is served. Refuses to show secrets and tokens.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use http::HeaderMap;
use serde_json::{Value, json};

use super::clock::iso;
use super::journal::{Findings, Journal};
use super::request::Call;
use super::state::Store;
use crate::core::credential::Secret;
use crate::core::endpoint;
use crate::core::mask::Mask;
use crate::core::query;
use crate::core::secret_names::is_secret;
use crate::core::sigv4::{Presented, RawRequest};

/// Requests that are kept.
const MAX_ENTRIES: usize = 1000;

/// The longest head that is kept, in bytes. A longer one is dropped, and with it the canonical request.
const MAX_KEPT_HEAD_BYTES: usize = 16_384;

/// Headers whose values are masked, in addition to the session token.
const PRIVATE: [&str; 9] = [
    "authorization",
    "cookie",
    "private-token",
    "proxy-authorization",
    "x-amz-sso_bearer_token",
    "x-api-key",
    "x-aws-ec2-metadata-token",
    "x-auth-token",
    "x-vault-token",
];

/// Parameters whose values are masked, in addition to those whose names say that they are secrets. The
/// user code approves a login.
const PRIVATE_PARAMETERS: [&str; 2] = ["user_code", "x-amz-security-token"];

/// The latest requests.
pub(super) struct TraceLog {
    slots: Box<[Mutex<Option<Entry>>]>,
    next: AtomicUsize,
}

struct Entry {
    id: String,
    at: SystemTime,
    status: u16,
    method: String,
    target: String,
    /// Empty if they were too long to be kept.
    headers: HeaderMap,
    journal: Arc<Journal>,
}

impl TraceLog {
    pub(super) fn new() -> Self {
        let slots = (0..MAX_ENTRIES).map(|_| Mutex::default()).collect();
        Self { slots, next: AtomicUsize::new(0) }
    }

    /// Keeps a request, replacing the oldest.
    pub(super) fn keep(&self, call: Call, status: u16) {
        let Call { id, method, target, headers, now: at, journal, .. } = call;
        let length: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        let headers = if length > MAX_KEPT_HEAD_BYTES { HeaderMap::new() } else { headers };
        let target = if target.len() > MAX_KEPT_HEAD_BYTES { "(too long)".to_owned() } else { target };
        let entry = Entry { id, at, status, method, target, headers, journal };
        let index = self.next.fetch_add(1, Ordering::Relaxed) % MAX_ENTRIES;
        if let Some(slot) = self.slots.get(index) {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(entry);
        }
    }

    /// The trace of a request, if it is still kept.
    pub(super) fn find(&self, id: &str, store: &Store) -> Option<Value> {
        self.slots.iter().find_map(|slot| {
            let slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            slot.as_ref().filter(|entry| entry.id == id).map(|entry| entry.shown(store))
        })
    }
}

impl Entry {
    fn shown(&self, store: &Store) -> Value {
        let headers: Vec<_> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let raw = RawRequest { method: &self.method, target: &self.target, headers: &headers };
        let presented = Presented::parse(&raw).ok().flatten();
        let mask = Mask::new(&self.secrets(presented.as_ref()));
        let findings = self.journal.findings();
        let host = self.headers.get("host").map(|host| String::from_utf8_lossy(host.as_bytes()));
        json!({
            "request_id": self.id,
            "time": iso(self.at),
            "method": self.method,
            "host": host,
            "target": mask.url(&self.target),
            "status": self.status,
            "caller": findings.caller.as_ref().map(|caller| &caller.arn),
            "signature": signature(&findings, presented.as_ref(), &raw, &mask),
            "decisions": findings.decisions(store),
            "state_changed_since": findings.changed_since(store),
            "note": findings.note,
        })
    }

    fn secrets(&self, presented: Option<&Presented>) -> Vec<Secret> {
        let private = PRIVATE.iter().flat_map(|name| self.headers.get_all(*name));
        let mut secrets: Vec<Secret> = private
            .filter_map(|value| value.to_str().ok())
            .filter(|value| !value.starts_with("AWS4-"))
            .map(Secret::new)
            .collect();
        secrets.extend(presented.and_then(|presented| presented.security_token.clone()));
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let decoded = query::decode(name).unwrap_or_else(|| name.to_owned()).to_ascii_lowercase();
            // A signature isn't a secret.
            let of_signature = decoded.starts_with("x-amz-");
            if PRIVATE_PARAMETERS.contains(&decoded.as_str()) || (!of_signature && is_secret(&decoded)) {
                // As sent, and as the canonical request encodes it.
                secrets.push(Secret::new(value));
                secrets.extend(query::decode(value).map(Secret::new));
            }
        }
        secrets
    }
}

fn signature(findings: &Findings, presented: Option<&Presented>, raw: &RawRequest<'_>, mask: &Mask) -> Value {
    let verdict = match (&findings.refusal, &findings.caller) {
        (Some(_), _) => "refused",
        (None, Some(_)) => "valid",
        (None, None) => "not asked for",
    };
    let computed = presented.zip(findings.service.zip(findings.payload_hash.as_ref()));
    // Neither text depends on the secret.
    let computed = computed.and_then(|(presented, (service, hash))| {
        presented.verify(&Secret::new(""), raw, hash, &endpoint::defaults(service)).ok()
    });
    json!({
        "verdict": verdict,
        "error": findings.refusal.as_ref().map(|(code, _)| code),
        "message": findings.refusal.as_ref().map(|(_, message)| mask.text(message)),
        "access_key": findings.caller.as_ref().map(|caller| &caller.access_key),
        "credential": presented.map(|presented| &presented.credential),
        "signed_headers": presented.map(|presented| presented.signed_headers.join(";")),
        "presented": presented.map(|presented| &presented.signature),
        "canonical_request": computed.as_ref().map(|computed| mask.canonical_request(&computed.canonical_request)),
        "string_to_sign": computed.as_ref().map(|computed| &computed.string_to_sign),
    })
}
