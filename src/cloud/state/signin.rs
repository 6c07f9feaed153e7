//! AWS Sign-In, as it is declared. Logins are [`crate::cloud::signin`]'s.

/// Who logs in. It is declared in `cloud.toml`, so it isn't saved.
#[derive(Clone, Debug)]
pub(crate) struct SignIn {
    pub(crate) account: String,
    /// Name of the user.
    pub(crate) user: String,
    /// ARN of the user, by which profiles name it.
    pub(crate) arn: String,
}
