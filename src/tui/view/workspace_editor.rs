//! The workspace editor: variables and environments as rows, and what is to say about the one with
//! the cursor.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::config::command::{Command, Context};
use crate::core::identity_fields::{IdentityEditor, IdentityField};
use crate::core::names::IdentityName;
use crate::core::scope::Source;
use crate::core::secret_names;
use crate::core::template::{self, PartKind, Reference};
use crate::core::workspace::{Declared, Part, Workspace};
use crate::tui::hit_test::{self, MARK};
use crate::tui::keymap;
use crate::tui::layout::inside;
use crate::tui::model::field::Column;
use crate::tui::model::workspace_editor::WorkspaceRow;
use crate::tui::model::{Model, Pane};
use crate::tui::overlay_lines::with_article;
use crate::tui::tab_bar;
use crate::tui::text;
use crate::tui::view::Canvas;
use crate::tui::view::editor::is_reference;
use crate::tui::view::scroll::{self, Scrolled};
use crate::tui::view::style::Paint;
use crate::tui::view::{pane_block, rows, tab_titles};

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
    }
    let inner = inside(pane);
    let below = Rect { y: list.bottom(), height: inner.bottom().saturating_sub(list.bottom()), ..inner };
    let lines = words(model, paint, rows.get(model.workspace_editor.line()), usize::from(below.width));
    // A blank line parts the words from the rows where there is room.
    let blank = u16::from(below.height > 2);
    let below = Rect { y: below.y + blank, height: below.height - blank, ..below };
    canvas.frame.render_widget(Paragraph::new(lines), below);
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
                    format!("{:24} ", text::fit(name, 24)),
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
    canvas.frame.render_widget(Line::from(line), area);
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
        (Some(value), IdentityEditor::Secret) if !model.revealed && !is_reference(value) => {
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
            let known = |name: &str| {
                let nearest = model.workspace.variables.contains_key(name);
                nearest || model.workspace.environments.iter().any(|found| found.variables.contains_key(name))
            };
            references(model, paint, value, paint.text(), &known)
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
    let value = text::slice(value(model, paint, declared, names, base), 0, usize::from(value_cell.width));
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
    let masked = secret_names::may_be_secret(&declared.name) && !model.revealed && !is_reference(value);
    if masked && !value.is_empty() {
        return vec![Span::styled("••••••••", base)];
    }
    references(model, paint, value, base, &|name| names.contains(&name))
}

/// A text with its references coloured; `declared` says which variables there are.
fn references(
    model: &Model,
    paint: &Paint<'_>,
    value: &str,
    base: Style,
    declared: &dyn Fn(&str) -> bool,
) -> Vec<Span<'static>> {
    let value = text::head(value);
    let known = |reference: &Reference| match reference {
        Reference::Variable(name) => declared(name),
        Reference::Secret(name) => model.secrets.contains(name),
        Reference::Env(name) => model.env_names.contains(name),
    };
    template::parse(value)
        .into_iter()
        .map(|part| {
            let style = match &part.kind {
                PartKind::Literal(_) => base,
                PartKind::Reference(reference) if known(reference) => paint.reference(),
                PartKind::Reference(_) | PartKind::Broken(_) => paint.wrong(),
            };
            Span::styled(text::safe(&value[part.span]), style)
        })
        .collect()
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

