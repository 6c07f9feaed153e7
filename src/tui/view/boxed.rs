//! The box that an overlay is drawn in.

use ratatui::layout::Rect;
use ratatui::widgets::{Block, BorderType, Clear};

use crate::tui::layout::{centered, inside};
use crate::tui::text;
use crate::tui::view::Canvas;

/// Clears a box in the middle of the screen and draws its border; returns its inside.
pub(super) fn boxed(canvas: &mut Canvas<'_, '_>, title: &str, width: u16, height: u16) -> Rect {
    let (paint, areas) = (canvas.paint, canvas.areas);
    let area = centered(areas.screen, width, height);
    canvas.frame.render_widget(Clear, area);
    let block = Block::bordered()
        .border_type(BorderType::Thick)
        .border_style(paint.border_focus())
        .style(paint.text())
        .title(format!(" {} ", text::safe(title)));
    canvas.frame.render_widget(block, area);
    inside(area)
}
