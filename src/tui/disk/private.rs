//! What belongs to the user alone and lies outside the workspace: drafts and secrets.
//!
//! Owns which drafts are still to be written and since when. Refuses to hold the workspace's cache
//! while it waits for the disk or for another process.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::DRAFT_WAIT;
use super::workspace_cache::{Snapshot, WorkspaceCache};
use crate::core::credential::Secret;
use crate::core::names::RequestPath;
use crate::core::request::Request;
use crate::io::store::drafts::{Draft, Drafts};
use crate::io::store::secrets::{ProcessSecrets, SecretStore};
use crate::io::store::workspace;
use crate::tui::msg::Msg;

/// Drafts on their way to the disk. Without a data folder none is kept.
pub(super) struct PendingDrafts {
    store: Option<Drafts>,
    pending: BTreeMap<RequestPath, Draft>,
    /// Since when the first of them has waited.
    since: Option<Instant>,
}

impl PendingDrafts {
    pub(super) fn new(store: Option<Drafts>) -> Self {
        Self { store, pending: BTreeMap::new(), since: None }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// True when they have waited for a pause in the typing for long enough.
    pub(super) fn are_due(&self) -> bool {
        self.since.is_some_and(|since| since.elapsed() > DRAFT_WAIT)
    }

    /// Takes a draft in; a later one of the same request replaces it.
    pub(super) fn add(&mut self, path: RequestPath, request: Request, base: Option<Arc<str>>) {
        let draft = Draft {
            key: path.to_string(),
            path: base.is_some().then(|| path.to_string()),
            base: base.map(|base| base.to_string()).unwrap_or_default(),
            request,
        };
        self.pending.insert(path, draft);
        self.since.get_or_insert_with(Instant::now);
    }

    /// Writes what has been taken in, and gives what went wrong.
    pub(super) fn write(&mut self) -> Vec<Msg> {
        self.since = None;
        let pending = std::mem::take(&mut self.pending);
        let Some(store) = &self.store else { return Vec::new() };
        let write = |(path, draft)| {
            // The text is still in its field; the next key tries again.
            let error = store.write(&draft).err()?;
            Some(Msg::Failed(format!("Couldn't save a draft of `{path}`: {error}")))
        };
        pending.into_iter().filter_map(write).collect()
    }

    /// Forgets a request's draft, here and on disk.
    pub(super) fn remove(&mut self, path: &RequestPath) -> Option<Msg> {
        self.pending.remove(path);
        let error = self.store.as_ref()?.remove(path).err()?;
        Some(Msg::Failed(format!("Couldn't delete the draft of `{path}`: {error}")))
    }
}

/// Stores a secret. A workspace that has no private store yet gets an id for one, where there is a
/// data folder.
pub(super) fn keep_secret(
    cache: &WorkspaceCache,
    data: Option<&PathBuf>,
    name: &str,
    secret: Secret,
) -> Result<(), String> {
    let current = cache.current();
    let secrets = match data.filter(|_| current.workspace.id.is_none()) {
        None => Arc::clone(&current.secrets),
        Some(data) => {
            let mut workspace = current.workspace.clone();
            let id = workspace::ensure_id(&mut workspace).map_err(|error| error.to_string())?;
            let store = SecretStore::open(data, &id).map_err(|error| error.to_string())?;
            let secrets = Arc::new(ProcessSecrets::of_process(store));
            cache.replace(Snapshot { workspace, secrets: Arc::clone(&secrets) });
            secrets
        }
    };
    secrets.secrets.set(name, secret).map_err(|error| error.to_string())
}
