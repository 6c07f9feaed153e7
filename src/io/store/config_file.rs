//! Reading `config.toml`.
//!
//! Owns finding it and what a path in it is relative to. Refuses to judge options:
//! [`crate::config::parse`] does.

use std::path::{Path, PathBuf};

use super::LoadError;
use super::dirs::Dirs;
use crate::config::{self, Config, ConfigProblem};

/// A configuration as loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadedConfig {
    /// The configuration, with defaults where something is wrong.
    pub config: Config,
    /// Where it came from; `None` where there is no file.
    pub path: Option<PathBuf>,
    /// Where it is read again once it has changed; `None` for a user without a home.
    pub place: Option<ConfigPlace>,
    /// What is wrong with it.
    pub problems: Vec<ConfigProblem>,
}

/// Where a configuration is, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigPlace {
    /// The file.
    pub path: PathBuf,
    /// The user named it: it must be there, and need not be a regular file.
    pub named: bool,
}

/// Loads the file that was named, else the user's, which need not be there. Never fails: a file
/// that cannot be read is a problem, and the defaults apply.
pub fn load(named: Option<&Path>, dirs: Option<&Dirs>) -> LoadedConfig {
    let named_file = named.map(|path| ConfigPlace { path: path.to_owned(), named: true });
    let place = named_file.or_else(|| Some(ConfigPlace { path: dirs?.config_file(), named: false }));
    place.as_ref().map(read).unwrap_or_default()
}

/// Reads a configuration, as [`load`] does.
pub fn read(place: &ConfigPlace) -> LoadedConfig {
    let ConfigPlace { path, named } = place.clone();
    let place = Some(place.clone());
    // The user may name what isn't a file: the output of a command, or `/dev/null`.
    match if named { super::read_any_text(&path) } else { super::read_text(&path) } {
        Ok(text) => {
            let (mut config, problems) = config::parse(&text);
            let folder = path.parent().unwrap_or(Path::new(""));
            let network = &mut config.network;
            let files =
                network.ca_files.iter_mut().chain(&mut network.client_cert).chain(&mut network.client_key);
            for file in files {
                *file = resolve(file, folder);
            }
            LoadedConfig { config, path: Some(path), place, problems }
        }
        Err(LoadError::Io { source, .. }) if !named && source.kind() == std::io::ErrorKind::NotFound => {
            LoadedConfig { place, ..LoadedConfig::default() }
        }
        Err(error) => {
            let (line, message, hint) = match error {
                LoadError::Io { source, .. } => {
                    (1, format!("couldn't be read: {source}"), "the defaults apply until then".into())
                }
                LoadError::Broken { error, .. } => (error.line, error.message, error.hint),
            };
            let problem = ConfigProblem { line, key: String::new(), message, hint };
            LoadedConfig { config: Config::default(), path: Some(path), place, problems: vec![problem] }
        }
    }
}

/// A path as the configuration means it: `~/` is the home, and a relative path starts at the configuration's folder.
fn resolve(file: &Path, folder: &Path) -> PathBuf {
    let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
    match (file.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        (Ok(_) | Err(_), _) => folder.join(file),
    }
}
