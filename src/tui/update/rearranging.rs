//! What was done to the tree, and undoing it.
//!
//! Owns what is said of it and that a step that the disk refuses to undo can be tried once more.

use crate::config::command::Command;
use crate::core::collection;
use crate::io::store::collections::Rearranged;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::keymap;
use crate::tui::model::{Model, NoticeKind};
use crate::tui::msg::{Moved, Msg};
use crate::tui::update::{dispatch, tree_changes, tree_nodes};

/// A folder was made, or the order was changed.
pub(super) fn rearranged(model: &mut Model, change: Rearranged, listed: Msg) -> Vec<Effect> {
    let effects = dispatch(model, listed);
    if let Rearranged::MadeFolder(path) = &change {
        model.tree.go_to(path);
        tree_nodes::keep_tree_in_view(model);
        let undo = keymap::says(model, Command::Undo, "takes it back");
        model.say(NoticeKind::Good, format!("The folder {path} was made: {undo}"));
    }
    model.note_rearranged(vec![change]);
    effects
}

/// Undoes what was done last.
pub(super) fn undo(model: &mut Model) -> Vec<Effect> {
    if model.rearranged.is_empty() {
        model.say(NoticeKind::Info, "Nothing to undo in the tree");
        return Vec::new();
    }
    // A step that can't be undone must be back before the next one is.
    if model.waiting.after_saves(Command::Undo) {
        return Vec::new();
    }
    let Some(steps) = model.rearranged.pop() else { return Vec::new() };
    model.waiting.save();
    vec![DiskEffect::UndoInTree { steps }.into()]
}

/// The disk has undone what it could; the rest can be tried once more.
pub(super) fn undone(
    model: &mut Model,
    undone: &[Rearranged],
    moved: Vec<Moved>,
    left: Vec<Rearranged>,
    problem: Option<String>,
) -> Vec<Effect> {
    model.waiting.saved();
    let mut effects = Vec::new();
    for moved in moved {
        let to = moved.to.clone();
        effects.extend(tree_changes::move_open(model, moved));
        model.tree.go_to(&to);
    }
    let is_refused_again = !left.is_empty() && left == model.not_undone;
    model.not_undone = if is_refused_again { Vec::new() } else { left.clone() };
    if !is_refused_again {
        model.note_rearranged(left);
    }
    if problem.is_some() {
        model.waiting.give_up();
    }
    match (in_words(undone), problem) {
        (_, Some(problem)) if is_refused_again => {
            model.say(NoticeKind::Bad, format!("{problem}: this step can't be undone any more"));
        }
        (_, Some(problem)) => model.say(NoticeKind::Bad, format!("Couldn't undo it: {problem}")),
        (Some(words), None) => model.say(NoticeKind::Info, format!("Undone: {words}")),
        (None, None) => {}
    }
    effects.push(DiskEffect::List.into());
    effects
}

/// What was undone, in words.
fn in_words(undone: &[Rearranged]) -> Option<String> {
    Some(match undone {
        [] => return None,
        [Rearranged::Deleted(trashed)] => format!("{} is back", trashed.path),
        [Rearranged::Relocated { from, to, .. }] if from == to => format!("{from} has its old name"),
        [Rearranged::Relocated { from, to, .. }] => format!("{to} is {from} again"),
        [Rearranged::MadeFolder(path)] => format!("the folder {path} is in the trash"),
        [Rearranged::Reordered(edit)] => match collection::parent(&edit.file) {
            "" => "the workspace's order".to_owned(),
            folder => format!("the order in {folder}"),
        },
        many => format!("{} requests and folders are where they were", many.len()),
    })
}
