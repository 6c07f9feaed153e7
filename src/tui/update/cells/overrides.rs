//! Values of variables for this run: they come first, and are in no file.

use std::collections::{BTreeMap, BTreeSet};

use crate::tui::effect::Effect;
use crate::tui::model::overrides::Overrides;
use crate::tui::model::workspace_editor::Step;
use crate::tui::model::{Model, NoticeKind};
use crate::tui::update::follow_up;

/// Gives a variable a value for this run.
pub(in crate::tui::update) fn set(model: &mut Model, name: &str, value: &str) -> Vec<Effect> {
    let effects = change(model, |all| drop(all.insert(name.to_owned(), value.to_owned())));
    model.workspace_editor.awaited = Some(name.to_owned());
    model.settle_workspace_editor();
    effects
}

/// Renames a variable that has a value for this run.
pub(in crate::tui::update) fn rename(model: &mut Model, from: &str, to: &str) -> Vec<Effect> {
    change(model, |all| {
        if let Some(value) = all.remove(from) {
            all.insert(to.to_owned(), value);
        }
    })
}

/// Changes the values, so that it can be undone.
pub(in crate::tui::update) fn change(
    model: &mut Model,
    change: impl FnOnce(&mut BTreeMap<String, String>),
) -> Vec<Effect> {
    let before = model.overrides.clone();
    change(&mut model.overrides);
    model.workspace_editor.undo.push(Step::Overrides(before));
    model.workspace_editor.redo.clear();
    applied(model)
}

/// Goes back to other values. Gives those that there were, and what follows.
pub(in crate::tui::update) fn swap(model: &mut Model, values: Overrides) -> (Step, Vec<Effect>) {
    let before = std::mem::replace(&mut model.overrides, values);
    (Step::Overrides(before), applied(model))
}

/// The names whose values differ, in words.
pub(in crate::tui::update) fn difference(from: &Overrides, to: &Overrides) -> String {
    let names: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    let differ = names.into_iter().filter(|name| from.get(*name) != to.get(*name));
    differ.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Has every open request take the values.
fn applied(model: &mut Model) -> Vec<Effect> {
    for path in model.open_requests.keys().cloned().collect::<Vec<_>>() {
        let scope = model.open_requests.get_mut(&path).map(|open| std::mem::take(&mut open.scope));
        let scope = model.with_overrides(scope.unwrap_or_default());
        if let Some(open) = model.open_requests.get_mut(&path) {
            open.scope = scope;
        }
    }
    model.settle_workspace_editor();
    let count = model.overrides.len();
    let values = if count == 1 { "value" } else { "values" };
    model.say(NoticeKind::Info, format!("{count} {values} for this run; nothing is saved"));
    follow_up::preview_all(model)
}
