//! The request's tabs.

use std::collections::BTreeSet;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::config::command::{Command, Context};
use crate::core::request::AuthKind;
use crate::core::request::fields::{AuthField, BodyField, RequestField, SendField};
use crate::core::scope::Source;
use crate::core::template::{self, PartKind, Reference};
use crate::engine::Origin;
use crate::tui::hit_test::{self, LABEL, MARK};
use crate::tui::keymap;
use crate::tui::layout::inside;
use crate::tui::model::field::{self, EditorField, Tab};
use crate::tui::model::open_request::OpenRequest;
use crate::tui::model::problems;
use crate::tui::model::{Model, Pane};
use crate::tui::view::Canvas;
use crate::tui::view::editor::{draw_editing, value_spans};
use crate::tui::view::rows;
use crate::tui::view::scroll::{self, Scrolled};
use crate::tui::view::style::Paint;
use crate::tui::view::{invalid_file, pane_block, tab_titles, wrong};
use crate::tui::{tab_bar, text};

/// Draws the tabs and the content of the current one.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let (model, paint) = (canvas.model, canvas.paint);
    let focused = model.focus == Pane::Request;
    let Some(open) = model.shown() else {
        let block = pane_block(model, paint, Pane::Request, Line::from(" Request "));
        let lines = invalid_file(model, paint, usize::from(inside(area).width));
        canvas.frame.render_widget(Paragraph::new(lines).block(block), area);
        return;
    };
    let titles = tab_titles(paint, &tab_bar::request(model, area.width), focused);
    let block = pane_block(model, paint, Pane::Request, titles);
    let below = if open.tab == Tab::Body {
        wrong(model, &[EditorField::BodyText], paint, area.width)
    } else {
        Line::default()
    };
    canvas.frame.render_widget(block.title_bottom(below), area);
    let inner = inside(area);
    match open.tab {
        Tab::Notes => draw_long(canvas, inner, EditorField::Notes, true),
        Tab::Params | Tab::Headers | Tab::Auth | Tab::Body | Tab::Expect | Tab::Settings => {
            draw_lines(canvas, open, area);
        }
    }
}

/// Draws one line per field, scrolled so that the cursor is visible.
fn draw_lines(canvas: &mut Canvas<'_, '_>, open: &OpenRequest, pane: Rect) {
    let (model, paint, area) = (canvas.model, canvas.paint, inside(pane));
    let fields = open.fields();
    let height = usize::from(area.height);
    let first = (open.line() + 1).saturating_sub(height);
    let text_fills_it = fields.contains(&EditorField::BodyText);
    if !text_fills_it {
        scroll::draw(canvas, pane, area, Scrolled { first, room: height, total: fields.len() });
    }
    for (line, &field) in fields.iter().enumerate().skip(first).take(height) {
        let Ok(offset) = u16::try_from(line - first) else { break };
        let row = Rect { y: area.y + offset, height: 1, ..area };
        if field == EditorField::BodyText {
            let rest = Rect { y: row.y, height: area.bottom().saturating_sub(row.y), ..area };
            draw_long(canvas, rest, field, line == open.line());
            break;
        }
        let selected = line == open.line();
        draw_line(canvas, open, row, field, selected);
    }
    let used = u16::try_from(fields.len()).unwrap_or(u16::MAX).saturating_add(1);
    let rest = Rect {
        y: area.y.saturating_add(used).min(area.bottom()),
        height: area.height.saturating_sub(used),
        ..area
    };
    if !text_fills_it {
        canvas.frame.render_widget(Paragraph::new(words_below(model, open, paint, rest.width)), rest);
    }
}

fn draw_line(
    canvas: &mut Canvas<'_, '_>,
    open: &OpenRequest,
    area: Rect,
    field: EditorField,
    selected: bool,
) {
    let (model, paint) = (canvas.model, canvas.paint);
    let here = selected && model.focus == Pane::Request;
    let mark = rows::mark(here, paint);
    match field {
        EditorField::Cell(table, index, _) => rows::draw_row(canvas, open, area, (table, index), here),
        EditorField::NewRow(table) => rows::draw_new_row(canvas, open, area, table, here),
        EditorField::Method
        | EditorField::Url
        | EditorField::Line(_)
        | EditorField::BodyText
        | EditorField::Notes => {
            let label_style = if here { paint.bold() } else { paint.dim() };
            let label = format!("{:width$}", field::label(field), width = usize::from(LABEL) - 2);
            canvas.frame.render_widget(Line::from(vec![mark, Span::styled(label, label_style)]), area);
            let value = hit_test::right_of(area, LABEL);
            if draw_editing(canvas, value, field) {
                return;
            }
            let spans = text::fit_spans(value_of(model, open, paint, field), usize::from(value.width));
            canvas.frame.render_widget(Line::from(spans), value);
        }
    }
}

