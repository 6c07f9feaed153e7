//! The roles that `[instance]`, `[container]` and `[sso]` name.
//!
//! Owns that each exists in the state that the cloud serves: a state folder may have roles that
//! `cloud.toml` doesn't declare, and an account in it doesn't get those that are declared later. There a
//! role may also have been deleted, which must not keep the cloud from starting.

use std::collections::BTreeSet;

use toml::Spanned;

use super::{Problem, Reader, place};
use crate::cloud::state::State;

/// The hint for a role that a saved account doesn't have.
const CREATE: &str =
    "the state folder has this account without the role: create it there; until then it has no credentials";

/// The roles that a configuration names, each with what is wrong if it doesn't exist.
#[derive(Default)]
pub(in crate::cloud) struct NamedRoles(Vec<NamedRole>);

struct NamedRole {
    account: String,
    role: String,
    problem: Problem,
}

impl NamedRoles {
    /// Whether all exist; returns those that `saved` accounts, which are from a state folder, don't have.
    ///
    /// # Errors
    /// Each that doesn't exist in another account.
    pub(in crate::cloud) fn check(
        &self,
        state: &State,
        saved: &BTreeSet<String>,
    ) -> Result<Vec<Problem>, Vec<Problem>> {
        let exists = |named: &&NamedRole| {
            state.account(&named.account).is_some_and(|account| account.roles.contains(&named.role))
        };
        let (saved, declared): (Vec<_>, Vec<_>) =
            self.0.iter().filter(|named| !exists(named)).partition(|named| saved.contains(&named.account));
        if declared.is_empty() {
            let warning = |named: &NamedRole| Problem { hint: CREATE.to_owned(), ..named.problem.clone() };
            return Ok(saved.into_iter().map(warning).collect());
        }
        Err(saved.into_iter().chain(declared).map(|named| named.problem.clone()).collect())
    }
}

impl Reader<'_> {
    /// The name of a role, to be checked once the whole state is known.
    pub(super) fn role_name(&mut self, state: &State, written: &Spanned<String>, account: &str) -> String {
        let name = written.get_ref();
        let (line, key) = place::of(self.text, written.span().start);
        let message = format!("role `{name}` doesn't exist in account `{account}`");
        let hint = "declare it under [[accounts.roles]]";
        let problem = Problem { line, key, message, hint: hint.to_owned() };
        self.roles.0.push(NamedRole { account: account.to_owned(), role: name.clone(), problem });
        // As it is declared, whatever its case here.
        let declared = state.account(account).and_then(|account| account.roles.get(name));
        declared.map_or_else(|| name.clone(), |role| role.name.clone())
    }
}
