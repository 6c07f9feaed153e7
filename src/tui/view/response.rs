//! The response's tabs.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::config::command::Command;
use crate::core::document::{Kind, Layout, Window};
use crate::core::exchange::{Outcome, Problem, Stage};
use crate::core::expect::{Assertion, Verdict};
use crate::core::record::State;
use crate::core::units;
use crate::tui::keymap;
use crate::tui::layout::inside;
use crate::tui::model::response::{Exchange, ResponseTab};
use crate::tui::model::{Model, Pane};
use crate::tui::response_pane::{WHY, header_lines, room, selected_lines, why};
use crate::tui::view::Canvas;
use crate::tui::view::scroll::{self, Scrolled};
use crate::tui::view::style::Paint;
use crate::tui::view::{invalid_file, pane_block, tab_titles};
use crate::tui::{details, tab_bar, text};

/// Draws the tabs and the content of the current one.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let (model, paint) = (canvas.model, canvas.paint);
    let focused = model.focus == Pane::Response;
    let Some(exchange) = model.exchange() else {
        canvas.frame.render_widget(pane_block(model, paint, Pane::Response, Line::from(" Response ")), area);
        let inner = inside(area);
        let lines = without_response(model, paint, usize::from(inner.width));
        canvas.frame.render_widget(Paragraph::new(lines), inner);
        return;
    };
    let titles = tab_titles(paint, &tab_bar::response(model, area.width), focused);
    canvas.frame.render_widget(pane_block(model, paint, Pane::Response, titles), area);
    let inner = inside(area);
    let head = Rect { height: inner.height.min(1), ..inner };
    canvas
        .frame
        .render_widget(Line::from(status_line(model, exchange, paint, usize::from(inner.width))), head);
    let taken = header_lines(model, usize::from(inner.width)).min(inner.height);
    let below = Rect { y: inner.y + head.height, height: taken.saturating_sub(1), ..inner };
    canvas
        .frame
        .render_widget(Paragraph::new(said_below(model, exchange, paint, usize::from(inner.width))), below);
    let rest = Rect { y: inner.y + taken, height: inner.height - taken, ..inner };
    let room = usize::from(rest.height);
    match model.response_tab {
        ResponseTab::Body => {
            draw_body(canvas, exchange, rest);
            let total = exchange.document.index.as_ref().map_or(0, |index| index.len());
            scroll::draw(canvas, area, rest, Scrolled { first: exchange.view.scroll, room, total });
        }
        ResponseTab::Headers | ResponseTab::Diagnosis | ResponseTab::Signature | ResponseTab::Timeline => {
            let lines = details::lines(model, exchange, usize::from(rest.width));
            let scrolled = Scrolled { first: model.response_scroll, room, total: lines.len() };
            scroll::draw(canvas, area, rest, scrolled);
            let shown = lines.into_iter().skip(model.response_scroll).take(usize::from(rest.height));
            canvas
                .frame
                .render_widget(Paragraph::new(shown.map(|line| paint.line(line)).collect::<Vec<_>>()), rest);
            draw_selected_lines(canvas, rest);
        }
    }
}