/// The text after a label.
fn value_of(model: &Model, open: &OpenRequest, paint: &Paint<'_>, field: EditorField) -> Vec<Span<'static>> {
    let value = field::text(&open.request, field);
    let mut spans = match field.choice() {
        Some(choice) => choice_spans(open, paint, choice, &value),
        None if value.is_empty() => vec![Span::styled(hint(model, open, field), paint.dim())],
        None if field.is_secret() && !model.revealed && !template::is_reference(&value) => {
            let reveal = keymap::says(model, Command::Reveal, "reveals");
            vec![Span::raw("••••••••"), Span::styled(format!("  {reveal}"), paint.dim())]
        }
        None => value_spans(model, paint, &value, paint.text()),
    };
    if let Some(words) = this_run(open, field, &value) {
        spans.push(Span::styled(format!("  this run: {words}"), paint.accent()));
    }
    if let Some(meant) = meant(open, field).filter(|_| value.contains("{{")) {
        spans.push(Span::styled(format!("  = {}", text::fit(meant, 40)), paint.dim()));
    }
    if let Some(problem) = problems::at(&open.preview.problems, field) {
        spans.push(Span::styled(format!("  ✗ {}", text::safe(&problem.message)), paint.error()));
    } else if let Some(warning) = problems::at(&open.preview.warnings, field) {
        spans.push(Span::styled(format!("  ! {}", text::safe(&warning.message)), paint.warning()));
    }
    spans
}

/// What stands for a field's value in this run alone: whom the request is signed as, or the values of
/// variables in it.
fn this_run(open: &OpenRequest, field: EditorField, value: &str) -> Option<String> {
    if field == AuthField::Identity.into() {
        return open.sign_as.as_ref().map(|who| text::safe(&who.name()));
    }
    let names: BTreeSet<String> = template::parse(value)
        .into_iter()
        .filter_map(|part| match part.kind {
            PartKind::Reference(Reference::Variable(name)) => Some(name),
            PartKind::Reference(Reference::Secret(_) | Reference::Env(_))
            | PartKind::Literal(_)
            | PartKind::Broken(_) => None,
        })
        .filter(|name| matches!(open.scope.get(name), Some((_, Source::ThisRun))))
        .collect();
    let names: Vec<String> = names.iter().map(|name| text::safe(name)).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// What a region or service with a reference expands to.
fn meant(open: &OpenRequest, field: EditorField) -> Option<&str> {
    let found = match field {
        EditorField::Line(RequestField::Auth(AuthField::Region)) => &open.preview.region,
        EditorField::Line(RequestField::Auth(AuthField::Service)) => &open.preview.service,
        _ => return None,
    };
    let (value, origin) = found.as_ref()?;
    (*origin == Origin::Typed).then_some(value)
}

fn choice_spans(
    open: &OpenRequest,
    paint: &Paint<'_>,
    field: RequestField,
    value: &str,
) -> Vec<Span<'static>> {
    let unverified = field == SendField::Insecure.into() && open.request.send.insecure;
    let style = if unverified { paint.error() } else { paint.text() };
    vec![
        Span::styled("‹ ", paint.dim()),
        Span::styled(text::safe(value), style),
        Span::styled(" ›", paint.dim()),
    ]
}

/// What an empty field means, or an example of a value.
fn hint(model: &Model, open: &OpenRequest, field: EditorField) -> String {
    let EditorField::Line(field) = field else { return EMPTY.into() };
    match field {
        RequestField::Auth(AuthField::Region) => inferred(open.preview.region.as_ref()),
        RequestField::Auth(AuthField::Service) => inferred(open.preview.service.as_ref()),
        RequestField::Auth(AuthField::AccessKey) => "AKIA… or ASIA…".into(),
        RequestField::Auth(AuthField::SecretKey) => "goes to the private store, never into the file".into(),
        RequestField::Auth(AuthField::SessionToken) => "only for temporary keys (ASIA…)".into(),
        RequestField::Body(BodyField::File) => {
            format!("a path, relative to {}", text::fit_end(&model.workspace.root.to_string_lossy(), 40))
        }
        RequestField::Top(_)
        | RequestField::Body(_)
        | RequestField::Auth(_)
        | RequestField::Expect(_)
        | RequestField::Send(_) => match field.info().default {
            "" => EMPTY.into(),
            default => default.replace('`', ""),
        },
    }
}

/// Shown in an empty field.
const EMPTY: &str = "empty";

fn inferred(value: Option<&(String, Origin)>) -> String {
    match value {
        Some((value, Origin::Inferred(what))) => format!("{value}  (host: {what})"),
        Some((value, Origin::Typed)) => value.clone(),
        None => "not in the host: type one".to_owned(),
    }
}

/// The text below the fields: what is wrong with the current one, in full, and what the chosen
/// authentication means.
fn words_below(model: &Model, open: &OpenRequest, paint: &Paint<'_>, width: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let preview = &open.preview;
    if let Some(field) = open.field() {
        for (found, look) in [(&preview.problems, paint.error()), (&preview.warnings, paint.warning())] {
            let Some(problem) = problems::at(found, field) else { continue };
            let wrapped = text::wrap(&problem.in_one_line(), usize::from(width).saturating_sub(2));
            lines.extend(wrapped.into_iter().map(|line| Line::styled(format!("  {line}"), look)));
        }
    }
    lines.extend(rows::description_below(open, paint, width));
    if open.tab == Tab::Auth {
        lines.extend(auth_words(model, open, paint, width));
    }
    lines
}

/// What the chosen authentication means.
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
    let for_run = match &open.sign_as {
        Some(who) if open.request.auth.kind != AuthKind::AwsSigv4 => {
            format!(" Signed as {} for this run.", who.name())
        }
        Some(_) | None => String::new(),
    };
    text::wrap(format!("{words}{for_run}").trim_start(), usize::from(width).saturating_sub(2))
        .into_iter()
        .map(|line| Line::styled(format!("  {line}"), paint.dim()))
        .collect()
}

