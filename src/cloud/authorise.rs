//! Whether a caller may do something: the applicable policies, evaluated by [`crate::core::iam`].
//!
//! Owns the global condition keys, and AWS's sentence for a denial. Which policies apply is
//! [`super::policies`]'s.

use super::caller::Authenticated;
use super::clock;
use super::journal::Journal;
use super::policies::policies;
use super::request::Call;
use super::state::{CloudSettings, SessionSource, State, Tags};
use crate::core::iam::{Attached, Context, Decision, Layer, Policies, Question, account_of, explain};

/// The actions that a request to a function URL requires; all must be allowed.
pub(super) fn function_url_actions(settings: &CloudSettings) -> &'static [&'static str] {
    const ACTIONS: [&str; 2] = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"];
    if settings.both_actions { &ACTIONS } else { &ACTIONS[..1] }
}

/// An action on a resource, to be allowed or denied.
pub(super) struct AccessCheck<'a> {
    /// For example `lambda:AddPermission`.
    pub(super) action: &'a str,
    /// ARN of the resource, or `*`.
    pub(super) resource: &'a str,
    /// Condition keys.
    pub(super) context: &'a Context,
    /// The resource's policy.
    pub(super) policy: Option<Attached<'a>>,
}

impl AccessCheck<'_> {
    /// Decides for a caller, and records why.
    pub(super) fn decide(&self, state: &State, who: &Authenticated, journal: &Journal) -> Decision {
        let owner = account_of(self.resource);
        let question = Question {
            caller: &who.caller,
            action: self.action,
            resource: self.resource,
            owner: if owner.is_empty() { who.account() } else { owner },
            context: self.context,
        };
        decide(journal, &question, &policies(state, who, self.policy))
    }
}

/// Decides a question, and records why.
pub(super) fn decide(journal: &Journal, question: &Question<'_>, policies: &Policies<'_>) -> Decision {
    let explanation = explain(question, policies);
    let decision = explanation.decision;
    journal.decided(question.action, question.resource, explanation);
    decision
}

/// The global condition keys of a signed request, except those that follow from the caller.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
pub(super) fn context(call: &Call, who: &Authenticated) -> Context {
    let mut context = anonymous_context(call).with("aws:RequestedRegion", who.region.clone());
    if let Some(session) = &who.session {
        let since = |then: std::time::SystemTime| call.now.duration_since(then).unwrap_or_default().as_secs();
        context = context
            .with("aws:TokenIssueTime", clock::iso(session.issued))
            .with("aws:MultiFactorAuthPresent", if session.mfa.is_some() { "true" } else { "false" });
        if let Some(then) = session.mfa {
            context = context.with("aws:MultiFactorAuthAge", since(then).to_string());
        }
        if let Some(identity) = &session.source_identity {
            context = context.with("aws:SourceIdentity", identity.clone());
        }
        if let SessionSource::WebIdentity { provider, .. } = &session.source {
            context = context.with("aws:FederatedProvider", provider.clone());
        }
    }
    context
}

/// The global condition keys that every request has.
pub(super) fn anonymous_context(call: &Call) -> Context {
    let mut context = Context::default()
        .with("aws:CurrentTime", clock::iso(call.now))
        .with("aws:EpochTime", clock::unix_seconds(call.now).to_string())
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

/// AWS's sentence for a denial; `shown` is the resource as the service names it.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
pub(super) fn denied(who: &Authenticated, action: &str, shown: &str, decision: Decision) -> String {
    let why = match decision {
        Decision::ExplicitDeny(layer) => format!("with an explicit deny in {}", one(layer)),
        Decision::ImplicitDeny(layer) => format!("because no {} allows the {action} action", plain(layer)),
        // Never called for a decision to allow.
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
