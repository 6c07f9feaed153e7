//! Who sent this request: the signature, checked in AWS's order.
//!
//! Owns which scopes, dates, keys and tokens are valid. The cryptography is [`crate::core::sigv4`]'s,
//! the wording of a refusal is in [`refusal`].

mod identify;
mod refusal;

use std::time::{Duration, SystemTime};

use super::caller::Authenticated;
use super::clock::basic;
use super::request::Call;
use super::state::{Key, State};
use crate::core::credential::Secret;
use crate::core::endpoint;
use crate::core::request::Algorithm;
use crate::core::sigv4::{CredentialScope, PresentError, Presented, RawRequest, Received, payload_hash};
use identify::identify;
pub(super) use refusal::Refusal;

/// The longest lifetime of a presigned URL, in seconds.
const MAX_EXPIRES_SECONDS: u64 = 604_800;

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/// What a service requires of a signature.
#[derive(Clone, Copy)]
pub(super) struct Requirements<'a> {
    pub(super) service: &'static str,
    /// The one region that the scope may name; `None` accepts every region of the cloud.
    pub(super) region: Option<&'a str>,
    /// How far off the date of a signature may be, in minutes.
    pub(super) max_skew_minutes: u64,
    /// A presigned request must have an empty body.
    pub(super) no_presigned_body: bool,
}

/// Verifies who sent the request, and records the result in its journal.
///
/// # Errors
/// The first of AWS's checks that fails.
pub(super) fn authenticate(
    state: &State,
    call: &Call,
    required: &Requirements<'_>,
) -> Result<Authenticated, Refusal> {
    let headers = call.raw_headers();
    let raw = RawRequest { method: &call.method, target: &call.target, headers: &headers };
    let presented = match Presented::parse(&raw) {
        Ok(presented) => presented,
        Err(error) => {
            // Only the response quotes the credentials of another scheme, to who sent them.
            record(call, &Refusal::from(&error.masked()));
            return Err(Refusal::from(&error));
        }
    };
    let result = verified_caller(state, call, required, &raw, presented.as_ref());
    match &result {
        Ok(who) => call.journal.authenticated(who),
        Err(refusal) => record(call, refusal),
    }
    result
}

fn record(call: &Call, refusal: &Refusal) {
    let (code, message) = refusal.code_and_message();
    call.journal.refused(code, message);
}

fn verified_caller(
    state: &State,
    call: &Call,
    required: &Requirements<'_>,
    raw: &RawRequest<'_>,
    presented: Option<&Presented>,
) -> Result<Authenticated, Refusal> {
    let presented = presented.ok_or(Refusal::Unsigned)?;
    if presented.algorithm == Algorithm::Sigv4a && required.service != "sts" {
        let error = PresentError::Algorithm(presented.algorithm.wire_name().to_owned());
        return Err(Refusal::from(&error));
    }
    check_date(presented, call, required)?;
    let scope = presented.scope().map_err(|error| Refusal::from(&error))?;
    let signature = Signature { state, call, required, raw, presented, scope: &scope };
    signature.check_scope()?;
    let key = signature.find_key()?;
    signature.verify(key.secret())?;
    identify(state, &key, &scope)
}

/// The service that a request is signed for, if its signature can be parsed.
pub(super) fn presented_service(call: &Call) -> Option<String> {
    let headers = call.raw_headers();
    let raw = RawRequest { method: &call.method, target: &call.target, headers: &headers };
    Some(Presented::parse(&raw).ok()??.scope().ok()?.service)
}

fn check_date(presented: &Presented, call: &Call, required: &Requirements<'_>) -> Result<(), Refusal> {
    let signed = presented.amz_date;
    let text = &presented.amz_date_text;
    let window = Duration::from_secs(required.max_skew_minutes * 60);
    let (now, life) = match presented.expires {
        Some(seconds) if presented.in_query => (call.now, Duration::from_secs(seconds)),
        _ => (call.signature_now, window),
    };
    if life.as_secs() > MAX_EXPIRES_SECONDS {
        return Err(Refusal::Incomplete(format!(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than {MAX_EXPIRES_SECONDS} seconds"
        )));
    }
    let earliest = now.checked_sub(life).unwrap_or(SystemTime::UNIX_EPOCH);
    if signed < earliest {
        return Err(Refusal::Mismatch(format!(
            "Signature expired: {text} is now earlier than {} ({} - {} min.)",
            basic(earliest),
            basic(now),
            life.as_secs() / 60
        )));
    }
    let latest = call.signature_now + window;
    if signed > latest {
        return Err(Refusal::Mismatch(format!(
            "Signature not yet current: {text} is still later than {} ({} + {} min.)",
            basic(latest),
            basic(call.signature_now),
            required.max_skew_minutes
        )));
    }
    Ok(())
}

