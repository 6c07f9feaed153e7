//! May this caller do that: the policies that have a say, asked through [`crate::core::iam`].
//!
//! Owns which policies those are, the global condition keys, and AWS's sentence for a refusal.

use super::authenticate::{Authenticated, Who};
use super::clock;
use super::request::Call;
use super::state::{Account, Document, Settings, Source, State, Tags, aws_managed};
use super::trace::Journal;
use crate::core::iam::{
    Attached, Context, Decision, Layer, Policies, Question, account_of, evaluate, explain,
};

/// The actions that a function URL asks for; all must be allowed.
pub(super) fn function_url_actions(settings: &Settings) -> &'static [&'static str] {
    const ACTIONS: [&str; 2] = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"];
    if settings.both_actions { &ACTIONS } else { &ACTIONS[..1] }
}

/// An action on a resource.
pub(super) struct Ask<'a> {
    /// For example `lambda:AddPermission`.
    pub(super) action: &'a str,
    /// ARN of the resource, or `*`.
    pub(super) resource: &'a str,
    /// Condition keys.
    pub(super) context: &'a Context,
    /// The resource's own policy.
    pub(super) policy: Option<Attached<'a>>,
}

impl<'a> Ask<'a> {
    /// The question and the policies that answer it, for whoever wants more than a decision.
    pub(super) fn question(&self, state: &'a State, who: &'a Authenticated) -> (Question<'a>, Policies<'a>) {
        let owner = account_of(self.resource);
        let question = Question {
            caller: &who.caller,
            action: self.action,
            resource: self.resource,
            owner: if owner.is_empty() { who.account() } else { owner },
            context: self.context,
        };
        (question, policies(state, who, self.policy))
    }
}

/// Decides it, and keeps why.
pub(super) fn decide(state: &State, who: &Authenticated, ask: &Ask<'_>) -> Decision {
    let (question, policies) = ask.question(state, who);
    match who.journal.upgrade() {
        Some(journal) => settle(&journal, &question, &policies),
        None => evaluate(&question, &policies),
    }
}

/// Decides a question, and keeps why.
pub(super) fn settle(journal: &Journal, question: &Question<'_>, policies: &Policies<'_>) -> Decision {
    let explanation = explain(question, policies);
    let decision = explanation.decision;
    journal.decided(question.action, question.resource, explanation);
    decision
}

fn attached<'a>((name, document): (&'a str, &'a Document)) -> Attached<'a> {
    Attached { name, policy: &document.policy }
}

/// Every policy that has a say in what a caller does.
pub(super) fn policies<'a>(
    state: &'a State,
    who: &'a Authenticated,
    resource: Option<Attached<'a>>,
) -> Policies<'a> {
    let mut policies = Policies { resource, ..Policies::default() };
    let Some(account) = state.account(who.account()) else { return policies };
    policies.service_control = service_control(account);
    match &who.who {
        Who::Root | Who::Federated(None) => policies.identity.extend(everything()),
        Who::User(name) | Who::Federated(Some(name)) => {
            if let Some(user) = account.users.get(name) {
                policies.identity.extend(account.granted_to(user).map(attached));
                policies.boundary = boundary(account, user.boundary.as_deref());
            }
        }
        Who::Role(name) => {
            if let Some(role) = account.roles.get(name) {
                policies.identity.extend(account.granted(&role.grants).map(attached));
                policies.boundary = boundary(account, role.boundary.as_deref());
            }
        }
    }
    if let Some(session) = &who.session {
        policies.session.extend(session.policies.iter().map(|(name, document)| attached((name, document))));
        // What no policy was passed to is granted by resources alone.
        if matches!(session.source, Source::Federation { .. }) && policies.session.is_empty() {
            policies.identity.clear();
        }
    }
    policies
}

/// Those of an account: each must allow, but those that only deny.
pub(super) fn service_control(account: &Account) -> Vec<Vec<Attached<'_>>> {
    Policies::levels(account.scps.iter().map(|(name, document)| attached((name, document))))
}

/// The permissions boundary that an ARN stands for.
pub(super) fn boundary<'a>(account: &'a Account, arn: Option<&'a str>) -> Option<Attached<'a>> {
    let arn = arn?;
    Some(attached((arn, account.managed_document(arn)?)))
}

/// What the root user has.
fn everything() -> Option<Attached<'static>> {
    let (name, document) = aws_managed().get_key_value("arn:aws:iam::aws:policy/AdministratorAccess")?;
    Some(attached((name, document)))
}

/// The global condition keys of a signed request, besides those that follow from the caller.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
pub(super) fn context(call: &Call, who: &Authenticated) -> Context {
    let mut context = anonymous_context(call).with("aws:RequestedRegion", who.region.clone());
    if let Some(session) = &who.session {
        let since = |then: std::time::SystemTime| call.now.duration_since(then).unwrap_or_default().as_secs();
        context = context
            .with("aws:TokenIssueTime", clock::iso(session.issued))
            .with("aws:MultiFactorAuthPresent", if session.mfa { "true" } else { "false" });
        if session.mfa {
            context = context.with("aws:MultiFactorAuthAge", since(session.issued).to_string());
        }
        if let Some(identity) = &session.source_identity {
            context = context.with("aws:SourceIdentity", identity.clone());
        }
        if let Source::WebIdentity { provider, .. } = &session.source {
            context = context.with("aws:FederatedProvider", provider.clone());
        }
    }
    context
}

/// The global condition keys that every request has.
pub(super) fn anonymous_context(call: &Call) -> Context {
    let seconds = call.now.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut context = Context::default()
        .with("aws:CurrentTime", clock::iso(call.now))
        .with("aws:EpochTime", seconds.to_string())
        .with("aws:SecureTransport", "false")
        .with("aws:ViaAWSService", "false")
        .with("aws:SourceIp", call.peer.to_string());
    for (key, header) in [("aws:UserAgent", "user-agent"), ("aws:Referer", "referer")] {
        if let Some(value) = call.header(header) {
            context = context.with(key, value.to_owned());
        }
    }
    context
}

/// Adds the tags that a request passes.
pub(super) fn with_tags(context: Context, tags: &Tags) -> Context {
    if tags.is_empty() {
        return context;
    }
    let context = context.with_many("aws:TagKeys", tags.keys().cloned());
    tags.iter()
        .fold(context, |context, (key, value)| context.with(format!("aws:RequestTag/{key}"), value.clone()))
}

/// AWS's sentence for a decision that does not allow; `shown` is the resource as the service names
/// it.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
pub(super) fn denied(who: &Authenticated, action: &str, shown: &str, decision: Decision) -> String {
    let why = match decision {
        Decision::ExplicitDeny(layer) => format!("with an explicit deny in {}", one(layer)),
        Decision::ImplicitDeny(layer) => format!("because no {} allows the {action} action", plain(layer)),
        // Not asked of what is allowed.
        Decision::Allowed => String::new(),
    };
    format!("User: {} is not authorized to perform: {action} on resource: {shown} {why}", who.arn())
}

fn plain(layer: Layer) -> &'static str {
    match layer {
        Layer::ServiceControlPolicy => "service control policy",
        Layer::ResourcePolicy => "resource-based policy",
        Layer::IdentityPolicy => "identity-based policy",
        Layer::PermissionsBoundary => "permissions boundary",
        Layer::SessionPolicy => "session policy",
    }
}

fn one(layer: Layer) -> String {
    let article = if layer == Layer::IdentityPolicy { "an" } else { "a" };
    format!("{article} {}", plain(layer))
}
