//! The bottom lines as places: which command a click there means.
//!
//! Owns where each key of the last line stands, shared by drawing and the mouse. Refuses to choose
//! which keys are shown: the keymap does.

use ratatui::layout::Rect;

use crate::config::command::{Command, Context};
use crate::tui::keymap::{self, Hint};
use crate::tui::layout::Areas;
use crate::tui::model::Model;
use crate::tui::text;

/// Shown before the keys while letters are typed.
pub(crate) const EDITING: &str = " EDIT ";

/// The keys that fit on the last line, each with its area.
pub(crate) fn hints(model: &Model, line: Rect) -> Vec<(Hint, Rect)> {
    let mut rest = keys_area(model, line);
    let mut shown = Vec::new();
    for hint in keymap::hints(model) {
        let width = text::text_width(&hint.key) + text::text_width(&hint.title) + 3;
        let Some(width) = u16::try_from(width).ok().filter(|width| *width <= rest.width) else { break };
        shown.push((hint, Rect { width, ..rest }));
        rest = Rect { x: rest.x + width, width: rest.width - width, ..rest };
    }
    shown
}

/// The last line without the mark of editing.
pub(crate) fn keys_area(model: &Model, line: Rect) -> Rect {
    let editing = keymap::context(model) == Context::Editing;
    let mark = if editing { u16::try_from(EDITING.len()).unwrap_or(0).min(line.width) } else { 0 };
    Rect { x: line.x + mark, width: line.width - mark, ..line }
}

/// The command that a click on the bottom lines means: a key's own, the identity's picker on who
/// signs, the environment's on its name.
pub(crate) fn command_at(model: &Model, areas: &Areas, x: u16, y: u16) -> Option<Command> {
    let holds = |area: Rect| area.contains((x, y).into());
    if let Some(line) = areas.keys.filter(|line| holds(*line) && model.notice.is_none()) {
        return hints(model, line).into_iter().find(|(_, area)| holds(*area))?.0.command;
    }
    if !holds(areas.who) || !model.overlays.is_empty() || model.editing.is_some() {
        return None;
    }
    let environment = u16::try_from(text::text_width(&environment(model))).ok()?;
    let is_environment = x >= areas.who.right().saturating_sub(environment);
    Some(if is_environment { Command::EnvironmentPicker } else { Command::IdentityPicker })
}

/// The environment as the line above the keys ends with.
pub(crate) fn environment(model: &Model) -> String {
    let overrides = match model.overrides.len() {
        0 => String::new(),
        count => format!("+{count} this run "),
    };
    match &model.environment {
        None => format!("env: none {overrides}"),
        Some(name) if model.is_production() => format!(" PRODUCTION: {} {overrides}", text::fit(name, 20)),
        Some(name) => format!("env: {} {overrides}", text::fit(name, 20)),
    }
}
