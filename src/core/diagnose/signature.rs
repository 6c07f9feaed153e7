//! Signatures, keys, tokens, scopes and clocks, which every AWS service refuses in nearly the same
//! words.

use std::time::SystemTime;

use super::answer::{Answer, seconds_between};
use super::{Certainty, Finding, FindingId};
use crate::core::finding::Fix;
use crate::core::identity::{Identity, IdentityKind};
use crate::core::sigv4::parse_amz_date;
use crate::core::units;

/// A clock that is off by more than this is worth mentioning, in seconds.
const NOTABLE_SKEW: i64 = 240;

/// The hint if one of the three doesn't belong to the others.
const ENTER_AGAIN: &str =
    "Enter the access key, secret key and session token again, all three from the same source.";

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

/// `Signature expired: A is now earlier than B (C - 5 min.)`, and its opposite.
fn clock(answer: &Answer<'_>) -> Option<Finding> {
    let old = answer.says("signature expired:");
    if !old && !answer.says("signature not yet current:") {
        return None;
    }
    let dates: Vec<SystemTime> =
        answer.text().split(|c: char| !c.is_ascii_alphanumeric()).filter_map(parse_amz_date).collect();
    // The date of the signature comes first, the server's time last.
    let skew = match dates.as_slice() {
        [signed, .., server] => Some(seconds_between(*signed, *server)),
        _ => None,
    };
    if old && answer.is_presigned() {
        let ago =
            skew.map_or(String::new(), |seconds| format!(" was signed {} ago and", units::span(seconds)));
        let finding = answer.finding(
            FindingId::PresignedUrlExpired,
            Certainty::Likely,
            format!("The presigned URL{ago} has expired."),
            "Sign it again.",
        );
        return Some(finding.with(Fix::ExtendExpiry));
    }
    // If the request left directly after signing, the difference is that of the clocks.
    let agrees = answer.server_ahead_seconds().is_some_and(|date| date.abs() > NOTABLE_SKEW);
    let certainty = if agrees { Certainty::Certain } else { Certainty::Likely };
    let by = skew.map_or("too far".to_owned(), units::span);
    Some(if old {
        answer.finding(
            FindingId::ClockBehind,
            certainty,
            format!("The signature's date is {by} behind the server's clock."),
            "Synchronize this machine's clock (NTP), and sign right before sending.",
        )
    } else {
        answer.finding(
            FindingId::ClockAhead,
            certainty,
            format!("The signature's date is {by} ahead of the server's clock."),
            "Synchronize this machine's clock (NTP).",
        )
    })
}

