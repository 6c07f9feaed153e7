//! The request's tabs.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::core::request::AuthKind;
use crate::core::template::{self, PartKind};
use crate::engine::Origin;
use crate::tui::editor::Editor;
use crate::tui::layout::inside;
use crate::tui::model::buffer::Buffer;
use crate::tui::model::field::{self, Choice, Column, Slot, Tab, Table, Text};
use crate::tui::model::{Model, Pane};
use crate::tui::places::{self, LABEL};
use crate::tui::update::problems;
use crate::tui::view::style::Paint;
use crate::tui::view::{pane_block, tab_titles, text};

/// Draws the tabs and what the shown one holds.
pub(super) fn draw(model: &Model, paint: &Paint<'_>, frame: &mut Frame<'_>, area: Rect) {
    let focused = model.focus == Pane::Request;
    let Some(buffer) = model.buffer() else {
        frame.render_widget(pane_block(model, paint, Pane::Request, Line::from(" Request ")), area);
        return;
    };
    let titles = Tab::ALL.iter().map(|tab| (places::tab_title(model, *tab), *tab == buffer.tab));
    let block = pane_block(model, paint, Pane::Request, tab_titles(paint, titles, focused));
    frame.render_widget(block, area);
    let inner = inside(area);
    match buffer.tab {
        Tab::Notes => draw_long(model, paint, frame, inner, Slot::Notes, &buffer.request.notes),
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
            draw_long(model, paint, frame, rest, slot, &buffer.request.body.text);
            break;
        }
        let selected = line == buffer.line();
        draw_line(model, buffer, paint, frame, row, slot, selected);
    }
    if buffer.tab == Tab::Auth {
        let used = u16::try_from(slots.len()).unwrap_or(u16::MAX).saturating_add(1);
        let rest = Rect {
            y: area.y.saturating_add(used).min(area.bottom()),
            height: area.height.saturating_sub(used),
            ..area
        };
        frame.render_widget(Paragraph::new(auth_words(model, buffer, paint, rest.width)), rest);
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
    let mark = if here { Span::styled("› ", paint.accent_bold()) } else { Span::raw("  ") };
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
    let mark = if here { Span::styled("› ", paint.accent_bold()) } else { Span::raw("  ") };
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
            vec![Span::raw("••••••••"), Span::styled("  * reveals", paint.dim())]
        }
        _ => value_spans(model, paint, &value, paint.text()),
    };
    if let Some(problem) = problems::at(&buffer.preview.problems, slot) {
        spans.push(Span::styled(format!("  ✗ {}", text::safe(&problem.message)), paint.error()));
    } else if let Some(warning) = problems::at(&buffer.preview.warnings, slot) {
        spans.push(Span::styled(format!("  ! {}", text::safe(&warning.message)), paint.warning()));
    }
    spans
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

/// A text of a secret field that may be seen: it names the secret and does not hold it.
fn is_reference(text: &str) -> bool {
    !text.is_empty() && template::parse(text).iter().all(|part| matches!(part.kind, PartKind::Reference(_)))
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

/// Draws a text of several lines, or its editor.
fn draw_long(model: &Model, paint: &Paint<'_>, frame: &mut Frame<'_>, area: Rect, slot: Slot, value: &str) {
    if draw_editing(model, paint, frame, area, slot) {
        return;
    }
    if value.is_empty() {
        let word =
            if slot == Slot::Notes { "Notes: press Enter to write" } else { "Press Enter to write the body" };
        frame.render_widget(Line::styled(format!("  {word}, E for your editor"), paint.dim()), area);
        return;
    }
    let lines: Vec<Line<'_>> = if slot == Slot::Notes {
        text::wrap(value, usize::from(area.width).saturating_sub(2))
            .into_iter()
            .take(usize::from(area.height))
            .map(|line| Line::from(format!(" {line}")))
            .collect()
    } else {
        value
            .lines()
            .take(usize::from(area.height))
            .map(|line| {
                let line: String = line.chars().take(usize::from(area.width)).collect();
                let mut spans = vec![Span::raw(" ")];
                spans.extend(value_spans(model, paint, &line.replace('\t', "  "), paint.text()));
                Line::from(spans)
            })
            .collect()
    };
    frame.render_widget(Paragraph::new(lines), area);
}

/// A text with its references coloured.
pub(super) fn value_spans(model: &Model, paint: &Paint<'_>, value: &str, base: Style) -> Vec<Span<'static>> {
    text::with_references(text::head(value), base, paint, &|reference| model.knows(reference))
}

/// Draws the editor when it is this field that is edited. Gives whether it is.
pub(super) fn draw_editing(
    model: &Model,
    paint: &Paint<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
    slot: Slot,
) -> bool {
    let Some(editing) = model.editing.as_ref().filter(|editing| editing.slot == slot) else { return false };
    let hide = slot.is_secret() && !model.revealed && !is_reference(&editing.editor.text());
    draw_editor(model, paint, frame, area, &editing.editor, editing.scroll, hide);
    true
}

/// Draws an editor's lines from `scroll`, and the terminal's cursor where the text's cursor is.
pub(super) fn draw_editor(
    model: &Model,
    paint: &Paint<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
    editor: &Editor,
    scroll: usize,
    hide: bool,
) {
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
        // Of a line that nobody reads as a whole, only what is near the window is looked at, so a
        // reference that begins far to the left of it is not coloured.
        let (skipped, before, bytes) = far_left(content, if hide { 0 } else { left.saturating_sub(NEAR) });
        let near = content.get(bytes..).unwrap_or_default();
        let near: String = near.chars().take(left - before + width + NEAR).collect();
        let spans = if hide {
            vec![Span::raw("•".repeat(near.chars().count()))]
        } else {
            value_spans(model, paint, &near, paint.text())
        };
        let spans = select(spans, editor, (row, skipped), paint);
        frame.render_widget(
            Paragraph::new(Line::from(text::slice(spans, left - before, width))).style(paint.editing()),
            place,
        );
    }
    let row = line.saturating_sub(scroll);
    if row < usize::from(area.height) {
        frame.set_cursor_position(Position::new(area.x + columns(at - left), area.y + columns(row)));
    }
}

/// Columns beside the window in which references are still recognised.
const NEAR: usize = 256;

/// How many characters of a line end within its first `columns`, and how many columns and bytes
/// they take.
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

/// Marks the selected part of a line, whose first characters may have been skipped.
fn select(
    spans: Vec<Span<'static>>,
    editor: &Editor,
    (row, skipped): (usize, usize),
    paint: &Paint<'_>,
) -> Vec<Span<'static>> {
    let Some(((first, from), (last, to))) = editor.selection() else { return spans };
    if row < first || row > last {
        return spans;
    }
    let from = if row == first { from } else { 0 };
    let to = if row == last { to } else { usize::MAX };
    let mut at = skipped;
    let mut out: Vec<Span<'static>> = Vec::new();
    for span in spans {
        for c in span.content.chars() {
            let style = if (from..to).contains(&at) { paint.selection() } else { span.style };
            match out.last_mut() {
                Some(previous) if previous.style == style => previous.content.to_mut().push(c),
                _ => out.push(Span::styled(c.to_string(), style)),
            }
            at += 1;
        }
    }
    out
}

fn columns(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}
