//! What a workspace on disk says, as the disk's thread and sends see it.

use std::sync::{Arc, Mutex, PoisonError};

use crate::core::names::RequestPath;
use crate::core::request::{Auth, Request};
use crate::core::scope::Scope;
use crate::core::workspace::Workspace;
use crate::engine::Job;
use crate::io::store::secrets::ProcessSecrets;

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
    pub(crate) fn job(&self, path: &str, request: Request) -> Job {
        let environment = self.with(|state| state.environment.clone());
        self.job_in(path, request, environment.as_deref())
    }

    /// The same in an environment that need not be the chosen one.
    pub(crate) fn job_in(&self, path: &str, request: Request, environment: Option<&str>) -> Job {
        self.with(|state| {
            let effective = state.workspace.effective(&RequestPath::from(path), &request, environment);
            Job::of(effective, &state.workspace, Arc::clone(&state.surroundings))
        })
    }

    /// Names in the private store.
    pub(crate) fn secret_names(&self) -> Vec<String> {
        self.with(|state| state.surroundings.secrets.names())
    }

    pub(super) fn surrounding(&self, path: &str) -> (Scope, (Auth, String)) {
        self.with(|state| {
            let (path, request) = (RequestPath::from(path), Request::default());
            let effective = state.workspace.effective(&path, &request, state.environment.as_deref());
            let source = effective.auth_source.map(|source| source.to_string());
            (effective.scope, (effective.auth, source.unwrap_or_default()))
        })
    }
}
