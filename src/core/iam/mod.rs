//! IAM: policy documents, their evaluation, and the decision with its trace.
//!
//! Owns the policy language, and the order in which policies are asked. Refuses what it does not
//! know: an element, an operator or a type that it cannot judge makes a document [`Malformed`];
//! nothing is ever ignored, so nothing is allowed by accident. Refuses also to know where policies
//! are kept and what the services call them.
//!
//! [`evaluate`] is for servers: documents are read once, and asking them allocates nothing where no
//! variable stands for a list. [`explain`] decides the same, and says why.
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
