//! The context that has the keys, and what keys mean there.
//!
//! Owns how the model determines a [`Context`], and what footer and help show. The bindings
//! themselves are [`crate::config::keymap`]'s.

use crate::config::command::{COMMANDS, Command, Context};
use crate::tui::model::field::{self, EditorField, Tab};
use crate::tui::model::open_request::OpenRequest;
use crate::tui::model::overlay::{Confirm, Overlay};
use crate::tui::model::workspace_editor::WorkspaceTab;
use crate::tui::model::{Model, Pane};

/// The context that has the keys.
pub(crate) fn context(model: &Model) -> Context {
    match model.overlays.last() {
        Some(Overlay::Palette(_) | Overlay::Pick(_) | Overlay::Find(_) | Overlay::Ask(..)) => {
            return Context::Prompt;
        }
        Some(
            Overlay::Help(_)
            | Overlay::Confirm(_)
            | Overlay::Jump(_)
            | Overlay::Conflict(_)
            | Overlay::Trust(_)
            | Overlay::Login(_)
            | Overlay::Text { .. },
        ) => {
            return Context::Overlay;
        }
        None => {}
    }
    below_overlays(model)
}

/// The context that has the keys if there is no overlay.
fn below_overlays(model: &Model) -> Context {
    if model.editing.is_some() {
        return Context::Editing;
    }
    match model.focus {
        Pane::Tree => Context::Tree,
        Pane::Url => Context::Url,
        Pane::Response => Context::Response,
        Pane::Workspace => Context::Workspace,
        Pane::Request => match model.shown().and_then(|open| open.field()) {
            Some(EditorField::Cell(..) | EditorField::NewRow(_)) => Context::Rows,
            _ => Context::Text,
        },
    }
}

/// What the footer shows in a pane, the most useful first.
fn offered(model: &Model, context: Context) -> Vec<Command> {
    use Command as C;
    if context == Context::Editing {
        return while_editing(model);
    }
    if context == Context::Workspace {
        return in_workspace(model);
    }
    if model.shown().is_none() {
        return without_request(model);
    }
    let new_row = matches!(model.shown().and_then(OpenRequest::field), Some(EditorField::NewRow(_)));
    let here: &[C] = match context {
        Context::Tree => &[C::Open, C::NewRequest, C::FindInTree, C::Rename, C::Delete],
        Context::Url => &[C::Edit, C::MethodPicker, C::CopyCurl],
        Context::Rows if new_row => &[C::Edit, C::AddRow, C::NextTab],
        Context::Rows => &[C::Edit, C::AddRow, C::ToggleRow, C::DeleteRow, C::NextTab],
        Context::Text => in_fields(model),
        Context::Response => &[
            C::NextRequest,
            C::NextTab,
            C::SearchResponse,
            C::CopyBody,
            C::SaveBody,
            C::TogglePretty,
            C::ToggleWrap,
        ],
        Context::Global | Context::Editing | Context::Workspace | Context::Overlay | Context::Prompt => &[],
    };
    let under_way = model.exchange().is_some_and(|exchange| exchange.record.is_under_way());
    let narrow = model.areas().is_some_and(|areas| areas.tree.is_none());
    let first = if under_way { C::Cancel } else { C::Send };
    let mut all = vec![first];
    if model.zoom {
        // Whoever zoomed by accident must see how to go back.
        all.push(C::Zoom);
    }
    if field_with_name(model, context) {
        all.push(C::ShowVariable);
        if narrow {
            // Both fit next to it.
            all.extend([C::FocusTree, C::Help]);
        }
    }
    if narrow {
        // If the tree is hidden, how to get to other requests comes first.
        let others = [C::NextRequest, C::FocusTree, C::Help];
        all.extend(others.iter().filter(|command| !all.contains(*command)).copied().collect::<Vec<_>>());
    }
    all.extend(here.iter().filter(|command| !all.contains(*command)).copied().collect::<Vec<_>>());
    let last = [C::FocusNext, C::Save, C::Palette, C::Help, C::Quit];
    all.extend(last.into_iter().filter(|command| !narrow || *command != C::Help));
    all
}

/// Whether the field with the cursor has a `{{name}}`, whose value can be shown.
fn field_with_name(model: &Model, context: Context) -> bool {
    let field = match context {
        Context::Url => Some(EditorField::Url),
        Context::Rows | Context::Text => model.shown().and_then(OpenRequest::field),
        Context::Tree
        | Context::Response
        | Context::Global
        | Context::Workspace
        | Context::Editing
        | Context::Overlay
        | Context::Prompt => None,
    };
    let open = model.shown();
    open.zip(field).is_some_and(|(open, field)| field::has_name(&open.request, field))
}

/// What the footer shows while something is typed.
fn while_editing(model: &Model) -> Vec<Command> {
    use Command as C;
    let is_completing = model.editing.as_ref().is_some_and(|editing| editing.completion.is_some());
    let in_workspace = model.edited_cell().is_some();
    let first = is_completing.then_some(C::Complete);
    let others: &[C] = match (in_workspace, is_completing) {
        (true, _) => &[C::EndEdit, C::Undo],
        (false, true) => &[C::EndEdit, C::Send, C::Save, C::Undo],
        (false, false) => &[C::EndEdit, C::Send, C::Save, C::Undo, C::ExternalEditor],
    };
    first.into_iter().chain(others.iter().copied()).collect()
}

