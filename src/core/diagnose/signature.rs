//! Signatures, keys, tokens, scopes and clocks: what every AWS service refuses in nearly the same
//! words.

use std::time::SystemTime;

use super::answer::{Answer, seconds_between};
use super::{Certainty, Finding};
use crate::core::identity::IdentityKind;
use crate::core::sigv4::parse_amz_date;
use crate::core::units;

/// A clock that is off by more than this is worth a word, in seconds.
const NOTABLE_SKEW: i64 = 240;

pub(super) fn find(answer: &Answer<'_>) -> Option<Finding> {
    if !matches!(answer.status, 400 | 401 | 403) {
        return None;
    }
    clock(answer)
        .or_else(|| scope(answer))
        .or_else(|| credential(answer))
        .or_else(|| form(answer))
        .or_else(|| mismatch(answer))
}

fn is(answer: &Answer<'_>, kinds: &[&str]) -> bool {
    kinds.iter().any(|kind| answer.kind == *kind)
}

/// `Signature expired: A is now earlier than B (C - 5 min.)` and its counterpart.
fn clock(answer: &Answer<'_>) -> Option<Finding> {
    let old = answer.says("signature expired:");
    if !old && !answer.says("signature not yet current:") {
        return None;
    }
    let dates: Vec<SystemTime> =
        answer.text().split(|c: char| !c.is_ascii_alphanumeric()).filter_map(parse_amz_date).collect();
    // The date of the signature comes first, the server's own time last.
    let skew = match dates.as_slice() {
        [signed, .., server] => Some(seconds_between(*signed, *server)),
        _ => None,
    };
    if old && answer.is_presigned() {
        let ago = skew.map_or(String::new(), |seconds| format!(", {} ago", units::span(seconds)));
        return Some(answer.finding(
            "presigned-url-expired",
            Certainty::Likely,
            format!("The presigned URL was signed{ago} and has expired."),
            "Sign it again, with more seconds under `expires` if it has to live longer.",
        ));
    }
    // Where the request left right after signing, the difference is that of the two clocks.
    let agrees = answer.server_ahead_seconds().is_some_and(|date| date.abs() > NOTABLE_SKEW);
    let certainty = if agrees { Certainty::Certain } else { Certainty::Likely };
    let by = skew.map_or("too far".to_owned(), units::span);
    Some(if old {
        answer.finding(
            "clock-behind",
            certainty,
            format!("The signature's date is {by} behind the server's clock."),
            "Set this machine's clock (NTP), and sign right before sending.",
        )
    } else {
        answer.finding(
            "clock-ahead",
            certainty,
            format!("The signature's date is {by} ahead of the server's clock."),
            "Set this machine's clock (NTP).",
        )
    })
}

/// A clock that is off, by the answer's own `Date` header.
pub(super) fn clock_by_date_header(answer: &Answer<'_>) -> Option<Finding> {
    answer.signing()?;
    let ahead = answer.server_ahead_seconds().filter(|ahead| ahead.abs() > NOTABLE_SKEW)?;
    if !matches!(answer.status, 400 | 401 | 403) {
        return None;
    }
    let way = if ahead > 0 { "behind" } else { "ahead of" };
    let mut finding = answer.finding(
        "clock-skew",
        Certainty::Possible,
        format!("This machine's clock is {} {way} the server's.", units::span(ahead)),
        "Set this machine's clock (NTP): signatures are good for minutes only.",
    );
    finding.evidence =
        answer.evidence.head.header("date").map(|date| format!("date: {date}")).into_iter().collect();
    Some(finding)
}

fn scope(answer: &Answer<'_>) -> Option<Finding> {
    let inferred = answer.inferred();
    let signing = answer.signing();
    if answer.says("scoped to a valid region") {
        let signed = signing.map_or("another region", |s| s.region.as_str());
        let host = inferred.and_then(|inferred| inferred.region);
        return Some(match host {
            Some(region) if signing.is_some_and(|s| s.region != region) => answer.finding(
                "wrong-region",
                Certainty::Certain,
                format!("The request was signed for {signed}, and the host is in {region}."),
                format!(
                    "Set the region to {region} on the Auth tab, or leave it out: it is read from the host."
                ),
            ),
            _ => answer.finding(
                "wrong-region",
                Certainty::Likely,
                format!("The request was signed for {signed}, which is not the endpoint's region."),
                "Set the endpoint's region on the Auth tab.",
            ),
        });
    }
    if answer.says("scoped to correct service") || answer.says("scoped to the correct service") {
        let wanted = answer.text().split('\'').nth(1).unwrap_or("another");
        let signed = signing.map_or("another service", |s| s.service.as_str());
        let certainty =
            if signing.is_some_and(|s| s.service != wanted) { Certainty::Certain } else { Certainty::Likely };
        return Some(answer.finding(
            "wrong-service",
            certainty,
            format!("The request was signed for the service {signed}, and this endpoint wants {wanted}."),
            format!("Set the service to {wanted} on the Auth tab."),
        ));
    }
    None
}

