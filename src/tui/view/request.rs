//! The request's tabs.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::config::command::{Command, Context};
use crate::core::request::AuthKind;
use crate::engine::Origin;
use crate::tui::keymap;
use crate::tui::layout::inside;
use crate::tui::model::buffer::Buffer;
use crate::tui::model::field::{self, Choice, Column, Slot, Tab, Table, Text};
use crate::tui::model::{Model, Pane};
use crate::tui::places::{self, LABEL, MARK};
use crate::tui::update::problems;
use crate::tui::view::editor::{draw_editing, is_reference, value_spans};
use crate::tui::view::style::Paint;
use crate::tui::view::{pane_block, tab_titles, text, wrong};

/// Draws the tabs and what the shown one holds.
pub(super) fn draw(model: &Model, paint: &Paint<'_>, frame: &mut Frame<'_>, area: Rect) {
    let focused = model.focus == Pane::Request;
    let Some(buffer) = model.buffer() else {
        frame.render_widget(pane_block(model, paint, Pane::Request, Line::from(" Request ")), area);
        return;
    };
    let titles = Tab::ALL.iter().map(|tab| (places::tab_title(model, *tab), *tab == buffer.tab));
    let block = pane_block(model, paint, Pane::Request, tab_titles(paint, titles, focused));
    let below = if buffer.tab == Tab::Body {
        wrong(model, &[Slot::BodyText], paint, area.width)
    } else {
        Line::default()
    };
    frame.render_widget(block.title_bottom(below), area);
    let inner = inside(area);
    match buffer.tab {
        Tab::Notes => draw_long(model, paint, frame, inner, Slot::Notes, true),
        Tab::Params | Tab::Headers | Tab::Auth | Tab::Body | Tab::Expect => {
            draw_lines(model, buffer, paint, frame, inner);
        }
    }
}

/// Draws one line a field, scrolled so that the cursor is in view.
fn draw_lines(model: &Model, buffer: &Buffer, paint: &Paint<'_>, frame: &mut Frame<'_>, area: Rect) {
    let slots = buffer.slots();
    let height = usize::from(area.height);
    let first = (buffer.line() + 1).saturating_sub(height);
    for (line, &slot) in slots.iter().enumerate().skip(first).take(height) {
        let Ok(offset) = u16::try_from(line - first) else { break };
        let row = Rect { y: area.y + offset, height: 1, ..area };
        if slot == Slot::BodyText {
            let rest = Rect { y: row.y, height: area.bottom().saturating_sub(row.y), ..area };
            draw_long(model, paint, frame, rest, slot, line == buffer.line());
            break;
        }
        let selected = line == buffer.line();
        draw_line(model, buffer, paint, frame, row, slot, selected);
    }
    let used = u16::try_from(slots.len()).unwrap_or(u16::MAX).saturating_add(1);
    let rest = Rect {
        y: area.y.saturating_add(used).min(area.bottom()),
        height: area.height.saturating_sub(used),
        ..area
    };
    let text_fills_it = slots.contains(&Slot::BodyText);
    if !text_fills_it {
        frame.render_widget(Paragraph::new(words_below(model, buffer, paint, rest.width)), rest);
    }
}

fn draw_line(
    model: &Model,
    buffer: &Buffer,
    paint: &Paint<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
    slot: Slot,
    selected: bool,
) {
    let here = selected && model.focus == Pane::Request;
    let mark = mark(here, paint);
    match slot {
        Slot::Cell(table, index, _) => draw_row(model, buffer, paint, frame, area, (table, index), here),
        Slot::NewRow(table) => {
            let word = match table {
                Table::Params => "+ add a query parameter",
                Table::Headers => "+ add a header",
                Table::Form => "+ add a form field",
                Table::Parts => "+ add a part (a value that begins with @ is a file)",
            };
            let style = if here { paint.accent() } else { paint.dim() };
            frame.render_widget(Line::from(vec![mark, Span::styled(word, style)]), area);
            if table == Table::Headers {
                draw_defaults(buffer, paint, frame, area);
            }
        }
        Slot::Method | Slot::Url | Slot::Text(_) | Slot::Choice(_) | Slot::BodyText | Slot::Notes => {
            let label_style = if here { paint.bold() } else { paint.dim() };
            let label = format!("{:width$}", field::label(slot), width = usize::from(LABEL) - 2);
            frame.render_widget(Line::from(vec![mark, Span::styled(label, label_style)]), area);
            let value = places::right_of(area, LABEL);
            if draw_editing(model, paint, frame, value, slot) {
                return;
            }
            frame.render_widget(Line::from(value_of(model, buffer, paint, slot)), value);
        }
    }
}

