//! The tree of requests.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::config::command::{Command, Context};
use crate::tui::keymap;
use crate::tui::layout::inside;
use crate::tui::model::tree::{Label, LastSend, METHOD, Node, STATUS, UNSAVED};
use crate::tui::model::{Model, Pane};
use crate::tui::text;
use crate::tui::view::Canvas;
use crate::tui::view::pane_block;
use crate::tui::view::scroll::{self, Scrolled};
use crate::tui::view::style::Paint;

/// Draws the tree.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let (model, paint) = (canvas.model, canvas.paint);
    let name = if model.workspace.name.is_empty() { "Requests" } else { &model.workspace.name };
    let count = model.workspace.problems.len() + model.config_problems.len();
    let mark = match count {
        0 => String::new(),
        1 => "! 1 problem ".to_owned(),
        _ => format!("! {count} problems "),
    };
    let marked = match model.tree.marks() {
        0 => String::new(),
        marks => format!("{marks} marked "),
    };
    let room = usize::from(area.width.saturating_sub(8)).saturating_sub(mark.len() + marked.len());
    let title = Line::from(vec![
        Span::raw(format!(" {} ", text::fit(name, room))),
        Span::styled(marked, paint.accent_bold()),
        Span::styled(mark, paint.error()),
    ]);
    canvas.frame.render_widget(pane_block(model, paint, Pane::Tree, title), area);
    let inner = inside(area);
    let tree = &model.tree;
    if tree.nodes().is_empty() {
        let new = match keymap::hint(model, Command::NewRequest, Context::Tree) {
            Some((key, _)) => format!("Press {key} for a new one,\nor paste"),
            None => "Paste".to_owned(),
        };
        let hint = format!("No requests yet.\n\n{new} a curl command.");
        canvas.frame.render_widget(Paragraph::new(hint).style(paint.dim()), inner);
        return;
    }
    let room = usize::from(inner.height);
    let scrolled = Scrolled { first: tree.scroll, room, total: tree.shown().len() };
    scroll::draw(canvas, area, inner, scrolled);
    for (line, node) in tree.shown().skip(tree.scroll).take(usize::from(inner.height)).enumerate() {
        let Ok(offset) = u16::try_from(line) else { break };
        let area = Rect { y: inner.y + offset, height: 1, ..inner };
        let under_cursor = tree.scroll + line == tree.cursor();
        let content = row(model, paint, node, usize::from(inner.width));
        canvas.frame.render_widget(content, area);
        // Over the row, since each of its pieces has a background, too.
        match (under_cursor, model.focus == Pane::Tree) {
            (true, true) => canvas.frame.buffer_mut().set_style(area, paint.selected()),
            (true, false) => canvas.frame.buffer_mut().set_style(area, paint.selected_elsewhere()),
            (false, _) => {}
        }
    }
}

fn row(model: &Model, paint: &Paint<'_>, node: &Node, columns: usize) -> Line<'static> {
    let marks = marks(model, paint, node);
    let taken = usize::from(node.depth) * 2 + marks.iter().map(Span::width).sum::<usize>();
    let mut spans = marks;
    spans.push(Span::raw("  ".repeat(usize::from(node.depth))));
    let file = node.path.rsplit('/').next().unwrap_or(&node.path);
    if node.folder {
        let arrow = if model.tree.is_folded(&node.path) { "▸ " } else { "▾ " };
        spans.push(Span::styled(arrow, paint.dim()));
        spans.push(Span::styled(text::fit(file, columns.saturating_sub(taken + 2)), paint.bold()));
        return Line::from(spans);
    }
    let open = model.open_requests.get(&node.path);
    let label = model.tree.label(&node.path);
    let name = model.request_name(&node.path);
    let method = match (open, label) {
        (Some(open), _) => open.request.method.as_str(),
        (None, Some(Label::Request { method, .. })) => method.as_str(),
        (None, Some(Label::Broken(_)) | None) => "",
    };
    let broken = matches!(label, Some(Label::Broken(_)));
    if broken {
        spans.push(Span::styled(format!("{:METHOD$}", "!"), paint.error()));
    } else {
        let method = text::fit(short_method(method), METHOD - 1);
        spans.push(Span::styled(format!("{method:METHOD$}"), paint.method(&method)));
    }
    let dirty = open.is_some_and(crate::tui::model::open_request::OpenRequest::is_dirty);
    let room = columns.saturating_sub(taken + METHOD + STATUS);
    let current = model.current.as_deref() == Some(node.path.as_str());
    let style = if broken {
        paint.error()
    } else if current {
        paint.bold()
    } else {
        paint.text()
    };
    let mark = if dirty { UNSAVED } else { 0 };
    let name = text::fit(&name, room.saturating_sub(mark));
    let padding = room.saturating_sub(text::text_width(&name) + mark);
    spans.push(Span::styled(name, style));
    if dirty {
        spans.push(Span::styled(" ●", paint.warning()));
    }
    spans.push(Span::raw(" ".repeat(padding)));
    spans.push(status(model, paint, &node.path));
    Line::from(spans)
}

/// The column of marks, which is there while something is marked.
fn marks(model: &Model, paint: &Paint<'_>, node: &Node) -> Vec<Span<'static>> {
    match (model.tree.marks(), model.tree.is_marked(&node.path)) {
        (0, _) => Vec::new(),
        (_, true) => vec![Span::styled("◆ ", paint.accent_bold())],
        (_, false) => vec![Span::raw("  ")],
    }
}

/// The last status, or a mark for a send that is under way.
fn status(model: &Model, paint: &Paint<'_>, path: &str) -> Span<'static> {
    if model.exchanges.get(path).is_some_and(|exchange| exchange.record.is_under_way()) {
        return Span::styled("   …  ", paint.accent());
    }
    match model.tree.last_send(path) {
        Some(LastSend::Status(status)) => {
            let mark = if status < 400 { '✓' } else { '✗' };
            Span::styled(format!(" {mark}{status:>3} "), paint.status(status))
        }
        Some(LastSend::Failed) => Span::styled(" ✗ -- ", paint.error()),
        None => Span::raw("      "),
    }
}

/// A method in at most four letters.
fn short_method(method: &str) -> &str {
    match method {
        "" => "GET",
        "DELETE" => "DEL",
        "PATCH" => "PTCH",
        "OPTIONS" => "OPT",
        other => other,
    }
}
