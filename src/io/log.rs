//! The log file.
//!
//! Owns where log lines go and how the file is rotated. Refuses to log what a request, a response or
//! a file holds: events carry ids, hosts, methods, statuses, sizes, times and what the network
//! reports, never URLs, header values, bodies or credentials. Off by default.

use std::fs::{File, OpenOptions};
use std::io;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};

use tracing::Level;
use tracing_appender::non_blocking::{NonBlocking, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};

use crate::config::LogLevel;
use crate::io::store::private_folder;

/// How many daily files stay in the state folder.
const MAX_DAILY_FILES: usize = 7;

/// Where the log goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogTarget {
    /// One file, appended to and never rotated: the user named it.
    File(PathBuf),
    /// `signpost.DATE.log` in this folder, a new one every day (UTC), the oldest deleted.
    Folder(PathBuf),
}

/// Keeps the log open. Dropping it writes what is still queued.
#[derive(Debug)]
pub struct LogGuard {
    _worker: WorkerGuard,
}

/// Starts logging for the whole process; `None` where the level is `off`. Lines are written by a
/// thread, so that nobody who logs waits for the disk. From here on a panic leaves a line, too.
///
/// # Errors
/// The file or folder can't be created, named in the message.
pub fn start(target: &LogTarget, level: LogLevel) -> io::Result<Option<LogGuard>> {
    let level = match level {
        LogLevel::Off => return Ok(None),
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
    };
    let (writer, worker) = open(target)?;
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(writer)
        .with_ansi(false)
        .with_target(false)
        .finish();
    // Fails only where a log was started before, which then goes on.
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        log_panics();
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "started");
    Ok(Some(LogGuard { _worker: worker }))
}

fn open(target: &LogTarget) -> io::Result<(NonBlocking, WorkerGuard)> {
    match target {
        LogTarget::File(path) => {
            let file = private(path).map_err(|error| named(path, &error))?;
            Ok(tracing_appender::non_blocking(file))
        }
        LogTarget::Folder(folder) => {
            private_folder::create(folder).map_err(|error| named(folder, &error))?;
            let daily = RollingFileAppender::builder()
                .rotation(Rotation::DAILY)
                .filename_prefix("signpost")
                .filename_suffix("log")
                .max_log_files(MAX_DAILY_FILES)
                .build(folder)
                .map_err(|error| named(folder, &io::Error::other(error)))?;
            tighten(folder).map_err(|error| named(folder, &error))?;
            Ok(tracing_appender::non_blocking(daily))
        }
    }
}

/// Leaves the log files of a folder to their owner. One that a later day adds has the folder's
/// protection alone.
fn tighten(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    for entry in std::fs::read_dir(folder)?.flatten() {
        use std::os::unix::fs::PermissionsExt;
        let is_log = entry.path().extension().is_some_and(|extension| extension == "log");
        if is_log && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(0o600))?;
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Opens a file for appending; a new one is readable by its owner alone.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("couldn't open the log {}: {error}", path.display()))
}

/// Logs each panic before it is reported as usual.
fn log_panics() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        panicked(info);
        report(info);
    }));
}

/// Logs a panic, for a hook that doesn't report it. The message is logged only if it is a literal:
/// a formatted one may quote data, as that of an invalid slice of a text does.
pub fn panicked(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let message = info.payload().downcast_ref::<&'static str>().copied();
    tracing::error!(%place, message = message.unwrap_or("(not logged: it may quote data)"), "panic");
}
