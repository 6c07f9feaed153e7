//! What can be taken back, and made again.

use super::Position;

/// How many steps can be undone in one text.
const STEPS: usize = 500;

/// A text that gave way to another.
#[derive(Clone)]
pub(super) struct Change {
    pub(super) from: Position,
    pub(super) removed: String,
    pub(super) inserted: String,
    /// Where the cursor was.
    pub(super) before: Position,
    /// A letter that was typed, or a word of such letters.
    pub(super) typed: bool,
}

/// The place behind a text that stands at `from`.
pub(super) fn end_of(from: Position, text: &str) -> Position {
    let columns = text.rsplit('\n').next().map_or(0, |last| last.chars().count());
    match text.matches('\n').count() {
        0 => (from.0, from.1 + columns),
        breaks => (from.0 + breaks, columns),
    }
}

/// The changes of a text, in order.
#[derive(Clone, Default)]
pub(super) struct Undo {
    changes: Vec<Change>,
    /// How many of them are made; the others were taken back.
    made: usize,
}

impl Undo {
    /// Takes a change. Letters typed one behind the other are one step.
    pub(super) fn push(&mut self, change: Change) {
        self.changes.truncate(self.made);
        if let Some(word) = self.changes.last_mut().filter(|word| word.typed && change.typed)
            && end_of(word.from, &word.inserted) == change.from
        {
            word.inserted.push_str(&change.inserted);
            return;
        }
        if self.changes.len() == STEPS {
            self.changes.remove(0);
        }
        self.changes.push(change);
        self.made = self.changes.len();
    }

    /// The change to be taken back.
    pub(super) fn back(&mut self) -> Option<Change> {
        self.made = self.made.checked_sub(1)?;
        self.changes.get(self.made).cloned()
    }

    /// The change to be made again.
    pub(super) fn forward(&mut self) -> Option<Change> {
        let change = self.changes.get(self.made).cloned()?;
        self.made += 1;
        Some(change)
    }
}