/// A wrong clock, according to the response's `Date` header.
pub(super) fn clock_by_date_header(answer: &Answer<'_>) -> Option<Finding> {
    answer.signing()?;
    let ahead = answer.server_ahead_seconds().filter(|ahead| ahead.abs() > NOTABLE_SKEW)?;
    if !matches!(answer.status, 400 | 401 | 403) {
        return None;
    }
    let way = if ahead > 0 { "behind" } else { "ahead of" };
    let mut finding = answer.finding(
        FindingId::ClockSkew,
        Certainty::Possible,
        format!("This machine's clock is {} {way} the server's.", units::span(ahead)),
        "Synchronize this machine's clock (NTP): a signature is valid for minutes only.",
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
        let host = host.filter(|region| signing.is_some_and(|s| s.region != *region));
        let (certainty, cause) = match &host {
            Some(region) => (
                Certainty::Certain,
                format!("The request was signed for {signed}, but the host is in {region}."),
            ),
            None => (
                Certainty::Likely,
                format!("The request was signed for {signed}, which isn't the endpoint's region."),
            ),
        };
        return Some(answer.finding(FindingId::WrongRegion, certainty, cause, "").with(Fix::SetRegion(host)));
    }
    if answer.says("scoped to correct service") || answer.says("scoped to the correct service") {
        let wanted = answer.text().split('\'').nth(1);
        let signed = signing.map_or("another service", |s| s.service.as_str());
        let certainty = if signing.is_some_and(|s| Some(s.service.as_str()) != wanted) {
            Certainty::Certain
        } else {
            Certainty::Likely
        };
        let expects = wanted.unwrap_or("another");
        let finding = answer.finding(
            FindingId::WrongService,
            certainty,
            format!("The request was signed for the service {signed}, but this endpoint expects {expects}."),
            "",
        );
        return Some(finding.with(Fix::SetService(wanted.map(str::to_owned))));
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
            FindingId::UnknownKey,
            Certainty::Possible,
            "The access key is unknown, or its session token is missing or belongs to another key.",
            ENTER_AGAIN,
        ));
    };
    let key = &signing.access_key;
    let temporary = key.starts_with("ASIA");
    Some(match (temporary, signing.has_token) {
        (true, false) => {
            let cause = format!("{key} is a temporary access key, but was sent without its session token.");
            let finding = answer.finding(FindingId::MissingToken, Certainty::Certain, cause, "");
            finding.with(Fix::AddSessionToken)
        }
        (true, true) => answer.finding(
            FindingId::WrongToken,
            Certainty::Likely,
            format!("The session token doesn't belong to {key}, or was truncated when it was pasted."),
            ENTER_AGAIN,
        ),
        (false, true) => {
            let finding = answer.finding(
                FindingId::TokenWithLongTermKey,
                Certainty::Certain,
                format!("{key} is a long-term access key, but a session token was sent with it."),
                "A session token goes with the temporary key it was issued with.",
            );
            finding.with(Fix::DropSessionToken)
        }
        (false, false) => answer.finding(
            FindingId::UnknownKey,
            Certainty::Likely,
            format!("The access key {key} doesn't exist here: deleted, inactive, mistyped, or from another partition."),
            "Check it with `aws sts get-caller-identity`, or create a new one.",
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
    let finding = |hint: String| {
        let cause = format!("The temporary credentials{of} expired{ago}.");
        answer.finding(FindingId::ExpiredToken, certainty, cause, hint)
    };
    match answer.evidence.identity {
        Some(Identity { name, kind: IdentityKind::GetSessionToken { source, .. } }) => {
            finding(format!("Renewing asks STS for new credentials with the keys of {source}."))
                .with(Fix::Renew(name.clone()))
        }
        Some(Identity {
            name,
            kind:
                IdentityKind::AssumeRole(_)
                | IdentityKind::FederationToken(_)
                | IdentityKind::Profile { .. }
                | IdentityKind::Environment
                | IdentityKind::Process { .. }
                | IdentityKind::SsoRole(_),
        }) => finding("Renewing fetches new credentials from where these came from.".to_owned())
            .with(Fix::Renew(name.clone())),
        Some(Identity {
            kind: IdentityKind::Keys { .. } | IdentityKind::Anonymous | IdentityKind::Broken(_), ..
        })
        | None => finding(
            "Get new temporary credentials and replace the access key, secret key and session token, all three."
                .to_owned(),
        ),
    }
}

/// An invalid form of the signature, which is checked before the key.
fn form(answer: &Answer<'_>) -> Option<Finding> {
    if answer.says("must be a 'signedheader'") {
        return Some(answer.finding(
            FindingId::HostNotSigned,
            Certainty::Certain,
            "The signature doesn't cover the host header.",
            "Let signpost sign the request, or add host to the signed headers.",
        ));
    }
    let missing = is(answer, &["MissingAuthenticationTokenException", "MissingAuthenticationToken"]);
    if missing && answer.is_unsigned() {
        let cause = "The service requires a signature, but this request has none.";
        let finding = answer.finding(FindingId::Unsigned, Certainty::Certain, cause, "");
        return Some(finding.with(Fix::EnableSigning));
    }
    if missing {
        return Some(answer.finding(
            FindingId::UnsignedOrNoSuchRoute,
            Certainty::Possible,
            "No signature arrived, or, in API Gateway's words, the route, stage or method doesn't exist.",
            "Check the path, stage and method first, then whether a proxy removes the authorization header.",
        ));
    }
    let incomplete = is(answer, &["IncompleteSignatureException", "IncompleteSignature"])
        || answer.says("not a valid key=value pair")
        || answer.says("invalid key=value pair")
        || answer.says("authorization header requires");
    incomplete.then(|| {
        let ours = answer.signing().is_some();
        let hint = if ours { "Check that no proxy changes the header." } else { "" };
        let cause = "The authorization header isn't a valid SigV4 header.";
        let finding = answer.finding(FindingId::MalformedSignature, Certainty::Likely, cause, hint);
        let finding = finding.with(Fix::DropHeader("authorization"));
        if ours { finding } else { finding.with(Fix::EnableSigning) }
    })
}

fn mismatch(answer: &Answer<'_>) -> Option<Finding> {
    let text = answer.says("does not match the signature");
    if !text && !is(answer, &["InvalidSignatureException", "SignatureDoesNotMatch"]) {
        return None;
    }
    let key = answer.signing().map_or(String::new(), |s| format!(" {}", s.access_key));
    if let Some(url) = answer.signing().and_then(|signing| signing.signed_for.as_ref()) {
        let host = url.host_str().unwrap_or_default();
        return Some(answer.finding(
            FindingId::SignatureMismatch,
            Certainty::Likely,
            format!("The secret key doesn't belong to the access key{key}, or the service received another Host or path than {host}{}, which was signed.", url.path()),
            "Compare the canonical request in the response with the one that was signed; `sign_as` must have the Host and path prefix that the proxy sends on.",
        ));
    }
    Some(answer.finding(
        FindingId::SignatureMismatch,
        Certainty::Likely,
        format!("The secret key doesn't belong to the access key{key}, or something changed the request after it was signed."),
        "Enter the secret key again; if other requests of this identity work, look for a proxy that changes the path, query, headers or body.",
    ))
}
