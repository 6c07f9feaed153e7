//! Where the user's own files are.
//!
//! Owns the names of those folders. Refuses to create them before something is written there.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

/// The workspace that is used outside of any other, in the data folder.
pub(super) const OWN_WORKSPACE: &str = "workspace";

/// The user's own folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dirs {
    /// For the private store, drafts, history and the workspace that is used outside of any other.
    pub data: PathBuf,
    /// For `config.toml`.
    pub config: PathBuf,
    /// For logs: the state folder where the system has one (Linux), else `logs` in the data folder.
    pub logs: PathBuf,
}

impl Dirs {
    /// As the system has them (XDG on Linux); `None` where the user has no home.
    pub fn of_user() -> Option<Self> {
        let dirs = ProjectDirs::from("", "", "signpost")?;
        let logs = dirs.state_dir().map_or_else(|| dirs.data_dir().join("logs"), Path::to_owned);
        Some(Self { data: dirs.data_dir().to_owned(), config: dirs.config_dir().to_owned(), logs })
    }

    /// The workspace that is used outside of any other.
    pub fn own_workspace(&self) -> PathBuf {
        self.data.join(OWN_WORKSPACE)
    }

    /// The configuration.
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }
}
