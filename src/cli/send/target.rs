//! What a target names: a saved request with its surroundings, or a URL.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Usage;
use super::args::{DataPiece, FormPart, SendArgs};
use crate::core::collection;
use crate::core::file_problem::FileProblem;
use crate::core::names::RequestPath;
use crate::core::request::{Auth, AuthKind, Request};
use crate::core::workspace::Workspace;
use crate::engine::{Job, own_reads};
use crate::io::store::dirs::Dirs;
use crate::io::store::secrets::ProcessSecrets;
use crate::io::store::trust::TrustStore;
use crate::io::store::workspace;
use crate::io::store::{self, LoadError};

/// A request that was found.
pub(super) struct Found {
    /// With everything that surrounds it.
    pub(super) job: Job,
    /// The workspace it was found in.
    pub(super) workspace: Workspace,
    /// It is a saved one.
    pub(super) saved: bool,
    /// What can't be used or isn't known in its file and in the workspace's files.
    pub(super) problems: Vec<FileProblem>,
}

impl From<LoadError> for Usage {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Broken { path, error } => {
                Self::new(format!("{}:{}: {}", path.display(), error.line, error.message), error.hint)
            }
            LoadError::Io { .. } => Self::new(error.to_string(), "Check the path and its permissions."),
        }
    }
}

/// Finds a saved request, or takes the target for a URL.
pub(super) fn find(args: &SendArgs, dirs: Option<&Dirs>) -> Result<Found, Usage> {
    let here = match &args.workspace.folder {
        Some(folder) => std::path::absolute(folder),
        None => std::env::current_dir(),
    };
    let here = here
        .map_err(|error| Usage::new(format!("no folder to start from: {error}"), "Go to another folder."))?;
    let target = args.target();
    let is_url = target.contains("://") || target.starts_with([':', '/']) && !Path::new(target).exists();
    if !is_url {
        if let Some((root, file)) = saved(target, &here, args, dirs) {
            return saved_request(args, &root, &file, dirs);
        }
        if !looks_like_host(target) {
            return Err(Usage::new(
                format!("{target:?} isn't a saved request or a URL"),
                "Give the path of a request from here or from the workspace's folder, or a URL.",
            ));
        }
    }
    // A URL inherits nothing: it is signed only where that is asked for.
    let auth = Auth { kind: AuthKind::None, ..Auth::default() };
    surrounded(Request { url: target.to_owned(), auth, ..Request::default() }, args, &here, dirs)
}

/// A host has a dot, a port, or is this machine; `{{name}}` may stand for anything.
fn looks_like_host(target: &str) -> bool {
    let host = target.split(['/', '?', '#']).next().unwrap_or_default();
    !target.ends_with(".toml") && (host.contains(['.', ':', '{', '@']) || host == "localhost")
}

/// The file of a saved request, named from here or from the workspace, with or without `.toml`,
/// and the workspace that it belongs to.
fn saved(target: &str, here: &Path, args: &SendArgs, dirs: Option<&Dirs>) -> Option<(PathBuf, PathBuf)> {
    let root = match &args.workspace.folder {
        Some(_) => here.to_owned(),
        None => workspace::find_or_own(here, dirs),
    };
    let with_extension = format!("{target}.toml");
    let places = [here, &root].map(|folder| [target, with_extension.as_str()].map(|name| folder.join(name)));
    let file = places
        .into_iter()
        .flatten()
        .find(|place| place.is_file() && place.extension().is_some_and(|e| e == "toml"))?;
    let file = std::path::absolute(file).ok()?;
    let own = file.parent().and_then(workspace::find);
    Some((own.unwrap_or(root), file))
}

fn saved_request(args: &SendArgs, root: &Path, file: &Path, dirs: Option<&Dirs>) -> Result<Found, Usage> {
    let loaded = store::load(file)?;
    let unknown_keys = loaded.unknown_keys();
    let path = file.strip_prefix(root).unwrap_or(Path::new(file.file_name().unwrap_or_default()));
    let path = path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
    let mut workspace = load(root, dirs)?;
    workspace::read_folders(&mut workspace, collection::parent(&path));
    let job = within(&workspace, &path.into(), &loaded.request, args, dirs)?;
    let unknown_keys = unknown_keys.into_iter().map(|key| key.in_file(&file.display().to_string()));
    let problems = unknown_keys.chain(problems_of(&workspace)).collect();
    Ok(Found { job, workspace, saved: true, problems })
}

