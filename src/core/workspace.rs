//! The workspace: what `signpost.toml` and the `folder.toml` files say, and what that means for a
//! request.
//!
//! Owns inheritance, which variables apply, and which broken part of a file stands in the way of
//! which send. Refuses files: `io/store/workspace` reads and writes them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::file_problem::FileProblem;
use super::identity::Identity;
use super::names::IdentityName;
use super::request::{Auth, Row};
use super::scope::Source;

mod effective;

pub use effective::Effective;

/// A workspace, without its requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workspace {
    /// Its folder.
    pub root: PathBuf,
    /// Its name; the folder's where the file gives none.
    pub name: String,
    /// The id that scopes its secrets; `None` until there are any.
    pub id: Option<String>,
    /// `[variables]`.
    pub variables: BTreeMap<String, String>,
    /// `[environments.NAME]`, in the order of the file.
    pub environments: Vec<Environment>,
    /// `[auth]`; its kind is `inherit` where the file has none.
    pub auth: Auth,
    /// `[identities.NAME]`, in the order of the file.
    pub identities: Vec<Identity>,
    /// File names that come first in the tree.
    pub order: Vec<String>,
    /// What folders declare, by their path, as far as they have been read.
    pub folders: BTreeMap<String, FolderFile>,
    /// Parts of these files that cannot be used or are not known. Everything else counts.
    pub problems: Vec<WorkspaceProblem>,
}

/// An environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// Marked `production = true`: sending asks first. A mark that cannot be read counts as one.
    pub production: bool,
    /// Its variables.
    pub variables: BTreeMap<String, String>,
}

/// What `folder.toml` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderFile {
    /// Display name.
    pub name: Option<String>,
    /// File names that come first in the tree.
    pub order: Vec<String>,
    /// What `inherit` means here; its kind is `inherit` where the folder declares none.
    pub auth: Auth,
    /// Headers for every request here.
    pub headers: Vec<Row>,
    /// Variables for every request here.
    pub variables: BTreeMap<String, String>,
}

/// A part of the workspace's files that cannot be used as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceProblem {
    /// Which part, and so which sends it stands in the way of.
    pub part: Part,
    /// What is wrong with it, where, and what to do.
    pub problem: FileProblem,
}

/// A part of the workspace's files. A [`Source`] says in which one.
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
    /// A key that no send depends on, with its section.
    Key(String),
}

impl Workspace {
    /// A workspace without a usable `signpost.toml`.
    pub fn bare(root: &Path) -> Self {
        let name = root.file_name().map_or_else(|| "workspace".into(), |n| n.to_string_lossy().into_owned());
        Self { root: root.to_owned(), name, ..Self::default() }
    }

    /// The environment of this name.
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| environment.name == name)
    }
}
