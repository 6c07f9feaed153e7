//! What was found out about each request, for whoever asks why it was answered so.
//!
//! Owns a bounded number of them. On the way a request only leaves its inputs; texts are made when
//! somebody asks. Refuses to show secrets and tokens.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use http::HeaderMap;
use serde::Serialize;
use serde_json::{Value, json};

use super::authenticate::{Authenticated, Refusal};
use super::clock::iso;
use super::function::Permission;
use super::request::Call;
use super::state::Store;
use crate::core::credential::Secret;
use crate::core::endpoint;
use crate::core::iam::Explanation;
use crate::core::mask::Mask;
use crate::core::sigv4::{Presented, RawRequest};

/// Requests that are remembered.
const MOST_ENTRIES: usize = 1000;

/// A head that is longer is forgotten, and with it the canonical request.
const MOST_HEAD: usize = 16_384;

/// Statements of one decision that are kept. Where there are more, what was decided and in which layer
/// stays.
const MOST_STEPS: usize = 100;

/// Headers whose values nobody else may learn, beside the session token.
const PRIVATE: [&str; 4] = ["authorization", "cookie", "x-api-key", "proxy-authorization"];

/// What is found out about a request while it is answered.
#[derive(Debug, Default)]
pub(super) struct Journal(Mutex<Findings>);

#[derive(Debug, Default)]
struct Findings {
    caller: Option<Caller>,
    /// AWS's code and words.
    refusal: Option<(&'static str, String)>,
    payload_hash: Option<String>,
    service: Option<&'static str>,
    decisions: Vec<Decided>,
    granted: Option<Granted>,
    note: Option<String>,
}

#[derive(Debug)]
struct Caller {
    arn: String,
    access_key: String,
}

#[derive(Debug, Serialize)]
struct Decided {
    action: String,
    resource: String,
    #[serde(flatten)]
    explanation: Explanation,
}

/// What was granted without a look at why, and how often the state had been changed then.
#[derive(Debug)]
struct Granted {
    permission: Permission,
    changes: u64,
}

impl Journal {
    fn findings(&self) -> MutexGuard<'_, Findings> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who it is, or why nobody knows.
    pub(super) fn authenticated(&self, result: &Result<Authenticated, Refusal>) {
        let mut findings = self.findings();
        match result {
            Ok(who) => {
                let caller = Caller { arn: who.arn().to_owned(), access_key: who.access_key.clone() };
                findings.caller = Some(caller);
            }
            Err(refusal) => {
                let (code, message) = refusal.told();
                findings.refusal = Some((code, message.to_owned()));
            }
        }
    }

    /// What the signature was computed with.
    pub(super) fn verified(&self, service: &'static str, payload_hash: &str) {
        let mut findings = self.findings();
        findings.service = Some(service);
        findings.payload_hash = Some(payload_hash.to_owned());
    }

    /// A question that was put to the policies, and their answer.
    pub(super) fn decided(&self, action: &str, resource: &str, mut explanation: Explanation) {
        if explanation.steps.len() > MOST_STEPS {
            explanation.steps = Vec::new();
            explanation.decided_by = Vec::new();
            explanation.near_misses = Vec::new();
        }
        let (action, resource) = (action.to_owned(), resource.to_owned());
        self.findings().decisions.push(Decided { action, resource, explanation });
    }

    /// What was granted. Why is found out when somebody asks.
    pub(super) fn granted(&self, permission: Permission, changes: u64) {
        self.findings().granted = Some(Granted { permission, changes });
    }

    /// What the answer does not say.
    pub(super) fn note(&self, text: String) {
        self.findings().note = Some(text);
    }

    /// Who called, for one line.
    pub(super) fn who(&self) -> String {
        self.findings().caller.as_ref().map_or_else(|| "-".to_owned(), |caller| caller.arn.clone())
    }

    /// Why it was answered so, for one line.
    pub(super) fn why(&self) -> String {
        let findings = self.findings();
        if let Some(note) = &findings.note {
            return note.clone();
        }
        if let Some((code, message)) = &findings.refusal {
            return format!("{code}: {message}");
        }
        let denied = findings.decisions.iter().find(|decided| !decided.explanation.decision.allowed());
        denied.map_or_else(|| "-".to_owned(), |denied| denied.explanation.because.clone())
    }
}

/// The requests that were answered last.
pub(super) struct Trace {
    slots: Box<[Mutex<Option<Entry>>]>,
    next: AtomicUsize,
}

struct Entry {
    id: String,
    at: SystemTime,
    status: u16,
    method: String,
    target: String,
    /// Empty where it was too long to be kept.
    headers: HeaderMap,
    journal: Arc<Journal>,
}

impl Trace {
    pub(super) fn new() -> Self {
        let slots = (0..MOST_ENTRIES).map(|_| Mutex::default()).collect();
        Self { slots, next: AtomicUsize::new(0) }
    }

    /// Remembers a request in place of the oldest.
    pub(super) fn keep(&self, call: Call, status: u16) {
        let Call { id, method, target, headers, now: at, journal, .. } = call;
        let length: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        let headers = if length > MOST_HEAD { HeaderMap::new() } else { headers };
        let target = if target.len() > MOST_HEAD { "(too long)".to_owned() } else { target };
        let entry = Entry { id, at, status, method, target, headers, journal };
        let index = self.next.fetch_add(1, Ordering::Relaxed) % MOST_ENTRIES;
        if let Some(slot) = self.slots.get(index) {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(entry);
        }
    }

    /// What is known of a request.
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
            "state_changed_since": findings.granted.as_ref().map(|granted| granted.changes != store.changes()),
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
        // As it stands in the query, however its author encoded it.
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let tokens = pairs.filter(|(name, _)| name.eq_ignore_ascii_case("X-Amz-Security-Token"));
        secrets.extend(tokens.map(|(_, value)| Secret::new(value)));
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

impl Findings {
    /// Those that were kept, and those that are made now.
    fn decisions(&self, store: &Store) -> Value {
        let mut decisions: Vec<Value> = self.decisions.iter().map(|decided| json!(decided)).collect();
        if let Some(Granted { permission, .. }) = &self.granted {
            let now = permission.explained_now(&store.read());
            decisions.extend(now.into_iter().map(|(action, explanation)| {
                let (action, resource) = (action.to_owned(), permission.resource().to_owned());
                json!(Decided { action, resource, explanation })
            }));
        }
        Value::Array(decisions)
    }
}
