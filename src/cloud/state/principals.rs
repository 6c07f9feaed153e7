//! Users and roles named in policies.
//!
//! Owns that a policy means one user or role, not whoever has its name: as on AWS, a policy may only
//! name those that exist, follows a renamed one, and shows the unique id of a deleted one, which
//! matches nobody. Principals of accounts that aren't in this cloud aren't checked.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use std::sync::Arc;

use super::State;
use super::policy::Document;
use crate::core::iam::{account_of, is_unique_id};

/// A principal that doesn't exist, as the policy names it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("Invalid principal in policy: \"AWS\":\"{0}\"")]
pub(crate) struct UnknownPrincipal(pub(crate) String);

impl State {
    /// A trust policy whose principals exist. Unique ids are replaced by ARNs.
    pub(crate) fn with_known_principals(&self, document: Document) -> Result<Document, UnknownPrincipal> {
        let mut unknown = None;
        let rewritten = document.with_principals(&mut |name| match self.known_principal(name) {
            Ok(known) => (known != name).then_some(known),
            Err(error) => {
                unknown.get_or_insert(error);
                None
            }
        });
        match unknown {
            Some(error) => Err(error),
            None => Ok(rewritten.unwrap_or(document)),
        }
    }

    /// A principal under `AWS`, if it exists. The unique id of a user or role becomes its ARN.
    pub(crate) fn known_principal(&self, name: &str) -> Result<String, UnknownPrincipal> {
        let unknown = || UnknownPrincipal(name.to_owned());
        if is_unique_id(name) {
            let arn = self.named(|id, _| id == name).ok_or_else(unknown)?;
            return Ok(arn.to_owned());
        }
        let kind =
            name.strip_prefix("arn:aws:iam::").and_then(|rest| rest.split_once(':')).map(|(_, kind)| kind);
        let user_or_role = kind.is_some_and(|kind| kind.starts_with("user/") || kind.starts_with("role/"));
        if user_or_role && self.accounts.contains_key(account_of(name)) {
            self.named(|_, arn| arn == name).ok_or_else(unknown)?;
        }
        Ok(name.to_owned())
    }

    /// The ARN of the first user or role whose id and ARN match.
    fn named(&self, is: impl Fn(&str, &str) -> bool) -> Option<&str> {
        self.accounts.values().find_map(|account| {
            let users = account.users.values().map(|user| (&user.id, &user.arn));
            let roles = account.roles.values().map(|role| (&role.id, &role.arn));
            users.chain(roles).find(|(id, arn)| is(id, arn)).map(|(_, arn)| arn.as_str())
        })
    }

    /// Replaces a principal in every policy: a renamed user by its new ARN, a deleted user or role by
    /// its unique id.
    pub(crate) fn rename_principal(&mut self, arn: &str, new: &str) {
        let mut rename = |name: &str| (name == arn && new != arn).then(|| new.to_owned());
        for account in self.accounts.values_mut() {
            for role in account.roles.values_mut() {
                if let Some(trust) = role.trust.with_principals(&mut rename) {
                    role.trust = trust;
                }
            }
        }
        for function in self.functions.values_mut() {
            if function.policy().is_some() {
                Arc::make_mut(function).rename_principals(&mut rename);
            }
        }
    }
}
