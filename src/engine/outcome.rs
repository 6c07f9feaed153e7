//! What a response means: its findings and verdicts, made once for every front end.
//!
//! Owns what is kept of a response for that. Refuses the meaning itself, which is
//! [`crate::core::diagnose`]'s and [`crate::core::expect`]'s.

use std::time::SystemTime;

use crate::core::cloud_trace::CloudTrace;
use crate::core::diagnose::{Evidence, diagnose, is_refusal};
use crate::core::exchange::{Head, Sent};
use crate::core::expect::{self, Verdict};
use crate::core::finding::Finding;
use crate::core::identity::Identity;

use super::Job;

/// How much of a body the diagnosis reads, in bytes.
const BODY_PREFIX: usize = 64 * 1024;

/// What is kept of a response until it can be judged: of a refusal, its head and the first bytes of
/// its body; of any other, its status.
pub(super) struct Received {
    status: u16,
    refusal: Option<Head>,
    body: Vec<u8>,
}

impl Received {
    pub(super) fn new(head: &Head) -> Self {
        let refusal = is_refusal(head.status).then(|| head.clone());
        Self { status: head.status, refusal, body: Vec::new() }
    }

    /// Takes a piece of the body, as long as there is a use for it.
    pub(super) fn chunk(&mut self, piece: &[u8]) {
        if self.refusal.is_some() {
            let room = BODY_PREFIX.saturating_sub(self.body.len()).min(piece.len());
            self.body.extend_from_slice(&piece[..room]);
        }
    }

    /// Whether the response is what the request expects.
    pub(super) fn verdicts(&self, job: &Job) -> Vec<Verdict> {
        expect::check(&job.request.expect, self.status)
    }

    /// Why the response is a refusal. `sent` is the request that it answers, `now` the time by which
    /// credentials expire (UTC).
    pub(super) fn findings(
        &self,
        identities: &[Identity],
        sent: Option<&Sent>,
        trace: Option<&CloudTrace>,
        now: SystemTime,
    ) -> Vec<Finding> {
        let Some(head) = &self.refusal else { return Vec::new() };
        let signer = sent.and_then(|sent| sent.signing.as_ref()?.identity.as_deref());
        let identity = identities.iter().find(|identity| Some(identity.name.as_str()) == signer);
        diagnose(&Evidence { sent, head, body: &self.body, identity, now, trace })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::exchange::Timing;

    fn received(status: u16) -> Received {
        Received::new(&Head {
            status,
            protocol: "HTTP/1.1".into(),
            headers: Vec::new(),
            remote: None,
            direct: true,
            certificate: None,
            timing: Timing::default(),
        })
    }

    #[test]
    fn a_refusal_keeps_the_beginning_of_its_body_and_a_success_nothing() {
        let piece = vec![b'x'; 40 * 1024];
        let mut refusal = received(403);
        let mut success = received(200);
        for _ in 0..100 {
            refusal.chunk(&piece);
            success.chunk(&piece);
        }
        assert_eq!(refusal.body.len(), BODY_PREFIX);
        assert_eq!(success.body.capacity(), 0);
    }
}
