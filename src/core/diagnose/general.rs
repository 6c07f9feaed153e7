//! The meaning of a status if nothing more is known.

use super::answer::Answer;
use super::{Certainty, Finding, FindingId};
use crate::core::finding::Fix;

pub(super) fn find(answer: &Answer<'_>) -> Option<Finding> {
    if let Some(finding) = super::sts::not_authorized(answer) {
        return Some(finding);
    }
    let (id, cause, hint) = match answer.status {
        401 => (
            FindingId::Unauthorized,
            "The server requires credentials, or rejected the ones that were sent.",
            "The www-authenticate header says which kind it accepts.",
        ),
        403 => (
            FindingId::Forbidden,
            "The server understood the request but refused to authorize it.",
            "Check which identity signed the request and what it's allowed to do.",
        ),
        404 => (
            FindingId::NotFound,
            "There's nothing at this path.",
            "Check the path and the stage; a missing or doubled slash matters.",
        ),
        429 => (
            FindingId::Throttled,
            "The rate limit was reached: too many requests in too short a time.",
            "Wait as long as the retry-after header says, or retry with exponential backoff.",
        ),
        500..=599 => (
            FindingId::ServerError,
            "The server failed; the request may be fine.",
            "Try again later, and search the server's log for the request ID.",
        ),
        _ => return None,
    };
    let finding = answer.finding(id, Certainty::Possible, cause, hint);
    Some(if id == FindingId::Unauthorized { finding.with(Fix::ChooseAuth) } else { finding })
}
