//! What is shown, and where it goes.

use std::path::PathBuf;

use clap::Args;

use super::{rate, size};

/// What is shown, and where it goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(in crate::cli::send) struct OutputArgs {
    /// Write the body to this file; - is standard output, unchanged
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub(in crate::cli::send) file: Option<PathBuf>,
    /// Write the body to a file named as the URL's last part
    #[arg(short = 'O', long, conflicts_with = "file")]
    pub(in crate::cli::send) remote_name: bool,
    /// With -O, prefer the name that the response gives
    #[arg(short = 'J', long, requires = "remote_name")]
    pub(in crate::cli::send) remote_header_name: bool,
    /// Folder for -o and -O
    #[arg(long, value_name = "FOLDER")]
    pub(in crate::cli::send) output_dir: Option<PathBuf>,
    /// Create the folders of -o, -O and --output-dir
    #[arg(long)]
    pub(in crate::cli::send) create_dirs: bool,
    /// Resume after this many bytes, or with - after those that the file already has
    #[arg(short = 'C', long, value_name = "OFFSET", allow_hyphen_values = true)]
    pub(in crate::cli::send) continue_at: Option<String>,
    /// Write the status line and headers to this file; - is standard output
    #[arg(short = 'D', long, value_name = "FILE")]
    pub(in crate::cli::send) dump_header: Option<PathBuf>,
    /// Show the status line and headers before the body
    #[arg(short = 'i', long, visible_alias = "show-headers")]
    pub(in crate::cli::send) include: bool,
    /// Print this afterwards, for example '%{http_code} %{time_total}\n'; @FILE reads it
    #[arg(short = 'w', long, value_name = "FORMAT")]
    pub(in crate::cli::send) write_out: Option<String>,
    /// Show no body and end with 1 if the status is 400 or higher
    #[arg(short = 'f', long, conflicts_with = "fail_with_body")]
    pub(in crate::cli::send) fail: bool,
    /// End with 1 if the status is 400 or higher, with the body
    #[arg(long)]
    pub(in crate::cli::send) fail_with_body: bool,
    /// Show what is sent and received, with secrets masked, and how long it takes
    #[arg(short = 'v', long)]
    pub(in crate::cli::send) verbose: bool,
    /// Print the request that would be sent, signed, and send nothing
    #[arg(long)]
    pub(in crate::cli::send) dry_run: bool,
    /// With --verbose and --dry-run, show secrets too
    #[arg(long)]
    pub(in crate::cli::send) show_secrets: bool,
    /// Show only the body; with -S, errors too
    #[arg(short = 's', long)]
    pub(in crate::cli::send) silent: bool,
    /// With -s, show errors
    #[arg(short = 'S', long)]
    pub(in crate::cli::send) show_error: bool,
    /// Show progress, also for a body that goes to standard output
    #[arg(short = '#', long)]
    pub(in crate::cli::send) progress_bar: bool,
    /// Show no progress
    #[arg(long)]
    pub(in crate::cli::send) no_progress_meter: bool,
    /// Accepted for curl: output is never buffered
    #[arg(short = 'N', long, hide = true)]
    pub(in crate::cli::send) no_buffer: bool,
    /// Receive no more than this many bytes a second; with K, M or G
    #[arg(long, value_name = "SPEED", value_parser = rate)]
    pub(in crate::cli::send) limit_rate: Option<u64>,
    /// Stop at a body longer than this, once decoded: a number with KiB, MiB or GiB, or 0 for no
    /// limit [default: 2 GiB]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(in crate::cli::send) body_limit: Option<u64>,
}
