//! What a user can configure: text in, plain data and problems out.
//!
//! Owns the meaning of `config.toml`, the table of commands, and the themes. Refuses to read files
//! (`io` does) and to know the terminal library's types (`tui` does).

pub mod command;
pub mod key;
pub mod keymap;
mod parse;
pub(crate) mod text;
pub mod theme;

use std::path::PathBuf;

pub use parse::{ConfigProblem, parse};
pub use text::FileError;

use keymap::Keymap;
use theme::{Role, Style, ThemeName};

/// Everything that can be configured. `config.example.toml` documents each option.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// `[theme]`.
    pub theme: ThemeConfig,
    /// `[layout]`.
    pub layout: Layout,
    /// `[network]`.
    pub network: Network,
    /// `[send]`.
    pub send: Sending,
    /// `[behavior]`.
    pub behavior: Behavior,
    /// `[log]`.
    pub log: Log,
    /// `[keys]`.
    pub keys: Keymap,
}

/// Colours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThemeConfig {
    /// The initial theme.
    pub name: ThemeName,
    /// The user's styles, which override the theme's.
    pub styles: Vec<(Role, Style)>,
}

/// The arrangement of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Where the response is shown.
    pub response: ResponsePlace,
    /// Columns that the tree has at least; it grows with its content.
    pub tree_width: u16,
}

impl Default for Layout {
    fn default() -> Self {
        Self { response: ResponsePlace::Auto, tree_width: 38 }
    }
}

/// Where the response is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponsePlace {
    /// Next to the request if the screen is wide enough, otherwise below.
    #[default]
    Auto,
    /// Below the request.
    Below,
    /// Next to the request.
    Beside,
}

impl ResponsePlace {
    /// Every place as written in the configuration.
    pub const ALL: [(&'static str, Self); 3] =
        [("auto", Self::Auto), ("below", Self::Below), ("beside", Self::Beside)];
}

/// How requests are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Seconds until a connection is established, including TLS; 0 means no limit.
    pub connect_timeout_seconds: u64,
    /// Seconds from sending the request to the first byte of the response; 0 means no limit.
    pub first_byte_timeout_seconds: u64,
    /// Seconds for the whole exchange; 0 means no limit.
    pub total_timeout_seconds: u64,
    /// Which proxy.
    pub proxy: Proxy,
    /// Hosts that are reached without the proxy, in addition to those of `NO_PROXY`.
    pub no_proxy: Vec<String>,
    /// PEM files of additional certificate authorities.
    pub ca_files: Vec<PathBuf>,
    /// PEM file of the client's certificate chain.
    pub client_cert: Option<PathBuf>,
    /// PEM file of its private key; `None` if the certificate's file contains both.
    pub client_key: Option<PathBuf>,
    /// Follow redirects within the origin, and unsigned ones everywhere.
    pub follow_redirects: bool,
    /// The most redirects of one send.
    pub max_redirects: u32,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            connect_timeout_seconds: 30,
            // A Lambda function may run for 15 minutes before it responds.
            first_byte_timeout_seconds: 900,
            total_timeout_seconds: 3600,
            proxy: Proxy::Environment,
            no_proxy: Vec::new(),
            ca_files: Vec::new(),
            client_cert: None,
            client_key: None,
            follow_redirects: true,
            max_redirects: 10,
        }
    }
}

/// What a send does without a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// How long a response's body may grow, in bytes once decoded, before somebody is asked; `None`
    /// means no limit.
    pub body_limit: Option<u64>,
}

impl Default for Sending {
    fn default() -> Self {
        Self { body_limit: Some(2 << 30) }
    }
}

/// Which proxy is used. `Debug` leaves out the URL, which may hold a password.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// According to `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`.
    #[default]
    Environment,
    /// None, whatever the environment says.
    Off,
    /// This one: `http://`, `https://`, `socks5://` or `socks5h://`.
    Url(String),
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::Off => "Off",
            Self::Url(_) => "Url(***)",
        })
    }
}

/// How the program behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behavior {
    /// The external editor with its arguments; empty means `$VISUAL`, then `$EDITOR`, then `vi`
    /// (`notepad` on Windows).
    pub editor: String,
    /// Wrap long lines of a response.
    pub wrap: bool,
    /// Show bodies pretty-printed.
    pub pretty: bool,
    /// Ask before sending in an environment that is marked `production`.
    pub confirm_production: bool,
    /// Capture the mouse.
    pub mouse: bool,
    /// How text is copied.
    pub clipboard: Clipboard,
}

impl Default for Behavior {
    fn default() -> Self {
        Self {
            editor: String::new(),
            wrap: true,
            pretty: true,
            confirm_production: true,
            mouse: true,
            clipboard: Clipboard::Auto,
        }
    }
}

/// What is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The lowest level that is logged.
    pub level: LogLevel,
}

/// The least severe events that are logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLevel {
    /// There is no log.
    #[default]
    Off,
    /// Panics and internal errors.
    Error,
    /// Failures that were handled.
    Warn,
    /// Each send with its status, size and time.
    Info,
    /// Each step of a send.
    Debug,
}

impl LogLevel {
    /// Every level with its name.
    pub const ALL: [(&'static str, Self); 5] = [
        ("off", Self::Off),
        ("error", Self::Error),
        ("warn", Self::Warn),
        ("info", Self::Info),
        ("debug", Self::Debug),
    ];
}

/// How text is copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clipboard {
    /// The system's clipboard, or the terminal's over SSH.
    #[default]
    Auto,
    /// The terminal's (OSC 52), which works over SSH.
    Osc52,
    /// The system's.
    System,
    /// Not at all.
    Off,
}
