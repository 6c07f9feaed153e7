//! `config.toml` -> [`Config`] and its problems.
//!
//! Owns names and ranges of the options. Refuses to fail: an invalid option keeps its default and
//! is reported with line, key and hint.

use std::path::PathBuf;

use super::command::{COMMANDS, Command};
use super::key::KeySequence;
use super::keymap::Keymap;
use super::text::{self, FileError, Section};
use super::theme::{Role, Style, ThemeName};
use super::{
    Behavior, Clipboard, Config, Layout, Log, LogLevel, Network, Proxy, ResponsePlace, Sending, ThemeConfig,
};
use crate::core::suggest;
use crate::core::units;

/// A part of the configuration that is ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// Line, from 1.
    pub line: usize,
    /// The option, with its section; empty if the whole file is invalid.
    pub key: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do, in one sentence; may be empty.
    pub hint: String,
}

impl std::fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, "\nhint: {}", self.hint) }
    }
}

/// Parses a configuration. Never fails: an invalid option keeps its default and is reported.
/// Problems are in the order of their lines.
pub fn parse(text: &str) -> (Config, Vec<ConfigProblem>) {
    let mut problems = Problems(Vec::new());
    let document = match text::document(text) {
        Ok(document) => document,
        Err(mut error) => {
            error.message = format!("invalid TOML: {}", error.message);
            if error.hint.is_empty() {
                error.hint = "Correct this line; the defaults apply until then.".into();
            }
            problems.push("", error);
            return (Config::default(), problems.0);
        }
    };
    let mut root = Reader { section: Section::root(&document), known: Vec::new(), problems: &mut problems };
    let config = Config {
        theme: root.section("theme", theme),
        layout: root.section("layout", layout),
        network: root.section("network", network),
        send: root.section("send", sending),
        behavior: root.section("behavior", behavior),
        log: root.section("log", log),
        keys: match root.get("keys", None, |s, key| Ok(Some(s.section(key)?))) {
            Some(section) => keymap(&section, root.problems),
            None => Keymap::default(),
        },
    };
    root.finish();
    problems.0.sort_by_key(|problem| problem.line);
    (config, problems.0)
}

struct Problems(Vec<ConfigProblem>);

impl Problems {
    fn push(&mut self, key: &str, error: FileError) {
        let FileError { line, message, hint, .. } = error;
        self.0.push(ConfigProblem { line, key: key.to_owned(), message, hint });
    }
}

/// A section being read; it remembers which keys were read.
struct Reader<'t, 'p> {
    section: Section<'t>,
    known: Vec<&'static str>,
    problems: &'p mut Problems,
}

impl<'t> Reader<'t, '_> {
    /// The value of an option, or `default` if it is left out or invalid.
    fn get<T>(
        &mut self,
        key: &'static str,
        default: T,
        read: impl FnOnce(&Section<'t>, &str) -> Result<Option<T>, FileError>,
    ) -> T {
        self.known.push(key);
        match read(&self.section, key) {
            Ok(value) => value.unwrap_or(default),
            Err(error) => {
                self.problems.push(&self.section.name(key), error);
                default
            }
        }
    }

    fn flag(&mut self, key: &'static str, default: bool) -> bool {
        self.get(key, default, Section::boolean)
    }

    fn number<T: TryFrom<i64>>(&mut self, key: &'static str, default: T, most: i64) -> T {
        let read = |s: &Section<'t>, key: &str| {
            Ok(s.integer(key, 0..=most)?.and_then(|number| T::try_from(number).ok()))
        };
        self.get(key, default, read)
    }

    fn word<T: Copy>(&mut self, key: &'static str, default: T, words: &[(&str, T)]) -> T {
        self.get(key, default, |s, key| s.word(key, words))
    }

    fn strings(&mut self, key: &'static str) -> Vec<String> {
        self.get(key, Vec::new(), Section::strings)
    }

    fn path(&mut self, key: &'static str) -> Option<PathBuf> {
        let read = |s: &Section<'t>, key: &str| {
            Ok(Some(s.string(key)?.filter(|path| !path.is_empty()).map(PathBuf::from)))
        };
        self.get(key, None, read)
    }

    fn section<T: Default>(&mut self, key: &'static str, read: impl FnOnce(&mut Reader<'t, '_>) -> T) -> T {
        let Some(section) = self.get(key, None, |s, key| Ok(Some(s.section(key)?))) else {
            return T::default();
        };
        let mut reader = Reader { section, known: Vec::new(), problems: &mut *self.problems };
        let value = read(&mut reader);
        reader.finish();
        value
    }

    /// Reports every key that wasn't read.
    fn finish(&mut self) {
        for (name, error) in self.section.unknown_keys(&self.known) {
            self.problems.push(&name, error);
        }
    }
}

