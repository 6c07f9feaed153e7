//! Method, URL and headers.

use clap::Args;

/// Method, URL and headers.
#[derive(Debug, Args)]
#[command(next_help_heading = "Request")]
pub(in crate::cli::send) struct RequestArgs {
    /// Method [default: GET, POST with data, or PUT with --upload-file]
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    pub(in crate::cli::send) method: Option<String>,
    /// A header; `Name:` omits a default header, `Name;` sends an empty one, @FILE reads one per
    /// line; repeatable
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE|@FILE")]
    pub(in crate::cli::send) headers: Vec<String>,
    /// The URL, instead of the argument
    #[arg(long, value_name = "URL", conflicts_with = "target")]
    pub(in crate::cli::send) url: Option<String>,
    /// Send HEAD, and show the response's headers
    #[arg(short = 'I', long)]
    pub(in crate::cli::send) head: bool,
    /// User agent
    #[arg(short = 'A', long, value_name = "TEXT")]
    pub(in crate::cli::send) user_agent: Option<String>,
    /// Referer
    #[arg(short = 'e', long, value_name = "URL")]
    pub(in crate::cli::send) referer: Option<String>,
    /// Cookies: NAME=VALUE[; NAME=VALUE], or a Netscape cookie file; repeatable
    #[arg(short = 'b', long, value_name = "DATA|FILE")]
    pub(in crate::cli::send) cookie: Vec<String>,
    /// Write the cookies to this Netscape cookie file afterwards
    #[arg(short = 'c', long, value_name = "FILE")]
    pub(in crate::cli::send) cookie_jar: Option<std::path::PathBuf>,
    /// Ask only for these bytes, for example 0-499
    #[arg(short = 'r', long, value_name = "RANGE", conflicts_with = "continue_at")]
    pub(in crate::cli::send) range: Option<String>,
    /// Ask only for what changed since a date or since FILE was changed; -DATE for not since
    #[arg(short = 'z', long, value_name = "DATE|FILE", allow_hyphen_values = true)]
    pub(in crate::cli::send) time_cond: Option<String>,
    /// Read a + in the URL's query as a space [default: as the saved request says, or a plus]
    #[arg(long)]
    pub(in crate::cli::send) plus_as_space: bool,
    /// Read flags from a config file of curl's (- for standard input); flags given here win
    #[arg(short = 'K', value_name = "FILE")]
    pub(in crate::cli::send) curl_config: Vec<String>,
    /// Send another request afterwards, with the flags that follow
    #[arg(long, short = ':')]
    pub(in crate::cli::send) next: bool,
    /// Accepted for curl: .curlrc is never read
    #[arg(short = 'q', long = "disable", hide = true)]
    pub(in crate::cli::send) disable: bool,
    /// Accepted for curl: braces and brackets always stay as they are
    #[arg(short = 'g', long, hide = true)]
    pub(in crate::cli::send) globoff: bool,
    /// Accepted for curl, where the URL has no dot segments
    #[arg(long, hide = true)]
    pub(in crate::cli::send) path_as_is: bool,
    /// Accepted for curl: compressed responses are always requested and decoded
    #[arg(long, hide = true)]
    pub(in crate::cli::send) compressed: bool,
}
