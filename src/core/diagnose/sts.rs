//! STS and IAM, and the sentence in which every service reports a denied action.

use super::answer::Answer;
use super::{Certainty, Finding, FindingId};
use crate::core::finding::Fix;

pub(super) fn find(answer: &Answer<'_>) -> Option<Finding> {
    let temporary = answer.signing().is_some_and(|signing| signing.has_token);
    if answer.says("with session credentials") {
        let finding = answer.finding(
            FindingId::SessionAsksForSession,
            Certainty::Certain,
            "Temporary credentials can't request a session.",
            "Use an identity with long-term keys.",
        );
        return Some(finding.with(Fix::ChooseIdentity));
    }
    let iam = answer.signing().is_some_and(|signing| signing.service == "iam");
    if iam && temporary && answer.kind == "InvalidClientTokenId" {
        let finding = answer.finding(
            FindingId::SessionCallsIam,
            Certainty::Likely,
            "Credentials from GetSessionToken can't call IAM unless the session was created with MFA.",
            "Use an identity with long-term keys, or a role.",
        );
        return Some(finding.with(Fix::ChooseIdentity));
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
            FindingId::ExplicitDeny,
            Certainty::Certain,
            format!("A policy denies {who} the action {action}, and a deny overrides every allow."),
            "Find the statement with \"Effect\": \"Deny\" and narrow it; adding an allow doesn't help.",
        )
    } else {
        answer.finding(
            FindingId::NotAuthorized,
            Certainty::Certain,
            format!("No policy allows {who} to perform {action}."),
            format!("Attach a policy that allows {action} on this resource."),
        )
    })
}
