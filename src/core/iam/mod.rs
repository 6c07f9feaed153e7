//! IAM: policy documents, their evaluation, and the decision with its trace.
//!
//! Owns the policy language, and the order in which policies are evaluated. Refuses what it doesn't
//! know: an element, operator or type that it can't evaluate makes a document [`Malformed`].
//! Nothing is ever ignored, so nothing is allowed by accident. Also refuses to know where policies
//! are stored and what the services call them.
//!
//! [`evaluate`] is for servers: documents are parsed once, and evaluating them allocates nothing
//! unless a variable takes the place of a list. [`explain`] makes the same decision and gives the
//! reasons.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies.html>

mod arn;
mod caller;
mod condition;
mod context;
mod document;
mod evaluate;
mod explain;
mod json;
mod operator;
mod pattern;
mod policy;
mod principal;
mod render;
mod trace;
mod value;

pub(crate) use arn::{account_of, is_arn};
pub(crate) use caller::{Caller, UnknownPrincipal};
pub(crate) use context::{Context, Value};
pub(crate) use document::{Document, Malformed};
pub(crate) use evaluate::{Attached, Decision, Layer, Policies, Question, evaluate};
pub(crate) use explain::explain;
pub(crate) use policy::{Effect, Kind, Policy, Version};
pub(crate) use principal::is_unique_id;
pub(crate) use trace::{Explanation, Step};

#[cfg(test)]
mod tests;
