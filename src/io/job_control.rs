//! Whether a shell runs this program in the background.

use std::fs::File;

/// True for a background job of a shell, which the system stops where it reads this terminal (SIGTTIN).
#[cfg(unix)]
pub fn is_in_background(terminal: &File) -> bool {
    // An error means that it isn't the terminal of this program, which can't stop it then.
    rustix::termios::tcgetpgrp(terminal).is_ok_and(|front| front != rustix::process::getpgrp())
}

/// False: there are no jobs.
#[cfg(not(unix))]
pub fn is_in_background(_: &File) -> bool {
    false
}
