//! Redirects and retries.

use std::time::Duration;

use clap::Args;

use super::seconds;

/// Redirects and retries.
#[derive(Debug, Args)]
#[command(next_help_heading = "Redirects and retries")]
pub(in crate::cli::send) struct RedirectArgs {
    /// Follow redirects
    #[arg(short = 'L', long)]
    pub(in crate::cli::send) location: bool,
    /// Follow redirects, and send credentials and signatures to other origins too
    #[arg(long)]
    pub(in crate::cli::send) location_trusted: bool,
    /// How many redirects are followed; -1 for no limit
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(-1..))]
    pub(in crate::cli::send) max_redirs: Option<i64>,
    /// Keep POST after a 301
    #[arg(long)]
    pub(in crate::cli::send) post301: bool,
    /// Keep POST after a 302
    #[arg(long)]
    pub(in crate::cli::send) post302: bool,
    /// Keep POST after a 303
    #[arg(long)]
    pub(in crate::cli::send) post303: bool,
    /// Let a redirect to another origin take the body along, as 307 and 308 do
    #[arg(long)]
    pub(in crate::cli::send) redirect_body: bool,
    /// Retry up to this many times after a status of 408, 429, 500, 502, 503 or 504, and after a network failure
    /// of a request that can be repeated
    #[arg(long, value_name = "NUMBER", value_parser = whole_number)]
    pub(in crate::cli::send) retry: Option<u32>,
    /// Wait this long before each retry [default: 1, 2, 4, ... or as Retry-After says]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(in crate::cli::send) retry_delay: Option<Duration>,
    /// Retry no longer than this
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(in crate::cli::send) retry_max_time: Option<Duration>,
    /// Retry POST and PATCH after a network failure too, and with --fail after every error status
    #[arg(long)]
    pub(in crate::cli::send) retry_all_errors: bool,
    /// Accepted for curl: --retry includes it
    #[arg(long, hide = true)]
    pub(in crate::cli::send) retry_connrefused: bool,
}

/// A number of retries.
fn whole_number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("use a whole number up to {}", u32::MAX))
}
