//! Who sent a request, once its signature is verified.
//!
//! Owns the verified caller as every service sees it. How it is verified is [`super::authenticate`]'s.

use std::sync::Arc;

use super::state::Session;
use crate::core::iam::Caller;

/// The verified sender of a request.
#[derive(Clone, Debug)]
pub(super) struct Authenticated {
    pub(super) caller: Caller,
    pub(super) access_key: String,
    /// `AIDA…`, `AROA…:session`, `ACCOUNT:federated`, or the account's id for its root user.
    pub(super) user_id: String,
    pub(super) who: Who,
    /// Set if it signed with temporary keys.
    pub(super) session: Option<Arc<Session>>,
    /// The region of the scope; the default region for a signature of several regions.
    pub(super) region: String,
}

impl Authenticated {
    /// The account it acts in.
    pub(super) fn account(&self) -> &str {
        self.caller.account().unwrap_or_default()
    }

    /// The ARN that messages and events name.
    pub(super) fn arn(&self) -> &str {
        self.caller.arn().unwrap_or_default()
    }
}

/// Who a caller acts as, in its account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// The account itself.
    Root,
    /// The user with this name, signing with long-term keys or those of GetSessionToken.
    User(String),
    /// The role with this name.
    Role(String),
    /// A federated user: the user (`None` for root) that requested it.
    Federated(Option<String>),
}
