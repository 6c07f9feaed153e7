//! Method and URL.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::config::command::Command;
use crate::tui::keymap;
use crate::tui::layout::inside;
use crate::tui::model::field::EditorField;
use crate::tui::model::{Model, Pane};
use crate::tui::text;
use crate::tui::view::Canvas;
use crate::tui::view::style::Paint;
use crate::tui::view::{editor, pane_block, wrong};

/// Draws the bar.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let (model, paint) = (canvas.model, canvas.paint);
    let Some(open) = model.shown() else {
        let block = pane_block(model, paint, Pane::Url, Line::from(" signpost "));
        let new = keymap::says(model, Command::NewRequest, "makes a new one");
        let words = if model.tree.nodes().is_empty() {
            format!(" No request yet: {new}; a pasted curl command becomes one, too.")
        } else if let Some((path, _)) = model.invalid_request() {
            let editor = keymap::says(model, Command::ExternalEditor, "opens it in your editor");
            format!(" {} is invalid: {editor}.", path.as_str())
        } else {
            format!(" Choose a request in the tree, or {new}.")
        };
        let hint = Line::styled(text::fit(&words, usize::from(inside(area).width)), paint.dim());
        canvas.frame.render_widget(Paragraph::new(hint).block(block), area);
        return;
    };
    let mut title = vec![Span::raw(" "), Span::styled(title(model), paint.bold())];
    if open.is_dirty() {
        let words = if open.changed_on_disk { " ● not saved, changed on disk" } else { " ● not saved" };
        title.push(Span::styled(words, paint.warning()));
    }
    title.push(Span::raw(" "));
    let block = pane_block(model, paint, Pane::Url, Line::from(title));
    // It's obvious that the URL of a new request is still to be typed.
    let is_untouched = open.request.url.is_empty() && model.exchange().is_none();
    let fields: &[EditorField] =
        if is_untouched { &[EditorField::Method] } else { &[EditorField::Method, EditorField::Url] };
    canvas.frame.render_widget(block.title_bottom(wrong(model, fields, paint, area.width)), area);
    let inner = inside(area);
    let method = if open.request.method.is_empty() { "GET" } else { &open.request.method };
    let badge = format!(" {} ", text::fit(method, 10));
    let badge_width = u16::try_from(text::text_width(&badge)).unwrap_or(0).min(inner.width);
    canvas.frame.render_widget(
        Paragraph::new(Span::styled(badge, paint.method_badge(method))),
        Rect { width: badge_width, ..inner },
    );
    let rest = Rect { x: inner.x + badge_width, width: inner.width.saturating_sub(badge_width), ..inner };
    let field =
        Rect { x: rest.x.saturating_add(1).min(rest.right()), width: rest.width.saturating_sub(1), ..rest };
    if editor::draw_editing(canvas, field, EditorField::Url) {
        return;
    }
    let mut spans = editor::value_spans(model, paint, &open.request.url, paint.text());
    spans.extend(query(model, paint));
    if open.request.url.is_empty() {
        let words = keymap::says(model, Command::Edit, "here, then type a URL");
        spans = vec![Span::styled(words, paint.dim())];
    }
    canvas.frame.render_widget(Paragraph::new(Line::from(spans)), field);
}

fn title(model: &Model) -> String {
    let Some(open) = model.shown() else { return String::new() };
    let name = open.request.name.clone();
    text::safe(&name.unwrap_or_else(|| open.path.trim_end_matches(".toml").to_owned()))
}

/// The enabled rows, joined as in the URL.
fn query(model: &Model, paint: &Paint<'_>) -> Vec<Span<'static>> {
    let Some(open) = model.shown() else { return Vec::new() };
    let mut separator = if open.request.url.contains('?') { "&" } else { "?" };
    let mut spans = Vec::new();
    for row in open.request.params.iter().filter(|row| !row.off && !row.name.is_empty()) {
        spans.push(Span::styled(separator, paint.dim()));
        spans.extend(editor::value_spans(model, paint, &row.name, paint.dim()));
        spans.push(Span::styled("=", paint.dim()));
        spans.extend(editor::value_spans(model, paint, &row.value, paint.dim()));
        separator = "&";
    }
    spans
}
