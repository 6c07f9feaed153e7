//! The layout of the response pane, and the space for its tab.
//!
//! Owns the lines above the tab. Pure: drawing and scrolling both use it, so that they agree.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::tui::layout::inside;
use crate::tui::model::Model;
use crate::tui::model::response::{Exchange, ResponseTab};
use crate::tui::model::selection::{LinePlace, Part};
use crate::tui::text;

/// The most lines of a cause above the body.
const WHY_LINES: usize = 3;

/// Columns of the word before a cause.
pub(crate) const WHY: usize = 5;

/// The lines of the first cause, as shown above the body; none without a finding.
pub(crate) fn why(exchange: &Exchange, columns: usize) -> Vec<String> {
    let Some(finding) = exchange.record.findings().first() else { return Vec::new() };
    let mut lines = text::wrap(&finding.cause, columns.saturating_sub(WHY + 1));
    lines.truncate(WHY_LINES);
    lines
}

/// Lines of the response pane above the tab's content: the status, and what is shown below it.
pub(crate) fn header_lines(model: &Model, columns: usize) -> u16 {
    let why = model.exchange().map_or(0, |exchange| why(exchange, columns).len());
    let below = if model.response_tab == ResponseTab::Diagnosis { 1 } else { why.max(1) };
    u16::try_from(1 + below).unwrap_or(2)
}

/// The columns and rows available for a body.
pub(crate) fn room(model: &Model) -> (usize, usize) {
    let inner = model.areas().and_then(|areas| areas.response).map(inside).unwrap_or_default();
    let columns = usize::from(inner.width);
    (columns, usize::from(inner.height.saturating_sub(header_lines(model, columns))))
}

/// Where the content of the response's tab is; `None` if the pane isn't on the screen or is empty.
pub(crate) fn content(model: &Model) -> Option<Rect> {
    model.exchange()?;
    let inner = inside(model.areas()?.response?);
    let taken = header_lines(model, usize::from(inner.width)).min(inner.height);
    Some(Rect { y: inner.y + taken, height: inner.height - taken, ..inner })
}

/// The part of the lines on the screen that is selected, where the tab isn't the body. Lines that were
/// broken for another width are other lines.
pub(crate) fn selected_lines(model: &Model) -> Option<Range<LinePlace>> {
    let selection = model.selection.as_ref()?;
    match &selection.part {
        Part::Lines { tab, columns, span }
            if model.exchange()?.record.id == selection.exchange
                && *tab == model.response_tab
                && *columns == room(model).0 =>
        {
            Some(span.range())
        }
        Part::Lines { .. } | Part::Bytes(_) => None,
    }
}
