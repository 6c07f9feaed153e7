//! Who sent this request: the signature, checked in AWS's order.
//!
//! Owns which scopes, dates, keys and tokens are good, and the words in which the others are
//! refused. The cryptography is [`crate::core::sigv4`]'s.

use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

use super::clock::basic;
use super::reply::{Member, Reply};
use super::request::Call;
use super::state::{Key, Session, Source, State};
use super::trace::Journal;
use crate::core::credential::Secret;
use crate::core::endpoint;
use crate::core::iam::Caller;
use crate::core::request::Algorithm;
use crate::core::sigv4::{CredentialScope, Parameter, PresentError, Presented, RawRequest, payload_hash};

/// The longest life of a presigned URL in seconds.
const LONGEST: u64 = 604_800;

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/// Who sent a request, proven.
#[derive(Clone, Debug)]
pub(super) struct Authenticated {
    pub(super) caller: Caller,
    pub(super) access_key: String,
    /// `AIDA…`, `AROA…:session`, `ACCOUNT:federated`, or the account's id for its root user.
    pub(super) user_id: String,
    pub(super) who: Who,
    /// Set where it signed with temporary keys.
    pub(super) session: Option<Arc<Session>>,
    /// The region of the scope; the cloud's own for a signature of many regions.
    pub(super) region: String,
    /// Keeps what is decided of this request.
    pub(super) journal: Weak<Journal>,
}

impl Authenticated {
    /// The account it acts in.
    pub(super) fn account(&self) -> &str {
        self.caller.account().unwrap_or_default()
    }

    /// The ARN that messages and events name.
    pub(super) fn arn(&self) -> &str {
        self.caller.arn().unwrap_or_default()
    }
}

/// Whom a caller acts as, in the caller's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// The account itself.
    Root,
    /// The user of this name, with its own keys or with those of GetSessionToken.
    User(String),
    /// The role of this name.
    Role(String),
    /// A federated user: the user (`None` for root) that vouches for it.
    Federated(Option<String>),
}

/// What a service wants of a signature.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) service: &'static str,
    /// The one region that the scope may name; `None` takes every region of the cloud.
    pub(super) region: Option<&'a str>,
    /// How far the date of a signature may be off, in minutes.
    pub(super) minutes: u64,
    /// A signature in the query covers no body.
    pub(super) no_presigned_body: bool,
}

/// Why nobody is proven to have sent a request. Services say the same in different words.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It carries no signature.
    Unsigned,
    /// Its signature cannot be read; this text says why.
    Incomplete(String),
    /// Its signature is not good; this text says why.
    Mismatch(String),
    /// The access key is not known, or the session token is missing or not its own.
    UnknownKey,
    /// The session token has expired.
    ExpiredToken,
}

impl Refusal {
    pub(super) const UNKNOWN_KEY: &str = "The security token included in the request is invalid";

    /// AWS's code and words.
    pub(super) fn told(&self) -> (&'static str, &str) {
        match self {
            Self::Unsigned => ("MissingAuthenticationTokenException", "Missing Authentication Token"),
            Self::Incomplete(text) => ("IncompleteSignatureException", text.as_str()),
            Self::Mismatch(text) => ("InvalidSignatureException", text.as_str()),
            Self::UnknownKey => {
                ("UnrecognizedClientException", "The security token included in the request is invalid.")
            }
            Self::ExpiredToken => {
                ("ExpiredTokenException", "The security token included in the request is expired")
            }
        }
    }

    /// As JSON services say it.
    pub(super) fn json(&self) -> Reply {
        let (kind, message) = self.told();
        Reply::error(403, kind, Member::Lower, Some(message))
    }
}

/// Proves who sent the request.
pub(super) fn authenticate(
    state: &State,
    call: &Call,
    wanted: &Wanted<'_>,
) -> Result<Authenticated, Refusal> {
    let headers = call.raw_headers();
    let raw = RawRequest { method: &call.method, target: &call.target, headers: &headers };
    let presented = Presented::parse(&raw).map_err(|error| unreadable(&error))?.ok_or(Refusal::Unsigned)?;
    if presented.algorithm == Algorithm::Sigv4a && wanted.service != "sts" {
        return Err(unreadable(&PresentError::Algorithm(presented.algorithm.wire_name().to_owned())));
    }
    check_date(&presented, call, wanted)?;
    let scope = presented.scope().map_err(|error| unreadable(&error))?;
    check_scope(&presented, &scope, state, wanted)?;
    let key = find_key(state, &presented, &scope, call.now)?;
    verify(state, &presented, &scope, key.secret(), &raw, call, wanted)?;
    identify(state, &key, scope, &call.journal)
}