/// The headers that will be added, dim, behind the line that adds one.
fn draw_defaults(buffer: &Buffer, paint: &Paint<'_>, frame: &mut Frame<'_>, area: Rect) {
    let shown: Vec<&str> = ["accept", "accept-encoding", "user-agent"]
        .into_iter()
        .filter(|name| !buffer.request.send.without.iter().any(|w| w == name))
        .filter(|name| {
            !buffer.request.headers.iter().any(|row| !row.off && row.name.eq_ignore_ascii_case(name))
        })
        .collect();
    if !shown.is_empty() {
        let words = format!("added: {}", shown.join(", "));
        frame.render_widget(Line::styled(words, paint.dim()), places::right_of(area, 26));
    }
}

/// A row of a table: whether it takes part, its name, its value.
fn draw_row(
    model: &Model,
    buffer: &Buffer,
    paint: &Paint<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
    (table, index): (Table, usize),
    here: bool,
) {
    let off = field::is_off(&buffer.request, table, index);
    let mark = mark(here, paint);
    let check = if off { Span::styled("☐ ", paint.dim()) } else { Span::styled("☑ ", paint.accent()) };
    frame.render_widget(Line::from(vec![mark, check]), area);
    for column in [Column::Name, Column::Value] {
        let cell = places::cell(area, column);
        let slot = Slot::Cell(table, index, column);
        if draw_editing(model, paint, frame, cell, slot) {
            continue;
        }
        let value = field::text(&buffer.request, slot);
        let style = if off { paint.dim() } else { paint.text() };
        let mut spans = value_spans(model, paint, &value, style);
        if value.is_empty() {
            let word = if column == Column::Name { "name" } else { "value" };
            spans = vec![Span::styled(word, paint.dim())];
        }
        if problems::at(&buffer.preview.problems, slot).is_some() {
            spans.push(Span::styled(" ✗", paint.error()));
        }
        let chosen = here && buffer.column == column;
        let line = Line::from(text::slice(spans, 0, usize::from(cell.width)));
        frame.render_widget(
            Paragraph::new(line).style(if chosen { paint.selection() } else { Style::default() }),
            cell,
        );
    }
}