fn theme(reader: &mut Reader<'_, '_>) -> ThemeConfig {
    ThemeConfig {
        name: reader.word("name", ThemeName::Auto, &ThemeName::ALL),
        styles: reader.section("styles", styles),
    }
}

fn styles(reader: &mut Reader<'_, '_>) -> Vec<(Role, Style)> {
    let mut styles = Vec::new();
    for (role, name) in Role::all() {
        let read = |section: &Section<'_>, key: &str| {
            let Some(written) = section.string(key)? else { return Ok(None) };
            let hint = "Write a colour such as \"red\", \"bright-blue\", \"200\" or \"#ff8800\", `on` a colour, \
                        and any of bold, dim, italic, underline, reversed.";
            let parsed = written.parse::<Style>();
            parsed
                .map(|style| Some(Some(style)))
                .map_err(|error| section.error_in(key, error.to_string(), hint))
        };
        if let Some(style) = reader.get(name, None, read) {
            styles.push((role, style));
        }
    }
    styles
}

fn layout(reader: &mut Reader<'_, '_>) -> Layout {
    let default = Layout::default();
    let places = ResponsePlace::ALL;
    Layout {
        response: reader.word("response", default.response, &places),
        tree_width: reader.number("tree_width", default.tree_width, 200),
    }
}

fn network(reader: &mut Reader<'_, '_>) -> Network {
    /// A year; a longer time is a mistake.
    const LONGEST: i64 = 366 * 24 * 3600;
    let default = Network::default();
    let mut seconds = |key, default: u64| reader.number(key, default, LONGEST);
    let connect_timeout_seconds = seconds("connect_timeout_seconds", default.connect_timeout_seconds);
    let first_byte_timeout_seconds =
        seconds("first_byte_timeout_seconds", default.first_byte_timeout_seconds);
    let total_timeout_seconds = seconds("total_timeout_seconds", default.total_timeout_seconds);
    let network = Network {
        connect_timeout_seconds,
        first_byte_timeout_seconds,
        total_timeout_seconds,
        proxy: reader.get("proxy", default.proxy, proxy),
        no_proxy: reader.strings("no_proxy"),
        ca_files: reader.strings("ca_files").into_iter().map(PathBuf::from).collect(),
        client_cert: reader.path("client_cert"),
        client_key: reader.path("client_key"),
        follow_redirects: reader.flag("follow_redirects", default.follow_redirects),
        max_redirects: reader.number("max_redirects", default.max_redirects, 100),
    };
    if network.client_key.is_some() && network.client_cert.is_none() {
        let error = reader.section.error_at(
            "client_key",
            "`network.client_key` is given, but no `network.client_cert`",
            "Add client_cert = \"/path/to/certificate.pem\".",
        );
        reader.problems.push("network.client_key", error);
    }
    network
}

fn proxy(section: &Section<'_>, key: &str) -> Result<Option<Proxy>, FileError> {
    let Some(written) = section.string(key)? else { return Ok(None) };
    let schemes = ["http://", "https://", "socks5://", "socks5h://"];
    match written.as_str() {
        "" | "environment" => Ok(Some(Proxy::Environment)),
        "off" => Ok(Some(Proxy::Off)),
        url if schemes.iter().any(|scheme| url.len() > scheme.len() && url.starts_with(scheme)) => {
            Ok(Some(Proxy::Url(written)))
        }
        // The text may contain a password, so it isn't repeated.
        _ => Err(section.error_in(
            key,
            "`network.proxy` isn't a valid proxy URL",
            "Write \"environment\", \"off\", or a URL that starts with http://, https://, socks5:// or socks5h://.",
        )),
    }
}

fn sending(reader: &mut Reader<'_, '_>) -> Sending {
    Sending { body_limit: reader.get("body_limit", Sending::default().body_limit, size) }
}

/// A size with a unit, or a number of bytes; the inner `None` stands for 0, which means no limit.
fn size(section: &Section<'_>, key: &str) -> Result<Option<Option<u64>>, FileError> {
    if !section.has(key) {
        return Ok(None);
    }
    let bytes = match section.string(key) {
        Ok(text) => text.as_deref().and_then(units::parse_size),
        Err(_) => section.integer(key, 0..=i64::MAX).ok().flatten().and_then(|bytes| bytes.try_into().ok()),
    };
    let invalid = || {
        let message = format!("`{}` isn't a valid size", section.name(key));
        section.error_in(
            key,
            message,
            "write a number with B, KiB, MiB, GiB or TiB, such as \"2 GiB\"; 0 means no limit",
        )
    };
    let bytes = bytes.ok_or_else(invalid)?;
    Ok(Some((bytes > 0).then_some(bytes)))
}

