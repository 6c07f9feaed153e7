//! The roles that `[instance]`, `[container]` and `[sso]` name.
//!
//! Owns that each exists in the state that the cloud serves: a state folder may have roles that
//! `cloud.toml` doesn't declare, and an account in it doesn't get those that are declared later.

use toml::Spanned;

use super::{Problem, Reader, place};
use crate::cloud::state::State;

/// The roles that a configuration names, each with what is wrong if it doesn't exist.
#[derive(Default)]
pub(in crate::cloud) struct NamedRoles(Vec<NamedRole>);

struct NamedRole {
    account: String,
    role: String,
    problem: Problem,
}

impl NamedRoles {
    /// Whether all exist.
    ///
    /// # Errors
    /// Each that doesn't.
    pub(in crate::cloud) fn check(&self, state: &State) -> Result<(), Vec<Problem>> {
        let exists = |named: &&NamedRole| {
            state.account(&named.account).is_some_and(|account| account.roles.contains(&named.role))
        };
        let missing: Vec<_> =
            self.0.iter().filter(|named| !exists(named)).map(|named| named.problem.clone()).collect();
        if missing.is_empty() { Ok(()) } else { Err(missing) }
    }
}

impl Reader<'_> {
    /// The name of a role, to be checked once the whole state is known.
    pub(super) fn role_name(&mut self, state: &State, written: &Spanned<String>, account: &str) -> String {
        let name = written.get_ref();
        let (line, key) = place::of(self.text, written.span().start);
        let message = format!("role `{name}` doesn't exist in account `{account}`");
        let hint = "declare it under [[accounts.roles]]; if the state folder has the account already, create the role there";
        let problem = Problem { line, key, message, hint: hint.to_owned() };
        self.roles.0.push(NamedRole { account: account.to_owned(), role: name.clone(), problem });
        // As it is declared, whatever its case here.
        let declared = state.account(account).and_then(|account| account.roles.get(name));
        declared.map_or_else(|| name.clone(), |role| role.name.clone())
    }
}