/// The service that a request is signed for, where that can be read.
pub(super) fn presented_service(call: &Call) -> Option<String> {
    let headers = call.raw_headers();
    let raw = RawRequest { method: &call.method, target: &call.target, headers: &headers };
    Some(Presented::parse(&raw).ok()??.scope().ok()?.service)
}

fn unreadable(error: &PresentError) -> Refusal {
    let text = match error {
        PresentError::HostNotSigned => {
            return Refusal::Mismatch(
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_owned(),
            );
        }
        PresentError::NotKeyValue { part, header } => format!(
            "'{part}' not a valid key=value pair (missing equal-sign) in Authorization header: '{header}'."
        ),
        PresentError::Missing { parameters, in_query, algorithm } => {
            missing(parameters, *in_query, algorithm)
        }
        PresentError::Algorithm(algorithm) => format!("Unsupported AWS 'algorithm': '{algorithm}'."),
        PresentError::Date(date) => format!(
            "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
        ),
        PresentError::Expires(given) => format!("X-Amz-Expires should be a number, and it is '{given}'."),
        PresentError::Credential(credential) => format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'"
        ),
    };
    Refusal::Incomplete(text)
}

fn missing(parameters: &[Parameter], in_query: bool, algorithm: &str) -> String {
    let sentence = |parameter: &Parameter| {
        let name = match parameter {
            Parameter::Algorithm => "Algorithm",
            Parameter::Credential => "Credential",
            Parameter::Signature => "Signature",
            Parameter::SignedHeaders => "SignedHeaders",
            Parameter::Date => "Date",
        };
        match parameter {
            _ if in_query => format!("AWS query-string parameters must include 'X-Amz-{name}'. "),
            Parameter::Date => {
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
                    .to_owned()
            }
            _ => format!("Authorization header requires '{name}' parameter. "),
        }
    };
    let sentences: String = parameters.iter().map(sentence).collect();
    if in_query {
        format!("{sentences}Re-examine the query-string parameters.")
    } else {
        format!("{sentences}Authorization={algorithm}")
    }
}

fn check_date(presented: &Presented, call: &Call, wanted: &Wanted<'_>) -> Result<(), Refusal> {
    let signed = presented.amz_date;
    let text = &presented.amz_date_text;
    let window = Duration::from_secs(wanted.minutes * 60);
    let (now, life) = match presented.expires {
        Some(seconds) if presented.in_query => (call.now, Duration::from_secs(seconds)),
        _ => (call.signature_now, window),
    };
    if life.as_secs() > LONGEST {
        return Err(Refusal::Incomplete(format!(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than {LONGEST} seconds"
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
            wanted.minutes
        )));
    }
    Ok(())
}

fn check_scope(
    presented: &Presented,
    scope: &CredentialScope,
    state: &State,
    wanted: &Wanted<'_>,
) -> Result<(), Refusal> {
    let refuse = |text: String| Err(Refusal::Mismatch(text));
    let region = scope.region.as_deref().or(presented.region_set.as_deref()).unwrap_or_default();
    let known = |region: &str| match wanted.region {
        Some(only) => region == only,
        None => state.regions.contains(region),
    };
    let fits = match presented.algorithm {
        Algorithm::Sigv4 => known(region),
        Algorithm::Sigv4a => region.split(',').map(str::trim).any(|one| one == "*" || known(one)),
    };
    let query_service = matches!(wanted.service, "sts" | "iam");
    if !fits && query_service {
        return refuse(format!("Credential should be scoped to a valid region, not '{region}'. "));
    }
    if !fits {
        return refuse("Credential should be scoped to a valid region. ".to_owned());
    }
    if scope.service != wanted.service {
        return refuse(format!("Credential should be scoped to correct service: '{}'. ", wanted.service));
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
fn find_key<'a>(
    state: &'a State,
    presented: &Presented,
    scope: &CredentialScope,
    now: SystemTime,
) -> Result<Key<'a>, Refusal> {
    match (state.key(&scope.access_key), &presented.security_token) {
        (Some(found @ Key::LongTerm { key, .. }), None) if key.active => Ok(found),
        (Some(Key::Temporary(session)), Some(token)) if session.token == *token => {
            if session.expires <= now {
                return Err(Refusal::ExpiredToken);
            }
            Ok(Key::Temporary(session))
        }
        _ => Err(Refusal::UnknownKey),
    }
}

