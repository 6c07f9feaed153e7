//! Changes of the workspace's files: what the disk is asked for, and what it answers.

use crate::config::command::Command;
use crate::core::scope::Source;
use crate::core::workspace::{Edit, WorkspaceChange};
use crate::io::store::workspace::FileEdit;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::keymap;
use crate::tui::model::workspace_editor::{FileStep, Step};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::msg::Msg;
use crate::tui::update::cells::overrides;
use crate::tui::update::workspace_editor::{identities, open, show_place, typing};
use crate::tui::update::{dispatch, pickers};

/// A change is on disk.
pub(in crate::tui::update) fn changed(
    model: &mut Model,
    change: &WorkspaceChange,
    edit: FileEdit,
    secrets: Vec<String>,
    listed: Msg,
) -> Vec<Effect> {
    model.waiting.changed();
    model.workspace_editor.written = None;
    model.secrets = secrets.into_iter().collect();
    let before = model.chosen();
    let now = match &change.edit {
        Edit::Copy(to) | Edit::Rename(to) => to.clone(),
        Edit::Set { .. } | Edit::SetKeys(_) | Edit::Add(_) | Edit::Remove => change.name().to_owned(),
    };
    if change.environment().is_some() {
        follow_environment(model, change, &now);
    }
    if change.edit != Edit::Remove {
        model.workspace_editor.awaited = Some(now.clone());
    }
    let mut effects = dispatch(model, listed);
    if change.identity().is_some() {
        effects.extend(identities::followed(model, change, &now));
    }
    if let Some(name) = model.workspace_editor.choose.take()
        && model.workspace.environment(&name).is_some()
    {
        effects.extend(pickers::choose_environment(model, Some(name.clone())));
        show_place(model, Source::Environment(name));
        effects.extend(open(model));
    }
    if edit.before != edit.after {
        let after = model.chosen();
        model.workspace_editor.undo.push(Step::File(FileStep { what: change.what(), edit, before, after }));
        model.workspace_editor.redo.clear();
    }
    let undo = keymap::says(model, Command::Undo, "takes it back");
    model.say(NoticeKind::Good, format!("{}: {undo}", change.done()));
    effects
}

/// What is chosen and shown of an environment keeps to it under its new name.
fn follow_environment(model: &mut Model, change: &WorkspaceChange, now: &str) {
    let Edit::Rename(_) = &change.edit else { return };
    if model.environment.as_deref() == Some(change.name()) {
        model.environment = Some(now.to_owned());
    }
    if model.workspace_editor.place == Source::Environment(change.name().to_owned()) {
        model.workspace_editor.place = Source::Environment(now.to_owned());
    }
}

/// A change isn't on disk.
pub(in crate::tui::update) fn not_changed(
    model: &mut Model,
    problem: String,
    listed: Option<Msg>,
) -> Vec<Effect> {
    model.waiting.changed();
    model.waiting.give_up();
    (model.workspace_editor.choose, model.workspace_editor.sign_as) = (None, None);
    let written = model.workspace_editor.written.take();
    let effects = listed.map(|listed| dispatch(model, listed)).unwrap_or_default();
    if let Some((cell, editor)) = written {
        typing::resume(model, cell, editor, &problem);
    }
    model.say(NoticeKind::Bad, problem);
    effects
}

/// Undoes the last change, or makes again the one that was undone.
pub(in crate::tui::update) fn step_back(model: &mut Model, redo: bool) -> Vec<Effect> {
    let editor = &mut model.workspace_editor;
    let next = if redo { editor.redo.pop() } else { editor.undo.pop() };
    match next {
        Some(Step::File(step)) => {
            model.waiting.change();
            vec![DiskEffect::RestoreFile { step, redo }.into()]
        }
        Some(Step::Overrides(values)) => {
            let what = overrides::difference(&model.overrides, &values);
            let (before, effects) = overrides::swap(model, values);
            model.say(NoticeKind::Info, format!("{}: {what} for this run", done(redo)));
            let editor = &mut model.workspace_editor;
            (if redo { &mut editor.undo } else { &mut editor.redo }).push(before);
            effects
        }
        None => {
            model.say(NoticeKind::Info, if redo { "Nothing to redo" } else { "Nothing to undo" });
            Vec::new()
        }
    }
}

/// What a step back or forth did, before its colon.
fn done(redo: bool) -> &'static str {
    if redo { "Redone" } else { "Undone" }
}

/// A change was undone, or made again.
pub(in crate::tui::update) fn restored(
    model: &mut Model,
    step: FileStep,
    redo: bool,
    listed: Msg,
) -> Vec<Effect> {
    model.waiting.changed();
    let words = format!("{}: {} in {}", done(redo), step.what, step.edit.file);
    let (from, to) = if redo { (&step.before, &step.after) } else { (&step.after, &step.before) };
    model.choose_again(from, to);
    let editor = &mut model.workspace_editor;
    (if redo { &mut editor.undo } else { &mut editor.redo }).push(Step::File(step));
    let effects = dispatch(model, listed);
    model.say(NoticeKind::Info, words);
    effects
}
