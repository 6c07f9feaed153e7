//! Who may do what: policies -> [`Decision`].
//!
//! Owns the order in which policies are evaluated, and what each kind can grant, delegate or limit.
//! [`evaluate`] looks at as little as possible; [`super::explain`] looks at everything, by the same
//! rules.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::caller::{Caller, Reach};
use super::context::{Context, Facts};
use super::policy::{Asked, Effect, Policy};

/// A request to be authorized.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    /// Who makes it.
    pub caller: &'a Caller,
    /// For example `lambda:InvokeFunctionUrl`.
    pub action: &'a str,
    /// ARN of the resource, or `*` for an action without one.
    pub resource: &'a str,
    /// The account that owns the resource.
    pub owner: &'a str,
    /// Condition keys of the request, apart from those that follow from the caller and the owner.
    pub context: &'a Context,
}

/// A policy and its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attached<'a> {
    /// The name under which it is attached.
    pub name: &'a str,
    /// The document.
    pub policy: &'a Policy,
}

/// Every policy that applies. For a caller without an account (anonymous, a service, a web
/// identity) that is only the resource policy.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policies<'a> {
    /// Of the caller's organization: those attached at each level from the root down. Each level
    /// must allow.
    pub service_control: Vec<Vec<Attached<'a>>>,
    /// Of the resource. For a role it is the trust policy.
    pub resource: Option<Attached<'a>>,
    /// Of the caller: of a user and its groups, inline and managed, or of a role.
    pub identity: Vec<Attached<'a>>,
    /// The permissions boundary of the user or role.
    pub boundary: Option<Attached<'a>>,
    /// Passed when the session was created. If there are any, one must allow.
    pub session: Vec<Attached<'a>>,
}

impl<'a> Policies<'a> {
    /// Levels for service control policies whose attachment is unknown: each must allow, except for
    /// those without any `Allow`, which only deny and are attached along with others.
    pub(crate) fn levels(listed: impl IntoIterator<Item = Attached<'a>>) -> Vec<Vec<Attached<'a>>> {
        let (grants, denies): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|attached| attached.policy.has_allow());
        let mut levels: Vec<_> = grants.into_iter().map(|grant| vec![grant]).collect();
        match levels.last_mut() {
            Some(last) => last.extend(denies),
            None if denies.is_empty() => {}
            None => levels.push(denies),
        }
        levels
    }
}

/// A kind of policy, in the order of evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Layer {
    /// Service control policies of an organisation.
    ServiceControlPolicy,
    /// The resource's policy.
    ResourcePolicy,
    /// The caller's policies.
    IdentityPolicy,
    /// The most that a user or role can be granted.
    PermissionsBoundary,
    /// The most that a session can be granted.
    SessionPolicy,
}

impl Layer {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 5] = [
        Self::ServiceControlPolicy,
        Self::ResourcePolicy,
        Self::IdentityPolicy,
        Self::PermissionsBoundary,
        Self::SessionPolicy,
    ];
}

/// The decision, and the kind of policy that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// The request is allowed.
    Allowed,
    /// A statement there denies it.
    ExplicitDeny(Layer),
    /// It isn't allowed there, although it would have to be.
    ImplicitDeny(Layer),
}

impl Decision {
    /// Whether the request is allowed.
    pub(crate) fn allowed(self) -> bool {
        self == Self::Allowed
    }

    /// Its name in JSON: `allowed`, `explicit-deny` or `implicit-deny`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny(_) => "explicit-deny",
            Self::ImplicitDeny(_) => "implicit-deny",
        }
    }

    /// The layer that denied the request.
    pub(crate) fn layer(self) -> Option<Layer> {
        match self {
            Self::Allowed => None,
            Self::ExplicitDeny(layer) | Self::ImplicitDeny(layer) => Some(layer),
        }
    }
}

/// `{"decision": "implicit-deny", "layer": "session-policy"}`
impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Decision", 2)?;
        object.serialize_field("decision", self.as_str())?;
        object.serialize_field("layer", &self.layer())?;
        object.end()
    }
}

/// Makes the decision.
pub(crate) fn evaluate(question: &Question<'_>, policies: &Policies<'_>) -> Decision {
    let asked = question.asked(policies);
    let survey = Survey::make(question, policies, |_, attached, so_far| {
        let mut said = so_far;
        for statement in &attached.policy.statements {
            let needless = statement.effect == Effect::Allow && said.allows == Some(Reach::Direct);
            if !needless && let Some(reach) = statement.speaks(&asked) {
                said.hear(statement.effect, reach);
            }
        }
        said
    });
    survey.settle(question)
}

