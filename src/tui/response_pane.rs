//! The layout of the response pane, and the space for its tab.
//!
//! Owns the lines above the tab. Pure: drawing and scrolling both use it, so that they agree.

use crate::tui::layout::inside;
use crate::tui::model::Model;
use crate::tui::model::response::{Exchange, ResponseTab};
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
