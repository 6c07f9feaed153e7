//! Requests and programs that fetch credentials: one file for each kind of step.
//!
//! Owns what each kind reads and sends, and that an error names the thing and never a secret.
//! Refuses to decide when a credential is needed, to ask anybody and to keep what was fetched: the
//! engine does.

pub mod assume_role;
mod cached_login;
mod callback;
pub mod container;
pub mod federation_token;
mod fetch;
pub mod get_session_token;
pub mod imds;
pub mod login;
pub mod mfa_process;
pub mod process;
pub mod role_cache;
pub mod sso;
mod sts;
mod token_file;
pub mod web_identity;

use crate::core::endpoint;
use crate::core::visible;

/// Characters of a foreign text that a message repeats.
const QUOTED_CHARS: usize = 300;

/// Why it has no credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CredentialError {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do, in one sentence; empty if there is nothing to say.
    pub hint: String,
    /// Whether a new login would help.
    pub needs_login: bool,
}

/// What a login gave.
#[derive(Clone, Debug)]
pub struct LoggedIn<T> {
    /// What it gave.
    pub value: T,
    /// Why it couldn't be saved, if it couldn't: then it serves this run alone.
    pub unsaved: Option<CredentialError>,
}

impl CredentialError {
    /// The same, for a session to which nobody is logged in.
    fn without_login(self) -> Self {
        Self { needs_login: true, ..self }
    }
}

/// Refuses a region that would lead to another host than AWS's.
fn check_region(region: &str) -> Result<(), CredentialError> {
    if endpoint::is_host_label(region) {
        return Ok(());
    }
    Err(error(format!("`{}` isn't a valid region", quoted(region)), "Use one such as us-east-1."))
}

fn error(message: impl Into<String>, hint: impl Into<String>) -> CredentialError {
    CredentialError { message: message.into(), hint: hint.into(), needs_login: false }
}

/// A server's or a program's own words for a message: on one line, safe for a terminal, and not
/// longer than [`QUOTED_CHARS`].
fn quoted(text: &str) -> String {
    let line = visible::line(text.trim());
    match line.char_indices().nth(QUOTED_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
