//! What is wrong with the user's AWS environment or files.

use crate::core::aws_files::Place;

/// Why a profile has no credential, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) hint: String,
}

impl Wrong {
    pub(super) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }

    pub(super) fn at(place: &Place, message: impl std::fmt::Display, hint: impl Into<String>) -> Self {
        Self::new(format!("{place}: {message}"), hint)
    }
}
