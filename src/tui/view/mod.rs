//! Draws the model. One file per pane; writes no state.
//!
//! Owns what the screen looks like. Refuses to decide anything: what is drawn follows from the
//! model, and where from [`crate::tui::layout`].

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Paragraph};

use crate::config::command::{Command, Context};
use crate::tui::keymap;
use crate::tui::layout::{Areas, LEAST};
use crate::tui::model::field::EditorField;
use crate::tui::model::problems;
use crate::tui::model::{Model, Pane};
use crate::tui::tab_bar::{self, TabBar};
use crate::tui::text;

mod bottom;
mod boxed;
mod completion;
mod credential;
mod editor;
mod find;
mod overlay;
mod request;
mod response;
mod rows;
mod scroll;
pub(crate) mod style;
mod tree;
mod url;
mod workspace_editor;

use style::Paint;

/// What every part of the screen needs for drawing.
struct Canvas<'a, 'f> {
    frame: &'a mut Frame<'f>,
    paint: &'a Paint<'a>,
    areas: &'a Areas,
    model: &'a Model,
}

/// Draws one frame.
pub(crate) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let paint = Paint::new(&model.theme);
    // Cell by cell: `Buffer::set_style` looks up each position, which is a tenth of a frame.
    for cell in &mut frame.buffer_mut().content {
        cell.set_style(paint.text());
    }
    let Some(areas) = model.areas() else {
        too_small(frame, &paint, model.size);
        return;
    };
    let mut canvas = Canvas { frame, paint: &paint, areas: &areas, model };
    if let Some(area) = areas.url {
        url::draw(&mut canvas, area);
    }
    if let Some(area) = areas.request {
        request::draw(&mut canvas, area);
    }
    if let Some(area) = areas.response {
        response::draw(&mut canvas, area);
    }
    if let Some(area) = areas.workspace {
        workspace_editor::draw(&mut canvas, area);
    }
    if let Some(area) = areas.tree {
        tree::draw(&mut canvas, area);
    }
    bottom::draw_who(&mut canvas, areas.who);
    if let Some(area) = areas.keys {
        bottom::draw_keys(&mut canvas, area);
    }
    completion::draw(&mut canvas);
    overlay::draw(&mut canvas);
}

fn too_small(frame: &mut Frame<'_>, paint: &Paint<'_>, size: (u16, u16)) {
    let text = format!("signpost needs {}x{}, this is {}x{}", LEAST.0, LEAST.1, size.0, size.1);
    let area = Rect { height: frame.area().height.min(1), ..frame.area() };
    frame.render_widget(Paragraph::new(text).style(paint.warning()), area);
}

/// The border of a pane with its title; the focused pane has another border and a bold title, so
/// that colour isn't the only sign.
fn pane_block<'a>(model: &Model, paint: &Paint<'_>, pane: Pane, title: Line<'a>) -> Block<'a> {
    let focused = model.focus == pane && model.overlays.is_empty();
    let command = match pane {
        Pane::Tree => Command::FocusTree,
        Pane::Url => Command::FocusUrl,
        Pane::Request => Command::FocusTabs,
        Pane::Response => Command::FocusResponse,
        Pane::Workspace => Command::FocusWorkspace,
    };
    let key = keymap::hint(model, command, Context::Tree).map(|(key, _)| key);
    // The key that focuses this pane, if there is room next to every title.
    let key = key
        .filter(|_| model.size.0 >= tab_bar::KEYS)
        .map(|key| Line::styled(format!(" {key} "), paint.dim()));
    let border = if focused { BorderType::Thick } else { BorderType::Plain };
    Block::bordered()
        .border_type(border)
        .border_style(if focused { paint.border_focus() } else { paint.border() })
        .title(title)
        .title(key.unwrap_or_default().right_aligned())
}

/// The first problem of these fields, or else the first warning, for the border below them.
fn wrong(model: &Model, fields: &[EditorField], paint: &Paint<'_>, width: u16) -> Line<'static> {
    let completing = model.editing.as_ref().is_some_and(|editing| editing.completion.is_some());
    let Some(preview) = model.shown().map(|open| &open.preview).filter(|_| !completing) else {
        return Line::default();
    };
    for (mark, found, look) in
        [('✗', &preview.problems, paint.error()), ('!', &preview.warnings, paint.warning())]
    {
        if let Some(problem) = fields.iter().find_map(|field| problems::at(found, *field)) {
            let words = text::fit(&problem.in_one_line(), usize::from(width).saturating_sub(6));
            return Line::styled(format!(" {mark} {words} "), look);
        }
    }
    Line::default()
}

/// What is wrong with the request file that is chosen, where, and what opens it; nothing if it is valid.
fn invalid_file(model: &Model, paint: &Paint<'_>, columns: usize) -> Vec<Line<'static>> {
    let Some((path, why)) = model.invalid_request() else { return Vec::new() };
    let opens = keymap::says(model, Command::ExternalEditor, "opens it in your editor.");
    let words = [(format!("{}: {why}", path.as_str()), paint.error()), (opens, paint.dim())];
    let lines = words.into_iter().flat_map(|(words, style)| {
        let wrapped = text::wrap(&words, columns.saturating_sub(2));
        wrapped.into_iter().map(move |line| Line::styled(format!(" {line}"), style))
    });
    lines.collect()
}

/// The titles of tabs on one line.
fn tab_titles<'a, T: Copy + PartialEq>(paint: &Paint<'_>, bar: &TabBar<T>, focused: bool) -> Line<'a> {
    let pieces = bar.pieces().into_iter().map(|(title, is_current)| {
        let current = if focused { paint.accent_bold() } else { paint.bold() };
        Span::styled(title, if is_current { current } else { paint.dim() })
    });
    Line::from(pieces.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
