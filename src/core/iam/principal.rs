//! The `Principal` and `NotPrincipal` elements.
//!
//! Owns what a policy may contain there and whom it matches. A name is never a pattern: one with a
//! wildcard is malformed.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>

use super::arn::{self, Arn};
use super::caller::{Caller, Reach};
use super::document::{Parsed, malformed, texts};
use super::json::Node;

/// A principal as written, and whom it matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Principal {
    text: String,
    means: Means,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Means {
    /// `*`
    Everybody,
    /// An account, by its ID or as `arn:aws:iam::ID:root`.
    Account(String),
    /// A role, by account and name: the name is unique in its account, whatever the path.
    Role { account: String, name: String },
    /// A user, a federated user or a role session, by its whole ARN.
    Arn,
    /// By its name.
    Service,
    /// By its name or ARN.
    Federated,
    /// A user or role by its unique id, as AWS shows one that was deleted: nobody.
    Deleted,
    /// Of S3: never one of our callers.
    CanonicalUser,
}

impl Principal {
    /// As written.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    fn reaches(&self, caller: &Caller) -> Option<Reach> {
        let direct = |fits: bool| fits.then_some(Reach::Direct);
        let is = |name: &str| name == self.text;
        match (&self.means, caller) {
            (Means::Everybody, _) => Some(Reach::Direct),
            // The root user represents its account.
            (Means::Account(id), Caller::Root { account, .. }) => direct(id == account),
            (Means::Account(id), _) => (caller.account() == Some(id)).then_some(Reach::Account),
            (Means::Role { account, name }, Caller::Session { account: own, role, .. }) => {
                // A session's ARN doesn't contain the path of its role.
                let bare = role.split_once(":role/").is_some_and(|(_, path)| path == name);
                (is(role) || (account == own && bare)).then_some(Reach::Behind)
            }
            (Means::Arn, Caller::Federated { arn, user, .. }) => {
                if is(arn) {
                    Some(Reach::Direct)
                } else {
                    is(user).then_some(Reach::Behind)
                }
            }
            (Means::Arn, Caller::User { arn, .. } | Caller::Session { arn, .. }) => direct(is(arn)),
            (Means::Service, Caller::Service { name }) => direct(is(name)),
            (Means::Federated, Caller::WebIdentity { provider }) => direct(is(provider)),
            (
                Means::Role { .. }
                | Means::Arn
                | Means::Service
                | Means::Federated
                | Means::Deleted
                | Means::CanonicalUser,
                _,
            ) => None,
        }
    }
}

/// How a list of principals matches a caller: as its best entry does.
pub(super) fn reach(principals: &[Principal], caller: &Caller) -> Option<Reach> {
    principals.iter().filter_map(|principal| principal.reaches(caller)).max()
}

/// Whether `NotPrincipal` excludes a caller: it names the caller, or the role or user behind its
/// session. Naming the account isn't enough.
pub(super) fn excepts(principals: &[Principal], caller: &Caller) -> bool {
    reach(principals, caller).is_some_and(|reach| reach > Reach::Account)
}

/// Parses the element.
pub(super) fn read(node: &Node, at: &str) -> Parsed<Vec<Principal>> {
    let members = match node {
        Node::Text(text) if text == "*" => {
            return Ok(vec![Principal { text: text.clone(), means: Means::Everybody }]);
        }
        Node::Object(members) if !members.is_empty() => members,
        _ => {
            return malformed(
                at,
                "Invalid principal in policy. It must be \"*\" or name AWS, Service, Federated or CanonicalUser.",
            );
        }
    };
    let mut principals = Vec::new();
    for (name, value) in members {
        let at = format!("{at}.{name}");
        for text in texts(value, &at)? {
            let Some(means) = means(name, &text) else {
                return malformed(&at, format!("Invalid principal in policy: \"{name}\": \"{text}\"."));
            };
            principals.push(Principal { text, means });
        }
    }
    Ok(principals)
}

fn means(kind: &str, text: &str) -> Option<Means> {
    if kind == "AWS" && text == "*" {
        return Some(Means::Everybody);
    }
    if text.is_empty() || text.contains(['*', '?', '$']) || text.contains(char::is_whitespace) {
        return None;
    }
    match kind {
        "AWS" => aws(text),
        "Service" => text.contains('.').then_some(Means::Service),
        "Federated" => Some(Means::Federated),
        "CanonicalUser" => Some(Means::CanonicalUser),
        _ => None,
    }
}

/// Whether this is the unique id of a user (`AIDA…`) or a role (`AROA…`).
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
pub(crate) fn is_unique_id(text: &str) -> bool {
    let known = text.starts_with("AIDA") || text.starts_with("AROA");
    known && (16..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn aws(text: &str) -> Option<Means> {
    if arn::is_account(text) {
        return Some(Means::Account(text.to_owned()));
    }
    if is_unique_id(text) {
        return Some(Means::Deleted);
    }
    let Arn { service, account, name, .. } = Arn::read(text)?;
    let account = account.to_owned();
    let (kind, rest) = name.split_once('/').unwrap_or((name, ""));
    match (service, kind, rest) {
        ("iam", "root", "") if name == "root" => Some(Means::Account(account)),
        (_, _, "") => None,
        ("iam", "role", path) => {
            let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
            Some(Means::Role { account, name: name.to_owned() })
        }
        ("iam", "user", _) | ("sts", "assumed-role" | "federated-user", _) => Some(Means::Arn),
        _ => None,
    }
}
