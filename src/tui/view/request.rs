//! The request's tabs.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::config::command::{Command, Context};
use crate::core::request::AuthKind;
use crate::engine::Origin;
use crate::tui::hit_test::{self, LABEL, MARK};
use crate::tui::keymap;
use crate::tui::layout::inside;
use crate::tui::model::field::{self, Choice, Column, EditorField, Tab, Table, Text};
use crate::tui::model::open_request::OpenRequest;
use crate::tui::model::{Model, Pane};
use crate::tui::update::problems;
use crate::tui::view::editor::{draw_editing, is_reference, value_spans};
use crate::tui::view::style::Paint;
use crate::tui::view::{pane_block, tab_titles, text, wrong};

/// Draws the tabs and what the shown one holds.
pub(super) fn draw(model: &Model, paint: &Paint<'_>, frame: &mut Frame<'_>, area: Rect) {
    let focused = model.focus == Pane::Request;
    let Some(open) = model.shown() else {
        frame.render_widget(pane_block(model, paint, Pane::Request, Line::from(" Request ")), area);
        return;
    };
    let titles = Tab::ALL.iter().map(|tab| (hit_test::tab_title(model, *tab), *tab == open.tab));
    let block = pane_block(model, paint, Pane::Request, tab_titles(paint, titles, focused));
    let below = if open.tab == Tab::Body {
        wrong(model, &[EditorField::BodyText], paint, area.width)
    } else {
        Line::default()
    };
    frame.render_widget(block.title_bottom(below), area);
    let inner = inside(area);
    match open.tab {
        Tab::Notes => draw_long(model, paint, frame, inner, EditorField::Notes, true),
        Tab::Params | Tab::Headers | Tab::Auth | Tab::Body | Tab::Expect => {
            draw_lines(model, open, paint, frame, inner);
        }
    }
}

/// Draws one line a field, scrolled so that the cursor is in view.
fn draw_lines(model: &Model, open: &OpenRequest, paint: &Paint<'_>, frame: &mut Frame<'_>, area: Rect) {
    let slots = open.slots();
    let height = usize::from(area.height);
    let first = (open.line() + 1).saturating_sub(height);
    for (line, &slot) in slots.iter().enumerate().skip(first).take(height) {
        let Ok(offset) = u16::try_from(line - first) else { break };
        let row = Rect { y: area.y + offset, height: 1, ..area };
        if slot == EditorField::BodyText {
            let rest = Rect { y: row.y, height: area.bottom().saturating_sub(row.y), ..area };
            draw_long(model, paint, frame, rest, slot, line == open.line());
            break;
        }
        let selected = line == open.line();
        draw_line(model, open, paint, frame, row, slot, selected);
    }
    let used = u16::try_from(slots.len()).unwrap_or(u16::MAX).saturating_add(1);
    let rest = Rect {
        y: area.y.saturating_add(used).min(area.bottom()),
        height: area.height.saturating_sub(used),
        ..area
    };
    let text_fills_it = slots.contains(&EditorField::BodyText);
    if !text_fills_it {
        frame.render_widget(Paragraph::new(words_below(model, open, paint, rest.width)), rest);
    }
}

fn draw_line(
    model: &Model,
    open: &OpenRequest,
    paint: &Paint<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
    slot: EditorField,
    selected: bool,
) {
    let here = selected && model.focus == Pane::Request;
    let mark = mark(here, paint);
    match slot {
        EditorField::Cell(table, index, _) => draw_row(model, open, paint, frame, area, (table, index), here),
        EditorField::NewRow(table) => {
            let word = match table {
                Table::Params => "+ add a query parameter",
                Table::Headers => "+ add a header",
                Table::Form => "+ add a form field",
                Table::Parts => "+ add a part (a value that begins with @ is a file)",
            };
            let style = if here { paint.accent() } else { paint.dim() };
            frame.render_widget(Line::from(vec![mark, Span::styled(word, style)]), area);
            if table == Table::Headers {
                draw_defaults(open, paint, frame, area);
            }
        }
        EditorField::Method
        | EditorField::Url
        | EditorField::Text(_)
        | EditorField::Choice(_)
        | EditorField::BodyText
        | EditorField::Notes => {
            let label_style = if here { paint.bold() } else { paint.dim() };
            let label = format!("{:width$}", field::label(slot), width = usize::from(LABEL) - 2);
            frame.render_widget(Line::from(vec![mark, Span::styled(label, label_style)]), area);
            let value = hit_test::right_of(area, LABEL);
            if draw_editing(model, paint, frame, value, slot) {
                return;
            }
            frame.render_widget(Line::from(value_of(model, open, paint, slot)), value);
        }
    }
}

