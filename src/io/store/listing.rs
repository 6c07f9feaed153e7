//! Listing a workspace.
//!
//! Owns which files are requests, and has leftovers removed on the way. Refuses to read requests:
//! only `folder.toml` files are opened, so that ten thousand requests are listed as fast as ten.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry};
use std::path::Path;

use super::sweep;
use super::workspace::{read_folder, unlisted};
use crate::core::collection::{Folder, MAX_FOLDER_DEPTH, Node, NodeKind, Tree, is_folder, is_request, join};
use crate::core::workspace::{FolderFile, Workspace, WorkspaceProblem};

/// A workspace's tree, from the names of its files.
#[derive(Debug, Default)]
pub struct Listing {
    /// The tree; no request has been read.
    pub tree: Tree,
    /// What folders declare, by their path; belongs into [`Workspace::folders`].
    pub folders: BTreeMap<String, FolderFile>,
    /// Folders that cannot be read, and parts of `folder.toml` files; belongs into
    /// [`Workspace::problems`].
    pub problems: Vec<WorkspaceProblem>,
}

/// Lists the requests of a workspace. Hidden files, other programs' files, and folders that hold no
/// request are left out; links to folders are not followed. Temporary files that a killed save left
/// in the listed folders go after a day, what lies in the trash after thirty.
pub fn list(workspace: &Workspace) -> Listing {
    let mut listing = Listing::default();
    let mut root = Folder { order: workspace.order.clone(), ..Folder::default() };
    // The user's own workspace is not there before something is saved.
    if workspace.root.exists() {
        sweep::trash(&workspace.root);
        root.children = listing.children(&workspace.root, "", 0).0;
    }
    root.sort();
    listing.tree = Tree { root };
    listing
}

impl Listing {
    /// What a folder holds, and whether it holds nothing at all.
    fn children(&mut self, folder: &Path, path: &str, depth: usize) -> (Vec<Node>, bool) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(source) => {
                let message = format!("couldn't be read: {source}");
                self.problems.push(unlisted(path, message, "Check its permissions."));
                return (Vec::new(), false);
            }
        };
        let mut children = Vec::new();
        let mut empty = true;
        for entry in entries.flatten() {
            empty = false;
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                if Path::new(&name).extension().is_some_and(|extension| extension == "toml") {
                    let path = join(path, &name.to_string_lossy());
                    let message = "the file's name isn't valid UTF-8".to_owned();
                    self.problems.push(unlisted(&path, message, "Rename it."));
                }
                continue;
            };
            if name.starts_with('.') {
                sweep::temporary(&entry);
                continue;
            }
            let below = join(path, name);
            let node = match kind(&entry, name) {
                Some(Kind::Folder) if depth < MAX_FOLDER_DEPTH => {
                    self.folder(&entry.path(), below, depth + 1)
                }
                Some(Kind::Request) => Some(Node { path: below, kind: NodeKind::Request }),
                Some(Kind::Folder) | None => None,
            };
            children.extend(node);
        }
        (children, empty)
    }

    fn folder(&mut self, folder: &Path, path: String, depth: usize) -> Option<Node> {
        let (children, empty) = self.children(folder, &path, depth);
        let (settings, problems) = read_folder(folder, &path);
        self.problems.extend(problems);
        if children.is_empty() && !empty && settings.is_none() {
            return None;
        }
        let mut node = Folder { children, ..Folder::default() };
        if let Some(settings) = settings {
            node.name.clone_from(&settings.name);
            node.order.clone_from(&settings.order);
            self.folders.insert(path.clone(), settings);
        }
        node.sort();
        Some(Node { path, kind: NodeKind::Folder(node) })
    }
}

enum Kind {
    Folder,
    Request,
}

/// What an entry is by its name and by what the folder itself says of it; only links are asked.
fn kind(entry: &DirEntry, name: &str) -> Option<Kind> {
    let file_type = entry.file_type().ok()?;
    if file_type.is_dir() {
        is_folder(name).then_some(Kind::Folder)
    } else if is_request(name)
        && (file_type.is_file() || fs::metadata(entry.path()).is_ok_and(|m| m.is_file()))
    {
        Some(Kind::Request)
    } else {
        None
    }
}
