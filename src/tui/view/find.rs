//! The overlay that finds a text in every request: two lines for each match.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::core::find::FindHit;
use crate::core::units;
use crate::tui::model::find::Find;
use crate::tui::text;
use crate::tui::view::boxed::boxed;
use crate::tui::view::style::Paint;
use crate::tui::view::{Canvas, editor};

/// Columns of the box at most.
const WIDTH: u16 = 110;
/// Rows of the box at most. It doesn't change with the matches, so that nothing jumps.
const HEIGHT: u16 = 32;
/// Lines of one match.
const LINES: usize = 2;

/// Draws the box.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, find: &Find) {
    let (paint, screen) = (canvas.paint, canvas.areas.screen);
    let size = (WIDTH.min(screen.width.saturating_sub(2)), HEIGHT.min(screen.height.saturating_sub(2)));
    let area = boxed(canvas, &title(canvas, find), size.0, size.1);
    let query = Rect { height: area.height.min(1), ..area };
    canvas.frame.render_widget(Line::styled("› ", paint.accent_bold()), query);
    let field = Rect { x: query.x + query.width.min(2), width: query.width.saturating_sub(2), ..query };
    editor::draw_editor(canvas, field, &find.query, 0, false);
    let list = Rect { y: area.y + query.height, height: area.height - query.height, ..area };
    if find.hits().is_empty() {
        let words = match find.query.text().is_empty() {
            true => "  Looks through names, URLs, rows, bodies and notes",
            false => "  nothing matches",
        };
        canvas.frame.render_widget(Line::styled(words, paint.dim()), list);
        return;
    }
    let room = (usize::from(list.height) / LINES).max(1);
    let first = (find.selected() + 1).saturating_sub(room);
    for (number, hit) in find.hits().iter().enumerate().skip(first).take(room) {
        let offset = u16::try_from((number - first) * LINES).unwrap_or(u16::MAX);
        let place = Rect { y: list.y.saturating_add(offset), height: 2, ..list }.intersection(list);
        let chosen = number == find.selected();
        let lines = lines(paint, hit, usize::from(place.width), chosen);
        let look = if chosen { paint.selected() } else { paint.text() };
        canvas.frame.render_widget(Paragraph::new(lines).style(look), place);
    }
}

/// What is looked through, and how much was found.
fn title(canvas: &Canvas<'_, '_>, find: &Find) -> String {
    let texts = &canvas.model.find;
    let all = units::count(texts.index.len() + texts.unread());
    let found = match (find.query.text().is_empty(), find.hits().len()) {
        (true, _) => String::new(),
        (false, found) => format!(": found in {}", units::count(found)),
    };
    let reading = match texts.unread() {
        0 => String::new(),
        unread => format!(", {} left to read", units::count(unread)),
    };
    format!("Find in {all} requests{found}{reading}")
}

/// Name and path of a request, then the line that matches. The match looks the same where it is chosen.
fn lines(paint: &Paint<'_>, hit: &FindHit, columns: usize, chosen: bool) -> Vec<Line<'static>> {
    let mark = if chosen { "› " } else { "  " };
    let over = |look: Style| if chosen { look.patch(paint.selected()) } else { look };
    let name = text::fit(hit.entry().title(), columns.saturating_sub(4));
    let room = columns.saturating_sub(4 + text::text_width(&name));
    let path = text::fit_end(hit.entry().path(), room);
    let first = vec![
        Span::raw(mark),
        Span::styled(name, over(paint.bold())),
        Span::raw("  "),
        Span::styled(path, over(paint.dim())),
    ];
    let place = format!("    {:14}", hit.place().title());
    let (before, found, after) = hit.excerpt();
    let room = columns.saturating_sub(place.len());
    let found = text::fit(found, room);
    let rest = room - text::text_width(&found).min(room);
    // What comes before takes the room that what comes after leaves, and a third at least.
    let after_width = text::text_width(text::head(after));
    let before = text::fit_end(tail(before), (rest / 3).max(rest.saturating_sub(after_width)));
    let after = text::fit(text::head(after), rest - text::text_width(&before).min(rest));
    let second = vec![
        Span::styled(place, over(paint.dim())),
        Span::styled(before, over(paint.text())),
        Span::styled(found, paint.matched()),
        Span::styled(after, over(paint.text())),
    ];
    vec![Line::from(first), Line::from(second)]
}

/// The end of a text, as much as fits any screen.
fn tail(text: &str) -> &str {
    const MOST: usize = 2048;
    text.char_indices().rev().nth(MOST).map_or(text, |(start, _)| &text[start..])
}