/// The headers that will be added, dim, behind the line that adds one.
fn draw_defaults(open: &OpenRequest, paint: &Paint<'_>, frame: &mut Frame<'_>, area: Rect) {
    let shown: Vec<&str> = ["accept", "accept-encoding", "user-agent"]
        .into_iter()
        .filter(|name| !open.request.send.without.iter().any(|w| w == name))
        .filter(|name| {
            !open.request.headers.iter().any(|row| !row.off && row.name.eq_ignore_ascii_case(name))
        })
        .collect();
    if !shown.is_empty() {
        let words = format!("added: {}", shown.join(", "));
        frame.render_widget(Line::styled(words, paint.dim()), hit_test::right_of(area, 26));
    }
}

/// A row of a table: whether it takes part, its name, its value.
fn draw_row(
    model: &Model,
    open: &OpenRequest,
    paint: &Paint<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
    (table, index): (Table, usize),
    here: bool,
) {
    let off = field::is_off(&open.request, table, index);
    let mark = mark(here, paint);
    let check = if off { Span::styled("☐ ", paint.dim()) } else { Span::styled("☑ ", paint.accent()) };
    frame.render_widget(Line::from(vec![mark, check]), area);
    for column in [Column::Name, Column::Value] {
        let cell = hit_test::cell(area, column);
        let slot = EditorField::Cell(table, index, column);
        if draw_editing(model, paint, frame, cell, slot) {
            continue;
        }
        let value = field::text(&open.request, slot);
        let style = if off { paint.dim() } else { paint.text() };
        let mut spans = value_spans(model, paint, &value, style);
        if value.is_empty() {
            let word = if column == Column::Name { "name" } else { "value" };
            spans = vec![Span::styled(word, paint.dim())];
        }
        if problems::at(&open.preview.problems, slot).is_some() {
            spans.push(Span::styled(" ✗", paint.error()));
        }
        let chosen = here && open.column == column;
        let line = Line::from(text::slice(spans, 0, usize::from(cell.width)));
        frame.render_widget(
            Paragraph::new(line).style(if chosen { paint.selection() } else { Style::default() }),
            cell,
        );
    }
}

