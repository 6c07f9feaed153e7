//! Reading: the workspace, its tree, single requests and drafts.

use std::sync::Arc;

use crate::core::collection::{NodeKind, Tree};
use crate::core::find::FindEntry;
use crate::core::names::RequestPath;
use crate::core::workspace::Workspace;
use crate::io::store::collections::{ChangeError, Collections};
use crate::io::store::drafts::Drafts;
use crate::io::store::workspace;
use crate::io::store::{LoadError, Loaded, listing};
use crate::tui::disk::workspace_cache::Snapshot;
use crate::tui::disk::{WorkspaceCache, private};
use crate::tui::model::open_request::Opened;
use crate::tui::model::tree::{Label, Node};
use crate::tui::model::used_names::UsedNames;
use crate::tui::msg::Msg;

/// The tree as lines, in the order of the listing.
fn nodes(tree: &Tree) -> Vec<Node> {
    tree.lines()
        .into_iter()
        .map(|line| Node {
            path: line.node.path.clone().into(),
            depth: u16::try_from(line.depth).unwrap_or(u16::MAX),
            folder: matches!(line.node.kind, NodeKind::Folder(_)),
        })
        .collect()
}

/// What a request's file says of it.
fn label(collections: &Collections, path: &str) -> Label {
    match collections.load(path) {
        Ok(Loaded { request, .. }) => Label::Request { name: request.name, method: request.method },
        Err(error) => Label::Broken(load_problem(&error)),
    }
}

/// What the files of some requests say of them.
pub(crate) fn labels(collections: &Collections, paths: Vec<RequestPath>) -> Msg {
    let labels = paths.into_iter().map(|path| (label(collections, &path), path));
    Msg::Labels(labels.map(|(label, path)| (path, label)).collect())
}

/// The texts of some requests. Of one that can't be read, its path can still be found.
pub(super) fn find_texts(collections: &Collections, paths: Vec<RequestPath>) -> Msg {
    let entry = |path: RequestPath| {
        let loaded = collections.load(&path).ok();
        FindEntry::new(path, loaded.as_ref().map(|loaded| &loaded.request))
    };
    Msg::FindTexts(paths.into_iter().map(entry).collect())
}

/// The most requests whose names are read: of more, these have the usual ones.
const NAMED_REQUESTS: usize = 2000;

/// The names that requests use. A file that can't be read has none.
pub(crate) fn used_names(cache: &WorkspaceCache, paths: Vec<RequestPath>) -> UsedNames {
    let collections = Collections::new(cache.current().workspace.root.clone());
    let mut names = UsedNames::default();
    for path in paths.iter().take(NAMED_REQUESTS) {
        if let Ok(loaded) = collections.load(path) {
            names.add(&loaded.request);
        }
    }
    names
}

/// Lists the workspace, and has sends use what it says now. Of a `signpost.toml` that is invalid as a
/// whole, what was read before still counts.
pub(super) fn list(cache: &WorkspaceCache) -> Msg {
    let before = cache.current();
    let (workspace, nodes) = with_folders(workspace::reload(&before.workspace));
    if workspace.id == before.workspace.id {
        let (secrets, trust) = (Arc::clone(&before.secrets), before.trust.clone());
        cache.replace(Snapshot { workspace: workspace.clone(), secrets, trust });
    } else if let Err(problem) = private::reopen(cache, workspace.clone()) {
        return Msg::Failed(problem);
    }
    Msg::Listed { workspace: Box::new(workspace), nodes }
}

/// Why a file was not loaded, with its line.
fn load_problem(error: &ChangeError) -> String {
    match error {
        ChangeError::Load(LoadError::Broken { error, .. }) => {
            let hint = if error.hint.is_empty() { String::new() } else { format!(". {}", error.hint) };
            format!("line {}: {}{hint}", error.line, error.message)
        }
        other => other.to_string(),
    }
}

/// Reads a request with what holds for it.
pub(crate) fn open(
    cache: &WorkspaceCache,
    collections: &Collections,
    path: RequestPath,
    environment: Option<&str>,
) -> Msg {
    match collections.load(&path) {
        Ok(loaded) => {
            let (scope, inherited) = cache.inherited(&path, environment);
            Msg::Opened(Box::new(Opened {
                path,
                unknown_keys: loaded.unknown_keys(),
                saved: Some(loaded.request.clone()),
                request: loaded.request,
                base: Some(loaded.text.into()),
                scope,
                inherited,
            }))
        }
        Err(error) => Msg::NotOpened { path, problem: load_problem(&error) },
    }
}

/// Reads a request that may have changed; nothing where it is gone.
pub(super) fn reread(
    cache: &WorkspaceCache,
    collections: &Collections,
    path: RequestPath,
    environment: Option<&str>,
) -> Option<Msg> {
    let is_there = collections.place(&path).is_ok_and(|place| place.exists());
    is_there.then(|| open(cache, collections, path, environment))
}

/// What was typed and not saved before the program ended last time.
pub(crate) fn drafts(
    cache: &WorkspaceCache,
    collections: &Collections,
    data: &std::path::Path,
    environment: Option<&str>,
) -> Vec<Opened> {
    let root = cache.current().workspace.root.clone();
    let (drafts, _) = Drafts::new(data, &root).read_all();
    drafts
        .into_iter()
        .map(|draft| {
            let path = RequestPath::from(draft.path.clone().unwrap_or_else(|| draft.key.clone()));
            let saved = draft.path.as_deref().and_then(|path| collections.load(path).ok());
            let (scope, inherited) = cache.inherited(&path, environment);
            Opened {
                unknown_keys: saved.as_ref().map(Loaded::unknown_keys).unwrap_or_default(),
                saved: saved.map(|loaded| loaded.request),
                base: draft.path.is_some().then(|| draft.base.clone().into()),
                path,
                request: draft.request,
                scope,
                inherited,
            }
        })
        .collect()
}

/// Reads the workspace of a folder and lists its requests.
pub(crate) fn load_workspace(root: &std::path::Path) -> (Workspace, Vec<Node>) {
    with_folders(workspace::load_or_bare(root))
}

/// The workspace with what its folders say, and the tree as lines.
fn with_folders(mut workspace: Workspace) -> (Workspace, Vec<Node>) {
    let listed = listing::list(&workspace);
    workspace.folders = listed.folders;
    workspace.problems.extend(listed.problems);
    let nodes = nodes(&listed.tree);
    (workspace, nodes)
}
