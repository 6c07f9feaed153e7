//! Selecting text with the mouse: in the response, and in the field that is being edited.
//!
//! Owns what a click, a drag, a double and a triple click select. A click alone selects nothing and
//! takes a selection away.

use std::ops::Range;

use crate::core::document::word_around;
use crate::tui::details;
use crate::tui::effect::{Effect, ScreenEffect, TaskEffect};
use crate::tui::hit_test;
use crate::tui::layout::Areas;
use crate::tui::model::response::ResponseTab;
use crate::tui::model::selection::{Clicks, Grain, LinePlace, Part, Selection, Span};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::mouse::Mouse;
use crate::tui::response_pane::{self, selected_lines};
use crate::tui::text;
use crate::tui::update::body;

/// A unit of a response under the mouse.
enum Unit {
    Bytes(Range<usize>),
    Line(Range<LinePlace>),
}

/// The button went down: begins a selection of the response where that is under the mouse.
pub(super) fn press(model: &mut Model, event: Mouse) {
    let clicks = Clicks::next(model.clicks, (event.x, event.y), model.now);
    model.clicks = Some(clicks);
    model.selection = None;
    let area = response_pane::content(model).filter(|area| area.contains((event.x, event.y).into()));
    if area.is_none() || model.editing.is_some() {
        return;
    }
    let grain = clicks.grain();
    let Some(exchange) = model.exchange().map(|exchange| exchange.record.id) else { return };
    let part = match unit_at(model, event, grain) {
        Some(Unit::Bytes(bytes)) => Part::Bytes(Span::of(bytes)),
        Some(Unit::Line(unit)) => {
            let columns = response_pane::room(model).0;
            Part::Lines { tab: model.response_tab, columns, span: Span::of(unit) }
        }
        None => return,
    };
    model.selection = Some(Selection { exchange, grain, part, is_dragged: true });
}

/// The mouse moved with the button down: the selection follows it, and the response scrolls where it
/// leaves the pane. Gives whether a selection did.
pub(super) fn drag(model: &mut Model, event: Mouse) -> bool {
    let Some(selection) = model.selection.as_ref().filter(|selection| selection.is_dragged) else {
        return false;
    };
    let grain = selection.grain;
    let Some(area) = response_pane::content(model).filter(|area| !area.is_empty()) else { return true };
    if event.y < area.y {
        body::scroll(model, -1);
    } else if event.y >= area.bottom() {
        body::scroll(model, 1);
    }
    let (x, y) = (event.x.clamp(area.x, area.right() - 1), event.y.clamp(area.y, area.bottom() - 1));
    let unit = unit_at(model, Mouse { x, y, ..event }, grain);
    match (model.selection.as_mut().map(|selection| &mut selection.part), unit) {
        (Some(Part::Bytes(span)), Some(Unit::Bytes(unit))) => span.head = unit,
        (Some(Part::Lines { span, .. }), Some(Unit::Line(unit))) => span.head = unit,
        (Some(Part::Bytes(_) | Part::Lines { .. }) | None, Some(_) | None) => {}
    }
    true
}

/// The button went up. A click that wasn't dragged selects nothing.
pub(super) fn release(model: &mut Model, event: Mouse) {
    // A click after a drag is a first one.
    model.clicks = model.clicks.filter(|clicks| clicks.place() == (event.x, event.y));
    let Some(selection) = model.selection.as_mut() else { return };
    selection.is_dragged = false;
    let is_click = selection.grain == Grain::Char
        && match &selection.part {
            Part::Bytes(span) => span.anchor == span.head,
            Part::Lines { span, .. } => span.anchor == span.head,
        };
    if is_click {
        model.selection = None;
    }
}

