//! What a workspace on disk says, as the screen's sends and the disk's thread see it.
//!
//! Owns one snapshot that is replaced whole, so that nobody who reads it waits for the disk or for
//! another process. Refuses to know what is chosen on the screen: the environment comes with each
//! question.

use std::sync::{Arc, Mutex, PoisonError};

use crate::core::names::RequestPath;
use crate::core::request::{Auth, Request};
use crate::core::scope::{Layer, Scope, Source};
use crate::core::trust::Trust;
use crate::core::workspace::Workspace;
use crate::engine::Job;
use crate::io::store::secrets::ProcessSecrets;
use crate::io::store::trust::TrustStore;
use crate::tui::effect::Target;

/// The current snapshot. Only the disk's thread replaces it.
pub(crate) struct WorkspaceCache {
    current: Mutex<Arc<Snapshot>>,
    /// What the user has allowed workspaces, on disk.
    pub(super) trust_store: TrustStore,
}

/// What was known of a workspace at some moment.
pub(super) struct Snapshot {
    pub(super) workspace: Workspace,
    pub(super) secrets: Arc<ProcessSecrets>,
    pub(super) trust: Trust,
}

impl WorkspaceCache {
    pub(crate) fn new(
        workspace: Workspace,
        secrets: ProcessSecrets,
        trust: Trust,
        trust_store: TrustStore,
    ) -> Self {
        let secrets = Arc::new(secrets);
        Self { current: Mutex::new(Arc::new(Snapshot { workspace, secrets, trust })), trust_store }
    }

    /// The current snapshot. The lock is held for as long as it takes to copy a pointer.
    pub(super) fn current(&self) -> Arc<Snapshot> {
        Arc::clone(&self.current.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn replace(&self, snapshot: Snapshot) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
    }

    /// Everything that one send needs.
    pub(crate) fn job(&self, target: &Target) -> Job {
        let Snapshot { workspace, secrets, trust } = &*self.current();
        let effective = workspace.effective(&target.path, &target.request, target.environment.as_deref());
        let mut job = Job::of(effective, workspace, Arc::clone(secrets), trust.clone());
        if !target.overrides.is_empty() {
            job.scope.layers.insert(0, Layer::new(Source::ThisRun, (*target.overrides).clone()));
        }
        job
    }

    /// The workspace as it is known now.
    pub(super) fn workspace(&self) -> Workspace {
        self.current().workspace.clone()
    }

    /// Names in the private store.
    pub(crate) fn secret_names(&self) -> Vec<String> {
        self.current().secrets.secrets.names()
    }

    /// The variables that hold for a request; what `inherit` means for it, and where that is
    /// declared.
    pub(super) fn inherited(&self, path: &RequestPath, environment: Option<&str>) -> (Scope, (Auth, String)) {
        let effective = self.current().workspace.effective(path, &Request::default(), environment);
        let source = effective.auth_source.map(|source| source.to_string());
        (effective.scope, (effective.auth, source.unwrap_or_default()))
    }
}
