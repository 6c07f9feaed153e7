//! Reading a workspace's files: `signpost.toml` and the `folder.toml` of its folders.
//!
//! Owns where these files are. Refuses their format (`workspace_parse` has it) and what they mean
//! for a request ([`crate::core::workspace`]).

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::LoadError;
use super::dirs::Dirs;
pub use super::workspace_change::{EditError, FileEdit, apply, edit, restore};
pub use super::workspace_edit::{ensure_id, replace_texts};
pub use super::workspace_parse::{FOLDER_FILE, WORKSPACE_FILE, parse};
use super::workspace_parse::{parse_folder, whole_file};
use crate::core::collection;
use crate::core::file_problem::FileProblem;
use crate::core::scope::Source;
use crate::core::workspace::{FolderFile, Part, Workspace, WorkspaceProblem};

/// The nearest folder, from `start` upward, that holds a `signpost.toml`. Looks no further than the
/// user's home, nor into folders of another owner: what lies there may be anybody's.
pub fn find(start: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(start).ok()?;
    let home = std::env::home_dir();
    let below_home = start.ancestors().position(|folder| Some(folder) == home.as_deref());
    let looked_at = below_home.map_or(usize::MAX, |steps| steps + 1);
    let owner = owner(&start);
    start
        .ancestors()
        .take(looked_at)
        .take_while(|folder| self::owner(folder) == owner)
        .find(|folder| folder.join(WORKSPACE_FILE).is_file())
        .map(Path::to_owned)
}

/// The owner of a folder, where the system has owners.
#[cfg(unix)]
fn owner(folder: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    Some(std::fs::metadata(folder).ok()?.uid())
}

#[cfg(not(unix))]
fn owner(_folder: &Path) -> Option<u32> {
    None
}

/// The workspace to use in `start`: the nearest upward, else the user's own, else (for a user
/// without a home) `start` itself.
pub fn find_or_own(start: &Path, dirs: Option<&Dirs>) -> PathBuf {
    find(start).or_else(|| dirs.map(Dirs::own_workspace)).unwrap_or_else(|| start.to_owned())
}

/// Reads `signpost.toml`; a folder without one is a workspace too. A part of it that cannot be used
/// is one of [`Workspace::problems`]. Folders are not read: see [`super::listing::list`] and
/// [`read_folders`].
///
/// # Errors
/// [`LoadError::Broken`] with the line where the file is not valid TOML.
pub fn load(root: &Path) -> Result<Workspace, LoadError> {
    let path = root.join(WORKSPACE_FILE);
    let text = match super::read_text(&path) {
        Err(LoadError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
            return Ok(Workspace::bare(root));
        }
        text => text?,
    };
    parse(root, &text).map_err(|error| LoadError::Broken { path, error })
}

/// Reads a workspace as far as possible: one whose `signpost.toml` cannot be read at all is bare, and
/// has that as its problem.
pub fn load_or_bare(root: &Path) -> Workspace {
    load(root).unwrap_or_else(|error| {
        let problem = whole_file(Source::Workspace, WORKSPACE_FILE, &error);
        Workspace { problems: vec![problem], ..Workspace::bare(root) }
    })
}

/// Reads a workspace again. Where `signpost.toml` can't be read as a whole, what was read before still
/// counts, and the problem is one of [`Workspace::problems`].
pub fn reload(before: &Workspace) -> Workspace {
    load(&before.root).unwrap_or_else(|error| {
        let problem = whole_file(Source::Workspace, WORKSPACE_FILE, &error);
        Workspace { problems: vec![problem], ..before.clone() }
    })
}

/// Reads the `folder.toml` of a folder and of those above it, for when one request is needed and not
/// the whole tree. What cannot be read is one of [`Workspace::problems`].
pub fn read_folders(workspace: &mut Workspace, folder: &str) {
    let mut path = folder;
    while !path.is_empty() {
        let (file, problems) = read_folder(&workspace.root.join(path), path);
        workspace.problems.extend(problems);
        if let Some(file) = file {
            workspace.folders.insert(path.to_owned(), file);
        }
        path = collection::parent(path);
    }
}

/// Reads the `folder.toml` of the folder `path` on disk; `None` where it has none.
pub(super) fn read_folder(folder: &Path, path: &str) -> (Option<FolderFile>, Vec<WorkspaceProblem>) {
    let name = collection::join(path, FOLDER_FILE);
    let unreadable = |error: &LoadError| {
        let problem = whole_file(Source::Folder(path.to_owned()), &name, error);
        (Some(FolderFile::default()), vec![problem])
    };
    let file = folder.join(FOLDER_FILE);
    match super::read_text(&file) {
        Ok(text) => match parse_folder(path, &text) {
            Ok((file, problems)) => (Some(file), problems),
            Err(error) => unreadable(&LoadError::Broken { path: file, error }),
        },
        Err(LoadError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => (None, Vec::new()),
        Err(error) => unreadable(&error),
    }
}

/// A folder or file whose content cannot be listed. No send depends on it.
pub(super) fn unlisted(path: &str, message: String, hint: &str) -> WorkspaceProblem {
    let problem = FileProblem { file: path.to_owned(), line: None, message, hint: hint.to_owned() };
    WorkspaceProblem { part: Part::Key(path.to_owned()), problem }
}