/// The character, word or row of the response under the mouse.
fn unit_at(model: &Model, event: Mouse, grain: Grain) -> Option<Unit> {
    let area = response_pane::content(model)?;
    let (row, column) =
        (usize::from(event.y.checked_sub(area.y)?), usize::from(event.x.checked_sub(area.x)?));
    let exchange = model.exchange()?;
    if model.response_tab == ResponseTab::Body {
        let index = exchange.document.index.as_ref()?;
        let bytes: &[u8] = &exchange.document.bytes;
        let row = exchange.view.scroll + row;
        let char = index.char_at(row, exchange.view.left + column, bytes);
        return Some(Unit::Bytes(match grain {
            Grain::Char => char,
            Grain::Word => word_around(bytes, char),
            Grain::Row => index.row_span(row, bytes),
        }));
    }
    let lines = details::lines(model, exchange, usize::from(area.width));
    let row = (model.response_scroll + row).min(lines.len().checked_sub(1)?);
    let line = lines.get(row)?.text();
    let units = match grain {
        Grain::Char => text::char_at(&line, column),
        Grain::Word => text::word_at(&line, column),
        Grain::Row => 0..text::text_width(&line),
    };
    Some(Unit::Line((row, units.start)..(row, units.end)))
}

/// Copies what is selected in the response; `None` if nothing is.
pub(super) fn copy(model: &Model) -> Option<Vec<Effect>> {
    if let Some(bytes) = model.selected_bytes() {
        let document = &model.exchange()?.document;
        let (body, index) = (document.bytes.clone(), document.index.clone()?);
        return Some(vec![TaskEffect::CopySelection { body, index, bytes, mask: !model.revealed }.into()]);
    }
    let range = selected_lines(model)?;
    let exchange = model.exchange()?;
    let lines = details::lines(model, exchange, response_pane::room(model).0);
    let ((first, from), (last, to)) = (range.start, range.end);
    let texts = lines.iter().enumerate().skip(first).take(last + 1 - first).map(|(row, line)| {
        let from = if row == first { from } else { 0 };
        let to = if row == last { to } else { usize::MAX };
        text::columns(&line.text(), from..to).trim_end().to_owned()
    });
    let text = texts.collect::<Vec<_>>().join("\n");
    Some(vec![ScreenEffect::Copy { text, what: "The selection".into() }.into()])
}

/// The button went down in the field that is being edited, or moves there with it down.
pub(super) fn in_field(model: &mut Model, areas: &Areas, event: Mouse, is_drag: bool) {
    let began_here = || {
        let area = hit_test::edit_area(model, areas, model.editing.as_ref()?)?;
        Some(area.contains(model.clicks?.place().into()))
    };
    if is_drag && began_here() != Some(true) {
        return;
    }
    let Some((line, column)) = hit_test::place_in_field(model, areas, event.x, event.y) else { return };
    let clicks =
        if is_drag { model.clicks } else { Some(Clicks::next(model.clicks, (event.x, event.y), model.now)) };
    model.clicks = clicks;
    let Some(editing) = model.editing.as_mut() else { return };
    editing.completion = None;
    match clicks.map_or(Grain::Char, Clicks::grain) {
        Grain::Char => editing.editor.go_to(line, column, is_drag),
        // A drag goes on from what was selected.
        Grain::Word | Grain::Row if is_drag => editing.editor.go_to(line, column, true),
        Grain::Word => {
            editing.editor.go_to(line, column, false);
            editing.editor.select_word();
        }
        Grain::Row => {
            editing.editor.go_to(line, 0, false);
            editing.editor.go_to(line, usize::MAX, true);
        }
    }
}

/// Copies what is selected in the field that is being edited, or all of it.
pub(super) fn copy_in_field(model: &mut Model) -> Vec<Effect> {
    let Some(editing) = &model.editing else { return Vec::new() };
    let text = editing.editor.selected_text();
    if editing.is_masked() && !model.revealed {
        model.say(NoticeKind::Info, "A masked secret isn't copied; reveal secrets first");
        return Vec::new();
    }
    let what = if text.is_some() { "The selection" } else { "The text" };
    let text = text.unwrap_or_else(|| editing.editor.text());
    vec![ScreenEffect::Copy { text, what: what.into() }.into()]
}
