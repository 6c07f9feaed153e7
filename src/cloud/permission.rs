//! The permission to call a function URL: decided at once, explained on demand.
//!
//! A granted call costs no more than the decision. Refuses to find the caller.

use std::sync::Arc;

use super::caller::Authenticated;
use super::policies::policies;
use super::state::{Function, State};
use crate::core::iam::{
    Attached, Caller, Context, Explanation, Policies, Question, account_of, evaluate, explain,
};

/// Every action that a call of a function URL requires.
#[derive(Debug)]
pub(super) struct Permission {
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

    /// Each action, explained by the current policies; empty if the function has been deleted.
    pub(super) fn explained_now(&self, state: &State) -> Vec<(&'static str, Explanation)> {
        state.function(&self.resource).map(|function| self.explained(state, function)).unwrap_or_default()
    }

    pub(super) fn explained(&self, state: &State, function: &Function) -> Vec<(&'static str, Explanation)> {
        let policies = self.policies(state, function);
        self.actions.iter().map(|action| (*action, explain(&self.question(action), &policies))).collect()
    }

    pub(super) fn resource(&self) -> &str {
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
            Some(who) => policies(state, who, resource),
            None => Policies { resource, ..Policies::default() },
        }
    }
}
