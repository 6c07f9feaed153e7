//! IAM Identity Center, as it is declared. Logins are [`crate::cloud::sso`]'s.

/// What a login leads to. It is declared in `cloud.toml`, so it isn't saved.
#[derive(Clone, Debug)]
pub(crate) struct Sso {
    /// The URL by which profiles name it; the cloud doesn't serve it.
    pub(crate) start_url: String,
    /// Who logs in: the name of the roles' sessions.
    pub(crate) user: String,
    pub(crate) assignments: Vec<Assignment>,
}

/// A role that the user may take.
#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    pub(crate) account: String,
    /// Name of the role.
    pub(crate) role: String,
}
