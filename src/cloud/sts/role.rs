//! AssumeRole.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>

use super::{Ask, credentials, duration, mfa, mint, name, packed, session_policies, tags};
use crate::cloud::authenticate::Who;
use crate::cloud::authorise::{self, decide, denied};
use crate::cloud::query::{Error, Params, Xml};
use crate::cloud::state::{NewSession, Role, Session, Source, State};
use crate::core::iam::{Attached, account_of};

/// The longest life of a role's session, whatever the role says, in seconds.
pub(super) const LONGEST: u64 = 43_200;
/// The longest life of a session that a role's session began, in seconds.
const CHAINED: u64 = 3600;

pub(super) fn assume(ask: &Ask<'_>) -> Result<Xml, Error> {
    let arn = role_arn(ask.params)?;
    let session_name = name(ask.params, "RoleSessionName", "roleSessionName", 2..=64)?;
    let external_id = external_id(ask.params)?;
    let life = duration(ask.params.get("DurationSeconds"), 3600, 900..=LONGEST)?;
    let tags = tags(ask.params)?;
    if ask.who.who == Who::Root {
        return Err(Error::new(403, "AccessDenied", "Roles may not be assumed by root accounts."));
    }
    let state = ask.store.read();
    let mfa = mfa(&state, ask.who, ask.params)?;
    let source_identity = match ask.params.get("SourceIdentity") {
        Some(_) => Some(name(ask.params, "SourceIdentity", "sourceIdentity", 2..=64)?.to_owned()),
        // It stays through a chain of roles.
        None => ask.who.session.as_ref().and_then(|session| session.source_identity.clone()),
    };
    let mut context = authorise::with_tags(authorise::context(ask.call, ask.who), &tags)
        .with("sts:RoleSessionName", session_name.to_owned())
        .with("sts:DurationSeconds", life.as_secs().to_string());
    if mfa {
        context = context.with("aws:MultiFactorAuthPresent", "true").with("aws:MultiFactorAuthAge", "0");
    }
    if let Some(id) = external_id {
        context = context.with("sts:ExternalId", id.to_owned());
    }
    if let Some(identity) = &source_identity {
        context = context.with("sts:SourceIdentity", identity.clone());
    }
    let mut actions = vec!["sts:AssumeRole"];
    actions.extend((!tags.is_empty()).then_some("sts:TagSession"));
    actions.extend(ask.params.get("SourceIdentity").map(|_| "sts:SetSourceIdentity"));
    let found = find(&state, arn);
    // Keys of GetFederationToken call nothing of STS but GetCallerIdentity.
    let federated = matches!(ask.who.who, Who::Federated(_));
    for action in actions {
        let refuse = |why: String| Err(Error::new(403, "AccessDenied", why));
        let Some((_, role)) = found.filter(|_| !federated) else {
            let who = ask.who.arn();
            return refuse(format!("User: {who} is not authorized to perform: {action} on resource: {arn}"));
        };
        let policy = Some(Attached { name: &role.name, policy: &role.trust.policy });
        let question = authorise::Ask { action, resource: arn, context: &context, policy };
        let decision = decide(&state, ask.who, &question);
        if !decision.allowed() {
            return refuse(denied(ask.who, action, arn, decision));
        }
    }
    let Some((account, role)) = found else { return Err(Error::new(403, "AccessDenied", "Access denied")) };
    let chained = matches!(ask.who.who, Who::Role(_));
    check_life(role, life.as_secs(), chained)?;
    let policies = session_policies(ask.params, account)?;
    let new = NewSession {
        account: account.id.clone(),
        source: Source::Role { role: role.name.clone(), name: session_name.to_owned() },
        now: ask.call.now,
        life,
        mfa,
        policies,
        tags,
        source_identity: source_identity.clone(),
    };
    let (role_name, role_id, account) = (role.name.clone(), role.id.clone(), account.id.clone());
    drop(state);
    let session = mint(ask.store, new)?;
    let xml =
        assumed(credentials(Xml::new(), &session), &account, &role_name, &role_id, session_name, &session);
    Ok(match source_identity {
        Some(identity) => xml.text("SourceIdentity", identity),
        None => xml,
    })
}

/// The part of an answer that says who one has become.
pub(super) fn assumed(
    xml: Xml,
    account: &str,
    role: &str,
    role_id: &str,
    session_name: &str,
    session: &Session,
) -> Xml {
    let xml = xml.within("AssumedRoleUser", |xml| {
        xml.text("AssumedRoleId", format_args!("{role_id}:{session_name}"))
            .text("Arn", format_args!("arn:aws:sts::{account}:assumed-role/{role}/{session_name}"))
    });
    packed(xml, &session.policies)
}

pub(super) fn role_arn(params: &Params) -> Result<&str, Error> {
    let arn = params.required("RoleArn", "roleArn")?;
    if arn.len() < 20 {
        let constraint = "Member must have length greater than or equal to 20";
        return Err(Error::validation(Some(arn), "roleArn", constraint));
    }
    if !arn.starts_with("arn:") || !arn.contains(":role/") {
        return Err(Error::new(400, "ValidationError", format!("{arn} is invalid")));
    }
    Ok(arn)
}

/// The role with this ARN and its account.
pub(super) fn find<'a>(state: &'a State, arn: &str) -> Option<(&'a crate::cloud::state::Account, &'a Role)> {
    let account = state.account(account_of(arn))?;
    let role = account.roles.get(arn.rsplit('/').next()?)?;
    (role.arn == arn).then_some((account, role))
}

pub(super) fn check_life(role: &Role, seconds: u64, chained: bool) -> Result<(), Error> {
    let refuse = |message: &str| Err(Error::new(400, "ValidationError", message));
    if chained && seconds > CHAINED {
        return refuse(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        );
    }
    if seconds > role.max_session {
        return refuse("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    }
    Ok(())
}

fn external_id(params: &Params) -> Result<Option<&str>, Error> {
    let Some(id) = params.get("ExternalId") else { return Ok(None) };
    let refuse = |constraint: &str| Err(Error::validation(Some(id), "externalId", constraint));
    if id.len() < 2 {
        return refuse("Member must have length greater than or equal to 2");
    }
    if id.len() > 1224 {
        return refuse("Member must have length less than or equal to 1224");
    }
    if !id.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c)) {
        return refuse("Member must satisfy regular expression pattern: [\\w+=,.@:\\/-]*");
    }
    Ok(Some(id))
}
