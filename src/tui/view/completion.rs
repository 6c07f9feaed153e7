//! The list of words that is offered while typing.

use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph};

use crate::tui::hit_test;
use crate::tui::text;
use crate::tui::view::Canvas;

/// Draws the list over whatever is under the text that is typed.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>) {
    let (model, paint) = (canvas.model, canvas.paint);
    let Some(editing) = &model.editing else { return };
    let Some(completion) = &editing.completion else { return };
    let Some(list) = hit_test::word_list(model, canvas.areas) else { return };
    let (columns, rows) = (usize::from(list.area.width), usize::from(list.area.height));
    let words = completion.words.iter().enumerate().skip(list.first).take(rows);
    let lines: Vec<Line<'_>> = words
        .map(|(at, word)| {
            let is_marked = completion.selected == Some(at);
            // Colour isn't the only sign, and of no marked word the first is the one that Right takes.
            let mark = match completion.selected {
                Some(_) if is_marked => '›',
                None if at == 0 && editing.editor.is_at_line_end() => '→',
                Some(_) | None => ' ',
            };
            let text = text::fit(&word.text, list.word);
            let text = format!("{text}{:1$}", "", list.word.saturating_sub(text::text_width(&text)));
            let line = format!("{mark}{text}  {}", text::fit(&word.detail, list.detail));
            let style = if is_marked { paint.selection() } else { paint.popup() };
            let line = text::fit(line.trim_end(), columns);
            let rest = columns.saturating_sub(text::text_width(&line));
            Line::styled(format!("{line}{:rest$}", ""), style)
        })
        .collect();
    canvas.frame.render_widget(Clear, list.area);
    canvas.frame.render_widget(Paragraph::new(lines), list.area);
}
