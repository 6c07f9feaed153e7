//! Identities that no workspace declares: the user names them for one run.
//!
//! Owns what each is called, and what it would be as a declaration. Refuses to fetch a credential.

use crate::core::identity::{Identity, IdentityKind};
use crate::core::names::IdentityName;
use crate::core::sso_role::SessionRole;
use crate::core::template;
use crate::core::trust::PrivateRead;

/// Somebody of the user's own AWS files or environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AwsIdentity {
    /// A profile, by its name.
    Profile(String),
    /// What the AWS CLI uses without `--profile`.
    Environment,
    /// A role of an `sso-session`.
    SsoRole(SessionRole),
}

impl AwsIdentity {
    /// Its name as an identity. A name of a workspace's identity may be the same; this one then wins.
    pub fn name(&self) -> IdentityName {
        match self {
            Self::Profile(profile) => format!("profile {profile}").into(),
            Self::Environment => "AWS environment".into(),
            Self::SsoRole(role) => format!("{} in {}", role.role_name, role.account_id).into(),
        }
    }

    /// The identity as a workspace would declare it.
    pub fn declared(&self) -> Identity {
        let kind = match self {
            // The name is taken as it is, and so are braces in it.
            Self::Profile(profile) => IdentityKind::Profile { profile: template::literal(profile) },
            Self::Environment => IdentityKind::Environment,
            Self::SsoRole(role) => IdentityKind::SsoRole(role.clone()),
        };
        Identity { name: self.name(), kind }
    }

    /// What signing as it reads.
    pub fn read(&self) -> PrivateRead {
        match self {
            Self::Profile(profile) => PrivateRead::Profile(profile.clone()),
            Self::Environment => PrivateRead::AwsDefault,
            Self::SsoRole(role) => role.read(),
        }
    }
}
