//! Why an answer is a refusal, on standard error.

use std::time::SystemTime;

use crate::core::diagnose::{Certainty, Evidence, Finding, Trace, diagnose};
use crate::core::exchange::{Head, Sent};
use crate::core::identity::{Identity, IdentityKind};

/// How much of a body the diagnosis reads, in bytes.
const READ: usize = 64 * 1024;

/// What is kept of a send until its answer can be judged.
pub(super) struct Why {
    identities: Vec<Identity>,
    sent: Option<Sent>,
    head: Option<Head>,
    body: Vec<u8>,
}

impl Why {
    pub(super) fn new(identities: Vec<Identity>) -> Self {
        Self { identities, sent: None, head: None, body: Vec::new() }
    }

    pub(super) fn sent(&mut self, sent: Sent) {
        self.sent = Some(sent);
    }

    pub(super) fn head(&mut self, head: &Head) {
        if head.status >= 400 {
            self.head = Some(head.clone());
        }
    }

    pub(super) fn chunk(&mut self, bytes: &[u8]) {
        if self.head.is_some() {
            let room = READ.saturating_sub(self.body.len()).min(bytes.len());
            self.body.extend_from_slice(&bytes[..room]);
        }
    }

    /// The surest cause of a refusal, if one is known and not merely possible.
    pub(super) fn finding(&self, now: SystemTime, trace: Option<&Trace>) -> Option<Finding> {
        let signing = self.sent.as_ref().and_then(|sent| sent.signing.as_ref());
        let signer = signing.and_then(|signing| signing.identity.as_deref());
        let evidence = Evidence {
            sent: self.sent.as_ref(),
            head: self.head.as_ref()?,
            body: &self.body,
            identity: self.identities.iter().find(|identity| Some(identity.name.as_str()) == signer),
            now,
            trace,
        };
        let minted = matches!(
            evidence.identity.map(|identity| &identity.kind),
            Some(IdentityKind::GetSessionToken { .. })
        );
        let first = diagnose(&evidence).into_iter().next();
        let mut finding = first.filter(|finding| finding.certainty >= Certainty::Likely)?;
        if minted && finding.id == "expired-token" {
            finding.hint.push_str(" Send with --renew for that.");
        }
        Some(finding)
    }
}
