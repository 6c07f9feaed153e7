//! Exchange + signing + identity + now -> findings: what went wrong, how we know, what to do.
//!
//! Owns the meaning of answers. Refuses to guess silently: a finding says how sure it is and
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

use super::exchange::{Head, Sent};
use super::identity::Identity;

use answer::Answer;
pub use trace::Trace;

/// Everything that a diagnosis may look at.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The request as it left; `None` where only the answer is at hand.
    pub sent: Option<&'a Sent>,
    /// Status and headers of the answer.
    pub head: &'a Head,
    /// The decoded body, or its first 64 KiB.
    pub body: &'a [u8],
    /// The declared identity that signed; it decides how credentials are renewed.
    pub identity: Option<&'a Identity>,
    /// The time by which credentials expire (UTC).
    pub now: SystemTime,
    /// What a local cloud remembers of the request, where it was one and has been asked.
    pub trace: Option<&'a Trace>,
}

/// What an answer means, the surest finding first; empty where there is nothing to say. Quotes from
/// the answer are masked like the request's own secrets, and may hold control characters.
pub fn diagnose(evidence: &Evidence<'_>) -> Vec<Finding> {
    if evidence.head.status < 400 {
        return Vec::new();
    }
    let answer = Answer::read(evidence);
    let family = match answer.family {
        answer::Family::FunctionUrl => function_url::find(&answer),
        answer::Family::Query => sts::find(&answer),
        answer::Family::Other => None,
    };
    let found = family.or_else(|| signature::find(&answer)).or_else(|| general::find(&answer));
    let settled =
        found.as_ref().is_some_and(|f| f.certainty == Certainty::Certain || f.id.starts_with("clock"));
    let mut findings: Vec<Finding> = found.into_iter().collect();
    if !settled {
        // A clock that is off explains many a refusal, whatever its text.
        findings.extend(signature::clock_by_date_header(&answer));
    }
    if let (Some(trace), Some(finding)) = (evidence.trace, findings.first_mut()) {
        trace.refine(finding);
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.certainty));
    findings
}

/// One cause, with its evidence and its hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A stable word for this cause, for example `expired-token`; tests and docs refer to it.
    pub id: &'static str,
    /// How sure we are.
    pub certainty: Certainty,
    /// What happened, in one sentence.
    pub cause: String,
    /// What of the exchange says so, one line each, quoted.
    pub evidence: Vec<String>,
    /// What makes it work, in one sentence.
    pub hint: String,
    /// Commands or settings to copy, one each; may be empty.
    pub commands: Vec<String>,
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// One of several causes that fit.
    Possible,
    /// The answer's text names it, or nothing else fits.
    Likely,
    /// The answer's text and our own record agree.
    Certain,
}
