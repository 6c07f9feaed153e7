//! Parsed policy documents.
//!
//! Owns the shape of a document and whether a statement applies to a request. Refuses to decide,
//! which `evaluate` does, and to parse, which `document` does.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>

use super::caller::{Caller, Reach};
use super::condition::Condition;
use super::context::Facts;
use super::pattern::{Case, Pattern};
use super::principal::{self, Principal};

/// What a document is attached to, which determines its elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Attached to a user, group or role, or used as a boundary, session policy or service control
    /// policy: no `Principal`.
    Identity,
    /// Attached to a resource: `Principal` in every statement.
    Resource,
    /// Says who may assume a role: like [`Kind::Resource`], but without `Resource`, and only with
    /// actions of STS.
    Trust,
}

/// The version of the policy language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// `2008-10-17`, also if a document has no version: `${…}` is plain text.
    V2008,
    /// `2012-10-17`
    V2012,
}

/// A valid policy document, made by [`Policy::parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(super) version: Version,
    /// Never empty.
    pub(super) statements: Vec<Statement>,
}

impl Policy {
    /// The version of its language. IAM only accepts the newest for identity policies.
    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// Whether any statement allows something.
    pub(super) fn has_allow(&self) -> bool {
        self.statements.iter().any(|statement| statement.effect == Effect::Allow)
    }
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) sid: Option<String>,
    pub(super) effect: Effect,
    /// `None` in identity policies, which apply to what they are attached to.
    pub(super) principals: Option<Selection<Principal>>,
    pub(super) actions: Selection<Pattern>,
    /// `None` in trust policies, which apply to what they are attached to.
    pub(super) resources: Option<Selection<Pattern>>,
    /// All of them must hold.
    pub(super) conditions: Vec<Condition>,
}

/// Allow or deny.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) enum Effect {
    /// Grants.
    Allow,
    /// Denies, whatever else allows.
    Deny,
}

/// An element, or its `Not` form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Selection<T> {
    /// Matches any of these.
    Any(Vec<T>),
    /// Matches anything else.
    Not(Vec<T>),
}

impl<T> Selection<T> {
    pub(super) fn entries(&self) -> &[T] {
        match self {
            Self::Any(entries) | Self::Not(entries) => entries,
        }
    }
}

/// A request, in the form that statements are compared with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) action: &'a str,
    pub(super) resource: &'a str,
    pub(super) facts: Facts<'a>,
    /// The caller has a permissions boundary.
    pub(super) bounded: bool,
}

impl Statement {
    /// How the statement applies to a request, if it does.
    pub(super) fn speaks(&self, asked: &Asked<'_>) -> Option<Reach> {
        let fits = self.names_action(asked) && self.names_resource(asked);
        let reach = if fits { self.names_caller(asked)? } else { return None };
        self.conditions.iter().all(|condition| condition.holds(&asked.facts)).then_some(reach)
    }

    pub(super) fn names_action(&self, asked: &Asked<'_>) -> bool {
        let fits = |pattern: &Pattern| pattern.matches(asked.action, Case::Ignored, &asked.facts);
        match &self.actions {
            Selection::Any(patterns) => patterns.iter().any(fits),
            Selection::Not(patterns) => !patterns.iter().any(fits),
        }
    }

    pub(super) fn names_resource(&self, asked: &Asked<'_>) -> bool {
        let (resource, facts) = (asked.resource, &asked.facts);
        match &self.resources {
            None => true,
            Some(Selection::Any(patterns)) => {
                patterns.iter().any(|pattern| pattern.matches(resource, Case::Minded, facts))
            }
            // If a variable has no value, the resource might be the one that is excluded.
            Some(Selection::Not(patterns)) => {
                !patterns.iter().any(|pattern| pattern.may_match(resource, facts))
            }
        }
    }

    pub(super) fn names_caller(&self, asked: &Asked<'_>) -> Option<Reach> {
        let caller: &Caller = asked.facts.caller;
        match &self.principals {
            None => Some(Reach::Direct),
            Some(Selection::Any(principals)) => principal::reach(principals, caller),
            // AWS denies a caller with a boundary, whatever NotPrincipal says.
            Some(Selection::Not(principals)) => {
                (asked.bounded || !principal::excepts(principals, caller)).then_some(Reach::Direct)
            }
        }
    }
}