/// A parsed signature, and what it is checked against.
struct Signature<'a> {
    state: &'a State,
    call: &'a Call,
    required: &'a Requirements<'a>,
    raw: &'a RawRequest<'a>,
    presented: &'a Presented,
    scope: &'a CredentialScope,
}

impl<'a> Signature<'a> {
    fn check_scope(&self) -> Result<(), Refusal> {
        let Self { state, required, presented, scope, .. } = *self;
        let refuse = |text: String| Err(Refusal::Mismatch(text));
        let region = scope.region.as_deref().or(presented.region_set.as_deref()).unwrap_or_default();
        let known = |region: &str| match required.region {
            Some(only) => region == only,
            None => state.regions.contains(region),
        };
        let fits = match presented.algorithm {
            Algorithm::Sigv4 => known(region),
            Algorithm::Sigv4a => region.split(',').map(str::trim).any(|one| one == "*" || known(one)),
        };
        let query_service = matches!(required.service, "sts" | "iam");
        if !fits && query_service {
            return refuse(format!("Credential should be scoped to a valid region, not '{region}'. "));
        }
        if !fits {
            return refuse("Credential should be scoped to a valid region. ".to_owned());
        }
        if scope.service != required.service {
            return refuse(format!(
                "Credential should be scoped to correct service: '{}'. ",
                required.service
            ));
        }
        if scope.terminator != "aws4_request" {
            return refuse(format!(
                "Credential should be scoped with a valid terminator: 'aws4_request', not '{}'. ",
                scope.terminator
            ));
        }
        let text = &presented.amz_date_text;
        if text.get(..8) != Some(scope.date.as_str()) {
            return refuse(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{}', from '{text}'.",
                scope.date,
                text.get(..8).unwrap_or_default()
            ));
        }
        Ok(())
    }

    /// The key, if it may be used now.
    fn find_key(&self) -> Result<Key<'a>, Refusal> {
        let Self { state, presented, scope, .. } = *self;
        match (state.key(&scope.access_key), &presented.security_token) {
            (Some(found @ Key::LongTerm { key, .. }), None) if key.active => Ok(found),
            (Some(Key::Temporary(session)), Some(token)) if session.token == *token => {
                if session.expires <= self.call.now {
                    return Err(Refusal::ExpiredToken);
                }
                Ok(Key::Temporary(session))
            }
            _ => Err(Refusal::UnknownKey),
        }
    }

    fn verify(&self, secret: &Secret) -> Result<(), Refusal> {
        let Self { state, call, required, raw, presented, scope } = *self;
        let mismatch = || Refusal::Mismatch(MISMATCH.to_owned());
        let hash = payload_hash(&call.body);
        call.journal.verified(required.service, &hash);
        // None of these services accepts UNSIGNED-PAYLOAD, so a claimed hash must be the body's.
        let claimed = call.header("x-amz-content-sha256");
        if let Some(claimed) = claimed.filter(|claimed| claimed.starts_with("STREAMING-")) {
            return Err(Refusal::Mismatch(format!(
                "{} does not take a payload that is signed in pieces ('{claimed}'). Sign the whole body with its SHA-256.",
                required.service
            )));
        }
        let body_in_query = required.no_presigned_body && presented.in_query && !call.body.is_empty();
        if claimed.is_some_and(|claimed| claimed != hash) || body_in_query {
            return Err(mismatch());
        }
        let rules = endpoint::defaults(required.service);
        let key = state.signing_keys.get(scope, secret);
        let received = Received { request: *raw, payload_hash: &hash, rules };
        let verification = presented.verify_with(key.as_ref(), scope, &received);
        if let Some(why) = verification.malformed {
            call.journal.note(why.to_owned());
        }
        if verification.matches { Ok(()) } else { Err(mismatch()) }
    }
}