/// What can't be used in the workspace's files, by their paths on disk.
fn problems_of(workspace: &Workspace) -> impl Iterator<Item = FileProblem> {
    workspace.problems.iter().map(|found| {
        let file = workspace.root.join(&found.problem.file).display().to_string();
        FileProblem { file, ..found.problem.clone() }
    })
}

/// A URL asks for the workspace only where it refers to something.
fn surrounded(request: Request, args: &SendArgs, here: &Path, dirs: Option<&Dirs>) -> Result<Found, Usage> {
    let refers = args.workspace.env.is_some()
        || args.auth.identity.is_some()
        || texts(args).any(|text| text.contains("{{"));
    // Without a workspace nothing is kept or trusted, and no file is asked for it.
    let (workspace, dirs) = match refers.then(|| workspace::find(here)).flatten() {
        Some(root) => (load(&root, dirs)?, dirs),
        None => (Workspace::bare(here), None),
    };
    let job = within(&workspace, &RequestPath::default(), &request, args, dirs)?;
    let root = PathBuf::from(".");
    let job = Job { given: own_reads(&request, &root), root, ..job };
    let problems = problems_of(&workspace).collect();
    Ok(Found { job, workspace, saved: false, problems })
}

fn within(
    workspace: &Workspace,
    path: &RequestPath,
    request: &Request,
    args: &SendArgs,
    dirs: Option<&Dirs>,
) -> Result<Job, Usage> {
    let (trust, secrets) = trust_store(dirs).open(workspace)?;
    check_environment(workspace, args)?;
    let effective = workspace.effective(path, request, args.workspace.env.as_deref());
    Ok(Job::of(effective, workspace, Arc::new(ProcessSecrets::of_process(secrets)), trust))
}

/// What the user has allowed workspaces.
pub(in crate::cli) fn trust_store(dirs: Option<&Dirs>) -> TrustStore {
    TrustStore::new(dirs.map(|dirs| dirs.data.clone()))
}

/// The workspace in this folder, unless somebody else put it there.
pub(in crate::cli) fn load(root: &Path, dirs: Option<&Dirs>) -> Result<Workspace, Usage> {
    trust_store(dirs).check_owner(root).map_err(|foreign| {
        let hint = "If you know who wrote it, allow it with `signpost trust`; else start in another folder.";
        Usage::new(foreign.to_string(), hint)
    })?;
    Ok(workspace::load(root)?)
}

fn check_environment(workspace: &Workspace, args: &SendArgs) -> Result<(), Usage> {
    let Some(name) = args.workspace.env.as_ref().filter(|name| workspace.environment(name).is_none()) else {
        return Ok(());
    };
    let names: Vec<_> = workspace.environments.iter().map(|env| env.name.as_str()).collect();
    let hint = if names.is_empty() {
        "This workspace declares none.".to_owned()
    } else {
        format!("Choose one of these: {}.", names.join(", "))
    };
    Err(Usage::new(format!("no environment is named {name:?}"), hint))
}

/// The texts of the arguments that may refer to something.
fn texts(args: &SendArgs) -> impl Iterator<Item = &str> {
    let pieces = args.data.pieces.iter().map(|piece| match piece {
        DataPiece::Ascii(text)
        | DataPiece::Binary(text)
        | DataPiece::Raw(text)
        | DataPiece::Encoded(text) => text,
    });
    let form = args.data.form.iter().map(|part| match part {
        FormPart::Form(text) | FormPart::Literal(text) => text,
    });
    let others = args.request.headers.iter().chain(&args.request.cookie).chain(&args.data.url_query);
    let others = others.chain(&args.request.user_agent).chain(&args.request.referer);
    pieces.chain(form).chain(others).map(String::as_str).chain([args.target()])
}
