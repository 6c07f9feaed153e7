//! The workspace: the contents of `signpost.toml` and the `folder.toml` files, and what they mean
//! for a request.
//!
//! Owns inheritance, which variables apply, and which invalid part of a file prevents which sends.
//! Refuses files: `io/store/workspace` reads and writes them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::file_problem::FileProblem;
use super::identity::Identity;
use super::names::IdentityName;
use super::request::{Auth, Row};
use super::scope::Source;

mod change;
mod declared;
mod effective;

pub use change::{Edit, KeyEdit, NewValue, WorkspaceChange, secret_name};
pub use declared::{Declared, declared};
pub use effective::Effective;

/// The file that makes a folder a workspace.
pub const WORKSPACE_FILE: &str = "signpost.toml";
/// The file that says what a folder's requests inherit.
pub const FOLDER_FILE: &str = "folder.toml";

/// A workspace, without its requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workspace {
    /// Its folder.
    pub root: PathBuf,
    /// Its name; the folder's if the file has none.
    pub name: String,
    /// The ID under which its secrets are stored; `None` until there are any.
    pub id: Option<String>,
    /// `[variables]`.
    pub variables: BTreeMap<String, String>,
    /// `[environments.NAME]`, in the order of the file.
    pub environments: Vec<Environment>,
    /// `[auth]`; its kind is `inherit` if the file has none.
    pub auth: Auth,
    /// `[identities.NAME]`, in the order of the file.
    pub identities: Vec<Identity>,
    /// The keys of `[identities.NAME]` as text, by name: also those of an invalid one.
    pub identity_texts: BTreeMap<String, BTreeMap<String, String>>,
    /// File names that come first in the tree.
    pub order: Vec<String>,
    /// The declarations of the folders read so far, by path.
    pub folders: BTreeMap<String, FolderFile>,
    /// Invalid parts of these files and unknown keys. Everything else applies.
    pub problems: Vec<WorkspaceProblem>,
}

/// An environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// Marked `production = true`: sending asks first. An invalid mark counts as one.
    pub production: bool,
    /// Its variables.
    pub variables: BTreeMap<String, String>,
}

/// The contents of a `folder.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderFile {
    /// Display name.
    pub name: Option<String>,
    /// File names that come first in the tree.
    pub order: Vec<String>,
    /// What `inherit` means here; its kind is `inherit` if the folder declares none.
    pub auth: Auth,
    /// Headers of every request here.
    pub headers: Vec<Row>,
    /// Variables of every request here.
    pub variables: BTreeMap<String, String>,
}

/// A part of the workspace's files that can't be used as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceProblem {
    /// Which part, and so which sends it prevents.
    pub part: Part,
    /// What is wrong with it, where, and what to do.
    pub problem: FileProblem,
}

/// A part of the workspace's files; the [`Source`] is the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The file as a whole.
    File(Source),
    /// `[auth]`.
    Auth(Source),
    /// `headers` of a folder.
    Headers(Source),
    /// All variables of a source.
    Variables(Source),
    /// One variable of a source.
    Variable(Source, String),
    /// `[identities.NAME]`.
    Identity(IdentityName),
    /// A key with its section that no send depends on.
    Key(String),
}

impl Workspace {
    /// A workspace without a valid `signpost.toml`.
    pub fn bare(root: &Path) -> Self {
        let name = root.file_name().map_or_else(|| "workspace".into(), |n| n.to_string_lossy().into_owned());
        Self { root: root.to_owned(), name, ..Self::default() }
    }

    /// The environment of this name.
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| environment.name == name)
    }
}
