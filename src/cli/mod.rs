//! The command line: arguments in, text and an exit code out.
//!
//! Owns argument parsing and one file per subcommand. Refuses to know the screen.

use clap::{Parser, Subcommand};

pub mod exit;

/// A request workbench for the terminal that signs AWS Signature Version 4.
#[derive(Debug, Parser)]
#[command(name = "signpost", version)]
pub struct Args {
    /// What to do; without it the screen opens.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Workspace folder; left out, it is looked for from here upward.
    pub workspace: Option<std::path::PathBuf>,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {}
