//! Drafts: what was typed survives a kill.
//!
//! Owns one file for each unsaved request, below the user's data folder, apart for each workspace
//! folder. Refuses secrets: callers put them into the private store and keep the reference.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, value};

use super::atomic::{self, Access, Expected};
use super::private_folder;
use super::regular_file::MAX_OWN_LEN;
use super::{FileError, LoadError, SaveError, Stamp, place_of, request_edit, request_file};
use crate::config::text::{self, Section};
use crate::core::request::Request;

/// An unsaved request. `Debug` leaves out the text it was made from, in which an author may have
/// written anything.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// What tells it from other drafts: the request's path, or whatever the caller calls a request
    /// that has none yet.
    pub key: String,
    /// Path of the request in the workspace; `None` for one that was never saved.
    pub path: Option<String>,
    /// The file's text when it was loaded; empty for one that was never saved.
    pub base: String,
    /// The request as typed.
    pub request: Request,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft")
            .field("key", &self.key)
            .field("path", &self.path)
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

/// The drafts of one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drafts {
    folder: PathBuf,
}

impl Drafts {
    /// Those of the workspace in `root`, below the user's data folder.
    pub fn new(data: &Path, root: &Path) -> Self {
        let scope = Stamp::of(place_of(root).as_os_str().as_encoded_bytes()).to_string();
        Self { folder: data.join("drafts").join(scope.get(..32).unwrap_or(&scope)) }
    }

    fn file(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{}.toml", Stamp::of(key.as_bytes())))
    }

    /// Keeps a draft, in place of an earlier one of the same key.
    ///
    /// # Errors
    /// [`SaveError`]; the earlier one stays.
    pub fn write(&self, draft: &Draft) -> Result<(), SaveError> {
        let path = self.file(&draft.key);
        private_folder::create(&self.folder)
            .map_err(|source| SaveError::Io { path: self.folder.clone(), source })?;
        let mut document = DocumentMut::new();
        document.insert("key", value(&draft.key));
        if let Some(path) = &draft.path {
            document.insert("path", value(path));
        }
        document.insert("base", value(&draft.base));
        document.insert("text", value(request_edit::update(&draft.base, &draft.request)));
        atomic::write(&path, document.to_string().as_bytes(), Expected::Anything, Access::Private)?;
        Ok(())
    }

    /// Every draft, by key, and those that cannot be read.
    pub fn read_all(&self) -> (Vec<Draft>, Vec<LoadError>) {
        super::sweep::folder(&self.folder);
        let files = match fs::read_dir(&self.folder) {
            Ok(entries) => entries.flatten().map(|entry| entry.path()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return (Vec::new(), Vec::new()),
            Err(source) => return (Vec::new(), vec![LoadError::Io { path: self.folder.clone(), source }]),
        };
        let (mut drafts, mut problems) = (Vec::new(), Vec::new());
        // A temporary file of a killed save is not a draft.
        for path in files.filter(|path| path.extension().is_some_and(|extension| extension == "toml")) {
            let draft = super::read_text_at_most(&path, MAX_OWN_LEN).and_then(|text| {
                parse(&text).map_err(|error| LoadError::Broken { path: path.clone(), error })
            });
            match draft {
                Ok(draft) => drafts.push(draft),
                Err(error) => problems.push(error),
            }
        }
        drafts.sort_by(|a, b| a.key.cmp(&b.key));
        (drafts, problems)
    }

    /// Removes a draft, if there is one.
    ///
    /// # Errors
    /// What the system said.
    pub fn remove(&self, key: &str) -> io::Result<()> {
        match fs::remove_file(self.file(key)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

fn parse(text: &str) -> Result<Draft, FileError> {
    let document = text::document(text)?;
    let section = Section::root(&document);
    Ok(Draft {
        key: section.string("key")?.unwrap_or_default(),
        path: section.string("path")?,
        base: section.string("base")?.unwrap_or_default(),
        request: request_file::parse_draft(&section.string("text")?.unwrap_or_default())?,
    })
}
