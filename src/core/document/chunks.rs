//! A vector that only grows and whose clones share full chunks.
//!
//! An index is built in one task while the screen draws from an older clone, so cloning it must be
//! cheap.

use std::sync::Arc;

/// Items in one shared chunk.
const CHUNK: usize = 4096;

/// Append-only items; a clone copies at most one chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chunks<T> {
    full: Vec<Arc<[T]>>,
    tail: Vec<T>,
}

impl<T: Copy> Chunks<T> {
    pub(super) fn new() -> Self {
        Self { full: Vec::new(), tail: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.full.len() * CHUNK + self.tail.len()
    }

    pub(super) fn push(&mut self, item: T) {
        self.tail.push(item);
        if self.tail.len() == CHUNK {
            self.full.push(Arc::from(self.tail.as_slice()));
            self.tail.clear();
        }
    }

    pub(super) fn get(&self, i: usize) -> Option<T> {
        match self.full.get(i / CHUNK) {
            Some(chunk) => chunk.get(i % CHUNK).copied(),
            None => self.tail.get(i - self.full.len() * CHUNK).copied(),
        }
    }

    /// The last item for which `before` holds; all such items come before the others.
    pub(super) fn last_where(&self, before: impl Fn(&T) -> bool) -> Option<T> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.get(middle).is_some_and(|item| before(&item)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        self.get(low.checked_sub(1)?)
    }
}
