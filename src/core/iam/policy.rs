//! Policy documents as they are judged.
//!
//! Owns the shape of a document and whether one statement speaks of one request. Refuses to decide:
//! `evaluate` does; reading is `document`'s.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>

use super::caller::{Caller, Reach};
use super::condition::Condition;
use super::context::Facts;
use super::pattern::{Case, Pattern};
use super::principal::{self, Principal};

/// What a document is attached to; it decides which elements it must and must not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Attached to a user, group or role, or used as boundary, session policy or service control
    /// policy: no `Principal`.
    Identity,
    /// Attached to a resource: `Principal` in every statement.
    Resource,
    /// Says who may assume a role: as [`Kind::Resource`], without `Resource`, and only actions of
    /// STS.
    Trust,
}

/// The version of the policy language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// `2008-10-17`, and documents that do not say: `${…}` is plain text.
    V2008,
    /// `2012-10-17`
    V2012,
}

/// A policy document that can be judged whole. [`Policy::parse`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(super) version: Version,
    /// Never empty.
    pub(super) statements: Vec<Statement>,
}

impl Policy {
    /// The version of its language. IAM takes new identity policies in the newest only.
    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// Whether a statement allows anything.
    pub(super) fn has_allow(&self) -> bool {
        self.statements.iter().any(|statement| statement.effect == Effect::Allow)
    }
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) sid: Option<String>,
    pub(super) effect: Effect,
    /// `None` in identity policies, which speak of whom they are attached to.
    pub(super) principals: Option<Selection<Principal>>,
    pub(super) actions: Selection<Pattern>,
    /// `None` in trust policies, which speak of what they are attached to.
    pub(super) resources: Option<Selection<Pattern>>,
    /// All of them must hold.
    pub(super) conditions: Vec<Condition>,
}

/// Allow or deny.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) enum Effect {
    /// Grants.
    Allow,
    /// Refuses, whatever else grants.
    Deny,
}

/// An element, or its `Not` form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Selection<T> {
    /// What one of these means.
    Any(Vec<T>),
    /// What none of these means.
    Not(Vec<T>),
}

impl<T> Selection<T> {
    pub(super) fn entries(&self) -> &[T] {
        match self {
            Self::Any(entries) | Self::Not(entries) => entries,
        }
    }
}

/// One request, as statements are asked about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) action: &'a str,
    pub(super) resource: &'a str,
    pub(super) facts: Facts<'a>,
    /// The caller has a permissions boundary.
    pub(super) bounded: bool,
}

impl Statement {
    /// How the statement speaks of a request; `None` where it does not.
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
            // Where a variable has no value, nobody can say that the resource is not the one meant.
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
            // AWS denies whoever has a boundary, whatever NotPrincipal says.
            Some(Selection::Not(principals)) => {
                (asked.bounded || !principal::excepts(principals, caller)).then_some(Reach::Direct)
            }
        }
    }
}
