//! The lines of overlays with text: help, texts, and both versions of a file in conflict.
//!
//! Owns their wording and how far they scroll. Refuses to choose colours: a line names roles.

use crate::tui::keymap;
use crate::tui::model::Model;
use crate::tui::model::overlay::{Conflict, Overlay};
use crate::tui::text;
use crate::tui::text_line::{TextLine, TextRole, TextSpan};

/// Columns of a text overlay, including its border.
pub(crate) const TEXT: u16 = 84;

/// Columns inside the border of a text overlay.
fn columns(model: &Model) -> usize {
    usize::from(TEXT.min(model.size.0).saturating_sub(2))
}

/// The last line that the topmost overlay can start at without leaving space empty.
pub(crate) fn last_scroll(model: &Model) -> usize {
    let height = model.size.1;
    let (lines, room) = match model.overlays.last() {
        Some(Overlay::Help(_)) => (help(model).len(), height.saturating_sub(4)),
        Some(Overlay::Text { text, .. }) => (wrapped(model, text).len(), height.saturating_sub(4)),
        Some(Overlay::Conflict(conflict)) => {
            let diff = similar::TextDiff::from_lines(&conflict.theirs, &conflict.ours);
            (diff.iter_all_changes().count(), height.saturating_sub(8))
        }
        Some(
            Overlay::Palette(_)
            | Overlay::Pick(_)
            | Overlay::Ask(..)
            | Overlay::Confirm(_)
            | Overlay::Jump(_),
        )
        | None => (0, 0),
    };
    lines.saturating_sub(usize::from(room))
}

/// A text, wrapped to fit.
pub(crate) fn wrapped(model: &Model, text: &str) -> Vec<TextLine> {
    text::wrap(text, columns(model)).into_iter().map(|line| TextLine::new(line, TextRole::Plain)).collect()
}

/// The keys of the focused pane first, then all others.
pub(crate) fn help(model: &Model) -> Vec<TextLine> {
    const KEYS: usize = 20;
    let room = columns(model).saturating_sub(KEYS + 1).max(10);
    let mut lines = Vec::new();
    for (title, rows) in keymap::help(model) {
        if !lines.is_empty() {
            lines.push(TextLine::default());
        }
        lines.push(TextLine::new(format!(" {title}"), TextRole::Heading));
        for (keys, doc) in rows {
            for (i, words) in text::wrap(doc, room).into_iter().enumerate() {
                let keys = if i == 0 { format!("  {keys}") } else { String::new() };
                let keys = TextSpan::new(format!("{keys:KEYS$}"), TextRole::Accent);
                lines.push(TextLine::from(vec![keys, TextSpan::plain(words)]));
            }
        }
    }
    lines
}

/// The lines of both versions, each marked as yours or theirs.
pub(crate) fn conflict(conflict: &Conflict) -> Vec<TextLine> {
    similar::TextDiff::from_lines(&conflict.theirs, &conflict.ours)
        .iter_all_changes()
        .map(|change| {
            let (mark, role) = match change.tag() {
                similar::ChangeTag::Delete => ("- theirs ", TextRole::Bad),
                similar::ChangeTag::Insert => ("+ yours  ", TextRole::Good),
                similar::ChangeTag::Equal => ("         ", TextRole::Dim),
            };
            TextLine::new(format!("{mark}{}", text::safe(change.value().trim_end_matches('\n'))), role)
        })
        .collect()
}
