//! Looking at a body: rows, scrolling, search.

use std::sync::Arc;

use crate::core::document::{Index, Layout};
use crate::core::exchange_id::ExchangeId;
use crate::tui::details;
use crate::tui::effect::{Effect, TaskEffect};
use crate::tui::model::response::{Exchange, ResponseTab, Search};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::response_pane::room;
use crate::tui::rows::{RowsFound, RowsWanted};

/// The columns at which rows are wrapped: a response that is not on the screen has all of them.
fn columns(model: &Model) -> usize {
    match room(model).0 {
        0 => usize::from(model.size.0),
        columns => columns,
    }
}

/// Asks for rows when there are none, when twice as much has come as they cover, or when the last
/// of the body has come. So the first rows are on the screen early, and few of them are asked for.
pub(super) fn index_growth(model: &mut Model, id: ExchangeId) -> Vec<Effect> {
    let columns = columns(model);
    let Some(exchange) = model.exchanges.by_id(id) else { return Vec::new() };
    let len = exchange.document.bytes.len() as u64;
    let over = !exchange.record.is_under_way();
    let document = &mut exchange.document;
    let asked = document.asked_bytes;
    let wanted = if over { len != asked } else { len >= asked.saturating_mul(2).max(1) };
    if document.busy || !wanted {
        return Vec::new();
    }
    let begun = exchange.document.begun.take();
    vec![ask(exchange, columns, begun)]
}

/// Asks for all rows anew, because they are to look different.
fn relayout(model: &mut Model) -> Vec<Effect> {
    let columns = columns(model);
    let Some(exchange) = model.exchange_mut() else { return Vec::new() };
    if exchange.document.bytes.is_empty() {
        return Vec::new();
    }
    vec![ask(exchange, columns, None)]
}

fn ask(exchange: &mut Exchange, columns: usize, begun: Option<Arc<Index>>) -> Effect {
    let whole = !exchange.record.is_under_way();
    let (document, view) = (&mut exchange.document, &exchange.view);
    document.generation += 1;
    (document.busy, document.formatted) = (true, 0);
    document.begun = None;
    document.asked_bytes = document.bytes.len() as u64;
    document.asked_wrap = view.wrap.then_some(columns.max(1));
    let wanted = RowsWanted {
        body: document.bytes.clone(),
        whole,
        kind: document.kind,
        layout: view.layout,
        wrap: document.asked_wrap,
        // What was wrapped at another width cannot be continued.
        begun: begun.filter(|begun| begun.wrap() == document.asked_wrap),
    };
    TaskEffect::Index { id: exchange.record.id, generation: document.generation, wanted }.into()
}

/// Takes rows that are ready. Stale ones are dropped.
pub(super) fn indexed(model: &mut Model, id: ExchangeId, generation: u64, rows: RowsFound) -> Vec<Effect> {
    let height = room(model).1;
    let Some(exchange) = model.exchanges.by_id(id) else { return Vec::new() };
    if exchange.document.generation != generation {
        return Vec::new();
    }
    exchange.document.busy = false;
    exchange.view.scroll = if exchange.view.follow {
        rows.index.len().saturating_sub(height.max(1))
    } else {
        exchange.view.scroll.min(rows.index.len().saturating_sub(1))
    };
    exchange.document.index = Some(rows.index);
    exchange.document.begun = rows.begun;
    index_growth(model, id)
}

/// Notes how far the search for rows has come.
pub(super) fn indexing(model: &mut Model, id: ExchangeId, generation: u64, done: u64) {
    let Some(exchange) = model.exchanges.by_id(id) else { return };
    if exchange.document.generation == generation && exchange.document.busy {
        exchange.document.formatted = done;
    }
}

/// The response has another width: wrapped rows are made anew. Where it is not on the screen they
/// wait until it is.
pub(super) fn rewrap(model: &mut Model) -> Vec<Effect> {
    let columns = room(model).0;
    let stale = columns > 0
        && model.exchange().is_some_and(|exchange| {
            exchange.view.wrap && exchange.document.asked_wrap.is_some_and(|asked| asked != columns)
        });
    if stale { relayout(model) } else { Vec::new() }
}

/// Shows an older (-1) or newer (1) response of the request.
pub(super) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(path) = model.current.clone() else { return Vec::new() };
    if !model.exchanges.step(&path, by) {
        let words = if by < 0 { "There is no older response" } else { "There is no newer response" };
        model.say(NoticeKind::Info, words);
        return Vec::new();
    }
    model.response_scroll = 0;
    rewrap(model)
}

/// Pretty, raw, bytes, and round again.
pub(super) fn next_layout(model: &mut Model) -> Vec<Effect> {
    let Some(exchange) = model.exchange_mut() else { return Vec::new() };
    exchange.view.layout = match exchange.view.layout {
        Layout::Pretty => Layout::Raw,
        Layout::Raw => Layout::Hex,
        Layout::Hex => Layout::Pretty,
    };
    (exchange.view.scroll, exchange.view.left) = (0, 0);
    relayout(model)
}

/// Wraps long rows, or cuts them.
pub(super) fn toggle_wrap(model: &mut Model) -> Vec<Effect> {
    let Some(exchange) = model.exchange_mut() else { return Vec::new() };
    exchange.view.wrap = !exchange.view.wrap;
    exchange.view.left = 0;
    relayout(model)
}

