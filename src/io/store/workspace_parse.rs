//! The text of `signpost.toml` or `folder.toml` -> what it says, and what is wrong with it.
//!
//! Owns both formats (`docs/file-format.md` is the reference). Refuses to fail for one bad part: it
//! is left out, or counts as broken, and is reported with its line; the rest counts.

use std::collections::BTreeMap;
use std::path::Path;

use super::regular_file::Refused;
use super::request_file::{self, Reading, rows};
use super::{FileError, LoadError};
use crate::config::text::{self, Section};
use crate::core::collection;
use crate::core::file_problem::FileProblem;
use crate::core::request::Auth;
use crate::core::request::fields::FileSection;
use crate::core::scope::Source;
use crate::core::template;
use crate::core::workspace::{Environment, FolderFile, Part, Workspace, WorkspaceProblem};
pub use crate::core::workspace::{FOLDER_FILE, WORKSPACE_FILE};

mod identities;

/// Keys of a row of `headers`.
const ROW_KEYS: [&str; 3] = ["name", "value", "off"];

/// Reads the text of a `signpost.toml`.
///
/// # Errors
/// The line where it is not valid TOML.
pub fn parse(root: &Path, text: &str) -> Result<Workspace, FileError> {
    let text = request_file::unix_lines(text);
    let document = text::document(&text).map_err(|error| invalid(error, "Correct this line."))?;
    let section = Section::root(&document);
    let bare = Workspace::bare(root);
    let mut reader = Reader { file: WORKSPACE_FILE, source: Source::Workspace, problems: Vec::new() };
    let mut workspace = Workspace {
        name: reader
            .key(&section, "name", Section::string)
            .filter(|name| !name.is_empty())
            .unwrap_or(bare.name),
        id: reader.key(&section, "id", id),
        variables: reader.variables(&section),
        environments: reader.environments(&section),
        auth: reader.auth(&section),
        identities: reader.identities(&section),
        identity_texts: identity_texts(&section),
        order: reader.key(&section, "order", Section::strings).unwrap_or_default(),
        ..bare
    };
    reader.unknown(&section, &["name", "id", "order", "variables", "environments", "auth", "identities"]);
    workspace.problems = reader.finish();
    Ok(workspace)
}

/// Reads the text of the `folder.toml` of the folder `path`.
pub(super) fn parse_folder(path: &str, text: &str) -> Result<(FolderFile, Vec<WorkspaceProblem>), FileError> {
    let text = request_file::unix_lines(text);
    let document = text::document(&text).map_err(|error| invalid(error, "Correct this line."))?;
    let section = Section::root(&document);
    let file = collection::join(path, FOLDER_FILE);
    let mut reader = Reader { file: &file, source: Source::Folder(path.to_owned()), problems: Vec::new() };
    let folder = FolderFile {
        name: reader.key(&section, "name", Section::string),
        order: reader.key(&section, "order", Section::strings).unwrap_or_default(),
        auth: reader.auth(&section),
        headers: reader.headers(&section),
        variables: reader.variables(&section),
    };
    reader.unknown(&section, &["name", "order", "headers", "variables", "auth"]);
    Ok((folder, reader.finish()))
}

/// The problem of a file that cannot be read as a whole.
pub(super) fn whole_file(source: Source, file: &str, error: &LoadError) -> WorkspaceProblem {
    let (line, message, hint) = match error {
        LoadError::Io { source, .. } => {
            let (message, fix) = match Refused::of(source) {
                Some(refused) => (refused.message.to_string(), refused.fix),
                None => (source.to_string(), "Check its permissions."),
            };
            (None, format!("couldn't be read: {message}"), fix.to_owned())
        }
        LoadError::Broken { error, .. } => (Some(error.line), error.message.clone(), error.hint.clone()),
    };
    let problem = FileProblem { file: file.to_owned(), line, message, hint };
    WorkspaceProblem { part: Part::File(source), problem }
}

fn invalid(error: FileError, hint: &str) -> FileError {
    let hint = if error.hint.is_empty() { hint.to_owned() } else { error.hint };
    FileError { message: format!("invalid TOML: {}", error.message), hint, ..error }
}

/// The keys of every identity that hold a text, a number or a flag, as text.
fn identity_texts(section: &Section<'_>) -> BTreeMap<String, BTreeMap<String, String>> {
    let Ok(Some(group)) = section.section("identities") else { return BTreeMap::new() };
    let texts = |name: &str| {
        let found = group.section(name).ok().flatten()?;
        let text = |key: &str| {
            let number = || found.integer(key, i64::MIN..=i64::MAX).ok().flatten().map(|n| n.to_string());
            let flag = || found.boolean(key).ok().flatten().map(|flag| flag.to_string());
            found.string(key).ok().flatten().or_else(number).or_else(flag)
        };
        Some(found.keys().filter_map(|key| Some((key.to_owned(), text(key)?))).collect())
    };
    group.keys().filter_map(|name| Some((name.to_owned(), texts(name)?))).collect()
}