/// What stands in the place of a response: how to get one, or why the request can't be sent.
fn without_response(model: &Model, paint: &Paint<'_>, columns: usize) -> Vec<Line<'static>> {
    if model.invalid_request().is_some() {
        return invalid_file(model, paint, columns);
    }
    let words = match model.shown() {
        Some(_) => keymap::says(model, Command::Send, "sends the request"),
        None => keymap::says(model, Command::NewRequest, "makes a request to send"),
    };
    let words = format!("The response appears here: {words}.");
    text::wrap(&words, columns.saturating_sub(1))
        .into_iter()
        .map(|line| Line::styled(format!(" {line}"), paint.dim()))
        .collect()
}

/// Marks what is selected in the lines of a tab.
fn draw_selected_lines(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let Some(range) = selected_lines(canvas.model) else { return };
    let ((first, from), (last, to)) = (range.start, range.end);
    let look = canvas.paint.selection();
    for offset in 0..area.height {
        let row = canvas.model.response_scroll + usize::from(offset);
        if row < first || row > last {
            continue;
        }
        let column = |at: usize| u16::try_from(at).unwrap_or(u16::MAX).min(area.width);
        let from = if row == first { column(from) } else { 0 };
        let to = if row == last { column(to) } else { area.width };
        let part = Rect { x: area.x + from, y: area.y + offset, width: to.saturating_sub(from), height: 1 };
        canvas.frame.buffer_mut().set_style(part, look);
    }
}

/// Status, time and sizes; or what is being waited for.
fn status_line(model: &Model, exchange: &Exchange, paint: &Paint<'_>, columns: usize) -> Vec<Span<'static>> {
    let place = model.exchanges.place(&exchange.record.path).filter(|(number, all)| number < all);
    let place = place.map(|(number, all)| Span::styled(format!(" {number} of {all}"), paint.warning()));
    let mut spans: Vec<_> = place.into_iter().collect();
    match (&exchange.record.head, exchange.record.outcome()) {
        (Some(head), _) => {
            let mark = if head.status < 400 { '✓' } else { '✗' };
            let words = format!(" {mark} {} {} ", head.status, details::reason(head.status));
            spans.extend([Span::styled(words, paint.status_badge(head.status)), Span::raw(" ")]);
        }
        (None, Some(outcome)) => {
            spans.extend(outcome_spans(outcome, paint));
            return text::slice(spans, 0, columns);
        }
        (None, None) => {}
    }
    if let State::Waiting(stage) = &exchange.record.state {
        let cancel = keymap::says(model, Command::Cancel, "cancels");
        spans.push(Span::styled(
            format!(" … {}{}  {cancel}", stage_words(stage), seconds(model)),
            paint.accent(),
        ));
    }
    for verdict in exchange.record.end().map_or(&[][..], |end| &end.verdicts) {
        spans.push(verdict_span(verdict, paint));
    }
    if let Some(head) = &exchange.record.head {
        spans.push(Span::raw(numbers(exchange)));
        spans.push(Span::styled(format!("  {}", text::safe(&head.protocol)), paint.dim()));
    }
    if exchange.record.state == State::Streaming {
        let cancel = keymap::says(model, Command::Cancel, "cancels");
        spans.push(Span::styled(format!("  … receiving{}, {cancel}", seconds(model)), paint.accent()));
    }
    if model.shown().is_some_and(|open| open.request.send.insecure) {
        spans.push(Span::styled("  ! certificate not verified", paint.error()));
    }
    text::fit_spans(spans, columns)
}

fn numbers(exchange: &Exchange) -> String {
    match exchange.record.end() {
        Some(end) => {
            let wire = if end.wire_bytes == end.body_bytes {
                String::new()
            } else {
                format!(" ({} on the wire)", units::bytes(end.wire_bytes))
            };
            format!("{}  {}{wire}", units::duration(end.timing.total), units::bytes(end.body_bytes))
        }
        None => units::bytes(exchange.document.bytes.len() as u64),
    }
}

/// The actual status is directly before it, so only the expected one is shown.
fn verdict_span(verdict: &Verdict, paint: &Paint<'_>) -> Span<'static> {
    match (verdict.passed, &verdict.assertion) {
        (true, _) => Span::styled("✓ as expected  ", paint.success()),
        (false, Assertion::Status(status)) => Span::styled(format!("✗ expected {status}  "), paint.error()),
    }
}

/// How long the send has been under way, from one second on.
fn seconds(model: &Model) -> String {
    match model.elapsed().map_or(0, |elapsed| elapsed.as_secs()) {
        0 => String::new(),
        seconds @ 1..120 => format!(" {seconds} s"),
        seconds => format!(" {} min {} s", seconds / 60, seconds % 60),
    }
}

fn stage_words(stage: &Stage) -> String {
    match stage {
        Stage::Credential(identity) => format!("fetching credentials for {}", text::safe(identity)),
        Stage::Connecting => "connecting".to_owned(),
        Stage::Waiting => "waiting for the response".to_owned(),
        Stage::Redirect(target) => format!("redirected to {}", text::safe(target)),
    }
}

fn outcome_spans(outcome: &Outcome, paint: &Paint<'_>) -> Vec<Span<'static>> {
    match outcome {
        Outcome::Answered => Vec::new(),
        Outcome::Cut(why) => vec![Span::styled(format!(" ✗ cut short: {}", text::safe(why)), paint.error())],
        Outcome::BodyLimit(limit) => {
            vec![Span::styled(format!(" ✗ stopped at {}", units::size(*limit)), paint.warning())]
        }
        // Which one is said below, in full.
        Outcome::Network(_) => vec![Span::styled(" ✗ no response ", paint.status_badge(500))],
        Outcome::NotSent(_) => vec![Span::styled(" ✗ not sent ", paint.status_badge(500))],
        Outcome::RedirectRefused { next, signed: _ } => {
            let words = format!(" ! stopped at a redirect to {}", text::safe(next.wire.url.as_str()));
            vec![Span::styled(words, paint.warning())]
        }
        Outcome::Cancelled => vec![Span::styled(" ○ cancelled", paint.warning())],
    }
}

/// What the response means, or what is wrong with it; otherwise how the body is viewed.
fn said_below(model: &Model, exchange: &Exchange, paint: &Paint<'_>, columns: usize) -> Vec<Line<'static>> {
    let why = if model.response_tab == ResponseTab::Diagnosis { Vec::new() } else { why(exchange, columns) };
    if exchange.record.outcome() == Some(&Outcome::Answered) && !why.is_empty() {
        let word = |i| if i == 0 { " why " } else { "" };
        let line = |(i, words)| {
            let word = format!("{:WHY$}", word(i));
            Line::from(vec![Span::styled(word, paint.warning()), Span::raw(words)])
        };
        return why.into_iter().enumerate().map(line).collect();
    }
    let spans = match exchange.record.outcome() {
        Some(Outcome::Cut(why)) if exchange.record.head.is_some() => {
            vec![Span::styled(format!(" ✗ cut short: {}", text::safe(why)), paint.error())]
        }
        Some(Outcome::Cancelled) if exchange.record.head.is_some() => {
            vec![Span::styled(" ○ cancelled: this is what had come", paint.warning())]
        }
        _ if model.response_tab == ResponseTab::Body && !exchange.document.bytes.is_empty() => {
            body_words(model, exchange, paint)
        }
        _ => Vec::new(),
    };
    vec![Line::from(text::fit_spans(spans, columns))]
}

fn body_words(model: &Model, exchange: &Exchange, paint: &Paint<'_>) -> Vec<Span<'static>> {
    let kind = match exchange.document.kind {
        Kind::Json => "JSON",
        Kind::Xml => "XML",
        Kind::Html => "HTML",
        Kind::Text => "text",
        Kind::Binary => "binary",
    };
    let layout = match exchange.view.layout {
        Layout::Pretty => "pretty",
        Layout::Raw => "raw",
        Layout::Hex => "hex",
    };
    let mut words = format!(" {kind}, {layout}");
    words.push_str(&rows_words(model, exchange));
    if let Some(search) = &exchange.view.search {
        let found = search.matches.as_ref().map_or("…".to_owned(), |matches| {
            if matches.is_empty() {
                "none".into()
            } else {
                format!("{}/{}", search.current + 1, matches.total())
            }
        });
        words.push_str(&format!("   /{}: {found}", text::fit(&search.query, 24)));
    }
    let mut spans = vec![Span::styled(words, paint.dim())];
    // What has not been gone through to its end may still be valid.
    let index = exchange.document.index.as_ref().filter(|_| exchange.is_settled());
    if let Some(note) = index.and_then(|index| index.note()) {
        spans.push(Span::styled(format!("  ! {}", text::safe(note)), paint.warning()));
    }
    spans
}

/// Which rows are on the screen, or how far the search for them has come.
fn rows_words(model: &Model, exchange: &Exchange) -> String {
    let document = &exchange.document;
    let all = (document.bytes.len() as u64).max(1);
    if document.formatted > 0 && document.busy && !exchange.record.is_under_way() {
        return format!(", formatting {} %", document.formatted.min(all).saturating_mul(100) / all);
    }
    let Some(total) = document.index.as_ref().map(|index| index.len()) else { return String::new() };
    let last = total.saturating_sub(room(model).1.max(1));
    match total {
        1 => ", 1 row".to_owned(),
        _ if last == 0 => format!(", {} rows", units::count(total)),
        _ => {
            let row = exchange.view.scroll;
            // Precise enough for a percentage.
            let percent = (row as f64 / last as f64 * 100.0).min(100.0) as u8;
            format!(", row {} of {} ({percent} %)", units::count(row + 1), units::count(total))
        }
    }
}

/// Draws the visible rows of the body, or why there are none.
fn draw_body(canvas: &mut Canvas<'_, '_>, exchange: &Exchange, area: Rect) {
    let paint = canvas.paint;
    let problems = match exchange.record.outcome() {
        Some(Outcome::NotSent(problems)) => problems.as_slice(),
        Some(Outcome::Network(problem)) => std::slice::from_ref(problem),
        _ => &[],
    };
    if !problems.is_empty() {
        let lines = problems.iter().flat_map(|problem| problem_lines(problem, paint, area.width));
        canvas.frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), area);
        return;
    }
    let bytes: &[u8] = &exchange.document.bytes;
    if bytes.is_empty() {
        if exchange.record.outcome() == Some(&Outcome::Answered) {
            canvas.frame.render_widget(Line::styled(" (no body)", paint.dim()), area);
        }
        return;
    }
    let Some(index) = &exchange.document.index else { return };
    let search = exchange.view.search.as_ref();
    let window = Window {
        skip: exchange.view.left,
        width: usize::from(area.width),
        matches: search.and_then(|search| search.matches.as_deref()),
        current: search.map(|search| search.current),
        selected: canvas.model.selected_bytes().map(|span| (span.start, span.end)),
        mask: !canvas.model.revealed,
    };
    let mut rows = index.rows(exchange.view.scroll, bytes, window);
    let mut pieces = Vec::new();
    for offset in 0..area.height {
        pieces.clear();
        if rows.draw_next(&mut pieces).is_none() {
            break;
        }
        let spans: Vec<Span<'_>> = pieces
            .iter()
            .map(|piece| Span::styled(piece.text.as_ref(), paint.piece(piece.role, piece.mark)))
            .collect();
        canvas.frame.render_widget(Line::from(spans), Rect { y: area.y + offset, height: 1, ..area });
    }
}

/// The problem and its hint, in full.
fn problem_lines(problem: &Problem, paint: &Paint<'_>, columns: u16) -> Vec<Line<'static>> {
    let columns = usize::from(columns).saturating_sub(4);
    let mut lines = Vec::new();
    for (i, line) in text::wrap(&problem.message, columns).into_iter().enumerate() {
        let mark = if i == 0 { '✗' } else { ' ' };
        lines.push(Line::styled(format!(" {mark} {line}"), paint.error()));
    }
    let hint = if problem.hint.is_empty() { Vec::new() } else { text::wrap(&problem.hint, columns) };
    lines.extend(hint.into_iter().map(|line| Line::styled(format!("   {line}"), paint.dim())));
    lines
}
