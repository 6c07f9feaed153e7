//! The state as requests share it: many readers, or one change.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use super::State;
use crate::cloud::random::Random;

/// The state behind its lock, and what needs none.
pub(crate) struct Store {
    state: RwLock<State>,
    /// Identifiers; not behind the lock.
    pub(crate) random: Random,
}

impl Store {
    pub(crate) fn new(state: State, random: Random) -> Self {
        Self { state: RwLock::new(state), random }
    }

    /// The state, shared with other readers. Not to be held across an await.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, State> {
        // A panic elsewhere leaves the state as it was; there is nothing half-done to protect.
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, alone.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut state)
    }
}