/// Moves what the response pane shows by lines. To go to the end of a body whose rows are still being
/// found is to follow that end.
pub(super) fn scroll(model: &mut Model, by: isize) {
    let (columns, height) = room(model);
    if model.response_tab != ResponseTab::Body {
        let last = details::line_count(model, columns).saturating_sub(height);
        model.response_scroll = model.response_scroll.saturating_add_signed(by).min(last);
        return;
    }
    let Some(exchange) = model.exchange_mut() else { return };
    let rows = exchange.document.index.as_ref().map_or(0, |index| index.len());
    // One row stays, also where the pane has none for it at this moment.
    let last = rows.saturating_sub(height.max(1));
    exchange.view.follow = by > isize::MAX / 4 && !exchange.is_settled();
    exchange.view.scroll = exchange.view.scroll.saturating_add_signed(by).min(last);
}

/// Goes to a row of the body, counted from 1, or to a percentage of it.
pub(super) fn go_to_row(model: &mut Model, wanted: &str) {
    let height = room(model).1;
    let Some(exchange) = model.exchange_mut() else { return };
    let rows = exchange.document.index.as_ref().map_or(0, |index| index.len());
    let last = rows.saturating_sub(height.max(1));
    let plain: String = wanted.chars().filter(|c| !matches!(c, ',' | '_' | ' ')).collect();
    let row = match plain.strip_suffix('%') {
        Some(percent) => percent.parse::<usize>().ok().filter(|percent| *percent <= 100).map(|percent| {
            // In two steps, since the product may not fit.
            last / 100 * percent + last % 100 * percent / 100
        }),
        None => plain.parse::<usize>().ok().map(|number| number.saturating_sub(1)),
    };
    match row {
        Some(row) => {
            exchange.view.follow = false;
            exchange.view.scroll = row.min(last);
            model.response_tab = ResponseTab::Body;
        }
        None => model.say(NoticeKind::Bad, format!("{wanted:?} is neither a row nor a percentage like 50%")),
    }
}

/// Moves what the body shows by columns.
pub(super) fn scroll_sideways(model: &mut Model, by: isize) {
    let columns = columns(model);
    if let Some(exchange) = model.exchange_mut().filter(|exchange| !exchange.view.wrap) {
        let hex = exchange.document.index.as_ref().and_then(|index| index.hex_columns());
        let last = hex.map_or(usize::MAX, |hex| hex.saturating_sub(columns));
        exchange.view.left = exchange.view.left.saturating_add_signed(by).min(last);
    }
}

/// Searches the body.
pub(super) fn search(model: &mut Model, query: String) -> Vec<Effect> {
    let Some(exchange) = model.exchange_mut() else { return Vec::new() };
    if query.is_empty() {
        exchange.view.search = None;
        return Vec::new();
    }
    exchange.view.search = Some(Search { query: query.clone(), matches: None, current: 0 });
    let effect = TaskEffect::Find { id: exchange.record.id, body: exchange.document.bytes.clone(), query };
    model.response_tab = ResponseTab::Body;
    vec![effect.into()]
}

/// Takes the matches of a search and shows the first one from where the screen is.
pub(super) fn found(
    model: &mut Model,
    id: ExchangeId,
    query: &str,
    matches: std::sync::Arc<crate::core::document::Matches>,
) {
    let height = room(model).1;
    let Some(exchange) = model.exchanges.by_id(id) else { return };
    let first = first_byte(exchange);
    let Some(search) = exchange.view.search.as_mut().filter(|search| search.query == query) else { return };
    search.current = matches.at_or_after(first).unwrap_or(0);
    let none = matches.is_empty();
    search.matches = Some(matches);
    if none {
        let words = format!("{query:?} is not in the body");
        model.say(NoticeKind::Info, words);
    } else {
        show_match(exchange, height);
    }
}

/// Goes to the next or previous match, round and round.
pub(super) fn step_match(model: &mut Model, forward: bool) {
    let height = room(model).1;
    let Some(exchange) = model.exchange_mut() else { return };
    let Some(search) = exchange.view.search.as_mut() else { return };
    let Some(len) = search.matches.as_ref().map(|matches| matches.len()).filter(|len| *len > 0) else {
        return;
    };
    search.current = if forward { (search.current + 1) % len } else { (search.current + len - 1) % len };
    show_match(exchange, height);
}

/// The byte at which the first row on the screen begins.
fn first_byte(exchange: &Exchange) -> usize {
    let row = exchange.view.scroll;
    let index = exchange.document.index.as_ref();
    index.and_then(|index| index.span(row, &exchange.document.bytes)).map_or(0, |row| row.bytes.start)
}

/// Scrolls so that the current match is on the screen.
fn show_match(exchange: &mut Exchange, height: usize) {
    let Some(search) = &exchange.view.search else { return };
    let Some(range) = search.matches.as_ref().and_then(|matches| matches.get(search.current)) else { return };
    let Some(index) = &exchange.document.index else { return };
    let row = index.row_of(range.start, &exchange.document.bytes);
    if row < exchange.view.scroll || row >= exchange.view.scroll + height.max(1) {
        exchange.view.follow = false;
        exchange.view.scroll = row.saturating_sub(height / 2).min(index.len().saturating_sub(height));
    }
}
