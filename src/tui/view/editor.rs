//! A text being typed, in whatever field, and texts with references.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::core::convert::brackets;
use crate::core::request::BodyKind;
use crate::core::template::{self, PartKind, Reference};
use crate::tui::editor::Editor;
use crate::tui::model::field::{self, EditorField};
use crate::tui::model::{Editing, Model};
use crate::tui::text;
use crate::tui::view::Canvas;
use crate::tui::view::style::Paint;

/// A text with its references coloured; unknown and broken ones stand out.
pub(super) fn value_spans(model: &Model, paint: &Paint<'_>, value: &str, base: Style) -> Vec<Span<'static>> {
    reference_spans(paint, value, base, &|reference| model.knows(reference))
}

/// The same, where `known` says which references have a value.
pub(super) fn reference_spans(
    paint: &Paint<'_>,
    value: &str,
    base: Style,
    known: &dyn Fn(&Reference) -> bool,
) -> Vec<Span<'static>> {
    let value = text::head(value);
    template::parse(value)
        .into_iter()
        .map(|part| {
            let style = match part.kind {
                PartKind::Literal(_) => base,
                PartKind::Reference(reference) if known(&reference) => paint.reference(),
                PartKind::Reference(_) | PartKind::Broken(_) => paint.wrong(),
            };
            Span::styled(text::safe(&value[part.span]), style)
        })
        .collect()
}

/// Draws the editor if this field is being edited. Returns whether it is.
pub(super) fn draw_editing(canvas: &mut Canvas<'_, '_>, area: Rect, field: EditorField) -> bool {
    let model = canvas.model;
    let Some(editing) = model.editing.as_ref().filter(|editing| editing.field() == Some(field)) else {
        return false;
    };
    let pair: Vec<(usize, usize)> = pair(model, editing).into_iter().flat_map(|(a, b)| [a, b]).collect();
    let is_plain = model.shown().is_some_and(|open| !field::has_references(&open.request, field));
    let known = |reference: &Reference| model.knows(reference);
    let shows = if editing.is_masked() && !model.revealed {
        Shows::Dots
    } else if is_plain {
        Shows::Text
    } else {
        Shows::References(&known)
    };
    draw_text(canvas, area, (&editing.editor, &pair), editing.scroll, shows);
    true
}

/// Draws what is typed into a cell of the workspace editor, where `known` says which references have a
/// value.
pub(super) fn draw_cell(
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
    editing: &Editing,
    known: &dyn Fn(&Reference) -> bool,
) {
    let is_hidden = editing.is_masked() && !canvas.model.revealed;
    let shows = if is_hidden { Shows::Dots } else { Shows::References(known) };
    canvas.frame.render_widget(Clear, area);
    draw_text(canvas, area, (&editing.editor, &[]), editing.scroll, shows);
}

/// How the text of an editor is drawn.
#[derive(Clone, Copy)]
enum Shows<'a> {
    /// Its references are coloured; the function says which have a value.
    References(&'a dyn Fn(&Reference) -> bool),
    /// As it is: nothing in it is a reference.
    Text,
    /// Masked.
    Dots,
}

/// Draws an editor's lines from `scroll`, and places the terminal's cursor.
pub(super) fn draw_editor(
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
    editor: &Editor,
    scroll: usize,
    hide: bool,
) {
    let model = canvas.model;
    let known = |reference: &Reference| model.knows(reference);
    let shows = if hide { Shows::Dots } else { Shows::References(&known) };
    draw_text(canvas, area, (editor, &[]), scroll, shows);
}

/// The same, with the brackets of a pair marked.
fn draw_text(
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
    (editor, brackets): (&Editor, &[(usize, usize)]),
    scroll: usize,
    shows: Shows<'_>,
) {
    let paint = canvas.paint;
    let hide = matches!(shows, Shows::Dots);
    if area.width == 0 || area.height == 0 {
        return;
    }
    let width = usize::from(area.width);
    let (line, column) = editor.cursor();
    let at = if hide { column } else { text::text_width(editor.before_cursor()) };
    let left = (at + 1).saturating_sub(width);
    for (row, content) in editor.lines().iter().enumerate().skip(scroll).take(usize::from(area.height)) {
        let Ok(offset) = u16::try_from(row - scroll) else { break };
        let place = Rect { y: area.y + offset, height: 1, ..area };
        // In a very long line, only the text near the window is looked at, so a reference that
        // begins far to its left isn't coloured.
        let (skipped, before, bytes) = far_left(content, if hide { 0 } else { left.saturating_sub(NEAR) });
        let near = content.get(bytes..).unwrap_or_default();
        let near: String = near.chars().take(left - before + width + NEAR).collect();
        let spans = match shows {
            Shows::Dots => vec![Span::raw("•".repeat(near.chars().count()))],
            Shows::Text => vec![Span::styled(text::safe(&near), paint.text())],
            Shows::References(known) => reference_spans(paint, &near, paint.text(), known),
        };
        let spans = mark(spans, editor, brackets, (row, skipped), paint);
        canvas.frame.render_widget(
            Paragraph::new(Line::from(text::slice(spans, left - before, width))).style(paint.editing()),
            place,
        );
    }
    let row = line.saturating_sub(scroll);
    if row < usize::from(area.height) {
        canvas.frame.set_cursor_position(Position::new(area.x + columns(at - left), area.y + columns(row)));
    }
}

/// Columns next to the window in which references are still recognized.
const NEAR: usize = 256;

/// How many characters of a line end within its first `columns`, and their width in columns and
/// bytes.
fn far_left(line: &str, columns: usize) -> (usize, usize, usize) {
    if line.is_ascii() {
        let taken = columns.min(line.len());
        return (taken, taken, taken);
    }
    let mut taken = (0, 0, 0);
    for c in line.chars() {
        let width = text::width(c);
        if taken.1 + width > columns {
            break;
        }
        taken = (taken.0 + 1, taken.1 + width, taken.2 + c.len_utf8());
    }
    taken
}

/// Marks what is selected on a line whose first characters may be hidden, and the brackets of a pair.
fn mark(
    spans: Vec<Span<'static>>,
    editor: &Editor,
    brackets: &[(usize, usize)],
    (row, skipped): (usize, usize),
    paint: &Paint<'_>,
) -> Vec<Span<'static>> {
    let selected = match editor.selection() {
        Some(((first, from), (last, to))) if (first..=last).contains(&row) => {
            (if row == first { from } else { 0 })..(if row == last { to } else { usize::MAX })
        }
        Some(_) | None => 0..0,
    };
    if selected.is_empty() && brackets.iter().all(|(line, _)| *line != row) {
        return spans;
    }
    let mut at = skipped;
    let mut out: Vec<Span<'static>> = Vec::new();
    for span in spans {
        for c in span.content.chars() {
            let style = match at {
                at if selected.contains(&at) => paint.selection(),
                at if brackets.contains(&(row, at)) => paint.bracket(),
                _ => span.style,
            };
            match out.last_mut() {
                Some(previous) if previous.style == style => previous.content.to_mut().push(c),
                _ => out.push(Span::styled(c.to_string(), style)),
            }
            at += 1;
        }
    }
    out
}

/// The pair of brackets at the cursor of a JSON body.
fn pair(model: &Model, editing: &Editing) -> Option<((usize, usize), (usize, usize))> {
    let is_json = model.shown()?.request.body.kind == BodyKind::Json;
    if !is_json || editing.field() != Some(EditorField::BodyText) {
        return None;
    }
    brackets::pair(editing.editor.lines(), editing.editor.cursor())
}

fn columns(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}
