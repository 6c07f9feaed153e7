//! The state as requests share it: many readers, one change at a time.
//!
//! A change is saved before any request sees it: what can't be saved isn't made.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

use super::State;
use super::folder::Folder;
use crate::cloud::random::Random;

/// The state behind its lock.
pub(crate) struct Store {
    state: RwLock<State>,
    /// Where the state is saved; `None` if it is in memory only.
    folder: Option<Folder>,
    /// Held while a change is made and saved.
    changing: Mutex<()>,
    /// Grows with every change.
    changes: AtomicU64,
    pub(crate) random: Random,
    pub(crate) settings: CloudSettings,
}

/// What doesn't change while the cloud runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CloudSettings {
    /// A function URL requires `lambda:InvokeFunction` as well as `lambda:InvokeFunctionUrl`, as on
    /// AWS since October 2025.
    pub(crate) both_actions: bool,
    /// Every request is logged to standard error.
    pub(crate) log: bool,
}

impl Default for CloudSettings {
    fn default() -> Self {
        Self { both_actions: true, log: false }
    }
}

/// A change couldn't be saved and so was not made. Displayed as the message of the response.
#[derive(Debug, thiserror::Error)]
#[error("The change couldn't be saved and was not made: {0}")]
pub(crate) struct Unsaved(pub(crate) String);

impl Store {
    pub(crate) fn new(state: State, random: Random, settings: CloudSettings, folder: Option<Folder>) -> Self {
        Self {
            state: RwLock::new(state),
            folder,
            changing: Mutex::default(),
            changes: AtomicU64::new(0),
            random,
            settings,
        }
    }

    /// The state, shared with other readers. Not to be held across an await.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, State> {
        // A panic elsewhere leaves the state as it was; no change is half made.
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often the state has changed; the same number twice means that it hasn't in between.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Makes a change. Of two at the same time, the second sees what the first has made. A change
    /// that fails must have changed nothing.
    ///
    /// # Errors
    /// The change's own error, and [`Unsaved`]; the state is then as it was.
    pub(crate) fn change<T, E: From<Unsaved>>(
        &self,
        change: impl FnOnce(&mut State) -> Result<T, E>,
    ) -> Result<T, E> {
        let Some(folder) = &self.folder else {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            let result = change(&mut state)?;
            self.changes.fetch_add(1, Ordering::Relaxed);
            return Ok(result);
        };
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        // Readers use the old state while the new one is written to the disk.
        let mut changed = self.read().clone();
        let result = change(&mut changed)?;
        folder.save(&changed).map_err(Unsaved)?;
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        *state = changed;
        self.changes.fetch_add(1, Ordering::Relaxed);
        Ok(result)
    }

    /// Saves the state in its folder, if it has one.
    pub(crate) fn save(&self) -> Result<(), String> {
        self.folder.as_ref().map_or(Ok(()), |folder| folder.save(&self.read()))
    }
}
