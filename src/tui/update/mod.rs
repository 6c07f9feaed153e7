//! (model, message) -> effects.
//!
//! Owns every change of the model. Synchronous and total: no message makes it wait, reach outside
//! or fail. Time arrives with the message.

use std::time::SystemTime;

use crate::config::command::Context;
use crate::config::key::Key;
use crate::config::keymap::Lookup;
use crate::tui::effect::Effect;
use crate::tui::keymap;
use crate::tui::model::overlay::{Confirm, Overlay};
use crate::tui::model::{Model, NoticeKind, Typed};
use crate::tui::msg::Msg;

mod body;
mod commands;
pub(crate) mod editing;
mod files;
mod motion;
mod mouse;
mod overlays;
mod pickers;
mod questions;
mod saving;
mod secrets;
mod sending;
mod tree_changes;
mod waiting;

pub(crate) use body::{WHY, header_lines, why};

/// Changes the model as a message asks, and gives what is to be done outside.
pub fn update(model: &mut Model, msg: Msg, now: SystemTime) -> Vec<Effect> {
    model.now = now;
    let mut effects = take(model, msg);
    effects.extend(waiting::catch_up(model));
    effects.extend(editing::settle(model));
    effects.extend(body::follow_width(model));
    effects
}

fn take(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) if waiting::must_wait(model, key) => {
            model.typeahead.push_back(Typed::Key(key));
            Vec::new()
        }
        Msg::Key(key) => press(model, key),
        Msg::Paste(text) if waiting::is_behind(model) => {
            model.typeahead.push_back(Typed::Paste(text));
            Vec::new()
        }
        Msg::Paste(text) => paste(model, &text),
        Msg::Mouse(event) if waiting::mouse_must_wait(model, event) => {
            model.typeahead.push_back(Typed::Mouse(event));
            Vec::new()
        }
        Msg::Mouse(event) => mouse::mouse(model, event),
        Msg::Resize(width, height) => {
            model.size = (width, height);
            files::keep_tree_in_view(model);
            editing::keep_in_view(model);
            files::label_effects(model)
        }
        Msg::Tick => Vec::new(),
        Msg::Send(id, report) => sending::report(model, id, report),
        Msg::Indexed(id, generation, index) => body::indexed(model, id, generation, index),
        Msg::Found(id, query, matches) => {
            body::found(model, id, &query, matches);
            Vec::new()
        }
        Msg::Previewed(path, preview) => {
            if let Some(open) = model.open_requests.get_mut(&path) {
                open.preview = *preview;
            }
            Vec::new()
        }
        Msg::Listed(workspace, nodes) => files::listed(model, *workspace, nodes),
        Msg::Labels(labels) => {
            for (path, label) in labels {
                model.tree.set_label(&path, label);
            }
            Vec::new()
        }
        Msg::Opened(opened) => files::opened(model, *opened),
        Msg::Surrounded(path, scope, inherited) => {
            if let Some(open) = model.open_requests.get_mut(&path) {
                (open.scope, open.inherited) = (scope, *inherited);
            }
            files::preview_all(model)
        }
        Msg::NotOpened { path, problem } => files::not_opened(model, &path, problem),
        Msg::Saved { path, now, loaded } => saving::saved(model, &path, &now, *loaded),
        Msg::Conflict { path, theirs, ours } => saving::conflict(model, path, theirs, ours),
        Msg::NotSaved { path, problem } => {
            model.saving = model.saving.saturating_sub(1);
            waiting::give_up(model);
            model.say(NoticeKind::Bad, format!("{path} is not saved: {problem}"));
            Vec::new()
        }
        Msg::Moved { from, to } => tree_changes::moved(model, &from, &to),
        Msg::Deleted(path, trashed) => tree_changes::deleted(model, &path, trashed),
        Msg::SecretKept { path, slot, reference, name } => secrets::kept(model, &path, slot, reference, name),
        Msg::SecretNotKept { path, slot, name, text, problem } => {
            let effects = secrets::not_kept(model, &path, slot, name, &text);
            model.say(NoticeKind::Bad, problem);
            effects
        }
        Msg::Edited(slot, Ok(text)) => editing::edited(model, slot, &text),
        Msg::Edited(_, Err(problem)) | Msg::Failed(problem) => {
            model.say(NoticeKind::Bad, problem);
            Vec::new()
        }
        Msg::Ask(id, asked) => questions::put(model, id, asked),
        Msg::Renewed(identity, Ok(())) => {
            model.say(NoticeKind::Good, format!("{identity} has fresh credentials"));
            files::preview_all(model)
        }
        Msg::Renewed(identity, Err(problems)) => {
            let why: Vec<String> = problems.iter().map(|p| format!("{} {}", p.message, p.hint)).collect();
            model.say(NoticeKind::Bad, format!("{identity} could not be renewed: {}", why.join("; ")));
            Vec::new()
        }
        Msg::FileExists(path) => {
            model.overlays.push(Overlay::Confirm(Confirm::Overwrite(path)));
            Vec::new()
        }
        Msg::CopyText(text, what) => vec![Effect::Copy(text, what)],
        Msg::Done(line) => {
            model.say(NoticeKind::Good, line);
            Vec::new()
        }
        Msg::Terminate => {
            model.quitting = true;
            Vec::new()
        }
    }
}

/// One key: the topmost overlay has it first, then the text that is being typed, then the pane.
fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    let context = keymap::context(model);
    if let Some(effects) = overlays::jump_to(model, key) {
        return effects;
    }
    model.pending.push(key);
    let pressed = std::mem::take(&mut model.pending);
    match model.config.keys.lookup(context, &pressed) {
        Lookup::Command(command) => {
            if context != Context::Editing {
                model.notice = None;
            }
            commands::run(model, command)
        }
        Lookup::Pending => {
            model.pending = pressed;
            Vec::new()
        }
        Lookup::Unbound => match context {
            Context::Editing => editing::key(model, key),
            Context::Prompt => overlays::typed(model, key),
            Context::Global
            | Context::Tree
            | Context::Url
            | Context::Rows
            | Context::Text
            | Context::Response
            | Context::Overlay => Vec::new(),
        },
    }
}

/// A paste is text, never keys: it lands in what is being typed, else a curl command offers to
/// become a request, and anything else is refused with a word.
fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    match keymap::context(model) {
        Context::Editing => editing::paste(model, text),
        Context::Prompt => overlays::pasted(model, text),
        Context::Overlay => Vec::new(),
        Context::Global
        | Context::Tree
        | Context::Url
        | Context::Rows
        | Context::Text
        | Context::Response => questions::offer_paste(model, text),
    }
}

#[cfg(test)]
mod tests;