/// What stands behind a label.
fn value_of(model: &Model, buffer: &Buffer, paint: &Paint<'_>, slot: Slot) -> Vec<Span<'static>> {
    let value = field::text(&buffer.request, slot);
    let mut spans = match slot {
        Slot::Choice(choice) => choice_spans(buffer, paint, choice, &value),
        _ if value.is_empty() => vec![Span::styled(hint(model, buffer, slot), paint.dim())],
        _ if slot.is_secret() && !model.revealed && !is_reference(&value) => {
            let reveal = keymap::says(model, Command::Reveal, "reveals");
            vec![Span::raw("••••••••"), Span::styled(format!("  {reveal}"), paint.dim())]
        }
        _ => value_spans(model, paint, &value, paint.text()),
    };
    if let Some(meant) = meant(buffer, slot).filter(|_| value.contains("{{")) {
        spans.push(Span::styled(format!("  = {}", text::fit(meant, 40)), paint.dim()));
    }
    if let Some(problem) = problems::at(&buffer.preview.problems, slot) {
        spans.push(Span::styled(format!("  ✗ {}", text::safe(&problem.message)), paint.error()));
    } else if let Some(warning) = problems::at(&buffer.preview.warnings, slot) {
        spans.push(Span::styled(format!("  ! {}", text::safe(&warning.message)), paint.warning()));
    }
    spans
}

/// What a region or service that is typed with a reference comes to.
fn meant(buffer: &Buffer, slot: Slot) -> Option<&str> {
    let found = match slot {
        Slot::Text(Text::Region) => &buffer.preview.region,
        Slot::Text(Text::Service) => &buffer.preview.service,
        _ => return None,
    };
    let (value, origin) = found.as_ref()?;
    (*origin == Origin::Typed).then_some(value)
}

fn choice_spans(buffer: &Buffer, paint: &Paint<'_>, choice: Choice, value: &str) -> Vec<Span<'static>> {
    let style = match choice {
        Choice::Verify if buffer.request.send.insecure => paint.error(),
        _ => paint.text(),
    };
    vec![
        Span::styled("‹ ", paint.dim()),
        Span::styled(text::safe(value), style),
        Span::styled(" ›", paint.dim()),
    ]
}

/// What an empty field means.
fn hint(model: &Model, buffer: &Buffer, slot: Slot) -> String {
    match slot {
        Slot::Text(Text::Region) => inferred(buffer.preview.region.as_ref(), "not in the host: type one"),
        Slot::Text(Text::Service) => inferred(buffer.preview.service.as_ref(), "not in the host: type one"),
        Slot::Text(Text::AccessKey) => "AKIA… or ASIA…".into(),
        Slot::Text(Text::SecretKey) => "goes to the private store, never into the file".into(),
        Slot::Text(Text::SessionToken) => "only for temporary keys (ASIA…)".into(),
        Slot::Text(Text::Expires) => "900".into(),
        Slot::Text(Text::Status) => "any".into(),
        Slot::Text(Text::Timeout) => "as configured".into(),
        Slot::Text(Text::KeyName) => "x-api-key".into(),
        Slot::Text(Text::BodyFile) => {
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
fn words_below(model: &Model, buffer: &Buffer, paint: &Paint<'_>, width: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let preview = &buffer.preview;
    if let Some(slot) = buffer.slot() {
        for (found, look) in [(&preview.problems, paint.error()), (&preview.warnings, paint.warning())] {
            let Some(problem) = problems::at(found, slot) else { continue };
            let words = format!("{} {}", problem.message, problem.cure);
            let wrapped = text::wrap(words.trim(), usize::from(width).saturating_sub(2));
            lines.extend(wrapped.into_iter().map(|line| Line::styled(format!("  {line}"), look)));
        }
    }
    if buffer.tab == Tab::Auth {
        lines.extend(auth_words(model, buffer, paint, width));
    }
    lines
}

/// What the chosen authentication means, in words below the fields.
fn auth_words(model: &Model, buffer: &Buffer, paint: &Paint<'_>, width: u16) -> Vec<Line<'static>> {
    let words = match buffer.request.auth.kind {
        AuthKind::Inherit => {
            let (auth, source) = &buffer.inherited;
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
    slot: Slot,
    selected: bool,
) {
    let here = selected && model.focus == Pane::Request;
    frame.render_widget(mark(here, paint), area);
    let area = places::right_of(area, MARK);
    if draw_editing(model, paint, frame, area, slot) {
        return;
    }
    let value = match model.buffer() {
        Some(buffer) if slot == Slot::Notes => &buffer.request.notes,
        Some(buffer) => &buffer.request.body.text,
        None => return,
    };
    if value.is_empty() {
        let word = if slot == Slot::Notes { "notes" } else { "the body" };
        let words = match keymap::hint(model, Command::Edit, Context::Text) {
            Some((key, _)) => format!("{key} writes {word}"),
            None => format!("no {word}"),
        };
        frame.render_widget(Line::styled(words, paint.dim()), area);
        return;
    }
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let lines: Vec<Line<'_>> = if slot == Slot::Notes {
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