/// What is to say about the row with the cursor: a file that can't be read comes first.
fn words(model: &Model, paint: &Paint<'_>, row: Option<&WorkspaceRow>, width: usize) -> Vec<Line<'static>> {
    let lines = |words: &str, look: Style| {
        let wrapped = text::wrap(words, width.saturating_sub(usize::from(MARK)));
        wrapped.into_iter().map(move |line| Line::styled(format!("  {line}"), look)).collect::<Vec<_>>()
    };
    if let Some(problem) = file_problem(model) {
        let open = keymap::hint(model, Command::ExternalEditor, Context::Workspace);
        let open = open.map(|(key, _)| format!(" {key} opens the file.")).unwrap_or_default();
        return lines(&format!("✗ {problem}{open}"), paint.error());
    }
    match row {
        Some(WorkspaceRow::Variable(Declared { problem: Some(problem), .. })) => {
            lines(&format!("✗ {} {}", problem.placed(), problem.hint), paint.error())
        }
        Some(WorkspaceRow::Variable(declared)) => lines(&about(model, declared), paint.dim()),
        Some(WorkspaceRow::Environment { name, production, .. }) => {
            let mark = if *production { "Sending in it asks first." } else { "Sending in it doesn't ask." };
            let pick = keymap::says(model, Command::EnvironmentPicker, "chooses an environment");
            let chosen = if model.environment.as_deref() == Some(name) { "Chosen. " } else { "" };
            lines(&format!("{chosen}{mark} {pick}."), paint.dim())
        }
        Some(WorkspaceRow::Place) => {
            let words = match Workspace::file_of(&model.workspace_editor.place) {
                Some(file) => format!("Saved in {}.", text::safe(&file)),
                None => "Values for this run come before every other, and are never saved.".to_owned(),
            };
            lines(&words, paint.dim())
        }
        Some(WorkspaceRow::Identity(name)) => {
            let detail = model.identity_detail(name);
            match identity_problem(model, name) {
                Some(problem) => lines(&problem, paint.error()),
                None => lines(
                    &format!("{detail}. Saved in signpost.toml, secrets in the private store."),
                    paint.dim(),
                ),
            }
        }
        Some(WorkspaceRow::Field { identity, field, .. }) => match identity_problem(model, identity) {
            Some(problem) => lines(&problem, paint.error()),
            None => lines(&format!("`{}`: {}", field.key, field.hint), paint.dim()),
        },
        Some(WorkspaceRow::NewVariable | WorkspaceRow::NewEnvironment | WorkspaceRow::NewIdentity) | None => {
            Vec::new()
        }
    }
}

/// What is wrong with an identity.
fn identity_problem(model: &Model, name: &IdentityName) -> Option<String> {
    let part = Part::Identity(name.clone());
    let found = model.workspace.problems.iter().find(|found| found.part == part)?;
    Some(format!("✗ {}. {}", found.problem.placed(), found.problem.hint))
}

/// The problem of the file in which the rows are declared, if it can't be read as a whole.
fn file_problem(model: &Model) -> Option<String> {
    let source = match &model.workspace_editor.place {
        place @ Source::Folder(_) => place.clone(),
        Source::Workspace | Source::Environment(_) | Source::CommandLine | Source::ThisRun => {
            Source::Workspace
        }
    };
    let of = |part: &Part| *part == Part::File(source.clone()) || *part == Part::File(Source::Workspace);
    let found = model.workspace.problems.iter().find(|found| of(&found.part))?;
    Some(format!("{}. {}", found.problem.placed(), found.problem.hint))
}

/// Where a variable's value comes from, what it replaces, and what replaces it.
fn about(model: &Model, declared: &Declared) -> String {
    let mut words = match Workspace::file_of(&declared.source) {
        Some(file) => format!("Declared in the {} ({}).", declared.source, text::safe(&file)),
        None => "For this run, not saved.".to_owned(),
    };
    if let Some((source, value)) = &declared.overrides {
        let masked = secret_names::may_be_secret(&declared.name) && !model.revealed && !is_reference(value);
        let value = if masked { "••••••••".to_owned() } else { text::fit(value, 60) };
        words.push_str(&format!(" Overrides the {source}'s: {value}."));
    }
    if let Some(nearer) = &declared.overridden_by {
        words.push_str(&format!(" Overridden by {}, which applies now.", with_article(nearer)));
    }
    if declared.source != model.workspace_editor.place {
        let edit = keymap::hint(model, Command::Edit, Context::Workspace).map(|(key, _)| key);
        let place = &model.workspace_editor.place;
        if let Some(key) = edit {
            let place = match place {
                Source::ThisRun => "for this run".to_owned(),
                place => format!("in the {place}"),
            };
            words.push_str(&format!(" {key} overrides it {place}."));
        }
    }
    words
}
