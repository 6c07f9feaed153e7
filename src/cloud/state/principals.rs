//! Users and roles as policies name them.
//!
//! Owns that a policy means one user or role, not whoever has its name: as on AWS, a policy may only
//! name those that exist, follows a renamed one, and shows the unique id of a deleted one, which
//! matches nobody. Other accounts' principals, if those accounts aren't here, are taken as written.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use std::sync::Arc;

use serde_json::Value;

use super::State;
use super::policy::Document;
use crate::core::iam::{account_of, is_unique_id};

/// A principal that doesn't exist, as the policy names it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("Invalid principal in policy: \"AWS\":\"{0}\"")]
pub(crate) struct UnknownPrincipal(pub(crate) String);

impl State {
    /// A trust policy whose principals exist, those named by their unique ids by their ARNs.
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

    /// What a policy names under `AWS`, if it may: an existing user or role becomes its ARN.
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

    /// The ARN of the user or role with this id and ARN.
    fn named(&self, is: impl Fn(&str, &str) -> bool) -> Option<&str> {
        self.accounts.values().find_map(|account| {
            let users = account.users.values().map(|user| (&user.id, &user.arn));
            let roles = account.roles.values().map(|role| (&role.id, &role.arn));
            users.chain(roles).find(|(id, arn)| is(id, arn)).map(|(_, arn)| arn.as_str())
        })
    }

    /// Every policy that names this ARN names its user or role by the new ARN or, once it is
    /// deleted, by its unique id.
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

/// What a principal is renamed to; `None` if it stays.
pub(super) type Rename<'a> = &'a mut dyn FnMut(&str) -> Option<String>;

/// Renames the principals of a policy; false if all stay.
pub(super) fn rename_in_policy(policy: &mut Value, rename: Rename<'_>) -> bool {
    match policy.get_mut("Statement") {
        Some(Value::Array(statements)) => {
            // All of them, whatever the first says.
            statements.iter_mut().fold(false, |any, statement| rename_in_statement(statement, rename) || any)
        }
        Some(statement) => rename_in_statement(statement, rename),
        None => false,
    }
}

/// Renames what a statement has under `AWS`; false if all stay.
pub(super) fn rename_in_statement(statement: &mut Value, rename: Rename<'_>) -> bool {
    let mut any = false;
    for element in ["Principal", "NotPrincipal"] {
        let names = match statement.get_mut(element).and_then(|element| element.get_mut("AWS")) {
            Some(Value::Array(names)) => names.as_mut_slice(),
            Some(name) => std::slice::from_mut(name),
            None => continue,
        };
        for name in names {
            if let Some(new) = name.as_str().and_then(&mut *rename) {
                *name = Value::String(new);
                any = true;
            }
        }
    }
    any
}