fn credential(answer: &Answer<'_>) -> Option<Finding> {
    if is(answer, &["ExpiredTokenException", "ExpiredToken"])
        || answer.says("security token included in the request is expired")
    {
        return Some(expired(answer));
    }
    let unknown = is(answer, &["UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"])
        || answer.says("security token included in the request is invalid");
    if !unknown {
        return None;
    }
    let Some(signing) = answer.signing() else {
        return Some(answer.finding(
            "unknown-key",
            Certainty::Possible,
            "The access key is not known, or the session token is missing or not its own.",
            "Paste access key, secret and session token again, all three from the same place.",
        ));
    };
    let key = &signing.access_key;
    let temporary = key.starts_with("ASIA");
    Some(match (temporary, signing.has_token) {
        (true, false) => answer.finding(
            "missing-token",
            Certainty::Certain,
            format!("{key} is a temporary access key, and no session token was sent with it."),
            "Give the session token that came with the key.",
        ),
        (true, true) => answer.finding(
            "wrong-token",
            Certainty::Likely,
            format!("The session token does not belong to {key}, or was cut off when it was pasted."),
            "Paste access key, secret and session token again, all three from the same place.",
        ),
        (false, true) => answer.finding(
            "token-with-long-term-key",
            Certainty::Certain,
            format!("{key} is a long-term access key, and a session token was sent with it."),
            "Empty the session token, or give the temporary key that it belongs to.",
        ),
        (false, false) => answer.finding(
            "unknown-key",
            Certainty::Likely,
            format!("The access key {key} does not exist here: deleted, inactive, mistyped, or of another partition."),
            "Check the key with `aws sts get-caller-identity`, or create a new one.",
        ),
    })
}

fn expired(answer: &Answer<'_>) -> Finding {
    let signing = answer.signing();
    let who = signing.and_then(|s| s.identity.as_deref()).map_or("", |name| name);
    let of = if who.is_empty() { String::new() } else { format!(" of {who}") };
    let past = signing
        .and_then(|s| s.expires_at)
        .map(|at| seconds_between(at, answer.evidence.now))
        .filter(|past| *past >= 0);
    let (certainty, ago) = match past {
        Some(past) => (Certainty::Certain, format!(" {} ago", units::span(past))),
        None => (Certainty::Likely, String::new()),
    };
    let hint = match answer.evidence.identity.map(|identity| &identity.kind) {
        Some(IdentityKind::GetSessionToken { source, .. }) => {
            format!("Renew the identity: {source} asks STS for new credentials.")
        }
        Some(IdentityKind::Keys { .. } | IdentityKind::Broken(_)) | None => {
            "Get new temporary credentials and replace access key, secret and session token, all three."
                .to_owned()
        }
    };
    answer.finding("expired-token", certainty, format!("The temporary credentials{of} expired{ago}."), hint)
}

/// What is wrong with the form of a signature, before anybody looks at the key.
fn form(answer: &Answer<'_>) -> Option<Finding> {
    if answer.says("must be a 'signedheader'") {
        return Some(answer.finding(
            "host-not-signed",
            Certainty::Certain,
            "The signature does not cover the host header.",
            "Let signpost sign the request, or add host to the signed headers.",
        ));
    }
    let missing = is(answer, &["MissingAuthenticationTokenException", "MissingAuthenticationToken"]);
    if missing && answer.is_unsigned() {
        return Some(answer.finding(
            "unsigned",
            Certainty::Certain,
            "The service wants a signature, and this request carries none.",
            "Choose AWS SigV4 on the Auth tab.",
        ));
    }
    if missing {
        return Some(answer.finding(
            "unsigned-or-no-such-route",
            Certainty::Possible,
            "No signature arrived, or (API Gateway says it so) there is no such route, stage or method.",
            "Check path, stage and method first, then that nothing on the way removes the Authorization header.",
        ));
    }
    let incomplete = is(answer, &["IncompleteSignatureException", "IncompleteSignature"])
        || answer.says("not a valid key=value pair")
        || answer.says("invalid key=value pair")
        || answer.says("authorization header requires");
    incomplete.then(|| {
        let ours = answer.signing().is_some();
        answer.finding(
            "malformed-signature",
            Certainty::Likely,
            "The Authorization header is not what SigV4 looks like.",
            if ours {
                "Switch off a header row named authorization, and check that nothing on the way changes the header."
            } else {
                "Remove the header row named authorization and choose AWS SigV4 on the Auth tab."
            },
        )
    })
}

fn mismatch(answer: &Answer<'_>) -> Option<Finding> {
    let text = answer.says("does not match the signature");
    if !text && !is(answer, &["InvalidSignatureException", "SignatureDoesNotMatch"]) {
        return None;
    }
    let key = answer.signing().map_or(String::new(), |s| format!(" {}", s.access_key));
    Some(answer.finding(
        "signature-mismatch",
        Certainty::Likely,
        format!("The secret does not belong to the access key{key}, or something changed the request after it was signed."),
        "Paste the secret again; if other requests of this identity work, look for a proxy that changes path, query, headers or body.",
    ))
}