/// What stands behind a label.
fn value_of(model: &Model, open: &OpenRequest, paint: &Paint<'_>, slot: EditorField) -> Vec<Span<'static>> {
    let value = field::text(&open.request, slot);
    let mut spans = match slot {
        EditorField::Choice(choice) => choice_spans(open, paint, choice, &value),
        _ if value.is_empty() => vec![Span::styled(hint(model, open, slot), paint.dim())],
        _ if slot.is_secret() && !model.revealed && !is_reference(&value) => {
            let reveal = keymap::says(model, Command::Reveal, "reveals");
            vec![Span::raw("••••••••"), Span::styled(format!("  {reveal}"), paint.dim())]
        }
        _ => value_spans(model, paint, &value, paint.text()),
    };
    if let Some(meant) = meant(open, slot).filter(|_| value.contains("{{")) {
        spans.push(Span::styled(format!("  = {}", text::fit(meant, 40)), paint.dim()));
    }
    if let Some(problem) = problems::at(&open.preview.problems, slot) {
        spans.push(Span::styled(format!("  ✗ {}", text::safe(&problem.message)), paint.error()));
    } else if let Some(warning) = problems::at(&open.preview.warnings, slot) {
        spans.push(Span::styled(format!("  ! {}", text::safe(&warning.message)), paint.warning()));
    }
    spans
}

/// What a region or service that is typed with a reference comes to.
fn meant(open: &OpenRequest, slot: EditorField) -> Option<&str> {
    let found = match slot {
        EditorField::Text(Text::Region) => &open.preview.region,
        EditorField::Text(Text::Service) => &open.preview.service,
        _ => return None,
    };
    let (value, origin) = found.as_ref()?;
    (*origin == Origin::Typed).then_some(value)
}

fn choice_spans(open: &OpenRequest, paint: &Paint<'_>, choice: Choice, value: &str) -> Vec<Span<'static>> {
    let style = match choice {
        Choice::Verify if open.request.send.insecure => paint.error(),
        _ => paint.text(),
    };
    vec![
        Span::styled("‹ ", paint.dim()),
        Span::styled(text::safe(value), style),
        Span::styled(" ›", paint.dim()),
    ]
}

/// What an empty field means.
fn hint(model: &Model, open: &OpenRequest, slot: EditorField) -> String {
    match slot {
        EditorField::Text(Text::Region) => {
            inferred(open.preview.region.as_ref(), "not in the host: type one")
        }
        EditorField::Text(Text::Service) => {
            inferred(open.preview.service.as_ref(), "not in the host: type one")
        }
        EditorField::Text(Text::AccessKey) => "AKIA… or ASIA…".into(),
        EditorField::Text(Text::SecretKey) => "goes to the private store, never into the file".into(),
        EditorField::Text(Text::SessionToken) => "only for temporary keys (ASIA…)".into(),
        EditorField::Text(Text::Expires) => "900".into(),
        EditorField::Text(Text::Status) => "any".into(),
        EditorField::Text(Text::Timeout) => "as configured".into(),
        EditorField::Text(Text::KeyName) => "x-api-key".into(),
        EditorField::Text(Text::BodyFile) => {
            format!("a path, relative to {}", text::fit_end(&model.workspace.root.to_string_lossy(), 40))
        }
        _ => "empty".into(),
    }
}

fn inferred(value: Option<&(String, Origin)>, otherwise: &str) -> String {
    match value {
        Some((value, Origin::Inferred(what))) => format!("{value}  (host: {what})"),
        Some((value, Origin::Typed)) => value.clone(),
        None => otherwise.to_owned(),
    }
}

/// What stands below the fields: what is wrong with the one that has the keys, in full, and what
/// the chosen authentication means.
fn words_below(model: &Model, open: &OpenRequest, paint: &Paint<'_>, width: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let preview = &open.preview;
    if let Some(slot) = open.slot() {
        for (found, look) in [(&preview.problems, paint.error()), (&preview.warnings, paint.warning())] {
            let Some(problem) = problems::at(found, slot) else { continue };
            let words = format!("{} {}", problem.message, problem.hint);
            let wrapped = text::wrap(words.trim(), usize::from(width).saturating_sub(2));
            lines.extend(wrapped.into_iter().map(|line| Line::styled(format!("  {line}"), look)));
        }
    }
    if open.tab == Tab::Auth {
        lines.extend(auth_words(model, open, paint, width));
    }
    lines
}

/// What the chosen authentication means, in words below the fields.
fn auth_words(model: &Model, open: &OpenRequest, paint: &Paint<'_>, width: u16) -> Vec<Line<'static>> {
    let words = match open.request.auth.kind {
        AuthKind::Inherit => {
            let (auth, source) = &open.inherited;
            let from =
                if source.is_empty() { "nothing above declares one".to_owned() } else { source.clone() };
            let identity = &auth.sigv4.identity;
            let who = if identity.is_empty() { String::new() } else { format!(" as {identity}") };
            format!("Inherited: {}{who} ({from}).", auth.kind.as_str())
        }
        AuthKind::None => "Sent without authentication: an AWS_IAM endpoint will answer 403.".to_owned(),
        AuthKind::AwsSigv4 if model.workspace.identities.is_empty() => {
            "Identities are declared in signpost.toml; without one, type keys here.".to_owned()
        }
        AuthKind::AwsSigv4 | AuthKind::Bearer | AuthKind::Basic | AuthKind::ApiKey => String::new(),
    };
    text::wrap(&words, usize::from(width).saturating_sub(2))
        .into_iter()
        .map(|line| Line::styled(format!("  {line}"), paint.dim()))
        .collect()
}

/// Draws a text of several lines, or its editor, beside the mark of the line that has the keys.
fn draw_long(
    model: &Model,
    paint: &Paint<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
    slot: EditorField,
    selected: bool,
) {
    let here = selected && model.focus == Pane::Request;
    frame.render_widget(mark(here, paint), area);
    let area = hit_test::right_of(area, MARK);
    if draw_editing(model, paint, frame, area, slot) {
        return;
    }
    let value = match model.shown() {
        Some(open) if slot == EditorField::Notes => &open.request.notes,
        Some(open) => &open.request.body.text,
        None => return,
    };
    if value.is_empty() {
        let word = if slot == EditorField::Notes { "notes" } else { "the body" };
        let words = match keymap::hint(model, Command::Edit, Context::Text) {
            Some((key, _)) => format!("{key} writes {word}"),
            None => format!("no {word}"),
        };
        frame.render_widget(Line::styled(words, paint.dim()), area);
        return;
    }
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let lines: Vec<Line<'_>> = if slot == EditorField::Notes {
        text::wrap(value, width.saturating_sub(1)).into_iter().take(height).map(Line::from).collect()
    } else {
        value
            .lines()
            .take(height)
            .map(|line| {
                let line: String = line.chars().take(width).collect();
                Line::from(value_spans(model, paint, &line.replace('\t', "  "), paint.text()))
            })
            .collect()
    };
    frame.render_widget(Paragraph::new(lines), area);
}

/// What stands before the line that has the keys.
fn mark(here: bool, paint: &Paint<'_>) -> Span<'static> {
    if here { Span::styled("› ", paint.accent_bold()) } else { Span::raw("  ") }
}