/// What the footer shows for fields outside tables, by tab.
fn in_fields(model: &Model) -> &'static [Command] {
    use Command as C;
    match model.shown().map(|open| open.tab) {
        Some(Tab::Auth) => &[C::Edit, C::NextTab, C::IdentityPicker, C::Reveal],
        Some(Tab::Body) => &[C::Edit, C::NextTab, C::FormatBody, C::LiteralBody],
        Some(Tab::Params | Tab::Headers | Tab::Expect | Tab::Notes | Tab::Settings) | None => {
            &[C::Edit, C::NextTab]
        }
    }
}

/// What the footer shows in the workspace editor.
fn in_workspace(model: &Model) -> Vec<Command> {
    use Command as C;
    let mut all = match model.workspace_editor.tab {
        WorkspaceTab::Identities => vec![C::Edit, C::AddRow, C::Rename, C::DeleteRow, C::Reveal],
        WorkspaceTab::Variables => {
            vec![C::Edit, C::AddRow, C::OverrideVariable, C::Rename, C::DeleteRow]
        }
        WorkspaceTab::Environments => {
            vec![C::Edit, C::AddRow, C::CopyEnvironment, C::MarkProduction, C::Rename, C::DeleteRow]
        }
    };
    all.extend([C::NextTab, C::Undo, C::ExternalEditor, C::FocusTabs, C::Help, C::Palette, C::Quit]);
    all
}

/// What can be done if no request is shown: there is none, or its file is invalid.
fn without_request(model: &Model) -> Vec<Command> {
    use Command as C;
    let mut all = match model.current {
        Some(_) => vec![C::ExternalEditor],
        None => Vec::new(),
    };
    all.extend([C::NewRequest, C::Scratch]);
    if !model.tree.nodes().is_empty() {
        all.extend([C::FindInTree, C::FocusTree]);
    }
    all.extend([C::Help, C::Palette, C::Quit]);
    all
}

/// The keys of the topmost overlay.
fn answers(overlay: &Overlay) -> &'static [Command] {
    use Command as C;
    match overlay {
        Overlay::Palette(_) | Overlay::Pick(_) | Overlay::Find(_) => &[C::Accept, C::Up, C::Down, C::Close],
        Overlay::Ask(..) => &[C::Accept, C::Close],
        Overlay::Confirm(Confirm::ClearSecrets(_)) => &[C::Yes, C::SaveInClear, C::Close],
        Overlay::Confirm(Confirm::Expired { .. }) => &[C::Yes, C::SendAsItIs, C::Close],
        Overlay::Confirm(_) => &[C::Yes, C::No],
        Overlay::Conflict(_) => &[C::SaveYours, C::TakeTheirs, C::Close, C::Down, C::Up],
        Overlay::Trust(_) => &[C::Yes, C::No, C::Down, C::Up],
        Overlay::Login(_) => &[C::OpenPage, C::CopyPage, C::Close],
        Overlay::Jump(_) => &[C::Close],
        Overlay::Help(_) | Overlay::Text { .. } => &[C::Down, C::PageDown, C::Up, C::Close],
    }
}

/// A key that the footer shows.
pub(crate) struct Hint {
    /// What it asks for; `None` for what no command stands for, such as a paste.
    pub command: Option<Command>,
    /// The key.
    pub key: String,
    /// What it does, in a word or two.
    pub title: String,
}

/// The keys for the footer.
pub(crate) fn hints(model: &Model) -> Vec<Hint> {
    let context = context(model);
    let commands = match model.overlays.last() {
        Some(overlay) => answers(overlay).to_vec(),
        None => offered(model, context),
    };
    let shown = |command| {
        let (key, title) = hint(model, command, context)?;
        Some(Hint { command: Some(command), key, title })
    };
    let plain = |key: &str, title: &str| Hint { command: None, key: key.into(), title: title.into() };
    let mut hints: Vec<Hint> = commands.into_iter().filter_map(shown).collect();
    if matches!(model.overlays.last(), Some(Overlay::Jump(_))) {
        hints.insert(0, plain("letter", "Goes there"));
    } else if model.overlays.is_empty() && model.tree.nodes().is_empty() {
        hints.insert(hints.len().min(1), plain("paste", "A curl command"));
    }
    hints
}

/// The first key of a command in a context, with its title.
pub(crate) fn hint(model: &Model, command: Command, context: Context) -> Option<(String, String)> {
    let key = model.config.keys.keys_in(command, context).next()?;
    Some((key.to_string(), command.info().title.to_owned()))
}

/// A sentence that begins with the command's first key.
pub(crate) fn says(model: &Model, command: Command, words: &str) -> String {
    model.config.keys.says(command, words)
}

/// Every command with its keys, starting with the current context.
pub(crate) fn help(model: &Model) -> Vec<(&'static str, Vec<(String, &'static str)>)> {
    let here = below_overlays(model);
    let mut contexts = vec![here, Context::Global];
    contexts.extend(Context::ALL.into_iter().filter(|other| *other != here && *other != Context::Global));
    contexts.into_iter().map(|context| (context.title(), rows(model, context))).collect()
}

fn rows(model: &Model, context: Context) -> Vec<(String, &'static str)> {
    COMMANDS
        .iter()
        .filter(|info| info.contexts.contains(&context))
        .map(|info| {
            let keys: Vec<String> =
                model.config.keys.keys_in(info.command, context).map(ToString::to_string).collect();
            (keys.join(", "), info.doc)
        })
        .collect()
}
