//! Workspace, environment and variables.

use std::path::PathBuf;

use clap::Args;

/// Workspace, environment and variables.
#[derive(Debug, Args)]
#[command(next_help_heading = "Workspace")]
pub(in crate::cli::send) struct WorkspaceArgs {
    /// Workspace folder [default: the nearest one from here upward]
    #[arg(long = "workspace", value_name = "FOLDER")]
    pub(in crate::cli::send) folder: Option<PathBuf>,
    /// Environment of the workspace
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli::send) env: Option<String>,
    /// A variable for this send; repeatable
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub(in crate::cli::send) vars: Vec<String>,
    /// Trust what this request of a workspace from elsewhere sends, from now on
    #[arg(long)]
    pub(in crate::cli::send) trust: bool,
}
