//! The names in a field: their values and sources, and the way to where they are declared.

use std::collections::BTreeSet;

use crate::core::scope::Source;
use crate::core::template::{self, PartKind, Reference};
use crate::tui::effect::Effect;
use crate::tui::model::field::{self, EditorField};
use crate::tui::model::overlay::{Ask, Overlay, Pick};
use crate::tui::model::picker::{Item, Picker};
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::update::{editing, prompt, workspace_editor};

/// Shows the names in the field with the cursor: that at the text's cursor first.
pub(super) fn show(model: &mut Model) -> Vec<Effect> {
    let (text, before) = match &model.editing {
        Some(editing) => {
            let before = editing.editor.before_cursor().to_owned();
            let line = editing.editor.lines().get(editing.editor.cursor().0).cloned();
            (line.unwrap_or_default(), Some(before))
        }
        None => (text_here(model).unwrap_or_default(), None),
    };
    let at = before.map_or(0, |before| before.len());
    let mut seen = BTreeSet::new();
    let references: Vec<(bool, Reference)> = template::parse(&text)
        .into_iter()
        .filter_map(|part| match part.kind {
            PartKind::Reference(reference) => {
                let here = part.span.start <= at && at <= part.span.end;
                seen.insert(reference.clone()).then_some((here, reference))
            }
            PartKind::Literal(_) | PartKind::Broken(_) => None,
        })
        .collect();
    if references.is_empty() {
        model.say(NoticeKind::Info, "This field has no {{name}}");
        return Vec::new();
    }
    let here = references.iter().find(|(here, _)| *here).map(|(_, reference)| reference.clone());
    let items = references.into_iter().map(|(_, reference)| Item {
        label: reference.to_string(),
        detail: meaning(model, &reference),
        value: Pick::Variable(reference),
    });
    let picker = Picker::new("Names in this field", items.collect())
        .select_where(|pick| matches!(pick, Pick::Variable(reference) if Some(reference) == here.as_ref()));
    model.overlays.push(Overlay::Pick(picker));
    Vec::new()
}

/// The text of the field with the cursor.
fn text_here(model: &Model) -> Option<String> {
    let open = model.shown()?;
    let field = match model.focus {
        Pane::Url => EditorField::Url,
        Pane::Request => open.field()?,
        Pane::Tree | Pane::Response | Pane::Workspace => return None,
    };
    Some(field::text(&open.request, field))
}

/// A value with its source, in words.
fn meaning(model: &Model, reference: &Reference) -> String {
    match reference {
        Reference::Variable(name) => {
            let found = model.shown().and_then(|open| open.scope.get(name));
            match found {
                Some((value, source)) => model.value_in_words(name, value, source),
                None => "has no value yet".to_owned(),
            }
        }
        Reference::Secret(name) if model.secrets.contains(name) => "••••••••  (private store)".to_owned(),
        Reference::Secret(_) => "isn't in the private store yet".to_owned(),
        Reference::Env(name) if model.env_names.contains(name) => "set  (environment variable)".to_owned(),
        Reference::Env(_) => "the environment variable isn't set".to_owned(),
    }
}

/// Opens the place of a name: where its variable is declared, or the prompt for a missing secret.
pub(super) fn go_to(model: &mut Model, reference: &Reference) -> Vec<Effect> {
    match reference {
        Reference::Variable(name) => {
            let found = model.shown().and_then(|open| open.scope.get(name));
            let source = found.map_or(Source::Workspace, |(_, source)| source.clone());
            let mut effects = editing::leave(model);
            if model.editing.is_some() {
                return effects;
            }
            model.workspace_editor.awaited = Some(name.clone());
            workspace_editor::show_place(model, source);
            effects.extend(workspace_editor::open(model));
            effects
        }
        Reference::Secret(name) if !model.secrets.contains(name) => {
            prompt::ask(model, Ask::Secret(name.clone()))
        }
        Reference::Secret(_) => {
            model.say(NoticeKind::Info, "Secrets are kept in the private store, and not shown");
            Vec::new()
        }
        Reference::Env(name) => {
            model.say(NoticeKind::Info, format!("{name} comes from the environment signpost was started in"));
            Vec::new()
        }
    }
}
