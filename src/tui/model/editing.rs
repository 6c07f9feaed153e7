//! The field that is being edited.
//!
//! Owns the text being typed, and how far the request lags behind it.

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
    /// The request before the field was entered.
    pub before: Box<Request>,
    /// First visible line.
    pub scroll: usize,
    /// Completions for what is being typed after `{{`, and which one is selected.
    pub completion: Option<Completion>,
    /// Why the text is invalid.
    pub error: Option<String>,
    /// The version of the text that is in the request.
    pub taken: u64,
    /// Since when the request has been lagging behind a long text (UTC).
    pub behind_since: Option<SystemTime>,
}

impl Editing {
    /// How much longer the request may lag behind; `None` if it is up to date.
    pub(super) fn due(&self, now: SystemTime) -> Option<Duration> {
        let waited = now.duration_since(self.behind_since?);
        // A clock that was set back must not delay this.
        Some(waited.map_or(Duration::ZERO, |waited| TYPING_PAUSE.saturating_sub(waited)))
    }

    /// Whether the request has lagged behind for long enough.
    pub(crate) fn is_due(&self, now: SystemTime) -> bool {
        self.due(now) == Some(Duration::ZERO)
    }
}

/// How long a request may lag behind a long text that is being typed.
const TYPING_PAUSE: Duration = Duration::from_millis(150);

/// Completions for what is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Completion {
    /// Name and value.
    pub names: Vec<(String, String)>,
    /// The index of the selected one.
    pub selected: usize,
    /// How many characters before the cursor a completion replaces.
    pub typed: usize,
}
