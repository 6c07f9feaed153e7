//! How far a pane is scrolled: a bar on its right border, and below it how many lines follow.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::core::units;
use crate::tui::text;
use crate::tui::view::Canvas;

/// Which lines of a whole are on the screen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scrolled {
    /// The first line shown, counted from 0.
    pub(super) first: usize,
    /// How many fit.
    pub(super) room: usize,
    /// How many there are.
    pub(super) total: usize,
}

impl Scrolled {
    /// Lines after those on the screen.
    fn below(self) -> usize {
        self.total.saturating_sub(self.first.saturating_add(self.room))
    }

    /// Where the bar begins and how long it is, on a border of `height` rows.
    fn bar(self, height: usize) -> (usize, usize) {
        // As shares of the whole: a product of line numbers might not fit.
        let share = |lines: usize| (lines as f64 / self.total.max(1) as f64).min(1.0);
        // At most `height`, which is that of a screen.
        let len = ((share(self.room) * height as f64).round() as usize).clamp(1, height);
        let last = self.total.saturating_sub(self.room).max(1);
        let way = (self.first as f64 / last as f64).min(1.0);
        ((way * (height - len) as f64).round() as usize, len)
    }
}

/// Draws the bar beside `inner`, the scrolled part of a pane with a border, and how much follows it.
/// Nothing where everything fits.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, pane: Rect, inner: Rect, scrolled: Scrolled) {
    if scrolled.total <= scrolled.room || inner.height == 0 || pane.width < 4 {
        return;
    }
    let paint = canvas.paint;
    let (start, len) = scrolled.bar(usize::from(inner.height));
    let column = pane.right().saturating_sub(1);
    for row in start..start + len {
        let y = inner.y.saturating_add(u16::try_from(row).unwrap_or(u16::MAX)).min(inner.bottom());
        canvas.frame.render_widget(Span::styled("█", paint.dim()), Rect::new(column, y, 1, 1));
    }
    let below = scrolled.below();
    if below == 0 {
        return;
    }
    let words = format!(" ↓ {} ", units::count(below));
    let width = u16::try_from(text::text_width(&words)).unwrap_or(u16::MAX);
    if width.saturating_add(2) <= pane.width {
        let place = Rect::new(pane.right() - 1 - width, pane.bottom().saturating_sub(1), width, 1);
        canvas.frame.render_widget(Line::styled(words, paint.dim()), place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_at_both_ends_exactly_there() {
        for total in [11, 100, 10_000_000] {
            let bar = |first| Scrolled { first, room: 10, total }.bar(10);
            assert_eq!(bar(0).0, 0);
            let (start, len) = bar(total - 10);
            assert_eq!(start + len, 10, "{total}");
        }
        assert_eq!(Scrolled { first: usize::MAX, room: 0, total: 1 }.bar(5), (4, 1));
        assert_eq!(Scrolled { first: 3, room: 10, total: 20 }.below(), 7);
    }
}