impl<'a> Question<'a> {
    pub(super) fn asked(&self, policies: &Policies<'_>) -> Asked<'a> {
        Asked {
            action: self.action,
            resource: self.resource,
            facts: Facts { context: self.context, caller: self.caller, owner: self.owner },
            bounded: policies.boundary.is_some(),
        }
    }

    pub(super) fn same_account(&self) -> bool {
        self.caller.account() == Some(self.owner)
    }

    /// AWS responds to GetCallerIdentity whenever the signature is valid, whatever the policies
    /// are.
    pub(super) fn needs_no_permission(&self) -> bool {
        self.caller.account().is_some() && self.action.eq_ignore_ascii_case("sts:GetCallerIdentity")
    }

    /// Trust policies and KMS key policies must allow, even within an account.
    fn resource_must_allow(&self) -> bool {
        let vendor = self.action.split(':').next().unwrap_or_default();
        vendor.eq_ignore_ascii_case("sts") || vendor.eq_ignore_ascii_case("kms")
    }
}

/// The combined effect of some policies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) denies: bool,
    pub(super) allows: Option<Reach>,
}

impl Said {
    pub(super) fn hear(&mut self, effect: Effect, reach: Reach) {
        match effect {
            Effect::Deny => self.denies = true,
            Effect::Allow => self.allows = self.allows.max(Some(reach)),
        }
    }
}

/// The effect of every layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Survey {
    heard: [Heard; Layer::ALL.len()],
}

/// The effect of one layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Heard {
    /// How many policies were evaluated.
    pub(super) policies: usize,
    pub(super) said: Said,
}

impl Survey {
    /// Evaluates the policies in order; `ask` receives the effect of the earlier ones on the same
    /// level.
    pub(super) fn make(
        question: &Question<'_>,
        policies: &Policies<'_>,
        mut ask: impl FnMut(Layer, &Attached<'_>, Said) -> Said,
    ) -> Self {
        let mut survey = Self::default();
        let mut say = |layer: Layer, attached: &[Attached<'_>]| {
            let said = attached.iter().fold(Said::default(), |said, attached| ask(layer, attached, said));
            let heard = &mut survey.heard[layer as usize];
            // Only service control policies get here more than once: each level must allow.
            let allows = if heard.policies == 0 { said.allows } else { heard.said.allows.min(said.allows) };
            heard.said = Said { denies: heard.said.denies || said.denies, allows };
            // A level without a policy allows nothing.
            heard.policies += attached.len().max(1);
        };
        let subject = question.caller.account().is_some();
        if subject {
            policies.service_control.iter().for_each(|level| say(Layer::ServiceControlPolicy, level));
        }
        if let Some(resource) = policies.resource {
            say(Layer::ResourcePolicy, &[resource]);
        }
        if subject {
            let boundary = policies.boundary.as_slice();
            for (layer, attached) in [
                (Layer::IdentityPolicy, &policies.identity[..]),
                (Layer::PermissionsBoundary, boundary),
                (Layer::SessionPolicy, &policies.session),
            ] {
                if !attached.is_empty() {
                    say(layer, attached);
                }
            }
        }
        survey
    }

    pub(super) fn heard(&self, layer: Layer) -> Heard {
        self.heard[layer as usize]
    }

    /// The resulting decision.
    pub(super) fn settle(&self, question: &Question<'_>) -> Decision {
        if question.needs_no_permission() {
            return Decision::Allowed;
        }
        if let Some(layer) = Layer::ALL.into_iter().find(|layer| self.heard(*layer).said.denies) {
            return Decision::ExplicitDeny(layer);
        }
        let resource = self.heard(Layer::ResourcePolicy).said.allows;
        let by_resource = resource > Some(Reach::Account);
        let stopped = match question.caller {
            Caller::Anonymous | Caller::Service { .. } | Caller::WebIdentity { .. } => {
                (!by_resource).then_some(Layer::ResourcePolicy)
            }
            _ if self.stops(Layer::ServiceControlPolicy) => Some(Layer::ServiceControlPolicy),
            // A principal in the same account that a resource policy names directly needs nothing
            // else.
            _ if question.same_account() && resource == Some(Reach::Direct) => None,
            _ if question.same_account() && by_resource => self.limit(question),
            _ if self.wants_resource(question) && resource.is_none() => Some(Layer::ResourcePolicy),
            Caller::Root { .. } => self.limit(question),
            _ if self.heard(Layer::IdentityPolicy).said.allows.is_none() => Some(Layer::IdentityPolicy),
            _ => self.limit(question),
        };
        stopped.map_or(Decision::Allowed, Decision::ImplicitDeny)
    }

    /// Whether this layer of policies, which only limit, doesn't allow the request.
    fn stops(&self, layer: Layer) -> bool {
        let heard = self.heard(layer);
        heard.policies > 0 && heard.said.allows.is_none()
    }

    /// Between accounts, both sides must allow.
    fn wants_resource(&self, question: &Question<'_>) -> bool {
        let guarded = self.heard(Layer::ResourcePolicy).policies > 0;
        !question.same_account() || (guarded && question.resource_must_allow())
    }

    /// Boundary and session policies limit what is granted. A federated user whose session has no
    /// policy can't do anything on its account alone.
    fn limit(&self, question: &Question<'_>) -> Option<Layer> {
        if self.stops(Layer::PermissionsBoundary) {
            return Some(Layer::PermissionsBoundary);
        }
        let federated = matches!(question.caller, Caller::Federated { .. });
        let bare = federated && self.heard(Layer::SessionPolicy).policies == 0;
        (bare || self.stops(Layer::SessionPolicy)).then_some(Layer::SessionPolicy)
    }
}
