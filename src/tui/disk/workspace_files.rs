//! Changes of `signpost.toml` and `folder.toml` that the screen asks for.
//!
//! Owns what each of them reports. Refuses to decide what is changed.

use super::WorkspaceCache;
use super::private;
use super::read::list;
use crate::core::credential::Secret;
use crate::core::workspace::WorkspaceChange;
use crate::io::store::init::{FIRST_REQUEST, init};
use crate::io::store::workspace;
use crate::tui::model::overlay::Ask;
use crate::tui::model::workspace_editor::FileStep;
use crate::tui::msg::Msg;

/// Makes a workspace in the folder that is open, as `signpost init` does.
pub(super) fn set_up(cache: &WorkspaceCache, name: &str) -> Msg {
    let root = cache.workspace().root;
    let again = |problem: String| Msg::AskAgain { ask: Ask::SetUp, text: name.to_owned(), problem };
    if let Err(error) = init(&root, Some(name), &cache.trust_store) {
        return again(error.to_string());
    }
    // It counts as made here from now on.
    if let Err(problem) = private::reopen(cache, workspace::load_or_bare(&root)) {
        return again(problem);
    }
    Msg::SetUp { request: FIRST_REQUEST.0.into(), listed: Box::new(list(cache)) }
}

/// Makes a change. Where it can't be made, the screen sees what is on disk now.
pub(super) fn change(cache: &WorkspaceCache, change: WorkspaceChange) -> Msg {
    let root = cache.workspace().root;
    let mut keep = |name: &str, secret: &Secret| private::add_secret(cache, name, secret.clone());
    match workspace::apply(&root, &change, &mut keep) {
        Ok(edit) => {
            let listed = Box::new(list(cache));
            Msg::WorkspaceChanged { change, edit, secrets: cache.secret_names(), listed }
        }
        Err(error) => {
            Msg::WorkspaceNotChanged { problem: error.to_string(), listed: Some(Box::new(list(cache))) }
        }
    }
}

/// Undoes a change, or makes it again.
pub(super) fn restore(cache: &WorkspaceCache, step: FileStep, redo: bool) -> Msg {
    let done = workspace::restore(&cache.workspace().root, &step.edit, redo);
    let listed = Box::new(list(cache));
    match done {
        Ok(()) => Msg::FileRestored { step, redo, listed },
        Err(error) => Msg::WorkspaceNotChanged { problem: error.to_string(), listed: Some(listed) },
    }
}
