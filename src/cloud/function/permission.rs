//! May whoever calls a function URL do so: asked for an answer, and asked again for the reasons.
//!
//! Owns that granting costs no more than the decision: why it was granted is found out when somebody
//! wants to know.

use std::sync::Arc;

use crate::cloud::authenticate::Authenticated;
use crate::cloud::authorise;
use crate::cloud::state::{Function, State};
use crate::core::iam::{
    Attached, Caller, Context, Explanation, Policies, Question, account_of, evaluate, explain,
};

/// Every action that a URL asks for. What granted it can be asked later.
#[derive(Debug)]
pub(in crate::cloud) struct Permission {
    pub(super) who: Option<Arc<Authenticated>>,
    pub(super) actions: &'static [&'static str],
    pub(super) resource: String,
    pub(super) context: Context,
}

impl Permission {
    pub(super) fn granted(&self, state: &State, function: &Function) -> bool {
        let policies = self.policies(state, function);
        self.actions.iter().all(|action| evaluate(&self.question(action), &policies).allowed())
    }

    /// Each action with what the policies say of it now; nothing where the function is gone.
    pub(in crate::cloud) fn explained_now(&self, state: &State) -> Vec<(&'static str, Explanation)> {
        state.function(&self.resource).map(|function| self.explained(state, function)).unwrap_or_default()
    }

    pub(super) fn explained(&self, state: &State, function: &Function) -> Vec<(&'static str, Explanation)> {
        let policies = self.policies(state, function);
        self.actions.iter().map(|action| (*action, explain(&self.question(action), &policies))).collect()
    }

    pub(in crate::cloud) fn resource(&self) -> &str {
        &self.resource
    }

    fn question<'a>(&'a self, action: &'a str) -> Question<'a> {
        Question {
            caller: self.who.as_ref().map_or(&Caller::Anonymous, |who| &who.caller),
            action,
            resource: &self.resource,
            owner: account_of(&self.resource),
            context: &self.context,
        }
    }

    fn policies<'a>(&'a self, state: &'a State, function: &'a Function) -> Policies<'a> {
        let resource = function.policy().map(|policy| Attached { name: &function.name, policy });
        match &self.who {
            Some(who) => authorise::policies(state, who, resource),
            None => Policies { resource, ..Policies::default() },
        }
    }
}
