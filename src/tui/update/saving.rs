//! Saving: what is asked before, and what the disk answers.

use crate::config::command::Command;
use crate::core::clear_secrets;
use crate::core::names::RequestPath;
use crate::core::request::Request;
use crate::io::store::{Loaded, Stamp};
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::overlay::{Confirm, Conflict, Overlay};
use crate::tui::model::tree::Label;
use crate::tui::model::{Model, NoticeKind};
use crate::tui::msg::Moved;
use crate::tui::update::{editing, scratch, secret_fields, tree_changes};

/// Saves the request that is shown, after a warning where it would hold a secret in the clear.
pub(super) fn save(model: &mut Model) -> Vec<Effect> {
    let mut effects = editing::leave(model);
    if model.waiting.after_saves(Command::Save) {
        return effects;
    }
    let Some(open) = model.shown().filter(|_| model.editing.is_none()) else { return effects };
    if !open.is_dirty() {
        model.say(NoticeKind::Info, "Nothing to save");
        return effects;
    }
    if scratch::is_scratch(open) {
        scratch::ask_name(model);
        return effects;
    }
    effects.extend(save_named(model));
    effects
}

/// Saves the request that is shown under the name that it has.
pub(super) fn save_named(model: &mut Model) -> Vec<Effect> {
    let Some(open) = model.shown() else { return Vec::new() };
    let places = clear_secrets::places(&open.request);
    if !places.is_empty() {
        model.overlays.push(Overlay::Confirm(Confirm::ClearSecrets(places)));
        return Vec::new();
    }
    save_now(model)
}

/// Puts the secrets in the rows into the private store, and saves once it has them.
pub(super) fn keep_and_save(model: &mut Model) -> Vec<Effect> {
    let Some(path) = model.current.clone() else { return Vec::new() };
    let in_use = secret_fields::names_in_use(model, &path);
    let Some(open) = model.shown_mut() else { return Vec::new() };
    let mut taken = Vec::new();
    open.change(|request| taken = secret_fields::take_clear(request, &path, in_use));
    let effects = secret_fields::keep_clear(model, taken);
    model.waiting.after_changes(Command::Save);
    effects
}

/// Saves with the secrets in the clear, where that was just asked about.
pub(super) fn save_in_clear(model: &mut Model) -> Vec<Effect> {
    let asked = |overlay: &mut Overlay| matches!(overlay, Overlay::Confirm(Confirm::ClearSecrets(_)));
    if model.overlays.pop_if(asked).is_some() { save_now(model) } else { Vec::new() }
}

/// Saves the request that is shown.
pub(super) fn save_now(model: &mut Model) -> Vec<Effect> {
    let Some(open) = model.shown() else { return Vec::new() };
    let effect = DiskEffect::Save {
        path: open.path.clone(),
        request: Box::new(open.request.clone()),
        base: open.base.clone(),
    };
    model.waiting.save();
    vec![effect.into()]
}

/// A request is on disk now.
pub(super) fn saved(model: &mut Model, path: &str, now: &str, loaded: Loaded) -> Vec<Effect> {
    model.waiting.saved();
    let mut effects = Vec::new();
    let Loaded { request, text, .. } = loaded;
    model.tree.set_label(now, Label::Request { name: request.name.clone(), method: request.method.clone() });
    if let Some(open) = model.open_requests.get_mut(path) {
        let new = open.saved.is_none();
        if new {
            // The store gives a new request a display name where its file's cannot say it all.
            open.request.name.clone_from(&request.name);
        }
        if let Some(base) = &open.base {
            let (before, now) = (Stamp::of(base.as_bytes()), Stamp::of(text.as_bytes()));
            model.rearranged.iter_mut().flatten().for_each(|step| step.note_saved(path, before, now));
        }
        open.saved = Some(request);
        open.base = Some(text.into());
        open.changed_on_disk = false;
        if !open.is_dirty() {
            effects.push(DiskEffect::RemoveDraft { path: path.into() }.into());
        }
        if now != path {
            effects.extend(tree_changes::moved(
                model,
                vec![Moved { from: path.into(), to: now.into(), loaded: None }],
                None,
            ));
        } else if new {
            effects.push(DiskEffect::List.into());
        }
    }
    model.say(NoticeKind::Good, format!("Saved {now}"));
    effects
}

/// Somebody else changed the file: both versions are shown, and nothing is written.
pub(super) fn conflict(model: &mut Model, path: RequestPath, theirs: String, ours: String) -> Vec<Effect> {
    model.waiting.saved();
    model.waiting.give_up();
    model.overlays.push(Overlay::Conflict(Box::new(Conflict { path, theirs, ours, scroll: 0 })));
    Vec::new()
}

/// A copy of a request under another name, saved at once.
pub(super) fn create_and_save(model: &mut Model, name: &str, request: Request) -> Vec<Effect> {
    let mut effects = tree_changes::create(model, name, request);
    effects.extend(editing::leave(model));
    effects.extend(save_now(model));
    effects
}