/// The id becomes a folder's name, so only letters, digits, `-` and `_` are allowed.
fn id(section: &Section<'_>, key: &str) -> Result<Option<String>, FileError> {
    let Some(id) = section.string(key)? else { return Ok(None) };
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if (8..=64).contains(&id.len()) && id.chars().all(allowed) {
        return Ok(Some(id));
    }
    let hint = "Remove the line; a new id is drawn when a secret is stored.";
    Err(section.error_in(key, "`id` must be 8 to 64 letters, digits, `-` or `_`", hint))
}

/// One file that is being read, with what was wrong so far.
struct Reader<'f> {
    file: &'f str,
    source: Source,
    problems: Vec<WorkspaceProblem>,
}

impl Reader<'_> {
    fn file_problem(&self, error: FileError) -> FileProblem {
        error.in_file(self.file)
    }

    fn push(&mut self, part: Part, error: FileError) {
        let problem = self.file_problem(error);
        self.problems.push(WorkspaceProblem { part, problem });
    }

    /// The value, or `None` with a problem of this part.
    fn take<T>(&mut self, part: Part, read: Result<Option<T>, FileError>) -> Option<T> {
        read.unwrap_or_else(|error| {
            self.push(part, error);
            None
        })
    }

    /// A key that no send depends on.
    fn key<'t, T>(
        &mut self,
        section: &Section<'t>,
        key: &str,
        read: impl FnOnce(&Section<'t>, &str) -> Result<Option<T>, FileError>,
    ) -> Option<T> {
        self.take(Part::Key(section.name(key)), read(section, key))
    }

    /// Reports keys that mean nothing here. They stay in the file.
    fn unknown(&mut self, section: &Section<'_>, known: &[&str]) {
        for (name, error) in section.unknown_keys(known) {
            self.push(Part::Key(name), error);
        }
    }

    fn auth(&mut self, section: &Section<'_>) -> Auth {
        let part = Part::Auth(self.source.clone());
        let Some(found) = self.take(part.clone(), section.section("auth")) else { return Auth::default() };
        self.unknown(&found, &FileSection::Auth.keys());
        self.take(part, request_file::auth(&found, Reading::Strict).map(Some)).unwrap_or_default()
    }

    fn headers(&mut self, section: &Section<'_>) -> Vec<crate::core::request::Row> {
        for row in section.list("headers", "").unwrap_or_default() {
            self.unknown(&row, &ROW_KEYS);
        }
        let part = Part::Headers(self.source.clone());
        self.take(part, rows(section, "headers").map(Some)).unwrap_or_default()
    }

    fn variables(&mut self, section: &Section<'_>) -> BTreeMap<String, String> {
        let source = self.source.clone();
        match self.take(Part::Variables(source.clone()), section.section("variables")) {
            Some(found) => self.names(&found, &source, &[]),
            None => BTreeMap::new(),
        }
    }

    /// Reads names and their texts, without `except`.
    fn names(&mut self, section: &Section<'_>, source: &Source, except: &[&str]) -> BTreeMap<String, String> {
        let mut variables = BTreeMap::new();
        for key in section.keys().filter(|key| !except.contains(key)) {
            if !template::is_name(key) {
                let message = format!("`{key}` isn't a valid variable name");
                let error = section.error_at(key, message, "Use letters, digits, `_`, `-` and `.`.");
                self.push(Part::Key(section.name(key)), error);
                continue;
            }
            let part = Part::Variable(source.clone(), key.to_owned());
            if let Some(value) = self.take(part, section.string(key)) {
                variables.insert(key.to_owned(), value);
            }
        }
        variables
    }

    fn environments(&mut self, section: &Section<'_>) -> Vec<Environment> {
        let Some(group) = self.key(section, "environments", Section::section) else { return Vec::new() };
        group.keys().map(|name| self.environment(name, &group)).collect()
    }

    /// An environment that is marked in a way that cannot be read counts as production: asking once
    /// too often is harmless.
    fn environment(&mut self, name: &str, group: &Section<'_>) -> Environment {
        let source = Source::Environment(name.to_owned());
        let name = name.to_owned();
        match self.take(Part::Variables(source.clone()), group.section(&name)) {
            None => Environment { name, production: true, variables: BTreeMap::new() },
            Some(found) => {
                let marked =
                    self.key(&found, "production", |s, key| Ok(Some(s.boolean(key)?.unwrap_or_default())));
                let variables = self.names(&found, &source, &["production"]);
                Environment { name, production: marked.unwrap_or(true), variables }
            }
        }
    }

    fn finish(self) -> Vec<WorkspaceProblem> {
        let mut problems = self.problems;
        problems.sort_by_key(|found| found.problem.line);
        problems
    }
}
