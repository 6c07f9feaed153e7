//! The workspace: `signpost.toml` and what folders add to it.
//!
//! Owns their formats (`docs/file-format.md` is the reference), and what a request in a folder
//! inherits. Refuses to hold secrets: the private store does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::dirs::Dirs;
use super::request_file::{self, Reading, rows};
use super::{FileError, LoadError};
use crate::config::text::{self, Section};
use crate::core::collection;
use crate::core::identity::{Identity, IdentityKind, Renew};
use crate::core::request::{Auth, AuthKind, Row};
use crate::core::scope::{Layer, Scope, Source};
use crate::core::template;

/// The file that makes a folder a workspace.
pub const WORKSPACE_FILE: &str = "signpost.toml";
/// The file that says what a folder's requests inherit.
pub const FOLDER_FILE: &str = "folder.toml";

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
}

/// An environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// Marked `production = true`: sending asks first.
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

/// The nearest folder, from `start` upward, that holds a `signpost.toml`.
pub fn find(start: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(start).ok()?;
    start.ancestors().find(|folder| folder.join(WORKSPACE_FILE).is_file()).map(Path::to_owned)
}

/// The workspace for somebody who stands in `start`: the nearest upward, else the user's own, else
/// (for a user without a home) `start` itself.
pub fn find_or_own(start: &Path, dirs: Option<&Dirs>) -> PathBuf {
    find(start).or_else(|| dirs.map(Dirs::own_workspace)).unwrap_or_else(|| start.to_owned())
}

impl Workspace {
    /// A workspace whose file is not there, or not usable.
    pub fn bare(root: &Path) -> Self {
        let name = root.file_name().map_or_else(|| "workspace".into(), |n| n.to_string_lossy().into_owned());
        Self { root: root.to_owned(), name, ..Self::default() }
    }

