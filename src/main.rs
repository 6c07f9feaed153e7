//! Arguments -> command line or screen -> exit code.

use std::io;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use signpost::cli::exit::Exit;
use signpost::cli::{self, Args};

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help goes to standard output, where a reader that went away is no failure.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Success }.into();
        }
    };
    let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
    match args.command {
        Some(command) => cli::run(&command, args.config.as_deref(), &mut out, &mut err).into(),
        None => {
            let _ = Args::command().write_long_help(&mut err);
            Exit::Usage.into()
        }
    }
}
