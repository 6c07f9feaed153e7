//! The demo's workspace: from 403 to 200 in saved requests.
//!
//! Owns the files under `assets/demo`, which are part of the program. Refuses to write into a folder
//! that isn't empty, and to write a secret: the caller gets those.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::info::Info;
use crate::core::credential::Secret;
use crate::core::visible;

macro_rules! files {
    ($($path:literal),* $(,)?) => { [$(($path, include_str!(concat!("../../assets/demo/", $path)))),*] };
}

/// Every file with its text; only `signpost.toml` contains placeholders.
const FILES: [(&str, &str); 16] = files![
    "signpost.toml",
    "1-unsigned.toml",
    "2-alice-denied.toml",
    "3-attach-policy.toml",
    "4-alice-allowed.toml",
    "5-detach-policy.toml",
    "6-permit-url.toml",
    "7-permit-invoke.toml",
    "8-alice-allowed-again.toml",
    "9-get-session-token.toml",
    "10-session-allowed.toml",
    "11-move-the-clock.toml",
    "12-session-expired.toml",
    "reset/folder.toml",
    "reset/remove-url.toml",
    "reset/remove-invoke.toml",
];

/// The names by which the workspace's files refer to their secrets, and the secrets.
pub type Secrets = [(&'static str, Secret); 2];

/// Writes the workspace for a running cloud into an empty folder, which is created if it doesn't
/// exist, and returns the secrets that belong in the private store.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] if the folder isn't empty, and whatever keeps the files from being written.
pub fn write_workspace(folder: &Path, info: &Info) -> io::Result<Secrets> {
    if let Some(entry) = fs::read_dir(folder).into_iter().flatten().next() {
        let message = format!(
            "{} isn't empty: it contains `{}`; choose an empty folder or one from an earlier demo",
            folder.display(),
            entry?.file_name().to_string_lossy().chars().map(visible::shown).collect::<String>()
        );
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    for (path, text) in FILES {
        let path = folder.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)?
            .write_all(filled(text, info).as_bytes())?;
    }
    Ok(secrets(info))
}

/// The secrets of a running cloud, under the names by which the workspace's files refer to them.
pub(crate) fn secrets(info: &Info) -> Secrets {
    [
        ("admin", info.users.admin.secret_access_key.clone()),
        ("alice", info.users.alice.secret_access_key.clone()),
    ]
}

/// What differs from cloud to cloud: the path of a key in `signpost.toml`, and its value. The
/// placeholder is the path without its section, between two `@`.
pub(crate) fn texts(info: &Info) -> [(&'static [&'static str], &str); 10] {
    let function_name = info.function_arn.rsplit(':').next().unwrap_or_default();
    [
        (&["variables", "endpoint"], info.endpoint.as_str()),
        (&["variables", "function_url"], &info.function_url),
        (&["variables", "function_url_path"], &info.function_url_path),
        (&["variables", "function_name"], function_name),
        (&["variables", "function_arn"], &info.function_arn),
        (&["variables", "region"], &info.region),
        (&["variables", "account"], &info.account),
        (&["variables", "alice_arn"], &info.users.alice.arn),
        (&["identities", "admin", "access_key"], &info.users.admin.access_key_id),
        (&["identities", "alice", "access_key"], &info.users.alice.access_key_id),
    ]
}

/// The values contain only letters, digits and `:/.-_`, so they need no escaping in TOML.
fn filled(text: &str, info: &Info) -> String {
    texts(info).iter().fold(text.to_owned(), |text, (keys, value)| {
        let words = keys.get(1..).unwrap_or_default().join("_");
        text.replace(&format!("@{words}@"), value)
    })
}
