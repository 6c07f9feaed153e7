//! Arguments -> command line or screen -> exit code.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

use signpost::cli::arguments::{self, Refused};
use signpost::cli::exit::Exit;
use signpost::cli::{self, Args, Command};
use signpost::config::LogLevel;
use signpost::core::visible;
use signpost::engine::{Engine, LoginWay};
use signpost::io::log::{self, LogGuard, LogTarget};
use signpost::io::store::aws_files::AwsStore;
use signpost::io::store::config_file::{self, LoadedConfig};
use signpost::io::store::dirs::Dirs;
use signpost::io::store::trust::TrustStore;
use signpost::io::store::workspace;
use signpost::io::transport::TransportSettings;
use signpost::tui;

mod demo;

fn main() -> ExitCode {
    let args = match arguments::parse(std::env::args_os().collect()) {
        Ok(args) => args,
        Err(refused) => return refuse(refused).into(),
    };
    // The screen draws on standard output and may panic while it does: no lock is held over it.
    let mut err = io::stderr();
    run(&args, &mut err)
        .unwrap_or_else(|error| {
            // Nobody is left to tell where standard error is gone.
            let _ = writeln!(err, "error: {}", visible::lines(&error.to_string()));
            Exit::Usage
        })
        .into()
}

/// Runs what the arguments ask for. `[log]` of the configuration is for the screen; a subcommand
/// logs where its flags say.
fn run(args: &Args, err: &mut dyn Write) -> io::Result<Exit> {
    let dirs = Dirs::of_user();
    let demo = match &args.command {
        None => None,
        Some(Command::Demo(demo)) if !demo.serve => Some(demo),
        Some(command) => {
            let _log = start_log(args, LogLevel::Off, dirs.as_ref())?;
            return Ok(cli::run(command, args.config.as_deref(), &mut io::stdout().lock(), err));
        }
    };
    let config = config_file::load(args.config.as_deref(), dirs.as_ref());
    let _log = start_log(args, config.config.log.level, dirs.as_ref())?;
    match demo {
        Some(demo) => demo::run(demo, config)?,
        None => screen(args, config, dirs)?,
    }
    Ok(Exit::Success)
}

/// The screen's engine. The AWS files are read aside, so that the first picture doesn't wait for them.
fn engine_of_user(settings: TransportSettings) -> Engine {
    let aws = AwsStore::of_process();
    let store = aws.clone();
    std::thread::spawn(move || store.read());
    Engine::with_settings(Arc::new(SystemTime::now), settings)
        .with_aws(aws)
        .with_login(LoginWay::of_this_machine())
}

/// Starts the log that flags or configuration ask for, `None` where they ask for none.
fn start_log(args: &Args, configured: LogLevel, dirs: Option<&Dirs>) -> io::Result<Option<LogGuard>> {
    let named = args.log.is_some();
    let level = args.log_level.unwrap_or(if named { LogLevel::Info } else { configured });
    let target = match (&args.log, dirs) {
        (Some(file), _) => LogTarget::File(file.clone()),
        (None, Some(dirs)) => LogTarget::Folder(dirs.logs.clone()),
        // Without a home there is no folder for it.
        (None, None) => return Ok(None),
    };
    log::start(&target, level)
}

/// Prints what is said instead of running: help, the version, or an error.
fn refuse(refused: Refused) -> Exit {
    match refused {
        Refused::Wrong(text) => {
            let _ = io::stderr().write_all(text.as_bytes());
            Exit::Usage
        }
        Refused::Help(help) => {
            // A reader that has closed standard output already has what it wanted.
            let _ = help.print();
            Exit::Success
        }
    }
}

/// Opens the screen on the workspace that was named, else on the one that is found from here
/// upward, else on the user's own.
fn screen(args: &Args, config: LoadedConfig, dirs: Option<Dirs>) -> io::Result<()> {
    let root = match &args.workspace {
        Some(folder) if folder.is_dir() => std::path::absolute(folder)?,
        Some(folder) => {
            let message = format!("{} isn't a folder", folder.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, message));
        }
        None => workspace::find_or_own(&std::env::current_dir()?, dirs.as_ref()),
    };
    let data = dirs.map(|dirs| dirs.data);
    let trusted = TrustStore::new(data.clone());
    trusted.check_owner(&root).map_err(|foreign| {
        let hint = "if you know who wrote it, allow it with `signpost trust`; else start in another folder";
        io::Error::other(format!("{foreign}; {hint}"))
    })?;
    // A workspace file that doesn't parse opens without its secrets; the screen says why.
    let (trust, secrets) = trusted.open(&workspace::load_or_bare(&root)).map_err(io::Error::other)?;
    let settings = TransportSettings::from(&config.config);
    tui::run(tui::Options {
        root,
        config,
        data,
        secrets,
        trust,
        engine: engine_of_user(settings),
        notice: None,
        url: args.url.clone(),
    })
}
