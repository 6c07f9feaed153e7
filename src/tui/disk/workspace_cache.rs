//! What a workspace on disk says, as the disk's thread and sends see it.

use std::sync::{Arc, Mutex, PoisonError};

use crate::core::collection;
use crate::core::request::{Auth, Request, Row};
use crate::core::scope::Scope;
use crate::engine::Job;
use crate::io::store::secrets::ProcessSecrets;
use crate::io::store::workspace::Workspace;

/// What a workspace on disk says, shared by the disk's thread and by sends.
pub(crate) struct WorkspaceCache {
    state: Mutex<State>,
}

pub(super) struct State {
    pub(super) workspace: Workspace,
    pub(super) environment: Option<String>,
    pub(super) surroundings: Arc<ProcessSecrets>,
}

impl WorkspaceCache {
    pub(crate) fn new(workspace: Workspace, surroundings: ProcessSecrets) -> Self {
        Self {
            state: Mutex::new(State { workspace, environment: None, surroundings: Arc::new(surroundings) }),
        }
    }

    pub(super) fn with<T>(&self, read: impl FnOnce(&mut State) -> T) -> T {
        // The state is whole between any two statements, so a panic elsewhere does not spoil it.
        read(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Everything that one send needs.
    pub(crate) fn job(&self, path: &str, mut request: Request) -> Job {
        self.with(|state| {
            let folder = collection::parent(path);
            let inherited = state.workspace.headers_for(folder);
            add_missing(&mut request.headers, inherited);
            Job {
                request,
                scope: state.workspace.scope_for(folder, state.environment.as_deref()),
                inherited_auth: state.workspace.auth_for(folder),
                identities: state.workspace.identities.clone(),
                outside: Arc::clone(&state.surroundings) as _,
                root: state.workspace.root.clone(),
            }
        })
    }

    /// Names in the private store.
    pub(crate) fn secret_names(&self) -> Vec<String> {
        self.with(|state| state.surroundings.secrets.names())
    }

    pub(super) fn surrounding(&self, path: &str) -> (Scope, (Auth, String)) {
        self.with(|state| {
            let folder = collection::parent(path);
            let source = state.workspace.auth_source(folder).map(|source| source.to_string());
            (
                state.workspace.scope_for(folder, state.environment.as_deref()),
                (state.workspace.auth_for(folder), source.unwrap_or_default()),
            )
        })
    }
}

/// A request's own header wins over one that it inherits.
fn add_missing(headers: &mut Vec<Row>, inherited: Vec<Row>) {
    for row in inherited {
        if !headers.iter().any(|own| own.name.eq_ignore_ascii_case(&row.name)) {
            headers.push(row);
        }
    }
}
