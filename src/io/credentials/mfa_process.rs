//! A program that prints the code of an MFA device: `mfa_process`, a key of aws-vault's profiles
//! (<https://github.com/99designs/aws-vault/blob/master/USAGE.md>).

use tokio::time::Instant;

use super::process::{Process, TIME_LIMIT};
use super::{CredentialError, error};
use crate::core::credential::Secret;
use crate::core::question;

/// Runs the program, without a shell and with the limits of a `credential_process`, and reads the code.
///
/// # Errors
/// It can't be run, fails, takes too long, or prints something other than six digits.
pub async fn code(
    command: &str,
    named_by: &str,
    deadline: Option<Instant>,
) -> Result<Secret, CredentialError> {
    let process = Process { key: "mfa_process", command, named_by, time_limit: TIME_LIMIT };
    let printed = process.printed(deadline).await?;
    std::str::from_utf8(&printed).ok().and_then(question::mfa_code).ok_or_else(|| {
        error(
            format!("the mfa_process of {named_by} printed no code of six digits"),
            "Run it in a terminal to see what it prints.",
        )
    })
}
