//! A program that was started and is asked to end.

use tokio::process::Child;

/// Asks a program to end, as SIGTERM does; elsewhere than on Unix it's killed.
pub fn terminate(child: &mut Child) {
    #[cfg(unix)]
    if let Some(id) = child.id().and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?)) {
        // An error means that it has ended.
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
    }
    #[cfg(not(unix))]
    // An error means that it has ended.
    let _ = child.start_kill();
}
