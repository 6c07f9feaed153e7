//! Undo and redo: how many of the text area's edits each change took.

use super::Position;

/// The most edits of the text area that can be undone in one text.
pub(super) const EDITS: usize = 5000;

/// The most letters typed in a row that are one step.
const WORD: usize = 32;

/// A change.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// The edits of the text area that it took.
    pub(super) edits: usize,
    /// Where the cursor was.
    pub(super) before: Position,
    /// The end of the word, if the change is a typed letter.
    pub(super) word: Option<Position>,
}

/// The changes of a text, in order.
#[derive(Clone, Default)]
pub(super) struct Undo {
    steps: Vec<Step>,
    /// How many of them are applied; the others were undone.
    made: usize,
}

impl Undo {
    /// Adds a change. Letters typed in a row are one step.
    pub(super) fn push(&mut self, step: Step) {
        self.steps.truncate(self.made);
        let goes_on = |last: &&mut Step| {
            last.word == Some(step.before) && step.word.is_some() && step.edits == 1 && last.edits < WORD
        };
        match self.steps.last_mut().filter(goes_on) {
            Some(last) => *last = Step { edits: last.edits + 1, word: step.word, ..*last },
            None => self.steps.push(step),
        }
        while self.edits() > EDITS {
            self.steps.remove(0);
        }
        self.made = self.steps.len();
    }

    fn edits(&self) -> usize {
        self.steps.iter().map(|step| step.edits).sum()
    }

    /// The change to undo.
    pub(super) fn back(&mut self) -> Option<Step> {
        self.made = self.made.checked_sub(1)?;
        self.steps.get(self.made).copied()
    }

    /// The change to redo.
    pub(super) fn forward(&mut self) -> Option<Step> {
        let step = self.steps.get(self.made).copied()?;
        self.made += 1;
        Some(step)
    }
}
