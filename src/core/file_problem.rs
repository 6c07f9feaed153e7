//! A part of a file that can't be used as written.
//!
//! Owns how such a problem is worded. Refuses to know the meaning of any particular file.

use std::fmt;

/// What is wrong in a file of the workspace, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// Path in the workspace, with `/` between its parts.
    pub file: String,
    /// Line, from 1; `None` if the file or folder can't be read at all.
    pub line: Option<usize>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do, in one sentence; may be empty.
    pub hint: String,
}

impl FileProblem {
    /// The problem with its location but without the hint: `signpost.toml:12: …`.
    pub fn placed(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}: {}", self.file, self.message),
            None => format!("{}: {}", self.file, self.message),
        }
    }
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.placed())?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, "\nhint: {}", self.hint) }
    }
}