/// Whom a key acts as. Keys of somebody who is gone are not known any more.
fn identify(
    state: &State,
    key: &Key<'_>,
    scope: CredentialScope,
    journal: &Arc<Journal>,
) -> Result<Authenticated, Refusal> {
    let (account, session, source) = match key {
        Key::LongTerm { owner, .. } => {
            (&owner.account, None, Source::SessionToken { user: owner.user.clone() })
        }
        Key::Temporary(session) => (&session.account, Some(Arc::clone(session)), session.source.clone()),
    };
    let found = state.account(account).ok_or(Refusal::UnknownKey)?;
    let session_tags = session.iter().flat_map(|session| session.tags.iter());
    let (who, caller, user_id) = match source {
        Source::SessionToken { user: None } => {
            let caller =
                Caller::Root { arn: format!("arn:aws:iam::{account}:root"), account: account.clone() };
            (Who::Root, caller, account.clone())
        }
        Source::SessionToken { user: Some(name) } => {
            let user = found.users.get(&name).ok_or(Refusal::UnknownKey)?;
            let caller = Caller::User {
                arn: user.arn.clone(),
                id: user.id.clone(),
                account: account.clone(),
                tags: listed(user.tags.iter()),
            };
            (Who::User(name), caller, user.id.clone())
        }
        Source::Federation { user, name } => {
            let behind = match &user {
                Some(user) => found.users.get(user).ok_or(Refusal::UnknownKey)?.arn.clone(),
                None => format!("arn:aws:iam::{account}:root"),
            };
            let id = format!("{account}:{name}");
            let caller = Caller::Federated {
                arn: format!("arn:aws:sts::{account}:federated-user/{name}"),
                user: behind,
                id: id.clone(),
                account: account.clone(),
                tags: listed(session_tags),
            };
            (Who::Federated(user), caller, id)
        }
        Source::Role { role, name } | Source::WebIdentity { role, name, .. } => {
            let role = found.roles.get(&role).ok_or(Refusal::UnknownKey)?;
            let id = format!("{}:{name}", role.id);
            let caller = Caller::Session {
                arn: format!("arn:aws:sts::{account}:assumed-role/{}/{name}", role.name),
                role: role.arn.clone(),
                id: id.clone(),
                account: account.clone(),
                // A tag of the session stands in front of the role's own.
                tags: listed(session_tags.chain(&role.tags)),
            };
            (Who::Role(role.name.clone()), caller, id)
        }
    };
    let region = scope.region.unwrap_or_else(|| state.region.clone());
    let (access_key, journal) = (scope.access_key, Arc::downgrade(journal));
    Ok(Authenticated { caller, access_key, user_id, who, session, region, journal })
}

fn listed<'a>(tags: impl Iterator<Item = (&'a String, &'a String)>) -> Vec<(String, String)> {
    tags.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn verify(
    state: &State,
    presented: &Presented,
    scope: &CredentialScope,
    secret: &Secret,
    raw: &RawRequest<'_>,
    call: &Call,
    wanted: &Wanted<'_>,
) -> Result<(), Refusal> {
    let mismatch = || Refusal::Mismatch(MISMATCH.to_owned());
    let hash = payload_hash(&call.body);
    call.journal.verified(wanted.service, &hash);
    // None of these services takes UNSIGNED-PAYLOAD, so what is claimed must be the body's hash.
    let claimed = call.header("x-amz-content-sha256");
    let body_in_query = wanted.no_presigned_body && presented.in_query && !call.body.is_empty();
    if claimed.is_some_and(|claimed| claimed != hash) || body_in_query {
        return Err(mismatch());
    }
    let rules = endpoint::defaults(wanted.service);
    let key = state.signing_keys.get(scope, secret);
    if presented.verify_with(key.as_ref(), scope, raw, &hash, &rules).matches {
        Ok(())
    } else {
        Err(mismatch())
    }
}
