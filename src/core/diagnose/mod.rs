//! Exchange + signing + identity + now -> findings: what went wrong, the evidence, and what to do.
//!
//! Owns the meaning of responses. Refuses to guess silently: a finding says how sure it is and
//! quotes its evidence. One file per family of services.

mod answer;
mod function_url;
mod general;
mod signature;
mod sts;
mod trace;

#[cfg(test)]
mod tests;

use std::time::SystemTime;

use super::cloud_trace::CloudTrace;
use super::exchange::{Head, Sent};
use super::finding::{Certainty, Finding, FindingId};
use super::identity::Identity;

use answer::Answer;

/// The input of a diagnosis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evidence<'a> {
    /// The request as sent; `None` if only the response is known.
    pub sent: Option<&'a Sent>,
    /// Status and headers of the response.
    pub head: &'a Head,
    /// The decoded body, or its first 64 KiB.
    pub body: &'a [u8],
    /// The declared identity that signed, which determines how credentials are renewed.
    pub identity: Option<&'a Identity>,
    /// The time to compare expiries with (UTC).
    pub now: SystemTime,
    /// The local cloud's record of the request, if a local cloud responded and was asked for it.
    pub trace: Option<&'a CloudTrace>,
}

/// Whether a response with this status can be diagnosed.
pub(crate) fn is_refusal(status: u16) -> bool {
    status >= 400
}

/// The causes of a response, the most certain first; empty if there is nothing to report. Quotes
/// from the response are masked as the request's secrets are, and may contain control characters.
pub(crate) fn diagnose(evidence: &Evidence<'_>) -> Vec<Finding> {
    if !is_refusal(evidence.head.status) {
        return Vec::new();
    }
    let answer = Answer::read(evidence);
    let family = match answer.family {
        answer::Family::FunctionUrl => function_url::find(&answer),
        answer::Family::Query => sts::find(&answer),
        answer::Family::Other => None,
    };
    let found = family.or_else(|| signature::find(&answer)).or_else(|| general::find(&answer));
    let settled = found.as_ref().is_some_and(|finding| {
        finding.certainty == Certainty::Certain
            || matches!(finding.id, FindingId::ClockBehind | FindingId::ClockAhead)
    });
    let mut findings: Vec<Finding> = found.into_iter().collect();
    if !settled {
        // A wrong clock causes many refusals, whatever their text.
        findings.extend(signature::clock_by_date_header(&answer));
    }
    if let (Some(trace), Some(finding)) = (evidence.trace, findings.first_mut()) {
        trace::refine(trace, finding);
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.certainty));
    findings
}