    /// Reads `signpost.toml`; a folder without one is a workspace too. Folders are not read: see
    /// [`super::listing::list`] and [`Self::read_folders`].
    ///
    /// # Errors
    /// [`LoadError::Broken`] with the line where the file does not parse.
    pub fn load(root: &Path) -> Result<Self, LoadError> {
        let path = root.join(WORKSPACE_FILE);
        let text = match super::read_text(&path) {
            Err(LoadError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::bare(root));
            }
            text => text?,
        };
        Self::parse(root, &text).map_err(|error| LoadError::Broken { path, error })
    }

    /// Reads the text of a `signpost.toml`.
    ///
    /// # Errors
    /// The first one in the file, with its line.
    pub fn parse(root: &Path, text: &str) -> Result<Self, FileError> {
        let document = text::document(text)?;
        let section = Section::root(&document);
        let bare = Self::bare(root);
        Ok(Self {
            name: section.string("name")?.filter(|name| !name.is_empty()).unwrap_or(bare.name),
            id: id(&section)?,
            variables: section
                .section("variables")?
                .map_or_else(|| Ok(BTreeMap::new()), |s| variables(&s, &[]))?,
            environments: named(&section, "environments", environment)?,
            auth: auth(&section)?,
            identities: identities(&section)?,
            order: section.strings("order")?.unwrap_or_default(),
            ..bare
        })
    }

    /// Reads the `folder.toml` of a folder and of those above it, for somebody who needs one
    /// request and not the whole tree.
    ///
    /// # Errors
    /// [`LoadError`] of the first that cannot be read.
    pub fn read_folders(&mut self, folder: &str) -> Result<(), LoadError> {
        for path in upward(folder) {
            if let Some(file) = read_folder(&self.root.join(path))? {
                self.folders.insert(path.to_owned(), file);
            }
        }
        Ok(())
    }

    /// The variables of a request in `folder`, nearest first: the environment's, the folders', the
    /// workspace's. An environment that is not declared adds none.
    pub fn scope_for(&self, folder: &str, environment: Option<&str>) -> Scope {
        let environment = self.environments.iter().find(|e| Some(e.name.as_str()) == environment);
        let environment = environment
            .map(|e| Layer { source: Source::Environment(e.name.clone()), values: e.variables.clone() });
        let folders = self.declared(folder).map(|(path, file)| Layer {
            source: Source::Folder(path.to_owned()),
            values: file.variables.clone(),
        });
        let own = Layer { source: Source::Workspace, values: self.variables.clone() };
        Scope { layers: environment.into_iter().chain(folders).chain([own]).collect() }
    }

    /// What `inherit` means for a request in `folder`: the auth of the nearest folder that declares
    /// one, else the workspace's, else none.
    pub fn auth_for(&self, folder: &str) -> Auth {
        self.inherited(folder).map_or_else(none, |(auth, _)| auth.clone())
    }

    /// Where [`Self::auth_for`] found it; `None` where nobody declares one.
    pub fn auth_source(&self, folder: &str) -> Option<Source> {
        self.inherited(folder).map(|(_, source)| source)
    }

    fn inherited<'a>(&'a self, folder: &'a str) -> Option<(&'a Auth, Source)> {
        let folders = self.declared(folder).map(|(path, file)| (&file.auth, Source::Folder(path.to_owned())));
        folders.chain([(&self.auth, Source::Workspace)]).find(|(auth, _)| auth.kind != AuthKind::Inherit)
    }

    /// The headers that a request in `folder` inherits, nearest folder first. A request's own
    /// header of the same name wins; so does that of a nearer folder.
    pub fn headers_for(&self, folder: &str) -> Vec<Row> {
        let mut headers: Vec<Row> = Vec::new();
        for (_, file) in self.declared(folder) {
            let new = |row: &&Row| !headers.iter().any(|known| known.name.eq_ignore_ascii_case(&row.name));
            let rows: Vec<Row> = file.headers.iter().filter(new).cloned().collect();
            headers.extend(rows);
        }
        headers
    }

    /// The folders from here upward that declare something.
    fn declared<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a FolderFile)> {
        upward(folder).filter_map(|path| Some((path, self.folders.get(path)?)))
    }

    /// The environment of this name.
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| environment.name == name)
    }
}

fn none() -> Auth {
    Auth { kind: AuthKind::None, ..Auth::default() }
}

/// A folder's path and those above it, nearest first, without the workspace itself.
fn upward(folder: &str) -> impl Iterator<Item = &str> {
    let own = (!folder.is_empty()).then_some(folder);
    std::iter::successors(own, |path| Some(collection::parent(path)).filter(|path| !path.is_empty()))
}

