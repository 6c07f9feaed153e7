//! The workspace editor: variables and environments as rows, and what is to say about the one with
//! the cursor.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::core::identity_fields::{IdentityEditor, IdentityField};
use crate::core::scope::Source;
use crate::core::secret_names;
use crate::core::template::{self, Reference};
use crate::core::workspace::Declared;
use crate::tui::hit_test::{self, ENVIRONMENT, MARK};
use crate::tui::layout::inside;
use crate::tui::model::field::Column;
use crate::tui::model::workspace_editor::{WorkspaceRow, WorkspaceTab};
use crate::tui::model::{EditTarget, Model, Pane};
use crate::tui::tab_bar;
use crate::tui::text;
use crate::tui::view::Canvas;
use crate::tui::view::editor::{self, reference_spans};
use crate::tui::view::scroll::{self, Scrolled};
use crate::tui::view::style::Paint;
use crate::tui::view::{pane_block, rows, tab_titles};

mod words;

/// Draws the tabs, the rows of the current one, and the words about the row with the cursor.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, pane: Rect) {
    let (model, paint) = (canvas.model, canvas.paint);
    let focused = model.focus == Pane::Workspace;
    let titles = tab_titles(paint, &tab_bar::workspace(model, pane.width), focused);
    let block = pane_block(model, paint, Pane::Workspace, titles);
    canvas.frame.render_widget(block, pane);
    let rows = model.workspace_rows();
    let list = hit_test::workspace_list(pane);
    let first = hit_test::workspace_first(model, list);
    let room = usize::from(list.height);
    scroll::draw(canvas, pane, list, Scrolled { first, room, total: rows.len() });
    let names: Vec<&str> = rows.iter().filter_map(WorkspaceRow::name).collect();
    for (at, row) in rows.iter().enumerate().skip(first).take(room) {
        let Ok(offset) = u16::try_from(at - first) else { break };
        let area = Rect { y: list.y + offset, height: 1, ..list };
        let here = at == model.workspace_editor.line();
        draw_row(canvas, area, row, &names, here);
        draw_typed(canvas, area, row, &names);
    }
    let inner = inside(pane);
    let below = Rect { y: list.bottom(), height: inner.bottom().saturating_sub(list.bottom()), ..inner };
    let lines = words::of(model, paint, rows.get(model.workspace_editor.line()), usize::from(below.width));
    // A blank line parts the words from the rows where there is room.
    let blank = u16::from(below.height > 2);
    let below = Rect { y: below.y + blank, height: below.height - blank, ..below };
    canvas.frame.render_widget(Paragraph::new(lines), below);
}

/// Draws what is typed over the cell of a row, and what is wrong with it next to that.
fn draw_typed(canvas: &mut Canvas<'_, '_>, row_area: Rect, row: &WorkspaceRow, names: &[&str]) {
    let (model, paint) = (canvas.model, canvas.paint);
    let Some(editing) = &model.editing else { return };
    let EditTarget::Workspace(cell) = &editing.target else { return };
    if !row.holds(cell) {
        return;
    }
    let area = hit_test::workspace_cell(row_area, cell);
    if matches!(row, WorkspaceRow::NewVariable | WorkspaceRow::NewEnvironment | WorkspaceRow::NewIdentity) {
        canvas.frame.render_widget(Clear, hit_test::right_of(row_area, MARK));
    }
    let known = |name: &str| names.contains(&name) || is_declared(model, name);
    editor::draw_cell(canvas, area, editing, &|reference| model.knows_among(reference, &known));
    if let Some(error) = &editing.error {
        let typed = u16::try_from(text::text_width(&editing.editor.text())).unwrap_or(u16::MAX);
        let end = (area.x - row_area.x).saturating_add(typed.saturating_add(2).min(area.width + 1));
        let beside = match cell.column() {
            Column::Value if cell.tab() == WorkspaceTab::Variables => hit_test::workspace_cells(row_area).2,
            Column::Name | Column::Value | Column::Description => hit_test::right_of(row_area, end),
        };
        let words = text::fit(&format!("✗ {error}"), usize::from(beside.width));
        canvas.frame.render_widget(Clear, beside);
        canvas.frame.render_widget(Span::styled(words, paint.error()), beside);
    }
}

/// Whether the workspace or one of its environments declares a variable.
fn is_declared(model: &Model, name: &str) -> bool {
    let nearest = model.workspace.variables.contains_key(name);
    nearest || model.workspace.environments.iter().any(|found| found.variables.contains_key(name))
}

fn draw_row(canvas: &mut Canvas<'_, '_>, area: Rect, row: &WorkspaceRow, names: &[&str], here: bool) {
    let (model, paint) = (canvas.model, canvas.paint);
    let mark = rows::mark(here, paint);
    let line = match row {
        WorkspaceRow::Variable(declared) => {
            canvas.frame.render_widget(mark, area);
            draw_variable(canvas, area, declared, names, here);
            return;
        }
        WorkspaceRow::Place => vec![
            mark,
            Span::styled("Variables of  ", if here { paint.bold() } else { paint.dim() }),
            Span::styled("‹ ", paint.dim()),
            Span::styled(text::safe(&model.workspace_editor.place.to_string()), place_style(model, paint)),
            Span::styled(" ›", paint.dim()),
        ],
        WorkspaceRow::NewVariable => vec![mark, add("+ add a variable", here, paint)],
        WorkspaceRow::NewEnvironment => vec![mark, add("+ new environment…", here, paint)],
        WorkspaceRow::NewIdentity => vec![mark, add("+ new identity…", here, paint)],
        WorkspaceRow::Identity(name) => vec![
            mark,
            Span::styled(label("Identity"), if here { paint.bold() } else { paint.dim() }),
            Span::styled("‹ ", paint.dim()),
            Span::styled(text::safe(name), paint.bold()),
            Span::styled(" ›", paint.dim()),
        ],
        WorkspaceRow::Field { field, value, .. } => {
            let mut spans =
                vec![mark, Span::styled(label(field.label), if here { paint.bold() } else { paint.dim() })];
            spans.extend(field_value(model, paint, field, value.as_deref()));
            spans
        }
        WorkspaceRow::Environment { name, production, variables } => {
            let chosen = model.environment.as_deref() == Some(name);
            let count =
                if *variables == 1 { "1 variable".to_owned() } else { format!("{variables} variables") };
            let mut spans = vec![
                mark,
                Span::styled(
                    if chosen { "● " } else { "○ " },
                    if chosen { paint.accent() } else { paint.dim() },
                ),
                Span::styled(
                    format!("{:1$} ", text::fit(name, ENVIRONMENT.into()), usize::from(ENVIRONMENT)),
                    if here { paint.bold() } else { paint.text() },
                ),
                Span::styled(format!("{count:16}"), paint.dim()),
            ];
            if *production {
                spans.push(Span::styled(" PRODUCTION ", paint.production()));
            }
            spans
        }
    };
    canvas.frame.render_widget(Line::from(fitted(line, area.width)), area);
}

