//! AssumeRole.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>

use std::time::{Duration, SystemTime};

use super::{StsRequest, credentials, input, mfa, mint, packed, session_policies, tags};
use crate::cloud::authorise::{self, AccessCheck, denied};
use crate::cloud::caller::Who;
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{Account, NewSession, Role, Session, SessionSource, State, Tags};
use crate::core::iam::{Attached, Context, account_of};

/// The longest lifetime of a session in role chaining, in seconds.
const MAX_CHAINED_SESSION_SECONDS: u64 = 3600;

/// The parameters, checked.
struct AssumeRole<'a> {
    arn: &'a str,
    session_name: &'a str,
    external_id: Option<&'a str>,
    lifetime: Duration,
    tags: Tags,
    /// When a code was given, if one was.
    mfa: Option<SystemTime>,
    source_identity: Option<String>,
}

pub(super) fn assume(request: &StsRequest<'_>) -> Result<Xml, Error> {
    let assume = AssumeRole::read(request)?;
    let state = request.store.read();
    let (account, role) = assume.authorise(request, &state)?;
    check_lifetime(role, assume.lifetime, request.who.session.is_some())?;
    let new = NewSession {
        account: account.id.clone(),
        source: SessionSource::Role { role: role.name.clone(), name: assume.session_name.to_owned() },
        now: request.call.now,
        life: assume.lifetime,
        // MFA is asked for when the role is assumed, and its session says nothing of it.
        mfa: None,
        policies: session_policies(request.params, account)?,
        tags: assume.tags,
        source_identity: assume.source_identity.clone(),
    };
    let assumed = AssumedRole::new(account, role, assume.session_name);
    drop(state);
    let session = mint(request.store, new)?;
    let xml = assumed.element(credentials(Xml::new(), &session), &session);
    Ok(xml.maybe("SourceIdentity", assume.source_identity))
}

impl<'a> AssumeRole<'a> {
    fn read(request: &StsRequest<'a>) -> Result<Self, Error> {
        let params = request.params;
        let arn = input::role_arn(params)?;
        let session_name = input::session_name(params)?;
        let external_id = input::external_id(params)?;
        let lifetime = input::role_life(params)?;
        let tags = tags(params)?;
        if request.who.who == Who::Root {
            return Err(Error::new(403, "AccessDenied", "Roles may not be assumed by root accounts."));
        }
        let source_identity = source_identity(request, arn)?;
        let mfa = mfa::authenticated(request)?;
        Ok(Self { arn, session_name, external_id, lifetime, tags, mfa, source_identity })
    }

    /// The role and its account, if its trust policy and the caller's policies allow every action.
    fn authorise<'s>(
        &self,
        request: &StsRequest<'_>,
        state: &'s State,
    ) -> Result<(&'s Account, &'s Role), Error> {
        let StsRequest { call, who, .. } = *request;
        let context = self.context(request);
        let mut actions = vec!["sts:AssumeRole"];
        actions.extend((!self.tags.is_empty()).then_some("sts:TagSession"));
        // Also for one that is inherited from the caller's session.
        actions.extend(self.source_identity.as_ref().map(|_| "sts:SetSourceIdentity"));
        let refuse = |why: String| Error::new(403, "AccessDenied", why);
        // Of STS, keys of GetFederationToken can only call GetCallerIdentity.
        let federated = matches!(who.who, Who::Federated(_));
        let Some((account, role)) = find(state, self.arn).filter(|_| !federated) else {
            let (caller, resource) = (who.arn(), self.arn);
            return Err(refuse(format!(
                "User: {caller} is not authorized to perform: sts:AssumeRole on resource: {resource}"
            )));
        };
        for action in actions {
            let policy = Some(Attached { name: &role.name, policy: &role.trust.policy });
            let check = AccessCheck { action, resource: self.arn, context: &context, policy };
            let decision = check.decide(state, who, &call.journal);
            if !decision.allowed() {
                return Err(refuse(denied(who, action, self.arn, decision)));
            }
        }
        Ok((account, role))
    }

    fn context(&self, request: &StsRequest<'_>) -> Context {
        let mut context = authorise::with_tags(authorise::context(request.call, request.who), &self.tags)
            .with("sts:RoleSessionName", self.session_name.to_owned())
            .with("sts:DurationSeconds", self.lifetime.as_secs().to_string());
        if self.mfa.is_some() {
            context = context.with("aws:MultiFactorAuthPresent", "true").with("aws:MultiFactorAuthAge", "0");
        }
        if let Some(id) = self.external_id {
            context = context.with("sts:ExternalId", id.to_owned());
        }
        if let Some(identity) = &self.source_identity {
            context = context.with("sts:SourceIdentity", identity.clone());
        }
        context
    }
}

/// The role that was assumed, for the response.
pub(super) struct AssumedRole {
    arn: String,
    id: String,
}

impl AssumedRole {
    pub(super) fn new(account: &Account, role: &Role, session_name: &str) -> Self {
        Self {
            arn: format!("arn:aws:sts::{}:assumed-role/{}/{session_name}", account.id, role.name),
            id: format!("{}:{session_name}", role.id),
        }
    }

    /// `AssumedRoleUser`, and how full the session policies are.
    pub(super) fn element(&self, xml: Xml, session: &Session) -> Xml {
        let xml =
            xml.within("AssumedRoleUser", |xml| xml.text("AssumedRoleId", &self.id).text("Arn", &self.arn));
        packed(xml, &session.policies)
    }
}

/// The role with this ARN and its account.
pub(super) fn find<'a>(state: &'a State, arn: &str) -> Option<(&'a Account, &'a Role)> {
    let account = state.account(account_of(arn))?;
    let role = account.roles.get(arn.rsplit('/').next()?)?;
    (role.arn == arn).then_some((account, role))
}

/// Checks a lifetime against the role's maximum, and against the limit of role chaining.
pub(super) fn check_lifetime(role: &Role, lifetime: Duration, chained: bool) -> Result<(), Error> {
    let refuse = |message: &str| Err(Error::new(400, "ValidationError", message));
    let seconds = lifetime.as_secs();
    if chained && seconds > MAX_CHAINED_SESSION_SECONDS {
        return refuse(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        );
    }
    if seconds > role.max_session {
        return refuse("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    }
    Ok(())
}

/// The source identity of the new session. Once set, it stays the same through role chaining.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html>
fn source_identity(request: &StsRequest<'_>, role: &str) -> Result<Option<String>, Error> {
    let session = request.who.session.as_ref();
    let set = session.and_then(|session| session.source_identity.as_deref());
    let Some(given) = input::source_identity(request.params)? else { return Ok(set.map(str::to_owned)) };
    if set.is_none_or(|set| set == given) {
        return Ok(Some(given.to_owned()));
    }
    let message = format!(
        "User: {} is not authorized to perform: sts:SetSourceIdentity on resource: {role}",
        request.who.arn()
    );
    Err(Error::new(403, "AccessDenied", message))
}