/// Draws a text with several lines, or its editor, next to the mark of the current line.
fn draw_long(canvas: &mut Canvas<'_, '_>, area: Rect, field: EditorField, selected: bool) {
    let (model, paint) = (canvas.model, canvas.paint);
    let here = selected && model.focus == Pane::Request;
    canvas.frame.render_widget(rows::mark(here, paint), area);
    let area = hit_test::right_of(area, MARK);
    if draw_editing(canvas, area, field) {
        return;
    }
    let value = match model.shown() {
        Some(open) if field == EditorField::Notes => &open.request.notes,
        Some(open) => &open.request.body.text,
        None => return,
    };
    if value.is_empty() {
        let word = if field == EditorField::Notes { "notes" } else { "the body" };
        let words = match keymap::hint(model, Command::Edit, Context::Text) {
            Some((key, _)) if selected => format!("{key} writes {word}"),
            // Here the key does what the selected line says.
            Some(_) | None => format!("no text in {word} yet"),
        };
        canvas.frame.render_widget(Line::styled(words, paint.dim()), area);
        return;
    }
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let is_literal = model.shown().is_some_and(|open| open.request.body.literal);
    let lines: Vec<Line<'_>> = if field == EditorField::Notes {
        let lines = text::wrap(value, width.saturating_sub(1));
        mark_rest(canvas, area, lines.len());
        lines.into_iter().take(height).map(Line::from).collect()
    } else {
        mark_rest(canvas, area, value.lines().count());
        value
            .lines()
            .take(height)
            .map(|line| {
                let line: String = line.chars().take(width).collect();
                let line = line.replace('\t', "  ");
                if is_literal {
                    return Line::styled(text::safe(&line), paint.text());
                }
                Line::from(value_spans(model, paint, &line, paint.text()))
            })
            .collect()
    };
    canvas.frame.render_widget(Paragraph::new(lines), area);
}

/// Says how many lines of a text follow below those that fit.
fn mark_rest(canvas: &mut Canvas<'_, '_>, area: Rect, total: usize) {
    if let Some(pane) = canvas.areas.request {
        scroll::draw(canvas, pane, area, Scrolled { first: 0, room: usize::from(area.height), total });
    }
}
