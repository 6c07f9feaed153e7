//! The field that is being edited.
//!
//! Owns the text that is being typed and how far the request is behind it.

use std::time::{Duration, SystemTime};

use crate::core::request::Request;
use crate::tui::editor::Editor;
use crate::tui::model::field::EditorField;

/// The field being edited.
#[derive(Clone, Debug)]
pub(crate) struct Editing {
    /// Which field.
    pub field: EditorField,
    /// Its text.
    pub editor: Editor,
    /// The request before this visit to the field.
    pub before: Box<Request>,
    /// First line on the screen.
    pub scroll: usize,
    /// Names that complete what is being typed after `{{`, and which is selected.
    pub completion: Option<Completion>,
    /// Why the text cannot be.
    pub error: Option<String>,
    /// The version of the text that the request holds.
    pub taken: u64,
    /// Since when the request has been behind a long text (UTC).
    pub behind_since: Option<SystemTime>,
}

impl Editing {
    /// How long the request may still stay behind what is typed; `None` where it holds it all.
    pub(super) fn due(&self, now: SystemTime) -> Option<Duration> {
        let waited = now.duration_since(self.behind_since?);
        // A clock that was set back mustn't make anyone wait longer.
        Some(waited.map_or(Duration::ZERO, |waited| TYPING_PAUSE.saturating_sub(waited)))
    }

    /// True when the request has been behind for long enough.
    pub(crate) fn is_due(&self, now: SystemTime) -> bool {
        self.due(now) == Some(Duration::ZERO)
    }
}

/// How long a request may stay behind a long text that is being typed.
const TYPING_PAUSE: Duration = Duration::from_millis(150);

/// Names that complete what is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Completion {
    /// Name and what it stands for.
    pub names: Vec<(String, String)>,
    /// Which is selected.
    pub selected: usize,
    /// How many characters before the cursor it replaces.
    pub typed: usize,
}
