//! What belongs to the user alone and lies outside the workspace: drafts, secrets, and trust.
//!
//! Owns which drafts are still to be written and since when. Refuses to hold the workspace's cache
//! while it waits for the disk or for another process.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use super::DRAFT_WAIT;
use super::workspace_cache::{Snapshot, WorkspaceCache};
use crate::core::credential::Secret;
use crate::core::names::RequestPath;
use crate::core::request::Request;
use crate::core::trust::{Flow, Trust};
use crate::core::workspace::Workspace;
use crate::io::store::drafts::{Draft, Drafts};
use crate::io::store::secrets::ProcessSecrets;
use crate::io::store::workspace;
use crate::tui::model::field::EditorField;
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

/// Stores a secret, and gives its name. One that belongs to a field gets a name that no other has, so
/// that no value is ever overwritten that something else refers to; one without a field is stored
/// under the name that was asked for. A workspace that has no private store yet gets one, where there
/// is a data folder.
pub(super) fn keep_secret(
    cache: &WorkspaceCache,
    field: Option<EditorField>,
    name: &str,
    secret: Secret,
) -> Result<String, String> {
    match field {
        Some(_) => add_secret(cache, name, secret),
        None => {
            let stored = store_of_secrets(cache)?.secrets.set(name, secret);
            stored.map(|()| name.to_owned()).map_err(|error| error.to_string())
        }
    }
}

/// Stores a secret under a name that no other has, made from `name`, and gives it.
pub(super) fn add_secret(cache: &WorkspaceCache, name: &str, secret: Secret) -> Result<String, String> {
    store_of_secrets(cache)?.secrets.add(name, secret).map_err(|error| error.to_string())
}

fn store_of_secrets(cache: &WorkspaceCache) -> Result<Arc<ProcessSecrets>, String> {
    let (current, trust) = (cache.current(), &cache.trust_store);
    if !trust.keeps() || trust.has_store(&current.workspace) {
        return Ok(Arc::clone(&current.secrets));
    }
    trust.note_if_new(&current.workspace).map_err(|error| error.to_string())?;
    let mut workspace = current.workspace.clone();
    workspace::ensure_id(&mut workspace).map_err(|error| error.to_string())?;
    if !trust.may_store_secrets(&workspace) {
        let id = workspace.id.as_deref().unwrap_or_default();
        return Err(format!(
            "the `id` in signpost.toml, {id}, is that of another workspace's secrets; \
             remove the line if this is a copy, or allow both to share them with `signpost trust`"
        ));
    }
    trust.bind(&current.workspace, &workspace).map_err(|error| error.to_string())?;
    reopen(cache, workspace)?;
    Ok(Arc::clone(&cache.current().secrets))
}

/// Allows a workspace what its user was shown.
pub(super) fn allow(cache: &WorkspaceCache, flows: BTreeSet<Flow>) -> Result<(), String> {
    let (current, trust) = (cache.current(), &cache.trust_store);
    let workspace = current.workspace.clone();
    if !trust.keeps() {
        let granted = current.trust.clone().with(flows);
        cache.replace(Snapshot { workspace, secrets: Arc::clone(&current.secrets), trust: granted });
        return Ok(());
    }
    trust.allow(&workspace, flows).map_err(|error| error.to_string())?;
    reopen(cache, workspace)
}

/// Remembers a workspace that is about to get its first file.
pub(super) fn note_if_new(cache: &WorkspaceCache) -> Result<(), String> {
    let current = cache.current();
    if current.trust != Trust::MadeHere
        && cache.trust_store.note_if_new(&current.workspace).map_err(|error| error.to_string())?
    {
        return reopen(cache, current.workspace.clone());
    }
    Ok(())
}

/// Has sends use a workspace with the trust and the secrets that it has now.
pub(super) fn reopen(cache: &WorkspaceCache, workspace: Workspace) -> Result<(), String> {
    let (trust, secrets) = cache.trust_store.open(&workspace).map_err(|error| error.to_string())?;
    let secrets = Arc::new(ProcessSecrets::of_process(secrets));
    cache.replace(Snapshot { workspace, secrets, trust });
    Ok(())
}
