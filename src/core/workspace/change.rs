//! One change of `signpost.toml` or a `folder.toml`, as data.
//!
//! Owns which changes there are, and how they are called. Refuses to write: `io/store` does.

use crate::core::credential::Secret;
use crate::core::scope::Source;

use super::{WORKSPACE_FILE, Workspace};

/// A change of one key or table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceChange {
    /// The file, by its path in the workspace.
    pub file: String,
    /// The key with the tables above it, outermost first.
    pub path: Vec<String>,
    /// What happens to it.
    pub edit: Edit,
}

/// What happens to a key or table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// It gets a value.
    Set {
        /// The value.
        value: NewValue,
        /// The text that it replaces as the user saw it; `None` where there was none.
        before: Option<String>,
    },
    /// Keys of a table get values or are left out, all or none of them.
    SetKeys(Vec<KeyEdit>),
    /// A table is added with these keys and texts.
    Add(Vec<(String, String)>),
    /// A table is copied to another name next to it.
    Copy(String),
    /// It gets another name and keeps its place.
    Rename(String),
    /// It is removed.
    Remove,
}

/// What happens to one key of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEdit {
    /// The key.
    pub key: String,
    /// Its new value; `None` where it's left out.
    pub value: Option<NewValue>,
    /// The text that it has as the user saw it; `None` if the file doesn't exist.
    pub before: Option<String>,
}

/// A value to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewValue {
    /// A text.
    Text(String),
    /// A number.
    Number(u64),
    /// True or false.
    Flag(bool),
    /// A text that goes to the private store; the file gets a reference to it.
    Secret {
        /// The name that it gets in the store, counted up if it's taken.
        name: String,
        /// The text.
        secret: Secret,
    },
}

impl WorkspaceChange {
    /// A change of a variable; `None` for a source that no file declares.
    pub fn variable(source: &Source, name: &str, edit: Edit) -> Option<Self> {
        let file = Workspace::file_of(source)?;
        let above = match source {
            Source::Environment(environment) => vec!["environments".to_owned(), environment.clone()],
            Source::Workspace | Source::Folder(_) | Source::CommandLine | Source::ThisRun => {
                vec!["variables".to_owned()]
            }
        };
        let path = above.into_iter().chain([name.to_owned()]).collect();
        Some(Self { file, path, edit })
    }

    /// A change of a table of `signpost.toml` that has a name, or of a key in it.
    pub fn named(section: &str, name: &str, key: Option<&str>, edit: Edit) -> Self {
        let path = [Some(section), Some(name), key].into_iter().flatten().map(str::to_owned).collect();
        Self { file: WORKSPACE_FILE.to_owned(), path, edit }
    }

    /// The environment that it makes, renames or removes as a whole.
    pub fn environment(&self) -> Option<&str> {
        self.whole("environments")
    }

    /// The identity that it makes, renames or removes as a whole.
    pub fn identity(&self) -> Option<&str> {
        self.whole("identities")
    }

    fn whole(&self, section: &str) -> Option<&str> {
        match &self.path[..] {
            [first, name] if first == section => Some(name),
            _ => None,
        }
    }

    /// The last part of its path: the name of the variable, environment, identity or field.
    pub fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// What it changes, in words.
    pub fn what(&self) -> String {
        match &self.path[..] {
            [section, name] if section == "environments" => format!("environment `{name}`"),
            [section, name] if section == "identities" => format!("identity `{name}`"),
            [_, owner, name] => format!("`{name}` of `{owner}`"),
            _ => format!("`{}`", self.name()),
        }
    }

    /// What it did, in one sentence without a full stop.
    pub fn done(&self) -> String {
        let (name, file) = (self.name(), &self.file);
        match &self.edit {
            Edit::Set { .. } | Edit::SetKeys(_) => format!("`{name}` is saved in {file}"),
            Edit::Add(_) => format!("`{name}` is added to {file}"),
            Edit::Copy(to) => format!("`{name}` is copied to `{to}`"),
            Edit::Rename(to) if self.identity().is_some() => {
                format!("`{name}` is renamed to `{to}`; requests and folders that name `{name}` still do")
            }
            Edit::Rename(to) => format!("`{name}` is renamed to `{to}`"),
            Edit::Remove => format!("`{name}` is deleted from {file}"),
        }
    }
}

/// A name for a secret of the workspace, made of where it stands.
pub fn secret_name(path: &[String]) -> String {
    let plain = |part: &String| -> String {
        part.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect()
    };
    path.iter().skip(1).map(plain).collect::<Vec<_>>().join(".")
}