/// What fits of a line, with a mark where something is cut off.
fn fitted(spans: Vec<Span<'static>>, width: u16) -> Vec<Span<'static>> {
    let width = usize::from(width);
    let wanted: usize = spans.iter().map(|span| text::text_width(&span.content)).sum();
    if wanted <= width {
        return spans;
    }
    let mut cut = text::slice(spans, 0, width.saturating_sub(1));
    cut.push(Span::raw("…"));
    cut
}

fn label(word: &str) -> String {
    format!("{word:width$}", width = usize::from(hit_test::LABEL) - 2)
}

/// The text of an identity's field. A secret is masked unless the file only refers to it.
fn field_value(
    model: &Model,
    paint: &Paint<'_>,
    field: &IdentityField,
    value: Option<&str>,
) -> Vec<Span<'static>> {
    match (value, field.editor) {
        (None | Some(""), _) => vec![Span::styled(field.hint, paint.dim())],
        (Some(value), IdentityEditor::Secret) if !model.revealed && !template::is_reference(value) => {
            let clear = "  in the clear in the file: type it again to keep it in the private store";
            vec![Span::raw("••••••••"), Span::styled(clear, paint.warning())]
        }
        (Some(value), IdentityEditor::Words(_) | IdentityEditor::Source) => {
            vec![
                Span::styled("‹ ", paint.dim()),
                Span::raw(text::safe(value)),
                Span::styled(" ›", paint.dim()),
            ]
        }
        (Some(value), IdentityEditor::Text | IdentityEditor::Secret | IdentityEditor::Number) => {
            let known =
                |reference: &Reference| model.knows_among(reference, &|name| is_declared(model, name));
            reference_spans(paint, value, paint.text(), &known)
        }
    }
}

fn add(word: &'static str, here: bool, paint: &Paint<'_>) -> Span<'static> {
    Span::styled(word, if here { paint.accent() } else { paint.dim() })
}

fn place_style(model: &Model, paint: &Paint<'_>) -> Style {
    match &model.workspace_editor.place {
        Source::Environment(name)
            if model.workspace.environment(name).is_some_and(|found| found.production) =>
        {
            paint.production()
        }
        Source::Environment(_)
        | Source::Folder(_)
        | Source::Workspace
        | Source::ThisRun
        | Source::CommandLine => paint.bold(),
    }
}

/// The name, value and source of a variable; one that is declared further away is dim.
fn draw_variable(canvas: &mut Canvas<'_, '_>, area: Rect, declared: &Declared, names: &[&str], here: bool) {
    let (model, paint) = (canvas.model, canvas.paint);
    let own = declared.source == model.workspace_editor.place;
    let (name_cell, value_cell, source_cell) = hit_test::workspace_cells(area);
    let base = if own { paint.text() } else { paint.dim() };
    let name = text::fit(&declared.name, usize::from(name_cell.width));
    canvas.frame.render_widget(Span::styled(name, base), name_cell);
    let value = fitted(value(model, paint, declared, names, base), value_cell.width);
    canvas.frame.render_widget(Line::from(value), value_cell);
    let source = text::fit(&short_source(declared), usize::from(source_cell.width));
    canvas.frame.render_widget(Span::styled(source, paint.dim()), source_cell);
    if here && model.focus == Pane::Workspace {
        let cell = if model.workspace_editor.column == Column::Name { name_cell } else { value_cell };
        canvas.frame.buffer_mut().set_style(cell, paint.selected());
    }
}

/// A value with its references coloured. A secret is masked until secrets are shown.
fn value(
    model: &Model,
    paint: &Paint<'_>,
    declared: &Declared,
    names: &[&str],
    base: Style,
) -> Vec<Span<'static>> {
    let Some(value) = &declared.value else {
        return vec![Span::styled("✗ no value", paint.error())];
    };
    let masked =
        secret_names::may_be_secret(&declared.name) && !model.revealed && !template::is_reference(value);
    if masked && !value.is_empty() {
        return vec![Span::styled("••••••••", base)];
    }
    let known = |reference: &Reference| model.knows_among(reference, &|name| names.contains(&name));
    reference_spans(paint, value, base, &known)
}

/// Where a value comes from, in a few words.
fn short_source(declared: &Declared) -> String {
    let source = &declared.source;
    match (&declared.overridden_by, &declared.overrides) {
        (Some(nearer), _) => format!("{source}, overridden by {nearer}"),
        (None, Some((further, _))) => format!("{source}, overrides {further}"),
        (None, None) => source.to_string(),
    }
}