fn behavior(reader: &mut Reader<'_, '_>) -> Behavior {
    let default = Behavior::default();
    let clipboards = [
        ("auto", Clipboard::Auto),
        ("osc52", Clipboard::Osc52),
        ("system", Clipboard::System),
        ("off", Clipboard::Off),
    ];
    Behavior {
        editor: reader.get("editor", default.editor, Section::string),
        wrap: reader.flag("wrap", default.wrap),
        pretty: reader.flag("pretty", default.pretty),
        confirm_production: reader.flag("confirm_production", default.confirm_production),
        mouse: reader.flag("mouse", default.mouse),
        clipboard: reader.word("clipboard", default.clipboard, &clipboards),
    }
}

fn log(reader: &mut Reader<'_, '_>) -> Log {
    Log { level: reader.word("level", LogLevel::Off, &LogLevel::ALL) }
}

/// The keys that the user gives a command, and where.
struct Given<'t> {
    command: Command,
    section: Section<'t>,
    key: &'t str,
    keys: Vec<KeySequence>,
}

/// Reads `"request.send" = ["s", "f5"]`; a single text means a list of one, and an empty list
/// unbinds the command. The ID may also be a dotted key.
fn keymap(section: &Section<'_>, problems: &mut Problems) -> Keymap {
    let mut given = Vec::new();
    for key in section.keys() {
        let group = section.section(key).ok().flatten().filter(|_| Command::by_id(key).is_none());
        let entries = match group {
            Some(group) => group.keys().map(|name| (format!("{key}.{name}"), group.clone(), name)).collect(),
            None => vec![(key.to_owned(), section.clone(), key)],
        };
        for (id, section, key) in entries {
            match command(&id, &section, key) {
                Ok((command, keys)) => given.push(Given { command, section, key, keys }),
                Err(error) => problems.push(&section.name(key), error),
            }
        }
    }
    // Of two bindings that conflict, the later one is dropped, until none conflict.
    loop {
        let mut keymap = Keymap::default();
        for Given { command, keys, .. } in &given {
            keymap.bind(*command, keys.clone());
        }
        let clash = keymap.conflicts().into_iter().find_map(|clash| {
            let ours = |given: &Given<'_>| [clash.first.0, clash.second.0].contains(&given.command);
            given.iter().rposition(ours).map(|index| (index, clash))
        });
        let Some((index, clash)) = clash else { return keymap };
        let Given { command, section, key, .. } = given.remove(index);
        let (own, other) =
            if clash.first.0 == command { (clash.first, clash.second) } else { (clash.second, clash.first) };
        let (id, place) = (other.0.info().id, clash.context.title());
        let message = if own.1 == other.1 {
            format!("`{}` is also the key of `{id}` ({place})", own.1)
        } else {
            format!("`{}` and `{}`, the key of `{id}`, start with the same key ({place})", own.1, other.1)
        };
        let hint = format!("Choose another key, or bind `{id}` to other keys as well.");
        problems.push(&section.name(key), section.error_in(key, message, hint));
    }
}

fn command(id: &str, section: &Section<'_>, key: &str) -> Result<(Command, Vec<KeySequence>), FileError> {
    let Some(command) = Command::by_id(id) else {
        let hint = match suggest::closest(id, COMMANDS.iter().map(|info| info.id)) {
            Some(similar) => format!("Did you mean \"{similar}\"?"),
            None => "The help lists every command with its name.".to_owned(),
        };
        return Err(section.error_at(key, format!("unknown command \"{id}\""), hint));
    };
    Ok((command, sequences(section, key)?))
}

fn sequences(section: &Section<'_>, key: &str) -> Result<Vec<KeySequence>, FileError> {
    let written = match section.string(key) {
        Ok(text) => text.map_or_else(Vec::new, |text| vec![text]),
        Err(_) => section.strings(key)?.unwrap_or_default(),
    };
    let parsed: Result<Vec<KeySequence>, _> = written.iter().map(|text| text.parse()).collect();
    parsed.map_err(|error| {
        let hint = "Write keys such as \"s\", \"G\", \"ctrl-r\", \"alt-1\", \"shift-tab\", \"f5\", \"space\" or \"g g\".";
        section.error_in(key, error.to_string(), hint)
    })
}
