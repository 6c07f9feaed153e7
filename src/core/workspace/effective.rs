//! Workspace + request + environment -> what is sent.
//!
//! Owns the rules that the screen and the command line share: which headers, variables and
//! authentication a request has in the end. Refuses to replace references: `core/resolve` does.

use std::collections::BTreeMap;

use super::{FolderFile, Part, Workspace};
use crate::core::collection;
use crate::core::exchange::Problem;
use crate::core::file_problem::FileProblem;
use crate::core::names::RequestPath;
use crate::core::request::{Auth, AuthKind, Request, Row};
use crate::core::scope::{Layer, Scope, Source};

/// A request with everything that applies at its place in the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// The request with inherited headers.
    pub request: Request,
    /// Its variables, nearest first: those of the environment, the folders, the workspace.
    pub scope: Scope,
    /// What `inherit` means for it: the auth of the nearest folder that declares one, or of the
    /// workspace, or none.
    pub auth: Auth,
    /// Where that auth is declared, if anywhere.
    pub auth_source: Option<Source>,
    /// Invalid parts of the workspace's files that this request needs. It isn't sent as long as
    /// there are any.
    pub blocked: Vec<Problem>,
}

impl Workspace {
    /// The effective request at `path`. An undeclared environment adds no variables.
    pub fn effective(&self, path: &RequestPath, request: &Request, environment: Option<&str>) -> Effective {
        let sources = self.sources(collection::parent(path), environment);
        let mut request = request.clone();
        add_missing(&mut request.headers, self.headers(&sources));
        let (auth, broken_auth) = match self.inherited(&sources) {
            Inherited::Declared(auth, source) => (Some((auth.clone(), source.clone())), None),
            Inherited::Broken(problem) => (None, Some(problem)),
            Inherited::Nothing => (None, None),
        };
        let (auth, auth_source) = auth.unzip();
        let blocked = broken_auth
            .filter(|_| request.auth.kind == AuthKind::Inherit)
            .into_iter()
            .chain(self.broken(&sources))
            .map(Problem::from)
            .collect();
        Effective {
            scope: self.scope(&sources),
            auth: auth.unwrap_or_else(|| Auth { kind: AuthKind::None, ..Auth::default() }),
            auth_source,
            blocked,
            request,
        }
    }

    /// Everything that applies to a request in `folder`, nearest first.
    pub(super) fn sources(&self, folder: &str, environment: Option<&str>) -> Vec<Source> {
        let environment = environment.filter(|name| self.environment(name).is_some());
        let environment = environment.map(|name| Source::Environment(name.to_owned()));
        let own = (!folder.is_empty()).then_some(folder);
        let folders = std::iter::successors(own, |path| {
            Some(collection::parent(path)).filter(|parent| !parent.is_empty())
        });
        let folders = folders.map(|path| Source::Folder(path.to_owned()));
        environment.into_iter().chain(folders).chain([Source::Workspace]).collect()
    }

    fn folder(&self, source: &Source) -> Option<&FolderFile> {
        match source {
            Source::Folder(path) => self.folders.get(path),
            Source::CommandLine | Source::ThisRun | Source::Environment(_) | Source::Workspace => None,
        }
    }

    /// The folders' headers, nearest first; the nearest of each name wins, even if disabled.
    fn headers(&self, sources: &[Source]) -> Vec<Row> {
        let mut headers = Vec::new();
        for folder in sources.iter().filter_map(|source| self.folder(source)) {
            add_missing(&mut headers, folder.headers.clone());
        }
        headers
    }

    pub(super) fn scope(&self, sources: &[Source]) -> Scope {
        let layers = sources.iter().filter_map(|source| {
            let values = match source {
                Source::CommandLine | Source::ThisRun => None,
                Source::Environment(name) => self.environment(name).map(|found| &found.variables),
                Source::Folder(_) => self.folder(source).map(|folder| &folder.variables),
                Source::Workspace => Some(&self.variables),
            };
            Some(Layer { source: source.clone(), values: values?.clone(), broken: self.unusable(source) })
        });
        Scope { layers: layers.collect() }
    }

    /// The variables of a source with invalid values.
    fn unusable(&self, source: &Source) -> BTreeMap<String, FileProblem> {
        let found = self.problems.iter().filter_map(|found| match &found.part {
            Part::Variable(at, name) if at == source => Some((name.clone(), found.problem.clone())),
            Part::Variable(..)
            | Part::File(_)
            | Part::Auth(_)
            | Part::Headers(_)
            | Part::Variables(_)
            | Part::Identity(_)
            | Part::Key(_) => None,
        });
        found.collect()
    }

    fn inherited<'a>(&'a self, sources: &'a [Source]) -> Inherited<'a> {
        for source in sources {
            let part = Part::Auth(source.clone());
            if let Some(found) = self.problems.iter().find(|found| found.part == part) {
                return Inherited::Broken(&found.problem);
            }
            let auth = match source {
                Source::CommandLine | Source::ThisRun | Source::Environment(_) => None,
                Source::Folder(_) => self.folder(source).map(|folder| &folder.auth),
                Source::Workspace => Some(&self.auth),
            };
            if let Some(auth) = auth.filter(|auth| auth.kind != AuthKind::Inherit) {
                return Inherited::Declared(auth, source);
            }
        }
        Inherited::Nothing
    }

    /// Invalid parts that every request below these sources needs.
    fn broken<'a>(&'a self, sources: &'a [Source]) -> impl Iterator<Item = &'a FileProblem> {
        let needed = |part: &Part| match part {
            // Without a workspace file nothing is inherited, so nothing is needed from it.
            Part::File(source) => *source != Source::Workspace && sources.contains(source),
            Part::Headers(source) | Part::Variables(source) => sources.contains(source),
            Part::Auth(_) | Part::Variable(..) | Part::Identity(_) | Part::Key(_) => false,
        };
        self.problems.iter().filter(move |found| needed(&found.part)).map(|found| &found.problem)
    }
}

/// The auth declared by the nearest source.
enum Inherited<'a> {
    Declared(&'a Auth, &'a Source),
    /// The nearest declaration is invalid; one further up must not replace it.
    Broken(&'a FileProblem),
    Nothing,
}

/// Adds the rows whose name isn't there yet. A disabled row counts: disabling a header means "not
/// this one".
fn add_missing(headers: &mut Vec<Row>, inherited: Vec<Row>) {
    let own: Vec<String> = headers.iter().map(|row| row.name.to_ascii_lowercase()).collect();
    headers.extend(inherited.into_iter().filter(|row| !own.contains(&row.name.to_ascii_lowercase())));
}
