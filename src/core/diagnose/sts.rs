//! STS and IAM, and the sentence in which every service says that something is not allowed.

use super::answer::Answer;
use super::{Certainty, Finding};

pub(super) fn find(answer: &Answer<'_>) -> Option<Finding> {
    let temporary = answer.signing().is_some_and(|signing| signing.has_token);
    if answer.says("with session credentials") {
        return Some(answer.finding(
            "session-asks-for-session",
            Certainty::Certain,
            "Temporary credentials cannot ask for a session.",
            "Choose an identity with long-term keys for this call.",
        ));
    }
    let iam = answer.signing().is_some_and(|signing| signing.service == "iam");
    if iam && temporary && answer.kind == "InvalidClientTokenId" {
        return Some(answer.finding(
            "session-calls-iam",
            Certainty::Likely,
            "Credentials of GetSessionToken call no IAM API unless the session was made with MFA.",
            "Choose an identity with long-term keys, or a role, for this call.",
        ));
    }
    not_authorized(answer)
}

/// `User: ARN is not authorized to perform: ACTION on resource: …`
pub(super) fn not_authorized(answer: &Answer<'_>) -> Option<Finding> {
    let (who, rest) = answer.text().split_once(" is not authorized to perform: ")?;
    let who = who.trim_start_matches("User: ");
    let action = rest.split_whitespace().next().unwrap_or("this action");
    Some(if answer.says("explicit deny") {
        answer.finding(
            "explicit-deny",
            Certainty::Certain,
            format!("A policy denies {who} the action {action}, and a deny outranks every allow."),
            "Find the statement with \"Effect\": \"Deny\" and narrow it; adding an allow does not help.",
        )
    } else {
        answer.finding(
            "not-authorized",
            Certainty::Certain,
            format!("No policy allows {who} the action {action}."),
            format!("Attach a policy that allows {action} on this resource."),
        )
    })
}
