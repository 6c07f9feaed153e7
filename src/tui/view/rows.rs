//! Rows of the request's tabs: query, headers, form fields and parts.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::core::path_variables;
use crate::tui::hit_test;
use crate::tui::model::field::{self, Column, EditorField, Table};
use crate::tui::model::open_request::OpenRequest;
use crate::tui::model::problems;
use crate::tui::text;
use crate::tui::view::Canvas;
use crate::tui::view::editor::{draw_editing, value_spans};
use crate::tui::view::style::Paint;

/// Draws the line that adds a row.
pub(super) fn draw_new_row(
    canvas: &mut Canvas<'_, '_>,
    open: &OpenRequest,
    area: Rect,
    table: Table,
    here: bool,
) {
    let paint = canvas.paint;
    let word = match table {
        Table::Path => return draw_path_title(canvas, open, area, here),
        Table::Params => "+ add a query parameter",
        Table::Headers => "+ add a header",
        Table::Form => "+ add a form field",
        Table::Parts => "+ add a part (a value that begins with @ is a file)",
    };
    let style = if here { paint.accent() } else { paint.dim() };
    canvas.frame.render_widget(Line::from(vec![mark(here, paint), Span::styled(word, style)]), area);
    if table == Table::Headers {
        draw_defaults(canvas, open, area);
    }
}

/// Draws the title of the path variables, with the names in the URL that have no row yet.
fn draw_path_title(canvas: &mut Canvas<'_, '_>, open: &OpenRequest, area: Rect, here: bool) {
    let paint = canvas.paint;
    let style = if here { paint.accent() } else { paint.dim() };
    let names: Vec<String> =
        path_variables::undeclared(&open.request).into_iter().map(|name| format!(":{name}")).collect();
    let words = if names.is_empty() {
        "Path variables".to_owned()
    } else {
        format!("Path variables   + give {} a value, else sent as it is", text::safe(&names.join(" ")))
    };
    canvas.frame.render_widget(Line::from(vec![mark(here, paint), Span::styled(words, style)]), area);
}

/// The headers that will be added, dim, after the line that adds a row.
fn draw_defaults(canvas: &mut Canvas<'_, '_>, open: &OpenRequest, area: Rect) {
    let paint = canvas.paint;
    let shown: Vec<&str> = ["accept", "accept-encoding", "user-agent"]
        .into_iter()
        .filter(|name| !open.request.send.without.iter().any(|w| w == name))
        .filter(|name| {
            !open.request.headers.iter().any(|row| !row.off && row.name.eq_ignore_ascii_case(name))
        })
        .collect();
    if !shown.is_empty() {
        let area = hit_test::right_of(area, 26);
        let words = text::fit(&format!("added: {}", shown.join(", ")), usize::from(area.width));
        canvas.frame.render_widget(Line::styled(words, paint.dim()), area);
    }
}

/// A row of a table: whether it is enabled, its name, its value.
pub(super) fn draw_row(
    canvas: &mut Canvas<'_, '_>,
    open: &OpenRequest,
    area: Rect,
    (table, index): (Table, usize),
    here: bool,
) {
    let (model, paint) = (canvas.model, canvas.paint);
    let off = field::is_off(&open.request, table, index);
    let mark = mark(here, paint);
    let check = if off { Span::styled("☐ ", paint.dim()) } else { Span::styled("☑ ", paint.accent()) };
    canvas.frame.render_widget(Line::from(vec![mark, check]), area);
    let descriptions = open.shows_descriptions(table);
    let columns: &[Column] = match open.column {
        _ if descriptions && hit_test::is_wide(area) => &[Column::Name, Column::Value, Column::Description],
        Column::Description if here => &[Column::Name, Column::Description],
        Column::Name | Column::Value | Column::Description => &[Column::Name, Column::Value],
    };
    for &column in columns {
        let cell = hit_test::cell(area, column, descriptions);
        let field = EditorField::Cell(table, index, column);
        if draw_editing(canvas, cell, field) {
            continue;
        }
        let value = field::text(&open.request, field);
        let style = if off { paint.dim() } else { paint.text() };
        let mut spans = match column {
            Column::Name | Column::Value => value_spans(model, paint, &value, style),
            Column::Description => vec![Span::styled(text::safe(&value), paint.dim())],
        };
        if table == Table::Path && column == Column::Name {
            spans.insert(0, Span::styled(":", paint.dim()));
        }
        if value.is_empty() {
            spans = vec![Span::styled(placeholder(column, here), paint.dim())];
        }
        if problems::at(&open.preview.problems, field).is_some() {
            spans.push(Span::styled(" ✗", paint.error()));
        }
        let chosen = here && open.column == column;
        let line = Line::from(text::slice(spans, 0, usize::from(cell.width)));
        canvas.frame.render_widget(line, cell);
        if chosen {
            canvas.frame.buffer_mut().set_style(cell, paint.selected());
        }
    }
}

/// Shown in an empty cell. Only the current row names a missing description.
fn placeholder(column: Column, here: bool) -> &'static str {
    match column {
        Column::Name => "name",
        Column::Value => "value",
        Column::Description if here => "description",
        Column::Description => "",
    }
}

/// The description of the current row, where its line has no room for all of it.
pub(super) fn description_below(open: &OpenRequest, paint: &Paint<'_>, width: u16) -> Vec<Line<'static>> {
    let Some(EditorField::Cell(table, index, column)) = open.field() else { return Vec::new() };
    let text = field::text(&open.request, EditorField::Cell(table, index, Column::Description));
    let row = Rect { width, height: 1, ..Rect::default() };
    let room = match column {
        Column::Name | Column::Value if !hit_test::is_wide(row) => 0,
        Column::Name | Column::Value | Column::Description => {
            usize::from(hit_test::cell(row, Column::Description, true).width)
        }
    };
    if text::text_width(&text) <= room {
        return Vec::new();
    }
    let wrapped = text::wrap(&text, usize::from(width).saturating_sub(2)).into_iter();
    wrapped.map(|line| Line::styled(format!("  {line}"), paint.dim())).collect()
}

/// Shown before the current line.
pub(super) fn mark(here: bool, paint: &Paint<'_>) -> Span<'static> {
    if here { Span::styled("› ", paint.accent_bold()) } else { Span::raw("  ") }
}
