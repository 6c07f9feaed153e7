//! A role that a login to IAM Identity Center leads to.

use crate::core::trust::PrivateRead;

/// A role of a session, whom a request is signed as in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRole {
    /// Name of the `sso-session`.
    pub session: String,
    /// The account's id.
    pub account_id: String,
    /// The role.
    pub role_name: String,
}

impl SessionRole {
    /// What signing as it reads.
    pub(crate) fn read(&self) -> PrivateRead {
        PrivateRead::SsoRole(format!("{}/{}/{}", self.session, self.account_id, self.role_name))
    }
}

/// A role of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SsoRole {
    /// The account's id.
    pub account_id: String,
    /// The account's name, as the portal shows it; may be empty.
    pub account_name: String,
    /// The role.
    pub role_name: String,
}
