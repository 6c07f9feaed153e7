//! What a status means when nothing more is known.

use super::answer::Answer;
use super::{Certainty, Finding};

pub(super) fn find(answer: &Answer<'_>) -> Option<Finding> {
    if let Some(finding) = super::sts::not_authorized(answer) {
        return Some(finding);
    }
    let (id, cause, hint) = match answer.status {
        401 => (
            "unauthorized",
            "The server wants credentials, or does not take those that it got.",
            "Look at the www-authenticate header, and choose that kind on the Auth tab.",
        ),
        403 => (
            "forbidden",
            "The server knows what is asked and refuses it.",
            "Check who signs, on the bottom line, and what that identity may do.",
        ),
        404 => (
            "not-found",
            "There is nothing under this path.",
            "Check path and stage; a missing or a second slash matters.",
        ),
        429 => (
            "throttled",
            "Too many requests in too short a time.",
            "Wait as long as the retry-after header says, or with pauses that grow.",
        ),
        500..=599 => (
            "server-error",
            "The server failed; the request need not be wrong.",
            "Try again later, and look into the server's log under the request id.",
        ),
        _ => return None,
    };
    Some(answer.finding(id, Certainty::Possible, cause, hint))
}
