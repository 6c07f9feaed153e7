//! IAM: policy documents, their evaluation, and the decision with its trace.
//!
//! Owns the policy language as far as it is spoken here, and the order in which policies are asked.
//! Refuses what it does not know: an element, an operator or a type that it cannot judge makes a
//! document [`Malformed`]; nothing is ever ignored, so nothing is allowed by accident. Refuses also
//! to know where policies are kept and what the services call them.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies.html>

mod condition;
mod evaluate;
mod json;
mod pattern;
mod policy;
mod trace;

pub use condition::{Condition, Context, Operator};
pub use evaluate::{Attached, Caller, Policies, Question, evaluate};
pub use policy::{Effect, Kind, Malformed, Policy, Principal, Selection, Statement};
pub use trace::{Basis, Decision, Element, Outcome, Step};

#[cfg(test)]
mod tests;
