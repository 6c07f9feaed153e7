//! What is learned about one request while it is handled.
//!
//! Owns the facts that a trace and a log line are made from. Keeps inputs only: explanations of
//! granted permissions are computed when somebody asks, so that a granted request stays fast.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};

use super::caller::Authenticated;
use super::permission::Permission;
use super::state::Store;
use crate::core::iam::Explanation;

/// The most statements of a decision that are kept. With more, only the decision and its layer are.
const MAX_STEPS: usize = 100;

/// What is learned about a request while it is handled.
#[derive(Debug, Default)]
pub(super) struct Journal(Mutex<Findings>);

/// The facts of a journal.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) caller: Option<Signer>,
    /// AWS's error code and message.
    pub(super) refusal: Option<(&'static str, String)>,
    pub(super) payload_hash: Option<String>,
    pub(super) service: Option<&'static str>,
    pub(super) note: Option<String>,
    decisions: Vec<Decided>,
    granted: Option<Granted>,
}

/// Whose signature was verified.
#[derive(Debug)]
pub(super) struct Signer {
    pub(super) arn: String,
    pub(super) access_key: String,
}

#[derive(Debug, Serialize)]
struct Decided {
    action: String,
    resource: String,
    #[serde(flatten)]
    explanation: Explanation,
}

/// A permission that was granted without an explanation, and the state's change count at that time.
#[derive(Debug)]
struct Granted {
    permission: Permission,
    changes: u64,
}

impl Journal {
    /// The facts so far.
    pub(super) fn findings(&self) -> MutexGuard<'_, Findings> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The signature is valid.
    pub(super) fn authenticated(&self, who: &Authenticated) {
        let signer = Signer { arn: who.arn().to_owned(), access_key: who.access_key.clone() };
        self.findings().caller = Some(signer);
    }

    /// The signature was refused with this AWS error code and message.
    pub(super) fn refused(&self, code: &'static str, message: &str) {
        self.findings().refusal = Some((code, message.to_owned()));
    }

    /// What the signature was computed with.
    pub(super) fn verified(&self, service: &'static str, payload_hash: &str) {
        let mut findings = self.findings();
        findings.service = Some(service);
        findings.payload_hash = Some(payload_hash.to_owned());
    }

    /// A decision of the policies, with its explanation.
    pub(super) fn decided(&self, action: &str, resource: &str, mut explanation: Explanation) {
        if explanation.steps.len() > MAX_STEPS {
            explanation.steps = Vec::new();
            explanation.decided_by = Vec::new();
            explanation.near_misses = Vec::new();
        }
        let (action, resource) = (action.to_owned(), resource.to_owned());
        self.findings().decisions.push(Decided { action, resource, explanation });
    }

    /// A granted permission, to be explained on demand. `changes` is [`Store::changes`] at that time.
    pub(super) fn granted(&self, permission: Permission, changes: u64) {
        self.findings().granted = Some(Granted { permission, changes });
    }

    /// What the response doesn't say.
    pub(super) fn note(&self, text: String) {
        self.findings().note = Some(text);
    }

    /// The caller's ARN for a log line; `-` if there is none.
    pub(super) fn who(&self) -> String {
        self.findings().caller.as_ref().map_or_else(|| "-".to_owned(), |caller| caller.arn.clone())
    }

    /// The reason for a log line; `-` if there is none.
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

impl Findings {
    /// Whether the state has changed since a permission was granted; `None` if none was.
    pub(super) fn changed_since(&self, store: &Store) -> Option<bool> {
        self.granted.as_ref().map(|granted| granted.changes != store.changes())
    }

    /// Every decision as JSON. A granted permission is explained against the current state.
    pub(super) fn decisions(&self, store: &Store) -> Value {
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
