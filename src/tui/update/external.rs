//! Texts in the user's editor.

use crate::config::command::Command;
use crate::core::path_variables;
use crate::core::request::BodyKind;
use crate::tui::effect::{Effect, ScreenEffect};
use crate::tui::model::field::{self, EditorField};
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::update::{editing, follow_up, rows, workspace_editor};

/// Opens the text under the cursor in the user's editor.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let field = match (&model.editing, model.focus) {
        (Some(editing), _) if editing.field().is_some() => editing.field(),
        (Some(_), _) => {
            let effects = editing::leave(model);
            // The editor must load what the cell has just changed.
            if model.editing.is_some() || model.waiting.after_changes(Command::ExternalEditor) {
                return effects;
            }
            return [effects, workspace_editor::open_file(model)].concat();
        }
        (None, Pane::Url) => Some(EditorField::Url),
        (None, Pane::Request) => model.shown().and_then(|open| open.field()),
        (None, Pane::Tree) => {
            return model
                .tree
                .current()
                .filter(|node| !node.folder)
                .map(|node| {
                    let environment = model.environment.clone();
                    ScreenEffect::EditFile { path: node.path.clone(), environment }.into()
                })
                .into_iter()
                .collect();
        }
        (None, Pane::Workspace) => return workspace_editor::open_file(model),
        (None, Pane::Response) => None,
    };
    let mut effects = editing::leave(model);
    if let Some(table) = field.and_then(rows::as_text) {
        effects.extend(rows::external(model, table));
        return effects;
    }
    let Some(field) = field.filter(|field| field.is_typed() && !field.is_secret()) else { return effects };
    let Some(open) = model.shown() else { return effects };
    let text = field::text(&open.request, field);
    let extension = match (field, open.request.body.kind) {
        (EditorField::BodyText, BodyKind::Json) => "json",
        (EditorField::Notes, _) => "md",
        _ => "txt",
    };
    effects.push(ScreenEffect::Edit { field, text, extension }.into());
    effects
}

/// What the user's editor gave back.
pub(super) fn edited(model: &mut Model, field: EditorField, text: &str) -> Vec<Effect> {
    if let EditorField::NewRow(table) = field {
        return rows::edited(model, table, text);
    }
    let text = if field.is_multiline() { text } else { text.trim_end_matches(['\n', '\r']) };
    let Some(open) = model.shown_mut() else { return Vec::new() };
    let mut error = None;
    open.change(|request| {
        let before = request.clone();
        error = field::set_text(request, field, text.to_owned()).err();
        if field == EditorField::Url {
            path_variables::follow(request, &before);
        }
    });
    if let Some(error) = error {
        model.say(NoticeKind::Bad, error);
    }
    follow_up::touched(model)
}
