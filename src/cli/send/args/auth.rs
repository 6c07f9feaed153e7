//! Who sends the request.

use clap::Args;

use super::{mfa, secret};
use crate::core::credential::Secret;

/// Who sends the request.
#[derive(Debug, Args)]
#[command(next_help_heading = "Authentication")]
pub(in crate::cli::send) struct AuthArgs {
    /// User name and password; for a signed request, access key and secret key
    #[arg(short = 'u', long, value_name = "USER:PASSWORD", value_parser = secret)]
    pub(in crate::cli::send) user: Option<Secret>,
    /// Accepted for curl: --user is basic authentication
    #[arg(long, hide = true)]
    pub(in crate::cli::send) basic: bool,
    /// Bearer token
    #[arg(long, value_name = "TOKEN", value_parser = secret, conflicts_with_all = ["user", "aws_sigv4", "identity", "profile"])]
    pub(in crate::cli::send) oauth2_bearer: Option<Secret>,
    /// Sign with SigV4, with curl's syntax: PROVIDER1[:PROVIDER2[:REGION[:SERVICE]]]
    #[arg(long, value_name = "aws:amz[:REGION[:SERVICE]]", value_parser = sigv4)]
    pub(in crate::cli::send) aws_sigv4: Option<String>,
    /// Sign for this service, for example lambda, execute-api or s3
    #[arg(long)]
    pub(in crate::cli::send) service: Option<String>,
    /// Sign for this region
    #[arg(long)]
    pub(in crate::cli::send) region: Option<String>,
    /// Sign for this URL (host and path prefix) instead of the one that is called, for a service behind a
    /// proxy
    #[arg(long, value_name = "URL", conflicts_with = "oauth2_bearer")]
    pub(in crate::cli::send) sign_as: Option<String>,
    /// Sign as this identity of the workspace
    #[arg(long, visible_alias = "as", value_name = "NAME", conflicts_with = "user")]
    pub(in crate::cli::send) identity: Option<String>,
    /// Sign as this profile of your AWS files
    #[arg(long, conflicts_with_all = ["user", "identity", "access_key", "session_token"])]
    pub(in crate::cli::send) profile: Option<String>,
    /// Sign with this access key
    #[arg(long = "access_key", alias = "access-key", value_name = "KEY", value_parser = secret, requires = "secret_key", conflicts_with_all = ["user", "identity"])]
    pub(in crate::cli::send) access_key: Option<Secret>,
    /// Its secret key; the environment is the safer place for it
    #[arg(long = "secret_key", alias = "secret-key", value_name = "KEY", value_parser = secret, requires = "access_key")]
    pub(in crate::cli::send) secret_key: Option<Secret>,
    /// Session token of temporary keys
    #[arg(long, visible_alias = "session_token", aliases = ["security_token", "security-token"], value_name = "TOKEN", value_parser = secret)]
    pub(in crate::cli::send) session_token: Option<Secret>,
    /// Request a new session first, if the identity uses one
    #[arg(long)]
    pub(in crate::cli::send) renew: bool,
    /// Sign with a session that has expired instead of asking what to do about it
    #[arg(long, conflicts_with = "renew")]
    pub(in crate::cli::send) as_it_is: bool,
    /// Code that the identity's MFA device shows; without it, signpost asks for it at the terminal
    #[arg(long, value_name = "CODE", value_parser = mfa)]
    pub(in crate::cli::send) mfa_code: Option<Secret>,
    /// Presign: put the signature into the query, valid for this long (1 to 604800)
    #[arg(long, value_name = "SECONDS")]
    pub(in crate::cli::send) presign: Option<u64>,
}

impl AuthArgs {
    /// Access key and secret key, or user name and password.
    pub(in crate::cli::send) fn pair(&self) -> Option<(&str, &str)> {
        match (&self.access_key, &self.secret_key, &self.user) {
            (Some(access_key), Some(secret_key), _) => Some((access_key.expose(), secret_key.expose())),
            (_, _, Some(user)) => user.expose().split_once(':'),
            (_, _, None) => None,
        }
    }
}

/// curl signs for any provider, by names that it derives; AWS's are the ones that exist.
fn sigv4(text: &str) -> Result<String, String> {
    let mut parts = text.split(':');
    let known = |part: Option<&str>, name: &str| part.is_none_or(|part| part.eq_ignore_ascii_case(name));
    if !known(parts.next(), "aws") || !known(parts.next(), "amz") {
        return Err("the provider must be aws:amz".to_owned());
    }
    Ok(text.to_owned())
}
