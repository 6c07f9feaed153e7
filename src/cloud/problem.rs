//! A mistake in a configuration, with its place.
//!
//! Owns how it reads on one line.

/// A mistake in a `cloud.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line, from 1.
    pub line: usize,
    /// The path of the option, for example `accounts[0].users[1].name`; empty if the file isn't valid
    /// TOML.
    pub key: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do; may be empty.
    pub hint: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if !self.key.is_empty() {
            write!(f, "`{}`: ", self.key)?;
        }
        f.write_str(&self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, "\nhint: {}", self.hint) }
    }
}
