//! `signpost init`: a new workspace.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::written;
use crate::io::store::dirs::Dirs;
use crate::io::store::init::{InitError, init};
use crate::io::store::trust::TrustStore;

/// Make a workspace in a folder, with a first request
#[derive(Debug, Args)]
#[command(after_help = "\
Writes signpost.toml with the folder's name, hello.toml and a line in .gitignore. Nothing is \
overwritten.

Examples:
  signpost init
  signpost init ~/src/api/requests

Exit codes: 0 done; 2 a file is in the way or can't be written.")]
pub struct InitArgs {
    /// Folder; created if it is missing
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

/// Runs `signpost init`.
pub(super) fn run(args: &InitArgs, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let trust = TrustStore::new(Dirs::of_user().map(|dirs| dirs.data));
    let files = match init(&args.folder, None, &trust) {
        Ok(files) => files,
        Err(error) => {
            let hint = match &error {
                InitError::Exists(_) => "choose another folder; nothing was written",
                InitError::Io { .. } | InitError::Save(_) => "check the folder and its permissions",
            };
            // Without standard error there is nobody left to tell.
            let _ = writeln!(err, "error: {error}\nhint: {hint}");
            return Exit::Usage;
        }
    };
    let mut text = format!("New workspace in {}:\n", args.folder.display());
    for file in files {
        text.push_str(&format!("  {}\n", file.path));
    }
    text.push_str("Send its request with `signpost send hello` there, or open it with `signpost`.\n");
    written(out.write_all(text.as_bytes()))
}
