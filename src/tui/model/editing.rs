//! The field that is being edited.
//!
//! Owns the text being typed, and how far the request lags behind it.

use std::time::{Duration, SystemTime};

use crate::core::completion::Word;
use crate::core::request::Request;
use crate::core::template;
use crate::tui::editor::Editor;
use crate::tui::model::field::EditorField;
use crate::tui::model::workspace_editor::WorkspaceCell;

/// The field being edited.
#[derive(Clone, Debug)]
pub(crate) struct Editing {
    /// What is edited.
    pub target: EditTarget,
    /// Its text.
    pub editor: Editor,
    /// First visible line.
    pub scroll: usize,
    /// Words that continue what is being typed, while they are offered.
    pub completion: Option<Completion>,
    /// The version of the text at which nothing is offered: as it was found, after a word was taken,
    /// or where the list was closed.
    pub quiet: Option<u64>,
    /// Why the text is invalid.
    pub error: Option<String>,
    /// The version of the text with which the field couldn't be left.
    pub refused: Option<u64>,
    /// The version of the text that is in the request.
    pub taken: u64,
    /// Since when the request has been lagging behind a long text (UTC).
    pub behind_since: Option<SystemTime>,
}

/// What a text that is typed belongs to.
#[derive(Clone, Debug)]
pub(crate) enum EditTarget {
    /// A field of the request that is shown.
    Request {
        /// Which field.
        field: EditorField,
        /// The request before the field was entered.
        before: Box<Request>,
    },
    /// A cell of the workspace editor.
    Workspace(WorkspaceCell),
}

impl Editing {
    /// Begins to edit a text. No words are offered for it before it changes, unless it's empty.
    pub(crate) fn new(target: EditTarget, editor: Editor) -> Self {
        Self {
            target,
            scroll: 0,
            completion: None,
            quiet: (!editor.text().is_empty()).then_some(editor.version()),
            error: None,
            refused: None,
            taken: editor.version(),
            behind_since: None,
            editor,
        }
    }

    /// The field of the request that is edited.
    pub(crate) fn field(&self) -> Option<EditorField> {
        match self.target {
            EditTarget::Request { field, .. } => Some(field),
            EditTarget::Workspace(_) => None,
        }
    }

    /// The request before its field was entered.
    pub(crate) fn before(&self) -> Option<&Request> {
        match &self.target {
            EditTarget::Request { before, .. } => Some(before),
            EditTarget::Workspace(_) => None,
        }
    }

    /// Whether the text is masked while secrets are: it's one, and doesn't only refer to it.
    pub(crate) fn is_masked(&self) -> bool {
        let is_secret = match &self.target {
            EditTarget::Request { field, .. } => field.is_secret(),
            EditTarget::Workspace(cell) => cell.is_masked(),
        };
        is_secret && !template::is_reference(&self.editor.text())
    }

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

/// Words that continue what is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Completion {
    /// The words, the likeliest first.
    pub words: Vec<Word>,
    /// The index of the marked one.
    pub selected: Option<usize>,
    /// How many characters before the cursor a word replaces.
    pub typed: usize,
    /// What the words are.
    pub kind: CompletionKind,
}

/// What is being completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CompletionKind {
    /// The name in `{{…}}`.
    Reference,
    /// Any other word.
    Word,
}

impl Completion {
    /// Marks the next word.
    pub(crate) fn select_next(&mut self) {
        let last = self.words.len().saturating_sub(1);
        self.selected = Some(self.selected.map_or(0, |at| (at + 1).min(last)));
    }

    /// Marks the previous word. Before the first one nothing is marked, except for a reference.
    pub(crate) fn select_previous(&mut self) {
        self.selected = match self.selected {
            Some(0) if self.kind == CompletionKind::Word => None,
            Some(at) => Some(at.saturating_sub(1)),
            None => None,
        };
    }
}
