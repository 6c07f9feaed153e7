//! The state as requests share it: many readers, or one change, which is then kept.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use super::State;
use super::folder::Folder;
use crate::cloud::random::Random;

/// The state behind its lock, and what needs none.
pub(crate) struct Store {
    state: RwLock<State>,
    /// Where changes are kept; `None` keeps them in memory.
    folder: Option<Folder>,
    /// Grows with every change.
    changes: AtomicU64,
    /// Identifiers; not behind the lock.
    pub(crate) random: Random,
    pub(crate) settings: CloudSettings,
}

/// What does not change while the cloud runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CloudSettings {
    /// A function URL asks for `lambda:InvokeFunction` beside `lambda:InvokeFunctionUrl`, as AWS
    /// does since October 2025.
    pub(crate) both_actions: bool,
    /// A line for each request goes to standard error.
    pub(crate) log: bool,
}

impl Default for CloudSettings {
    fn default() -> Self {
        Self { both_actions: true, log: false }
    }
}

/// A change that was made, and could not be kept on the disk.
#[derive(Debug)]
pub(crate) struct Unsaved(pub(crate) String);

impl Store {
    pub(crate) fn new(state: State, random: Random, settings: CloudSettings, folder: Option<Folder>) -> Self {
        Self { state: RwLock::new(state), folder, changes: AtomicU64::new(0), random, settings }
    }

    /// The state, shared with other readers. Not to be held across an await.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, State> {
        // A panic elsewhere leaves the state as it was; there is nothing half-done to protect.
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often the state was changed; the same number twice means that it was not.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Changes the state, alone, and keeps it. A change that ends in an error must have changed
    /// nothing.
    pub(crate) fn change<T, E: From<Unsaved>>(
        &self,
        change: impl FnOnce(&mut State) -> Result<T, E>,
    ) -> Result<T, E> {
        self.changes.fetch_add(1, Ordering::Relaxed);
        let result = change(&mut self.state.write().unwrap_or_else(PoisonError::into_inner))?;
        self.save()?;
        Ok(result)
    }

    /// Writes the state into its folder, where it has one.
    pub(crate) fn save(&self) -> Result<(), Unsaved> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let render = || toml::to_string(&*self.read()).map_err(|error| error.to_string());
        folder.save(render).map_err(Unsaved)
    }
}
