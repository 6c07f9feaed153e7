//! How the program ends, as the shell sees it.

/// Exit codes, the same for every subcommand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// A response came, and is as expected; also when the reader of our output is gone.
    Success = 0,
    /// The response isn't what the request expects, or policies deny.
    Unexpected = 1,
    /// Wrong usage, or a file that can't be read or written.
    Usage = 2,
    /// Not sent: no credential, an unknown variable, an invalid field.
    NotSent = 3,
    /// The network failed.
    Network = 4,
    /// Cancelled from the keyboard.
    Cancelled = 130,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
