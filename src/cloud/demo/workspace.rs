//! A demo's workspace: saved requests, and what differs from cloud to cloud.
//!
//! Owns writing the files, which are part of the program. Refuses to write into a folder that isn't
//! empty, and to write a secret: the caller gets those.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::core::credential::Secret;
use crate::core::visible;

/// Texts of `assets`, each with its path in the workspace.
macro_rules! files {
    ($folder:literal: $($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../../assets/", $folder, "/", $path)))),*]
    };
}
pub(super) use files;

/// The path of a key in `signpost.toml`, and its value. The placeholder of the value is the path
/// without its section, between two `@`.
pub type Text = (&'static [&'static str], String);

/// The workspace of one demo.
pub struct DemoWorkspace {
    /// Every file with its text; only `signpost.toml` contains placeholders.
    pub(super) files: &'static [(&'static str, &'static str)],
    /// What differs from cloud to cloud.
    pub(super) texts: Vec<Text>,
    /// The identities that sign with keys. Each has its secret under its own name.
    pub(super) secrets: Vec<(&'static str, Secret)>,
}

impl DemoWorkspace {
    /// Writes it into an empty folder, which is created if it doesn't exist.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] if the folder isn't empty, and whatever keeps the files from
    /// being written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        if let Some(entry) = fs::read_dir(folder).into_iter().flatten().next() {
            let message = format!(
                "{} isn't empty: it contains `{}`; choose an empty folder or one from an earlier demo",
                folder.display(),
                entry?.file_name().to_string_lossy().chars().map(visible::shown).collect::<String>()
            );
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        for (path, text) in self.files {
            let path = folder.join(path);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&path)?
                .write_all(self.filled(text).as_bytes())?;
        }
        Ok(())
    }

    /// What differs from cloud to cloud.
    pub fn texts(&self) -> Vec<(&'static [&'static str], &str)> {
        self.texts.iter().map(|(keys, value)| (*keys, value.as_str())).collect()
    }

    /// The names by which the files refer to their secrets, which are those of the identities, and the
    /// secrets. They belong in the private store.
    pub fn secrets(&self) -> &[(&'static str, Secret)] {
        &self.secrets
    }

    /// The values contain only letters, digits and `:/.-_`, so they need no escaping in TOML.
    fn filled(&self, text: &str) -> String {
        self.texts.iter().fold(text.to_owned(), |text, (keys, value)| {
            let words = keys.get(1..).unwrap_or_default().join("_");
            text.replace(&format!("@{words}@"), value)
        })
    }
}
