//! A new workspace: which files it starts with, and their text.
//!
//! Owns that nothing is overwritten, and that what it makes counts as made here. Refuses a folder that
//! is a workspace already.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::SaveError;
use super::atomic::{self, Access, Expected};
use super::trust::TrustStore;
use super::workspace::WORKSPACE_FILE;
use crate::core::workspace::Workspace;

/// Deleted requests stay on this machine.
const IGNORED: &str = ".signpost-trash/";

/// The first request: its path and its text.
pub const FIRST_REQUEST: (&str, &str) = (
    "hello.toml",
    "name = \"Hello\"\nmethod = \"GET\"\nurl = \"{{base_url}}/\"\nnotes = \"Set base_url in signpost.toml, then send.\"\n",
);

/// A file of a new workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Its path in the folder.
    pub path: &'static str,
    /// All of its text.
    pub text: String,
    /// What the file holds before; `None` where it isn't there.
    before: Option<String>,
}

/// Why no workspace was made.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// There is one, or a file has the name of one of its files.
    #[error("{} already exists", .0.display())]
    Exists(PathBuf),
    /// A file couldn't be read or written.
    #[error("couldn't write to {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A file couldn't be saved.
    #[error(transparent)]
    Save(#[from] SaveError),
}

/// The files that a new workspace named `name` starts with; `gitignore` is the text of the folder's
/// `.gitignore`, if it has one, which keeps its lines.
pub fn files(name: &str, gitignore: Option<&str>) -> Vec<NewFile> {
    let name = toml_edit::Value::from(name).to_string();
    let workspace = format!("name = {}\n\n[variables]\nbase_url = \"https://example.com\"\n", name.trim());
    let file = |path, text: &str| NewFile { path, text: text.to_owned(), before: None };
    let mut files = vec![file(FIRST_REQUEST.0, FIRST_REQUEST.1), file(WORKSPACE_FILE, &workspace)];
    let kept = gitignore.unwrap_or_default();
    if !kept.lines().any(|line| line.trim() == IGNORED) {
        let line_end = if kept.is_empty() || kept.ends_with('\n') { "" } else { "\n" };
        let text = format!("{kept}{line_end}{IGNORED}\n");
        files.insert(0, NewFile { path: ".gitignore", text, before: gitignore.map(str::to_owned) });
    }
    files
}

/// Makes a workspace in this folder, which is created if need be, and gives its files. Without a name it
/// has the folder's.
///
/// # Errors
/// [`InitError::Exists`] where a file is in the way: nothing is written.
pub fn init(folder: &Path, name: Option<&str>, trust: &TrustStore) -> Result<Vec<NewFile>, InitError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| InitError::Io { path, source }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let root = fs::canonicalize(folder).map_err(failed(folder))?;
    for name in [WORKSPACE_FILE, FIRST_REQUEST.0] {
        let path = root.join(name);
        if path.symlink_metadata().is_ok() {
            return Err(InitError::Exists(path));
        }
    }
    let ignore = root.join(".gitignore");
    let gitignore = match fs::read_to_string(&ignore) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(failed(&ignore)(error)),
    };
    let own = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let files = files(name.unwrap_or(&own), gitignore.as_deref());
    // A folder with requests in it came from elsewhere, and is asked about as before.
    trust.note_if_new(&Workspace::bare(&root))?;
    for file in &files {
        let expected = match &file.before {
            Some(text) => Expected::Loaded(super::Stamp::of(text.as_bytes())),
            None => Expected::Nothing,
        };
        atomic::write(&root.join(file.path), file.text.as_bytes(), expected, Access::Usual)?;
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::trust::Trust;
    use crate::io::store::workspace;

    #[test]
    fn a_new_workspace_is_complete_and_made_here() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("my \"api\"");
        let trust = TrustStore::new(Some(home.path().join("data")));
        let made: Vec<_> = init(&folder, None, &trust).unwrap().into_iter().map(|file| file.path).collect();
        assert_eq!(made, [".gitignore", "hello.toml", "signpost.toml"]);
        let workspace = workspace::load(&folder.canonicalize().unwrap()).unwrap();
        assert_eq!((workspace.name.as_str(), workspace.problems.len()), ("my \"api\"", 0));
        assert_eq!(trust.open(&workspace).unwrap().0, Trust::MadeHere);
        let request = crate::io::store::load(&folder.join("hello.toml")).unwrap();
        assert_eq!(request.request.url, "{{base_url}}/");
        assert!(matches!(init(&folder, None, &trust), Err(InitError::Exists(_))));
    }

    #[test]
    fn nothing_is_overwritten_and_the_gitignore_keeps_its_lines() {
        let home = tempfile::tempdir().unwrap();
        let trust = TrustStore::new(Some(home.path().join("data")));
        let folder = home.path().join("a");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(".gitignore"), "/target").unwrap();
        init(&folder, Some("named"), &trust).unwrap();
        let text = fs::read_to_string(folder.join(WORKSPACE_FILE)).unwrap();
        assert!(text.starts_with("name = \"named\"\n"), "{text}");
        assert_eq!(fs::read_to_string(folder.join(".gitignore")).unwrap(), "/target\n.signpost-trash/\n");
        let other = home.path().join("b");
        fs::create_dir(&other).unwrap();
        fs::write(other.join("hello.toml"), "mine").unwrap();
        assert!(matches!(init(&other, None, &trust), Err(InitError::Exists(_))));
        assert_eq!(fs::read_dir(&other).unwrap().count(), 1);
    }

    #[test]
    fn requests_from_elsewhere_stay_from_elsewhere() {
        let home = tempfile::tempdir().unwrap();
        let trust = TrustStore::new(Some(home.path().join("data")));
        fs::write(home.path().join("theirs.toml"), "url = \"https://a.example/{{env:HOME}}\"").unwrap();
        init(home.path(), None, &trust).unwrap();
        let workspace = workspace::load(&home.path().canonicalize().unwrap()).unwrap();
        assert_ne!(trust.open(&workspace).unwrap().0, Trust::MadeHere);
    }
}
