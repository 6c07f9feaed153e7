//! What was asked to be written and isn't on disk yet.
//!
//! Owns the list that is shown when the program leaves a disk behind that doesn't respond. Refuses
//! to count what is only read.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::core::names::RequestPath;
use crate::tui::effect::DiskEffect;

/// Shared by who asks and who writes.
#[derive(Clone, Default)]
pub(super) struct Unwritten(Arc<Mutex<Vec<String>>>);

impl Unwritten {
    /// Something is asked for.
    pub(super) fn add(&self, effect: &DiskEffect) {
        self.with(|all| all.extend(written(effect)));
    }

    /// Something that [`written`] named is on disk, or can't be.
    pub(super) fn remove(&self, name: &str) {
        self.with(|all| {
            if let Some(at) = all.iter().position(|other| other == name) {
                all.remove(at);
            }
        });
    }

    /// The names of all that is left, each once.
    pub(super) fn names(&self) -> BTreeSet<String> {
        self.with(|all| all.iter().cloned().collect())
    }

    fn with<T>(&self, change: impl FnOnce(&mut Vec<String>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What an effect writes, in the user's words; `None` for one that only reads or tidies up.
pub(super) fn written(effect: &DiskEffect) -> Option<String> {
    match effect {
        DiskEffect::Save { path, .. } | DiskEffect::SaveOver { path, .. } => Some(format!("`{path}`")),
        DiskEffect::CreateFolder { path } => Some(format!("the folder `{path}`")),
        DiskEffect::Rename { path, .. } => Some(format!("the new name of `{path}`")),
        DiskEffect::Move { from, folder } => Some(format!("the move of {} to `{folder}/`", named(from))),
        DiskEffect::Reorder { path, .. } => Some(format!("the new place of `{path}`")),
        DiskEffect::Duplicate { path } => Some(format!("a copy of `{path}`")),
        DiskEffect::Delete { paths } => Some(format!("the removal of {}", named(paths))),
        DiskEffect::WriteDraft { path, .. } => Some(format!("the draft of `{path}`")),
        DiskEffect::KeepSecret { path, .. } => Some(format!("a secret of `{path}`")),
        DiskEffect::SetUp { .. } => Some("the new workspace".to_owned()),
        DiskEffect::ChangeWorkspace { change } => Some(format!("`{}` in {}", change.name(), change.file)),
        DiskEffect::RestoreFile { step, .. } => Some(format!("`{}`", step.edit.file)),
        DiskEffect::SaveBody { file, .. } => Some(format!("the response in `{file}`")),
        DiskEffect::UndoInTree { .. } => Some("what was to be undone in the tree".to_owned()),
        DiskEffect::Trust { .. } => Some("your trust in this workspace".to_owned()),
        // Nobody waits for how the screen looked.
        DiskEffect::Remember(_)
        | DiskEffect::List
        | DiskEffect::Labels { .. }
        | DiskEffect::FindTexts { .. }
        | DiskEffect::Open { .. }
        | DiskEffect::Reread { .. }
        | DiskEffect::Inherit { .. }
        | DiskEffect::Survey
        | DiskEffect::RemoveDraft { .. } => None,
    }
}

fn named(paths: &[RequestPath]) -> String {
    paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")
}
