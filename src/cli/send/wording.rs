//! What helps, in the words of the command line: flags, subcommands and keys of the files.
//!
//! Owns the places that `core` leaves open. Refuses to find out what is wrong.

use std::borrow::Cow;

use crate::core::exchange::{Problem, ProblemKind};

/// What helps against a problem.
pub(super) fn hint(problem: &Problem) -> Cow<'_, str> {
    match &problem.kind {
        ProblemKind::UnknownVariable { similar: None, .. } => {
            "Declare it under `[variables]`, in an environment, or with `--var`.".into()
        }
        ProblemKind::UnknownVariable { similar: Some(_), .. }
        | ProblemKind::MissingSecret { .. }
        | ProblemKind::MissingEnv { .. }
        | ProblemKind::Other => problem.hint.as_str().into(),
    }
}