/// Reads the `folder.toml` of a folder on disk; `None` where it has none.
pub(super) fn read_folder(folder: &Path) -> Result<Option<FolderFile>, LoadError> {
    let path = folder.join(FOLDER_FILE);
    match super::read_text(&path) {
        Ok(text) => parse_folder(&text).map(Some).map_err(|error| LoadError::Broken { path, error }),
        Err(LoadError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn parse_folder(text: &str) -> Result<FolderFile, FileError> {
    let document = text::document(text)?;
    let section = Section::root(&document);
    Ok(FolderFile {
        name: section.string("name")?,
        order: section.strings("order")?.unwrap_or_default(),
        auth: auth(&section)?,
        headers: rows(&section, "headers")?,
        variables: section
            .section("variables")?
            .map_or_else(|| Ok(BTreeMap::new()), |s| variables(&s, &[]))?,
    })
}

fn auth(section: &Section<'_>) -> Result<Auth, FileError> {
    section.section("auth")?.map_or_else(|| Ok(Auth::default()), |s| request_file::auth(&s, Reading::Strict))
}

/// The id becomes a folder's name, so it is held to letters, digits, `-` and `_`.
fn id(section: &Section<'_>) -> Result<Option<String>, FileError> {
    let Some(id) = section.string("id")? else { return Ok(None) };
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if (8..=64).contains(&id.len()) && id.chars().all(sound) {
        return Ok(Some(id));
    }
    let hint = "remove the line; a new id is drawn when a secret is stored";
    Err(section.error_in("id", "`id` must be 8 to 64 letters, digits, `-` or `_`", hint))
}

/// Reads names and their texts, without `besides`.
fn variables(section: &Section<'_>, besides: &[&str]) -> Result<BTreeMap<String, String>, FileError> {
    let mut variables = BTreeMap::new();
    for key in section.keys().filter(|key| !besides.contains(key)) {
        if !template::is_name(key) {
            let message = format!("`{key}` cannot be the name of a variable");
            return Err(section.error_at(key, message, "use letters, digits, `_`, `-` and `.`"));
        }
        variables.insert(key.to_owned(), section.string(key)?.unwrap_or_default());
    }
    Ok(variables)
}

/// Reads `[key.NAME]` for every name.
fn named<T>(
    section: &Section<'_>,
    key: &str,
    read: impl Fn(&str, &Section<'_>) -> Result<T, FileError>,
) -> Result<Vec<T>, FileError> {
    let Some(group) = section.section(key)? else { return Ok(Vec::new()) };
    group
        .keys()
        .filter_map(|name| Some(group.section(name).transpose()?.and_then(|s| read(name, &s))))
        .collect()
}

fn environment(name: &str, section: &Section<'_>) -> Result<Environment, FileError> {
    Ok(Environment {
        name: name.to_owned(),
        production: section.boolean("production")?.unwrap_or_default(),
        variables: variables(section, &["production"])?,
    })
}

fn identities(section: &Section<'_>) -> Result<Vec<Identity>, FileError> {
    let identities = named(section, "identities", identity)?;
    for identity in &identities {
        let IdentityKind::GetSessionToken { source, .. } = &identity.kind else { continue };
        let keys = |i: &&Identity| i.name == *source && matches!(i.kind, IdentityKind::Keys { .. });
        if identities.iter().any(|i| keys(&i)) {
            continue;
        }
        let place = section.section("identities")?.map(|group| group.section(&identity.name)).transpose()?;
        let message = format!(
            "`{source}` is no identity of kind \"keys\", whose long-term keys could ask for a session"
        );
        let names = identities.iter().filter(|i| matches!(i.kind, IdentityKind::Keys { .. }));
        let names = text::one_of(names.map(|i| i.name.as_str()));
        let hint = if names.is_empty() {
            format!("declare [identities.{source}]")
        } else {
            format!("write {names}")
        };
        return Err(place.flatten().unwrap_or_else(|| section.clone()).error_in("source", message, hint));
    }
    Ok(identities)
}

fn identity(name: &str, section: &Section<'_>) -> Result<Identity, FileError> {
    let text = |key| Ok::<_, FileError>(section.string(key)?.unwrap_or_default());
    let missing = |key: &str| {
        section.error(format!("the identity `{name}` has no `{key}`"), format!("add {key} = \"...\""))
    };
    let wanted = |key| section.string(key)?.ok_or_else(|| missing(key));
    let kind = match section.word("kind", &[("keys", true), ("get-session-token", false)])? {
        None => return Err(missing("kind")),
        Some(true) => IdentityKind::Keys {
            access_key: wanted("access_key")?,
            secret_key: wanted("secret_key")?,
            session_token: text("session_token")?,
        },
        Some(false) => IdentityKind::GetSessionToken {
            source: wanted("source")?,
            // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
            duration_seconds: section.integer("duration_seconds", 900..=129_600)?.map(i64::unsigned_abs),
            endpoint: text("endpoint")?,
            region: text("region")?,
            renew: section.word("renew", &[("auto", Renew::Auto), ("ask", Renew::Ask)])?.unwrap_or_default(),
        },
    };
    Ok(Identity { name: name.to_owned(), kind })
}
