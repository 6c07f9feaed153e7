//! One question with its policies.

use super::UsageError;
use crate::core::iam::{
    Attached, Caller, Context, Document, Explanation, Kind, Malformed, Policies, Policy, Question,
    account_of, explain,
};

/// Where a policy is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PolicyKind {
    Identity,
    Resource,
    Boundary,
    Session,
    /// Service control policies, listed without their levels.
    Scp,
}

impl PolicyKind {
    pub(super) const ALL: [Self; 5] =
        [Self::Identity, Self::Resource, Self::Boundary, Self::Session, Self::Scp];

    /// Its prefix of a file.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Resource => "resource",
            Self::Boundary => "boundary",
            Self::Session => "session",
            Self::Scp => "scp",
        }
    }
}

type Named = (String, Policy);

/// One question.
#[derive(Debug)]
pub(super) struct Case {
    caller: Caller,
    action: String,
    resource: String,
    owner: String,
    pub(super) context: Context,
    identity: Vec<Named>,
    guard: Option<Named>,
    boundary: Option<Named>,
    session: Vec<Named>,
    /// Service control policies that are listed without their levels.
    listed: Vec<Named>,
    /// Levels of service control policies.
    levels: Vec<Vec<Named>>,
}

impl Case {
    /// A question without policies.
    pub(super) fn new(
        principal: &str,
        action: String,
        resource: String,
        owner: Option<String>,
    ) -> Result<Self, UsageError> {
        let caller = Caller::parse(principal)
            .map_err(|unknown| UsageError::new(unknown.to_string(), unknown.hint()))?;
        let word =
            |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !action.split_once(':').is_some_and(|(vendor, name)| word(vendor) && word(name)) {
            let message = format!("`{action}` isn't a valid action");
            return Err(UsageError::new(
                message,
                "Use one action with its service, for example s3:GetObject.",
            ));
        }
        if resource != "*" && (!resource.starts_with("arn:") || resource.split(':').count() < 6) {
            let message = format!("`{resource}` isn't a valid resource");
            return Err(UsageError::new(message, "Use an ARN, or `*` for an action without a resource."));
        }
        let owner = match owner {
            Some(id) if id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()) => id,
            Some(id) => {
                return Err(UsageError::new(
                    format!("`{id}` isn't a valid account id"),
                    "An account id has 12 digits.",
                ));
            }
            None => {
                let named = account_of(&resource);
                if named.is_empty() { caller.account().unwrap_or_default() } else { named }.to_owned()
            }
        };
        Ok(Self {
            caller,
            action,
            resource,
            owner,
            context: Context::default(),
            identity: Vec::new(),
            guard: None,
            boundary: None,
            session: Vec::new(),
            listed: Vec::new(),
            levels: Vec::new(),
        })
    }

    /// Whether there is a policy of this kind.
    pub(super) fn has(&self, place: PolicyKind) -> bool {
        match place {
            PolicyKind::Identity => !self.identity.is_empty(),
            PolicyKind::Resource => self.guard.is_some(),
            PolicyKind::Boundary => self.boundary.is_some(),
            PolicyKind::Session => !self.session.is_empty(),
            PolicyKind::Scp => !self.listed.is_empty(),
        }
    }

    /// Adds a level of service control policies.
    pub(super) fn add_level(&mut self, level: Vec<(String, Document)>) -> Result<(), (String, Malformed)> {
        let read = |(name, document): (String, Document)| match Policy::read(&document, Kind::Identity) {
            Ok(policy) => Ok((name, policy)),
            Err(malformed) => Err((name, malformed)),
        };
        self.levels.push(level.into_iter().map(read).collect::<Result<_, _>>()?);
        Ok(())
    }

    /// Attaches a document; it replaces an earlier resource policy or boundary.
    pub(super) fn attach(
        &mut self,
        place: PolicyKind,
        name: String,
        document: &Document,
    ) -> Result<(), Malformed> {
        let kind = match (place, document.kind()) {
            (PolicyKind::Resource, Kind::Trust) if self.action.starts_with("sts:") => Kind::Trust,
            (PolicyKind::Resource, _) => Kind::Resource,
            (PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session | PolicyKind::Scp, _) => {
                Kind::Identity
            }
        };
        let named = (name, Policy::read(document, kind)?);
        match place {
            PolicyKind::Identity => self.identity.push(named),
            PolicyKind::Resource => self.guard = Some(named),
            PolicyKind::Boundary => self.boundary = Some(named),
            PolicyKind::Session => self.session.push(named),
            PolicyKind::Scp => self.listed.push(named),
        }
        Ok(())
    }

    /// Decides, and explains why.
    pub(super) fn explain(&self) -> Explanation {
        fn attached((name, policy): &Named) -> Attached<'_> {
            Attached { name, policy }
        }
        let mut service_control = Policies::levels(self.listed.iter().map(attached));
        service_control.extend(self.levels.iter().map(|level| level.iter().map(attached).collect()));
        let policies = Policies {
            service_control,
            resource: self.guard.as_ref().map(attached),
            identity: self.identity.iter().map(attached).collect(),
            boundary: self.boundary.as_ref().map(attached),
            session: self.session.iter().map(attached).collect(),
        };
        let question = Question {
            caller: &self.caller,
            action: &self.action,
            resource: &self.resource,
            owner: &self.owner,
            context: &self.context,
        };
        explain(&question, &policies)
    }
}
