//! STS: temporary keys.
//!
//! Owns what its actions share: session policies and tags, and how keys are returned. Each action has
//! its file, and `input` the rules of what they take.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/>

mod federation;
mod identity;
mod input;
mod mfa;
mod role;
mod session_token;
mod web_identity;

use std::sync::Arc;

use super::caller::{Authenticated, Who};
use super::clock;
use super::query::{Error, Params, STS, Xml, not_implemented, success};
use super::reply::Reply;
use super::request::Call;
use super::state::{Account, Document, Session, Store, Tags};

const KNOWN: [&str; 6] = [
    "AssumeRole",
    "AssumeRoleWithWebIdentity",
    "GetAccessKeyInfo",
    "GetCallerIdentity",
    "GetFederationToken",
    "GetSessionToken",
];

/// The most characters of a session policy, including white space.
const MAX_SESSION_POLICY_CHARACTERS: usize = 2048;

/// One signed call.
struct StsRequest<'a> {
    store: &'a Store,
    call: &'a Call,
    params: &'a Params,
    who: &'a Authenticated,
}

/// Handles the one action that needs no signature; `None` for the others.
pub(super) fn unsigned(store: &Store, call: &Call) -> Option<Result<Reply, Error>> {
    let params = Params::read(call);
    if params.get("Action") != Some("AssumeRoleWithWebIdentity") {
        return None;
    }
    let result = params.action(STS).and_then(|action| {
        let xml = web_identity::assume(store, call, &params)?;
        Ok(success(STS, call, action, Some(&xml.finish())))
    });
    Some(result)
}

pub(super) fn answer(store: &Store, call: &Call, who: &Authenticated) -> Result<Reply, Error> {
    let params = Params::read(call);
    let action = params.action(STS)?;
    let request = StsRequest { store, call, params: &params, who };
    let xml = match action {
        "AssumeRole" => role::assume(&request)?,
        "GetAccessKeyInfo" => identity::access_key_info(&request)?,
        "GetCallerIdentity" => identity::caller(&request),
        "GetFederationToken" => federation::get(&request)?,
        "GetSessionToken" => session_token::get(&request)?,
        other => return Err(not_implemented(STS, other, &KNOWN)),
    };
    Ok(success(STS, call, action, Some(&xml.finish())))
}

/// The part of a response with the keys.
fn credentials(xml: Xml, session: &Session) -> Xml {
    xml.within("Credentials", |xml| {
        xml.text("AccessKeyId", &session.access_key)
            .text("SecretAccessKey", session.secret_key.expose())
            .text("SessionToken", session.token.expose())
            .text("Expiration", clock::iso(session.expires))
    })
}

/// Session policies: an inline one, and managed ones by ARN.
fn session_policies(params: &Params, account: &Account) -> Result<Vec<(String, Document)>, Error> {
    let mut policies = Vec::new();
    if let Some(text) = params.get("Policy") {
        if text.len() > MAX_SESSION_POLICY_CHARACTERS {
            let constraint =
                format!("Member must have length less than or equal to {MAX_SESSION_POLICY_CHARACTERS}");
            return Err(Error::validation(Some(text), "policy", &constraint));
        }
        policies.push(("session policy".to_owned(), Document::identity(text)?));
    }
    let arns = params.members("PolicyArns", "arn");
    if arns.len() > 10 {
        let message = "The number of managed policy ARNs exceeds the limit of 10.";
        return Err(Error::new(400, "PackedPolicyTooLarge", message));
    }
    for arn in arns {
        let Some(document) = account.managed_document(arn) else {
            let message = format!("Policy {arn} does not exist or is not attachable.");
            return Err(Error::new(400, "InvalidParameterValue", message));
        };
        policies.push((arn.to_owned(), document.clone()));
    }
    Ok(policies)
}

/// How full the packed policies are, in percent; AWS's own packing isn't public.
fn packed(xml: Xml, policies: &[(String, Document)]) -> Xml {
    if policies.is_empty() {
        return xml;
    }
    let length: usize = policies.iter().map(|(_, document)| document.weight()).sum();
    xml.text("PackedPolicySize", (length * 100 / MAX_SESSION_POLICY_CHARACTERS).clamp(1, 100))
}

/// Session tags in the parameters.
fn tags(params: &Params) -> Result<Tags, Error> {
    let pairs = params.pairs("Tags");
    let count = pairs.len();
    let tags: Tags = pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    if tags.len() < count {
        let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
        return Err(Error::new(400, "InvalidParameterValue", message));
    }
    if count > 50 {
        let constraint = "Member must have length less than or equal to 50";
        return Err(Error::validation(Some("tags"), "tags", constraint));
    }
    Ok(tags)
}

/// The name of the user, or `None` for the root user; other callers can't get here.
fn long_term_user(who: &Authenticated) -> Option<String> {
    match &who.who {
        Who::User(name) => Some(name.clone()),
        Who::Root | Who::Role(_) | Who::Federated(_) => None,
    }
}

/// Creates and saves a session.
fn mint(store: &Store, new: super::state::NewSession) -> Result<Arc<Session>, Error> {
    store.change(|state| Ok(state.mint(new, &store.random)))
}

/// Refuses session keys, in AWS's words.
fn no_session(who: &Authenticated, action: &str) -> Result<(), Error> {
    if who.session.is_none() {
        return Ok(());
    }
    Err(Error::new(403, "AccessDenied", format!("Cannot call {action} with session credentials")))
}
